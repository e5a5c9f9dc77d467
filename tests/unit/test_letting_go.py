"""What is let go of leaves no trace in what was counted, and what was never there changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.consent import Grant, Purpose
from bot.drafts import Draft, DraftState
from bot.events import MessageSaid
from bot.guard import Ruling, check
from bot.message_log import forget, take_note
from bot.messages import Span
from bot.ports import Transaction
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef
from bot.taking_up import keep_reading, next_unread, read_messages
from bot.withholding import drop_topic
from storage.memory_state import State
from storage.memory_transaction import MemoryTransaction

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MARA = PersonRef("local", "w", "mara")
ROOMS = tuple(ChannelRef("local", "w", name) for name in ("build", "leads"))
TEXT = "Ok, noted. The retry budget of the relay is 250 ms by default."


def read_in_two_rooms() -> Transaction:
    """A log of what Mara said in two channels, read by the profile."""
    tx: Transaction = MemoryTransaction(MARA, State())
    since, until = NOW - timedelta(days=9), NOW + timedelta(days=9)
    tx.consent.add(
        Grant(f"{purpose}{room}", MARA, purpose, room, since, since, until, "ab")
        for purpose in Purpose
        for room in ROOMS
    )
    for number in range(6):
        at = NOW - timedelta(days=1) + timedelta(minutes=number)
        ref = MessageRef(ROOMS[number % 2], f"{at.timestamp():.6f}")
        take_note(tx, MessageSaid(ref, MARA, TEXT, at, at, None, channel_is_public=number % 2 == 0), NOW)
    reading = read_messages(tx, next_unread(tx, NOW), (), NOW)
    assert reading is not None
    assert keep_reading(tx, reading, NOW) is not None
    return tx


def test_words_forgotten_in_two_channels_at_once_leave_each_channels_voice() -> None:
    tx = read_in_two_rooms()
    assert len(tx.profile.voice()) == 2
    forget(tx, tx.messages.refs(Span()), NOW)
    assert tx.profile.voice() == {}


def test_a_question_that_has_no_answer_yet_is_left_alone_when_words_go() -> None:
    tx = read_in_two_rooms()
    asked = Draft(
        id="d1",
        worker=MARA,
        asker=PersonRef("local", "w", "jonas"),
        thread=ThreadRef(ROOMS[0], "1"),
        question_ref=None,
        question="what is the retry budget?",
        state=DraftState.ASKED,
        asked_at=NOW,
        lapses_at=NOW,
    )
    tx.drafts.add(asked)
    forget(tx, tx.messages.refs(Span()), NOW)
    assert tx.drafts.get("d1") == asked


def test_a_topic_that_nobody_kept_is_not_taken_off() -> None:
    tx = read_in_two_rooms()
    before = tx.audit.head()
    assert drop_topic(tx, "t_unknown", NOW) == 0
    assert tx.audit.head() == before


def test_marks_nested_without_end_are_lost_in_words_the_worker_wrote_too() -> None:
    nested = "<@a" * 9 + ">" * 9
    verdict = check(f"see {nested} there", None, {})
    assert verdict.ruling is Ruling.ALLOW
    assert not set("<@>") & set(verdict.text)


def test_an_answer_holds_three_thousand_characters_and_what_is_unseen_does_not_count() -> None:
    assert check("a" * 3_000, None, {}).ruling is Ruling.ALLOW
    assert check("a" * 3_001, None, {}).ruling is Ruling.BLOCK
    hardly_seen = check("seen" + "\u200b" * 11_996, None, {})
    assert (hardly_seen.ruling, hardly_seen.text) == (Ruling.ALLOW, "seen")
    assert check("seen" + "\u200b" * 11_997, None, {}).ruling is Ruling.BLOCK


def test_a_link_that_appears_once_nested_marks_are_gone_is_taken_out_too() -> None:
    hidden = "<@a" * 9 + ">" * 9 + " w[w]w.evil.example"
    assert "evil" not in check(hidden, frozenset(), {}).text
    assert "www.evil.example" in check(hidden, None, {}).text
