"""Who can read a place is asked when drafting, approving and posting, for all that an answer rests on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.model.scripted import ScriptedModel
from adapters.web.translate import person_ref
from bot.drafts import DraftState
from bot.model import Prompt
from bot.views import Answer
from storage.memory import MemoryStore
from tests.promised import Figures
from tests.scenario.answering_again import SAME, TITLE, ask
from tests.scenario.changing_places import OUTSIDE_CHANGES, READER_CHANGES, SOURCE_CHANGES, Change, once_in
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, refused, shown, stage_door
from tests.scenario.test_resting_on_claims import VAULT, VAULT_QUESTION, on_a_note
from tests.scenario.with_a_model import LOCAL

pytestmark = pytest.mark.anyio
Prepared = Callable[[StageDoor], Awaitable[str]]
HIDES = SOURCE_CHANGES | OUTSIDE_CHANGES
VOIDS = HIDES | READER_CHANGES


async def ask_for_a_passage(door: StageDoor) -> str:
    return await door.ask("jonas", "mara", CACHE_QUESTION)


async def ask_for_a_claim(door: StageDoor) -> str:
    draft_id = await door.ask("jonas", "mara", VAULT_QUESTION)
    if (await door.draft(draft_id)).awaits_asker:
        await door.press("jonas", "go_on", draft_id)
        await door.settle()
    return draft_id


KINDS: dict[str, Prepared] = {"a passage": ask_for_a_passage, "a claim": ask_for_a_claim}
TOLD_BY = {"a passage": "forge", "a claim": "ops/vault.md"}


@asynccontextmanager
async def learnt_in_general(kind: str, folder: Path) -> AsyncIterator[StageDoor]:
    """Mara joins for two channels and says in #general what her double is then asked for in #build."""
    model = ScriptedModel(on_a_note, LOCAL) if kind == "a claim" else None
    async with stage_door(folder, MemoryStore(), model=model) as door:
        await door.join("mara", channels=["build", "general"])
        await door.say("mara", "general", VAULT if kind == "a claim" else CACHE)
        await door.press("mara", "refresh_profile")
        await door.settle()
        door.clock.advance(timedelta(minutes=5))
        yield door


def holds(kind: str, draft: object) -> bool:
    return TOLD_BY[kind] in repr(draft)


@pytest.mark.promise(11, "each change of who can read the source or the place, at each of the three moments")
@pytest.mark.sparse(6)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("change", HIDES)
async def test_what_may_not_be_read_is_not_drafted(tmp_path: Path, kind: str, change: str, figures: Figures) -> None:
    async with learnt_in_general(kind, tmp_path) as door:
        await HIDES[change](door)
        draft = await door.draft(await KINDS[kind](door))
        assert not holds(kind, draft), "it may not be read there"
        assert not any(holds(kind, n) for n in door.line.told if n.to.person == "jonas")
    figures("wrong words drafted", 0)


@pytest.mark.promise(11, "each change of who can read the source or the place, at each of the three moments")
@pytest.mark.sparse(6)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("change", VOIDS)
async def test_what_changed_since_the_window_was_opened_is_not_approved(
    tmp_path: Path, kind: str, change: str, figures: Figures
) -> None:
    async with learnt_in_general(kind, tmp_path) as door:
        draft_id = await KINDS[kind](door)
        assert holds(kind, await door.draft(draft_id)), "there was nothing to hide"
        window = shown(await door.press("mara", "review", draft_id))
        await VOIDS[change](door)
        refused(await door.approve("mara", draft_id, **window.buttons[0].values))
        await door.advance(minutes=5)
        assert door.line.reached == []
        if change in HIDES:
            await door.approve("mara", draft_id, text="It moved.")
            assert not any(holds(kind, reply) for reply in door.line.reached)
    figures("posted after the change", 0)


@pytest.mark.promise(11, "each change of who can read the source or the place, at each of the three moments")
@pytest.mark.sparse(6)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("change", VOIDS)
async def test_what_changed_since_the_approval_is_not_posted(
    tmp_path: Path, kind: str, change: str, figures: Figures
) -> None:
    async with learnt_in_general(kind, tmp_path) as door:
        draft_id = await KINDS[kind](door)

        async def then() -> None:
            await VOIDS[change](door)

        await once_in(door, draft_id, DraftState.APPROVED, then)
        await door.approve("mara", draft_id)
        assert door.line.meanwhile is None, "it did not happen in between"
        await door.advance(minutes=5)
        assert door.line.reached == []
        if change in HIDES:
            assert not holds(kind, await door.draft(draft_id)), "it is not offered there again"
    figures("posted after the change", 0)


@pytest.mark.promise(11, "a reusable answer after each change of who can read the source or the place")
@pytest.mark.sparse(2)
@pytest.mark.parametrize("change", HIDES)
async def test_a_reusable_answer_is_not_shown_where_its_source_may_not_be_read(door: StageDoor, change: str) -> None:
    await door.join("mara", channels=["build", "general"])
    await door.say("mara", "general", CACHE)
    draft_id = await door.ask("jonas", "mara", CACHE_QUESTION)
    assert isinstance(await door.approve("mara", draft_id, reuse=True, titles=TITLE), Answer)
    assert await ask(door, "pia", SAME) is not None, "it was not shown at all"
    await HIDES[change](door)
    assert await ask(door, "wei", SAME) is None
    assert "forge" not in repr([n for n in door.line.told if n.to.person == "wei"])


