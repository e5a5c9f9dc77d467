"""Taking messages up into the profile: all of a reading is kept, or nothing, and never more than was agreed to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.consent import Grant, Purpose, Shelf
from bot.events import MessageSaid
from bot.message_log import forget, take_note
from bot.messages import WORKER_SAID, LoggedMessage, Span
from bot.ports import Transaction
from bot.preferences import Preferences
from bot.profile.claims import Claim, ClaimKind, ClaimOrigin, ClaimState
from bot.profile.topics import Topic, TopicKind
from bot.profile.voice import Tally
from bot.redaction import redact
from bot.refs import ChannelRef, MessageRef, PersonRef
from bot.settling import drop, put_right
from bot.taking_up import MOST_CLAIMS, Reading, finish, keep_reading, may_be_shown, next_unread, read_messages
from bot.withholding import withhold
from storage.memory_state import State
from storage.memory_transaction import MemoryTransaction

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MARA, BUILD = PersonRef("local", "w", "mara"), ChannelRef("local", "w", "build")
RUNBOOK = "The relay runbook lives in `docs/relay.md`, next to the deploy notes."
BUDGET = "The retry budget of the relay is 250 ms by default."
TWO = f"Ok, noted. {BUDGET}"


def log_of(*texts: str) -> Transaction:
    """A log of what Mara said in one channel, a minute apart, with consent to learn from it."""
    tx: Transaction = MemoryTransaction(MARA, State())
    since = NOW - timedelta(days=9)
    tx.consent.add(
        Grant(purpose.value, MARA, purpose, BUILD, since, since, NOW + timedelta(days=9), "ab") for purpose in Purpose
    )
    for number, text in enumerate(texts):
        at = NOW - timedelta(days=1) + timedelta(minutes=number)
        ref = MessageRef(BUILD, f"{at.timestamp():.6f}")
        take_note(tx, MessageSaid(ref, MARA, text, at, at, None, channel_is_public=True), NOW)
    return tx


def reading_of(tx: Transaction, *notes: Claim) -> Reading:
    reading = read_messages(tx, next_unread(tx, NOW), notes, NOW)
    assert reading is not None
    return reading


def claims_of(tx: Transaction) -> set[str]:
    return {claim.statement for claim in tx.profile.claims()}


def claimed(message: LoggedMessage, statement: str) -> Claim:
    refs = (message.ref,)
    return Claim(
        f"c{statement}", ClaimKind.KNOWS, statement, message.shelf, refs, refs, message.said_at, message.said_at
    )


def a_message(tx: Transaction) -> LoggedMessage:
    return tx.messages.page(Span(), 9)[-1]


def test_a_reading_is_kept_once() -> None:
    tx = log_of(RUNBOOK, "ok")
    reading = reading_of(tx)
    taken = keep_reading(tx, reading, NOW)
    assert taken is not None
    assert (taken.messages, taken.new) == (2, 1)
    assert keep_reading(tx, reading, NOW) is None
    assert not next_unread(tx, NOW)
    assert read_messages(tx, reading.messages, (), NOW) is None
    assert sum(tally.messages for tally in tx.profile.voice().values()) == 2


def corrected(tx: Transaction) -> None:
    put_right(tx, redact("The relay runbook is in the wiki."), NOW)


def forgotten(tx: Transaction) -> None:
    forget(tx, [a_message(tx).ref], NOW)


def held_back(tx: Transaction) -> None:
    withhold(tx, [a_message(tx).ref], WORKER_SAID, NOW)


def topic_kept(tx: Transaction) -> None:
    tx.keepsakes.set_preferences(Preferences(topics=(Topic("t", TopicKind.WORDS, "salary", NOW),)))


def voice_changed(tx: Transaction) -> None:
    message = a_message(tx)
    tx.profile.put_voice(message.shelf, Tally.blank("salt").add("hello there", "thread"))


def paused(tx: Transaction) -> None:
    tx.consent.close([Purpose.PROFILE.value], NOW, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("meanwhile", [corrected, forgotten, held_back, topic_kept, voice_changed, paused])
def test_nothing_is_kept_of_a_reading_when_what_it_was_made_from_changed(
    meanwhile: Callable[[Transaction], None],
) -> None:
    tx = log_of(RUNBOOK, "ok")
    reading = reading_of(tx)
    meanwhile(tx)
    before = tx.profile.claims(), tx.profile.voice()
    assert keep_reading(tx, reading, NOW) is None
    assert (tx.profile.claims(), tx.profile.voice()) == before


def test_a_sentence_out_of_a_message_is_held_back_by_a_pattern_that_the_whole_escapes() -> None:
    tx = log_of(TWO)
    tx.keepsakes.set_preferences(Preferences(topics=(Topic("t", TopicKind.PATTERN, "^the retry", NOW),)))
    assert not reading_of(tx).noticed.all
    tx.keepsakes.set_preferences(Preferences())
    assert reading_of(tx).noticed.all


@pytest.mark.parametrize(
    ("topic", "left"),
    [
        (Topic("t", TopicKind.WORDS, "retry budget", NOW), ["ok"]),
        (Topic("t", TopicKind.PATTERN, "^the retry", NOW), ["ok", "hm, that retry budget again"]),
    ],
)
def test_what_a_topic_is_about_is_not_shown_to_a_model_from_the_moment_it_was_kept(
    topic: Topic, left: list[str]
) -> None:
    tx = log_of(TWO, "ok", "hm, that retry budget again")
    unread = next_unread(tx, NOW)
    assert may_be_shown(tx, unread, NOW) == unread
    tx.keepsakes.set_preferences(Preferences(topics=(topic,)))  # the log is gone over later
    assert [message.text for message in may_be_shown(tx, unread, NOW)] == left


def test_a_note_of_a_model_is_held_back_by_a_topic() -> None:
    tx = log_of("ok")
    note = replace(claimed(a_message(tx), BUDGET), origin=ClaimOrigin.MODEL)
    assert reading_of(tx, note).noticed.new == (note,)
    tx.keepsakes.set_preferences(Preferences(topics=(Topic("t", TopicKind.PATTERN, "^the retry", NOW),)))
    assert not reading_of(tx, note).noticed.new


def test_beyond_the_most_claims_those_go_that_wait_with_least_behind_them() -> None:
    tx = log_of(RUNBOOK)
    message = a_message(tx)
    old = [
        replace(claimed(message, f"statement {n}"), worded_by=(), last_seen=NOW - timedelta(days=n + 2))
        for n in range(MOST_CLAIMS)
    ]
    kept, dropped = old[-1], old[-2]
    backed = replace(old[-3], evidence=(message.ref, MessageRef(BUILD, "1.0")))
    tx.profile.put([*old, backed, replace(kept, state=ClaimState.KEPT), replace(dropped, state=ClaimState.GONE)])
    assert keep_reading(tx, reading_of(tx), NOW) is not None
    left = claims_of(tx)
    assert len(left) == MOST_CLAIMS
    assert {RUNBOOK, kept.statement, dropped.statement, backed.statement} <= left
    assert old[-4].statement not in left


def test_the_most_claims_are_counted_shelf_by_shelf_so_nothing_private_drives_out_what_is_public() -> None:
    tx = log_of(RUNBOOK)
    message, private = a_message(tx), Shelf(ChannelRef("local", "w", "leads"), public=False)
    public = [
        replace(claimed(message, f"public {n}"), worded_by=(), last_seen=NOW - timedelta(days=99))
        for n in range(MOST_CLAIMS - 1)
    ]
    told = [replace(claimed(message, f"private {n}"), worded_by=(), shelf=private) for n in range(MOST_CLAIMS + 5)]
    tx.profile.put([*public, *told])
    assert keep_reading(tx, reading_of(tx), NOW) is not None
    left = [claim.shelf for claim in tx.profile.claims()]
    assert {RUNBOOK, *(claim.statement for claim in public)} <= claims_of(tx)
    assert (left.count(message.shelf), left.count(private)) == (MOST_CLAIMS, MOST_CLAIMS)


def test_a_refresh_that_found_nothing_makes_no_version() -> None:
    tx = log_of(RUNBOOK)
    taken = keep_reading(tx, reading_of(tx), NOW)
    assert taken is not None
    assert finish(tx, taken, NOW) is not None
    assert finish(tx, replace(taken, messages=0), NOW) is None
    assert len(tx.profile.versions()) == 1


def test_what_was_dropped_stays_dropped_when_its_message_is_read_again() -> None:
    tx = log_of(RUNBOOK)
    keep_reading(tx, reading_of(tx), NOW)
    (claim,) = tx.profile.claims()
    drop(tx, {claim.id: ""}, NOW)
    tx.usage.mark_read([a_message(tx).ref], read=False)
    assert not reading_of(tx).noticed.all
