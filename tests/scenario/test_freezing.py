"""Freezing: an account, a channel or the app's access is gone, and what rests on it stops within the call."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.web.translate import channel_ref, person_ref
from bot.drafts import DraftState
from bot.events import AccessLost, Loss
from bot.messages import Backfill
from bot.views import Item
from tests.scenario.life_of_a_consent import UNIFORM_NO, all_of, in_force, page, recorded, told
from tests.scenario.stage_door import CACHE_QUESTION, MONDAY, StageDoor, refused, said, shown

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.promise(
        3, "a channel left, closed or made private, an account closed, the app removed: frozen in the call"
    ),
]


@pytest.mark.parametrize("loss", [Loss.LEFT, Loss.ARCHIVED, Loss.MADE_PRIVATE])
async def test_a_channel_that_is_gone_is_frozen_within_the_call(door: StageDoor, loss: Loss) -> None:
    await door.join("mara", channels=["build", "general"])
    await door.say("mara", "build", "said in build")
    await door.say("mara", "general", "said in general")
    draft_id = await door.ask("jonas", "mara", "what did you say in build?")
    await door.lose(loss, "mara" if loss is Loss.LEFT else None, "build")
    assert {g.channel.channel for g in await in_force(door)} == {"general"}
    assert (await door.draft(draft_id)).state is DraftState.EXPIRED
    assert (await told(door))[0].text.startswith("Your double has stopped in #build")
    await door.say("mara", "build", "not to be learnt")
    await door.say("mara", "general", "learnt")
    assert await door.log_of("mara") == ["said in build", "said in general", "learnt"]
    await door.say("pia", "build", f"@Understudy @mara {CACHE_QUESTION}")
    assert (await door.notice("pia", "no")).text == UNIFORM_NO
    (row,) = [i for i in all_of(await page(door), Item) if "has stopped there" in i.text]
    assert "#build" in row.text
    before = await recorded(door)
    await door.lose(loss, "mara" if loss is Loss.LEFT else None, "build")
    assert await recorded(door) == before, "the same loss was recorded twice"
    await door.advance(days=30)
    assert await door.log_of("mara") == ["said in general", "learnt"]
    assert await door.holds("mara")


@pytest.mark.parametrize("loss", [Loss.DEACTIVATED, Loss.UNINSTALLED])
async def test_an_account_or_an_access_that_is_gone_freezes_everything_and_is_erased_as_agreed(
    door: StageDoor, loss: Loss
) -> None:
    draft_id = await door.learn_and_ask()
    await door.lose(loss, "mara" if loss is Loss.DEACTIVATED else None)
    assert await in_force(door) == []
    assert (await door.draft(draft_id)).state is DraftState.EXPIRED
    assert refused(await door.approve("mara", draft_id))
    await door.advance(days=29, hours=23)
    assert await door.holds("mara")
    await door.advance(hours=2)
    assert not await door.holds("mara")


async def test_coming_back_asks_again(door: StageDoor) -> None:
    await door.join("mara")
    await door.say("mara", "build", "known")
    await door.advance(minutes=1)
    await door.lose(Loss.LEFT, "mara", "build")
    assert shown(await door.press("mara", "renew")).kind == "join", "a freeze was undone by one click"
    assert said(await door.command("mara", "resume")) == "There is nothing to resume."
    assert await in_force(door) == []
    await door.advance(days=1)
    await door.join("mara")
    await door.say("mara", "build", "after coming back")
    await door.advance(days=40)
    assert await door.log_of("mara") == ["known", "after coming back"]


async def test_what_was_paused_is_frozen_too_and_kept_from_the_freeze_on(door: StageDoor) -> None:
    await door.join("mara", channels=["build", "general"])
    await door.say("mara", "build", "known")
    await door.command("mara", "pause")
    await door.advance(days=20)
    await door.lose(Loss.LEFT, "mara", "build")
    assert said(await door.command("mara", "resume")).startswith("Resumed")
    assert {g.channel.channel for g in await in_force(door)} == {"general"}
    await door.advance(days=29)
    assert await door.log_of("mara") == ["known"]
    await door.advance(days=1)
    assert await door.log_of("mara") == []


async def test_a_model_that_is_still_thinking_when_the_worker_leaves_the_channel_drafts_nothing(
    door: StageDoor,
) -> None:
    await door.join("mara")
    await door.say("mara", "build", "the cache lives in the runner")
    door.clock.advance(timedelta(minutes=1))
    await door.say("jonas", "build", f"@Understudy @mara {CACHE_QUESTION}")  # acknowledged, not composed yet
    await door.lose(Loss.LEFT, "mara", "build")
    await door.settle()
    assert [d.state for d in await door.drafts_of("mara")] == [DraftState.EXPIRED]
    assert await door.replies() == []


async def test_nobody_elses_freeze_touches_a_worker(door: StageDoor) -> None:
    await door.join("mara")
    await door.join("jonas")
    await door.lose(Loss.LEFT, "jonas", "build")
    await door.lose(Loss.DEACTIVATED, "pia")
    assert len(await in_force(door)) == 3
    await door.core.pipeline.access_lost(AccessLost("local", "another", Loss.UNINSTALLED))
    assert len(await in_force(door)) == 3


async def test_earlier_messages_of_a_frozen_channel_are_read_no_further_and_those_of_others_are(
    door: StageDoor,
) -> None:
    await door.join("mara", channels=["build", "general"])
    mara, store = person_ref("mara"), door.core.stage.store
    going_on = [Backfill(channel_ref(name), MONDAY) for name in ("build", "general")]
    for backfill in going_on:
        await store.run(mara, lambda tx, one=backfill: tx.keepsakes.put_backfill(one))  # type: ignore[misc]
    await door.lose(Loss.LEFT, "mara", "build")
    assert await store.read(mara, lambda tx: tx.keepsakes.backfills()) == tuple(going_on[1:])
    await door.lose(Loss.DEACTIVATED, "mara")
    assert await store.read(mara, lambda tx: tx.keepsakes.backfills()) == ()
