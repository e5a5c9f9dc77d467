"""*Not right*: anybody who can read a reply may say so; its worker is told once, and nobody learns anything from it."""

from __future__ import annotations

import pytest

from adapters.web.records import MessageRecord
from bot.audit import Happening
from bot.doubting import MOST_A_DAY
from bot.views import Button, Item
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, refused, said, shown

pytestmark = pytest.mark.anyio
THANKS = "Thanks, Mara Lind was told."


async def posted(door: StageDoor, channel: str = "build") -> MessageRecord:
    """Let Mara's double answer; return the reply as it stands."""
    await door.join("mara", channels=[channel])
    await door.say("mara", channel, CACHE)
    draft_id = await door.ask("jonas", "mara", CACHE_QUESTION, channel)
    await door.approve("mara", draft_id)
    (reply,) = await door.replies(channel)
    return reply


async def doubt(door: StageDoor, person: str, key: str, worker: str = "mara") -> str:
    told = said(await door.press(person, "not_right", key, worker=worker))
    await door.core.stage.work.idle()
    return told


def named(buttons: tuple[Button, ...]) -> list[str]:
    return [button.name for button in buttons]


async def test_the_worker_is_told_once_quietly_and_neither_by_whom_nor_what_it_says(door: StageDoor) -> None:
    reply = await posted(door)
    told_before = len(door.line.told)
    for person in ("jonas", "wei", "pia", "jonas"):
        assert await doubt(door, person, reply.key) == (THANKS if person != "wei" else "谢谢，已经告诉Mara Lind。")
    (notice,) = door.line.told[told_before:]
    assert (notice.to.person, notice.quiet) == ("mara", True)
    assert notice.text == "Somebody says that a reply of your double in #build is not right."
    assert named(notice.buttons) == ["doubted"]
    assert "forge" not in notice.text
    assert [link.url for link in notice.links] == [f"{door.line.address}/#/c/{reply.channel}/{reply.ts}"]


async def test_the_doubted_reply_is_looked_at_and_taken_back_and_the_notice_goes(door: StageDoor) -> None:
    reply = await posted(door)
    await door.advance(minutes=1)
    await doubt(door, "wei", reply.key)
    assert [n.kind for n in await door.notices_of("mara") if n.key == "doubted"] == ["doubted"]
    (row,) = [e for e in shown(await door.press("mara", "doubted")).elements if isinstance(e, Item)]
    assert named(row.buttons) == ["retract"]
    assert "a reader said that it is not right" in row.details
    assert not [n for n in await door.notices_of("mara") if n.key == "doubted"]
    await door.press("mara", "retract", row.buttons[0].target)
    assert not await door.replies()
    assert not [e for e in shown(await door.press("mara", "doubted")).elements if isinstance(e, Item)]


async def test_it_stands_in_the_receipt_of_the_reply_and_on_the_workers_page(door: StageDoor) -> None:
    reply = await posted(door)
    await doubt(door, "wei", reply.key)
    draft_id = reply.key.partition(".")[0]
    assert (await door.happenings(draft_id)).count(Happening.DOUBTED) == 1
    worker = (await door.draft(draft_id)).worker
    chained = await door.core.stage.store.read(worker, lambda tx: tx.audit.entries(draft_id))
    assert [c.entry.facts for c in chained or () if c.entry.happening is Happening.DOUBTED] == [{}]


async def test_after_a_restart_the_worker_is_not_told_again(door: StageDoor) -> None:
    reply = await posted(door)
    await doubt(door, "wei", reply.key)
    await door.restart()
    told_before = len(door.line.told)
    assert await doubt(door, "pia", reply.key) == THANKS
    assert len(door.line.told) == told_before


@pytest.mark.parametrize("who", ["gone", "unknown", "of nobody", "of another", "of somebody who never joined"])
async def test_a_reply_that_is_not_there_gets_the_same_thanks_and_tells_nobody(door: StageDoor, who: str) -> None:
    reply = await posted(door)
    key, worker = reply.key, "mara"
    if who == "gone":
        await door.press("mara", "retract", key.partition(".")[0])
    elif who == "unknown":
        key = "d_00000000000000000000.1"
    elif who == "of nobody":
        key = ""
    else:
        worker = "pia"
    told_before = len(door.line.told)
    told = await doubt(door, "jonas", key, worker)
    assert told == (THANKS if worker == "mara" else "Thanks, Pia Novak was told.")
    assert len(door.line.told) == told_before
    assert not await door.holds("pia")


async def test_who_cannot_read_the_reply_is_thanked_alike_and_not_listened_to(door: StageDoor) -> None:
    reply = await posted(door, "leads")
    told_before = len(door.line.told)
    assert await doubt(door, "pia", reply.key) == THANKS
    assert len(door.line.told) == told_before
    await doubt(door, "jonas", reply.key)
    assert len(door.line.told) == told_before + 1


async def test_whoever_presses_all_day_is_not_listened_to_any_more_until_tomorrow(door: StageDoor) -> None:
    reply = await posted(door)
    for _ in range(MOST_A_DAY):
        assert await doubt(door, "wei", "d_nothing.1") == "谢谢，已经告诉Mara Lind。"
    await doubt(door, "wei", reply.key)
    assert not [n for n in await door.notices_of("mara") if n.key == "doubted"]
    await door.advance(days=1)
    await doubt(door, "wei", reply.key)
    assert [n for n in await door.notices_of("mara") if n.key == "doubted"]


async def test_a_press_that_names_no_worker_is_refused(door: StageDoor) -> None:
    reply = await posted(door)
    assert refused(await door.press("jonas", "not_right", reply.key)) == "bad_value"
    assert refused(await door.press("jonas", "not_right", reply.key, worker=7)) == "bad_value"


async def test_its_own_worker_tells_themself_nothing(door: StageDoor) -> None:
    reply = await posted(door)
    told_before = len(door.line.told)
    await doubt(door, "mara", reply.key)
    assert len(door.line.told) == told_before


async def test_leaving_takes_the_notice_away(door: StageDoor) -> None:
    reply = await posted(door)
    await doubt(door, "wei", reply.key)
    await door.press("mara", "leave", "leave")
    assert not [n for n in await door.notices_of("mara") if n.key == "doubted"]
