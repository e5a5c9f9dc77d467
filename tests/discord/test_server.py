"""The local Discord behaves as Discord does, seen through the real library: what the other tests rest on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.clock import TestClock
from tests.discord.server import ADA, GARDEN, GUILD, SHED, WEI, LocalDiscord, local_discord
from tests.local_platform import MONDAY

pytestmark = pytest.mark.anyio


class Heard(discord.Client):
    """A client that takes notes."""

    def __init__(self, intents: discord.Intents) -> None:
        super().__init__(intents=intents, guild_ready_timeout=0.1, max_messages=None)
        self.events: list[str] = []

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for nothing: here nobody counts how often the app begins anew."""

    def dispatch(self, event: str, /, *args: object, **named: object) -> None:
        if event != "socket_event_type":
            self.events.append(event)
        super().dispatch(event, *args, **named)


def all_intents() -> discord.Intents:
    return discord.Intents(guilds=True, guild_messages=True, members=True, message_content=True)


@asynccontextmanager
async def connected(
    place: LocalDiscord, monkeypatch: pytest.MonkeyPatch, intents: discord.Intents | None = None
) -> AsyncIterator[Heard]:
    """Let a client sign in and be ready."""
    monkeypatch.setattr(Route, "BASE", place.api_url)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(place.gateway_url))
    client = Heard(intents or all_intents())
    await client.login(place.token)
    running = asyncio.create_task(client.connect())
    try:
        await client.wait_until_ready()
        yield client
    finally:
        await client.close()
        await running


async def test_a_client_logs_in_and_knows_the_guild_its_channels_and_members(monkeypatch: pytest.MonkeyPatch) -> None:
    async with local_discord(TestClock(MONDAY).now) as place:
        place.found_team()
        async with connected(place, monkeypatch) as client:
            (guild,) = client.guilds
            assert guild.id == GUILD
            assert [channel.id for channel in guild.text_channels] == [GARDEN, SHED]
            assert {ADA, WEI} < {member.id for member in guild.members}
            ada, wei = guild.get_member(ADA), guild.get_member(WEI)
            assert ada is not None
            assert wei is not None
            assert (ada.display_name, ada.name) == ("Ada Brook", "ada")
            shed = guild.get_channel(SHED)
            assert shed is not None
            assert shed.permissions_for(ada).view_channel
            assert not shed.permissions_for(wei).view_channel
            application = await client.application_info()
            assert application.flags.gateway_message_content_limited
