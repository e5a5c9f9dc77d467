"""Slack's ids as the core's references, and its stamps as moments. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeGuard

from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef

PLATFORM = "slack"
_STAMP = re.compile(r"[0-9]{9,10}\.[0-9]{6}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Installation:
    """Where Understudy is installed, and as whom: what `auth.test` says of the bot token.

    `user` and `bot` are Understudy's own ids and `handle` its name there, `url` is the workspace's address with a slash
    at its end, and `scopes` what the token may do. `enterprise` is empty where the workspace belongs to none.
    """

    team: str
    enterprise: str
    user: str
    bot: str
    handle: str
    url: str
    scopes: frozenset[str] = frozenset()

    @property
    def workspace(self) -> str:
        """The workspace, as it stands in references."""
        return workspace_of(self.team, self.enterprise)

    @property
    def organisation(self) -> frozenset[str]:
        """The ids by which Slack names this workspace, or the enterprise it belongs to, as somebody's home."""
        return frozenset({self.team, self.enterprise} - {""})

    def person(self, user: str) -> PersonRef:
        """Return the reference of somebody here."""
        return PersonRef(PLATFORM, self.workspace, user)

    def channel(self, channel: str) -> ChannelRef:
        """Return the reference of a channel here."""
        return ChannelRef(PLATFORM, self.workspace, channel)

    def message(self, channel: str, stamp: str) -> MessageRef:
        """Return the reference of a message here."""
        return MessageRef(self.channel(channel), stamp)

    def thread(self, channel: str, root: str) -> ThreadRef:
        """Return the reference of a thread here."""
        return ThreadRef(self.channel(channel), root)

    def is_home_of(self, ref: PersonRef | ChannelRef) -> bool:
        """Whether a reference belongs to this workspace."""
        return (ref.platform, ref.workspace) == (PLATFORM, self.workspace)


def workspace_of(team: str, enterprise: str = "") -> str:
    """Return the workspace of a team, within its enterprise if it has one: a user's id is unique nowhere smaller."""
    return f"{enterprise}.{team}" if enterprise else team


def is_stamp(text: object) -> TypeGuard[str]:
    """Whether something has the form of a stamp, and so lies between 1973 and 2286."""
    return isinstance(text, str) and _STAMP.fullmatch(text) is not None


def moment_of(stamp: str) -> datetime:
    """Return the moment a stamp stands for, in UTC; anything that is no stamp is a `ValueError`."""
    if not is_stamp(stamp):
        raise ValueError("not a stamp")
    seconds, fraction = stamp.split(".")
    return _EPOCH + timedelta(seconds=int(seconds), microseconds=int(fraction))


def stamp_at(moment: datetime) -> str:
    """Return the stamp of a moment."""
    count = (moment - _EPOCH) // _MICROSECOND
    return f"{count // 1_000_000:010d}.{count % 1_000_000:06d}"
