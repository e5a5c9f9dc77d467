"""What a language model costs is counted for the day on which it was asked, and what is set aside is given back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.model.scripted import ScriptedModel
from bot.consulting import DRAFT
from bot.errors import ModelError
from bot.messages import Spending
from bot.model import Completion, Finish, ModelIdentity, Prompt, Usage
from storage.memory import MemoryStore
from tests.scenario.profile_stage import MARA, POLICY, seen
from tests.scenario.stage_door import MONDAY, StageDoor, stage_door

pytestmark = pytest.mark.anyio
LOCAL = ModelIdentity("small-talk", "", is_local=True)
PROMPT = Prompt("trial", "a" * 400, "b" * 400, most_tokens=800)  # 1,000 tokens are set aside
COSTS = Completion("{}", Finish.COMPLETE, Usage(300, 100))
TODAY = MONDAY.date()
TOMORROW = TODAY + timedelta(days=1)


class During(ScriptedModel):
    """A model during whose answers something happens, one thing an answer."""

    def __init__(self, *happening: Callable[[], object]) -> None:
        super().__init__(lambda _: COSTS, LOCAL)
        self.happening = list(happening)

    async def complete(self, prompt: Prompt) -> Completion:
        """Let it happen, then answer."""
        if self.happening:
            self.happening.pop(0)()
        return await super().complete(prompt)


async def ask(door: StageDoor) -> Completion:
    return await door.core.consulting.complete(MARA, DRAFT, PROMPT, ())


async def test_a_request_that_runs_past_midnight_is_counted_for_the_day_it_was_made_on(tmp_path: Path) -> None:
    model = During()
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        await door.join("mara", model=True)
        model.happening.append(lambda: door.clock.advance(timedelta(days=1)))
        await ask(door)
        assert await seen(door, lambda tx: tx.keepsakes.spent(TODAY)) == {DRAFT: Spending(1, 300, 100)}
        assert await seen(door, lambda tx: tx.keepsakes.spent(TOMORROW)) == {}


@pytest.mark.parametrize("limits", [{"tokens_a_day": 1_500}, {"tokens_a_day_per_worker": 1_500}])
async def test_a_request_that_runs_past_midnight_neither_widens_nor_narrows_the_next_day(
    tmp_path: Path, limits: dict[str, int]
) -> None:
    model = During()
    async with stage_door(tmp_path, MemoryStore(), replace(POLICY, **limits), model=model) as door:  # type: ignore[arg-type]
        await door.join("mara", model=True)
        model.happening.append(lambda: door.clock.advance(timedelta(days=1)))
        await ask(door)
        await ask(door)  # 400 of the new day
        await ask(door)  # 800
        with pytest.raises(ModelError) as caught:
            await ask(door)  # 1,000 more would be too many
        assert caught.value.code == "spent"
        assert await seen(door, lambda tx: tx.keepsakes.spent(TOMORROW)) == {DRAFT: Spending(2, 600, 200)}


@pytest.mark.parametrize("limits", [{"tokens_a_day": 1_900}, {"tokens_a_day_per_worker": 1_900}])
async def test_what_is_set_aside_for_a_request_holds_another_back_until_it_ends(
    tmp_path: Path, limits: dict[str, int]
) -> None:
    refused: list[str] = []

    class Twice(ScriptedModel):
        async def complete(self, prompt: Prompt) -> Completion:
            with pytest.raises(ModelError) as caught:
                await ask(door)
            refused.append(caught.value.code)
            return await super().complete(prompt)

    model = Twice(lambda _: COSTS, LOCAL)
    async with stage_door(tmp_path, MemoryStore(), replace(POLICY, **limits), model=model) as door:  # type: ignore[arg-type]
        await door.join("mara", model=True)
        await ask(door)
        await ask(door)  # given back: 400 were spent
        assert refused == ["spent", "spent"]


async def test_a_request_that_runs_past_midnight_holds_back_nothing_of_the_next_day(tmp_path: Path) -> None:
    class PastMidnight(ScriptedModel):
        async def complete(self, prompt: Prompt) -> Completion:
            if len(self.prompts) == 0:
                self.prompts.append(prompt)
                door.clock.advance(timedelta(days=1))
                await ask(door)
            return COSTS

    policy = replace(POLICY, tokens_a_day=1_500)
    async with stage_door(tmp_path, MemoryStore(), policy, model=PastMidnight(lambda _: COSTS, LOCAL)) as door:
        await door.join("mara", model=True)
        await ask(door)
        assert await seen(door, lambda tx: tx.keepsakes.spent(TOMORROW)) == {DRAFT: Spending(1, 300, 100)}
