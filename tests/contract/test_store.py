"""Every promise of `bot.ports.Store` and its repositories, over every store."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.audit import AuditEntry, Happening, link
from bot.consent import Closure, ConsentedMessage, Grant, Purpose, Shelf, admit
from bot.drafts import Draft, DraftState, Source
from bot.errors import StoreError
from bot.events import MessageSaid
from bot.messages import Backfill, LoggedMessage, Recorded, Span
from bot.ports import Frequencies, Store, Transaction
from bot.preferences import Preferences
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef
from storage.memory import MemoryStore
from storage.store import SqliteStore

T = TypeVar("T")
WORKER = PersonRef("local", "team", "mara")
OTHER = PersonRef("local", "team", "jonas")
ASKER = PersonRef("local", "team", "asker")
GENERAL = ChannelRef("local", "team", "C1")
SECRET = ChannelRef("local", "team", "C2")
NOON = datetime(2026, 3, 2, 12, 0, 0, 123_456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PUBLIC, PRIVATE = Shelf(GENERAL, public=True), Shelf(SECRET, public=False)


def memory_store(_folder: Path) -> Store:
    return MemoryStore()


def sqlite_store(folder: Path) -> Store:
    return SqliteStore(folder / "double")


@pytest.fixture(params=[memory_store, sqlite_store])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    make: Callable[[Path], Store] = request.param
    with closing(make(tmp_path)) as made:
        made.enrol(WORKER)
        yield made


def ref(number: int, channel: ChannelRef = GENERAL) -> MessageRef:
    return MessageRef(channel, f"{number:08}.000100")


def message(number: int = 1, text: str = "hello", channel: ChannelRef = GENERAL, **changes: Any) -> ConsentedMessage:
    said_at = changes.get("said_at", NOON + number * MINUTE)
    said = MessageSaid(
        ref=ref(number, channel),
        author=changes.get("author", WORKER),
        text=text,
        said_at=said_at,
        revised_at=changes.get("revised_at", said_at),
        thread=changes.get("thread"),
        channel_is_public=changes.get("public", True),
    )
    log = grant(channel=channel, worker=said.author, covers_from=NOON - timedelta(days=365))
    admitted = admit(said, [log], NOON)
    assert admitted is not None
    return admitted


def grant(number: int = 1, **changes: Any) -> Grant:
    given = Grant(
        id=f"g{number}",
        worker=WORKER,
        purpose=Purpose.LOG,
        channel=GENERAL,
        given_at=NOON,
        covers_from=NOON - timedelta(days=30),
        ends_at=NOON + timedelta(days=90),
        words_hash="ab" * 32,
    )
    return replace(given, **changes)


def draft(number: int = 1, **changes: Any) -> Draft:
    asked = Draft(
        id=f"d{number}",
        worker=WORKER,
        asker=ASKER,
        thread=ThreadRef(GENERAL, "1.0"),
        question_ref=ref(7),
        question="where is the wiki?",
        state=DraftState.ASKED,
        asked_at=NOON + number * MINUTE,
        lapses_at=NOON + timedelta(days=2),
    )
    return replace(asked, **changes)


def entry(number: int = 1, subject: str = "d1") -> AuditEntry:
    return AuditEntry(Happening.DRAFTED, NOON + number * MINUTE, subject, {"count": number, "sources": ["a", "b"]})


def write(store: Store, work: Callable[[Transaction], T], worker: PersonRef = WORKER) -> T:
    with store.writing(worker) as tx:
        return work(tx)


def read(store: Store, work: Callable[[Transaction], T], worker: PersonRef = WORKER) -> T:
    with store.reading(worker) as tx:
        return work(tx)


def learn(store: Store, *texts: str, shelf: Shelf = PUBLIC, first: int = 1) -> None:
    """Record and index each text under its words."""
    with store.writing(WORKER) as tx:
        for number, text in enumerate(texts, first):
            said = message(number, text, shelf.channel, public=shelf.public)
            tx.messages.record(said)
            tx.index.put(said.ref, shelf, text.split())


# ---------------------------------------------------------------- files and transactions


def test_a_worker_is_held_from_enrolment_to_erasure(store: Store) -> None:
    assert not store.holds(OTHER)
    store.enrol(OTHER)
    assert store.holds(OTHER)
    assert store.erase(OTHER) is True
    assert not store.holds(OTHER)
    assert store.erase(OTHER) is False


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
def test_what_belongs_to_another_worker_is_refused(store: Store, work: Callable[[Transaction], object]) -> None:
    with pytest.raises(StoreError):
        write(store, work)


def fill(tx: Transaction) -> None:
    tx.consent.add([grant(2)])
    tx.messages.record(message(2, "second"))
    tx.messages.remove([ref(1), ref(9)], NOON)
    tx.index.put(ref(2), PRIVATE, ["second"])
    tx.drafts.add(draft(2))
    tx.audit.append(entry(2))
    tx.keepsakes.set_preferences(Preferences(muted=frozenset({ASKER})))
    tx.keepsakes.put_backfill(Backfill(SECRET, NOON))


def contents(tx: Transaction) -> list[object]:
    return [
        tx.consent.all(),
        tx.messages.page(Span(), 99),
        tx.messages.channels(),
        tx.index.shelves(),
        tx.index.search(tx.index.shelves(), ["first", "second"], 9),
        tx.drafts.latest(99),
        tx.audit.entries(),
        tx.audit.head(),
        tx.audit.check(),
        tx.keepsakes.preferences(),
        tx.keepsakes.backfills(),
    ]


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
    early = grant(2, closed_at=NOON + MINUTE, closure=Closure.PAUSED)
    write(store, lambda tx: tx.consent.add([later, early]))
    assert read(store, lambda tx: tx.consent.all()) == (early, later)


def test_closing_cuts_what_still_runs_and_nothing_else(store: Store) -> None:
    grants = [grant(1), grant(2, ends_at=NOON + MINUTE), grant(3), grant(4, closed_at=NOON, closure=Closure.PAUSED)]
    write(store, lambda tx: tx.consent.add(grants))
    at = NOON + timedelta(days=1)
    cut = write(store, lambda tx: tx.consent.close(["g1", "g1", "g2", "g4", "unknown"], at, Closure.LEFT))
    assert cut == 1
    expected = (replace(grants[0], closed_at=at, closure=Closure.LEFT), *grants[1:])
    assert read(store, lambda tx: tx.consent.all()) == expected
    assert write(store, lambda tx: tx.consent.close(["g1"], at + MINUTE, Closure.CHANGED)) == 0


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
            tx.messages.record(message(number, f"m{number}", SECRET if number % 2 else GENERAL))
    since, until = NOON + 2 * MINUTE, NOON + 7 * MINUTE
    spans: list[tuple[Span, Iterable[int]]] = [
        (Span(), range(10)),
        (Span(since=since), range(2, 10)),
        (Span(until=until), range(7)),
        (Span(GENERAL, since, until), [2, 4, 6]),
        (Span(SECRET), [1, 3, 5, 7, 9]),
        (Span(ChannelRef("local", "team", "unknown")), []),
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


# ---------------------------------------------------------------- the index


def test_a_shelf_is_searched_by_any_of_the_terms_best_first(store: Store) -> None:
    learn(store, "apple pie", "apple apple", "cherry cake", "apple pie pie pie with quite some more words")
    hits = read(store, lambda tx: tx.index.search([PUBLIC], ["apple", "pie"], 10))
    assert {hit.ref for hit in hits} == {ref(1), ref(2), ref(4)}
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(hit.score > 0 for hit in hits)
    assert read(store, lambda tx: tx.index.search([PUBLIC], ["apple", "pie"], 2)) == hits[:2]


@pytest.mark.parametrize(("terms", "limit"), [([], 5), ([""], 5), (["unknown"], 5), (["apple"], 0), (["apple"], -1)])
def test_a_search_for_nothing_finds_nothing(store: Store, terms: list[str], limit: int) -> None:
    learn(store, "apple")
    assert read(store, lambda tx: tx.index.search([PUBLIC], terms, limit)) == ()
    assert read(store, lambda tx: tx.index.search([], ["apple"], 9)) == ()
    assert read(store, lambda tx: tx.index.search([Shelf(GENERAL, public=False)], ["apple"], 9)) == ()


def test_the_limit_holds_for_each_shelf(store: Store) -> None:
    learn(store, "apple", "apple pie")
    learn(store, "apple", "apple pie", shelf=PRIVATE)
    hits = read(store, lambda tx: tx.index.search([PUBLIC, PRIVATE], ["apple"], 1))
    assert [hit.ref.channel for hit in hits] == [GENERAL, SECRET]


def test_words_on_other_shelves_have_no_influence(store: Store) -> None:
    learn(store, "apple pie", "cherry cake apple", "pie", "nothing at all")
    ask: Callable[[Transaction], object] = lambda tx: (  # noqa: E731 - asked twice
        tx.index.search([PUBLIC], ["apple", "pie"], 9),
        tx.index.frequencies([PUBLIC], ["apple", "pie"]),
    )
    before = read(store, ask)
    learn(store, *["pie pie pie"] * 50, shelf=PRIVATE)
    learn(store, *["pie pie pie"] * 50, shelf=Shelf(GENERAL, public=False), first=100)
    assert read(store, ask) == before


def test_frequencies_count_exactly_the_given_shelves(store: Store) -> None:
    learn(store, "apple apple", "apple pie", "cherry")
    learn(store, "apple", shelf=PRIVATE)

    def count(*shelves: Shelf) -> Frequencies:
        return read(store, lambda tx: tx.index.frequencies(shelves, ["apple", "pie", "nil", "apple"]))

    assert count(PUBLIC) == Frequencies(3, {"apple": 2, "pie": 1, "nil": 0})
    assert count(PUBLIC, PRIVATE, PUBLIC) == Frequencies(4, {"apple": 3, "pie": 1, "nil": 0})
    assert count() == Frequencies(0, {"apple": 0, "pie": 0, "nil": 0})


def test_putting_again_takes_the_place_of_what_was_there_on_any_shelf(store: Store) -> None:
    learn(store, "apple", "apple")
    write(store, lambda tx: tx.index.put(ref(1), PUBLIC, ["pie"]))
    write(store, lambda tx: tx.index.put(ref(2), PRIVATE, ["pie"]))
    assert read(store, lambda tx: tx.index.search([PUBLIC, PRIVATE], ["apple"], 9)) == ()
    assert [h.ref for h in read(store, lambda tx: tx.index.search([PUBLIC, PRIVATE], ["pie"], 9))] == [ref(1), ref(2)]
    counts = read(store, lambda tx: tx.index.frequencies([PUBLIC], ["apple", "pie"]))
    assert counts == Frequencies(1, {"apple": 0, "pie": 1})
    assert read(store, lambda tx: tx.index.shelves()) == (PUBLIC, PRIVATE)


def test_what_is_taken_out_of_the_index_is_not_found_nor_counted(store: Store) -> None:
    learn(store, "apple", "apple pie")
    write(store, lambda tx: tx.index.remove([ref(1), ref(9), ref(1, SECRET)]))
    assert [h.ref for h in read(store, lambda tx: tx.index.search([PUBLIC], ["apple"], 9))] == [ref(2)]
    assert read(store, lambda tx: tx.index.frequencies([PUBLIC], ["apple"])) == Frequencies(1, {"apple": 1})
    assert read(store, lambda tx: tx.messages.count()) == 2
    write(store, lambda tx: tx.index.remove([ref(2)]))
    assert read(store, lambda tx: tx.index.shelves()) == ()
    write(store, lambda tx: tx.index.put(ref(2), PUBLIC, ["apple"]))
    assert len(read(store, lambda tx: tx.index.search([PUBLIC], ["apple"], 9))) == 1


def test_a_message_recorded_and_put_twice_in_one_transaction_is_indexed_once(store: Store) -> None:
    with store.writing(WORKER) as tx:
        tx.messages.record(message(1))
        tx.index.put(ref(1), PRIVATE, ["apple"])
        tx.index.put(ref(1), PUBLIC, ["pie"])
        tx.messages.record(message(2))
        tx.index.remove([ref(2)])
        tx.messages.record(message(3))
        tx.messages.remove([ref(3)], NOON)
        tx.index.put(ref(3), PUBLIC, ["pie"])
    assert [h.ref for h in read(store, lambda t: t.index.search([PUBLIC, PRIVATE], ["apple", "pie"], 9))] == [ref(1)]


TERMS = """foo foo_bar foo.bar foo-bar foo/bar foo+bar c++ c# a:b @x $y %z a&b (a) [b] {c} <d> e=f g|h ~i `j ^k !l ?m ,n
 ;o *p Foo FOO foO 'q "r "" \\ \\46\\ or OR AND NOT NEAR 你好 好 é e\u0301 ß ſs 🙂 x\u200by \x7f""".split()
