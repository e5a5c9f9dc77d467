"""Open questions: found again by their message, followed to their end, and known when redelivered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.drafts import ENDED, OPEN, Draft, DraftState
from bot.ports import Transaction
from bot.questions import OpenQuestions, Question, is_over_for_asker
from bot.refs import MessageRef, ThreadRef
from tests.unit.small_team import BUILD, JONAS, LEADS, MARA, NOON, SmallTeam, stage_of

ASKED_IN = MessageRef(BUILD, "1.0")
DRAFT = Draft(
    id="d_1",
    worker=MARA,
    asker=JONAS,
    thread=ThreadRef(BUILD, "1.0"),
    question_ref=ASKED_IN,
    question="what is the limit?",
    state=DraftState.ASKED,
    asked_at=NOON,
    lapses_at=NOON + timedelta(days=2),
)
QUESTION = Question(JONAS, MARA, ThreadRef(BUILD, "1.0"), ASKED_IN, "what is the limit?", NOON)


# ---------------------------------------------------------------- the id


def test_a_redelivered_question_has_the_id_it_had() -> None:
    assert replace(QUESTION).draft_id == QUESTION.draft_id


@pytest.mark.parametrize(
    "other",
    [
        replace(QUESTION, asker=MARA),
        replace(QUESTION, worker=JONAS),
        replace(QUESTION, ref=MessageRef(BUILD, "2.0")),
        replace(QUESTION, ref=MessageRef(LEADS, "1.0")),
        replace(QUESTION, revised_at=NOON + timedelta(microseconds=1)),
    ],
)
def test_another_question_or_revision_has_another_id(other: Question) -> None:
    assert other.draft_id != QUESTION.draft_id


def test_a_question_by_command_is_told_apart_by_place_and_moment() -> None:
    command = replace(QUESTION, ref=None, thread=ThreadRef(BUILD, ""))
    assert command.draft_id == replace(command).draft_id
    assert command.draft_id != replace(command, thread=ThreadRef(LEADS, "")).draft_id
    assert command.draft_id != replace(command, revised_at=NOON + timedelta(seconds=1)).draft_id


def test_the_id_tells_nothing_of_the_words_or_the_people() -> None:
    assert replace(QUESTION, text="another text").draft_id == QUESTION.draft_id
    assert not any(word in QUESTION.draft_id for word in ("mara", "jonas", "limit", "build"))


# ---------------------------------------------------------------- following a draft


def noted(*drafts: Draft) -> OpenQuestions:
    questions = OpenQuestions()
    for draft in drafts:
        questions.note(draft)
    return questions


@pytest.mark.parametrize("state", sorted(OPEN))
def test_an_open_question_is_found_by_its_id_and_by_its_message(state: DraftState) -> None:
    questions = noted(DRAFT, replace(DRAFT, state=state))
    assert (questions.worker_of("d_1"), questions.at(ASKED_IN)) == (MARA, "d_1")


@pytest.mark.parametrize("state", sorted(ENDED))
def test_an_ended_question_is_followed_until_its_asker_was_told(state: DraftState) -> None:
    untold = noted(DRAFT, replace(DRAFT, state=state))
    told = noted(DRAFT, replace(DRAFT, state=state, told_at=NOON))
    is_silent = state is DraftState.WITHDRAWN  # by the asker: there is nothing to tell
    assert untold.worker_of("d_1") == (None if is_silent else MARA)
    assert (told.worker_of("d_1"), told.at(ASKED_IN)) == (None, None)


def test_being_told_before_the_end_is_not_the_end() -> None:
    assert not any(is_over_for_asker(replace(DRAFT, state=state, told_at=NOON)) for state in OPEN)


def test_nothing_is_found_of_what_was_never_asked() -> None:
    assert (noted().worker_of("d_1"), noted(DRAFT).at(MessageRef(BUILD, "9.0"))) == (None, None)
    ended = replace(DRAFT, state=DraftState.WITHDRAWN)
    assert noted(ended).worker_of("d_1") is None


def test_a_message_that_asks_anew_leads_to_the_newer_question() -> None:
    again = replace(DRAFT, id="d_2")
    questions = noted(DRAFT, again, replace(DRAFT, state=DraftState.WITHDRAWN))
    assert (questions.at(ASKED_IN), questions.worker_of("d_2"), questions.worker_of("d_1")) == ("d_2", MARA, None)


def test_a_question_by_command_is_found_by_its_id_alone() -> None:
    by_command = replace(DRAFT, question_ref=None)
    questions = noted(by_command)
    assert questions.worker_of("d_1") == MARA
    questions.note(replace(by_command, state=DraftState.DENIED, told_at=NOON))
    assert questions.worker_of("d_1") is None


def test_the_questions_to_one_who_left_are_forgotten_and_no_others() -> None:
    elsewhere = MessageRef(BUILD, "2.0")
    questions = noted(DRAFT, replace(DRAFT, id="d_2", worker=JONAS, question_ref=elsewhere))
    questions.drop(MARA)
    assert (questions.worker_of("d_1"), questions.at(ASKED_IN)) == (None, None)
    assert (questions.worker_of("d_2"), questions.at(elsewhere)) == (JONAS, "d_2")


@pytest.mark.anyio
async def test_after_a_start_every_open_question_is_found_again() -> None:
    drafts = [
        DRAFT,
        replace(DRAFT, id="d_2", state=DraftState.DENIED, question_ref=MessageRef(BUILD, "2.0")),
        replace(DRAFT, id="d_3", state=DraftState.POSTED, told_at=NOON, question_ref=MessageRef(BUILD, "3.0")),
    ]

    def add_all(tx: Transaction) -> None:
        for draft in drafts:
            tx.drafts.add(draft)

    async with stage_of(SmallTeam()) as stage:
        await stage.store.enrol_and_run(MARA, add_all)
        await stage.store.enrol_and_run(JONAS, lambda tx: tx.drafts.add(replace(DRAFT, id="d_4", worker=JONAS)))
        questions = OpenQuestions()
        await questions.load(stage)
    assert [questions.worker_of(f"d_{n}") for n in range(1, 5)] == [MARA, MARA, None, JONAS]
    assert questions.at(MessageRef(BUILD, "2.0")) == "d_2"
    assert questions.at(MessageRef(BUILD, "3.0")) is None
