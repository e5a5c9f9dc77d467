"""Leaving: as easy as joining, in force at once, and everything is gone."""

from __future__ import annotations

from pathlib import Path

import pytest
from anyio import to_thread

from bot.views import Text, Tick, View
from storage.store import SqliteStore
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, refused, said, shown

pytestmark = pytest.mark.anyio
NO_ANSWER = "No answer this time. Please ask Mara Lind."


def sentences(view: View) -> list[str]:
    return [e.text for e in view.elements if isinstance(e, Text)]


@pytest.mark.promise(3, "steps of joining and of leaving, counted")
async def test_leaving_takes_no_more_steps_than_joining_and_asks_one_thing(door: StageDoor) -> None:
    joining = shown(await door.command("mara", "join"))
    await door.join("mara")
    window = shown(await door.command("mara", "leave"))
    assert [e.name for e in window.elements if isinstance(e, Tick)] == ["retract"]
    assert window.buttons[0].name == "leave"
    assert joining.buttons[0].name == "consent"
    shown(await door.press("mara", "leave", "leave"))
    assert not await door.holds("mara")


@pytest.mark.promise(3, "leaving with everything there is to erase")
@pytest.mark.promise(4, "everything, with its receipt")
async def test_leaving_erases_everything_and_gives_a_receipt_in_counts(kept: StageDoor) -> None:
    draft_id = await kept.learn_and_ask()
    await kept.approve("mara", draft_id)
    await kept.say("mara", "build", "another one")
    await kept.ask("pia", "mara", CACHE_QUESTION)
    receipt = shown(await kept.press("mara", "leave", "leave"))
    assert sentences(receipt) == [
        "2 messages, 1 draft and 1 reply: gone from everything we hold.",
        "Nobody was told. The chat platform itself may keep copies that Understudy cannot reach.",
    ]
    assert not await kept.holds("mara")
    assert await kept.inbox("mara") == ()
    assert await kept.notices_of("mara") == ()
    assert len(await kept.replies()) == 1, "a reply was taken back though nobody asked for it"


@pytest.mark.promise(3, "leaving with one backup within reach and one out of it")
@pytest.mark.usefixtures("few_small_files")
async def test_the_receipt_of_leaving_counts_the_backups_that_followed_and_those_that_wait(
    kept: StageDoor, tmp_path: Path
) -> None:
    assert isinstance(kept.store, SqliteStore)
    await kept.learn_and_ask()
    for folder in (tmp_path / "here", tmp_path / "away"):
        await to_thread.run_sync(kept.store.back_up, folder, kept.clock.now())
    (tmp_path / "away").rename(tmp_path / "drawer")
    receipt = shown(await kept.press("mara", "leave", "leave"))
    assert not await kept.holds("mara")
    assert sentences(receipt)[1:3] == [
        "1 folder of backups is out of reach: your copy in it is deleted as soon as it is back.",
        "Its copy in 1 backup went too.",
    ]


async def test_leaving_takes_posted_replies_back_when_asked_to(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.approve("mara", draft_id)
    receipt = shown(await door.press("mara", "leave", "leave", retract=True))
    assert "1 posted reply was taken back." in sentences(receipt)
    assert not await door.replies()
    assert "Mara Lind took this back." in [m.text for m in await door.messages()]


async def test_open_askers_are_told_the_sentence_of_every_end_at_their_deadline_and_not_before(door: StageDoor) -> None:
    await door.learn_and_ask()
    pias = await door.ask("pia", "mara", CACHE_QUESTION)
    weis = await door.ask("wei", "mara", CACHE_QUESTION)
    before = {asker: await door.notices_of(asker) for asker in ("jonas", "pia", "wei")}
    await door.press("mara", "leave", "leave")
    await door.advance(hours=1)
    assert {asker: await door.notices_of(asker) for asker in ("jonas", "pia", "wei")} == before
    assert refused(await door.press("pia", "cancel", weis)) == "too_late"
    assert said(await door.press("wei", "cancel", weis)).startswith("已取消")
    await door.advance(days=7)
    assert (await door.notice("wei", "outcome")).text.startswith("已取消")
    assert refused(await door.press("pia", "cancel", pias)) == "too_late"
    for asker in ("jonas", "pia"):
        notice = await door.notice(asker, "outcome")
        assert (notice.text, notice.is_over, notice.buttons) == (NO_ANSWER, True, ())


@pytest.mark.promise(3, "every notice of everybody after leaving")
async def test_nobody_else_is_told_anything(door: StageDoor) -> None:
    await door.learn_and_ask()
    before = {person: await door.notices_of(person) for person in ("pia", "wei")}
    spoken = await door.messages()
    await door.press("mara", "leave", "leave")
    assert {person: await door.notices_of(person) for person in ("pia", "wei")} == before
    assert await door.messages() == spoken


@pytest.mark.promise(3, "words said and questions asked after leaving")
async def test_leaving_is_in_force_at_once(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.press("mara", "leave", "leave")
    await door.say("mara", "build", "after leaving")
    assert await door.log_of("mara") == []
    assert refused(await door.approve("mara", draft_id)) == "not_found"
    await door.say("pia", "build", f"@Understudy @mara {CACHE_QUESTION}")
    assert (await door.notice("pia", "no")).text == "No double answers for Mara Lind here. Please ask them."
    assert not await door.replies()


@pytest.mark.promise(3, "leaving while a draft is being made")
async def test_leaving_while_a_draft_is_being_made_leaves_no_draft(door: StageDoor) -> None:
    await door.join("mara")
    await door.say("mara", "build", CACHE)
    await door.say("jonas", "build", f"@Understudy @mara {CACHE_QUESTION}")
    await door.press("mara", "leave", "leave")
    await door.settle()
    assert not await door.holds("mara")
    await door.advance(days=7)
    assert (await door.notice("jonas", "outcome")).text == NO_ANSWER


async def test_leaving_twice_says_that_there_is_nothing_to_leave(door: StageDoor) -> None:
    await door.join("mara")
    await door.press("mara", "leave", "leave")
    for person in ("mara", "pia"):
        assert said(await door.press(person, "leave", "leave")).startswith("You have not joined")


async def test_a_leaving_with_a_wrong_value_is_refused_and_changes_nothing(door: StageDoor) -> None:
    await door.join("mara")
    assert refused(await door.press("mara", "leave", "leave", retract="yes")) == "bad_value"
    assert await door.holds("mara")


@pytest.mark.promise(3, "leaving cut short by a crash")
async def test_a_leaving_cut_short_is_finished_by_the_next_process(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.approve("mara", draft_id)
    await door.ask("pia", "mara", CACHE_QUESTION)

    async def dies(*_: object) -> bool:
        raise RuntimeError

    door.core.stage.store.erase = dies  # type: ignore[method-assign, assignment]
    with pytest.raises(RuntimeError):
        await door.press("mara", "leave", "leave")
    assert await door.holds("mara")
    await door.restart()
    assert not await door.holds("mara")


@pytest.mark.promise(3, "joining again afterwards")
async def test_leaving_and_joining_again_begins_with_nothing(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.approve("mara", draft_id)
    await door.press("mara", "leave", "leave")
    await door.join("mara")
    assert await door.log_of("mara") == []
    assert await door.drafts_of("mara") == []
    (old, *_) = await door.messages()
    await door.core.pipeline.message_said(await door.event_of(old))
    assert await door.log_of("mara") == [], "words said before joining came in late"