TERMS += ["a b", "a\tb", "a\x00b", "a\nb", " ", "\ud800", "x" * 500]


def test_every_term_is_kept_whole_and_apart(store: Store) -> None:
    with store.writing(WORKER) as tx:
        for number, term in enumerate(TERMS):
            tx.messages.record(message(number))
            tx.index.put(ref(number), PUBLIC, [term])
    for number, term in enumerate(TERMS):
        with store.reading(WORKER) as tx:
            found = tx.index.search([PUBLIC], [term], 99)
        assert [hit.ref for hit in found] == [ref(number)], term
    assert set(read(store, lambda tx: tx.index.frequencies([PUBLIC], TERMS)).containing.values()) == {1}


def test_both_stores_give_the_same_hits_and_scores(tmp_path: Path) -> None:
    texts = [" ".join(f"w{(i * k) % 7}" for k in range(1, 2 + i % 9)) for i in range(60)]
    seen = []
    for made in (memory_store(tmp_path), sqlite_store(tmp_path)):
        with closing(made) as one:
            one.enrol(WORKER)
            learn(one, *texts)
            write(one, lambda tx: tx.messages.remove([ref(n) for n in range(5, 60, 5)], NOON))
            write(one, lambda tx: tx.index.put(ref(1), PUBLIC, ["w1", "w2", "w3"]))
            terms = ["w1", "w2", "w6", "w1"]
            with one.reading(WORKER) as view:
                seen.append((view.index.frequencies([PUBLIC], terms), view.index.search([PUBLIC], terms, 99)))
    (counts, remembered), (stored_counts, stored) = seen
    assert counts == stored_counts
    assert {h.ref: pytest.approx(h.score) for h in remembered} == {h.ref: h.score for h in stored}


