"""A language model notes claims: from new messages alone, checked, and never in the way."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.model.scripted import ScriptedModel
from adapters.web.records import MessageRecord
from adapters.web.translate import channel_ref
from bot.consent import Closure, Purpose
from bot.errors import Refused, TimedOut
from bot.model import ModelIdentity, Prompt
from bot.ports import Transaction
from bot.profile.claims import ClaimOrigin, ClaimState
from storage.memory import MemoryStore
from tests.scenario.profile_stage import (
    BUDGET,
    CHAT,
    MARA,
    OTHER_BUDGET,
    POLICY,
    PREFERENCE,
    RUNBOOK,
    assert_voice_is_fresh,
    claims_of,
    learnt,
    nothing_is_read,
    page,
    refreshed,
    say_all,
    seen,
    words_in,
)
from tests.scenario.stage_door import StageDoor, stage_door

pytestmark = pytest.mark.anyio
LOCAL = ModelIdentity("small-talk", "", is_local=True)


def noted(*statements: str, evidence: str = "m1") -> str:
    notes = [{"kind": "knows", "statement": text, "evidence": [evidence]} for text in statements]
    return json.dumps({"notes": notes})


WORDED = "The relay runbook is found in docs/relay.md."


async def test_a_model_notes_what_the_messages_say_and_nothing_else(tmp_path: Path) -> None:
    plain = "relay runbook: docs/relay.md, for whoever asks"
    model = ScriptedModel(lambda _: noted(WORDED, "The relay has 9000 users."), LOCAL)
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        await learnt(door, plain, *CHAT)
        claim = (await claims_of(door))[WORDED]
        assert (claim.origin, claim.state, claim.support) == (ClaimOrigin.MODEL, ClaimState.WAITING, 1)
        assert len(await claims_of(door)) == 1
        assert "worded by the language model" in words_in(await page(door))
        await say_all(door, *CHAT)
        await refreshed(door)
        assert [plain in prompt.user for prompt in model.prompts] == [True, False]  # the new ones alone


async def test_what_the_worker_said_in_so_many_words_is_not_noted_twice(tmp_path: Path) -> None:
    model = ScriptedModel(lambda _: noted("The relay runbook lives in docs/relay.md."), LOCAL)
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        await learnt(door, RUNBOOK, *CHAT)
        assert set(await claims_of(door)) == {RUNBOOK}


async def test_a_correction_outranks_a_models_note_too(tmp_path: Path) -> None:
    model = ScriptedModel(lambda _: noted(BUDGET), LOCAL)
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        await door.join("mara")
        await door.command("mara", f"correct {OTHER_BUDGET}")
        await say_all(door, "retry budget of the relay: 250 ms by default", *CHAT)
        await refreshed(door)
        assert model.prompts
        assert set(await claims_of(door)) == {OTHER_BUDGET}


async def test_what_is_said_where_no_model_may_read_is_not_sent(tmp_path: Path) -> None:
    model = ScriptedModel(lambda _: noted(WORDED), LOCAL)
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        await learnt(door, RUNBOOK, *CHAT, model=False)
        assert not model.prompts
        assert set(await claims_of(door)) == {RUNBOOK}


async def keep_general_from_the_model(door: StageDoor) -> None:
    """Let the profile be learnt from #general still, but not by the model; drafts may be composed by it."""

    def keep_away(tx: Transaction) -> None:
        now = door.clock.now()
        ours = [g for g in tx.consent.all() if g.purpose is Purpose.PROFILE and g.channel == channel_ref("general")]
        tx.consent.close([g.id for g in ours], now, Closure.CHANGED)
        tx.consent.add(replace(g, id=f"{g.id}x", recipient="", closed_at=None, closure=None) for g in ours)

    await door.core.stage.store.run(MARA, keep_away)


async def test_a_channel_whose_profile_is_not_for_the_model_is_read_without_it(tmp_path: Path) -> None:
    model = ScriptedModel(lambda _: noted(WORDED), LOCAL)
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        await door.join("mara", channels=["build", "general"])

        await keep_general_from_the_model(door)
        await say_all(door, *CHAT)
        await say_all(door, PREFERENCE, channel="general")
        await refreshed(door)
        assert PREFERENCE in await claims_of(door)
        (prompt,) = model.prompts
        assert CHAT[0] in prompt.user
        assert "migrations" not in prompt.user


class Interrupted(ScriptedModel):
    """A model during whose answer something happens."""

    def __init__(self, meanwhile: Callable[[], Awaitable[object]] | None = None) -> None:
        super().__init__(lambda _: noted(WORDED), LOCAL)
        self.meanwhile = meanwhile

    async def complete(self, prompt: Prompt) -> Any:
        """Let it happen, then answer."""
        if self.meanwhile is not None:
            await self.meanwhile()
        return await super().complete(prompt)


