"""Giving on what comes in, one thing after another, where nobody brings again what could not be taken in.

What fails is given again before the next: as soon as anything else comes, and every few seconds.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from bot.errors import BotError, NotPermitted

log = logging.getLogger("understudy.chat")
T = TypeVar("T")

AGAIN_SECONDS, GIVEN_UP_SECONDS = 5.0, 600.0
MOST_WAITING = 20_000


class InOrder(Generic[T]):
    """Things on their way to `give` while `carry` runs. A `BotError` says that one could not be taken in for now.

    `let_go` decides whether a thing may be dropped: one that still fails after ten minutes, so that it does not stop
    all the others, and whatever comes while too much waits. One that may not waits behind the others then.
    """

    def __init__(
        self,
        give: Callable[[T], Awaitable[None]],
        let_go: Callable[[T], bool],
        *,
        again_seconds: float = AGAIN_SECONDS,
        given_up_seconds: float = GIVEN_UP_SECONDS,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._give = give
        self._let_go = let_go
        self._again = again_seconds
        self._given_up = given_up_seconds
        self._most = most_waiting
        self._waiting: deque[T] = deque()
        self._news, self._still = asyncio.Event(), asyncio.Event()
        self._still.set()
        self._failing_since: float | None = None

    def put(self, thing: T) -> None:
        """Let something be given after all that came before."""
        if len(self._waiting) >= self._most and self._let_go(thing):
            return
        self._waiting.append(thing)
        self._still.clear()
        self._news.set()

    async def idle(self) -> bool:
        """Wait until nothing is under way; return whether all was taken in, and nothing waits that failed."""
        await self._still.wait()
        return not self._waiting

    async def carry(self) -> None:
        """Give, until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                self._still.clear()
                first = self._waiting[0]
                if await self._is_done(first):
                    self._waiting.popleft()
                    self._failing_since = None
                    continue
                if self._has_failed_for_long():
                    self._give_up(self._waiting.popleft())
                if self._waiting and self._waiting[0] is first:
                    await self._pause()
            self._still.set()

    async def _is_done(self, thing: T) -> bool:
        """Give one thing; return whether that is done with, for good or for ill."""
        try:
            await self._give(thing)
        except NotPermitted as error:
            log.warning("an event could not be taken in: %s", error.code)
        except BotError as error:
            self._note_failure(error.code)
            return False
        except Exception as error:  # noqa: BLE001 - one event must not stop the next
            log.error("an event could not be taken in: %s", type(error).__name__)
        return True

    def _note_failure(self, code: str) -> None:
        if self._failing_since is None:
            self._failing_since = asyncio.get_running_loop().time()
            log.warning("an event could not be taken in yet: %s", code)

    def _has_failed_for_long(self) -> bool:
        since = self._failing_since
        return since is not None and asyncio.get_running_loop().time() - since >= self._given_up

    def _give_up(self, thing: T) -> None:
        self._failing_since = None
        if not self._let_go(thing):
            self._waiting.append(thing)

    async def _pause(self) -> None:
        """Wait until something else comes, or a little."""
        self._still.set()
        try:
            async with asyncio.timeout(self._again):
                await self._news.wait()
        except TimeoutError:
            pass
        self._news.clear()
