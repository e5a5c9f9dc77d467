"""Doing things of one kind no oftener than every so many seconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

Pause = Callable[[float], Awaitable[None]]


class Rhythm:
    """Lets things of one kind happen no more often than every so many seconds: posts in one channel, say."""

    def __init__(self, seconds: float, *, pause: Pause = asyncio.sleep, most: int = 500) -> None:
        self._seconds = seconds
        self._pause = pause
        self._most = most
        self._next: dict[str, float] = {}

    async def turn(self, key: str) -> None:
        """Wait until it is this one's turn; turns are given in the order in which they were asked for."""
        now = time.monotonic()
        mine = max(now, self._next.get(key, now))
        if len(self._next) >= self._most:
            self._next = {known: at for known, at in self._next.items() if at > now}
        self._next[key] = mine + self._seconds
        if mine > now:
            await self._pause(mine - now)
