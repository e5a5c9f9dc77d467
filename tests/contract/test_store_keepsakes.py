"""Every promise of the keepsakes a worker takes along, over every store."""

from __future__ import annotations

import pytest

from bot.agreed_words import AgreedWords
from bot.audit import link, verify
from bot.ports import Store, Transaction
from tests.contract.store_makers import (
    NOON,
    OTHER,
    WORKER,
    contents,
    entry,
    learn,
    read,
    ref,
    write,
)


def test_the_words_agreed_to_are_kept_as_they_were_read(store: Store) -> None:
    first, second = AgreedWords("I agree.", "en"), AgreedWords("我同意。", "zh-Hans")
    for words in (first, second, first):
        write(store, lambda tx, words=words: tx.keepsakes.keep_agreed(words))  # type: ignore[misc]
    assert read(store, lambda tx: tx.keepsakes.agreed()) == {words.digest: words for words in (first, second)}


def test_what_was_deleted_is_listed_by_its_reference_alone(store: Store) -> None:
    learn(store, "first", "second")
    assert read(store, lambda tx: tx.messages.removed()) == ()
    write(store, lambda tx: tx.messages.remove([ref(77), ref(1)], NOON))
    assert read(store, lambda tx: tx.messages.removed()) == (ref(1), ref(77))


def test_the_last_recovery_seal_is_the_one_that_counts(store: Store) -> None:
    assert read(store, lambda tx: tx.vault.recovery_seal()) == ""
    for seal in ("first", "second"):
        write(store, lambda tx, seal=seal: tx.vault.set_recovery_seal(seal))  # type: ignore[misc]
    assert read(store, lambda tx: tx.vault.recovery_seal()) == "second"
    store.enrol(OTHER)
    assert read(store, lambda tx: tx.vault.recovery_seal(), OTHER) == ""


def test_what_was_brought_along_is_kept_in_its_order(store: Store) -> None:
    assert read(store, lambda tx: tx.vault.brought()) == ()
    for document in ("{}", '{"n": 2}', "{}"):
        write(store, lambda tx, document=document: tx.vault.bring(document))  # type: ignore[misc]
    assert read(store, lambda tx: tx.vault.brought()) == ("{}", '{"n": 2}', "{}")


def test_a_transaction_that_fails_brings_nothing_and_seals_nothing(store: Store) -> None:
    store.enrol(WORKER)
    before = read(store, contents)

    def fail(tx: Transaction) -> float:
        tx.vault.bring("{}")
        tx.vault.set_recovery_seal("new")
        return 1 / 0

    with pytest.raises(ZeroDivisionError):
        write(store, fail)
    assert read(store, contents) == before


def test_the_chain_is_verified_with_the_key_that_is_given_away_with_it(store: Store) -> None:
    for number in (1, 2, 3):
        write(store, lambda tx, number=number: tx.audit.append(entry(number)))  # type: ignore[misc]
    key, chain, head = read(store, lambda tx: (tx.audit.key(), tx.audit.entries(), tx.audit.head()))
    assert verify(key, chain, head) is None
    assert verify(bytes(32), chain, head) == "altered"
    assert link(key, None, entry(1))[0].mac == chain[0].mac
