"""A platform that runs within a test, and stops as it stops with its process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from bot.platform_ports import ChatPlatform, EventHandler


@asynccontextmanager
async def until_left(platform: ChatPlatform, handler: EventHandler) -> AsyncIterator[str]:
    """Let a platform run until the end of the block, and give its address; leaving cancels it and waits for its end.

    What stops it before it listens is raised.
    """
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(platform.run(handler, ready.set_result))
    either: set[asyncio.Future[Any]] = {running, ready}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    try:
        if running.done():
            running.result()
        yield ready.result()
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
