"""The HTTP server of the local workspace, on this machine's loopback address alone."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable

from aiohttp import web

from adapters.web.context import CONTEXT, Context
from adapters.web.guards import HOUSE_LOCALE, guard
from adapters.web.platform import LocalWorkspace
from adapters.web.reading import BODY_LIMIT
from adapters.web.routes import double, feed, going, talk, team
from adapters.web.routes.page import page_routes
from adapters.web.telling import Telling
from bot.errors import PlatformError
from bot.ports import EventHandler

_LOOPBACK = "127.0.0.1"


def build_app(platform: LocalWorkspace, handler: EventHandler) -> web.Application:
    """Return the whole API and the page as one application."""
    app = web.Application(middlewares=[guard], client_max_size=BODY_LIMIT)
    app[HOUSE_LOCALE] = platform.locale
    app[CONTEXT] = Context(platform, handler, Telling(platform.workspace, handler))
    for room in (team, going, talk, double, feed):
        app.add_routes(room.routes)
    app.add_routes(page_routes())
    return app


async def serve(platform: LocalWorkspace, handler: EventHandler, ready: Callable[[str], None]) -> None:
    """Tell what was left over, listen, say so, and serve until cancelled; running requests may finish."""
    app = build_app(platform, handler)
    runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=3)
    await runner.setup()
    try:
        await _listen(runner, platform)
        await app[CONTEXT].telling.catch_up()
        ready(platform.address)
        await asyncio.Event().wait()
    finally:
        platform.changes.close()
        await runner.cleanup()


async def _listen(runner: web.AppRunner, platform: LocalWorkspace) -> None:
    try:
        await web.TCPSite(runner, _LOOPBACK, platform.port).start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PlatformError(
                f"port {platform.port} is taken by another program: stop it, or choose another port", "port_taken"
            ) from error
        raise PlatformError(f"port {platform.port} cannot be listened on", "port_refused") from error
    platform.port = int(runner.addresses[0][1])