@pytest.mark.promise(3, "withdrawn while a model thinks")
async def test_nothing_is_kept_of_what_a_model_read_while_consent_was_withdrawn(tmp_path: Path) -> None:
    model = Interrupted()
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        await door.join("mara")
        await say_all(door, RUNBOOK, *CHAT)
        door.clock.advance(timedelta(minutes=1))
        model.meanwhile = lambda: door.command("mara", "pause")
        await refreshed(door)
        assert len(model.prompts) == 1
        assert not await claims_of(door)
        assert await nothing_is_read(door)
        assert not await seen(door, lambda tx: tx.profile.voice())


async def test_what_changes_while_a_model_reads_it_is_not_kept_and_the_rest_is(tmp_path: Path) -> None:
    model = Interrupted()
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        await door.join("mara")
        first, second, *_ = await say_all(door, RUNBOOK, PREFERENCE, BUDGET, *CHAT)

        async def meanwhile() -> None:
            if not (await door.log_of("mara"))[0].startswith("never"):
                await door.edit(first, "never mind")
                await door.press("mara", "never_use", second.id)

        model.meanwhile = meanwhile
        await refreshed(door)
        assert set(await claims_of(door)) == {BUDGET}
        await assert_voice_is_fresh(door)


MEANWHILE: dict[str, Callable[[StageDoor, MessageRecord], Awaitable[object]]] = {
    "deleted": lambda door, record: door.delete(record),
    "edited": lambda door, record: door.edit(record, "never mind"),
    "held back": lambda door, record: door.press("mara", "never_use", record.id),
    "a topic": lambda door, _: door.press("mara", "never_keep", "topic", text="migrations", kind="words"),
    "not for the model": lambda door, _: keep_general_from_the_model(door),
    "paused": lambda door, _: door.command("mara", "pause"),
}


@pytest.mark.parametrize("change", MEANWHILE)
async def test_what_went_while_one_request_was_answered_is_not_in_the_next(tmp_path: Path, change: str) -> None:
    model = Interrupted()
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        await door.join("mara", channels=["build", "general"])
        await say_all(door, *CHAT)
        record, _ = await say_all(door, PREFERENCE, "the wiki is slow again", channel="general")
        door.clock.advance(timedelta(minutes=1))

        async def meanwhile() -> None:
            model.meanwhile = None
            await MEANWHILE[change](door, record)

        model.meanwhile = meanwhile
        await refreshed(door)
        first, *others = [prompt.user for prompt in model.prompts]
        assert CHAT[0] in first
        assert not any("migrations" in prompt for prompt in others)
        is_open = change not in {"not for the model", "paused"}
        assert any("the wiki is slow" in prompt for prompt in others) is is_open


async def test_a_decision_made_while_a_model_reads_is_obeyed(tmp_path: Path) -> None:
    model = Interrupted()
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        model.meanwhile = lambda: door.command("mara", f"correct {OTHER_BUDGET}")
        await learnt(door, BUDGET, *CHAT)
        assert set(await claims_of(door)) == {OTHER_BUDGET}


async def test_a_silent_model_is_left_alone_for_a_while_and_nothing_is_lost(tmp_path: Path) -> None:
    model = ScriptedModel(lambda _: TimedOut("no answer"), LOCAL)
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        await door.join("mara")
        await say_all(door, RUNBOOK, *CHAT)
        await door.advance(minutes=16)
        for _ in range(20):
            await door.advance(seconds=15)
        assert len(model.prompts) == 1
        assert await nothing_is_read(door)
        assert "The language model gave no answer" in words_in(await page(door))
        await door.advance(hours=1)
        assert len(model.prompts) == 2
        await door.advance(hours=1)
        assert len(model.prompts) == 3
        assert set(await claims_of(door)) == {RUNBOOK}  # read without it in the end
        assert "gave no answer" not in words_in(await page(door))
        await assert_voice_is_fresh(door)


async def test_a_model_that_comes_back_reads_what_waited_for_it(tmp_path: Path) -> None:
    model = ScriptedModel([TimedOut("no answer"), noted(WORDED)], LOCAL)
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        await door.join("mara")
        await say_all(door, "relay runbook: docs/relay.md, for whoever asks", *CHAT)
        await door.advance(minutes=16)
        await door.advance(hours=1)
        assert set(await claims_of(door)) == {WORDED}


@pytest.mark.parametrize("answer", ["not json", '{"notes": 3}', Refused("no")])
async def test_what_a_model_refuses_or_answers_without_use_is_read_without_it(tmp_path: Path, answer: Any) -> None:
    model = ScriptedModel(lambda _: answer, LOCAL)
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        await learnt(door, RUNBOOK, *CHAT)
        assert len(model.prompts) == 1
        assert set(await claims_of(door)) == {RUNBOOK}


async def test_a_spent_day_leaves_what_is_new_for_later(tmp_path: Path) -> None:
    model = ScriptedModel(lambda _: noted(WORDED), LOCAL)
    policy = replace(POLICY, tokens_a_day_per_worker=10)
    async with stage_door(tmp_path, MemoryStore(), policy, model=model) as door:
        await learnt(door, RUNBOOK, *CHAT)
        assert not model.prompts
        assert await nothing_is_read(door)
