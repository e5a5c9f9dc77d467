"""Every promise of `bot.ports.Store`, its consent and its messages, over every store."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.audit import AuditEntry, Happening
from bot.consent import Closure, Purpose
from bot.drafts import DraftState
from bot.errors import StoreError
from bot.messages import WORKER_SAID, Backfill, LoggedMessage, Recorded, Span, Spending
from bot.ports import ErasureProof, Store, Transaction
from bot.preferences import Preferences
from bot.profile.versions import Cause, ProfileVersion
from bot.profile.voice import Tally
from bot.redaction import Removal, redact
from bot.refs import ChannelRef, PersonRef, ThreadRef
from tests.contract.store_makers import (
    ASKER,
    GENERAL,
    MINUTE,
    NOON,
    OTHER,
    PRIVATE,
    PUBLIC,
    SECRET,
    WORKER,
    answer,
    claim,
    contents,
    draft,
    entry,
    fill,
    grant,
    learn,
    message,
    read,
    ref,
    write,
)

# ---------------------------------------------------------------- files and transactions


def test_a_worker_is_held_from_enrolment_to_erasure(store: Store) -> None:
    assert not store.holds(OTHER)
    store.enrol(OTHER)
    assert store.holds(OTHER)
    assert store.erase(OTHER) == ErasureProof()
    assert not store.holds(OTHER)
    assert store.erase(OTHER) is None


def test_enrolling_twice_changes_nothing(store: Store) -> None:
    write(store, lambda tx: tx.messages.record(message()))
    store.enrol(WORKER)
    assert read(store, lambda tx: tx.messages.count()) == 1


def test_workers_are_told_in_the_order_of_their_references(store: Store) -> None:
    store.enrol(OTHER)
    store.enrol(PersonRef("a", "z", "z"))
    assert store.workers() == (PersonRef("a", "z", "z"), OTHER, WORKER)


def test_references_that_look_alike_are_apart(store: Store) -> None:
    one, two = PersonRef("a/b", "c", "d"), PersonRef("a", "b/c", "d")
    store.enrol(one)
    assert not store.holds(two)


def test_nobody_without_a_file_is_read_or_written(store: Store) -> None:
    for view in (store.reading, store.writing):
        with pytest.raises(StoreError) as caught, view(OTHER):
            pass
        assert caught.value.code == "not_enrolled"
    with pytest.raises(StoreError) as caught:
        store.compact(OTHER)
    assert caught.value.code == "not_enrolled"


@pytest.mark.promise(7, "one worker's file opened for another")
def test_one_worker_never_sees_anothers(store: Store) -> None:
    store.enrol(OTHER)
    learn(store, "apple pie")
    write(store, lambda tx: tx.drafts.add(draft()))
    seen = read(
        store, lambda tx: (tx.messages.count(), tx.index.shelves(), tx.drafts.latest(9), tx.audit.head()), OTHER
    )
    assert seen == (0, (), (), None)
    assert read(store, lambda tx: tx.worker, OTHER) == OTHER


@pytest.mark.parametrize(
    "work",
    [
        lambda tx: tx.messages.record(message(author=OTHER)),
        lambda tx: tx.consent.add([grant(worker=OTHER)]),
        lambda tx: tx.drafts.add(draft(worker=OTHER)),
        lambda tx: tx.drafts.move(draft(worker=OTHER), DraftState.ASKED, 0),
    ],
)
@pytest.mark.promise(7, "one worker's file opened for another")
def test_what_belongs_to_another_worker_is_refused(store: Store, work: Callable[[Transaction], object]) -> None:
    with pytest.raises(StoreError):
        write(store, work)


def test_a_block_that_raises_leaves_nothing_behind(store: Store) -> None:
    learn(store, "first")
    before = read(store, contents)

    def work(tx: Transaction) -> None:
        fill(tx)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write(store, work)
    assert read(store, contents) == before
    assert write(store, lambda tx: tx.messages.record(message(9))) is Recorded.NEW  # its tombstone was undone as well
    write(store, lambda tx: tx.index.put(ref(9), PRIVATE, ["second"]))
    assert read(store, lambda tx: tx.index.shelves()) == (PUBLIC, PRIVATE)


def test_a_block_that_ends_leaves_everything(store: Store) -> None:
    learn(store, "first")
    write(store, fill)
    grants, page, channels, shelves, hits, drafts, entries, *_ = read(store, contents)
    assert [len(part) for part in (grants, page, channels, shelves, hits, drafts, entries)] == [1] * 7  # type: ignore[arg-type]


def test_a_reader_sees_one_moment(store: Store) -> None:
    learn(store, "first")
    with store.reading(WORKER) as tx:
        before = contents(tx)
        write(store, fill)
        assert contents(tx) == before
    assert read(store, contents) != before


def test_a_readers_moment_is_the_one_at_which_its_view_was_opened(store: Store) -> None:
    learn(store, "first")
    with store.reading(WORKER) as tx:
        write(store, fill)
        assert tx.messages.refs(Span()) == (ref(1),)


def test_a_reader_on_another_thread_never_waits_for_a_writer(store: Store) -> None:
    learn(store, "first")
    counts: list[int] = []
    with store.writing(WORKER) as tx:
        tx.messages.record(message(2))
        reader = threading.Thread(target=lambda: counts.append(read(store, lambda t: t.messages.count())))
        reader.start()
        reader.join(timeout=20)
        assert counts == [1]
    assert read(store, lambda t: t.messages.count()) == 2


def test_a_reader_outlives_the_erasure_and_then_sees_nothing(store: Store) -> None:
    learn(store, "first", "second")
    with store.reading(WORKER) as tx:
        assert store.erase(WORKER)
        assert tx.messages.count() == 2
    with pytest.raises(StoreError) as caught, store.reading(WORKER):
        pass
    assert caught.value.code == "not_enrolled"
    store.enrol(WORKER)
    assert read(store, lambda t: t.messages.count()) == 0


@pytest.mark.parametrize(
    "work",
    [
        lambda tx: tx.messages.record(message(2)),
        lambda tx: tx.messages.remove([ref(1)], NOON),
        lambda tx: tx.index.put(ref(1), PUBLIC, ["a"]),
        lambda tx: tx.index.remove([ref(1)]),
        lambda tx: tx.consent.add([grant()]),
        lambda tx: tx.drafts.add(draft()),
        lambda tx: tx.audit.append(entry()),
        lambda tx: tx.keepsakes.set_preferences(Preferences(muted=frozenset({ASKER}))),
        lambda tx: tx.keepsakes.put_backfill(Backfill(GENERAL, NOON)),
        lambda tx: tx.keepsakes.spend(NOON.date(), "draft", Spending(1)),
        lambda tx: tx.usage.withhold([ref(1)], WORKER_SAID),
        lambda tx: tx.usage.release([ref(1)], WORKER_SAID),
        lambda tx: tx.usage.lower([ref(1)]),
        lambda tx: tx.usage.mark_read([ref(1)]),
        lambda tx: tx.profile.put([claim()]),
        lambda tx: tx.profile.drop(["c1"]),
        lambda tx: tx.profile.put_voice(PUBLIC, Tally(1)),
        lambda tx: tx.profile.add_version(ProfileVersion(1, NOON, Cause.REFRESHED, 1)),
        lambda tx: tx.reusable.put(answer()),
        lambda tx: tx.reusable.drop(["r1"]),
        lambda tx: tx.messages.rewrite({ref(1): redact("other")}),
        lambda tx: tx.removals.note([Removal("phone", "phone")]),
    ],
)
def test_a_view_for_reading_changes_nothing(store: Store, work: Callable[[Transaction], object]) -> None:
    learn(store, "first")
    with pytest.raises(StoreError) as caught:
        read(store, work)
    assert caught.value.code == "read_only"
    assert read(store, contents)[1:5] == write(store, contents)[1:5]


def test_a_failure_that_the_block_survives_undoes_only_itself(store: Store) -> None:
    with store.writing(WORKER) as tx:
        tx.consent.add([grant(1)])
        with pytest.raises(StoreError):
            tx.consent.add([grant(2), grant(1)])
        with pytest.raises(StoreError):
            tx.consent.add([grant(3), grant(3)])
    assert read(store, lambda t: t.consent.all()) == (grant(1),)


# ---------------------------------------------------------------- consent


def test_grants_come_back_as_given_and_oldest_first(store: Store) -> None:
    later = grant(1, given_at=NOON + MINUTE, channel=SECRET, purpose=Purpose.ANSWER)
    early = grant(2, closed_at=NOON + MINUTE, closure=Closure.PAUSED, recipient="vendor|eu")
    write(store, lambda tx: tx.consent.add([later, early]))
    assert read(store, lambda tx: tx.consent.all()) == (early, later)


def test_closing_cuts_what_still_runs_and_nothing_else(store: Store) -> None:
    grants = [grant(1), grant(2, ends_at=NOON + MINUTE), grant(3), grant(4, closed_at=NOON, closure=Closure.PAUSED)]
    write(store, lambda tx: tx.consent.add(grants))
    at = NOON + timedelta(days=1)
    cut = write(store, lambda tx: tx.consent.close(["g1", "g1", "g2", "g4", "unknown"], at, Closure.CHANGED))
    assert cut == 1
    expected = (replace(grants[0], closed_at=at, closure=Closure.CHANGED), *grants[1:])
    assert read(store, lambda tx: tx.consent.all()) == expected
    assert write(store, lambda tx: tx.consent.close(["g1"], at + MINUTE, Closure.PAUSED)) == 0


# ---------------------------------------------------------------- messages


def test_a_redelivered_message_is_stored_once(store: Store) -> None:
    assert write(store, lambda tx: tx.messages.record(message())) is Recorded.NEW
    assert write(store, lambda tx: tx.messages.record(message())) is Recorded.REPEATED
    assert read(store, lambda tx: tx.messages.count()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "",
        "Grüße 你好 🙂 e\u0301",
        "a\x00b\r\n\t\x1b[0m\u202e\u200b\ufeff",
        "'; DROP TABLE messages; --",
        "x" * 1_000_000,
    ],
)
def test_a_message_comes_back_exactly_as_recorded(store: Store, text: str) -> None:
    said = message(3, text, SECRET, public=False, thread=ThreadRef(SECRET, "1.5"), revised_at=NOON + timedelta(days=3))
    write(store, lambda tx: tx.messages.record(said))
    (found,) = read(store, lambda tx: tx.messages.find([said.ref]))
    assert found == LoggedMessage(
        said.ref, text, said.said_at, said.revised_at, ThreadRef(SECRET, "1.5"), public=False, grant_id="g1"
    )


def test_half_a_surrogate_pair_is_stored_as_the_replacement_character(store: Store) -> None:
    write(store, lambda tx: tx.messages.record(message(1, "a\ud83db")))
    (found,) = read(store, lambda tx: tx.messages.find([ref(1)]))
    assert found.text.startswith("a\ufffd")
    assert found.text.endswith("b")


def test_a_newer_revision_takes_the_place_and_an_older_one_changes_nothing(store: Store) -> None:
    newer = message(1, "newer", revised_at=NOON + timedelta(days=1))
    same = message(1, "the same moment", revised_at=NOON + timedelta(days=1))
    assert write(store, lambda tx: tx.messages.record(message(1, "older"))) is Recorded.NEW
    assert write(store, lambda tx: tx.messages.record(newer)) is Recorded.REVISED
    assert write(store, lambda tx: tx.messages.record(message(1, "older"))) is Recorded.REPEATED
    assert write(store, lambda tx: tx.messages.record(same)) is Recorded.REPEATED
    (found,) = read(store, lambda tx: tx.messages.find([ref(1)]))
    assert (found.text, found.revised_at, found.said_at) == ("newer", newer.revised_at, newer.said_at)


def test_what_was_removed_never_comes_back(store: Store) -> None:
    learn(store, "first", "second")
    assert write(store, lambda tx: tx.messages.remove([ref(1), ref(5), ref(1)], NOON)) == 1
    newer = message(1, "again", revised_at=NOON + timedelta(days=9))
    assert write(store, lambda tx: tx.messages.record(newer)) is Recorded.DELETED
    assert write(store, lambda tx: tx.messages.record(message(5))) is Recorded.DELETED
    assert write(store, lambda tx: tx.messages.remove([ref(1)], NOON)) == 0
    write(store, lambda tx: tx.index.put(ref(1), PUBLIC, ["first"]))
    assert read(store, lambda tx: tx.messages.refs(Span())) == (ref(2),)
    assert read(store, lambda tx: tx.index.search([PUBLIC], ["first"], 9)) == ()
    assert read(store, lambda tx: tx.messages.find([ref(1), ref(5)])) == ()


def test_find_returns_what_is_stored_oldest_first_and_once(store: Store) -> None:
    learn(store, "first", "second")
    found = read(store, lambda tx: tx.messages.find([ref(2), ref(9), ref(1), ref(2), ref(1, SECRET)]))
    assert [m.ref for m in found] == [ref(1), ref(2)]


def test_spans_bound_pages_references_and_counts_alike(store: Store) -> None:
    with store.writing(WORKER) as tx:
        for number in range(10):
            channel = SECRET if number % 2 else GENERAL
            tx.messages.record(message(number, f"m{number}", channel, public=number % 3 == 0))
    since, until = NOON + 2 * MINUTE, NOON + 7 * MINUTE
    spans: list[tuple[Span, Iterable[int]]] = [
        (Span(), range(10)),
        (Span(since=since), range(2, 10)),
        (Span(until=until), range(7)),
        (Span(GENERAL, since, until), [2, 4, 6]),
        (Span(SECRET), [1, 3, 5, 7, 9]),
        (Span(ChannelRef("local", "team", "unknown")), []),
        (Span(public=True), range(0, 10, 3)),
        (Span(public=False), [n for n in range(10) if n % 3]),
        (Span(GENERAL, since, until, public=False), [2, 4]),
    ]
    for span, numbers in spans:
        refs = [ref(n, SECRET if n % 2 else GENERAL) for n in numbers]
        with store.reading(WORKER) as tx:
            assert list(tx.messages.refs(span)) == refs
            assert tx.messages.count(span) == len(refs)
            assert [m.ref for m in tx.messages.page(span, 99)] == refs[::-1]
    page = read(store, lambda tx: tx.messages.page(Span(GENERAL), 2, before=NOON + 8 * MINUTE))
    assert [m.text for m in page] == ["m6", "m4"]
    assert read(store, lambda tx: tx.messages.page(Span(), 0)) == ()


def test_messages_of_one_moment_have_one_order(store: Store) -> None:
    refs = [ref(2, SECRET), ref(1, SECRET), ref(2), ref(1)]
    with store.writing(WORKER) as tx:
        for r in refs:
            tx.messages.record(message(int(r.stamp[:8]), "same", r.channel, said_at=NOON))
    assert list(read(store, lambda tx: tx.messages.refs(Span()))) == sorted(refs)
    assert [m.ref for m in read(store, lambda tx: tx.messages.page(Span(), 9))] == sorted(refs, reverse=True)


def test_channels_are_counted_in_the_order_of_their_ids(store: Store) -> None:
    assert read(store, lambda tx: tx.messages.channels()) == ()
    learn(store, "one", shelf=PRIVATE)
    learn(store, "one", "two")
    write(store, lambda tx: tx.messages.remove([ref(2)], NOON))
    assert read(store, lambda tx: tx.messages.channels()) == ((GENERAL, 1), (SECRET, 1))


def test_moments_keep_their_microseconds_in_any_zone(store: Store) -> None:
    zoned = datetime.fromisoformat("1999-12-31T23:59:59.999999+14:00")
    write(store, lambda tx: tx.messages.record(message(1, said_at=max(zoned, NOON))))
    write(store, lambda tx: tx.audit.append(AuditEntry(Happening.ASKED, zoned, "", {})))
    assert read(store, lambda tx: tx.audit.check()) is None
    assert read(store, lambda tx: tx.audit.entries()[0].entry.at) == zoned
