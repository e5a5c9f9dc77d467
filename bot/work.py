"""Work that goes on after an event was acknowledged: started here, waited for here, and never lost without a line."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from bot.errors import BotError

log = logging.getLogger("understudy.work")


class Work:
    """A set of running tasks. What they are to do is in the store, so that one cut short is begun again by a job."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, name: str, work: Coroutine[Any, Any, object]) -> None:
        """Let a piece of work run on; its failure is logged by code and stops nothing else."""
        task = asyncio.create_task(self._guarded(name, work), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def idle(self) -> None:
        """Return when nothing runs any more, what the running work started included."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _guarded(self, name: str, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except BotError as error:
            log.warning("%s failed: %s", name, error.code)
        except Exception as error:  # noqa: BLE001 - one piece of work must not stop the next
            log.error("%s failed: %s", name, type(error).__name__)
