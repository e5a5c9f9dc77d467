"""A local Slack on a thread of its own: for tests that start, kill and restart whole processes against it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, TypeVar

from tests.slack.server import LocalSlack, local_slack

T = TypeVar("T")


class Beside:
    """A local Slack and the loop it lives on."""

    def __init__(self, slack: LocalSlack, loop: asyncio.AbstractEventLoop) -> None:
        self.slack = slack
        self.over = asyncio.Event()
        self._loop = loop

    def do(self, work: Coroutine[Any, Any, T], seconds: float = 120) -> T:
        """Do something there, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    def look(self, at: Callable[[LocalSlack], T]) -> T:
        """Look at its state."""

        async def looking() -> T:
            return at(self.slack)

        return self.do(looking())

    def end(self) -> None:
        """Let it end."""
        self._loop.call_soon_threadsafe(self.over.set)

    @property
    def settings(self) -> dict[str, str]:
        """The settings by which a process finds it, over Socket Mode, the local workspace running beside it."""
        slack = self.slack
        tokens = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token}
        return {**tokens, "SLACK_API_URL": slack.api_url, "LOCAL": "on"}


@contextmanager
def slack_beside() -> Iterator[Beside]:
    """Serve until the end of the block."""
    begun: Future[Beside] = Future()

    async def serve() -> None:
        async with local_slack() as slack:
            beside = Beside(slack, asyncio.get_running_loop())
            begun.set_result(beside)
            await beside.over.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    beside = begun.result(30)
    try:
        yield beside
    finally:
        beside.end()
        thread.join()
