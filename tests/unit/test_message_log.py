"""The message log: what comes in, what an edit changes, what goes, and that nothing rests on what is there no more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.audit import Happening
from bot.drafts import DraftState
from bot.message_log import AT_ONCE, compose_afresh, end_answers, forget, rework_drafts, said_in, stands, take_note
from bot.messages import WORKER_SAID, Recorded, Span
from bot.ports import Transaction
from bot.profile.topics import Topic, TopicKind
from bot.profile.voice import Tally
from bot.refs import ThreadRef
from bot.unlearning import thread_key
from tests.unit.small_log import GRANTS, answer, claim, draft, indexed, log, read, said, source
from tests.unit.small_team import BUILD, LEADS, NOON

CACHE, ROSES = "The cache is emptied on Sundays.", "The roses want water."
OPEN, ENDED = (DraftState.PENDING, DraftState.APPROVED), (DraftState.POSTED, DraftState.DENIED)
AFRESH = (DraftState.ASKED, "")


def texts(tx: Transaction) -> list[str]:
    return [message.text for message in tx.messages.find(tx.messages.refs(Span()))]


def standings(tx: Transaction) -> dict[str, tuple[DraftState, str]]:
    """Return where each draft stands, and what it says."""
    return {d.id: (d.state, d.written) for d in tx.drafts.in_states(frozenset(DraftState))}


def answers(tx: Transaction) -> list[str]:
    return [kept.id for kept in tx.reusable.all()]


def never_use(tx: Transaction, *words: str) -> None:
    topics = tuple(Topic(f"t-{word}", TopicKind.WORDS, word, NOON) for word in words)
    tx.keepsakes.set_preferences(replace(tx.keepsakes.preferences(), topics=topics))


# ---------------------------------------------------------------- what comes in


def test_a_message_is_logged_by_the_grants_that_are_handed_in_or_else_by_those_of_the_file(tx: Transaction) -> None:
    assert take_note(tx, said(1, CACHE), NOON) is None
    tx.consent.add(GRANTS)
    assert take_note(tx, said(1, CACHE), NOON, ()) is None
    assert (texts(tx), indexed(tx, "cache")) == ([], [])
    assert take_note(tx, said(1, CACHE), NOON) is Recorded.NEW
    assert (texts(tx), indexed(tx, "cache")) == ([CACHE], ["1.0"])
    assert take_note(tx, said(1, CACHE), NOON) is Recorded.REPEATED


def test_nothing_is_logged_of_a_message_that_is_of_others_alone(tx: Transaction) -> None:
    assert take_note(tx, said(1, f"> {CACHE}"), NOON, GRANTS) is None
    assert texts(tx) == []


def test_an_edit_takes_the_old_words_out_of_all_that_rests_on_them(tx: Transaction) -> None:
    message, other = log(tx, 1, CACHE), log(tx, 2, ROSES)
    read(tx, message, other)
    tx.profile.put([claim("c1", CACHE, message), claim("c2", ROSES, other)])
    tx.drafts.add(draft("d1", DraftState.PENDING, source(message)))
    tx.drafts.add(draft("d2", DraftState.POSTED, claims=("c1",)))
    tx.drafts.add(draft("d3", DraftState.PENDING, source(other), claims=("c2",)))
    for kept in (answer("a1", source(message)), answer("a2", of="d2"), answer("a3", source(other), of="d3")):
        tx.reusable.put(kept)
    assert take_note(tx, said(1, "The valve is shut.", edited=5), NOON, GRANTS) is Recorded.REVISED
    assert (indexed(tx, "cache"), indexed(tx, "valve")) == ([], ["1.0"])
    assert tx.profile.voice() == {other.shelf: Tally().add(ROSES, thread_key(other))}
    assert [left.id for left in tx.profile.claims()] == ["c2"]
    assert standings(tx) == {"d1": AFRESH, "d2": (DraftState.POSTED, ""), "d3": (DraftState.PENDING, "It is.")}
    assert answers(tx) == ["a3"]


@pytest.mark.parametrize("minutes", [0, 4, 5], ids=["what was said first", "an older edit", "the same edit"])
def test_what_comes_after_the_newest_edit_changes_nothing(tx: Transaction, minutes: int) -> None:
    log(tx, 1, CACHE)
    take_note(tx, said(1, ROSES, edited=5), NOON, GRANTS)
    (message,) = tx.messages.find([said(1, "").ref])
    read(tx, message)
    tx.profile.put([claim("c1", ROSES, message)])
    tx.drafts.add(draft("d1", DraftState.PENDING, source(message)))
    tx.reusable.put(answer("a1", source(message)))
    before = tx.profile.voice(), tx.profile.claims(), standings(tx), answers(tx)
    again = said(1, ROSES if minutes == 5 else "The valve is shut.", edited=minutes)
    assert take_note(tx, again, NOON, GRANTS) is Recorded.REPEATED
    assert texts(tx) == [ROSES]
    assert (tx.profile.voice(), tx.profile.claims(), standings(tx), answers(tx)) == before


@pytest.mark.parametrize(
    ("edited", "left"),
    [(0, [ROSES]), (4, [ROSES]), (5, [ROSES]), (6, [])],
    ids=["what was said first", "an older edit", "the same edit", "a newer edit"],
)
def test_an_edit_that_may_not_be_logged_takes_away_what_it_replaces(
    tx: Transaction, edited: int, left: list[str]
) -> None:
    log(tx, 1, CACHE)
    take_note(tx, said(1, ROSES, edited=5), NOON, GRANTS)
    assert take_note(tx, said(1, "The valve is shut.", edited=edited), NOON, ()) is None
    assert texts(tx) == left


def test_a_secret_is_counted_once_whether_it_comes_or_stays_through_an_edit(tx: Transaction) -> None:
    for edited, secret in ((0, "hunter2hunter2"), (5, "hunter2hunter2"), (9, "tiger2tiger2")):
        take_note(tx, said(1, f"my password is {secret}, edit {edited}", edited=edited), NOON, GRANTS)
        assert sum(tx.removals.counts().values()) == 1


# ---------------------------------------------------------------- what is never to be used


def test_a_new_message_about_a_topic_is_held_back_by_each_of_them(tx: Transaction) -> None:
    never_use(tx, "cache", "sundays", "roses")
    log(tx, 1, CACHE)
    log(tx, 2, "Lunch.")
    assert (indexed(tx, "cache"), indexed(tx, "lunch")) == ([], ["2.0"])
    held = {by: [ref.stamp for ref in tx.usage.withheld(by)] for by in ("t-cache", "t-sundays", "t-roses")}
    assert held == {"t-cache": ["1.0"], "t-sundays": ["1.0"], "t-roses": []}


def test_an_edit_is_held_back_for_what_it_is_about_now(tx: Transaction) -> None:
    never_use(tx, "cache", "roses")
    log(tx, 1, CACHE)
    take_note(tx, said(1, f"{ROSES} Daily.", edited=1), NOON, GRANTS)
    assert [tx.usage.withheld(by) for by in ("t-cache", "t-roses")] == [(), (said(1, "").ref,)]
    assert indexed(tx, "daily") == []
    take_note(tx, said(1, "Lunch is daily.", edited=2), NOON, GRANTS)
    assert (tx.usage.withheld(), indexed(tx, "daily")) == ((), ["1.0"])


def test_what_its_worker_held_back_stays_so_through_an_edit(tx: Transaction) -> None:
    message = log(tx, 1, CACHE)
    tx.usage.withhold([message.ref], WORKER_SAID)
    take_note(tx, said(1, ROSES, edited=1), NOON, GRANTS)
    assert (tx.usage.withheld(WORKER_SAID), indexed(tx, "roses")) == ((message.ref,), [])


# ---------------------------------------------------------------- what goes


def test_what_is_forgotten_takes_all_that_rests_on_it_and_stays_out(tx: Transaction) -> None:
    message, other = log(tx, 1, CACHE), log(tx, 2, ROSES)
    tx.profile.put([claim("c1", CACHE, message), claim("c2", ROSES, other)])
    tx.drafts.add(draft("d1", DraftState.PENDING, claims=("c1",)))
    tx.drafts.add(draft("d2", DraftState.POSTED, source(message)))
    tx.drafts.add(draft("d3", DraftState.POSTED, source(other), claims=("c2",)))
    for kept in (answer("a1", source(message)), answer("a2", of="d3")):
        tx.reusable.put(kept)
    assert forget(tx, [message.ref, said(9, "").ref], NOON) == 1
    assert (texts(tx), indexed(tx, "cache"), answers(tx)) == ([ROSES], [], ["a2"])
    assert [left.id for left in tx.profile.claims()] == ["c2"]
    assert standings(tx) == {"d1": AFRESH, "d2": (DraftState.POSTED, ""), "d3": (DraftState.POSTED, "It is.")}
    assert take_note(tx, said(1, CACHE), NOON, GRANTS) is Recorded.DELETED


def test_answers_end_with_any_of_their_messages_and_with_any_claim_of_their_draft(tx: Transaction) -> None:
    cache, roses = log(tx, 1, CACHE), log(tx, 2, ROSES)
    tx.drafts.add(draft("d1", DraftState.POSTED, claims=("c1", "c2")))
    tx.drafts.add(draft("d2", DraftState.POSTED, claims=("c3",)))
    kept = [answer("a1", source(roses), source(cache)), answer("a2", of="d1"), answer("a3", of="d2"), answer("a4")]
    for one in kept:
        tx.reusable.put(one)
    assert end_answers(tx, [log(tx, 3, "Lunch.").ref]) == 0
    assert end_answers(tx, ()) == 0
    assert end_answers(tx, [cache.ref]) == 1
    assert answers(tx) == ["a2", "a3", "a4"]
    assert end_answers(tx, (), ["c2", "c9"]) == 1
    assert answers(tx) == ["a3", "a4"]


# ---------------------------------------------------------------- what a draft rests on


def test_sources_stand_while_all_are_there_unchanged_to_be_used_and_on_a_shelf_that_may_be_read(
    tx: Transaction,
) -> None:
    cache, roses, held = log(tx, 1, CACHE), log(tx, 2, ROSES, LEADS), log(tx, 3, "Lunch.")
    tx.usage.withhold([held.ref], WORKER_SAID)
    both = [cache.shelf, roses.shelf]
    assert stands(tx, [source(cache), source(roses)], both)
    assert stands(tx, iter([source(cache)]), [cache.shelf])
    assert stands(tx, (), ())
    assert not stands(tx, [source(cache), source(roses)], [cache.shelf])
    assert not stands(tx, [source(cache), source(held)], both)
    for digest in ("0" * 64, "f" * 64):
        assert not stands(tx, [source(roses), replace(source(cache), digest=digest)], both)
    assert not stands(tx, [source(cache), replace(source(cache), ref=said(9, "").ref)], both)


@pytest.mark.parametrize("digest", ["0" * 64, "f" * 64])
def test_drafts_of_words_that_changed_are_composed_afresh_or_lose_them(tx: Transaction, digest: str) -> None:
    same, changed = log(tx, 1, CACHE), log(tx, 2, ROSES)
    older = replace(source(changed), digest=digest)
    for state in (*OPEN, *ENDED, DraftState.ASKED):
        tx.drafts.add(draft(f"{state}-same", state, source(same)))
        tx.drafts.add(draft(f"{state}-other", state, older, source(same)))
    rework_drafts(tx, [same.ref], NOON)
    assert set(standings(tx).values()) == {(state, "It is.") for state in (*OPEN, *ENDED, DraftState.ASKED)}
    rework_drafts(tx, [same.ref, changed.ref], NOON)
    now = {d.id: d for d in tx.drafts.in_states(frozenset(DraftState))}
    for state in OPEN:
        assert (now[f"{state}-same"].state, now[f"{state}-other"].state) == (state, DraftState.ASKED)
        assert (now[f"{state}-other"].revision, now[f"{state}-other"].question) == (2, "How is it?")
    for state in ENDED:
        assert now[f"{state}-same"].written == "It is."
        scrubbed = now[f"{state}-other"]
        assert (scrubbed.state, scrubbed.written, scrubbed.composed) == (state, "", "")
        assert [(s.ref, s.quote) for s in scrubbed.sources] == [(changed.ref, ""), (same.ref, "")]
    assert now[f"{DraftState.ASKED}-other"].sources == (older, source(same)), "it is a question already"


def test_what_is_held_back_serves_no_open_draft_and_stays_in_what_ended(tx: Transaction) -> None:
    held, other = log(tx, 1, CACHE), log(tx, 2, ROSES)
    tx.usage.withhold([held.ref], WORKER_SAID)
    tx.drafts.add(draft("d1", DraftState.PENDING, source(other), source(held)))
    tx.drafts.add(draft("d2", DraftState.POSTED, source(held)))
    tx.drafts.add(draft("d3", DraftState.PENDING, source(other)))
    rework_drafts(tx, [held.ref, other.ref], NOON)
    assert standings(tx) == {"d1": AFRESH, "d2": (DraftState.POSTED, "It is."), "d3": (DraftState.PENDING, "It is.")}


def test_a_claim_that_is_used_no_more_serves_no_open_draft_and_one_that_is_erased_stays_in_none(
    tx: Transaction,
) -> None:
    message = log(tx, 1, CACHE)
    tx.profile.put([claim("c1", CACHE, message), claim("c3", CACHE, message)])
    for name, claims in (("d1", ("c1",)), ("d2", ("c2", "c3")), ("d3", ("c3",))):
        tx.drafts.add(draft(f"{name}-open", DraftState.APPROVED, claims=claims))
        tx.drafts.add(draft(f"{name}-ended", DraftState.POSTED, claims=claims))
    rework_drafts(tx, (), NOON, claims=["c1", "c2"])
    posted, approved = DraftState.POSTED, DraftState.APPROVED
    assert standings(tx) == {
        "d1-open": AFRESH,
        "d1-ended": (posted, "It is."),
        "d2-open": AFRESH,
        "d2-ended": (posted, ""),
        "d3-open": (approved, "It is."),
        "d3-ended": (posted, "It is."),
    }


def test_a_draft_that_is_a_question_again_says_why_in_the_chain(tx: Transaction) -> None:
    tx.drafts.add(draft("d1", DraftState.PENDING))
    rework_drafts(tx, (), NOON)
    rework_drafts(tx, [said(1, "").ref], NOON)
    assert tx.audit.entries() == ()
    rework_drafts(tx, (), NOON, claims=["c1"])
    (pending,) = tx.drafts.in_states({DraftState.PENDING})
    compose_afresh(tx, pending, NOON, because="topic")
    tx.drafts.add(draft("d2", DraftState.APPROVED, claims=("c1",)))
    rework_drafts(tx, (), NOON, claims=["c1"])
    entries = [chained.entry for chained in tx.audit.entries()]
    assert [(e.happening, e.at, e.subject, e.facts) for e in entries] == [
        (Happening.VOIDED, NOON, "d1", {"because": "topic"}),
        (Happening.VOIDED, NOON, "d2", {"because": "source"}),
    ]


def test_what_was_said_in_a_thread_is_found_among_many_messages_and_its_root_is_not(tx: Transaction) -> None:
    thread = ThreadRef(BUILD, "0.0")
    places = dict.fromkeys((1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1), thread) | {6: ThreadRef(BUILD, "5.0")}
    for number in range(AT_ONCE + 2):
        message = replace(said(number, f"note {number}"), thread=places.get(number))
        assert take_note(tx, message, NOON, GRANTS) is not None
    found = said_in(tx, thread)
    assert sorted(ref.stamp for ref in found) == sorted(f"{n}.0" for n in (1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1))
    assert said_in(tx, ThreadRef(LEADS, "0.0")) == ()
