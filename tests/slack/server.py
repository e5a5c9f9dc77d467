"""A local Slack on loopback: the Web API with its state, Socket Mode, signed posts, and people who act on it."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from aiohttp import web

from adapters.slack.features import OPTIONAL, Feature
from adapters.slack.manifest import manifest
from bot.words import Words
from tests.slack.acting import Acting, labelled
from tests.slack.chat_methods import ChatMethods
from tests.slack.conversation_methods import ConversationMethods, PeopleMethods
from tests.slack.deliveries import Deliveries
from tests.slack.file_methods import FileMethods
from tests.slack.news import News
from tests.slack.reading import Reading
from tests.slack.shapes import Json
from tests.slack.talking import Talking
from tests.slack.team import Team
from tests.slack.view_methods import ViewMethods
from tests.slack.web_api import WebApi


class LocalSlack:
    """Everything of one local Slack. `address` + `/api/` is the Web API; `people` act, `reading` is what they see."""

    def __init__(self, address: str, now: Callable[[], datetime] | None, enterprise: str) -> None:
        self.address = address
        self.api_url = f"{address}/api/"
        self.bot_token, self.app_token = (f"{kind}-1-{secrets.token_hex(12)}" for kind in ("xoxb", "xapp"))
        self.signing_secret = secrets.token_hex(16)
        self.team = Team(now, enterprise)
        self.api = WebApi(self.team, self.bot_token, self.app_token)
        self.deliveries = Deliveries(self.signing_secret)
        self.news = News(self.team, self.deliveries, self.api.scopes)
        self.chat = ChatMethods(self.team, self.news, self.api)
        self.views = ViewMethods(self.team, self.api, asyncio.get_running_loop().time)
        self.files = FileMethods(self.team, self.api, address)
        self.talking = Talking(self.team, self.news)
        self.acting = Acting(self.api, self.news, self.deliveries, self.views, address)
        self.reading = Reading(self.team)
        self._tickets: set[str] = set()
        ConversationMethods(self.team, self.news, self.api)
        PeopleMethods(self.team, self.api, address)
        self.api.add("apps.connections.open", self._open_connection)
        self.install(*OPTIONAL)

    def install(self, *features: Feature) -> None:
        """Install the app by its own manifest: it may do, and hears of, what stands there and nothing more."""
        asked = manifest(features, Words("en"))
        self.api.scopes.clear()
        self.api.scopes.update(asked["oauth_config"]["scopes"]["bot"])
        self.news.subscribed = set(asked["settings"]["event_subscriptions"]["bot_events"])

    def found_team(self) -> None:
        """Let two people and two channels in: U1 and U2, public C1, private C2 of U1 alone, the app in both."""
        bot = self.team.bot_user
        self.team.person("U1", "Ada Brook", "ada", display="")
        self.team.person("U2", "陈伟", "wei", display="", locale="zh-CN", time_zone="Asia/Shanghai")
        self.team.channel("C1", "garden", "U1", "U2", bot)
        self.team.channel("C2", "shed", "U1", bot, is_private=True)

    async def listening(self) -> None:
        """Return once the app's WebSocket is open."""
        await self.deliveries.connected.wait()

    async def press(self, person: str, label: str) -> None:
        """Press a button, by the beginning of its label, in the modal that is on top."""
        view = self.team.modals[person][-1]
        await self.acting.press_view(person, view, labelled(view["blocks"], label))

    async def press_home(self, person: str, label: str) -> None:
        """Press a button in the app's home."""
        view = self.team.homes[person]
        await self.acting.press_view(person, view, labelled(view["blocks"], label))

    async def press_on(self, person: str, channel: str, ts: str, label: str) -> None:
        """Press a button on a message."""
        message = self.reading.message(channel, ts)
        await self.acting.press_message(person, channel, ts, labelled(message["blocks"], label))

    async def _open_connection(self, _arguments: Json) -> Json:
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        return {"url": f"{self.address.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={self.team.app}"}

    async def link(self, request: web.Request) -> web.StreamResponse:
        """Let the app connect, once for each address it was given."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPNotFound
        self._tickets.remove(ticket)
        return await self.deliveries.serve(request)


@asynccontextmanager
async def local_slack(now: Callable[[], datetime] | None = None, enterprise: str = "") -> AsyncIterator[LocalSlack]:
    """Serve until the end of the block; then no event may be under way."""
    listener = socket.create_server(("127.0.0.1", 0))
    slack = LocalSlack(f"http://127.0.0.1:{listener.getsockname()[1]}", now, enterprise)
    app = web.Application(client_max_size=16 * 1024**2)
    app.router.add_route("*", "/api/{method}", slack.api.answer)
    app.router.add_get("/link/", slack.link)
    app.router.add_post("/respond/{response}", slack.acting.respond)
    app.router.add_post("/upload/{file}", slack.files.receive)
    app.router.add_get("/files-pri/{file}/{name}", slack.files.send)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    try:
        yield slack
        await slack.news.quiet()
    finally:
        slack.deliveries.cut()
        await runner.cleanup()
