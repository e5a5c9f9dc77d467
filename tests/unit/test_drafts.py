"""Drafts: which moves are legal, and what an approval is bound to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drafts import (
    ENDED,
    MOVES,
    OPEN,
    Draft,
    DraftState,
    Source,
    approval_digest,
    composed_afresh,
    is_legal,
    text_digest,
)
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MARA, ASKER = PersonRef("local", "team", "mara"), PersonRef("local", "team", "asker")
BUILD, LEADS = ChannelRef("local", "team", "build"), ChannelRef("local", "team", "leads")
FIRST = Source(MessageRef(BUILD, "0.1"), text_digest("The limit is 40."), NOON, "The limit is 40.")
SECOND = Source(MessageRef(BUILD, "0.2"), text_digest("Ask in the morning."), NOON, "Ask in the morning.")
DRAFT = Draft(
    id="d_1",
    worker=MARA,
    asker=ASKER,
    thread=ThreadRef(BUILD, "1.0"),
    question_ref=MessageRef(BUILD, "1.0"),
    question="what is the limit?",
    state=DraftState.PENDING,
    asked_at=NOON,
    lapses_at=NOON + timedelta(days=2),
    composer="quoting",
    written="The limit is 40.",
    sources=(FIRST, SECOND),
    reasons=("review.reason_old",),
    revision=3,
)

# Row: the state left; column: the state entered, in the order of the enumeration.
TABLE = """
            asked pending approved posting unsure failed posted retracted denied expired withdrawn