# ---------------------------------------------------------------- drafts


FULL = draft(
    composer="quoting",
    written="Here it is: 维基\n> x",
    sources=(Source(ref(1), "aa", NOON, "quote 1"), Source(ref(2, SECRET), "bb", NOON + MINUTE, "")),
    reasons=("guard.praise", "guard.pay"),
    revision=3,
    is_edited=True,
    announced_at=NOON,
    decided_at=NOON + MINUTE,
    approved_digest="cc",
    claimed_at=NOON + 2 * MINUTE,
    posted_ref=ref(8),
    posted_at=NOON + 3 * MINUTE,
    state=DraftState.POSTED,
)


@pytest.mark.parametrize("kept", [draft(), FULL, draft(question_ref=None)])
def test_a_draft_comes_back_as_kept(store: Store, kept: Draft) -> None:
    write(store, lambda tx: tx.drafts.add(kept))
    assert read(store, lambda tx: tx.drafts.get("d1")) == kept
    assert read(store, lambda tx: tx.drafts.get("unknown")) is None


def test_a_draft_id_is_kept_once(store: Store) -> None:
    write(store, lambda tx: tx.drafts.add(draft()))
    with pytest.raises(StoreError):
        write(store, lambda tx: tx.drafts.add(draft(question="another")))
    assert read(store, lambda tx: tx.drafts.get("d1")) == draft()


