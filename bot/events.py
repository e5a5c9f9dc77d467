"""What an adapter reports: things that happened on a platform, in words every platform shares.

Text is in the common notation: a mention of a person is `<@ID>`, of a channel `<#ID>`; a link is plain text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef


@dataclass(frozen=True, slots=True)
class MessageSaid:
    """Somebody said something. The same event may come several times, and after its own edit or deletion.

    `revised_at` is the moment of the newest edit this text holds, or `said_at` for a text never edited: the newer
    revision wins, whatever the order of arrival. `thread` is None for a message that stands in no thread.
    `address` is what follows the mention of Understudy, when the message mentions it, and None otherwise.
    """

    ref: MessageRef
    author: PersonRef
    text: str
    said_at: datetime
    revised_at: datetime
    thread: ThreadRef | None
    channel_is_public: bool
    address: str | None = None


@dataclass(frozen=True, slots=True)
class MessageDeleted:
    """A message was taken away by its author or a moderator; it may come before the message itself."""

    ref: MessageRef
    author: PersonRef | None
    deleted_at: datetime


@dataclass(frozen=True, slots=True)
class ThreadDeleted:
    """A thread was taken away whole, with all that was said in it; it may come several times."""

    thread: ThreadRef
    deleted_at: datetime


class Loss(StrEnum):
    """Why something is out of reach on a platform."""

    LEFT = "left"  # the person left the channel, or was removed from it
    DEACTIVATED = "deactivated"  # the person's account
    ARCHIVED = "archived"  # the channel, or it was deleted
    MADE_PRIVATE = "made_private"  # the channel
    SHARED = "shared"  # the channel, with another organisation
    RESTRICTED = "restricted"  # the person's account became a guest's
    UNINSTALLED = "uninstalled"  # the app was taken out of the workspace or the channel, or its token was revoked


@dataclass(frozen=True, slots=True)
class AccessLost:
    """What consent was given for is out of reach: for one person or for everybody, in one channel or everywhere.

    `person` is None for everybody of the workspace, `channel` None for all of its channels. It may come several times.
    """

    platform: str
    workspace: str
    loss: Loss
    person: PersonRef | None = None
    channel: ChannelRef | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """`/double <text>`, typed in a channel; only the person who typed it sees the answer.

    `thread` is None outside a thread, and wherever a platform does not say in which one a command was typed.
    """

    person: PersonRef
    channel: ChannelRef
    text: str
    thread: ThreadRef | None = None


@dataclass(frozen=True, slots=True)
class ActionTaken:
    """Somebody pressed a button or submitted a form.

    `target` is the id that the pressed view or notice carried (a draft's id, say); `values` are the form's fields as
    the platform sent them, unchecked.
    """

    person: PersonRef
    name: str
    target: str
    values: dict[str, Any] = field(default_factory=dict)
    channel: ChannelRef | None = None
