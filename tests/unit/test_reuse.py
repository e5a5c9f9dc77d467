"""Which answers may answer again, and which of them may be shown now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.audience import may_be_read_by
from bot.consent import Grant, Purpose, Shelf, admit
from bot.drafts import Draft, DraftState, Source, text_digest
from bot.events import MessageSaid
from bot.ports import Transaction
from bot.profile.claims import Claim, ClaimKind, ClaimState
from bot.redaction import redact
from bot.refs import MessageRef, ThreadRef
from bot.reuse import (
    Reuse,
    Spot,
    end_with,
    find_answer,
    make_reusable,
    may_be_reused,
    note_served,
    served_since,
    was_served,
)
from storage.memory import MemoryStore
from tests.unit.small_team import BUILD, JONAS, LEADS, MARA, NOON

KEY = "The key hangs in the shed."
QUESTION = "Where does the key hang?"
SHELF = Shelf(BUILD, public=True)
SPOT = Spot(BUILD, "everyone", frozenset({SHELF}))
REF = MessageRef(BUILD, "1.0")
SOURCE = Source(REF, text_digest(KEY), NOON, KEY)
DRAFT = Draft(
    id="d_1",
    worker=MARA,
    asker=JONAS,
    thread=ThreadRef(BUILD, "2.0"),
    question_ref=None,
    question=QUESTION,
    state=DraftState.ASKED,
    asked_at=NOON,
    lapses_at=NOON + timedelta(days=2),
    written=KEY,
    sources=(SOURCE,),
)
REUSE = Reuse((redact(QUESTION),), (BUILD,), NOON + timedelta(days=9))
CLAIM = Claim("c_1", ClaimKind.KNOWS, "The key hangs in the shed", SHELF, (REF,), (REF,), NOON, NOON)


@pytest.fixture
def tx() -> Iterator[Transaction]:
    """Mara's file, in which she said where the key hangs."""
    store = MemoryStore()
    store.enrol(MARA)
    grant = Grant("g", MARA, Purpose.LOG, BUILD, NOON, NOON, NOON + timedelta(days=90), "w")
    said = admit(MessageSaid(REF, MARA, KEY, NOON, NOON, None, channel_is_public=True), [grant], NOON)
    assert said is not None
    with store.writing(MARA) as transaction:
        transaction.messages.record(said)
        yield transaction


def test_an_answer_is_found_by_the_same_question(tx: Transaction) -> None:
    answer = make_reusable(tx, DRAFT, REUSE, "everyone", NOON)
    assert find_answer(tx, "where does the key hang", SPOT, NOON) == answer
    assert find_answer(tx, "where did the key hang", SPOT, NOON) is None


def test_an_answer_whose_source_reads_otherwise_now_is_not_found(tx: Transaction) -> None:
    make_reusable(tx, replace(DRAFT, sources=(replace(SOURCE, digest="0"),)), REUSE, "everyone", NOON)
    assert find_answer(tx, QUESTION, SPOT, NOON) is None


def test_an_answer_whose_source_may_not_be_read_there_is_not_found(tx: Transaction) -> None:
    make_reusable(tx, DRAFT, REUSE, "everyone", NOON)
    assert find_answer(tx, QUESTION, replace(SPOT, shelves=frozenset()), NOON) is None


def test_an_answer_rests_on_kept_claims_alone(tx: Transaction) -> None:
    tx.profile.put([replace(CLAIM, state=ClaimState.KEPT)])
    draft = replace(DRAFT, claims=("c_1",))
    tx.drafts.add(draft)
    answer = make_reusable(tx, draft, REUSE, "everyone", NOON)
    assert find_answer(tx, QUESTION, SPOT, NOON) == answer
    tx.profile.put([replace(CLAIM, state=ClaimState.GONE)])
    assert find_answer(tx, QUESTION, SPOT, NOON) is None


def test_it_is_not_offered_while_a_claim_waits_or_the_question_is_for_the_person(tx: Transaction) -> None:
    assert may_be_reused(tx, DRAFT)
    resting = replace(DRAFT, claims=("c_1",))
    assert not may_be_reused(tx, resting)
    tx.profile.put([CLAIM])
    assert not may_be_reused(tx, resting)
    tx.profile.put([replace(CLAIM, state=ClaimState.KEPT)])
    assert may_be_reused(tx, resting)
    assert not may_be_reused(tx, replace(DRAFT, question="Can you open the shed?"))
    assert not may_be_reused(tx, replace(DRAFT, question="What do you think of him?"))
    assert not may_be_reused(tx, replace(DRAFT, reasons=("quoting.reason_request",)))


def test_a_request_is_never_answered_again_whatever_its_title(tx: Transaction) -> None:
    make_reusable(tx, DRAFT, replace(REUSE, titles=(redact("Can you open the shed?"),)), "everyone", NOON)
    assert find_answer(tx, "Can you open the shed?", SPOT, NOON) is None


def test_a_showing_counts_for_its_asker_until_its_question_has_a_draft(tx: Transaction) -> None:
    make_reusable(tx, DRAFT, REUSE, "everyone", NOON)
    for question_id in ("d_2", "d_3"):
        note_served(tx, tx.reusable.all()[0], JONAS, question_id, NOON)
    assert was_served(tx, "d_2")
    assert not was_served(tx, "d_4")
    assert served_since(tx, JONAS, NOON, besides="d_4") == 2
    assert served_since(tx, JONAS, NOON, besides="d_2") == 1
    assert served_since(tx, MARA, NOON, besides="d_4") == 0
    assert served_since(tx, JONAS, NOON + timedelta(seconds=1), besides="d_4") == 0
    tx.drafts.add(replace(DRAFT, id="d_3"))
    assert served_since(tx, JONAS, NOON, besides="d_4") == 1


def test_only_the_showings_of_the_last_two_days_are_kept_with_an_answer_and_all_are_counted(tx: Transaction) -> None:
    make_reusable(tx, DRAFT, REUSE, "everyone", NOON)
    for hours in range(0, 100, 10):
        note_served(tx, tx.reusable.all()[0], JONAS, f"d_{hours}", NOON + timedelta(hours=hours))
    (answer,) = tx.reusable.all()
    assert [showing.question_id for showing in answer.showings] == ["d_50", "d_60", "d_70", "d_80", "d_90"]
    assert answer.served == len(tx.audit.entries(answer.id)) - 1 == 10
    assert (was_served(tx, "d_50"), was_served(tx, "d_40")) == (True, False)


def test_it_ends_with_the_approval_it_came_of_and_no_other(tx: Transaction) -> None:
    make_reusable(tx, DRAFT, REUSE, "everyone", NOON)
    assert end_with(tx, "d_9") == 0
    assert end_with(tx, "d_1") == 1
    assert tx.reusable.all() == ()


def test_who_may_read_an_answer_are_no_more_than_it_was_approved_for() -> None:
    assert may_be_read_by("everyone", f"members of {LEADS}")
    assert may_be_read_by(f"members of {LEADS}", f"members of {LEADS}")
    assert not may_be_read_by(f"members of {LEADS}", "everyone")
    outside = f"everyone and outsiders of {BUILD}"
    assert may_be_read_by(outside, outside)
    assert not may_be_read_by("everyone", outside)
    assert not may_be_read_by("everyone", f"members and outsiders of {LEADS}")
    assert not may_be_read_by(outside, "everyone")
