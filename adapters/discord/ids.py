"""Discord's ids as the core's references, and snowflakes as moments. Pure.

A guild is the workspace. A thread is a channel of its own in Discord; here it belongs to the channel that it hangs
from, and so do the messages in it. A stamp is `<message>.<place>`: the place is the thread or channel that the message
stands in, so that a permalink can be written without asking. A thread's root is the stamp of the message it hangs from:
its id is that message's, whether or not a thread was ever opened there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef

PLATFORM = "discord"
_SNOWFLAKE = re.compile(r"[0-9]{1,20}")
_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a message stands: its id, and the channel or thread it is in."""

    message: int
    place: int

    def written(self) -> str:
        """Return it as a stamp."""
        return f"{self.message}.{self.place}"


def snowflake(text: str) -> int | None:
    """Return an id that Discord may have given; None for anything else."""
    return int(text) if _SNOWFLAKE.fullmatch(text) else None


def spot(stamp: str) -> Spot | None:
    """Read a stamp; None for what is none of ours."""
    message, _, place = stamp.partition(".")
    if not (_SNOWFLAKE.fullmatch(message) and _SNOWFLAKE.fullmatch(place)):
        return None
    return Spot(int(message), int(place))


def person(guild: int, user: int) -> PersonRef:
    """Return the reference of somebody in a guild."""
    return PersonRef(PLATFORM, str(guild), str(user))


def channel(guild: int, channel: int) -> ChannelRef:
    """Return the reference of a channel, which is no thread."""
    return ChannelRef(PLATFORM, str(guild), str(channel))


def message(where: ChannelRef, message: int, place: int) -> MessageRef:
    """Return the reference of a message that stands in a channel or, where `place` is one, in a thread of it."""
    return MessageRef(where, Spot(message, place).written())


def thread(where: ChannelRef, thread: int) -> ThreadRef:
    """Return the reference of a thread of a channel."""
    return ThreadRef(where, Spot(thread, int(where.channel)).written())


def moment_of(snowflake: int) -> datetime:
    """Return the moment at which something got its id, in UTC, to the millisecond."""
    return _EPOCH + timedelta(milliseconds=snowflake >> 22)


def snowflake_at(moment: datetime) -> int:
    """Return the least id that something of that moment can have; 0 for a moment before there was Discord."""
    return max(0, (moment - _EPOCH) // _MILLISECOND) << 22
