"""Embeddings last no longer than the consent to who made them: a change of the terms takes them along at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.model.echo import EchoModel
from bot.model import ModelIdentity
from storage.store import SqliteStore
from tests.scenario.holding_back import read
from tests.scenario.stage_door import StageDoor, stage_door

pytestmark = pytest.mark.anyio

HERE = ModelIdentity("small-talk", "", is_local=True, embedding="small-vectors")
THERE = ModelIdentity("small-talk", "Example Models", "Mars", embedding="small-vectors")
BOTH = {"channels": ["build", "leads"], "model": True}


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[StageDoor]:
    """Mara's double, in whose file two messages of `build` and one of `leads` have their embeddings."""
    store = SqliteStore(tmp_path / "double", ballast_bytes=4096)
    async with stage_door(tmp_path, store, model=EchoModel(HERE)) as opened:
        await opened.join("mara", **BOTH)
        for channel, text in (("build", "The cache is cold."), ("build", "Lunch is at noon."), ("leads", "No raises.")):
            await opened.say("mara", channel, text)
        await opened.advance(minutes=1)
        assert await counted(opened) == 3
        yield opened


async def counted(door: StageDoor) -> int:
    return await read(door, lambda tx: tx.vectors.count("small-vectors"))


async def logged(door: StageDoor) -> int:
    return await read(door, lambda tx: tx.messages.count())


async def test_terms_that_change_nothing_for_the_model_leave_them(door: StageDoor) -> None:
    await door.submit_form("mara", **BOTH, until="2026-03-20", earlier=True)
    assert await counted(door) == 3


@pytest.mark.parametrize("form", [{"model": False}, {"learn": False, "model": True, "earlier": True}])
async def test_taking_the_models_tick_or_learning_away_takes_all_of_them(door: StageDoor, form: dict[str, Any]) -> None:
    await door.join("mara", **{**BOTH, "earlier": True, **form})
    assert await counted(door) == 0


async def test_their_messages_stay_and_the_file_is_written_anew(door: StageDoor) -> None:
    await door.submit_form("mara", channels=["build", "leads"], model=False, earlier=True)
    assert (await counted(door), await logged(door)) == (0, 3)
    due = await door.core.stage.store.compact((await read(door, lambda tx: tx.worker)), only_if_due=True)
    assert due is None


async def test_a_channel_that_is_taken_out_takes_its_own(door: StageDoor) -> None:
    await door.submit_form("mara", channels=["build"], model=True, earlier=True)
    assert await counted(door) == 2


async def test_agreeing_anew_under_another_recipient_without_the_model_takes_them(door: StageDoor) -> None:
    door.model = EchoModel(THERE)
    await door.restart()
    assert await counted(door) == 3, "the operator alone changes nothing in a file"
    await door.join("mara", channels=["build", "leads"], model=False, earlier=True)
    assert await counted(door) == 0


async def test_who_agrees_to_another_recipient_keeps_them_for_it(door: StageDoor) -> None:
    door.model = EchoModel(THERE)
    await door.restart()
    await door.submit_form("mara", **BOTH, earlier=True)
    assert await counted(door) == 3


async def test_without_a_model_a_change_of_the_terms_takes_them(door: StageDoor) -> None:
    door.model = None
    await door.restart()
    await door.join("mara", channels=["build", "leads"], earlier=True)
    assert await counted(door) == 0
