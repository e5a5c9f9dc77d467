"""People and channels."""

from __future__ import annotations

import re
import secrets

from aiohttp import web
from babel import Locale, UnknownLocaleError

from adapters.web import render
from adapters.web.context import context_of, player
from adapters.web.reading import Fields, query_word, read_fields
from adapters.web.records import UNDERSTUDY, ChannelRecord, PersonRecord
from adapters.web.refusals import ApiRefusal
from adapters.web.routes.going import Owed, owe, tell_all
from adapters.web.workspace import Workspace
from bot.events import Loss
from bot.schedule import zone

_HANDLE = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
routes = web.RouteTableDef()


@routes.get("/api/people")
async def list_people(request: web.Request) -> web.Response:
    """Everyone of the team, Understudy last."""
    people = await context_of(request).platform.workspace.run(lambda w: w.team.people())
    return web.json_response({"people": [render.person(p) for p in people]})


@routes.post("/api/people")
async def add_person(request: web.Request) -> web.Response:
    """A new person, who is let into every public channel – unless they are a guest, who is in none yet."""
    fields, platform = await read_fields(request), context_of(request).platform
    person = PersonRecord(
        id=fields.identity("id") if fields.has("id") else f"U{secrets.token_hex(4).upper()}",
        name=fields.word("name", limit=60),
        handle=_handle(fields),
        locale=_locale(fields.word("locale", platform.locale, limit=20)),
        time_zone=_time_zone(fields.word("time_zone", platform.time_zone, limit=60)),
        role=fields.word("role", "", limit=60),
        is_guest=fields.flag("guest"),
    )

    def add(workspace: Workspace) -> None:
        with workspace.transaction():
            _check_new_person(workspace, person)
            workspace.team.add_people([person])
            for channel in workspace.team.channels():
                if not (channel.is_private or person.is_guest):
                    workspace.team.join(channel.id, [person.id])

    await platform.workspace.run(add)
    platform.changes.announce()
    return web.json_response(render.person(person), status=201)


@routes.get("/api/channels")
async def list_channels(request: web.Request) -> web.Response:
    """All channels, or those that the person in `as` can read."""
    person = (await player(request)).id if query_word(request, "as") else None
    channels = await context_of(request).platform.workspace.run(lambda w: w.team.channels())
    shown = [render.channel(c) for c in channels if person is None or c.is_readable_by(person)]
    return web.json_response({"channels": shown})


@routes.post("/api/channels")
async def add_channel(request: web.Request) -> web.Response:
    """A new channel; a public one without members takes in everybody."""
    fields = await read_fields(request)
    members = fields.words("members") if fields.has("members") else None
    is_private = fields.flag("private")
    if is_private and not members:
        raise ApiRefusal(400, "members_missing")
    channel = ChannelRecord(
        id=fields.identity("id") if fields.has("id") else f"C{secrets.token_hex(4).upper()}",
        name=fields.word("name", limit=60).removeprefix("#"),
        is_private=is_private,
        purpose=fields.word("purpose", "", limit=250),
        is_shared=fields.flag("shared"),
    )

    def add(workspace: Workspace) -> ChannelRecord:
        with workspace.transaction():
            _check_new_channel(workspace, channel)
            chosen = _members(workspace, members)
            workspace.team.add_channels([channel])
            workspace.team.join(channel.id, chosen)
        return workspace.team.channel(channel.id) or channel

    context = context_of(request)
    made = await context.platform.workspace.run(add)
    context.platform.changes.announce()
    return web.json_response(render.channel(made), status=201)


@routes.patch("/api/channels/{channel}")
async def change_channel(request: web.Request) -> web.Response:
    """Change who can read a channel: `private`, `shared`, and `members`, all of them from now on. Scripts do this."""
    fields, channel_id = await read_fields(request), request.match_info["channel"]
    members = fields.words("members") if fields.has("members") else None

    def change(workspace: Workspace) -> tuple[ChannelRecord, list[Owed]]:
        with workspace.transaction():
            found = workspace.team.channel(channel_id)
            if found is None:
                raise ApiRefusal(404, "unknown_channel")
            stay = found.members if members is None else _members(workspace, members)
            is_private = fields.flag("private") if fields.has("private") else found.is_private
            is_shared = fields.flag("shared") if fields.has("shared") else found.is_shared
            if is_private and not stay:
                raise ApiRefusal(400, "members_missing")
            workspace.team.change_channel(found.id, is_private=is_private, is_shared=is_shared)
            gone = sorted(set(found.members) - set(stay))
            workspace.team.leave(found.id, gone)
            workspace.team.join(found.id, stay)
            owed = [owe(workspace, Loss.LEFT, person, found.id) for person in gone]
            if is_private and not found.is_private:
                owed.append(owe(workspace, Loss.MADE_PRIVATE, "", found.id))
        return workspace.team.channel(found.id) or found, owed

    context = context_of(request)
    changed, owed = await context.platform.workspace.run(change)
    context.platform.changes.announce()
    await tell_all(request, owed)
    return web.json_response(render.channel(changed))


def _members(workspace: Workspace, chosen: tuple[str, ...] | None) -> tuple[str, ...]:
    """Those who are to be in a channel: the people named, or everybody but guests."""
    people = {p.id: p for p in workspace.team.people() if not p.is_bot}
    if chosen is None:
        return tuple(p.id for p in people.values() if not p.is_guest)
    named = tuple(person for person in chosen if person != UNDERSTUDY)
    if not people.keys() >= set(named):
        raise ApiRefusal(404, "unknown_person")
    return named


def _check_new_person(workspace: Workspace, person: PersonRecord) -> None:
    for other in workspace.team.people():
        if other.id == person.id:
            raise ApiRefusal(409, "id_taken")
        if other.handle == person.handle:
            raise ApiRefusal(409, "handle_taken")
        if other.name.casefold() == person.name.casefold():
            raise ApiRefusal(409, "name_taken")


def _check_new_channel(workspace: Workspace, channel: ChannelRecord) -> None:
    for other in workspace.team.channels():
        if other.id == channel.id:
            raise ApiRefusal(409, "id_taken")
        if other.name.casefold() == channel.name.casefold():
            raise ApiRefusal(409, "name_taken")


def _handle(fields: Fields) -> str:
    """Return the handle as sent, in small letters; one that was not sent is the name's first word."""
    sent = fields.has("handle")
    handle = fields.word("handle" if sent else "name").removeprefix("@").lower()
    handle = handle if sent else handle.split()[0]
    if not _HANDLE.fullmatch(handle):
        raise ApiRefusal(400, "handle_wrong")
    return handle


def _locale(tag: str) -> str:
    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError, TypeError):
        raise ApiRefusal(400, "locale_wrong") from None
    return tag


def _time_zone(name: str) -> str:
    if name != "UTC" and zone(name).key == "UTC":
        raise ApiRefusal(400, "time_zone_wrong")
    return name
