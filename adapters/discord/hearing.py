"""Giving the core what Discord tells, in its order. Nothing is acknowledged on its gateway, and nothing comes again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import discord

from adapters.chat.in_order import InOrder
from adapters.discord import ids, translate
from adapters.discord.client import DiscordClient
from adapters.discord.directory import DiscordDirectory
from adapters.discord.failures import told
from adapters.discord.reading_rights import Lost
from adapters.discord.translate import Place
from adapters.discord.watching import TELLING_OF_RIGHTS, Watching
from bot.clock import Clock
from bot.errors import PlatformError
from bot.events import AccessLost, MessageDeleted, MessageSaid, ThreadDeleted
from bot.platform_ports import EventHandler

log = logging.getLogger("understudy.discord")

TYPING_SECONDS = 8.0
"""How long Discord shows that somebody types, less a little."""

_PUBLIC_THREADS = frozenset({10, 11})
_THREAD_GONE = "THREAD_DELETE"
_SAID, _DELETED = frozenset({"MESSAGE_CREATE", "MESSAGE_UPDATE"}), frozenset({"MESSAGE_DELETE", "MESSAGE_DELETE_BULK"})
Told = MessageSaid | MessageDeleted | ThreadDeleted | AccessLost


@dataclass(frozen=True, slots=True)
class OfMessage:
    """What Discord told of a message. `place` is where it stood as far as that was known then."""

    guild: discord.Guild
    kind: str
    data: Mapping[str, Any] = field(repr=False)
    place: Place | None


class Hearing:
    """Takes in what Discord tells, and gives it to the core while `carry` runs.

    `missed` is called with a guild some of whose messages could not be taken in: they are to be read afterwards.
    """

    def __init__(
        self,
        handler: EventHandler,
        client: DiscordClient,
        directory: DiscordDirectory,
        watching: Watching,
        clock: Clock,
        missed: Callable[[int], None],
    ) -> None:
        self._handler = handler
        self._client = client
        self._directory = directory
        self._watching = watching
        self._clock = clock
        self._missed = missed
        self._queue: InOrder[OfMessage | ThreadDeleted | AccessLost] = InOrder(self._give, self._let_go)
        self._is_shut = False

    def take(self, kind: str, data: Mapping[str, Any]) -> None:
        """Take in an event as it came; what it says of rights counts at once."""
        if self._is_shut or not (
            kind in TELLING_OF_RIGHTS or kind in _SAID or kind in _DELETED or kind == _THREAD_GONE
        ):
            return
        guild = self._client.get_guild(int(data.get("id" if kind == "GUILD_UPDATE" else "guild_id") or 0))
        if guild is None or guild.unavailable:
            return
        if kind in TELLING_OF_RIGHTS:
            self.lost(guild.id, *self._watching.changed(guild, kind, data))
        elif kind == _THREAD_GONE:
            if data.get("type") in _PUBLIC_THREADS:
                where = ids.channel(guild.id, int(data["parent_id"]))
                self._queue.put(ThreadDeleted(ids.thread(where, int(data["id"])), self._clock.now()))
        elif kind in _DELETED or translate.is_somebodys(data):
            self._queue.put(OfMessage(guild, kind, data, self._directory.place(guild, int(data["channel_id"]))))

    def look(self, guild: discord.Guild) -> None:
        """Look at a guild anew, and take in what was lost since it was last looked at."""
        self.lost(guild.id, *self._watching.look(guild))

    def lost(self, guild: int, *losses: Lost) -> None:
        """Take in what somebody, or everybody, can no longer reach."""
        for lost in losses:
            self._queue.put(_access_lost(guild, lost))

    def shut(self) -> None:
        """Take nothing more in."""
        self._is_shut = True

    async def idle(self) -> bool:
        """Wait until nothing is under way; return whether the core has all that was taken in."""
        return await self._queue.idle()

    async def carry(self) -> None:
        """Give the core what is taken in, until cancelled."""
        await self._queue.carry()

    def _let_go(self, thing: OfMessage | ThreadDeleted | AccessLost) -> bool:
        """Drop what was said, which the history still has; what was taken back or lost has to be told."""
        is_dropped = isinstance(thing, OfMessage) and thing.kind in _SAID
        if is_dropped and isinstance(thing, OfMessage):
            self._missed(thing.guild.id)
        return is_dropped

    async def _give(self, thing: OfMessage | ThreadDeleted | AccessLost) -> None:
        for event in await self._events(thing) if isinstance(thing, OfMessage) else [thing]:
            await self._tell(event)

    async def _events(self, thing: OfMessage) -> tuple[Told, ...]:
        place = thing.place or await self._directory.unknown_place(thing.guild, int(thing.data["channel_id"]))
        if place is None:
            return ()
        if thing.kind in _DELETED:
            numbers = thing.data["ids"] if thing.kind == "MESSAGE_DELETE_BULK" else [thing.data["id"]]
            return translate.deleted([int(number) for number in numbers], place, self._clock.now())
        read = translate.said if thing.kind == "MESSAGE_CREATE" else translate.revised
        event = read(thing.data, place, self._directory.listener(thing.guild))
        return (event,) if event else ()

    async def _tell(self, event: Told) -> None:
        match event:
            case MessageSaid(address=None):
                await self._handler.message_said(event)
            case MessageSaid():
                async with self._typing(event):
                    await self._handler.message_said(event)
            case MessageDeleted():
                await self._handler.message_deleted(event)
            case ThreadDeleted():
                await self._handler.thread_deleted(event)
            case AccessLost():
                await self._handler.access_lost(event)

    @asynccontextmanager
    async def _typing(self, event: MessageSaid) -> AsyncIterator[None]:
        """Show that something is being done, whoever is asked and whether or not they have a double."""
        spot = ids.spot(event.ref.stamp)
        showing = asyncio.create_task(self._show_typing(spot.place if spot else 0))
        try:
            yield
        finally:
            showing.cancel()
            await asyncio.gather(showing, return_exceptions=True)

    async def _show_typing(self, place: int) -> None:
        """Show it for as long as it takes; it is no matter if that fails."""
        try:
            while True:
                with told():
                    await self._client.http.send_typing(place)
                await asyncio.sleep(TYPING_SECONDS)
        except PlatformError as error:
            log.debug("that something is being done could not be shown: %s", error.code)


def _access_lost(guild: int, lost: Lost) -> AccessLost:
    return AccessLost(
        ids.PLATFORM,
        str(guild),
        lost.loss,
        ids.person(guild, lost.member) if lost.member is not None else None,
        ids.channel(guild, lost.channel) if lost.channel is not None else None,
    )
