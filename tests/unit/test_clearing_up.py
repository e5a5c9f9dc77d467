"""Taking out what is never to be learnt: the list itself, what it was gone over with, and what is no message."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.audit import Happening
from bot.clearing import redaction_for
from bot.clearing_up import (
    ON_ITS_WAY,
    clear_messages,
    clear_the_rest,
    drop_never_learn,
    keep_never_learn,
    name_of_redaction,
    note_cleared,
)
from bot.drafts import Draft, DraftState, composed_afresh
from bot.message_log import REDRAFTED
from bot.messages import WORKER_SAID
from bot.ports import Transaction
from bot.profile.claims import ClaimKind
from bot.profile.topics import MOST, Topic, TopicKind
from bot.profile.voice import Tally
from bot.refused import RefusedQuestion
from bot.unlearning import thread_key
from tests.unit.small_log import answer, claim, draft, indexed, log, read, said, source
from tests.unit.small_team import BUILD, MARA, NOON

REGIONS = ("US",)
FOX, OWL = "The fox is lazy.", "The owl is lazy."


def topic(name: str) -> Topic:
    return Topic(f"t-{name}", TopicKind.WORDS, name, NOON)


def wanted(tx: Transaction) -> list[str]:
    return [topic.text for topic in tx.keepsakes.preferences().never_learn]


def is_cleared(tx: Transaction) -> bool:
    return tx.keepsakes.preferences().cleared_by == name_of_redaction(tx, REGIONS)


def test_a_list_holds_each_thing_once_and_no_more_than_it_may(tx: Transaction) -> None:
    names = [f"word{number}" for number in range(MOST)]
    assert all(keep_never_learn(tx, topic(name), REGIONS, NOON) for name in names)
    assert keep_never_learn(tx, topic("another"), REGIONS, NOON) is False
    assert drop_never_learn(tx, "t-word3", REGIONS, NOON) is True
    assert keep_never_learn(tx, topic("word4"), REGIONS, NOON) is False
    assert keep_never_learn(tx, replace(topic("word4"), kind=TopicKind.PATTERN), REGIONS, NOON) is True
    preferences = tx.keepsakes.preferences()  # a list from when more could stand in it
    tx.keepsakes.set_preferences(replace(preferences, never_learn=(*preferences.never_learn, topic("more"))))
    assert keep_never_learn(tx, topic("another"), REGIONS, NOON) is False


@pytest.mark.parametrize("name", ["b", "d", "f"])
def test_what_is_learnt_again_is_the_only_thing_that_leaves_the_list(tx: Transaction, name: str) -> None:
    for kept in "bdf":
        keep_never_learn(tx, topic(kept), REGIONS, NOON)
    for unknown in ("t-a", "t-c", "t-z", ""):
        assert drop_never_learn(tx, unknown, REGIONS, NOON) is False
    assert wanted(tx) == ["b", "d", "f"]
    assert drop_never_learn(tx, f" t-{name}".strip(), REGIONS, NOON) is True
    assert wanted(tx) == [kept for kept in "bdf" if kept != name]
    facts = [(c.entry.happening, c.entry.subject, c.entry.facts) for c in tx.audit.entries()]
    assert facts[-1] == (Happening.RELEASED, f"t-{name}", {"patterns": 1})
    assert facts[0] == (Happening.CLEARED, "t-b", {"patterns": 1})


@pytest.mark.parametrize("by", ["today", "0", "zzzz", ""])
def test_what_was_gone_over_stays_so_when_something_is_learnt_again(tx: Transaction, by: str) -> None:
    keep_never_learn(tx, topic("fox"), REGIONS, NOON)
    assert not is_cleared(tx)
    note_cleared(tx, f"{name_of_redaction(tx, REGIONS)}" if by == "today" else by)
    drop_never_learn(tx, "t-fox", REGIONS, NOON)
    assert is_cleared(tx) is (by == "today")


def test_one_redaction_is_told_from_another_by_its_table_its_regions_and_its_list(tx: Transaction) -> None:
    names = {name_of_redaction(tx, REGIONS), name_of_redaction(tx, ("US", "GB"))}
    keep_never_learn(tx, topic("fox"), REGIONS, NOON)
    names.add(name_of_redaction(tx, REGIONS))
    assert len(names) == 3


def test_the_words_of_refused_questions_go_too_and_no_others(tx: Transaction) -> None:
    for name, text in (("r1", "is the fox lazy?"), ("r2", "is the owl lazy?")):
        tx.refused.put(RefusedQuestion(name, "judging", NOON, NOON + timedelta(days=2), MARA, BUILD, text))
    keep_never_learn(tx, topic("fox"), REGIONS, NOON)
    kept = {refused.id: refused.words for refused in tx.refused.all()}
    assert "fox" not in kept["r1"]
    assert kept["r1"].startswith("is the ")
    assert kept["r2"] == "is the owl lazy?"
    assert sum(tx.removals.counts().values()) == 1


def test_where_nothing_is_to_be_taken_out_nothing_changed(tx: Transaction) -> None:
    assert clear_messages(tx, [], redaction_for(tx, REGIONS), NOON) == 0
    assert tx.audit.entries() == ()


# ---------------------------------------------------------------- messages


def wish(tx: Transaction) -> None:
    """Wish foxes never to be learnt, without anything being cleared of them."""
    tx.keepsakes.set_preferences(replace(tx.keepsakes.preferences(), never_learn=(topic("fox"),)))


def drafts(tx: Transaction) -> dict[str, Draft]:
    return {d.id: d for d in tx.drafts.in_states(frozenset(DraftState))}


def test_messages_lose_it_and_with_it_what_rested_on_the_old_words(tx: Transaction) -> None:
    fox, owl, held = log(tx, 1, FOX), log(tx, 2, OWL), log(tx, 3, "A fox alone.")
    read(tx, fox, owl)
    tx.usage.withhold([held.ref], WORKER_SAID)
    tx.index.remove([held.ref])
    tx.profile.put([claim("c1", "It is lazy.", fox), claim("c2", OWL, owl)])
    tx.drafts.add(draft("d1", DraftState.PENDING, source(fox)))
    tx.drafts.add(draft("d2", DraftState.PENDING, claims=("c1",)))
    tx.drafts.add(draft("d3", DraftState.POSTED, source(fox)))
    tx.drafts.add(draft("d4", DraftState.POSTED, source(owl), claims=("c2",)))
    tx.drafts.add(draft("d5", DraftState.POSTED, claims=("c1",)))
    for one in (answer("a1", source(fox)), answer("a2", of="d5"), answer("a3", source(owl), of="d4")):
        tx.reusable.put(one)
    wish(tx)
    refs = [fox.ref, owl.ref, held.ref, said(9, "").ref]
    assert clear_messages(tx, refs, redaction_for(tx, REGIONS), NOON) == 2
    assert [m.text for m in tx.messages.find(refs)] == ["The ‹removed› is lazy.", OWL, "A ‹removed› alone."]
    assert (indexed(tx, "fox"), indexed(tx, "lazy"), indexed(tx, "alone")) == ([], ["1.0", "2.0"], [])
    assert tx.profile.voice() == {owl.shelf: Tally().add(OWL, thread_key(owl))}
    assert [left.id for left in tx.profile.claims()] == ["c2"]
    asked, posted = DraftState.ASKED, DraftState.POSTED
    assert {d.id: (d.state, d.written) for d in drafts(tx).values()} == {
        "d1": (asked, ""), "d2": (asked, ""), "d3": (posted, ""), "d4": (posted, "It is."), "d5": (posted, ""),
    }  # fmt: skip
    assert [left.id for left in tx.reusable.all()] == ["a3"]
    assert sum(tx.removals.counts().values()) == 2
    last = tx.audit.entries()[-1].entry
    assert (last.happening, last.at, last.subject, last.facts) == (Happening.CLEARED, NOON, "", {"messages": 2})
    assert clear_messages(tx, refs, redaction_for(tx, REGIONS), NOON) == 0


# ---------------------------------------------------------------- what is no message


@pytest.mark.parametrize("kind", [kind for kind in ClaimKind if kind is not ClaimKind.CORRECTION])
def test_what_was_learnt_goes_whole_and_what_the_worker_put_right_stays_without_it(
    tx: Transaction, kind: ClaimKind
) -> None:
    message = log(tx, 1, "I know all of it.")
    learnt, other = replace(claim("c1", FOX, message), kind=kind), replace(claim("c2", OWL, message), kind=kind)
    told, also = (replace(c, id=f"{c.id}-told", kind=ClaimKind.CORRECTION) for c in (learnt, other))
    tx.profile.put([learnt, other, told, also])
    for one in (learnt, other, told, also):
        tx.drafts.add(draft(f"d-{one.id}", DraftState.PENDING, claims=(one.id,)))
    wish(tx)
    clear_the_rest(tx, redaction_for(tx, REGIONS), NOON)
    assert {c.id: c.statement for c in tx.profile.claims()} == {
        "c2": OWL, "c1-told": "The ‹removed› is lazy.", "c2-told": OWL,
    }  # fmt: skip
    assert [name for name, d in sorted(drafts(tx).items()) if d.state is DraftState.ASKED] == ["d-c1", "d-c1-told"]
    assert sum(tx.removals.counts().values()) == 1, "what goes whole is not counted as taken out"


def test_an_answer_goes_whole_wherever_it_holds_it(tx: Transaction) -> None:
    fox, owl = log(tx, 1, FOX), log(tx, 2, OWL)
    for one in (
        answer("a1", title="How is the fox?"),
        answer("a2", text=FOX),
        answer("a3", source(owl), source(fox)),
        answer("a4", source(owl), text=OWL),
    ):
        tx.reusable.put(one)
    wish(tx)
    clear_the_rest(tx, redaction_for(tx, REGIONS), NOON)
    assert [left.id for left in tx.reusable.all()] == ["a4"]


@pytest.mark.parametrize("where", ["question", "written", "composed", "sources"])
@pytest.mark.parametrize("state", list(DraftState))
def test_a_draft_loses_it_wherever_it_stands_unless_it_may_have_to_be_posted_still(
    tx: Transaction, state: DraftState, where: str
) -> None:
    quote, other = source(log(tx, 1, FOX)), source(log(tx, 2, OWL))
    clean = replace(draft("d1", state, other), question="How is the owl?")
    whole: dict[str, Any] = {"question": "How is the fox?", "written": FOX, "composed": FOX, "sources": (other, quote)}
    kept = replace(clean, **{where: whole[where]})
    tx.drafts.add(kept)
    tx.drafts.add(replace(clean, id="d2"))
    wish(tx)
    clear_the_rest(tx, redaction_for(tx, REGIONS), NOON)
    after = drafts(tx)
    assert after["d2"] == replace(clean, id="d2")
    question = "How is the ‹removed›?" if where == "question" else clean.question
    entries = [(c.entry.happening, c.entry.at, c.entry.subject, c.entry.facts) for c in tx.audit.entries()]
    if state in ON_ITS_WAY:
        assert after["d1"] == kept
    elif state in REDRAFTED:
        assert after["d1"] == composed_afresh(kept, question)
        assert entries == [(Happening.VOIDED, NOON, "d1", {"because": "cleared"})]
    else:
        lost: dict[str, Any] = {
            "question": question,
            "written": "The ‹removed› is lazy.",
            "composed": "The ‹removed› is lazy.",
            "sources": (other, replace(quote, quote="The ‹removed› is lazy.")),
        }
        assert after["d1"] == replace(kept, **{where: lost[where]})
    assert bool(entries) is (state in REDRAFTED)
    counted = where == "question" and state not in ON_ITS_WAY
    assert sum(tx.removals.counts().values()) == int(counted)
