"""The Discord platform as the suites drive it: running against the local Discord, over real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.discord.access import Access
from adapters.discord.client import Patience
from adapters.discord.platform import DiscordWorkspaces
from bot.clock import TestClock
from bot.platform_ports import EventHandler
from tests.discord.listening import pointed_at
from tests.discord.server import LocalDiscord, local_discord
from tests.local_platform import MONDAY, RecordingHandler
from tests.running_platform import until_left

PATIENCE = Patience(for_guilds=0.2, before_anew=0)


def access(discord: LocalDiscord) -> Access:
    """Return what an operator would give."""
    return Access(discord.token, discord.api_url, discord.gateway_url)


@asynccontextmanager
async def listening(platform: DiscordWorkspaces, handler: EventHandler) -> AsyncIterator[None]:
    """Let a platform run until the end of the block; leaving it cancels `run` as the process's end would."""
    try:
        async with until_left(platform, handler):
            yield
    finally:
        await platform.close()


@asynccontextmanager
async def discord_found(*, flags: int | None = None) -> AsyncIterator[tuple[LocalDiscord, DiscordWorkspaces]]:
    """Serve the local Discord and let the platform sign in, with the privileged intents that `flags` switch on."""
    clock = TestClock(MONDAY)
    async with local_discord(clock.now) as discord:
        discord.found_team()
        if flags is not None:
            discord.team.app_flags = flags
        with pointed_at(discord):
            platform = DiscordWorkspaces(access(discord), clock, patience=PATIENCE)
            await platform.sign_in()
            yield discord, platform


@asynccontextmanager
async def discord_heard(
    core: RecordingHandler | None = None, *, flags: int | None = None
) -> AsyncIterator[tuple[LocalDiscord, DiscordWorkspaces, RecordingHandler]]:
    """Serve the local Discord and let the platform listen to it, with a core behind that only takes notes."""
    handler = core or RecordingHandler()
    async with discord_found(flags=flags) as (discord, platform), listening(platform, handler):
        yield discord, platform, handler
