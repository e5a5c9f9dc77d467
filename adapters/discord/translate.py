"""From what Discord's gateway and its history tell of messages to what the core understands. Pure.

A message is the object that Discord documents, whichever way it came. What says nothing to the core gives None: other
bots, webhooks, our own posts, joins and pins, direct messages, and words that Discord keeps from an app without the
message-content intent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from adapters.chat.mentions import address_in
from adapters.discord import ids
from adapters.discord.notation import common, mention_of
from bot.events import MessageDeleted, MessageSaid
from bot.refs import ChannelRef

Payload = Mapping[str, Any]

SAID = frozenset({0, 19})
"""The types of messages that are somebody's own words, said by themselves or as a reply: the others are Discord's."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where messages stand that are heard: a channel, or a public thread that hangs from it."""

    channel: ChannelRef
    id: int
    is_public: bool

    @property
    def is_thread(self) -> bool:
        """Whether it is a thread of the channel."""
        return str(self.id) != self.channel.channel


@dataclass(frozen=True, slots=True)
class Listener:
    """Understudy in one guild: the bot, the role that Discord made for it there, and how the other roles are called.

    Without the message-content intent it reads only what mentions it (`reads_all`).
    """

    user: int
    role: int | None = None
    role_names: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    reads_all: bool = True


def said(message: Payload, place: Place, us: Listener) -> MessageSaid | None:
    """Return the event that tells of a message as it stands now."""
    author = message.get("author")
    if not isinstance(author, dict) or not is_somebodys(message):
        return None
    text = str(message.get("content") or "")
    address = address_in(text, mention_of(us.user, us.role), lambda part: common(part, us.role_names))
    if address is None and not us.reads_all:
        return None
    number, guild = int(message["id"]), int(place.channel.workspace)
    said_at, edited_at = ids.moment_of(number), edited(message)
    return MessageSaid(
        ref=ids.message(place.channel, number, place.id),
        author=ids.person(guild, int(author["id"])),
        text=common(text, us.role_names),
        said_at=said_at,
        revised_at=max(said_at, edited_at) if edited_at else said_at,
        thread=ids.thread(place.channel, place.id) if place.is_thread else None,
        channel_is_public=place.is_public,
        address=address,
    )


def revised(message: Payload, place: Place, us: Listener) -> MessageSaid | None:
    """Return the event that tells of an edit; None where a preview came, or a pin: that edits no words."""
    return said(message, place, us) if edited(message) else None


def deleted(messages: list[int], place: Place, now: datetime) -> tuple[MessageDeleted, ...]:
    """Return the events that tell of deletions. Discord does not tell whose words they were."""
    return tuple(MessageDeleted(ids.message(place.channel, message, place.id), None, now) for message in messages)


def is_somebodys(message: Payload) -> bool:
    """Whether a message is the own words of a person: no bot's, no webhook's, none of Discord's own."""
    author = message.get("author") or {}
    is_program = bool(author.get("bot") or author.get("system") or message.get("webhook_id"))
    return message.get("type") in SAID and not is_program and not message.get("interaction_metadata")


def edited(message: Payload) -> datetime | None:
    """Return the moment of a message's last edit, in UTC; None for one that was never edited."""
    found = message.get("edited_timestamp")
    if not isinstance(found, str):
        return None
    try:
        moment = datetime.fromisoformat(found)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
