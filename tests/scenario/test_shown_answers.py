"""An answer shown at once goes when what it was does: with the answer, with its source, and with its worker."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from adapters.web.translate import person_ref
from bot.drafts import DraftState
from bot.errors import Unreachable
from bot.views import Notice
from tests.scenario.answering_again import SAME, TITLE, answers, ask, let_answer_again
from tests.scenario.stage_door import CACHE, StageDoor, said

pytestmark = pytest.mark.anyio
Ending = Callable[[StageDoor], Awaitable[object]]


async def shown_to(door: StageDoor, *people: str) -> list[Notice]:
    return [n for person in people for n in await door.notices_of(person) if n.kind == "reused"]


async def press(door: StageDoor, button: str, target: str) -> None:
    said(await door.press("mara", button, target))


async def the_draft(door: StageDoor) -> str:
    (draft,) = await door.drafts_of("mara")
    return draft.id


async def undo(door: StageDoor) -> None:
    await press(door, "undo", await the_draft(door))


async def retract(door: StageDoor) -> None:
    await door.advance(minutes=1)
    assert (await door.draft(await the_draft(door))).state is DraftState.POSTED
    await press(door, "retract", await the_draft(door))


async def delete_the_source(door: StageDoor) -> None:
    (message,) = [m for m in await door.messages() if m.text == CACHE]
    await door.delete(message)


async def never_use_the_topic(door: StageDoor) -> None:
    await door.say("mara", "build", "Lunch is at noon.")
    said(await door.press("mara", "never_keep", "topic", text="cache", kind="words"))


AT_ONCE: dict[str, Ending] = {
    "deleted": lambda door: _on_answer(door, "delete_answer"),
    "held back": lambda door: _on_answer(door, "never_use_answer"),
    "left": lambda door: door.press("mara", "leave", "leave", retract=False),
}
BY_A_ROUND: dict[str, Ending] = {
    "undone": undo,
    "retracted": retract,
    "all forgotten": lambda door: press(door, "forget", "forget"),
    "its source deleted": delete_the_source,
    "its topic never used": never_use_the_topic,
}


async def _on_answer(door: StageDoor, button: str) -> None:
    (answer,) = await answers(door)
    await press(door, button, answer.id)


@pytest.mark.parametrize("is_new_process", [False, True])
@pytest.mark.parametrize("how", AT_ONCE | BY_A_ROUND)
async def test_what_was_shown_goes_with_the_answer(door: StageDoor, how: str, *, is_new_process: bool) -> None:
    await let_answer_again(door)
    assert await ask(door, "pia", SAME)
    assert await ask(door, "wei", SAME)
    if is_new_process:
        await door.restart()
    assert len(await shown_to(door, "pia", "wei")) == 2
    await (AT_ONCE | BY_A_ROUND)[how](door)
    if how in BY_A_ROUND:
        await door.core.jobs.round()
    assert await shown_to(door, "pia", "wei") == []


async def test_what_stands_stays_shown_through_rounds_and_a_restart(door: StageDoor) -> None:
    await let_answer_again(door)
    assert await ask(door, "pia", SAME)
    await door.advance(minutes=10)
    await door.restart()
    await door.advance(hours=10)
    assert len(await shown_to(door, "pia")) == 1


async def test_what_was_shown_before_an_answer_was_approved_anew_goes(door: StageDoor) -> None:
    await let_answer_again(door)
    assert await ask(door, "pia", SAME)
    door.clock.advance(timedelta(seconds=5))
    await undo(door)
    said(await door.approve("mara", await the_draft(door), reuse=True, titles=TITLE))
    await door.core.jobs.round()
    assert len(await answers(door)) == 1
    assert await shown_to(door, "pia") == []


async def test_an_answer_that_went_while_it_was_told_is_taken_down_at_once(
    door: StageDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await let_answer_again(door)
    tell = door.line.tell

    async def slow(notice: Notice) -> None:
        if notice.kind == "reused" and notice.text:
            await door.core.stage.store.erase(person_ref("mara"))
        await tell(notice)

    monkeypatch.setattr(door.line, "tell", slow)
    await door.say("pia", "build", f"@Understudy @mara {SAME}")
    assert await shown_to(door, "pia") == []


async def test_what_a_platform_did_not_take_down_is_tried_again(
    door: StageDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await let_answer_again(door)
    assert await ask(door, "pia", SAME)

    async def silent(_notice: Notice) -> None:
        raise Unreachable("no answer")

    with monkeypatch.context() as broken:
        broken.setattr(door.line, "tell", silent)
        await _on_answer(door, "delete_answer")
        assert len(await shown_to(door, "pia")) == 1
    await door.core.jobs.round()
    assert await shown_to(door, "pia") == []
