"""How places and passages are shown to the worker they belong to."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.audience import readers_of
from bot.drafts import Draft
from bot.events import MessageSaid
from bot.messages import LoggedMessage
from bot.refs import ChannelRef, MessageRef, PersonRef, WorkerRef
from bot.stage import Stage
from bot.views import Button, Item, Link, SourceShown
from bot.words import Words

_MENTIONED = re.compile(r"<@!?([A-Za-z0-9_-]+)")


async def where(stage: Stage, ref: ChannelRef) -> str:
    """Return a channel's name as people write it; one that is gone is called by its id."""
    channel = await stage.platforms.channel(ref)
    return f"#{channel.name}" if channel else f"#{ref.channel}"


async def as_shown(stage: Stage, draft: Draft) -> dict[str, str]:
    """Return what a decision is bound to, to be sent back with it: the draft's revision and who will read it."""
    channel = await stage.platforms.channel(draft.channel)
    return {"revision": str(draft.revision), "audience": readers_of(channel) if channel else ""}


async def shown_sources(stage: Stage, draft: Draft) -> tuple[SourceShown, ...]:
    """Return what a draft rests on, whole and as it is stored now, for its worker's eyes."""
    return await shown_messages(stage, draft.worker, [s.ref for s in draft.sources])


async def shown_messages(stage: Stage, worker: WorkerRef, refs: Collection[MessageRef]) -> tuple[SourceShown, ...]:
    """Return those of a worker's messages that are stored, whole and as they are stored now, for their eyes."""
    return await to_show(stage, worker, await stage.store.read(worker, lambda tx: tx.messages.find(refs)) or ())


async def to_show(stage: Stage, worker: WorkerRef, messages: Iterable[LoggedMessage]) -> tuple[SourceShown, ...]:
    """Return some of a worker's messages with all that is shown of them."""
    directory = stage.platforms.of(worker).directory
    return tuple(
        [
            SourceShown(source_id(m.ref), directory.link(m.ref), m.text, m.said_at, await where(stage, m.ref.channel))
            for m in messages
        ]
    )


def message_row(
    shown: SourceShown, words: Words, now: datetime, marks: Sequence[str] = (), buttons: tuple[Button, ...] = ()
) -> Item:
    """Return one message as its worker sees it in any list: its words, when and where, the way to it."""
    details = (words.moment(shown.said_at, now), shown.where, *marks)
    return Item(shown.text, details=details, links=(Link(shown.url, words.say("mine.open_link")),), buttons=buttons)


def mentioned_in(event: MessageSaid) -> tuple[PersonRef, ...]:
    """Return the people whom a message mentions, each once, in their order."""
    ids = dict.fromkeys(_MENTIONED.findall(event.text))
    return tuple(replace(event.author, person=person) for person in ids)


async def names_in(stage: Stage, worker: WorkerRef, text: str) -> dict[str, str]:
    """Return what the people mentioned in a text are called, by their ids."""
    found = {}
    for person_id in dict.fromkeys(_MENTIONED.findall(text)):
        found[person_id] = (await stage.platforms.person(replace(worker, person=person_id))).name
    return found


def source_id(ref: MessageRef) -> str:
    """Return the id under which a message is shown: its channel's id and its stamp."""
    return f"{ref.channel.channel}/{ref.stamp}"


def read_source_id(worker: WorkerRef, shown: str) -> MessageRef | None:
    """Return the reference behind a shown id; None for what is no such id."""
    channel, slash, stamp = shown.rpartition("/")
    if not slash or not channel or not stamp:
        return None
    return MessageRef(ChannelRef(worker.platform, worker.workspace, channel), stamp)
