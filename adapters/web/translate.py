"""From what the workspace stores to what the core understands, and back. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from adapters.web.records import UNDERSTUDY, WORKSPACE, ChannelRecord, MessageRecord, PersonRecord, SourceRecord
from adapters.web.stamps import moment_of
from bot.events import AccessLost, Loss, MessageDeleted, MessageSaid
from bot.labelling import CitedSource, LabelledReply
from bot.ports import Channel, Person, Posted
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef

PLATFORM = "local"
_MENTION = re.compile(rf"<@{UNDERSTUDY}>")
_ANY_MENTION = re.compile(r"<@([A-Za-z0-9_-]+)>")
_PING = re.compile(r"<!([a-z]+)[^>]*>")
_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_HANDLE = re.compile(r"(?<![\w@./<-])@([A-Za-z0-9][A-Za-z0-9._-]*)")


def person_ref(person: str) -> PersonRef:
    """Return the reference of a person of this workspace."""
    return PersonRef(PLATFORM, WORKSPACE, person)


def channel_ref(channel: str) -> ChannelRef:
    """Return the reference of a channel of this workspace."""
    return ChannelRef(PLATFORM, WORKSPACE, channel)


def message_ref(channel: str, ts: str) -> MessageRef:
    """Return the reference of a message of this workspace."""
    return MessageRef(channel_ref(channel), ts)


def message_id(ref: MessageRef) -> str:
    """Return the workspace's id of a message: `<channel>/<ts>`."""
    return f"{ref.channel.channel}/{ref.stamp}"


def person(record: PersonRecord) -> Person:
    """Return a person as the core knows people."""
    return Person(person_ref(record.id), record.name, record.handle, record.locale, record.time_zone)


def channel(record: ChannelRecord) -> Channel:
    """Return a channel as the core knows channels; who can read it is told by a mark, never by names."""
    is_public, others = not record.is_private, record.guests_here if not record.is_private else record.members
    readers = hashlib.sha256("|".join(others).encode()).hexdigest()[:12] if others else ""
    return Channel(channel_ref(record.id), record.name, is_public, record.has_outsiders, readers)


def said(message: MessageRecord, channel_is_public: bool) -> MessageSaid:
    """Return the event that tells of a message as it stands now."""
    ref = message_ref(message.channel, message.ts)
    return MessageSaid(
        ref=ref,
        author=person_ref(message.author),
        text=message.text,
        said_at=moment_of(message.ts),
        revised_at=moment_of(message.edited or message.ts),
        thread=ThreadRef(ref.channel, message.thread) if message.thread else None,
        channel_is_public=channel_is_public,
        address=address_in(message.text),
    )


def deleted(channel_id: str, ts: str, author: str, at: str) -> MessageDeleted:
    """Return the event that tells of a deletion at the moment of the stamp `at`."""
    return MessageDeleted(message_ref(channel_id, ts), person_ref(author), moment_of(at))


def lost(loss: Loss, person: str, channel_id: str) -> AccessLost:
    """Return the event that tells of access that is gone; an empty id stands for everybody, or everywhere."""
    return AccessLost(
        PLATFORM,
        WORKSPACE,
        loss,
        person_ref(person) if person else None,
        channel_ref(channel_id) if channel_id else None,
    )


def address_in(text: str) -> str | None:
    """Return what is said to Understudy: the text without its mention; None where it is not mentioned."""
    if not _MENTION.search(text):
        return None
    before, *rest = _MENTION.split(text)
    return " ".join(filter(None, (before.strip(), *(part.strip() for part in rest))))


def resolve_handles(text: str, handles: Mapping[str, str]) -> str:
    """Turn each `@handle` that somebody has into a mention `<@ID>`; code and unknown handles stay as they are."""

    def mention(found: re.Match[str]) -> str:
        written = found.group(1)
        handle = written.rstrip("._-")
        for candidate in (written, handle):
            if candidate.lower() in handles:
                return f"<@{handles[candidate.lower()]}>{written[len(candidate) :]}"
        return found.group(0)

    parts = _CODE.split(text)
    return "".join(part if part.startswith("`") else _HANDLE.sub(mention, part) for part in parts)


def reply(reply: LabelledReply, ts: str, names: Mapping[str, str]) -> MessageRecord:
    """Return the message a double's reply becomes: mentions are written out, so that nobody is pinged by a draft."""
    text = _ANY_MENTION.sub(lambda found: names.get(found.group(1), found.group(1)), reply.text)
    return MessageRecord(
        channel=reply.thread.channel.channel,
        ts=ts,
        author=UNDERSTUDY,
        text=_PING.sub(r"\1", text),
        thread=reply.thread.root,
        label=reply.label,
        sources=tuple(map(source, reply.sources)),
        key=reply.key,
        worker=reply.worker.person,
    )


def posted(message: MessageRecord) -> Posted:
    """Return a double's reply as found in its thread."""
    return Posted(message_ref(message.channel, message.ts), message.key, person_ref(message.worker))


def source(cited: CitedSource) -> SourceRecord:
    """Return a source of a reply as a message keeps it."""
    return SourceRecord(message_id(cited.ref), cited.url, cited.said_at.isoformat())
