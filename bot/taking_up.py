"""Taking new messages up into the profile, some at a time: units of work around the call of a language model.

A reading is made over a view of the file and kept in a transaction of its own, if nothing it was made from has changed
in between: messages, grants, topics, claims and voice. Nothing here reads more of the log than the messages at hand.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.audit import AuditEntry, EntryFacts, Happening
from bot.consent import Purpose, Shelf, channels_in_force
from bot.message_log import rework_drafts
from bot.messages import LoggedMessage, Span
from bot.noticing import Noticed, fade, notice
from bot.ports import Transaction
from bot.profile.claims import LEARNT, Claim, ClaimChange, ClaimState
from bot.profile.topics import Topic, held_by
from bot.profile.versions import Cause, ProfileVersion
from bot.profile.voice import Tally
from bot.settling import new_claim_id
from bot.statements import statements
from bot.unlearning import thread_key
from bot.versioning import record_version

BATCH = 200
"""Messages read at once: a moment's work on the store's reading thread."""

MOST_CLAIMS = 200
"""Claims kept of one shelf, dropped ones among them; beyond that the oldest that wait with little behind them go.

It is counted shelf by shelf: however much is said in private, no public claim makes room for it.
"""


@dataclass(frozen=True, slots=True)
class TakenUp:
    """What became of some messages, in counts."""

    messages: int = 0
    new: int = 0
    changed: int = 0
    contradicted: int = 0
    supported: int = 0

    def __add__(self, other: TakenUp) -> TakenUp:
        return TakenUp(
            self.messages + other.messages,
            self.new + other.new,
            self.changed + other.changed,
            self.contradicted + other.contradicted,
            self.supported + other.supported,
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What some messages add to a profile, beside all that this was made from."""

    messages: tuple[LoggedMessage, ...]
    claims: tuple[Claim, ...]
    voice: dict[Shelf, Tally]
    topics: tuple[Topic, ...]
    noticed: Noticed
    tallies: dict[Shelf, Tally]


def next_unread(tx: Transaction, now: datetime) -> tuple[LoggedMessage, ...]:
    """Return the oldest messages that the profile may read and has not."""
    return tx.usage.unread(channels_in_force(tx.consent.all(), Purpose.PROFILE, now), BATCH)


def read_messages(
    tx: Transaction, messages: Sequence[LoggedMessage], notes: Sequence[Claim], now: datetime
) -> Reading | None:
    """Return what messages add, with a model's notes on them; None if none of them may be read any more."""
    standing = _standing(tx, messages, now)
    if not standing:
        return None
    claims, voice, topics = tx.profile.claims(), tx.profile.voice(), tx.keepsakes.preferences().topics
    allowed = _beside_topics(topics, standing)
    fitting = [note for note in notes if not held_by(topics, note.statement)]
    noticed = notice(allowed, claims, new_claim_id, fitting)
    return Reading(standing, claims, voice, topics, noticed, _counted(voice, standing))


def may_be_shown(tx: Transaction, messages: Sequence[LoggedMessage], now: datetime) -> tuple[LoggedMessage, ...]:
    """Return those of some unread messages that a language model may be shown for the profile at this moment.

    They stand as they were, are not held back, may be read for the profile, and no topic of what is never to be used is
    about them. Which channels that model may read is asked elsewhere (`bot.consulting.open_to`).
    """
    topics = tx.keepsakes.preferences().topics
    return _beside_topics(topics, [m for m in _standing(tx, messages, now) if not held_by(topics, m.text)])


def keep_reading(tx: Transaction, reading: Reading, now: datetime) -> TakenUp | None:
    """Keep what was read; None, and nothing of it, if anything it was made from has changed meanwhile."""
    made_from = (reading.messages, reading.claims, reading.voice, reading.topics)
    topics = tx.keepsakes.preferences().topics
    if made_from != (_standing(tx, reading.messages, now), tx.profile.claims(), tx.profile.voice(), topics):
        return None
    for shelf, tally in reading.tallies.items():
        tx.profile.put_voice(shelf, tally)
    tx.profile.put(reading.noticed.all)
    tx.usage.mark_read([m.ref for m in reading.messages])
    _let_the_least_go(tx, now)
    new = reading.noticed.new
    return TakenUp(
        messages=len(reading.messages),
        new=sum(claim.change is ClaimChange.NEW for claim in new),
        changed=sum(claim.change is ClaimChange.CHANGED for claim in new),
        contradicted=sum(claim.change is ClaimChange.CONTRADICTED for claim in new),
        supported=len(reading.noticed.supported),
    )


