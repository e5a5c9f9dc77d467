"""References and sources as lists that JSON can hold, and back."""

from __future__ import annotations

from typing import Any

from bot.consent import Shelf
from bot.drafts import Source
from bot.refs import ChannelRef, MessageRef, PersonRef
from storage.moments import to_moment, to_number


def person_parts(person: PersonRef) -> list[str]:
    """Return platform, workspace and person."""
    return [person.platform, person.workspace, person.person]


def channel_parts(channel: ChannelRef) -> list[str]:
    """Return platform, workspace and channel."""
    return [channel.platform, channel.workspace, channel.channel]


def message_parts(ref: MessageRef) -> list[str]:
    """Return the parts of the channel, and the stamp."""
    return [*channel_parts(ref.channel), ref.stamp]


def message_of(parts: list[str]) -> MessageRef:
    """Return the reference that was taken apart by `message_parts`."""
    return MessageRef(ChannelRef(*parts[:3]), parts[3])


def shelf_parts(shelf: Shelf) -> list[Any]:
    """Return the parts of the channel, and whether it is the public shelf."""
    return [*channel_parts(shelf.channel), shelf.public]


def shelf_of(parts: list[Any]) -> Shelf:
    """Return the shelf that was taken apart by `shelf_parts`."""
    return Shelf(ChannelRef(*parts[:3]), public=parts[3])


def source_parts(source: Source) -> list[Any]:
    """Return the parts of a draft's or an answer's source."""
    return [message_parts(source.ref), source.digest, to_number(source.said_at), source.quote]


def source_of(parts: list[Any]) -> Source:
    """Return the source that was taken apart by `source_parts`."""
    ref, digest, said_at, quote = parts
    return Source(message_of(ref), digest, to_moment(said_at), quote)
