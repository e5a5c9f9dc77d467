"""A house with a language model in it: who it is, what it says, and people who come as far as a draft."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from adapters.model.scripted import Answer as Said
from adapters.model.trial import TrialModel
from bot.drafts import Draft
from bot.model import ModelIdentity, Prompt
from bot.policy import Policy
from storage.memory import MemoryStore
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, said, stage_door

LOCAL = ModelIdentity("small-talk", "", is_local=True)
VENDOR = ModelIdentity("big-talk", "Example Models", "Mars")
WORDED = "The cache sits in /var/cache/forge on the runner."


def answered(*sentences: str, on: str = "p1") -> str:
    body = {"answered": True, "sentences": [{"text": text, "rests_on": [on]} for text in sentences]}
    return json.dumps(body, ensure_ascii=False)


def told_to_say(answer: Said) -> Callable[[Prompt], Said]:
    return lambda _prompt: answer


@asynccontextmanager
async def house(folder: Path, model: TrialModel, policy: Policy | None = None) -> AsyncIterator[StageDoor]:
    async with stage_door(folder, MemoryStore(), policy, model=model) as door:
        yield door


async def learnt(door: StageDoor, **form: object) -> None:
    """Mara joins and says where the cache lives."""
    await door.join("mara", **form)
    await door.say("mara", "build", CACHE)
    door.clock.advance(timedelta(minutes=5))


async def asked_and_gone_on(door: StageDoor, button: str = "go_on", question: str = CACHE_QUESTION) -> Draft:
    """Jonas asks, reads what is sent where, and goes on."""
    draft_id = await door.ask("jonas", "mara", question)
    if (await door.draft(draft_id)).awaits_asker:
        assert said(await door.press("jonas", button, draft_id))
        await door.settle()
    return await door.draft(draft_id)
