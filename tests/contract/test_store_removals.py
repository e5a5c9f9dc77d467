"""What is kept of what was redacted, and taking words out of messages that are stored already, over every store."""

from __future__ import annotations

from bot.ports import Store
from bot.redaction import Removal, redact
from tests.contract.store_makers import OTHER, PUBLIC, WORKER, learn, message, read, ref, write

PHONE, PASSWORD = Removal("phone", "phone"), Removal("password", "assignment")
KEY, OTHER_KEY = Removal("key", "github", "aa" * 8), Removal("key", "github", "bb" * 8)


def test_what_was_removed_is_counted_by_sort(store: Store) -> None:
    assert read(store, lambda tx: tx.removals.counts()) == {}
    write(store, lambda tx: tx.removals.note([PHONE, PASSWORD, PHONE]))
    write(store, lambda tx: tx.removals.note([PASSWORD]))
    assert read(store, lambda tx: tx.removals.counts()) == {"password": 2, "phone": 2}


def test_what_has_a_fingerprint_is_counted_once(store: Store) -> None:
    write(store, lambda tx: tx.removals.note([KEY, OTHER_KEY, KEY]))
    write(store, lambda tx: tx.removals.note([KEY]))
    assert read(store, lambda tx: tx.removals.counts()) == {"key": 2}


def test_the_key_of_fingerprints_is_the_workers_own_and_stays(store: Store) -> None:
    store.enrol(OTHER)
    key = read(store, lambda tx: tx.removals.key)
    assert len(key) == 32
    assert key == read(store, lambda tx: tx.removals.key)
    with store.reading(OTHER) as tx:
        assert tx.removals.key != key
    assert store.erase(WORKER)
    store.enrol(WORKER)
    assert read(store, lambda tx: (tx.removals.counts(), tx.removals.key == key)) == ({}, False)


def test_a_rewritten_message_has_its_new_words_and_is_as_old_as_before(store: Store) -> None:
    learn(store, "the first", "the second")
    write(store, lambda tx: tx.usage.mark_read([ref(1), ref(2)]))
    (before,) = read(store, lambda tx: tx.messages.find([ref(1)]))
    assert write(store, lambda tx: tx.messages.rewrite({ref(1): redact("another"), ref(9): redact("none")})) == 1
    (after,) = read(store, lambda tx: tx.messages.find([ref(1)]))
    assert (after.text, after.revised_at, after.said_at) == ("another", before.revised_at, before.said_at)
    assert read(store, lambda tx: tx.usage.are_read([ref(1), ref(2)])) == {ref(2)}
    assert read(store, lambda tx: tx.messages.count()) == 2


def test_a_rewritten_message_loses_its_vector_and_is_due_for_compaction(store: Store) -> None:
    learn(store, "the first", "the second")
    write(store, lambda tx: tx.vectors.put("small-1", {ref(1): (0.1, 0.9), ref(2): (0.9, 0.1)}))
    store.compact(WORKER)
    write(store, lambda tx: tx.messages.rewrite({ref(1): redact("another")}))
    near = read(store, lambda tx: tx.vectors.search([PUBLIC], "small-1", (0.1, 0.9), 5))
    assert [found.ref for found in near] == [ref(2)]
    assert store.compact(WORKER, only_if_due=True) is not None


def test_a_removed_message_is_not_rewritten(store: Store) -> None:
    learn(store, "the first")
    at = message(1).said_at
    write(store, lambda tx: tx.messages.remove([ref(1)], at))
    assert write(store, lambda tx: tx.messages.rewrite({ref(1): redact("another")})) == 0
    assert read(store, lambda tx: tx.messages.find([ref(1)])) == ()


def test_what_was_counted_is_erased_and_the_file_is_due(store: Store) -> None:
    write(store, lambda tx: tx.removals.note([PHONE, KEY]))
    assert write(store, lambda tx: tx.removals.erase()) == 2
    assert read(store, lambda tx: tx.removals.counts()) == {}
    assert store.compact(WORKER, only_if_due=True) is not None
    assert write(store, lambda tx: tx.removals.erase()) == 0
    assert store.compact(WORKER, only_if_due=True) is None
