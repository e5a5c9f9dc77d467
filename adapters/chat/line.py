"""Whether the line to a workspace is up, told to the core: what was said while it was down is read afterwards."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.errors import BotError
from bot.platform_ports import EventHandler

log = logging.getLogger("understudy.chat")

EVERY_SECONDS = 20.0
"""How often the core hears that the line is up: `bot.platform_ports.EventHandler.heard` wants it once a minute."""


class Line:
    """One line, from the moment it is first up. `is_up` asks whether everything that is said comes in by it now.

    `forget` is called wherever something may have been missed: what is remembered of the workspace is to be asked anew.
    """

    def __init__(
        self,
        handler: EventHandler,
        platform: str,
        workspace: str,
        forget: Callable[[], None],
        is_up: Callable[[], Awaitable[bool]],
        every_seconds: float = EVERY_SECONDS,
    ) -> None:
        self._handler = handler
        self._platform = platform
        self._workspace = workspace
        self._forget = forget
        self._is_up = is_up
        self._every = every_seconds
        self._renewed = asyncio.Event()
        self._renewed.set()

    def renewed(self) -> None:
        """Say that the line is up again; something may have been missed."""
        self._renewed.set()

    async def keep(self) -> None:
        """Tell the core, until cancelled: first what may have been missed, then that the line is up."""
        while True:
            if not await self.tell():
                await asyncio.sleep(self._every)
                continue
            try:
                async with asyncio.timeout(self._every):
                    await self._renewed.wait()
            except TimeoutError:
                continue

    async def tell(self) -> bool:
        """Tell the core once how the line is, and return whether it took note; otherwise it is to be told again."""
        is_renewed = self._renewed.is_set()
        self._renewed.clear()
        try:
            if is_renewed:
                self._forget()
                await self._handler.missed(self._platform, self._workspace)
            elif await self._is_up():
                await self._handler.heard(self._platform, self._workspace)
        except BotError as error:
            log.warning("the core could not take note of the line to a workspace: %s", error.code)
            if is_renewed:
                self._renewed.set()
            return False
        return True
