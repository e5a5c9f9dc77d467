"""What was approved is what is posted: a changed source, place or permission voids it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from adapters.web.records import MessageRecord
from bot.audit import Happening
from bot.drafts import DraftState
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, refused, said, shown

pytestmark = pytest.mark.anyio
NEW = CACHE.replace("/var/cache/forge", "/srv/cache/anvil")


async def once_in(door: StageDoor, draft_id: str, state: DraftState, then: Callable[[], Awaitable[object]]) -> None:
    """Let something happen elsewhere, once, while the draft is in a state and the platform is being asked."""

    async def meanwhile() -> None:
        if (await door.draft(draft_id)).state is state:
            door.line.meanwhile = None
            await then()

    door.line.meanwhile = meanwhile


async def source_of(door: StageDoor) -> MessageRecord:
    return next(m for m in await door.messages() if m.author == "mara")


@pytest.mark.promise(10, "what changed between drafting, approval and posting")
async def test_a_source_edited_after_drafting_makes_a_new_draft(kept: StageDoor) -> None:
    draft_id = await kept.learn_and_ask()
    await kept.edit(await source_of(kept), NEW)
    assert refused(await kept.approve("mara", draft_id, revision="1")) in ("too_late", "stale")
    await kept.settle()
    draft = await kept.draft(draft_id)
    assert (draft.state, draft.revision > 1) == (DraftState.PENDING, True)
    assert "anvil" in draft.written
    assert "forge" not in draft.written
    assert refused(await kept.approve("mara", draft_id, revision="1")) == "stale"
    assert not await kept.replies()
    assert Happening.VOIDED in await kept.happenings(draft_id)


@pytest.mark.parametrize("way", ["deleted in the chat", "deleted from the log", "forgotten", "narrowed away"])
@pytest.mark.promise(10, "what changed between drafting, approval and posting")
async def test_a_source_that_went_is_never_posted(door: StageDoor, way: str) -> None:
    draft_id = await door.learn_and_ask()
    source = await source_of(door)
    if way == "deleted in the chat":
        await door.delete(source)
    elif way == "deleted from the log":
        await door.press("mara", "delete_message", source.id)
    elif way == "forgotten":
        await door.press("mara", "forget")
    else:
        await door.join("mara", channels=["build"], learn=False)
    assert refused(await door.approve("mara", draft_id)) in ("too_late", "blocked")
    await door.settle()
    draft = await door.draft(draft_id)
    assert (draft.state, draft.written, draft.sources) == (DraftState.PENDING, "", ())
    assert "forge" not in repr(await door.drafts_of("mara"))


@pytest.mark.parametrize("change", ["edited", "deleted", "forgotten"])
@pytest.mark.promise(10, "what changed between drafting, approval and posting")
async def test_a_source_that_changes_between_approval_and_posting_is_not_posted(door: StageDoor, change: str) -> None:
    draft_id = await door.learn_and_ask()
    source = await source_of(door)

    async def then() -> None:
        if change == "edited":
            await door.edit(source, NEW)
        elif change == "deleted":
            await door.delete(source)
        else:
            await door.press("mara", "forget")

    await once_in(door, draft_id, DraftState.APPROVED, then)
    await door.approve("mara", draft_id)
    assert door.line.meanwhile is None, "it did not happen in between"
    await door.advance(minutes=5)
    assert door.line.reached == []
    draft = await door.draft(draft_id)
    assert draft.state is DraftState.PENDING
    assert "forge" not in draft.written
    assert (await door.notice("jonas", "waiting")).buttons


@pytest.mark.promise(10, "what changed between drafting, approval and posting")
async def test_words_forgotten_while_they_are_being_posted_do_not_come_back(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()

    async def forget() -> None:
        await door.press("mara", "forget")

    await once_in(door, draft_id, DraftState.POSTING, forget)
    await door.approve("mara", draft_id)
    assert door.line.meanwhile is None, "it did not happen in between"
    draft = await door.draft(draft_id)
    assert draft.state is DraftState.POSTED
    assert "forge" not in repr(draft)
    await door.press("mara", "retract", draft_id)
    assert not await door.replies()


@pytest.mark.promise(10, "what changed between drafting, approval and posting")
async def test_words_forgotten_before_an_undo_do_not_come_back(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.approve("mara", draft_id)
    await door.press("mara", "forget")
    await door.press("mara", "undo", draft_id)
    await door.settle()
    assert "forge" not in repr(await door.draft(draft_id))
    assert not await door.replies()


@pytest.mark.promise(10, "what changed between drafting, approval and posting")
async def test_forgetting_scrubs_drafts_and_replies_of_every_state(kept: StageDoor) -> None:
    await kept.learn_and_ask()
    await kept.approve("mara", await kept.ask("pia", "mara", CACHE_QUESTION))
    await kept.press("mara", "deny", await kept.ask("wei", "mara", CACHE_QUESTION))
    taken = await kept.ask("pia", "mara", CACHE_QUESTION)
    await kept.approve("mara", taken)
    await kept.press("mara", "retract", taken)
    assert "forge" in repr(await kept.drafts_of("mara"))
    await kept.press("mara", "forget")
    await kept.settle()
    assert "forge" not in repr(await kept.drafts_of("mara"))
    assert len(await kept.replies()) == 1, "what stands in the chat is the chat's; the worker may take it back"


@pytest.mark.parametrize("end", ["paused", "no longer answering here", "ended"])
@pytest.mark.promise(10, "what changed between drafting, approval and posting")
async def test_a_permission_that_ends_between_approval_and_posting_stops_it(door: StageDoor, end: str) -> None:
    draft_id = await door.learn_and_ask()

    async def then() -> None:
        if end == "paused":
            await door.command("mara", "pause")
        elif end == "ended":
            door.clock.advance(timedelta(days=120))
        else:
            await door.submit_form("mara", channels=["build"], draft=False)

    await once_in(door, draft_id, DraftState.APPROVED, then)
    told = len(door.line.told)
    await door.approve("mara", draft_id)
    assert (await door.draft(draft_id)).state is DraftState.EXPIRED
    assert [n for n in door.line.told[told:] if n.to.person == "jonas"] == [], "the asker hears it at the deadline"
    await door.advance(days=7)
    assert (await door.notice("jonas", "outcome")).text == "No answer this time. Please ask Mara Lind."
    assert door.line.reached == []


@pytest.mark.promise(10, "what changed between drafting, approval and posting")
async def test_a_channel_opened_to_everyone_between_approval_and_posting_is_read_again(door: StageDoor) -> None:
    await door.join("mara", channels=["leads"])
    draft_id = await door.ask("jonas", "mara", "what colour is the moon base antenna?", "leads")

    async def open_it() -> None:
        await door.set_private("leads", private=False)

    await once_in(door, draft_id, DraftState.APPROVED, open_it)
    answer = said(await door.approve("mara", draft_id, text="Orange, but that is for us alone."))
    assert "who can read that place changed" in answer
    await door.advance(minutes=5)
    assert door.line.reached == []
    assert (await door.draft(draft_id)).state is DraftState.PENDING
    assert refused(await door.approve("mara", draft_id, revision="2")) == "stale"


@pytest.mark.promise(10, "what changed between drafting, approval and posting")
async def test_a_channel_closed_between_approval_and_posting_is_read_again(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()

    async def close_it() -> None:
        await door.set_private("build", private=True)

    await once_in(door, draft_id, DraftState.APPROVED, close_it)
    await door.approve("mara", draft_id)
    assert door.line.reached == []
    assert (await door.draft(draft_id)).state is DraftState.PENDING
    await door.approve("mara", draft_id)
    assert len(door.line.reached) == 1


@pytest.mark.promise(10, "what changed between drafting, approval and posting")
async def test_words_written_for_a_private_channel_are_not_sent_once_it_is_public(door: StageDoor) -> None:
    await door.join("mara", channels=["leads"])
    draft_id = await door.ask("jonas", "mara", "what colour is the moon base antenna?", "leads")
    window = shown(await door.press("mara", "review", draft_id))
    await door.set_private("leads", private=False)
    pressed = {**window.buttons[0].values, "text": "Orange, but that is for us alone."}
    assert refused(await door.approve("mara", draft_id, **pressed)) == "stale"
    assert door.line.reached == []
    again = shown(await door.press("mara", "review", draft_id))
    await door.approve("mara", draft_id, **again.buttons[0].values, text="Orange.")
    assert len(door.line.reached) == 1


@pytest.mark.promise(10, "what changed between drafting, approval and posting")
async def test_another_channel_closed_between_approval_and_posting_takes_its_words_along(door: StageDoor) -> None:
    await door.join("mara", channels=["build", "general"])
    await door.say("mara", "general", CACHE)
    draft_id = await door.ask("jonas", "mara", CACHE_QUESTION)

    async def close_it() -> None:
        await door.set_private("general", private=True)

    await once_in(door, draft_id, DraftState.APPROVED, close_it)
    await door.approve("mara", draft_id)
    await door.advance(minutes=5)
    assert door.line.reached == []
    assert "forge" not in (await door.draft(draft_id)).written


@pytest.mark.promise(10, "what changed between drafting, approval and posting")
async def test_a_private_channels_words_are_not_sent_once_it_is_public(door: StageDoor) -> None:
    await door.join("mara", channels=["leads"])
    await door.say("mara", "leads", CACHE)
    draft_id = await door.ask("jonas", "mara", CACHE_QUESTION, "leads")
    await door.set_private("leads", private=False)
    assert refused(await door.approve("mara", draft_id)) == "source_changed"
    await door.advance(minutes=5)
    assert door.line.reached == []
    assert (await door.draft(draft_id)).written == ""


@pytest.mark.promise(10, "what changed between drafting, approval and posting")
async def test_another_channels_words_are_not_sent_once_that_channel_is_private(door: StageDoor) -> None:
    await door.join("mara", channels=["build", "general"])
    await door.say("mara", "general", CACHE)
    draft_id = await door.ask("jonas", "mara", CACHE_QUESTION)
    assert "forge" in (await door.draft(draft_id)).written
    await door.set_private("general", private=True)
    assert refused(await door.approve("mara", draft_id)) == "source_changed"
    await door.settle()
    assert "forge" not in (await door.draft(draft_id)).written
    assert door.line.reached == []


@pytest.mark.promise(10, "what changed between drafting, approval and posting")
@pytest.mark.promise(20, "an approval that grew old")
async def test_an_approval_that_could_not_be_posted_for_a_day_is_void(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()

    async def a_day_passes() -> None:
        door.clock.advance(timedelta(hours=24, seconds=1))

    await once_in(door, draft_id, DraftState.APPROVED, a_day_passes)
    await door.approve("mara", draft_id)
    assert (await door.draft(draft_id)).state is DraftState.EXPIRED
    assert door.line.reached == []
