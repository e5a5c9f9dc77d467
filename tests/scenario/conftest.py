"""The house of the scenarios, opened anew for each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.memory import MemoryStore
from storage.store import SqliteStore
from tests.scenario.stage_door import StageDoor, stage_door
from tests.small_files import keep_few_small_files


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[StageDoor]:
    """The whole bot over the memory store."""
    async with stage_door(tmp_path, MemoryStore()) as opened:
        yield opened


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[StageDoor]:
    """The whole bot over encrypted files."""
    async with stage_door(tmp_path, SqliteStore(tmp_path / "double", ballast_bytes=4096)) as opened:
        yield opened


@pytest.fixture(autouse=True)
def few_small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let fewer spare files be kept, each a small one: what is copied and searched does not take as long."""
    keep_few_small_files(monkeypatch)
