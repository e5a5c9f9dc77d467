"""The two ways by which Slack reaches Understudy: a socket that Understudy opens, or signed requests over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

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
from bot.errors import NotPermitted, PlatformError

PATH = "/slack/events"
NO_SOCKET = "no_socket"
LARGEST_REQUEST = 4 * 1024**2


class Socket(SocketModeClient):
    """The SDK's client, which survives refreshes and cuts; `on_connected` is called at every new connection.

    The SDK tries a new connection with the address it has, for as long as it takes; an address is good once and for
    seconds. So an attempt ends after a while, and the next one asks for an address of its own.
    """

    def __init__(self, app_token: str, calls: Calls, on_connected: Callable[[], None], ping_seconds: float) -> None:
        super().__init__(app_token=app_token, logger=LIBRARY_LOG, web_client=calls.client, ping_interval=ping_seconds)
        self._on_connected = on_connected

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
        if not self.closed:
            self._on_connected()


@asynccontextmanager
async def socket_mode(
    app: AsyncApp, calls: Calls, access: Access, on_connected: Callable[[], None], ping_seconds: float = 10
) -> AsyncIterator[Callable[[], Awaitable[bool]]]:
    """Listen over a socket within the block, and give what tells whether it is up.

    An app token that is not taken is a `PlatformError` with the code `NO_SOCKET`.

    At the end what was begun is acknowledged before the socket closes; it is for the app to take nothing more in then.
    """
    under_way: set[asyncio.Task[None]] = set()
    socket = Socket(access.app_token, calls, on_connected, ping_seconds)

    async def handle(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        task = asyncio.create_task(_answer(app, client, request))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
        await task

    socket.socket_mode_request_listeners.append(handle)
    try:
        socket.wss_uri = await _first_address(calls, access)
        await socket.connect()
        yield socket.is_connected
    finally:
        while under_way:
            await asyncio.wait(set(under_way))
        await socket.close()  # type: ignore[no-untyped-call]


async def _first_address(calls: Calls, access: Access) -> str:
    """Ask for the first socket's address: the SDK would try a token that is refused for ever."""
    try:
        return str((await calls.call("apps.connections.open", app_token=access.app_token))["url"])
    except NotPermitted:
        raise PlatformError("slack opens no socket for the app-level token", NO_SOCKET) from None


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
