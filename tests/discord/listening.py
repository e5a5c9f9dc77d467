"""A bare client of the real library on the local Discord, which takes notes."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from tests.discord.server import LocalDiscord

INTENTS = discord.Intents(guilds=True, guild_messages=True, members=True, message_content=True)


class Heard(discord.Client):
    """Notes each event with what came with it; `guild_ready_timeout` is how long the library waits for late guilds."""

    def __init__(self, intents: discord.Intents = INTENTS) -> None:
        super().__init__(intents=intents, guild_ready_timeout=0.1, max_messages=None)
        self.notes: list[tuple[str, tuple[Any, ...]]] = []

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for nothing: here nobody counts how often the app begins anew."""

    def dispatch(self, event: str, /, *args: Any, **named: Any) -> None:
        """Note an event before its handlers run."""
        self.notes.append((event, args))
        super().dispatch(event, *args, **named)

    def heard(self, event: str) -> list[Any]:
        """Return what came with each event of a kind."""
        return [args[0] if args else None for name, args in self.notes if name == event]

    def counted(self, *events: str) -> list[int]:
        """Return how often each of these happened."""
        times = Counter(name for name, _ in self.notes)
        return [times[event] for event in events]


@contextmanager
def pointed_at(place: LocalDiscord) -> Iterator[None]:
    """Let the library speak to the local Discord instead of the real one."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = place.api_url, URL(place.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


@asynccontextmanager
async def connected(place: LocalDiscord, intents: discord.Intents = INTENTS) -> AsyncIterator[Heard]:
    """Let a client sign in, be ready, and close at the end as an app does that is stopped; it has sworn nothing."""
    place.judging.is_sworn = False
    with pointed_at(place):
        client = Heard(intents)
        running = None
        try:
            await client.login(place.token)
            running = asyncio.create_task(client.connect())
            ready = asyncio.create_task(client.wait_until_ready())
            await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                ready.cancel()
                await running
            yield client
        finally:
            await client.close()
            if running is not None:
                await asyncio.wait({running})
