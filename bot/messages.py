"""What the message log and recall return: stored messages and what became of a delivery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.consent import Shelf
from bot.refs import ChannelRef, MessageRef, ThreadRef


class Recorded(StrEnum):
    """What became of a message given to the log."""

    NEW = "new"
    REVISED = "revised"
    REPEATED = "repeated"  # the same or a newer revision is stored already
    DELETED = "deleted"  # it was deleted or forgotten before: it stays out


@dataclass(frozen=True, slots=True)
class LoggedMessage:
    """One message of the worker's, as stored in their own file."""

    ref: MessageRef
    text: str
    said_at: datetime
    revised_at: datetime
    thread: ThreadRef | None
    public: bool
    grant_id: str
    is_withheld: bool = False  # the worker said "never use": it is shown to them, and serves nothing else
    lowered: int = 0  # how many drafts that rested on it were denied for a reason that speaks against it

    @property
    def shelf(self) -> Shelf:
        """The shelf it stands on."""
        return Shelf(self.ref.channel, self.public)


def by_time(message: LoggedMessage) -> tuple[datetime, MessageRef]:
    """Return what orders messages by when they were said, and those of one moment by their references."""
    return message.said_at, message.ref


WORKER_SAID = "worker"
"""By whom a message is withheld, when its worker marked that very message; otherwise it is the id of a topic."""


@dataclass(frozen=True, slots=True)
class Spending:
    """What a worker's double has cost on one day: requests and tokens, without any content."""

    requests: int = 0
    prompt: int = 0
    completion: int = 0

    @property
    def tokens(self) -> int:
        """Both kinds together."""
        return self.prompt + self.completion


@dataclass(frozen=True, slots=True)
class Span:
    """Which of the worker's messages are meant; an absent part sets no bound. `until` is exclusive.

    `public` says whether the channel was when they were said: with a channel it names one shelf.
    """

    channel: ChannelRef | None = None
    since: datetime | None = None
    until: datetime | None = None
    public: bool | None = None


@dataclass(frozen=True, slots=True)
class Backfill:
    """Earlier messages still to be read in one channel, as far as `cursor` (the platform's own word) has come."""

    channel: ChannelRef
    since: datetime
    cursor: str | None = None
    learned: int = 0
