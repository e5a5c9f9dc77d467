"""What was asked of Slack a moment ago: bounded, short, and dropped when an event says that it changed."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")
_MOST_TRIES = 3


class ShortMemory(Generic[T]):
    """Things by their ids, each for so many seconds at most, the oldest given up for a new one."""

    def __init__(self, seconds: float, most: int, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._most = most
        self._now = now
        self._things: OrderedDict[str, tuple[float, T]] = OrderedDict()
        self._changes = 0

    async def get(self, key: str, ask: Callable[[], Awaitable[T]]) -> T:
        """Return what is known, or ask for it; what changed while it was being asked for is asked for once more."""
        found = self._things.get(key)
        if found is not None and self._now() - found[0] < self._seconds:
            return found[1]
        for _ in range(_MOST_TRIES):
            changes, asked_at = self._changes, self._now()
            thing = await ask()
            if changes == self._changes:
                self._put(key, asked_at, thing)
                return thing
        return await ask()

    def drop(self, key: str) -> None:
        """Forget one thing."""
        self._changes += 1
        self._things.pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        self._changes += 1
        self._things.clear()

    def _put(self, key: str, asked_at: float, thing: T) -> None:
        self._things[key] = (asked_at, thing)
        self._things.move_to_end(key)
        while len(self._things) > self._most:
            self._things.popitem(last=False)
