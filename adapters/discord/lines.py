"""One line a guild, all by the same gateway: whether it is up, and what may have been missed while it was not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from adapters.chat.line import EVERY_SECONDS, Line
from adapters.discord.ids import PLATFORM
from bot.platform_ports import EventHandler

IsUp = Callable[[], Awaitable[bool]]


class Lines:
    """The lines to all guilds that can be heard. `is_up` asks whether everything comes in by the gateway now."""

    def __init__(
        self, handler: EventHandler, forget: Callable[[], None], is_up: IsUp, every_seconds: float = EVERY_SECONDS
    ) -> None:
        self._handler = handler
        self._forget = forget
        self._is_up = is_up
        self._every = every_seconds
        self._lines: dict[int, Line] = {}
        self._keeping: dict[int, asyncio.Task[None]] = {}
        self._down: set[int] = set()

    def up(self, guild: int) -> None:
        """Say that a guild can be heard, for the first time or again: if again, something may have been missed."""
        line = self._lines.get(guild)
        if line is None:
            line = Line(self._handler, PLATFORM, str(guild), self._forget, lambda: self._is_heard(guild), self._every)
            self._lines[guild] = line
            self._keeping[guild] = asyncio.create_task(line.keep())
        elif guild in self._down:
            line.renewed()
        self._down.discard(guild)

    def down(self, guild: int | None = None) -> None:
        """Say that a guild cannot be heard for now, or none of them."""
        self._down |= {guild} & self._lines.keys() if guild is not None else self._lines.keys()

    def missed(self, guild: int) -> None:
        """Say that something was missed, though the line was up."""
        if guild in self._lines:
            self._lines[guild].renewed()

    async def end(self, guild: int) -> None:
        """Give up the line to a guild that Understudy is no longer in."""
        self._down.discard(guild)
        self._lines.pop(guild, None)
        await self._keep_no_longer(guild)

    async def close(self) -> None:
        """Tell the core a last time how each line is."""
        for guild, line in list(self._lines.items()):
            await self._keep_no_longer(guild)
            await line.tell()

    async def _keep_no_longer(self, guild: int) -> None:
        keeping = self._keeping.pop(guild, None)
        if keeping is not None:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    async def _is_heard(self, guild: int) -> bool:
        return guild not in self._down and await self._is_up() and guild not in self._down
