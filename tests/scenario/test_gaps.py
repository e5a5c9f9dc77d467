"""Minutes missed while the line was down: read afterwards within limits, through the same gate, or told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.web.records import MessageRecord
from adapters.web.workspace import Workspace
from bot import gaps
from bot.audit import Happening
from bot.refs import PersonRef
from bot.views import Fold, Item, Notice
from tests.scenario.stage_door import MONDAY, StageDoor, shown

pytestmark = pytest.mark.anyio
PLACE = ("local", "local")


async def unheard(door: StageDoor, person: str, text: str, channel: str = "build") -> MessageRecord:
    """Say something while nobody listens: the platform has it, and the core is not told."""

    def store(workspace: Workspace) -> MessageRecord:
        message = MessageRecord(channel, workspace.stamper.next(), person, text)
        workspace.conversation.add(message)
        return message

    return await door.line.workspace.run(store)


async def line_up(door: StageDoor) -> None:
    await door.core.pipeline.missed(*PLACE)
    await door.settle()


async def joined(door: StageDoor, *people: str) -> None:
    """Let people join, and the line be up for a while."""
    for person in people or ("mara",):
        await door.join(person)
    await door.advance(hours=1)
    await door.core.pipeline.heard(*PLACE)


async def lines(door: StageDoor, person: str = "mara") -> list[str]:
    """What the page says of gaps, newest first."""
    folds = [e for e in shown(await door.press(person, "home")).elements if isinstance(e, Fold)]
    found = [fold for fold in folds if fold.title == "When Understudy was not connected"]
    return [row.text for fold in found for row in fold.elements if isinstance(row, Item)]


async def told(door: StageDoor, person: str = "mara") -> list[Notice]:
    return [notice for notice in await door.notices_of(person) if notice.kind == "gap"]


@pytest.mark.promise(21, "gaps read afterwards")
async def test_what_was_said_while_the_line_was_down_is_read_afterwards(door: StageDoor) -> None:
    await joined(door)
    await unheard(door, "mara", "the canteen opens at eleven")
    await unheard(door, "jonas", "is it good?")
    await unheard(door, "mara", "in a channel she did not choose", "general")
    await door.advance(minutes=30)
    assert await door.log_of("mara") == []
    await line_up(door)
    assert await door.log_of("mara") == ["the canteen opens at eleven"]
    assert await lines(door) == ["From Mar 2 11:00 to Mar 2 11:30, in #build."]
    assert not await told(door), "nothing is missing: the page says it, no notice does"


@pytest.mark.promise(21, "gaps read afterwards")
async def test_it_is_read_after_the_process_died_too(door: StageDoor) -> None:
    await joined(door)
    await unheard(door, "mara", "the canteen opens at eleven")
    await door.advance(minutes=30)
    await door.restart()
    await line_up(door)
    assert await door.log_of("mara") == ["the canteen opens at eleven"]
    await line_up(door)
    assert await door.log_of("mara") == ["the canteen opens at eleven"]
    assert len(await lines(door)) == 1


async def test_what_was_said_right_before_the_line_broke_is_read_again(door: StageDoor) -> None:
    await joined(door)
    await unheard(door, "mara", "the last word")
    await door.advance(seconds=90)
    await door.core.pipeline.heard(*PLACE)
    await door.advance(seconds=20)
    await line_up(door)
    assert await door.log_of("mara") == ["the last word"]
    assert await lines(door) == [], "a short break fills nobody's page"


async def test_only_what_was_said_since_is_asked_for(door: StageDoor) -> None:
    await door.join("mara")
    await door.advance(minutes=1)
    await unheard(door, "mara", "long before")
    await door.advance(hours=1)
    await door.core.pipeline.heard(*PLACE)
    await door.advance(minutes=30)
    await line_up(door)
    assert await door.log_of("mara") == []


async def test_the_first_time_there_is_no_gap(door: StageDoor) -> None:
    await door.join("mara")
    await unheard(door, "mara", "never heard of")
    await door.advance(minutes=30)
    await line_up(door)
    assert (await door.log_of("mara"), await lines(door)) == ([], [])


@pytest.mark.promise(21, "what a gap may not bring")
@pytest.mark.parametrize("why", ["paused", "left", "never joined", "draft only", "before joining"])
async def test_what_no_consent_covers_stays_out_of_it(door: StageDoor, why: str) -> None:
    await joined(door, "jonas")
    if why == "before joining":
        await unheard(door, "mara", "before")
        await door.advance(minutes=5)
    if why != "never joined":
        await door.join("mara", learn=why != "draft only")
    await door.advance(minutes=5)
    if why == "paused":
        await door.command("mara", "pause")
    elif why == "left":
        await door.press("mara", "leave", "leave")
    if why != "before joining":
        await unheard(door, "mara", "not for this")
    await door.advance(minutes=5)
    if why == "paused":
        await door.command("mara", "resume")
        await door.advance(minutes=5)
    await line_up(door)
    assert await door.log_of("mara") == []


async def test_words_to_a_double_and_deleted_ones_are_not_learnt_from_a_gap(door: StageDoor) -> None:
    await joined(door)
    await unheard(door, "mara", "<@UNDERSTUDY> jonas where is it?")
    gone = await unheard(door, "mara", "a slip")
    await door.line.workspace.run(lambda w: w.conversation.delete(gone, w.stamper.next()))
    await door.advance(minutes=30)
    await line_up(door)
    assert await door.log_of("mara") == []


@pytest.mark.promise(21, "what is beyond the limits, told")
async def test_what_lies_too_far_back_is_listed_and_told_once_quietly(door: StageDoor) -> None:
    await joined(door)
    await unheard(door, "mara", "on Monday")
    await door.advance(hours=40)
    await unheard(door, "mara", "on Wednesday")
    await door.advance(hours=1)
    await line_up(door)
    assert await door.log_of("mara") == ["on Wednesday"]
    assert await lines(door) == [
        "Not read: what you wrote from Mar 2 11:00 to Mar 3 04:00. No more than the last 24 hours are read afterwards.",
        "From Mar 2 11:00 to Mar 4 04:00, in #build.",
    ]
    (notice,) = await told(door)
    assert notice.quiet
    assert [button.name for button in notice.buttons] == ["home"]
    assert "Wednesday" not in notice.text


@pytest.mark.promise(21, "what is beyond the limits, told")
async def test_what_is_too_much_is_listed_and_told(door: StageDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.backfilling.MOST_MESSAGES", 200)
    await joined(door)
    for number in range(250):
        await unheard(door, "mara", f"thought {number}")
    await door.advance(minutes=30)
    await line_up(door)
    assert len(await door.log_of("mara")) == 200
    assert (await lines(door))[0].startswith("Not read: what you wrote in #build beyond")
    assert len(await told(door)) == 1


@pytest.mark.promise(21, "what is beyond the limits, told")
async def test_a_channel_that_is_closed_by_now_is_listed_and_the_others_are_read(door: StageDoor) -> None:
    await door.join("mara", channels=["build", "general"])
    await door.advance(hours=1)
    await door.core.pipeline.heard(*PLACE)
    await unheard(door, "mara", "in build")
    await unheard(door, "mara", "in general", "general")
    await door.advance(minutes=30)
    await door.archive("build")
    await line_up(door)
    assert await door.log_of("mara") == ["in general"]
    assert (await lines(door))[0] == "Not read: what you wrote in #build, which Understudy cannot read any more."
    assert len(await told(door)) == 1


async def test_while_the_platform_does_not_answer_it_stays_owed(door: StageDoor) -> None:
    await joined(door)
    await unheard(door, "mara", "the canteen opens at eleven")
    await door.advance(minutes=30)
    door.line.is_deaf = True
    await line_up(door)
    assert await door.log_of("mara") == []
    await door.restart()
    door.line.is_deaf = False
    await door.advance(minutes=1)
    assert await door.log_of("mara") == ["the canteen opens at eleven"]


async def test_a_change_of_consent_leaves_the_gap_of_channels_that_stay(door: StageDoor) -> None:
    await door.join("mara", channels=["build", "general"])
    await door.advance(hours=1)
    await door.core.pipeline.heard(*PLACE)
    await unheard(door, "mara", "in build")
    await unheard(door, "mara", "in general", "general")
    await door.advance(minutes=30)
    door.line.is_deaf = True
    await line_up(door)
    await door.join("mara", channels=["build"])
    door.line.is_deaf = False
    await door.advance(minutes=1)
    assert await door.log_of("mara") == ["in build"]


async def test_nothing_that_is_kept_of_the_line_tells_who_joined(door: StageDoor) -> None:
    worker = PersonRef("local", "local", "mara")
    await door.core.pipeline.heard(*PLACE)
    assert await door.core.stage.store.last_heard(*PLACE) == MONDAY
    door.clock.advance(timedelta(seconds=59))
    await door.core.pipeline.heard(*PLACE)
    assert await door.core.stage.store.last_heard(*PLACE) == MONDAY, "durably once a minute"
    await door.core.catching_up.stop()
    assert await door.core.stage.store.last_heard(*PLACE) == MONDAY + timedelta(seconds=59)
    await door.join("mara")
    chained = await door.core.stage.store.read(worker, lambda tx: tx.audit.entries(gaps.SUBJECT))
    assert not [c for c in chained or () if c.entry.happening is Happening.MISSED]


async def test_other_workspaces_are_not_touched(door: StageDoor) -> None:
    await joined(door)
    await door.core.pipeline.heard("slack", "T1")
    await unheard(door, "mara", "the canteen opens at eleven")
    await door.advance(minutes=30)
    await door.core.pipeline.missed("slack", "T1")
    await door.settle()
    assert (await door.log_of("mara"), await lines(door)) == ([], [])
