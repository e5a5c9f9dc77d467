"""What the routes act with, and the checks that several of them make."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from adapters.web.guards import LOCALE
from adapters.web.platform import LocalWorkspace
from adapters.web.reading import Fields, query_word
from adapters.web.records import UNDERSTUDY, ChannelRecord, MessageRecord, PersonRecord
from adapters.web.refusals import ApiRefusal
from adapters.web.stamps import is_stamp
from adapters.web.telling import Telling
from adapters.web.workspace import Workspace
from bot.ports import EventHandler


@dataclass(frozen=True, slots=True)
class Context:
    """The workspace, the core behind it, and the telling of one to the other."""

    platform: LocalWorkspace
    handler: EventHandler
    telling: Telling


CONTEXT: web.AppKey[Context] = web.AppKey("context", Context)


def context_of(request: web.Request) -> Context:
    """Return what this request acts with."""
    return request.app[CONTEXT]


async def player(request: web.Request, fields: Fields | None = None) -> PersonRecord:
    """Return the person that is played, named by `as` in the body or the query."""
    person_id = fields.word("as") if fields else query_word(request, "as")
    if person_id == UNDERSTUDY:
        raise ApiRefusal(403, "cannot_play")
    found = await context_of(request).platform.workspace.run(lambda w: w.team.person(person_id))
    if found is None:
        raise ApiRefusal(404, "unknown_person")
    if found.is_deactivated:
        raise ApiRefusal(403, "deactivated")
    request[LOCALE] = found.locale
    return found


def readable_channel(workspace: Workspace, channel_id: str, person: str | None) -> ChannelRecord:
    """Return a channel that a person can read; to everyone else a private channel does not exist."""
    channel = workspace.team.channel(channel_id)
    if channel is None or not channel.is_readable_by(person):
        raise ApiRefusal(404, "unknown_channel")
    return channel


def thread_root(workspace: Workspace, channel: str, thread: str) -> str:
    """Return the stamp of a thread's root, named by its id or its bare stamp; of a reply, that of the reply's root."""
    stamp = thread.removeprefix(f"{channel}/")
    message = workspace.conversation.find(channel, stamp) if is_stamp(stamp) else None
    if message is None:
        raise ApiRefusal(404, "unknown_thread")
    return message.thread or message.ts


def own_message(workspace: Workspace, channel: str, ts: str, person: str) -> MessageRecord:
    """Return a message for its author to change; a reader is told that it is not theirs, nobody else that it exists."""
    found = workspace.team.channel(channel)
    message = workspace.conversation.find(channel, ts) if found and found.is_readable_by(person) else None
    if message is None or message.is_deleted:
        raise ApiRefusal(404, "unknown_message")
    if message.author != person:
        raise ApiRefusal(403, "not_author")
    return message
