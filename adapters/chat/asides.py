"""Work that is begun and not waited for at once: what fails is logged by its code, and stops nothing else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from bot.errors import BotError


class Asides:
    """Everything that is under way beside what called for it."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._under_way: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Let some work be done."""
        task = asyncio.create_task(self._carried_out(work))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def idle(self) -> None:
        """Return once nothing is under way."""
        while self._under_way:
            await asyncio.wait(set(self._under_way))

    async def _carried_out(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except BotError as error:
            self._log.warning("a step could not be carried out: %s", error.code)
        except Exception as error:  # noqa: BLE001 - as above
            self._log.error("a step could not be carried out: %s", type(error).__name__)
