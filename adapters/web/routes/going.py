"""People who go: out of a channel, or altogether. The core hears of it before the request is answered."""

from __future__ import annotations

from aiohttp import web

from adapters.web import render, translate
from adapters.web.context import context_of, player, readable_channel
from adapters.web.reading import read_fields
from adapters.web.records import ChannelRecord, PersonRecord
from adapters.web.refusals import ApiRefusal
from adapters.web.workspace import Workspace
from bot.events import AccessLost, Loss

Owed = tuple[int, AccessLost]
"""An event that stands in the workspace until the core has taken note of it, with its number there."""

routes = web.RouteTableDef()


@routes.post("/api/channels/{channel}/leave")
async def leave_channel(request: web.Request) -> web.Response:
    """Go out of a channel. Whoever is in none of it goes out of nothing."""
    person, channel_id = await player(request, await read_fields(request)), request.match_info["channel"]

    def leave(workspace: Workspace) -> tuple[ChannelRecord, list[Owed]]:
        channel = readable_channel(workspace, channel_id, person.id)
        if person.id not in channel.members:
            return channel, []
        with workspace.transaction():
            workspace.team.leave(channel.id, [person.id])
            owed = [owe(workspace, Loss.LEFT, person.id, channel.id)]
        return workspace.team.channel(channel.id) or channel, owed

    left, owed = await context_of(request).platform.workspace.run(leave)
    context_of(request).platform.changes.announce()
    await tell_all(request, owed)
    return web.json_response(render.channel(left))


@routes.patch("/api/people/{person}")
async def change_person(request: web.Request) -> web.Response:
    """Close a person's account, or open it again. Scripts do this."""
    fields, person_id = await read_fields(request), request.match_info["person"]
    if not fields.has("active"):
        raise ApiRefusal(400, "active_wrong")
    is_active = fields.flag("active")

    def change(workspace: Workspace) -> tuple[PersonRecord, list[Owed]]:
        found = workspace.team.person(person_id)
        if found is None or found.is_bot:
            raise ApiRefusal(404, "unknown_person")
        with workspace.transaction():
            workspace.team.set_deactivated(found.id, is_deactivated=not is_active)
            is_news = not (is_active or found.is_deactivated)
            owed = [owe(workspace, Loss.DEACTIVATED, found.id, "")] if is_news else []
        return workspace.team.person(found.id) or found, owed

    changed, owed = await context_of(request).platform.workspace.run(change)
    context_of(request).platform.changes.announce()
    await tell_all(request, owed)
    return web.json_response(render.person(changed))


def owe(workspace: Workspace, loss: Loss, person: str, channel: str) -> Owed:
    """Keep the event that tells of a loss, within the transaction that brings it about."""
    number = workspace.conversation.lose(loss, person, channel, workspace.stamper.next())
    return number, translate.lost(loss, person, channel)


async def tell_all(request: web.Request, owed: list[Owed]) -> None:
    """Tell the core; what it cannot take now is told again later."""
    for number, event in owed:
        await context_of(request).telling.tell(number, event)
