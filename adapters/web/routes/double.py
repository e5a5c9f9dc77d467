"""The double: commands, the inbox, actions and the worker's own page."""

from __future__ import annotations

from aiohttp import web

from adapters.web import render
from adapters.web.context import context_of, player, readable_channel
from adapters.web.reading import query_word, read_fields, read_form
from adapters.web.refusals import declined
from adapters.web.translate import channel_ref, person_ref
from bot.events import ActionTaken, Command
from bot.refs import ChannelRef
from bot.views import HandedFile, Refusal
from bot.words import Words

_DISMISS = "dismiss"
routes = web.RouteTableDef()


@routes.post("/api/commands")
async def command(request: web.Request) -> web.Response:
    """`/double <text>`, typed in a channel; a leading `/double` may be sent or left out."""
    fields = await read_fields(request)
    person = await player(request, fields)
    text = fields.word("text", "", limit=4_000)
    channel = await _channel(request, fields.word("channel"), person.id)
    rest = text.removeprefix("/double") if text == "/double" or text.startswith("/double ") else text
    context = context_of(request)
    result = await context.handler.command(Command(person_ref(person.id), channel, rest.strip()))
    context.platform.changes.announce()
    return declined(result) if isinstance(result, Refusal) else web.json_response(render.answer(result))


@routes.get("/api/inbox")
async def inbox(request: web.Request) -> web.Response:
    """What waits for a person, what they may still act on, and what they were told, newest first."""
    person = await player(request)
    context = context_of(request)
    waiting = await context.handler.inbox(person_ref(person.id))
    told = await context.platform.workspace.run(lambda w: w.notices.of(person.id))
    live = {item.id for item in waiting}
    notices = [_dismissible(render.notice(n), Words(person.locale)) for n in told if n.key not in live]
    items = [*map(render.inbox_item, waiting), *notices]
    return web.json_response({"items": sorted(items, key=lambda item: str(item["at"]), reverse=True)})


@routes.post("/api/actions")
async def act(request: web.Request) -> web.Response:
    """Press a button or submit a form; `id` is the item's id or the button's target.

    Files are sent as multipart (`adapters.web.reading.read_form`); an answer that is a file comes as its bytes.
    """
    fields, files = await read_form(request)
    person = await player(request, fields)
    name, target = fields.word("action"), fields.word("id", "")
    context = context_of(request)
    if name == _DISMISS:
        await context.platform.workspace.run(lambda w: w.notices.drop(person.id, target))
        context.platform.changes.announce()
        return web.json_response({"text": ""})
    channel = await _channel(request, fields.word("channel"), person.id) if fields.has("channel") else None
    action = ActionTaken(person_ref(person.id), name, target, {**fields.mapping("values"), **files}, channel)
    result = await context.handler.act(action)
    context.platform.changes.announce()
    if isinstance(result, Refusal):
        return declined(result)
    return handed(result.file) if result.file else web.json_response(render.answer(result))


@routes.get("/api/home")
async def home(request: web.Request) -> web.Response:
    """The person's own page, "My double"."""
    person = await player(request)
    channel_id = query_word(request, "channel")
    channel = await _channel(request, channel_id, person.id) if channel_id else None
    shown = await context_of(request).handler.home(person_ref(person.id), channel)
    return web.json_response({"view": render.view(shown)})


def handed(file: HandedFile) -> web.Response:
    """Return a file as a download, from memory: it stands on no disk of this machine."""
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return web.Response(body=file.content, content_type=file.media_type, headers=headers)


async def _channel(request: web.Request, channel_id: str, person: str) -> ChannelRef:
    workspace = context_of(request).platform.workspace
    found = await workspace.run(lambda w: readable_channel(w, channel_id, person))
    return channel_ref(found.id)


def _dismissible(item: dict[str, object], words: Words) -> dict[str, object]:
    """Let a notice that is over be taken down."""
    if item["state"] != "over":
        return item
    button = {
        "name": _DISMISS,
        "label": words.say("web.dismiss"),
        "target": item["id"],
        "values": {},
        "look": "plain",
        "confirm": "",
    }
    buttons = item["buttons"] if isinstance(item["buttons"], list) else []
    actions = item["actions"] if isinstance(item["actions"], list) else []
    return {**item, "buttons": [*buttons, button], "actions": [*actions, _DISMISS]}
