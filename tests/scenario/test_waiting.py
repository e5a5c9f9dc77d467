"""What an asker sees and can do while a draft waits, and how it ends for them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.audit import Happening
from bot.drafts import DraftState
from bot.events import MessageDeleted
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, refused, said

pytestmark = pytest.mark.anyio
NO_ANSWER = "No answer this time. Please ask Mara Lind."
DEADLINE = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)  # Wednesday 18:00 in Berlin, two working days after Monday


@pytest.mark.parametrize(("asker", "when"), [("jonas", "Wed 12:00"), ("pia", "Wed 17:00"), ("mara", "Wed 18:00")])
async def test_the_deadline_is_said_in_the_askers_own_time_zone(door: StageDoor, asker: str, when: str) -> None:
    draft_id = await door.learn_and_ask(asker)
    notice = await door.notice(asker, "waiting")
    assert notice.text == f"Mara Lind decides whether this goes out. Lapses {when} your time."
    assert [(b.name, b.target) for b in notice.buttons] == [("cancel", draft_id), ("ask_yourself", draft_id)]
    assert (await door.draft(draft_id)).lapses_at == DEADLINE


async def test_a_question_on_friday_night_lapses_on_wednesday(door: StageDoor) -> None:
    await door.join("mara")
    await door.say("mara", "build", CACHE)
    await door.advance_to(datetime(2026, 3, 6, 20, 0, tzinfo=UTC))
    draft_id = await door.ask("jonas", "mara", CACHE_QUESTION)
    assert (await door.draft(draft_id)).lapses_at == datetime(2026, 3, 11, 17, 0, tzinfo=UTC)


async def test_the_links_lead_to_up_to_two_messages_of_the_same_channel_alone(door: StageDoor) -> None:
    await door.join("mara", channels=["build", "general"])
    await door.say("mara", "general", CACHE)
    await door.ask("jonas", "mara", CACHE_QUESTION, "build")
    assert (await door.notice("jonas", "waiting")).links == ()
    message = await door.say("mara", "build", CACHE.replace("Sunday", "Monday"))
    await door.ask("pia", "mara", CACHE_QUESTION, "build")
    links = (await door.notice("pia", "waiting")).links
    assert [link.url.endswith(f"build/{message.ts}") for link in links] == [True]


async def test_an_asker_whose_question_finds_nothing_is_told_that_the_worker_sees_it(door: StageDoor) -> None:
    await door.join("mara")
    draft_id = await door.ask("jonas", "mara", "what colour is the moon base antenna?")
    assert "found nothing good enough to quote" in (await door.notice("jonas", "waiting")).text
    draft = await door.draft(draft_id)
    assert (draft.state, draft.written) == (DraftState.PENDING, "")
    assert draft.reasons


async def test_cancel_calls_the_question_off_for_the_worker_too(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    assert said(await door.press("jonas", "cancel", draft_id)).startswith("Called off")
    draft = await door.draft(draft_id)
    assert (draft.state, draft.question, draft.written, draft.sources) == (DraftState.WITHDRAWN, "", "", ())
    assert await door.inbox("mara") == ()
    assert await door.notices_of("mara") == ()
    assert (await door.notice("jonas", "outcome")).buttons == ()
    assert refused(await door.approve("mara", draft_id)) == "too_late"
    assert refused(await door.press("jonas", "cancel", draft_id)) == "too_late"
    await door.advance(days=7)
    assert (await door.notice("jonas", "outcome")).text.startswith("Called off")


async def test_ask_yourself_calls_off_and_says_whom_to_write_to(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    assert said(await door.press("jonas", "ask_yourself", draft_id)).endswith("@mara.")
    assert (await door.draft(draft_id)).state is DraftState.WITHDRAWN


async def test_nobody_else_can_call_a_question_off(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    for person in ("pia", "mara"):
        assert refused(await door.press(person, "cancel", draft_id)) == "too_late"
        assert refused(await door.press(person, "ask_yourself", draft_id)) == "too_late"
    assert (await door.draft(draft_id)).state is DraftState.PENDING


async def test_the_askers_edit_redrafts_and_voids_what_the_worker_had_open(door: StageDoor) -> None:
    await door.join("mara")
    await door.say("mara", "build", CACHE)
    await door.say("mara", "build", "The release manager signs the tarball with the offline key.")
    question = await door.say("jonas", "build", f"@Understudy @mara {CACHE_QUESTION}")
    await door.settle()
    first = await door.draft_at("mara", question)
    await door.edit(question, "@Understudy @mara which key signs the release tarball?")
    await door.settle()
    second = await door.draft(first.id)
    assert second.revision > first.revision
    assert "offline key" in second.written
    assert refused(await door.approve("mara", first.id, revision=str(first.revision))) == "stale"
    assert not await door.replies()
    assert said(await door.approve("mara", first.id, revision=str(second.revision))) == "Sent as your double"


async def test_an_edit_that_names_somebody_else_asks_them_instead(door: StageDoor) -> None:
    await door.join("wei")
    draft_id = await door.learn_and_ask()
    (question,) = [m for m in await door.messages() if m.author == "jonas"]
    await door.edit(question, f"@Understudy @wei {CACHE_QUESTION}")
    await door.settle()
    assert (await door.draft(draft_id)).state is DraftState.WITHDRAWN
    assert [d.state for d in await door.drafts_of("wei")] == [DraftState.PENDING]


async def test_an_edit_that_takes_the_mention_out_withdraws(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    (question,) = [m for m in await door.messages() if m.author == "jonas"]
    await door.edit(question, "never mind")
    assert (await door.draft(draft_id)).state is DraftState.WITHDRAWN


async def test_deleting_the_question_withdraws(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    (question,) = [m for m in await door.messages() if m.author == "jonas"]
    await door.delete(question)
    assert (await door.draft(draft_id)).state is DraftState.WITHDRAWN
    assert await door.inbox("mara") == ()


async def test_a_question_that_is_gone_is_withdrawn_where_nobody_tells_who_took_it_away(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    (question,) = [m for m in await door.messages() if m.author == "jonas"]
    ref = (await door.event_of(question)).ref
    await door.core.pipeline.message_deleted(MessageDeleted(ref, None, door.clock.now()))
    assert (await door.draft(draft_id)).state is DraftState.WITHDRAWN
    assert await door.inbox("mara") == ()


async def test_a_redelivered_question_is_asked_once(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    (question,) = [m for m in await door.messages() if m.author == "jonas"]
    event = await door.event_of(question)
    await door.core.pipeline.message_said(event)
    await door.press("mara", "deny", draft_id)
    await door.core.pipeline.message_said(event)
    await door.advance(days=7)
    await door.core.pipeline.message_said(event)
    assert len(await door.drafts_of("mara")) == 1


async def test_a_late_copy_of_a_question_does_not_undo_its_edits(door: StageDoor) -> None:
    await door.join("mara")
    question = await door.say("jonas", "build", f"@Understudy @mara {CACHE_QUESTION}")
    first = await door.event_of(question)
    second = await door.event_of(await door.edit(question, "@Understudy @mara who signs the first tarball?"))
    await door.edit(question, "@Understudy @mara who signs the last tarball?")
    for late in (first, second, first):
        await door.core.pipeline.message_said(late)
        await door.settle()
    assert (await door.draft_at("mara", question)).question == "who signs the last tarball?"


@pytest.mark.parametrize("fate", ["denied", "ignored", "paused", "muted"])
async def test_nothing_is_said_before_the_deadline_and_the_same_sentence_at_it(door: StageDoor, fate: str) -> None:
    draft_id = await door.learn_and_ask()
    if fate in ("denied", "muted"):
        await door.press("mara", "deny" if fate == "denied" else "mute", draft_id)
    elif fate == "paused":
        await door.command("mara", "pause")
    told = len(door.line.told)
    await door.advance_to(DEADLINE.replace(hour=16, minute=59, second=59))
    assert [n for n in door.line.told[told:] if n.to.person == "jonas"] == []
    await door.advance(seconds=1)
    (ending,) = [n for n in door.line.told[told:] if n.to.person == "jonas"]
    assert (ending.text, ending.kind, ending.quiet, ending.is_over) == (NO_ANSWER, "outcome", True, True)
    await door.advance(days=1)
    assert [n.text for n in door.line.told[told:] if n.to.person == "jonas"] == [NO_ANSWER]
    assert len([m for m in await door.messages() if m.author == "UNDERSTUDY"]) == 0


async def test_cancelling_what_was_denied_looks_like_any_cancelling(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.press("mara", "deny", draft_id)
    assert said(await door.press("jonas", "cancel", draft_id)).startswith("Called off")
    assert (await door.notice("jonas", "outcome")).text.startswith("Called off")
    await door.advance(days=7)
    assert (await door.notice("jonas", "outcome")).text.startswith("Called off")


@pytest.mark.promise(10, "a click after the deadline")
async def test_a_lapsed_draft_cannot_be_sent_and_leaves_the_workers_list(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.advance_to(DEADLINE)
    assert refused(await door.approve("mara", draft_id)) == "too_late"
    assert Happening.EXPIRED in await door.happenings(draft_id)
    assert await door.inbox("mara") == ()
    assert await door.notices_of("mara") == (), "the notice still says that a draft is waiting"


@pytest.mark.promise(10, "a click after the deadline")
@pytest.mark.promise(20, "a click after the deadline, though nothing ran")
async def test_a_draft_cannot_be_sent_after_its_deadline_though_no_job_has_run(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    door.clock.advance(DEADLINE - door.clock.now())
    assert refused(await door.approve("mara", draft_id)) == "lapsed"
    assert not await door.replies()
