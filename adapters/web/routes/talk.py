"""Messages: reading a channel, saying, changing and deleting."""

from __future__ import annotations

from aiohttp import web

from adapters.web import render, translate
from adapters.web.context import context_of, own_message, player, readable_channel, thread_root
from adapters.web.guards import words_of
from adapters.web.reading import Fields, query_number, query_word, read_fields
from adapters.web.records import MessageRecord, PersonRecord
from adapters.web.refusals import ApiRefusal
from adapters.web.stamps import is_stamp, microseconds
from adapters.web.workspace import Workspace

_AT_ONCE = 1_000
routes = web.RouteTableDef()


@routes.get("/api/channels/{channel}/messages")
async def list_messages(request: web.Request) -> web.Response:
    """A channel's messages, oldest first: all, one thread, or the newest ones at the top with their replies."""
    person = (await player(request)).id if query_word(request, "as") else None
    thread, before = query_word(request, "thread"), query_word(request, "before")
    limit = query_number(request, "limit", 0, _AT_ONCE)
    channel_id = request.match_info["channel"]
    stamp = before.removeprefix(f"{channel_id}/")
    if before and not is_stamp(stamp):
        raise ApiRefusal(404, "unknown_message")

    def read(workspace: Workspace) -> tuple[MessageRecord, ...]:
        channel = readable_channel(workspace, channel_id, person)
        if thread:
            return workspace.conversation.thread(channel.id, thread_root(workspace, channel.id, thread))
        if limit or before:
            return workspace.conversation.latest(channel.id, limit or _AT_ONCE, microseconds(stamp) if before else None)
        return workspace.conversation.all_of(channel.id)

    messages = await context_of(request).platform.workspace.run(read)
    gone = words_of(request).say("web.message_deleted")
    return web.json_response({"messages": [render.message(m, gone) for m in messages]})


@routes.post("/api/messages")
async def say(request: web.Request) -> web.Response:
    """Say something; answered when it is stored and the core has taken note of it."""
    fields = await read_fields(request)
    person = await player(request, fields)
    channel_id, text = fields.word("channel"), fields.text()
    thread = fields.word("thread", "")
    context = context_of(request)

    def store(workspace: Workspace) -> tuple[MessageRecord, int, bool]:
        channel = readable_channel(workspace, channel_id, person.id)
        message = MessageRecord(
            channel=channel.id,
            ts=workspace.stamper.next(),
            author=person.id,
            text=translate.resolve_handles(text, workspace.team.handles()),
            thread=thread_root(workspace, channel.id, thread) if thread else "",
        )
        with workspace.transaction():
            workspace.team.join(channel.id, [person.id])
            number = workspace.conversation.say(message)
        return message, number, not channel.is_private

    message, number, is_public = await context.platform.workspace.run(store)
    context.platform.changes.announce()
    await context.telling.tell(number, translate.said(message, is_public))
    return web.json_response(render.message(message), status=201)


@routes.patch("/api/messages/{id:.+}")
async def edit(request: web.Request) -> web.Response:
    """Change one's own message."""
    fields = await read_fields(request)
    person = await player(request, fields)
    text = fields.text()
    channel_id, ts = _place(request)
    context = context_of(request)

    def store(workspace: Workspace) -> tuple[MessageRecord, int | None, bool]:
        message = own_message(workspace, channel_id, ts, person.id)
        channel = workspace.team.channel(channel_id)
        is_public = channel is not None and not channel.is_private
        new = translate.resolve_handles(text, workspace.team.handles())
        if new == message.text:
            return message, None, is_public
        return *workspace.conversation.edit(message, new, workspace.stamper.next()), is_public

    message, number, is_public = await context.platform.workspace.run(store)
    if number is not None:
        context.platform.changes.announce()
        await context.telling.tell(number, translate.said(message, is_public))
    return web.json_response(render.message(message))


@routes.delete("/api/messages/{id:.+}")
async def delete(request: web.Request) -> web.Response:
    """Delete one's own message; `as` stands in the body, or in the query where there is no body."""
    person = await _deleter(request)
    channel_id, ts = _place(request)
    context = context_of(request)

    def store(workspace: Workspace) -> tuple[str, int]:
        message = own_message(workspace, channel_id, ts, person.id)
        at = workspace.stamper.next()
        return at, workspace.conversation.delete(message, at)

    at, number = await context.platform.workspace.run(store)
    context.platform.changes.announce()
    await context.telling.tell(number, translate.deleted(channel_id, ts, person.id, at))
    return web.json_response({"id": f"{channel_id}/{ts}", "deleted": True})


async def _deleter(request: web.Request) -> PersonRecord:
    fields: Fields | None = await read_fields(request) if request.can_read_body else None
    return await player(request, fields)


def _place(request: web.Request) -> tuple[str, str]:
    """Return channel and stamp of the message in the address, which may be written with `/` or `%2F`."""
    channel, _, stamp = request.match_info["id"].rpartition("/")
    if not is_stamp(stamp):
        raise ApiRefusal(404, "unknown_message")
    return channel, stamp