def count_as_read(tx: Transaction, messages: Sequence[LoggedMessage]) -> None:
    """Let messages count as read by the profile, oldest first: for those that another file of the worker's had read."""
    for shelf, tally in _counted(tx.profile.voice(), messages).items():
        tx.profile.put_voice(shelf, tally)
    tx.usage.mark_read([m.ref for m in messages])


def finish(tx: Transaction, taken: TakenUp, now: datetime) -> ProfileVersion | None:
    """End a refresh: mark what has faded, and keep a version; None if there is nothing to keep one for."""
    newest = tx.messages.page(Span(), 1)
    faded = fade(tx.profile.claims(), now, newest[0].said_at) if newest else ()
    if not taken.messages and not faded:
        return None
    tx.profile.put(faded)
    version = record_version(tx, Cause.REFRESHED, now)
    facts: EntryFacts = {
        "version": version.number,
        "messages": taken.messages,
        "new": taken.new,
        "changed": taken.changed,
        "contradicted": taken.contradicted,
        "supported": taken.supported,
        "faded": len(faded),
    }
    tx.audit.append(AuditEntry(Happening.REFRESHED, now, "", facts))
    return version


def _standing(tx: Transaction, messages: Sequence[LoggedMessage], now: datetime) -> tuple[LoggedMessage, ...]:
    """Those of some messages that stand as they were, are not held back or read yet, and may be read now."""
    allowed = channels_in_force(tx.consent.all(), Purpose.PROFILE, now)
    refs = [m.ref for m in messages]
    stored, read = {m.ref: m for m in tx.messages.find(refs)}, tx.usage.are_read(refs)
    return tuple(
        m
        for m in messages
        if m.ref.channel in allowed
        and m.ref not in read
        and (now_stored := stored.get(m.ref)) is not None
        and not now_stored.is_withheld
        and (now_stored.text, now_stored.shelf) == (m.text, m.shelf)
    )


def _beside_topics(topics: Sequence[Topic], messages: Sequence[LoggedMessage]) -> tuple[LoggedMessage, ...]:
    return tuple(message for message in messages if not _speaks_of(topics, message))


def _speaks_of(topics: Sequence[Topic], message: LoggedMessage) -> bool:
    """Whether a sentence taken out of a message is about what is never to be used, though the whole is not."""
    return bool(topics) and any(held_by(topics, statement.text) for statement in statements(message.text))


def _counted(voice: Mapping[Shelf, Tally], messages: Sequence[LoggedMessage]) -> dict[Shelf, Tally]:
    """The tallies of the shelves that some messages stand on, with these counted; all of a worker's have one salt."""
    salt = next((tally.openings.salt for tally in voice.values()), "") or secrets.token_hex(16)
    tallies: dict[Shelf, Tally] = {}
    for message in messages:
        tally = tallies.get(message.shelf) or voice.get(message.shelf) or Tally.blank(salt)
        tallies[message.shelf] = tally.add(message.text, thread_key(message))
    return tallies


def _let_the_least_go(tx: Transaction, now: datetime) -> None:
    shelves: defaultdict[Shelf | None, list[Claim]] = defaultdict(list)
    for claim in tx.profile.claims():
        shelves[claim.shelf].append(claim)
    gone = [claim.id for claims in shelves.values() for claim in _least(claims)]
    if gone:
        tx.profile.drop(gone)
        rework_drafts(tx, (), now, claims=gone)


def _least(claims: Sequence[Claim]) -> list[Claim]:
    """Those of one shelf's claims that are too many: what is kept never is, nor what the worker said themself."""
    spare = [c for c in claims if c.kind in LEARNT and c.state is not ClaimState.KEPT]
    spare.sort(key=lambda c: (c.state is ClaimState.GONE, c.support > 1, c.last_seen, c.id))
    return spare[: max(0, len(claims) - MOST_CLAIMS)]
