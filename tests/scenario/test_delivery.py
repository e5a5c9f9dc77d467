"""Posted once and never silently dropped, whatever the network does."""

from __future__ import annotations

import pytest

from bot.audit import Happening
from bot.drafts import DraftState
from tests.scenario.stage_door import CACHE_QUESTION, StageDoor, refused, said, shown

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("fault", ["after", "before"])
@pytest.mark.promise(17, "answers of the platform that are lost")
async def test_a_lost_answer_is_read_back_and_the_reply_is_posted_exactly_once(door: StageDoor, fault: str) -> None:
    draft_id = await door.learn_and_ask()
    door.line.faults = [fault]
    assert "looked up before anything is tried again" in said(await door.approve("mara", draft_id))
    assert (await door.draft(draft_id)).state is DraftState.POSTING
    await door.advance(seconds=59)
    assert len(door.line.reached) == (1 if fault == "after" else 0), "tried again before the answer could have come"
    await door.advance(seconds=1)
    assert (await door.draft(draft_id)).state is DraftState.POSTED
    assert len(door.line.reached) == 1
    assert len(await door.replies()) == 1
    assert (await door.notice("jonas", "outcome")).text == "Mara Lind's double has answered."
    await door.advance(hours=1)
    assert len(door.line.reached) == 1


@pytest.mark.promise(17, "answers of the platform that are lost")
async def test_an_answer_lost_again_and_again_still_posts_once(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    door.line.faults = ["before", "before", "before", "after"]
    await door.approve("mara", draft_id)
    for _ in range(6):
        await door.advance(seconds=61)
    assert (await door.draft(draft_id)).state is DraftState.POSTED
    assert len(door.line.reached) == 1


@pytest.mark.promise(17, "a click while it is being posted")
async def test_a_click_while_it_is_being_posted_posts_nothing_more(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    door.line.faults = ["after"]
    await door.approve("mara", draft_id)
    for button in ("approve", "deny", "mute"):
        assert refused(await door.press("mara", button, draft_id)) == "too_late"
    assert refused(await door.press("jonas", "cancel", draft_id)) == "too_late"
    await door.advance(minutes=2)
    assert len(door.line.reached) == 1


async def test_a_refused_reply_is_shown_as_failed_and_tried_again_on_the_workers_word(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    door.line.faults = ["refused"]
    assert "did not let it be posted" in said(await door.approve("mara", draft_id))
    assert (await door.draft(draft_id)).state is DraftState.FAILED
    assert (await door.notice("mara", "announcement")).text == "A draft is waiting (#build)."
    await door.advance(minutes=5)
    assert door.line.reached == [], "it was tried again without being told"
    window = shown(await door.press("mara", "review", draft_id))
    assert [b.name for b in window.buttons] == ["it_is_not_there"]
    assert said(await door.press("mara", "it_is_not_there", draft_id)) == "Sent as your double"
    assert len(await door.replies()) == 1
    assert refused(await door.press("mara", "it_is_not_there", draft_id)) == "too_late"


async def test_a_failed_reply_that_nobody_tries_again_lapses_like_any_draft(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    door.line.faults = ["refused"]
    await door.approve("mara", draft_id)
    await door.advance(days=7)
    draft = await door.draft(draft_id)
    assert (draft.state, draft.question, draft.written) == (DraftState.EXPIRED, "", "")
    assert (await door.notice("jonas", "outcome")).text == "No answer this time. Please ask Mara Lind."
    assert await door.notices_of("mara") == ()


@pytest.mark.parametrize(("word", "posts"), [("it_is_there", 1), ("it_is_not_there", 2)])
@pytest.mark.promise(17, "a thread that cannot be read back")
async def test_where_the_thread_cannot_be_read_the_worker_is_asked(door: StageDoor, word: str, posts: int) -> None:
    draft_id = await door.learn_and_ask()
    door.line.faults, door.line.is_deaf = ["after"], True
    await door.approve("mara", draft_id)
    await door.advance(minutes=14)
    assert (await door.draft(draft_id)).state is DraftState.POSTING
    await door.advance(minutes=2)
    assert (await door.draft(draft_id)).state is DraftState.UNSURE
    assert Happening.UNSURE in await door.happenings(draft_id)
    await door.advance(hours=1)
    assert len(door.line.reached) == 1, "it was sent again though nobody knows"
    window = shown(await door.press("mara", "review", draft_id))
    assert [b.name for b in window.buttons] == ["it_is_there", "it_is_not_there"]
    assert refused(await door.press("jonas", word, draft_id)) == "too_late"
    await door.press("mara", word, draft_id)
    assert (await door.draft(draft_id)).state is DraftState.POSTED
    assert len(door.line.reached) == posts
    assert len(await door.replies()) == 1, "the local workspace itself knows the key again"


async def test_a_worker_who_wrongly_says_that_it_stands_there_posts_nothing(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    door.line.faults = ["refused"]
    await door.approve("mara", draft_id)
    await door.press("mara", "it_is_there", draft_id)
    assert (await door.draft(draft_id)).state is DraftState.POSTED
    assert len(await door.replies()) == 1, "what was refused cannot stand there: it is tried again"


async def test_a_reply_found_again_can_be_undone_and_taken_back_like_any(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    door.line.faults = ["after"]
    await door.approve("mara", draft_id)
    await door.advance(seconds=61)
    await door.press("mara", "undo", draft_id)
    assert not await door.replies()
    await door.approve("mara", draft_id)
    await door.press("mara", "retract", draft_id)
    assert not await door.replies()


@pytest.mark.promise(17, "answers of the platform that are lost")
async def test_one_lost_answer_does_not_hold_up_other_drafts(door: StageDoor) -> None:
    first = await door.learn_and_ask()
    second = await door.ask("pia", "mara", CACHE_QUESTION)
    door.line.faults, door.line.is_deaf = ["after"], True
    await door.approve("mara", first)
    await door.approve("mara", second)
    assert (await door.draft(second)).state is DraftState.POSTED
    door.line.is_deaf = False
    await door.advance(minutes=2)
    assert len(await door.replies()) == 2
