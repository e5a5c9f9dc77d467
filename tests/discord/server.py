"""A local Discord on loopback: REST and the gateway over real sockets, with its state, and people who act on it.

    async with local_discord(clock.now) as discord:
        discord.found_team()      # GUILD, ADA, WEI, GARDEN (public), SHED (Ada's alone), the bot in the guild

- `discord.token`, `.api_url` (what `discord.http.Route.BASE` becomes), `.gateway_url`. All ids are ints in Python and
  strings in JSON. The application's id is the bot's (`team.app == team.bot == APP`).
- `discord.team` is the state (`team.py`), to be read and, before the app signs in, written at will. Ids are snowflakes
  by the test clock, one millisecond apart, so that moments differ while the clock stands still.
- `discord.talking` is what people say and do in channels, `discord.moving` how they come and go and what they may see.
  Each call returns once the app's library has read the events (not once its handlers are done: wait for the app's own
  `idle()`), or at once while it has no line.
- `discord.api.trouble["POST /channels/{channel}/messages"].append(limited() | broken() | cut())`: the next call of that
  route; `api.calls`, `api.called(route)`, `await api.until(condition)`. Routes are named as in `api.add`.
- `discord.gateway`: `cut()`, `reconnect()`, `invalidate()`, `forget()`, `hold()`/`release()`, `close(code)`, `outages`,
  `identified`, `resumed`, `await until(condition)`, `await quiet()`; `send(kind, data)` brings any other event.
- `team.app_flags` says which privileged intents are switched on (both, at first), `team.app_settings` what else was set
  in the developer portal.
- `api.complaints` fail the test at the end: routes that nobody offers, handlers that fail, and what `api.judge` has
  against a call (an `Asked`: method, route, path, query, body, files), which is then answered with a 400;
  `api.complaints.clear()` where that is meant.
- `discord.acting` is what people do with the app: commands, presses, modals, commands on messages. Each returns once it
  has answered, within `discord.interactions.patience` seconds; `discord.answers` names the routes of its answers
  (`callback`, `follow_ups`, `original`, `later`). `discord.reading` is what people see.
- `discord.judging` refuses what Discord would refuse by its documented limits and, unless a test of a foreign app sets
  `is_sworn = False`, what this project may never send: pings, embeds, links that unfold in public, answers for all.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from aiohttp import web

from tests.discord.acting import Acting
from tests.discord.answer_routes import AnswerRoutes
from tests.discord.app_routes import AppRoutes
from tests.discord.gateway import Gateway
from tests.discord.guild_routes import GuildRoutes, ThreadRoutes
from tests.discord.interactions import Interactions
from tests.discord.judging import Judging
from tests.discord.message_routes import MessageRoutes
from tests.discord.moving import Moving
from tests.discord.reading import Reading
from tests.discord.rest import RestApi
from tests.discord.rooms import Rooms
from tests.discord.talking import Talking
from tests.discord.team import Team
from tests.discord.webhook_routes import WebhookRoutes

GUILD, OWNER = 1_400_000_000_000_000_001, 1_400_000_000_000_000_010
ADA, WEI = 1_400_000_000_000_000_011, 1_400_000_000_000_000_012
GARDEN, SHED = 1_400_000_000_000_000_101, 1_400_000_000_000_000_102
APP = 1_400_000_000_000_000_000


class LocalDiscord:
    """Everything of one local Discord."""

    def __init__(self, address: str, now: Callable[[], datetime] | None) -> None:
        self.token = f"{secrets.token_urlsafe(18)}.{secrets.token_hex(3)}.{secrets.token_urlsafe(28)}"
        self.api_url = f"{address}/api/v10"
        self.team = Team(now)
        self.team.files_at = f"{address}/files"
        self.api = RestApi(self.token)
        self.gateway = Gateway(self.team, self.token, address)
        self.gateway_url = self.gateway.url
        self.rooms = Rooms(self.team, self.gateway)
        self.app = AppRoutes(self.team, self.api, self.gateway)
        self.messages = MessageRoutes(self.team, self.api, self.rooms)
        self.talking = Talking(self.team, self.gateway, self.rooms)
        self.moving = Moving(self.team, self.gateway)
        GuildRoutes(self.team, self.api, self.gateway)
        ThreadRoutes(self.team, self.api, self.rooms)
        WebhookRoutes(self.team, self.api, self.gateway, self.rooms)
        self.interactions = Interactions(self.team, self.gateway)
        self.answers = AnswerRoutes(self.team, self.api, self.rooms, self.interactions)
        self.judging = self.api.judge = Judging(self.team, self.interactions)
        self.acting = Acting(self.team, self.app.commands, self.interactions)
        self.reading = Reading(self.team, self.interactions)

    def found_team(self) -> None:
        """Let two people and two channels be in a guild, and the bot; its owner is a third, who sees everything."""
        team = self.team
        team.person(OWNER, "Gus Warden", "gus")
        team.person(ADA, "Ada Brook", "ada")
        team.person(WEI, "陈伟", "wei", locale="zh-CN")
        team.guild(GUILD, "Garden", OWNER)
        for person in (ADA, WEI, team.bot):
            team.join(GUILD, person)
        team.channel(GARDEN, "garden", GUILD)
        team.private_channel(SHED, "shed", GUILD, ADA, team.bot)
        team.guilds[GUILD].system_channel = GARDEN

    async def send_file(self, request: web.Request) -> web.StreamResponse:
        """Serve a file's content, as Discord's content servers do."""
        found = self.team.files.get(int(request.match_info["file"]))
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found[1])


@asynccontextmanager
async def local_discord(now: Callable[[], datetime] | None = None) -> AsyncIterator[LocalDiscord]:
    """Serve until the end of the block; then nothing may have been asked that Discord would refuse as malformed."""
    listener = socket.create_server(("127.0.0.1", 0))
    discord = LocalDiscord(f"http://127.0.0.1:{listener.getsockname()[1]}", now)
    app = web.Application(client_max_size=32 * 1024**2)
    app.router.add_route("*", "/api/v10/{path:.*}", discord.api.answer)
    app.router.add_get("/gateway/", discord.gateway.serve)
    app.router.add_get("/files/{file}/{name}", discord.send_file)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    try:
        yield discord
        assert not discord.api.complaints, discord.api.complaints
    finally:
        discord.gateway.cut()
        await runner.cleanup()
