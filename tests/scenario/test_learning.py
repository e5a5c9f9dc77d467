"""Learning: what is logged, and that the log follows what was said, in whatever order it is heard."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.web.translate import channel_ref, deleted, person_ref
from bot.drafts import DraftState
from bot.events import ThreadDeleted
from bot.refs import ThreadRef
from bot.views import Facts, Item, Text, View
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, refused, said, shown

pytestmark = pytest.mark.anyio


def messages_in(view: View) -> list[str]:
    return [e.text for e in view.elements if isinstance(e, Item)]


async def test_own_messages_are_logged_as_they_come_in_the_chosen_channels_alone(door: StageDoor) -> None:
    await door.join("mara", channels=["build", "leads"])
    for channel in ("build", "general", "leads"):
        await door.say("mara", channel, f"words in {channel}")
    root = await door.say("pia", "build", "a thread")
    await door.say("mara", "build", "in a thread", root)
    assert await door.log_of("mara") == ["words in build", "words in leads", "in a thread"]


async def test_words_to_a_double_are_not_logged(door: StageDoor) -> None:
    await door.join("mara")
    await door.say("mara", "build", "@Understudy @jonas where is the key?")
    assert await door.log_of("mara") == []


async def test_an_edit_replaces_the_words_and_a_deletion_removes_them(kept: StageDoor) -> None:
    await kept.join("mara")
    first = await kept.say("mara", "build", "the port is 8080")
    second = await kept.say("mara", "build", "deploys are on Friday")
    await kept.edit(first, "the port is 9090")
    await kept.delete(second)
    assert await kept.log_of("mara") == ["the port is 9090"]
    assert messages_in(shown(await kept.command("mara", "mine 8080"))) == []
    assert messages_in(shown(await kept.command("mara", "mine port"))) == ["the port is 9090"]


async def test_an_edit_that_may_not_be_logged_takes_the_old_words_out(door: StageDoor) -> None:
    await door.join("mara")
    message = await door.say("mara", "build", "the password hint is swordfish")
    await door.advance(minutes=1)
    await door.command("mara", "pause")
    await door.edit(message, "never mind")
    assert await door.log_of("mara") == []
    await door.command("mara", "resume")
    await door.edit(message, "never mind at all")
    assert await door.log_of("mara") == []


async def test_a_message_that_becomes_a_question_to_a_double_is_no_evidence_any_more(door: StageDoor) -> None:
    await door.join("mara")
    message = await door.say("mara", "build", CACHE)
    await door.edit(message, "@Understudy @jonas where is the cache?")
    assert await door.log_of("mara") == []


@pytest.mark.promise(18, "events shuffled and repeated, through the whole bot")
async def test_any_order_and_any_repeats_give_the_same_log(door: StageDoor) -> None:
    await door.join("mara")
    chosen = random.Random(7)  # a fixed shuffle
    plain = await door.say("mara", "general", "said once")
    twice = await door.say("mara", "general", "version one")
    edited = await door.edit(twice, "version two")
    gone = await door.say("mara", "general", "soon gone")
    await door.delete(gone)
    await door.join("mara", channels=["build", "general"], earlier=False)
    await door.join("mara", channels=["build", "general"], earlier=True)
    expected = sorted(await door.log_of("mara"))
    events = [await door.event_of(m) for m in (plain, twice, edited, gone)]
    gone_event = deleted("general", gone.ts, "mara", edited.edited)
    for _ in range(12):
        await door.press("mara", "leave", "leave")
        await door.join("mara", channels=["general"], earlier=False)
        await door.join("mara", channels=["general"], earlier=True)
        heard = [event for event in events for _ in range(chosen.randint(1, 4))]
        chosen.shuffle(heard)
        await door.core.pipeline.message_deleted(gone_event)
        for event in heard:
            await door.core.pipeline.message_said(event)
        assert sorted(await door.log_of("mara")) == expected == ["said once", "version two"]


@pytest.mark.promise(18, "a deletion before its message")
async def test_a_deletion_heard_before_its_message_keeps_it_out(door: StageDoor) -> None:
    await door.join("mara")
    message = await door.say("mara", "general", "never logged")
    event = await door.event_of(message)
    await door.join("mara", channels=["build", "general"])
    await door.core.pipeline.message_deleted(deleted("general", message.ts, "mara", message.ts))
    await door.join("mara", channels=["build", "general"], earlier=True)
    await door.core.pipeline.message_said(event)
    assert await door.log_of("mara") == []


async def test_a_moderators_deletion_is_followed_though_nobody_says_whose_message_it_was(door: StageDoor) -> None:
    await door.join("mara")
    message = await door.say("mara", "build", "taken down")
    event = deleted("build", message.ts, "mara", message.ts)
    await door.core.pipeline.message_deleted(type(event)(event.ref, None, event.deleted_at))
    assert await door.log_of("mara") == []


@pytest.mark.promise(2, "what was said in a pause")
async def test_a_thread_that_is_taken_away_whole_is_forgotten_with_all_that_was_said_in_it(door: StageDoor) -> None:
    for worker in ("mara", "wei"):
        await door.join(worker)
    root = await door.say("mara", "build", "the root of it")
    for worker in ("mara", "wei"):
        await door.say(worker, "build", "words in the thread", root)
    await door.say("mara", "build", "words beside it")
    gone = ThreadDeleted(ThreadRef(channel_ref("build"), root.ts), door.clock.now())
    for _ in range(2):
        await door.core.pipeline.thread_deleted(gone)
    assert await door.log_of("mara") == ["the root of it", "words beside it"]
    assert await door.log_of("wei") == []
    elsewhere = replace(gone, thread=ThreadRef(replace(channel_ref("build"), workspace="elsewhere"), root.ts))
    await door.core.pipeline.thread_deleted(elsewhere)
    assert await door.log_of("mara") == ["the root of it", "words beside it"]


async def test_a_question_goes_with_its_thread_and_one_that_a_thread_hangs_from_stays(door: StageDoor) -> None:
    await door.join("mara")
    await door.say("mara", "build", CACHE)
    root = await door.say("pia", "build", "a thread")
    inside = await door.ask("jonas", "mara", CACHE_QUESTION, thread=root)
    beneath = await door.say("pia", "build", f"@Understudy @mara {CACHE_QUESTION}")
    await door.settle()
    asked = (await door.draft_at("mara", beneath)).id
    for stamp in (root.ts, beneath.ts):
        await door.core.pipeline.thread_deleted(ThreadDeleted(ThreadRef(channel_ref("build"), stamp), door.clock.now()))
    assert (await door.draft(inside)).state is DraftState.WITHDRAWN
    assert (await door.draft(asked)).state is DraftState.PENDING


async def test_nothing_said_in_a_pause_is_ever_logged(door: StageDoor) -> None:
    await door.join("mara")
    await door.say("mara", "build", "before the pause")
    await door.advance(minutes=1)
    assert said(await door.command("mara", "pause")).startswith("Paused")
    gap = await door.say("mara", "build", "within the pause")
    await door.advance(minutes=1)
    assert said(await door.command("mara", "resume")).startswith("Resumed")
    await door.core.pipeline.message_said(await door.event_of(gap))
    await door.edit(gap, "within the pause, edited after it")
    await door.say("mara", "build", "after the pause")
    assert await door.log_of("mara") == ["before the pause", "after the pause"]


async def test_pause_and_resume_work_in_the_very_moment_of_joining(door: StageDoor) -> None:
    await door.join("mara")
    await door.command("mara", "pause")
    assert said(await door.command("mara", "resume")).startswith("Resumed")
    await door.say("mara", "build", "learned again")
    assert await door.log_of("mara") == ["learned again"]
    assert said(await door.command("mara", "resume")) == "There is nothing to resume."


async def test_pausing_twice_and_resuming_twice_is_harmless(door: StageDoor) -> None:
    await door.join("mara")
    await door.advance(minutes=1)
    await door.command("mara", "pause")
    assert said(await door.command("mara", "pause")) == "There is nothing to pause."
    await door.command("mara", "resume")
    assert said(await door.command("mara", "resume")) == "There is nothing to resume."
    facts = [e for e in shown(await door.command("mara", "status")).elements if isinstance(e, Facts)]
    assert dict(facts[0].rows)["Until"] == "May 26"


@pytest.mark.promise(2, "the clock moved past the end")
async def test_after_the_last_day_in_the_workers_own_zone_nothing_is_logged(door: StageDoor) -> None:
    await door.join("mara", until="2026-03-02")
    await door.advance_to(datetime(2026, 3, 2, 22, 59, 59, tzinfo=UTC))
    await door.say("mara", "build", "one second before midnight in Berlin")
    await door.advance(seconds=1)
    await door.say("mara", "build", "on the next day")
    assert await door.log_of("mara") == ["one second before midnight in Berlin"]


@pytest.mark.promise(2, "the clock moved past the end")
async def test_after_the_end_nothing_is_quoted_even_to_the_worker(door: StageDoor) -> None:
    await door.learn_and_ask()
    await door.advance(days=100)
    assert "Join first" in said(await door.command("mara", f"try {CACHE_QUESTION}"))
    status = shown(await door.command("mara", "status"))
    assert any(isinstance(e, Item) and "time is over" in e.text for e in status.elements)


@pytest.mark.promise(2, "thirty days asleep")
async def test_a_lapsed_double_sleeps_thirty_days_and_is_then_erased(kept: StageDoor) -> None:
    await kept.join("mara", until="2026-03-02")
    await kept.say("mara", "build", CACHE)
    end = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    await kept.advance_to(end + timedelta(days=30) - timedelta(seconds=1))
    assert await kept.log_of("mara") == [CACHE]
    await kept.advance(seconds=1)
    assert not await kept.holds("mara")


@pytest.mark.promise(2, "thirty days asleep")
async def test_a_paused_double_is_erased_thirty_days_after_its_end_too(door: StageDoor) -> None:
    await door.join("mara", until="2026-03-10")
    await door.command("mara", "pause")
    await door.advance(days=35)
    assert await door.holds("mara")
    await door.advance(days=5)
    assert not await door.holds("mara")


async def test_renewing_while_asleep_keeps_what_was_learned(door: StageDoor) -> None:
    await door.join("mara", until="2026-03-02")
    await door.say("mara", "build", CACHE)
    await door.advance(days=20)
    await door.join("mara")
    await door.advance(days=30)
    assert await door.log_of("mara") == [CACHE]


async def test_a_worker_sees_searches_and_deletes_what_is_logged_and_nobody_else_does(kept: StageDoor) -> None:
    await kept.join("mara")
    message = await kept.say("mara", "build", CACHE)
    assert messages_in(shown(await kept.command("mara", "mine"))) == [CACHE]
    assert messages_in(shown(await kept.command("jonas", "mine"))) == []
    target = f"build/{message.ts}"
    assert refused(await kept.press("jonas", "delete_message", target)) == "not_found"
    assert said(await kept.press("mara", "delete_message", target)).startswith("1 message: gone")
    assert refused(await kept.press("mara", "delete_message", target)) == "not_found"
    await kept.core.pipeline.message_said(await kept.event_of(message))
    assert await kept.log_of("mara") == []


async def test_forgetting_a_channel_forgets_that_channel_and_stays_joined(door: StageDoor) -> None:
    await door.join("mara", channels=["build", "general"])
    await door.say("mara", "build", "build words")
    await door.say("mara", "general", "general words")
    for wrong in ([], "build", [1]):
        assert refused(await door.press("mara", "forget", channels=wrong)) == "bad_value"
    assert said(await door.press("mara", "forget", channels=["build"])).startswith("1 message: gone")
    await door.say("mara", "build", "new build words")
    assert await door.log_of("mara") == ["general words", "new build words"]
    assert said(await door.press("mara", "forget")).startswith("2 messages: gone")
    assert await door.log_of("mara") == []


async def test_trying_shows_the_worker_a_draft_and_stores_and_tells_nothing(door: StageDoor) -> None:
    await door.join("mara")
    await door.say("mara", "build", CACHE)
    view = shown(await door.command("mara", f"try {CACHE_QUESTION}"))
    assert CACHE in "\n".join(e.text for e in view.elements if isinstance(e, Text))
    assert messages_in(view) == [CACHE]
    assert refused(await door.command("mara", "try")) == "bad_value"
    assert not await door.drafts_of("mara")
    assert not door.line.told


@pytest.mark.promise(15, "the double's own posts")
async def test_a_double_never_learns_from_its_own_replies(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.approve("mara", draft_id)
    await door.join("mara", earlier=True)
    assert await door.log_of("mara") == [CACHE]


async def test_a_file_is_rewritten_after_a_deletion_in_the_chat_but_not_at_each_one(door: StageDoor) -> None:
    await door.join("mara")
    first, second, third = [await door.say("mara", "build", f"thought {n}") for n in range(3)]
    mara = person_ref("mara")
    await door.delete(first)
    await door.settle()
    assert await door.core.stage.store.compact(mara, only_if_due=True) is None, "rewritten in the round"
    await door.delete(second)
    await door.advance(minutes=11)
    assert await door.core.stage.store.compact(mara, only_if_due=True) is None, (
        "rewritten once ten minutes have gone by"
    )
    await door.delete(third)
    await door.settle()
    assert await door.core.stage.store.compact(mara, only_if_due=True) is not None, "so soon again it waits"