def test_a_move_is_made_only_from_the_state_and_revision_it_was_meant_for(store: Store) -> None:
    pending = draft(state=DraftState.PENDING, written="text", revision=1)
    write(store, lambda tx: tx.drafts.add(pending))
    approved = replace(pending, state=DraftState.APPROVED, decided_at=NOON)
    for was, revision in [(DraftState.ASKED, 1), (DraftState.PENDING, 0), (DraftState.PENDING, 2)]:
        with store.writing(WORKER) as tx:
            assert not tx.drafts.move(approved, was, revision)
    assert read(store, lambda tx: tx.drafts.get("d1")) == pending
    assert write(store, lambda tx: tx.drafts.move(approved, DraftState.PENDING, 1))
    assert not write(store, lambda tx: tx.drafts.move(approved, DraftState.PENDING, 1))
    assert read(store, lambda tx: tx.drafts.get("d1")) == approved
    assert not write(store, lambda tx: tx.drafts.move(replace(approved, id="unknown"), DraftState.APPROVED, 1))


def test_drafts_are_listed_by_state_and_by_time(store: Store) -> None:
    states = [DraftState.PENDING, DraftState.ASKED, DraftState.DENIED, DraftState.PENDING]
    drafts = [draft(n, state=state) for n, state in zip((4, 3, 2, 1), states, strict=True)]
    tied = draft(5, state=DraftState.PENDING, asked_at=drafts[0].asked_at)
    with store.writing(WORKER) as tx:
        for one in (*drafts, tied):
            tx.drafts.add(one)
    pending = read(store, lambda tx: tx.drafts.in_states({DraftState.PENDING, DraftState.EXPIRED}))
    assert pending == (drafts[3], drafts[0], tied)
    assert read(store, lambda tx: tx.drafts.in_states([])) == ()
    assert read(store, lambda tx: tx.drafts.latest(3)) == (tied, drafts[0], drafts[1])
    since = read(store, lambda tx: tx.drafts.asked_since(drafts[1].asked_at))
    assert since == ((ASKER, drafts[1].asked_at), (ASKER, drafts[0].asked_at), (ASKER, tied.asked_at))


