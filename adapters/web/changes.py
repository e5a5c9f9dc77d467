"""A number that grows whenever anything changed, and waiting for it, so that the page need not ask all the time."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress


class Changes:
    """The workspace's revision. It begins with the time of day, so that a page notices a restart as a change."""

    def __init__(self) -> None:
        self.revision = time.time_ns() // 1_000_000
        self._changed = asyncio.Event()
        self._is_closed = False

    def announce(self) -> None:
        """Say that something changed; everyone who waits goes on."""
        self.revision += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def later_than(self, revision: int, seconds: float) -> int:
        """Return the revision once it differs from the one given, or when so many seconds have passed."""
        if revision == self.revision and not self._is_closed:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), seconds)
        return self.revision

    def close(self) -> None:
        """Let everyone who waits go, for good."""
        self._is_closed = True
        self._changed.set()
