"""What is kept of a refused question: for its worker alone, as many as may be asked, its words for a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.consent import Grant, Purpose
from bot.policy import Policy
from bot.ports import Transaction
from bot.questions import Question
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef
from bot.refusals import let_words_go, note_refused, refused_since
from bot.refused import MOST_KEPT
from bot.schedule import lapse, start_of_day
from storage.memory import MemoryStore

MARA, ADA, JONAS, ZOE = (PersonRef("local", "team", name) for name in ("mara", "ada", "jonas", "zoe"))
BUILD = ChannelRef("local", "team", "build")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
POLICY, MINUTE = Policy(asks_a_day=3), timedelta(minutes=1)
GRANT = Grant("g1", MARA, Purpose.LOG, BUILD, NOON, NOON, NOON + timedelta(days=90), "ab")


@pytest.fixture
def tx() -> Iterator[Transaction]:
    """A transaction in the file of Mara, who lets her double learn."""
    store = MemoryStore()
    store.enrol(MARA)
    with store.writing(MARA) as opened:
        opened.consent.add([GRANT])
        yield opened


def question(number: int = 1, asker: PersonRef = JONAS, text: str = "is wei lazy?") -> Question:
    ref = MessageRef(BUILD, f"{number}.0")
    return Question(asker, MARA, ThreadRef(BUILD, ref.stamp), ref, text, NOON)


def noted(tx: Transaction, asked: Question, at: datetime = NOON) -> bool:
    return note_refused(tx, asked, "judging", at, "UTC", POLICY)


def test_a_refused_question_is_kept_with_all_its_worker_may_know(tx: Transaction) -> None:
    assert noted(tx, question(text="is wei lazy? my password is hunter2hunter2")) is True
    (kept,) = tx.refused.all()
    until = lapse(NOON, "UTC", POLICY.hours, POLICY.lapse_after_working_days)
    assert (kept.id, kept.category, kept.at, kept.until) == (question().draft_id, "judging", NOON, until)
    assert (kept.asker, kept.channel) == (JONAS, BUILD)
    assert kept.words.startswith("is wei lazy?")
    assert "hunter2" not in kept.words
    assert sum(tx.removals.counts().values()) == 1


@pytest.mark.parametrize("asker", [MARA, replace(MARA), JONAS])
def test_nothing_is_kept_of_the_workers_own_question_or_of_a_muted_asker(tx: Transaction, asker: PersonRef) -> None:
    tx.keepsakes.set_preferences(replace(tx.keepsakes.preferences(), muted=frozenset({JONAS})))
    assert noted(tx, question(asker=asker)) is False
    assert tx.refused.all() == ()


@pytest.mark.parametrize("asker", [ADA, ZOE])
def test_whoever_else_asks_is_noted_wherever_their_name_stands_in_the_alphabet(
    tx: Transaction, asker: PersonRef
) -> None:
    assert noted(tx, question(asker=asker)) is True


def test_nothing_is_kept_while_no_consent_is_in_force(tx: Transaction) -> None:
    assert noted(tx, question(), GRANT.ends_at) is False
    assert noted(tx, question(), NOON - MINUTE) is False
    assert tx.refused.all() == ()


def test_a_question_that_is_told_again_is_kept_once(tx: Transaction) -> None:
    ids = sorted((question(number).draft_id, number) for number in range(3))
    for _, number in (ids[1], ids[0], ids[2]):  # one whose id is smaller, and one whose id is greater
        assert noted(tx, question(number)) is True
        assert noted(tx, question(number), NOON + MINUTE) is False
    assert sorted(kept.id for kept in tx.refused.all()) == [draft_id for draft_id, _ in ids]


def test_of_one_asker_no_more_is_kept_in_a_day_than_they_may_ask(tx: Transaction) -> None:
    assert [noted(tx, question(number), NOON + number * MINUTE) for number in range(5)] == [True] * 3 + [False] * 2
    assert noted(tx, question(8, ADA)) is True
    assert noted(tx, question(9, ZOE)) is True
    assert noted(tx, question(7), start_of_day(NOON, "UTC") + timedelta(days=1)) is True
    fewer = replace(POLICY, asks_a_day=2)
    assert note_refused(tx, question(10), "judging", NOON + 9 * MINUTE, "UTC", fewer) is False


def test_refusals_are_counted_of_one_asker_from_a_moment_on(tx: Transaction) -> None:
    for number, asker in enumerate((JONAS, JONAS, ADA, ZOE)):
        noted(tx, question(number, asker), NOON + number * MINUTE)
    jonas = replace(JONAS)  # as it comes from elsewhere
    at = datetime.fromisoformat((NOON + MINUTE).isoformat())
    assert [refused_since(tx, jonas, at + d * MINUTE) for d in (-9, -1, 0, 1, 9)] == [2, 2, 1, 0, 0]
    assert refused_since(tx, PersonRef("local", "team", "kim"), NOON) == 0


def test_words_go_when_a_draft_would_have_lapsed_and_the_rest_stays(tx: Transaction) -> None:
    noted(tx, question(1))
    noted(tx, question(2, ADA), NOON + timedelta(days=3))
    first = min(kept.until for kept in tx.refused.all())
    assert let_words_go(tx, first - timedelta(microseconds=1)) == 0
    assert let_words_go(tx, datetime.fromisoformat(first.isoformat())) == 1
    later, earlier = tx.refused.all()
    assert (earlier.asker, earlier.channel, earlier.words) == (None, None, "")
    assert (earlier.category, earlier.at) == ("judging", NOON)
    assert (later.asker, later.words) == (ADA, "is wei lazy?")
    assert let_words_go(tx, first + timedelta(hours=1)) == 0, "they are gone already"
    assert let_words_go(tx, later.until + timedelta(hours=1)) == 1


def test_the_newest_fifty_stay_known(tx: Transaction) -> None:
    for number in range(52):
        noted(tx, question(number), NOON + timedelta(days=number))
    assert MOST_KEPT == 50
    assert [kept.at for kept in tx.refused.all()] == [NOON + timedelta(days=n) for n in range(51, 1, -1)]
