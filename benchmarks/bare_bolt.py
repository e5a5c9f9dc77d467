"""A Bolt app that does one thing before it acknowledges: one durable SQLCipher + FTS5 insert. `SLACK_*` say where."""

from __future__ import annotations

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks.bare import BareLog

Next = Any


async def serve(path: Path) -> None:
    """Take events until the process is ended, each stored on a thread of its own before it is acknowledged."""
    bare = BareLog(path)
    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = AsyncApp(client=client)
    loop, thread = asyncio.get_running_loop(), ThreadPoolExecutor(1)

    def insert(event: dict[str, Any]) -> None:
        moment = int(float(event["ts"]) * 1_000_000)
        values = (event["channel"], event["ts"], moment, moment, 1, "g", event["text"])
        with bare.transaction():
            bare.insert([(values, event["text"].lower())])

    async def store(body: dict[str, Any], next: Next) -> None:  # noqa: A002 - Bolt goes by the name
        await loop.run_in_executor(thread, insert, body["event"])
        await next()

    async def nothing() -> None:
        """Be the listener that Bolt wants for an event."""

    app.use(store)
    app.event("message")(nothing)
    handler = AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"])
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