async def test_an_answer_of_the_workers_own_approved_for_everyone_is_not_shown_to_guests(door: StageDoor) -> None:
    await door.join("mara")
    draft_id = await door.ask("jonas", "mara", CACHE_QUESTION)
    values = {"text": "It moved to the attic.", "reuse": True, "titles": TITLE}
    assert isinstance(await door.approve("mara", draft_id, **values), Answer)
    await door.let_in("build", "gus")
    assert await ask(door, "gus", SAME) is None


def manner_in(prompts: list[Prompt]) -> str:
    return "\n".join(line for line in prompts[-1].user.splitlines() if '"manner"' in line or '"example"' in line)


@pytest.mark.promise(11, "voice statistics and examples after each change of who can read the source or the place")
@pytest.mark.sparse(2)
@pytest.mark.parametrize("change", HIDES)
async def test_how_somebody_writes_elsewhere_does_not_show_either(tmp_path: Path, change: str) -> None:
    model = ScriptedModel(lambda _: '{"answered": false, "sentences": []}', LOCAL)
    async with stage_door(tmp_path, MemoryStore(), model=model) as door:
        await door.join("mara", channels=["build", "general"])
        await door.say("mara", "build", CACHE)
        for number in range(40):
            await door.say(
                "mara", "general", f"Cheerio old friends, ticket {number} is done and dusted now :tada: :tada:"
            )
        await door.press("mara", "refresh_profile")
        await door.settle()
        await ask_for_a_passage(door)
        await door.press("jonas", "go_on", (await door.drafts_of("mara"))[-1].id)
        await door.settle()
        assert "tada" in manner_in(model.prompts), "there was nothing to hide"
        await HIDES[change](door)
        await door.ask("jonas", "mara", CACHE_QUESTION)
        assert "tada" not in model.prompts[-1].user
        assert manner_in(model.prompts) == ""


async def ask_in_leads(door: StageDoor) -> str:
    await door.join("mara", channels=["leads"])
    await door.say("mara", "leads", CACHE)
    return await door.ask("jonas", "mara", CACHE_QUESTION, "leads")


LEADS: dict[str, Change] = {
    "somebody joins": lambda door: door.let_in("leads", "pia"),
    "a guest joins": lambda door: door.let_in("leads", "gus"),
    "somebody leaves": lambda door: door.let_out("leads", "wei"),
    "the asker leaves": lambda door: door.let_out("leads", "jonas"),
}


@pytest.mark.promise(11, "people joining and leaving a private channel, the asker among them")
@pytest.mark.parametrize("change", LEADS)
async def test_an_approval_is_for_the_very_people_who_could_read_it(door: StageDoor, change: str) -> None:
    await door.let_in("leads", "wei")
    draft_id = await ask_in_leads(door)
    window = shown(await door.press("mara", "review", draft_id))
    await LEADS[change](door)
    refused(await door.approve("mara", draft_id, **window.buttons[0].values))
    assert door.line.reached == []


@pytest.mark.promise(11, "people joining and leaving a private channel, the asker among them")
@pytest.mark.parametrize("change", LEADS)
async def test_an_approval_is_void_once_other_people_can_read_it(door: StageDoor, change: str) -> None:
    await door.let_in("leads", "wei")
    draft_id = await ask_in_leads(door)

    async def then() -> None:
        await LEADS[change](door)

    await once_in(door, draft_id, DraftState.APPROVED, then)
    await door.approve("mara", draft_id)
    await door.advance(minutes=5)
    assert door.line.reached == []
    state = DraftState.EXPIRED if change == "the asker leaves" else DraftState.PENDING
    assert (await door.draft(draft_id)).state is state


async def test_a_guest_is_answered_from_what_was_said_in_that_very_channel(door: StageDoor) -> None:
    await door.join("mara", channels=["build", "general"])
    await door.let_in("build", "gus")
    await door.say("mara", "build", CACHE)
    draft_id = await door.ask("gus", "mara", CACHE_QUESTION)
    window = shown(await door.press("mara", "review", draft_id))
    assert "People from outside can read #build too" in repr(window)
    await door.approve("mara", draft_id)
    assert "forge" in (await door.replies())[0].text


async def test_trying_and_my_double_show_their_worker_alone_what_was_said(door: StageDoor) -> None:
    await door.learn_and_ask()
    for person in ("jonas", "pia", "wei"):
        seen = [await door.command(person, f"try {CACHE_QUESTION}"), await door.core.pipeline.home(person_ref(person))]
        seen += [await door.command(person, command) for command in ("mine", "profile", "answers", "receipt", "")]
        for one in seen:
            assert "/var/cache" not in repr(one), (person, one)
    assert "/var/cache" in repr(await door.command("mara", f"try {CACHE_QUESTION}"))
