"""A thread holds only so many replies of doubles: beyond that the asker is told, in private, to ask the person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.web.records import MessageRecord
from adapters.web.translate import person_ref
from bot.audit import Happening
from bot.drafts import DraftState
from bot.policy import Policy
from storage.memory import MemoryStore
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, said, stage_door

pytestmark = pytest.mark.anyio
FULL = "Doubles have answered often enough in this thread. Please ask {}."


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[StageDoor]:
    policy = replace(Policy(), replies_a_thread=2, asks_a_day=20, drafts_a_day=20)
    async with stage_door(tmp_path, MemoryStore(), policy) as opened:
        for worker in ("mara", "wei"):
            await opened.join(worker, channels=["build"])
            await opened.say(worker, "build", CACHE)
        yield opened


async def full_thread(door: StageDoor, left: int = 0) -> MessageRecord:
    """Return a thread in which doubles have said what they may, but for `left` replies."""
    root = await door.say("pia", "build", "a thread about the cache")
    for worker in ("mara", "wei")[: 2 - left]:
        await door.approve(worker, await door.ask("pia", worker, CACHE_QUESTION, thread=root))
    assert len(await door.replies()) == 2 - left
    return root


@pytest.mark.parametrize(("worker", "name"), [("mara", "Mara Lind"), ("wei", "陈伟"), ("pia", "Pia Novak")])
async def test_in_a_full_thread_everybody_gets_the_same_no_whoever_is_asked(
    door: StageDoor, worker: str, name: str
) -> None:
    root = await full_thread(door)
    before = {w: len(await door.drafts_of(w)) for w in ("mara", "wei")}
    await door.say("jonas", "build", f"@Understudy @{worker} {CACHE_QUESTION}", root)
    await door.settle()
    assert (await door.notice("jonas", "no")).text == FULL.format(name)
    assert {w: len(await door.drafts_of(w)) for w in ("mara", "wei")} == before
    assert len(await door.replies()) == 2


async def test_the_thread_next_to_it_and_a_command_are_not_full(door: StageDoor) -> None:
    await full_thread(door)
    for worker in ("mara", "wei"):
        await door.approve(worker, await door.ask("jonas", worker, CACHE_QUESTION))
    assert "decides" in said(await door.command("jonas", f"ask mara {CACHE_QUESTION}"))
    assert len(await door.replies()) == 4


async def test_what_was_taken_back_leaves_room_again(door: StageDoor) -> None:
    root = await full_thread(door)
    (draft,) = await door.drafts_of("mara")
    await door.press("mara", "retract", draft.id)
    await door.ask("jonas", "wei", CACHE_QUESTION, thread=root)
    assert not [n for n in await door.notices_of("jonas") if n.kind == "no"]


async def test_a_thread_that_filled_meanwhile_gets_no_further_reply_and_both_are_told(door: StageDoor) -> None:
    root = await full_thread(door, left=1)
    first = await door.ask("jonas", "mara", CACHE_QUESTION, thread=root)
    second = await door.ask("jonas", "wei", CACHE_QUESTION, thread=root)
    await door.approve("wei", second)
    assert len(await door.replies()) == 2
    told = said(await door.approve("mara", first))
    assert told.startswith("This was not posted")
    assert len(await door.replies()) == 2
    draft = await door.draft(first)
    assert (draft.state, draft.written, draft.question) == (DraftState.EXPIRED, "", "")
    assert (await door.happenings(first))[-1] is Happening.EXPIRED
    (notice,) = [n for n in await door.notices_of("jonas") if n.key == first]
    assert (notice.text, notice.is_over, notice.buttons) == (FULL.format("Mara Lind"), True, ())
    await door.advance(days=7)
    assert len([n for n in door.line.told if n.key == first and n.text == notice.text]) == 1
    assert len([n for n in door.line.told if n.key == first and "No answer" in n.text]) == 0


async def test_a_thread_that_cannot_be_read_keeps_nothing_from_being_posted(door: StageDoor) -> None:
    root = await full_thread(door, left=1)
    draft_id = await door.ask("jonas", "mara", CACHE_QUESTION, thread=root)
    door.line.is_deaf = True
    await door.approve("mara", draft_id)
    assert len(await door.replies()) == 2


async def test_what_understudy_says_itself_asks_nobody_and_is_kept_by_nobody(door: StageDoor) -> None:
    root = await full_thread(door, left=1)
    event = await door.event_of(root)
    for address in (None, f"<@mara> {CACHE_QUESTION}"):
        said_itself = replace(event, author=person_ref("UNDERSTUDY"), text=CACHE_QUESTION, address=address)
        told_before = len(door.line.told)
        await door.core.pipeline.message_said(said_itself)
        await door.settle()
        assert len(door.line.told) == told_before
    assert len(await door.drafts_of("mara")) == 1
    assert not await door.holds("UNDERSTUDY")
