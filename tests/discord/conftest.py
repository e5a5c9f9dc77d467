"""What tests against the local Discord have at hand."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.discord.server import LocalDiscord, local_discord
from tests.small_files import keep_few_small_files


@pytest.fixture(autouse=True)
def few_small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let fewer spare files be kept, each a small one: every house here begins with a new store."""
    keep_few_small_files(monkeypatch)


@pytest.fixture
async def discord(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LocalDiscord]:
    """A local Discord with its team, to which nothing leads but settings; what they lead to is put back afterwards."""
    for where, name in ((Route, "BASE"), (DiscordWebSocket, "DEFAULT_GATEWAY")):
        monkeypatch.setattr(where, name, getattr(where, name))  # the library keeps them for the whole process
    async with local_discord() as local:
        local.found_team()
        yield local
