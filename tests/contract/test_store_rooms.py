"""Every promise of the index, the drafts, the audit chain and the keepsakes, over every store."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.audit import AuditEntry, Happening, link
from bot.consent import Shelf
from bot.drafts import Draft, DraftState, Source
from bot.errors import StoreError
from bot.messages import Backfill, Spending
from bot.ports import Frequencies, Store, Transaction
from bot.preferences import Preferences
from bot.profile.claims import ClaimState
from bot.profile.voice import Tally
from bot.refs import ChannelRef
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
    learn,
    memory_store,
    message,
    read,
    ref,
    sqlite_store,
    tally,
    topic,
    write,
)

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


@pytest.mark.promise(11, "a search with and without text elsewhere, in each store")
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
    told_at=NOON + 4 * MINUTE,
    composed="Here it was",
    claims=("c1", "c2"),
    awaits_asker=True,
    without_model=True,
    prompt_digest="dd",
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
    for was, revision in [(DraftState.FAILED, 1), (DraftState.PENDING, 0), (DraftState.PENDING, 2)]:
        with store.writing(WORKER) as tx:
            assert not tx.drafts.move(approved, was, revision)
    assert read(store, lambda tx: tx.drafts.get("d1")) == pending
    assert write(store, lambda tx: tx.drafts.move(approved, DraftState.PENDING, 1))
    assert not write(store, lambda tx: tx.drafts.move(approved, DraftState.PENDING, 1))
    assert read(store, lambda tx: tx.drafts.get("d1")) == approved
    assert not write(store, lambda tx: tx.drafts.move(replace(approved, id="unknown"), DraftState.APPROVED, 1))


def test_a_move_that_is_in_no_table_is_refused(store: Store) -> None:
    asked = draft(state=DraftState.ASKED)
    write(store, lambda tx: tx.drafts.add(asked))
    with pytest.raises(StoreError) as refused:
        write(store, lambda tx: tx.drafts.move(replace(asked, state=DraftState.POSTED), DraftState.ASKED, 0))
    assert refused.value.code == "illegal_move"
    assert read(store, lambda tx: tx.drafts.get("d1")) == asked


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
    topics, informed = (topic(2, "工资"), topic(1)), frozenset({(ASKER, "vendor|eu"), (ASKER, "local")})
    switched = Preferences(links_allowed=False, away_until=NOON.date(), away_by_status=True, drafts_shown=True)
    chosen = replace(switched, muted=frozenset({ASKER, OTHER}), topics=topics, informed=informed, told_version=7)
    chosen = replace(chosen, time_zone="Europe/Berlin", locale="zh-CN")
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


def test_what_was_spent_adds_up_by_day_and_purpose(store: Store) -> None:
    day, next_day = date(2026, 3, 2), date(2026, 3, 3)
    with store.writing(WORKER) as tx:
        tx.keepsakes.spend(day, "draft", Spending(1, 500, 70))
        tx.keepsakes.spend(next_day, "draft", Spending(9, 9, 9))
        tx.keepsakes.spend(day, "refresh", Spending(2, 4_000, 300))
        tx.keepsakes.spend(day, "draft", Spending(1, 400, 30))
    spent = read(store, lambda t: t.keepsakes.spent(day))
    assert spent == {"draft": Spending(2, 900, 100), "refresh": Spending(2, 4_000, 300)}
    assert read(store, lambda t: t.keepsakes.spent(next_day)) == {"draft": Spending(9, 9, 9)}
    assert read(store, lambda t: t.keepsakes.spent(date(2026, 3, 4))) == {}


# ---------------------------------------------------------------- compaction


def keep_words(tx: Transaction) -> None:
    """Keep something of everything that holds words."""
    tx.drafts.add(draft(9, composed="a draft"))
    tx.profile.put([claim()])
    tx.profile.put_voice(PUBLIC, tally())
    tx.reusable.put(answer())
    tx.keepsakes.set_preferences(Preferences(topics=(topic(1), topic(2, "pay rise"))))


def mark_all(tx: Transaction) -> None:
    tx.usage.withhold([ref(1)], "worker")
    tx.usage.lower([ref(1)])
    tx.usage.mark_read([ref(1)])


REMOVALS: dict[str, Callable[[Transaction], object]] = {
    "a message removed": lambda tx: tx.messages.remove([ref(1)], NOON),
    "a message revised": lambda tx: tx.messages.record(message(1, "new", revised_at=NOON + timedelta(days=1))),
    "taken out of the index": lambda tx: tx.index.remove([ref(1)]),
    "indexed anew": lambda tx: tx.index.put(ref(1), PUBLIC, ["other"]),
    "a draft's question emptied": lambda tx: tx.drafts.move(
        draft(9, question="", composed="a draft"), DraftState.ASKED, 0
    ),
    "what a draft was first, let go": lambda tx: tx.drafts.move(draft(9, composed=""), DraftState.ASKED, 0),
    "a claim dropped": lambda tx: tx.profile.drop(["c1"]),
    "a claim reworded": lambda tx: tx.profile.put([claim(statement="other")]),
    "another set phrase": lambda tx: tx.profile.put_voice(PUBLIC, tally(6, "hello all")),
    "a voice taken away": lambda tx: tx.profile.put_voice(PUBLIC, Tally()),
    "a reusable answer dropped": lambda tx: tx.reusable.drop(["r1"]),
    "a reusable answer reworded": lambda tx: tx.reusable.put(answer(text="other")),
    "a title fewer": lambda tx: tx.reusable.put(answer(titles=("where is the wiki",))),
    "an answer's quote emptied": lambda tx: tx.reusable.put(answer(sources=())),
    "a topic taken away": lambda tx: tx.keepsakes.set_preferences(Preferences(topics=(topic(1),))),
}
ADDITIONS: dict[str, Callable[[Transaction], object]] = {
    "a message": lambda tx: tx.messages.record(message(5)),
    "a repetition": lambda tx: tx.messages.record(message(1, "first")),
    "a tombstone": lambda tx: tx.messages.remove([ref(77)], NOON),
    "a draft composed": lambda tx: tx.drafts.move(draft(9, written="more", composed="a draft"), DraftState.ASKED, 0),
    "a claim more": lambda tx: tx.profile.put([claim(2)]),
    "a claim kept": lambda tx: tx.profile.put([claim(state=ClaimState.KEPT)]),
    "an unknown claim dropped": lambda tx: tx.profile.drop(["c7"]),
    "a reusable answer served": lambda tx: tx.reusable.put(answer(served=1)),
    "an unknown answer dropped": lambda tx: tx.reusable.drop(["r7"]),
    "a topic more": lambda tx: tx.keepsakes.set_preferences(
        Preferences(topics=(topic(1), topic(2, "pay rise"), topic(3, "bonus")))
    ),
    "more counted of the voice": lambda tx: tx.profile.put_voice(PUBLIC, tally(6)),
    "a voice taken away that was not there": lambda tx: tx.profile.put_voice(PRIVATE, Tally()),
    "a message withheld, lowered and read": mark_all,
}


@pytest.mark.parametrize("work", REMOVALS.values(), ids=list(REMOVALS))
def test_compaction_is_due_once_words_have_gone(store: Store, work: Callable[[Transaction], object]) -> None:
    learn(store, "first", "second")
    write(store, keep_words)
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
    write(store, keep_words)
    write(store, work)
    assert store.compact(WORKER, only_if_due=True) is None
    assert store.compact(WORKER) is not None
