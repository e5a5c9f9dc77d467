"""Views, inbox items and records as the JSON that the page and scripts read. Pure.

A view's element carries its kind in `type`, the lower-case name of its class; moments are ISO 8601; everything else
has the name and shape it has in `bot.views`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from adapters.web import translate
from adapters.web.records import ChannelRecord, MessageRecord, PersonRecord, SourceRecord
from bot import views
from bot.labelling import LabelledReply
from bot.refs import ThreadRef

_ELEMENTS = (
    views.Heading,
    views.Text,
    views.Facts,
    views.Item,
    views.Empty,
    views.Tick,
    views.Choices,
    views.DateField,
    views.TextField,
    views.SecretField,
    views.FileField,
    views.Fold,
)


def view(shown: views.View) -> dict[str, Any]:
    """Return a view as JSON."""
    return _plain(shown)  # type: ignore[no-any-return]


def answer(given: views.Answer) -> dict[str, Any]:
    """Return what came of a command or an action: `view`, `text`, or both."""
    parts = {"text": given.text, "view": view(given.view) if given.view else None}
    return {name: part for name, part in parts.items() if part} or {"text": ""}


def inbox_item(item: views.InboxItem) -> dict[str, Any]:
    """Return an inbox item; `actions` are the names of its buttons."""
    return {**_plain(item), "actions": [button.name for button in item.buttons]}


def notice(told: views.Notice) -> dict[str, Any]:
    """Return a notice in the form of an inbox item; its id is its key."""
    channel = told.near.channel if isinstance(told.near, ThreadRef) else told.near
    return {
        "id": told.key,
        "kind": told.kind,
        "state": "over" if told.is_over else "open",
        "text": told.text,
        "at": told.at.isoformat(),
        "question": "",
        "sources": [],
        "reasons": [],
        "actions": [button.name for button in told.buttons],
        "buttons": _plain(told.buttons),
        "links": _plain(told.links),
        "channel": channel.channel if channel else None,
        "thread": f"{channel.channel}/{told.near.root}" if channel and isinstance(told.near, ThreadRef) else None,
        "quiet": told.quiet,
        "reply": _reply(told.reply) if told.reply else None,
    }


def _reply(shown: LabelledReply) -> dict[str, Any]:
    """Return a reply that one person alone is shown, as a message would be."""
    return {
        "label": shown.label,
        "text": shown.text,
        "sources": _sources(map(translate.source, shown.sources)),
    }


def _sources(records: Iterable[SourceRecord]) -> list[dict[str, str]]:
    return [{"id": s.id, "url": s.url, "said_at": s.said_at} for s in records]


def person(record: PersonRecord) -> dict[str, Any]:
    """Return a person; `bot` is true for Understudy alone, whom nobody can play."""
    return {
        "id": record.id,
        "name": record.name,
        "handle": record.handle,
        "locale": record.locale,
        "time_zone": record.time_zone,
        "role": record.role,
        "bot": record.is_bot,
        "guest": record.is_guest,
        "active": not record.is_deactivated,
    }


def channel(record: ChannelRecord) -> dict[str, Any]:
    """Return a channel with its members' ids."""
    return {
        "id": record.id,
        "name": record.name,
        "private": record.is_private,
        "purpose": record.purpose,
        "members": list(record.members),
        "shared": record.is_shared,
        "outsiders": record.has_outsiders,
    }


def message(record: MessageRecord, deleted_sentence: str = "") -> dict[str, Any]:
    """Return a message; `thread` is the id of the root it answers to, null for a message at the top."""
    return {
        "id": record.id,
        "channel": record.channel,
        "thread": f"{record.channel}/{record.thread}" if record.thread else None,
        "author": record.author,
        "text": deleted_sentence if record.is_deleted else record.text,
        "ts": record.ts,
        "label": record.label or None,
        "sources": _sources(record.sources),
        "edited": record.edited or None,
        "deleted": record.is_deleted,
        "worker": record.worker or None,
        "key": record.key or None,
    }


def _plain(value: Any) -> Any:
    """Return a dataclass, and what it holds, as JSON knows values."""
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        named = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {"type": type(value).__name__.lower(), **named} if isinstance(value, _ELEMENTS) else named
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]
    return value
