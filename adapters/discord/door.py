"""Where everything comes in that Discord brings, until it is shut; then what was begun is finished."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol

import discord

from adapters.chat.asides import Asides
from adapters.discord.client import DiscordClient
from adapters.discord.hearing import Hearing
from adapters.discord.lines import Lines
from adapters.discord.reading_rights import Lost
from adapters.discord.watching import Watching
from bot.events import Loss

log = logging.getLogger("understudy.discord")
Announce = Callable[[discord.Guild], Coroutine[Any, Any, None]]


class Steps(Protocol):
    """What carries out people's own steps."""

    async def take(self, interaction: discord.Interaction[Any]) -> None:
        """Carry out a command, a press or a form."""
        ...

    async def idle(self) -> None:
        """Return once none is under way."""
        ...


class Door:
    """Takes in events, steps, and the coming and going of guilds."""

    def __init__(
        self,
        client: DiscordClient,
        hearing: Hearing,
        watching: Watching,
        lines: Lines,
        announce: Announce,
        steps: Steps,
    ) -> None:
        self._client = client
        self._hearing = hearing
        self._watching = watching
        self._lines = lines
        self._steps = steps
        self._announce = announce
        self._asides = Asides(log)
        self._is_shut = False

    def frame(self, kind: str, data: Mapping[str, Any]) -> None:
        """Take in an event as it came."""
        if kind == "READY":
            self._lines.down()
        elif kind == "GUILD_DELETE" and data.get("unavailable"):
            self._lines.down(int(data["id"]))
        else:
            self._hearing.take(kind, data)

    def came(self, guild: discord.Guild, *, is_new: bool) -> None:
        """Begin, or go on, to hear a guild; one that has just let Understudy in is told what that means."""
        if self._is_shut:
            return
        self._hearing.look(guild)
        self._lines.up(guild.id)
        if is_new:
            self._asides.begin(self._announce(guild))

    def gone(self, guild: int) -> None:
        """Let go of a guild that Understudy was taken out of."""
        if self._is_shut:
            return
        self._hearing.lost(guild, Lost(Loss.UNINSTALLED))
        self._watching.forget(guild)
        self._asides.begin(self._lines.end(guild))

    def ready(self) -> None:
        """Hear every guild there is; those that were there before and are no longer, Understudy was taken out of."""
        for guild in self._client.guilds:
            if not guild.unavailable:
                self.came(guild, is_new=False)
        for known in self._watching.guilds - {guild.id for guild in self._client.guilds}:
            self.gone(known)

    def stepped(self, interaction: discord.Interaction[Any]) -> None:
        """Carry out somebody's own step."""
        if not self._is_shut:
            self._asides.begin(self._steps.take(interaction))

    async def idle(self) -> None:
        """Return once nothing is under way."""
        await self._asides.idle()
        await self._steps.idle()
        await self._hearing.idle()

    async def shut(self) -> None:
        """Take nothing more in, and return once all that was taken in is done."""
        self._is_shut = True
        self._hearing.shut()
        await self.idle()