# ---------------------------------------------------------------- the audit chain


def test_entries_are_linked_and_the_chain_is_sound(store: Store) -> None:
    assert read(store, lambda tx: (tx.audit.head(), tx.audit.check(), tx.audit.entries())) == (None, None, ())
    first = write(store, lambda tx: tx.audit.append(entry(1)))
    second = write(store, lambda tx: tx.audit.append(entry(2, "d2")))
    assert (first.number, second.number, second.previous) == (1, 2, first.mac)
    assert read(store, lambda tx: tx.audit.entries()) == (first, second)
    assert read(store, lambda tx: tx.audit.entries("d2")) == (second,)
    head = read(store, lambda tx: tx.audit.head())
    assert head is not None
    assert (head.length, head.mac) == (2, second.mac)
    assert read(store, lambda tx: tx.audit.check()) is None


def test_each_chain_is_keyed_with_its_workers_own_key(store: Store) -> None:
    store.enrol(OTHER)
    macs = {write(store, lambda tx: tx.audit.append(entry()).mac, worker) for worker in (WORKER, OTHER)}
    assert len(macs | {link(bytes(32), None, entry())[0].mac}) == 3


def test_facts_handed_in_or_out_cannot_be_changed_afterwards(store: Store) -> None:
    sources = ["a"]
    given = AuditEntry(Happening.ASKED, NOON, "d1", {"sources": sources})
    returned = write(store, lambda tx: tx.audit.append(given))
    sources.append("b")
    returned.entry.facts["more"] = 1
    read(store, lambda tx: tx.audit.entries())[0].entry.facts["more"] = 1
    assert read(store, lambda tx: tx.audit.entries())[0].entry.facts == {"sources": ["a"]}
    assert read(store, lambda tx: tx.audit.check()) is None


