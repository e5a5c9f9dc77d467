"""The two ways by which Slack reaches Understudy: a socket that Understudy opens, or signed requests over HTTP."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack.access import Access
from adapters.slack.calls import Calls
from adapters.slack.discretion import LIBRARY_LOG
from bot.clock import Clock
from bot.errors import PlatformError

PATH = "/slack/events"
LARGEST_REQUEST = 4 * 1024**2
MISSED = timedelta(seconds=60)
"""Away for longer than this, events may be gone for good: Slack tries again at once, and after a minute."""

OnBack = Callable[[datetime | None], None]
"""Told at each new connection but the first: since when something may have been missed; None for hardly a moment."""


class Socket(SocketModeClient):
    """The SDK's client, which survives refreshes and cuts; it also knows since when it heard nothing.

    The SDK tries a new connection with the address it has, for as long as it takes; an address is good once and for
    seconds. So an attempt ends after a while, and the next one asks for an address of its own.
    """

    def __init__(self, app_token: str, calls: Calls, clock: Clock, on_back: OnBack, ping_seconds: float) -> None:
        super().__init__(app_token=app_token, logger=LIBRARY_LOG, web_client=calls.client, ping_interval=ping_seconds)
        self._clock = clock
        self._on_back = on_back
        self._heard_at: datetime | None = None

    async def connect(self) -> None:
        """Connect, however often it takes."""
        while not self.closed:
            try:
                async with asyncio.timeout(6 * self.ping_interval):
                    await super().connect()  # type: ignore[no-untyped-call]
            except TimeoutError:
                self.wss_uri = None
            else:
                break
        self._tell_back()

    async def is_ping_pong_failing(self) -> bool:
        """Whether nothing comes back any more; asked at every ping. Up to the last one answered all was heard."""
        is_failing: bool = await super().is_ping_pong_failing()
        if not is_failing and self.last_ping_pong_time is not None:
            ago = timedelta(seconds=max(0.0, time.time() - self.last_ping_pong_time))
            self._heard_at = self._clock.now() - ago
        return is_failing

    def _tell_back(self) -> None:
        heard_at, now = self._heard_at, self._clock.now()
        self._heard_at = now
        if heard_at is not None and not self.closed:
            self._on_back(heard_at if now - heard_at >= MISSED else None)


@asynccontextmanager
async def socket_mode(
    app: AsyncApp, calls: Calls, access: Access, clock: Clock, on_back: OnBack, ping_seconds: float = 10
) -> AsyncIterator[None]:
    """Listen over a socket within the block. An app token that is not taken is a `PlatformError`.

    At the end what was begun is acknowledged before the socket closes; it is for the app to take nothing more in then.
    """
    under_way: set[asyncio.Task[None]] = set()
    socket = Socket(access.app_token, calls, clock, on_back, ping_seconds)

    async def handle(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        task = asyncio.create_task(_answer(app, client, request))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
        await task

    socket.socket_mode_request_listeners.append(handle)
    try:
        opened = await calls.call("apps.connections.open", app_token=access.app_token)
        socket.wss_uri = str(opened["url"])
        await socket.connect()
        yield
    finally:
        while under_way:
            await asyncio.wait(set(under_way))
        await socket.close()  # type: ignore[no-untyped-call]


async def _answer(app: AsyncApp, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
    """Acknowledge a request once the app has done it; what it failed at stays unacknowledged and comes again."""
    await send_async_response(client, request, await run_async_bolt_app(app, request), 0.0)


@asynccontextmanager
async def http_mode(app: AsyncApp, access: Access) -> AsyncIterator[str]:
    """Listen for signed requests within the block, and give the address. A taken port is a `PlatformError`."""
    site = web.Application(client_max_size=LARGEST_REQUEST)

    async def answer(request: web.Request) -> web.Response:
        if not request.headers.get("X-Slack-Request-Timestamp", "0").isdecimal():
            return web.Response(status=401)  # Bolt takes what is no number for a failure of its own
        try:
            asked = await to_bolt_request(request)
        except (json.JSONDecodeError, UnicodeDecodeError):
            return web.Response(status=400)
        return await to_aiohttp_response(await app.async_dispatch(asked))

    site.router.add_post(PATH, answer)
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=10)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, access.host, access.port).start()
        except OSError:
            raise PlatformError("the port for slack's requests is taken or not ours", "port_taken") from None
        yield f"http://{access.host}:{runner.addresses[0][1]}{PATH}"
    finally:
        await runner.cleanup()
