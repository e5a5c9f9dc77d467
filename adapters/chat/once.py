"""Doing a thing once, however often and however closely Slack brings it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """Remembers by their keys what is under way and what was done last; what failed was not done."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._begun: OrderedDict[str, asyncio.Future[T]] = OrderedDict()

    async def do(self, key: str, work: Callable[[], Awaitable[T]]) -> T:
        """Do it, wait for the one that is under way, or return what came of it before.

        It is carried to its end even where whoever brought it gives up waiting. An empty key stands for nothing.
        """
        begun = self._begun.get(key) if key else None
        if begun is None:
            begun = asyncio.ensure_future(_carried_out(work))
            if key:
                self._begun[key] = begun
                begun.add_done_callback(lambda done: self._settle(key, done))
                self._trim()
        return await asyncio.shield(begun)

    async def idle(self) -> None:
        """Return once nothing is under way."""
        while under_way := [work for work in self._begun.values() if not work.done()]:
            await asyncio.wait(under_way)

    def _settle(self, key: str, done: asyncio.Future[T]) -> None:
        if done.cancelled() or done.exception() is not None:
            self._begun.pop(key, None)

    def _trim(self) -> None:
        """Let go of what was done longest ago; what is under way stays."""
        while len(self._begun) > self._most:
            oldest = next((key for key, work in self._begun.items() if work.done()), None)
            if oldest is None:
                return
            del self._begun[oldest]


async def _carried_out(work: Callable[[], Awaitable[T]]) -> T:
    return await work()