asked         .      x       .        .      .      .      .        .       .      x        x
pending       x      .       x        .      .      .      .        .       x      x        x
approved      x      x       .        x      .      .      .        .       .      x        x
posting       .      .       x        .      x      x      x        .       .      .        .
unsure        .      .       x        .      .      .      x        .       .      .        x
failed        .      .       x        .      .      .      .        .       .      x        x
posted        .      x       .        .      .      .      .        x       .      .        .
retracted     .      .       .        .      .      .      .        .       .      .        .
denied        .      .       .        .      .      .      .        .       .      .        .
expired       .      .       .        .      .      .      .        .       .      .        .
withdrawn     .      .       .        .      .      .      .        .       .      .        .
"""


def written_table() -> set[tuple[DraftState, DraftState]]:
    head, *rows = [line.split() for line in TABLE.strip().splitlines()]
    return {
        (DraftState(old), DraftState(new))
        for old, *cells in rows
        for new, cell in zip(head, cells, strict=True)
        if cell == "x"
    }


@pytest.mark.promise(9, "every move between two states of a draft")
def test_the_legal_moves_are_those_of_the_table_and_no_others() -> None:
    legal = {(old, new) for old in DraftState for new in DraftState if is_legal(old, new)}
    in_place = {(state, state) for state in DraftState}
    assert legal == written_table() | in_place
    assert written_table() == MOVES


@pytest.mark.promise(9, "every way through the table of moves")
def test_nothing_is_posted_that_was_not_approved() -> None:
    assert {old for old, new in MOVES if new is DraftState.POSTING} == {DraftState.APPROVED}
    assert {old for old, new in MOVES if new is DraftState.POSTED} == {DraftState.POSTING, DraftState.UNSURE}
    without_approval = {DraftState.ASKED}
    for _ in DraftState:
        without_approval |= {new for old, new in MOVES if old in without_approval and new is not DraftState.APPROVED}
    assert not without_approval & {DraftState.POSTING, DraftState.POSTED, DraftState.UNSURE}


def test_what_has_ended_stays_ended_but_for_an_undone_or_retracted_post() -> None:
    assert set(DraftState) == OPEN | ENDED
    assert not OPEN & ENDED
    leaving = {(old, new) for old, new in MOVES if old in ENDED}
    assert leaving == {(DraftState.POSTED, DraftState.PENDING), (DraftState.POSTED, DraftState.RETRACTED)}


def test_no_open_draft_is_stuck() -> None:
    for state in OPEN:
        reached = {state}
        for _ in DraftState:
            reached |= {new for old, new in MOVES if old in reached}
        assert reached & ENDED, state


# ---------------------------------------------------------------- digests


@pytest.mark.parametrize(
    "change",
    [
        {"id": "d_2"},
        {"written": "The limit is 41."},
        {"written": "The limit is 40. "},
        {"revision": 4},
        {"thread": ThreadRef(BUILD, "2.0")},
        {"thread": ThreadRef(BUILD, "")},
        {"thread": ThreadRef(LEADS, "1.0")},
        {"sources": (FIRST,)},
        {"sources": (SECOND, FIRST)},
        {"sources": (FIRST, SECOND, SECOND)},
        {"sources": (replace(FIRST, digest=text_digest("The limit is 41.")), SECOND)},
        {"sources": (replace(FIRST, ref=MessageRef(LEADS, "0.1")), SECOND)},
    ],
)
@pytest.mark.promise(10, "every part of what was shown, changed after the approval")
def test_an_approval_holds_for_nothing_else_than_what_was_shown(change: dict[str, Any]) -> None:
    assert approval_digest(replace(DRAFT, **change), "everyone") != approval_digest(DRAFT, "everyone")


@pytest.mark.promise(10, "another audience than the approval's")
def test_an_approval_holds_for_no_other_audience() -> None:
    assert approval_digest(DRAFT, "everyone") != approval_digest(DRAFT, "members of build")


def test_an_approval_outlives_what_the_delivery_notes() -> None:
    posted = replace(DRAFT, state=DraftState.POSTING, claimed_at=NOON, told_at=NOON, approved_digest="ab")
    assert approval_digest(posted, "everyone") == approval_digest(DRAFT, "everyone")


words = st.text(st.sampled_from("ab\"',[]|\n\\ ü分"), max_size=5)
shown = st.builds(
    lambda written, root, revision, sources: replace(
        DRAFT,
        written=written,
        thread=ThreadRef(BUILD, root),
        revision=revision,
        sources=tuple(Source(MessageRef(BUILD, stamp), digest, NOON, "") for stamp, digest in sources),
    ),
    words,
    words,
    st.integers(0, 12),
    st.lists(st.tuples(words, words), max_size=2),
)


@given(shown, words, shown, words)
@pytest.mark.promise(10, "digests of things shown, by chance")
def test_two_things_shown_share_a_digest_only_if_they_are_the_same(
    one: Draft, one_audience: str, other: Draft, other_audience: str
) -> None:
    is_same = (one, one_audience) == (other, other_audience)
    assert (approval_digest(one, one_audience) == approval_digest(other, other_audience)) is is_same


def test_a_text_digest_is_the_sha256_of_its_utf8() -> None:
    assert text_digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert text_digest("限流") != text_digest("限 流")


# ---------------------------------------------------------------- a draft


def test_a_post_is_marked_anew_at_each_revision_and_without_words() -> None:
    assert DRAFT.key == "d_1.3"
    assert replace(DRAFT, revision=4).key != DRAFT.key


def test_an_answer_stands_in_the_channel_of_its_thread() -> None:
    assert DRAFT.channel == BUILD


def test_composed_afresh_keeps_the_question_and_nothing_of_the_answer() -> None:
    approved = replace(
        DRAFT, state=DraftState.APPROVED, approved_digest="ab", decided_at=NOON, is_edited=True, announced_at=NOON
    )
    asked = composed_afresh(approved, "and on Sundays?")
    assert asked == replace(
        DRAFT,
        state=DraftState.ASKED,
        question="and on Sundays?",
        written="",
        sources=(),
        reasons=(),
        revision=4,
        announced_at=NOON,
    )
    assert asked.key != approved.key


@pytest.mark.promise(10, "every part of what was shown, changed after the approval")
def test_a_question_is_bound_exactly_where_it_will_stand_above_the_answer() -> None:
    by_command = replace(DRAFT, question_ref=None)
    assert approval_digest(by_command, "all") != approval_digest(replace(by_command, question="and when?"), "all")
    assert approval_digest(DRAFT, "all") == approval_digest(replace(DRAFT, question="and when?"), "all")


def test_a_draft_awaits_nobody_and_may_be_worded_until_somebody_says_otherwise() -> None:
    assert (DRAFT.awaits_asker, DRAFT.without_model, DRAFT.is_edited) == (False, False, False)