# ---------------------------------------------------------------- keepsakes


def test_preferences_have_defaults_and_come_back_as_set(store: Store) -> None:
    assert read(store, lambda tx: tx.keepsakes.preferences()) == Preferences()
    chosen = Preferences(muted=frozenset({ASKER, OTHER}), links_allowed=False)
    write(store, lambda tx: tx.keepsakes.set_preferences(chosen))
    assert read(store, lambda tx: tx.keepsakes.preferences()) == chosen
    write(store, lambda tx: tx.keepsakes.set_preferences(Preferences()))
    assert read(store, lambda tx: tx.keepsakes.preferences()) == Preferences()


def test_backfills_are_kept_by_channel_until_dropped(store: Store) -> None:
    first, second = Backfill(SECRET, NOON), Backfill(GENERAL, NOON, "cursor", 7)
    with store.writing(WORKER) as tx:
        tx.keepsakes.put_backfill(first)
        tx.keepsakes.put_backfill(replace(second, learned=1))
        tx.keepsakes.put_backfill(second)
    assert read(store, lambda t: t.keepsakes.backfills()) == (second, first)
    write(store, lambda t: t.keepsakes.drop_backfill(SECRET))
    write(store, lambda t: t.keepsakes.drop_backfill(SECRET))
    write(store, lambda t: t.keepsakes.drop_backfill(ChannelRef("x", "y", "z")))
    assert read(store, lambda t: t.keepsakes.backfills()) == (second,)


# ---------------------------------------------------------------- compaction


REMOVALS: dict[str, Callable[[Transaction], object]] = {
    "a message removed": lambda tx: tx.messages.remove([ref(1)], NOON),
    "a message revised": lambda tx: tx.messages.record(message(1, "new", revised_at=NOON + timedelta(days=1))),
    "taken out of the index": lambda tx: tx.index.remove([ref(1)]),
    "indexed anew": lambda tx: tx.index.put(ref(1), PUBLIC, ["other"]),
    "a draft's question emptied": lambda tx: tx.drafts.move(draft(9, question=""), DraftState.ASKED, 0),
}
ADDITIONS: dict[str, Callable[[Transaction], object]] = {
    "a message": lambda tx: tx.messages.record(message(5)),
    "a repetition": lambda tx: tx.messages.record(message(1, "first")),
    "a tombstone": lambda tx: tx.messages.remove([ref(77)], NOON),
    "a draft composed": lambda tx: tx.drafts.move(draft(9, written="more"), DraftState.ASKED, 0),
}


@pytest.mark.parametrize("work", REMOVALS.values(), ids=list(REMOVALS))
def test_compaction_is_due_once_words_have_gone(store: Store, work: Callable[[Transaction], object]) -> None:
    learn(store, "first", "second")
    write(store, lambda tx: tx.drafts.add(draft(9)))
    assert store.compact(WORKER, only_if_due=True) is None
    write(store, work)
    before = read(store, contents)
    proof = store.compact(WORKER, only_if_due=True)
    assert proof is not None
    assert proof.wal_bytes == 0
    assert store.compact(WORKER, only_if_due=True) is None
    assert read(store, contents) == before


@pytest.mark.parametrize("work", ADDITIONS.values(), ids=list(ADDITIONS))
def test_compaction_is_not_due_while_nothing_has_gone(store: Store, work: Callable[[Transaction], object]) -> None:
    learn(store, "first", "second")
    write(store, lambda tx: tx.drafts.add(draft(9)))
    write(store, work)
    assert store.compact(WORKER, only_if_due=True) is None
    assert store.compact(WORKER) is not None
