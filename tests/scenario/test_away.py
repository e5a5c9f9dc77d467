"""Away: whoever mentions a worker who wants it is offered the double, in private; nobody else notices anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from adapters.web.translate import person_ref
from bot.drafts import DraftState
from bot.refs import ChannelRef, ThreadRef
from bot.views import DateField, Item, Notice, Refusal, Tick
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, refused, said, shown

pytestmark = pytest.mark.anyio
ASKED = f"@mara {CACHE_QUESTION}"
OFFER = "Mara Lind is away until Mar 6. Their AI double can look."


@pytest.fixture
async def away(door: StageDoor) -> StageDoor:
    """Mara has a double in build, and is away until Friday."""
    await door.join("mara")
    await door.say("mara", "build", CACHE)
    assert said(await door.command("mara", "away until Fri")).startswith("You are away until the end of Mar 6.")
    return door


async def offers(door: StageDoor, person: str) -> list[Notice]:
    await door.core.stage.work.idle()
    return [notice for notice in await door.notices_of(person) if notice.kind == "away"]


async def mention(
    door: StageDoor, person: str = "jonas", text: str = ASKED, channel: str = "build", **more: Any
) -> list[Notice]:
    await door.say(person, channel, text, **more)
    return await offers(door, person)


async def test_whoever_mentions_a_worker_who_is_away_is_offered_the_double_in_private(away: StageDoor) -> None:
    (offer,) = await mention(away)
    assert offer.text == OFFER
    assert [(b.name, b.label) for b in offer.buttons] == [("ask_double", "Ask the double")]
    assert offer.near == ChannelRef("local", "local", "build")
    assert CACHE_QUESTION not in offer.text
    assert {n.to.person for n in away.line.told if n.kind == "away"} == {"jonas"}
    assert len(await away.messages()) == 2, "nothing is said in the channel"
    assert not await away.drafts_of("mara")


async def test_taking_the_offer_asks_the_question_of_that_message(away: StageDoor) -> None:
    asked = await away.say("jonas", "build", ASKED)
    (offer,) = await offers(away, "jonas")
    told = said(await away.press("jonas", "ask_double", offer.key))
    assert "Mara Lind decides whether this goes out" in told
    await away.settle()
    draft = await away.draft_at("mara", asked)
    assert (draft.state, draft.question) == (DraftState.PENDING, CACHE_QUESTION)
    assert not await offers(away, "jonas")
    await away.approve("mara", draft.id)
    (reply,) = await away.replies()
    assert reply.thread == asked.ts


async def test_within_a_thread_the_offer_and_the_answer_stand_in_it(away: StageDoor) -> None:
    root = await away.say("pia", "build", "a thread about the cache")
    (offer,) = await mention(away, thread=root, text=f"who knows, perhaps {ASKED}")
    assert offer.near == ThreadRef(ChannelRef("local", "local", "build"), root.ts)
    await away.press("jonas", "ask_double", offer.key)
    await away.settle()
    (draft,) = await away.drafts_of("mara")
    assert draft.thread.root == root.ts
    assert "Mara Lind" in draft.question


async def test_once_a_day_for_each_asker_and_no_more(away: StageDoor) -> None:
    (first,) = await mention(away)
    assert await mention(away) == [first]
    assert len(await mention(away, "pia")) == 1
    await away.advance(days=1)
    assert len(await mention(away)) == 2


@pytest.mark.parametrize("why", ["off", "over", "never on", "muted", "paused", "elsewhere", "self", "learning only"])
async def test_who_may_not_be_offered_it_hears_nothing(away: StageDoor, why: str) -> None:
    person, channel = "jonas", "build"
    match why:
        case "off":
            assert said(await away.command("mara", "away off")).startswith("You are not away.")
        case "over":
            await away.advance(days=5)
        case "never on":
            await away.press("mara", "save_away", away=False)
        case "muted":
            draft_id = await away.ask("jonas", "mara", CACHE_QUESTION)
            await away.press("mara", "mute", draft_id)
        case "paused":
            away.clock.advance(timedelta(minutes=1))
            await away.command("mara", "pause")
        case "elsewhere":
            channel = "general"
        case "self":
            person = "mara"
        case "learning only":
            await away.submit_form("mara", draft=False)
    assert not await mention(away, person, channel=channel)
    assert {n.kind for n in away.line.told if n.kind == "away"} == set()


@pytest.mark.parametrize(
    "text",
    [
        "mara, where is it?",  # her name alone is no mention
        "@mara @jonas @wei @pia lunch is ready",
        "@mara when did you go home yesterday?",
        "@mara",
    ],
)
async def test_what_asks_nothing_of_her_double_is_offered_nothing(away: StageDoor, text: str) -> None:
    assert not await mention(away, "pia", text)


async def test_an_old_message_and_an_edit_are_offered_nothing(away: StageDoor) -> None:
    message = await away.say("pia", "build", "where is it?")
    await away.edit(message, f"@mara {CACHE_QUESTION}")
    assert not await offers(away, "pia")
    late = await away.event_of(await away.say("wei", "build", "hello"))
    away.clock.advance(timedelta(minutes=11))
    await away.core.pipeline.message_said(replace(late, text="<@mara> where is it?"))
    assert not await offers(away, "wei")


async def test_in_a_channel_that_understudy_left_nothing_is_offered(away: StageDoor) -> None:
    away.line.outside = {"build"}
    assert not await mention(away)


async def test_an_offer_is_one_persons_and_is_taken_once(away: StageDoor) -> None:
    (offer,) = await mention(away)
    assert refused(await away.press("pia", "ask_double", offer.key)) == "too_late"
    await away.press("jonas", "ask_double", offer.key)
    assert refused(await away.press("jonas", "ask_double", offer.key)) == "too_late"
    assert len(await away.drafts_of("mara")) == 1


@pytest.mark.parametrize("end", ["time", "restart", "edit", "delete"])
async def test_an_offer_does_not_outlive_its_message_and_half_an_hour(away: StageDoor, end: str) -> None:
    message = await away.say("jonas", "build", ASKED)
    (offer,) = await offers(away, "jonas")
    match end:
        case "time":
            away.clock.advance(timedelta(minutes=31))
        case "restart":
            await away.restart()
        case "edit":
            await away.edit(message, "never mind")
        case "delete":
            await away.delete(message)
    assert refused(await away.press("jonas", "ask_double", offer.key)) == "too_late"
    assert not await away.drafts_of("mara")
    assert bool(await offers(away, "jonas")) == (end in {"time", "restart"})


async def test_nothing_of_the_message_is_kept_before_the_offer_is_taken(away: StageDoor) -> None:
    await mention(away)
    assert not await away.drafts_of("mara")
    assert CACHE_QUESTION not in " ".join(await away.log_of("mara"))
    assert not await away.holds("jonas")


async def test_the_askers_edit_is_drafted_afresh_and_their_deletion_calls_it_off(away: StageDoor) -> None:
    message = await away.say("jonas", "build", ASKED)
    (offer,) = await offers(away, "jonas")
    await away.press("jonas", "ask_double", offer.key)
    await away.settle()
    message = await away.edit(message, "@mara how often is the build cache emptied?")
    await away.settle()
    draft = await away.draft_at("mara", message)
    assert (draft.state, draft.question) == (DraftState.PENDING, "how often is the build cache emptied?")
    await away.core.pipeline.message_said(replace(await away.event_of(message), revised_at=draft.asked_at))
    assert (await away.draft(draft.id)).state is DraftState.PENDING, "the same told again changes nothing"
    await away.delete(message)
    assert (await away.draft(draft.id)).state is DraftState.WITHDRAWN


async def test_an_edit_that_mentions_her_no_more_calls_it_off(away: StageDoor) -> None:
    message = await away.say("jonas", "build", ASKED)
    (offer,) = await offers(away, "jonas")
    await away.press("jonas", "ask_double", offer.key)
    await away.settle()
    await away.edit(message, "never mind")
    (draft,) = await away.drafts_of("mara")
    assert draft.state is DraftState.WITHDRAWN


async def test_a_status_counts_only_where_the_worker_wants_it(door: StageDoor) -> None:
    await door.join("mara")
    door.line.away = {"mara"}
    assert not await mention(door)
    assert said(await door.press("mara", "save_away", away=False, by_status=True)).startswith("You are away when")
    (offer,) = await mention(door)
    assert offer.text == "Mara Lind is away. Their AI double can look."
    door.line.away = set()
    assert not await mention(door, "pia")
    await door.command("mara", "away off")
    door.line.away = {"mara"}
    assert not await mention(door, "pia")


async def test_the_window_shows_how_it_stands_and_takes_the_change(away: StageDoor) -> None:
    view = shown(await away.command("mara", "away"))
    assert {e.name: e.value for e in view.elements if isinstance(e, Tick)} == {"away": True, "by_status": False}
    (until,) = [e for e in view.elements if isinstance(e, DateField)]
    assert (until.value, until.earliest) == (date(2026, 3, 6), date(2026, 3, 2))
    await away.press("mara", "save_away", away=True, until="2026-03-20", by_status=True)
    page = await away.core.pipeline.home(person_ref("mara"))
    assert any("Mar 20" in e.text for e in page.elements if isinstance(e, Item))


async def test_where_nobody_has_a_status_none_can_be_chosen_to_count(away: StageDoor) -> None:
    away.line.tells_status = False
    view = shown(await away.command("mara", "away"))
    assert [e.name for e in view.elements if isinstance(e, Tick)] == ["away"]
    await away.press("mara", "save_away", away=True, until="2026-03-20")
    assert "Mar 20" in said(await away.command("mara", "away until 2026-03-20"))


@pytest.mark.parametrize(
    "text", ["away until", "away until soon", "away tomorrow", "away off now", "away until 2020-01-01"]
)
async def test_what_is_no_day_is_refused_and_changes_nothing(away: StageDoor, text: str) -> None:
    answer = await away.command("mara", text)
    assert refused(answer) == "bad_value"
    assert (await mention(away))[0].text == OFFER


async def test_a_broken_form_is_refused(away: StageDoor) -> None:
    for values in (
        {"away": "yes"},
        {"away": True, "until": 7},
        {"by_status": 1},
        {"away": True, "until": "2036-01-01"},
    ):
        assert refused(await away.press("mara", "save_away", **values)) == "bad_value"


async def test_without_a_double_there_is_nothing_to_switch_on(door: StageDoor) -> None:
    for text in ("away", "away until Fri", "away off"):
        assert isinstance(await door.command("pia", text), Refusal)
    assert not await door.holds("pia")
