"""The process may die at any step: what was taken is not lost, and what was posted is not posted again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.clock import TestClock
from bot.drafts import DraftState
from tests.promised import Figures, Sized
from tests.scenario.shaky_line import Killed, MortalStore, ShakyLine
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, MONDAY, StageDoor, stage_door

pytestmark = pytest.mark.anyio
QUESTION = f"@Understudy @mara {CACHE_QUESTION}"


async def test_a_question_taken_and_not_yet_drafted_is_drafted_after_a_restart(door: StageDoor) -> None:
    await door.join("mara")
    await door.say("mara", "build", CACHE)
    question = await door.say("jonas", "build", QUESTION)
    for task in tuple(door.core.stage.work._tasks):
        task.cancel()
    await door.core.stage.work.idle()
    assert (await door.draft_at("mara", question)).state is DraftState.ASKED
    await door.restart()
    assert (await door.draft_at("mara", question)).state is DraftState.PENDING
    assert (await door.notice("mara", "announcement")).text == "A draft is waiting (#build)."


async def test_a_waiting_draft_waits_on_and_its_asker_may_still_edit_and_cancel(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    (question,) = [m for m in await door.messages() if m.author == "jonas"]
    await door.restart()
    await door.edit(question, "@Understudy @mara how often is the build cache emptied?")
    await door.settle()
    assert (await door.draft(draft_id)).question == "how often is the build cache emptied?"
    await door.restart()
    await door.press("jonas", "cancel", draft_id)
    assert (await door.draft(draft_id)).state is DraftState.WITHDRAWN


@pytest.mark.promise(20, "a deadline that passed while nothing ran")
async def test_a_deadline_that_passed_while_nothing_ran_is_told_after_the_restart(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    door.clock.advance(MONDAY.replace(day=20) - MONDAY)
    await door.restart()
    assert (await door.draft(draft_id)).state is DraftState.EXPIRED
    assert (await door.notice("jonas", "outcome")).text == "No answer this time. Please ask Mara Lind."


@pytest.mark.promise(21, "events owed at a restart")
async def test_an_event_that_was_owed_to_the_core_is_told_after_a_restart(door: StageDoor) -> None:
    await door.join("mara")
    message = await door.say("mara", "build", CACHE)
    await door.line.workspace.run(lambda w: w.conversation.edit(message, CACHE.upper(), w.stamper.next()))
    assert await door.log_of("mara") == [CACHE]
    await door.restart()
    assert await door.log_of("mara") == [CACHE.upper()]


Step = Callable[[StageDoor], Awaitable[object]]


async def _ask(door: StageDoor) -> None:
    if not [m for m in await door.messages() if m.author == "jonas"]:
        await door.say("jonas", "build", QUESTION)
    await door.settle()


async def _approve(door: StageDoor) -> None:
    for draft in await door.drafts_of("mara"):
        if draft.state is DraftState.PENDING:
            await door.approve("mara", draft.id)


async def _time_passes(door: StageDoor) -> None:
    await door.advance(minutes=2)


async def _play(door: StageDoor, steps: tuple[Step, ...]) -> bool:
    """Play the steps; where the process dies, start another and go on as people would. Say whether it died."""
    died = False
    for step in steps:
        try:
            await step(door)
            if door.core.stage.work._tasks:
                await door.core.stage.work.idle()
        except Killed:
            died = True
        if door.line.life.last and door.line.life.steps >= door.line.life.last:
            died = True
            door.line.life.die_after(0)
            await door.core.stage.work.idle()
            await door.restart()
            await step(door)
    return died


async def _check_posted_once(door: StageDoor, at: int) -> None:
    assert len(await door.drafts_of("mara")) == 1, f"killed at step {at}: asked more than once, or lost"
    assert len(await door.replies()) == 1, f"killed at step {at}: not posted exactly once"
    assert len(door.line.reached) == 1, f"killed at step {at}: sent {len(door.line.reached)} times"
    (draft,) = await door.drafts_of("mara")
    assert draft.state is DraftState.POSTED, f"killed at step {at}"
    outcome = [n.text for n in await door.notices_of("jonas")]
    assert outcome == ["Mara Lind's double has answered."], f"killed at step {at}: the asker sees {outcome}"
    assert await door.notices_of("mara") == (), f"killed at step {at}: the worker is still called"
    assert draft.question == "", f"killed at step {at}: the question is still held"


@pytest.mark.promise(16, "death at every commit, post and notice from question to reply")
@pytest.mark.promise(17, "death at every commit, post and notice from question to reply")
async def test_a_process_killed_at_any_step_from_question_to_reply_loses_and_doubles_nothing(
    tmp_path: Path, figures: Figures, sized: Sized
) -> None:
    steps: tuple[Step, ...] = (_ask, _approve, _time_passes, _approve, _time_passes, _time_passes)
    stride, at, died = sized(quick=6, full=1), 0, True
    while died:
        at += stride
        clock = TestClock(MONDAY)
        line = ShakyLine(tmp_path / str(at), clock)
        async with stage_door(tmp_path, MortalStore(line.life), line=line) as door:
            await door.join("mara")
            await door.say("mara", "build", CACHE)
            line.life.die_after(at)
            died = await _play(door, steps)
            line.life.die_after(0)
            await _check_posted_once(door, at)
    figures("steps, a death at each", (at - 1) // stride)
    assert at > 25, "the process was hardly ever killed"


async def _leave(door: StageDoor) -> None:
    await door.press("mara", "leave", "leave", retract=True)


async def _a_week_passes(door: StageDoor) -> None:
    await door.advance(days=7)


@pytest.mark.promise(16, "death at every commit of leaving")
async def test_a_process_killed_at_any_step_of_leaving_leaves_nothing_behind(tmp_path: Path, figures: Figures) -> None:
    at, died, told = 0, True, dict[int, str]()
    while died:
        at += 1
        line = ShakyLine(tmp_path / str(at), TestClock(MONDAY))
        async with stage_door(tmp_path, MortalStore(line.life), line=line) as door:
            await door.approve("mara", await door.learn_and_ask())
            await door.ask("pia", "mara", CACHE_QUESTION)
            line.life.die_after(at)
            died = await _play(door, (_leave, _time_passes, _a_week_passes))
            assert not await door.holds("mara"), f"killed at step {at}"
            assert not await door.replies(), f"killed at step {at}: a reply was not taken back"
            told[at] = (await door.notices_of("pia"))[0].text
    untold = [step for step, text in told.items() if text != "No answer this time. Please ask Mara Lind."]
    assert len(untold) <= 3, "once the file is gone, whom to tell stands in memory alone; before it every asker is told"
    figures("steps, a death at each", at - 1)
    assert at > 5
