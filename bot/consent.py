"""Consent: one grant is one permission – what for, in which channel, from when until when.

Everything here is pure. `admit` is the gate: it alone makes a `ConsentedMessage`, and the log takes nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import InitVar, dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.events import MessageSaid
from bot.redaction import STANDARD, RedactedText, Redaction, redact
from bot.refs import ChannelRef, MessageRef, ThreadRef, WorkerRef


class Purpose(StrEnum):
    """What a worker's words may be used for; the three are granted apart."""

    LOG = "log"
    PROFILE = "profile"
    ANSWER = "answer"


class Closure(StrEnum):
    """Why a grant ended before its day."""

    PAUSED = "paused"
    CHANGED = "changed"
    LEFT = "left"
    RENEWED = "renewed"  # another one follows on the same terms, to a later end
    ENDED = "ended"  # its day was seen to have come: no clock that is set back revives it
    FROZEN = "frozen"  # the worker's account, channel or the app's access is gone
    OUTDATED = "outdated"  # the words agreed to promise what this program does not keep any more


@dataclass(frozen=True, slots=True)
class Grant:
    """One permission, given by the worker from their own account.

    In force on [given_at, ends_at), and once closed never again, whatever a clock says. A log grant covers messages
    said from `covers_from` on: that is `given_at`, or earlier if the worker asked for it. `words_hash` is the SHA-256
    of the exact text agreed to. `recipient` is who else may read the words to make drafts of them: a language model's
    (`bot.model`), or nobody's.
    """

    id: str
    worker: WorkerRef
    purpose: Purpose
    channel: ChannelRef
    given_at: datetime
    covers_from: datetime
    ends_at: datetime
    words_hash: str
    closed_at: datetime | None = None
    closure: Closure | None = None
    recipient: str = ""

    def is_in_force(self, now: datetime) -> bool:
        """Whether the permission holds at `now`."""
        return self.given_at <= now and self.is_open(now)

    def is_open(self, now: datetime) -> bool:
        """Whether it is neither closed nor over: it holds, or will once a clock that was set back has caught up."""
        return self.closed_at is None and now < self.ends_at

    @property
    def stops_at(self) -> datetime:
        """When it stopped or will stop: its end, or the earlier moment it was closed."""
        return self.ends_at if self.closed_at is None else min(self.ends_at, self.closed_at)

    def covers(self, said_at: datetime) -> bool:
        """Whether words said at that moment fall into the interval the worker agreed to."""
        return self.covers_from <= said_at < self.stops_at


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where a message may be found again: its channel, and whether everyone could read that channel when it was said.

    Statistics are kept a shelf: words on one shelf never weigh on the ranking of another (promise 11).
    """

    channel: ChannelRef
    public: bool

    def __str__(self) -> str:
        return f"{self.channel}|{'public' if self.public else 'private'}"


_SEAL = object()


@dataclass(frozen=True, slots=True)
class ConsentedMessage:
    """A worker's own message that a log grant covers, without the secrets in it.

    Only `admit` can make one; anything else gets `TypeError`.
    """

    ref: MessageRef
    worker: WorkerRef
    text: RedactedText
    said_at: datetime
    revised_at: datetime
    thread: ThreadRef | None
    public: bool
    grant_id: str
    seal: InitVar[object]  # so that dataclasses.replace cannot forge one either

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("a ConsentedMessage is made by bot.consent.admit alone")

    @property
    def shelf(self) -> Shelf:
        """The shelf it stands on."""
        return Shelf(self.ref.channel, self.public)


def admit(
    message: MessageSaid, grants: Iterable[Grant], now: datetime, redaction: Redaction = STANDARD
) -> ConsentedMessage | None:
    """Let a message into the log if its author's grants cover it; otherwise None, and nothing of it is to be kept.

    What is let in is redacted first: whatever keeps a consented message cannot keep a secret of it.

    A grant must be in force now *and* cover the moment the words were said: words that arrive after the end, or that
    were said during a pause, stay out whenever they are delivered.
    """
    for grant in grants:
        if (
            grant.purpose is Purpose.LOG
            and grant.worker == message.author
            and grant.channel == message.ref.channel
            and grant.is_in_force(now)
            and grant.covers(message.said_at)
        ):
            return ConsentedMessage(
                ref=message.ref,
                worker=message.author,
                text=redact(message.text, redaction),
                said_at=message.said_at,
                revised_at=message.revised_at,
                thread=message.thread,
                public=message.channel_is_public,
                grant_id=grant.id,
                seal=_SEAL,
            )
    return None


def channels_in_force(grants: Iterable[Grant], purpose: Purpose, now: datetime) -> frozenset[ChannelRef]:
    """Return the channels in which a purpose is allowed at `now`."""
    return frozenset(g.channel for g in grants if g.purpose is purpose and g.is_in_force(now))


def channels_open_to(grants: Iterable[Grant], purpose: Purpose, now: datetime, recipient: str) -> frozenset[ChannelRef]:
    """Return the channels whose words a worker lets a language model's recipient read for a purpose at `now`."""
    agreed = (g for g in grants if recipient and g.recipient == recipient)
    return channels_in_force(agreed, purpose, now)


def is_allowed(grants: Iterable[Grant], purpose: Purpose, channel: ChannelRef, now: datetime) -> bool:
    """Whether a purpose is allowed in a channel at `now`."""
    return channel in channels_in_force(grants, purpose, now)


def closed(grant: Grant, at: datetime, closure: Closure) -> Grant:
    """Return the grant cut short at `at`, or as it is where that would change nothing.

    What has stopped stays as it is; only that its worker leaves is noted on every one, and on one that was open until
    its day that the day has come. An interval never becomes longer, nor does it end before it began.
    """
    if closure is Closure.LEFT:
        is_cut = grant.closure is not Closure.LEFT
    elif closure is Closure.ENDED:
        is_cut = grant.closed_at is None and grant.ends_at <= at
    else:
        is_cut = grant.closed_at is None and at < grant.ends_at
    return replace(grant, closed_at=min(grant.stops_at, max(at, grant.given_at)), closure=closure) if is_cut else grant
