"""Understudy as it is started on Discord: beside the other platforms, and not at all by a token alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.clock import TestClock
from bot.errors import SettingsError, Unreachable
from bot.serving import run
from bot.settings import load_settings
from tests.discord.server import ADA, GARDEN, LocalDiscord
from tests.local_platform import MONDAY
from tests.slack.server import local_slack

pytestmark = pytest.mark.anyio
WORD = "developer-policy-on-profiling-users"


def is_heard(discord: LocalDiscord) -> bool:
    """Whether a session is under way."""
    return discord.gateway.is_connected


class Started:
    """What was said, where it listens, and how it runs."""

    def __init__(self, folder: Path, discord: LocalDiscord, **settings: str) -> None:
        given = {
            "UNDERSTUDY_DATA": str(folder),
            "UNDERSTUDY_WORKSPACE": "empty",
            "UNDERSTUDY_PORT": "0",
            "DISCORD_TOKEN": discord.token,
            "DISCORD_ENABLED": "true",
            "DISCORD_ACKNOWLEDGED": WORD,
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
            **settings,
        }
        self.addresses: list[str] = []
        self.said: list[str] = []
        self._came = asyncio.Event()
        self.running = asyncio.ensure_future(
            run(load_settings(given, None), TestClock(MONDAY), self._ready, self.said.append)
        )

    def _ready(self, address: str) -> None:
        self.addresses.append(address)
        self._came.set()

    async def listens(self, platforms: int) -> None:
        """Return once so many platforms listen; what stops it before is raised."""
        while len(self.addresses) < platforms:
            self._came.clear()
            came = asyncio.ensure_future(self._came.wait())
            either: set[asyncio.Future[Any]] = {self.running, came}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            came.cancel()
            if self.running.done():
                self.running.result()


@asynccontextmanager
async def started(folder: Path, discord: LocalDiscord, platforms: int, **settings: str) -> AsyncIterator[Started]:
    found = Started(folder, discord, **settings)
    try:
        await found.listens(platforms)
        yield found
    finally:
        found.running.cancel()
        with suppress(asyncio.CancelledError, SettingsError):
            await found.running


async def test_discord_alone_runs_where_it_is_switched_on(tmp_path: Path, discord: LocalDiscord) -> None:
    async with started(tmp_path, discord, 1) as found:
        assert found.addresses == ["https://discord.com"]
        assert is_heard(discord)
        await discord.talking.say(ADA, GARDEN, "good morning")
    assert not is_heard(discord)
    assert not (tmp_path / "workspace").exists()
    assert [sentence for sentence in found.said if "DISCORD" in sentence] == []


async def test_every_platform_that_is_set_runs_beside_the_others(tmp_path: Path, discord: LocalDiscord) -> None:
    async with local_slack() as slack:
        slack.found_team()
        at_slack = {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
        }
        web = {"DISCORD_WEB_URL": "https://chat.example.org/"}
        async with started(tmp_path, discord, 3, UNDERSTUDY_LOCAL="on", **at_slack, **web) as found:
            assert {f"{slack.address}/", "https://chat.example.org"} < set(found.addresses)
            (local,) = set(found.addresses) - {f"{slack.address}/", "https://chat.example.org"}
            async with ClientSession() as session, session.get(f"{local}/api/people") as answer:
                assert answer.status == 200
            assert is_heard(discord)


@pytest.mark.parametrize("more", [{"DISCORD_ENABLED": "false"}, {"DISCORD_ENABLED": "", "DISCORD_ACKNOWLEDGED": ""}])
async def test_a_token_alone_starts_nothing_and_says_so(
    tmp_path: Path, discord: LocalDiscord, more: dict[str, str]
) -> None:
    async with started(tmp_path, discord, 1, **more) as found:
        assert found.addresses[0].startswith("http://127.0.0.1:")
        assert [s for s in found.said if s.startswith("DISCORD_TOKEN is set, but Discord stays off")]
    assert discord.api.calls == []
    assert discord.gateway.identified == 0


async def test_a_token_that_is_refused_stops_it_by_the_name_of_its_variable(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    with pytest.raises(SettingsError) as caught:
        async with started(tmp_path, discord, 1, DISCORD_TOKEN="nobodys.to.ken"):
            pass
    assert str(caught.value).startswith("DISCORD_TOKEN is refused by discord (unauthorized): open Bot in the developer")
    assert "nobodys" not in str(caught.value)


async def test_where_discord_cannot_be_reached_the_operator_is_told_what_to_look_at(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    with pytest.raises(Unreachable) as caught:
        async with started(tmp_path, discord, 1, DISCORD_API_URL="http://127.0.0.1:9/api/v10"):
            pass
    assert str(caught.value) == "discord cannot be reached: check this machine's network, or DISCORD_API_URL"


async def test_a_token_that_is_reset_while_it_runs_stops_it_and_the_others(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    async with started(tmp_path, discord, 2, UNDERSTUDY_LOCAL="on") as found:
        await discord.gateway.close(4004)
        with pytest.raises(SettingsError) as caught:
            await found.running
    assert str(caught.value).startswith("DISCORD_TOKEN is not taken by discord any more: open Bot in the developer")
