"""Understudy as it is started: every platform that the settings name runs; a refused token stops it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from adapters.slack.listening import PATH
from bot.clock import TestClock
from bot.errors import PlatformError, SettingsError
from bot.serving import run
from bot.settings import Settings, load_settings
from tests.local_platform import MONDAY
from tests.slack.server import LocalSlack, local_slack

pytestmark = pytest.mark.anyio


def settings(folder: Path, slack: LocalSlack, **more: str) -> Settings:
    given = {
        "UNDERSTUDY_DATA": str(folder),
        "UNDERSTUDY_WORKSPACE": "empty",
        "UNDERSTUDY_PORT": "0",
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.api_url,
        **more,
    }
    return load_settings({name: value for name, value in given.items() if value}, None)


def over_http(slack: LocalSlack) -> dict[str, str]:
    return {"SLACK_SIGNING_SECRET": slack.signing_secret, "SLACK_PORT": "0"}


class Started:
    """What was said and where it listens."""

    def __init__(self, wanted: int) -> None:
        self.addresses: list[str] = []
        self.said: list[str] = []
        self.is_ready = asyncio.Event()
        self._wanted = wanted

    def ready(self, address: str) -> None:
        self.addresses.append(address)
        if len(self.addresses) == self._wanted:
            self.is_ready.set()


@asynccontextmanager
async def started(chosen: Settings, wanted: int) -> AsyncIterator[Started]:
    found = Started(wanted)
    running = asyncio.ensure_future(run(chosen, TestClock(MONDAY), found.ready, found.said.append))
    is_ready = asyncio.ensure_future(found.is_ready.wait())
    either: set[asyncio.Future[Any]] = {running, is_ready}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    is_ready.cancel()
    try:
        if running.done():
            running.result()
        yield found
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def test_slack_alone_runs_where_it_is_set(tmp_path: Path) -> None:
    async with local_slack() as slack:
        slack.found_team()
        async with started(settings(tmp_path, slack, SLACK_APP_TOKEN=slack.app_token), 1) as found:
            await slack.listening()
            await slack.acting.command("U1", "C1", "join")
            await slack.api.until(lambda: slack.team.modals["U1"])
        assert found.addresses == [f"{slack.address}/"]
        assert not (tmp_path / "workspace").exists()


async def test_the_local_workspace_runs_beside_slack_where_it_is_asked_for(tmp_path: Path) -> None:
    async with local_slack() as slack:
        slack.found_team()
        async with started(settings(tmp_path, slack, UNDERSTUDY_LOCAL="on", **over_http(slack)), 2) as found:
            local, at_slack = sorted(found.addresses, key=lambda address: address.endswith(PATH))
            async with ClientSession() as session, session.get(f"{local}/api/people") as answer:
                assert answer.status == 200
            slack.deliveries.endpoint = at_slack
            await slack.talking.say("U1", "C1", "good morning")
            assert slack.deliveries.owed == []
        assert [sentence for sentence in found.said if "SLACK_SIGNING_SECRET" in sentence]


@pytest.mark.parametrize("variable", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
async def test_a_token_that_is_refused_stops_it_by_the_name_of_its_variable(tmp_path: Path, variable: str) -> None:
    async with local_slack() as slack:
        kind = "xoxb" if variable == "SLACK_BOT_TOKEN" else "xapp"
        tokens = {"SLACK_APP_TOKEN": slack.app_token, variable: f"{kind}-1-nobodys"}
        with pytest.raises(SettingsError) as caught:
            async with started(settings(tmp_path, slack, **tokens), 1):
                pass
        assert variable in str(caught.value)
        assert "nobodys" not in str(caught.value)


async def test_one_platform_that_cannot_listen_stops_the_others(tmp_path: Path) -> None:
    async with local_slack() as slack:
        slack.found_team()
        taken = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
        async with taken:
            port = str(taken.sockets[0].getsockname()[1])
            chosen = settings(tmp_path, slack, UNDERSTUDY_LOCAL="on", **{**over_http(slack), "SLACK_PORT": port})
            with pytest.raises(PlatformError) as caught:
                async with started(chosen, 2):
                    pass
        assert caught.value.code == "port_taken"
