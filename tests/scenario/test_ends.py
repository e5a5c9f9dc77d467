"""Ends: renewed by one click, slept through, and erased as agreed – whatever the clock does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.web.translate import person_ref
from bot.audit import Happening
from bot.consent import Closure, Purpose
from bot.drafts import DraftState
from bot.views import Button, Facts, Item
from tests.scenario.life_of_a_consent import (
    DAY,
    LAST_MOMENT,
    UNIFORM_NO,
    all_of,
    button,
    grants_of,
    in_force,
    page,
    press,
    recorded,
    told,
)
from tests.scenario.stage_door import CACHE_QUESTION, StageDoor, refused, said, shown

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.promise(2, "renewal, sleep, erasure after the days agreed to, and clocks that jump"),
]


# ---------------------------------------------------------------- renewal


async def test_a_worker_is_told_once_two_weeks_and_once_three_days_before_the_end(door: StageDoor) -> None:
    await door.join("mara")
    await door.advance_to(LAST_MOMENT - 15 * DAY + timedelta(hours=10))
    assert await told(door) == []
    await door.advance_to(LAST_MOMENT - 14 * DAY + timedelta(hours=12))  # in her working hours
    (first,) = await told(door)
    assert (first.text.startswith("Your double is with you until May 26."), first.quiet) == (True, True)
    assert await press(door, Button("dismiss", "", "consent")) is not None
    for _ in range(5):
        await door.advance(days=1)
    assert await told(door) == [first], "the same was told again"
    await door.advance_to(datetime(2026, 5, 25, 8, tzinfo=UTC))  # a Monday: the last three days begin on the weekend
    (last,) = await told(door)
    assert last.at > first.at
    await door.restart()
    await door.advance(hours=1)
    assert await told(door) == [last]


async def test_one_click_renews_the_same_terms_under_the_same_words_to_the_day_that_was_shown(door: StageDoor) -> None:
    await door.join("mara", learn=True, draft=True, channels=["build", "leads"], earlier=True)
    before = await in_force(door)
    await door.advance_to(LAST_MOMENT - 10 * DAY)
    await door.advance(hours=60)
    (notice,) = await told(door)
    renew = button(notice, "renew")
    receipt = shown(await press(door, renew))
    rows = dict(all_of(receipt, Facts)[0].rows)
    assert renew.label == f"Renew until {rows['Until']}"
    after = await in_force(door)
    assert {
        (g.purpose, g.channel, g.covers_from, g.words_hash, g.recipient) for g in after if g.purpose is Purpose.LOG
    } == {(g.purpose, g.channel, g.covers_from, g.words_hash, g.recipient) for g in before if g.purpose is Purpose.LOG}
    assert {(g.purpose, g.channel) for g in after} == {(g.purpose, g.channel) for g in before}
    assert all(g.covers_from == g.given_at for g in after if g.purpose is not Purpose.LOG)
    assert min(g.ends_at for g in after) > LAST_MOMENT
    assert {g.closure for g in await grants_of(door) if g.id in {b.id for b in before}} == {Closure.RENEWED}
    assert (await recorded(door))[-1] is Happening.RENEWED
    await door.advance_to(LAST_MOMENT + DAY)
    await door.say("mara", "build", "said after the old end")
    assert await door.log_of("mara") == ["said after the old end"]
    assert [n for n in await told(door) if "May 26" in n.text] == []


async def test_renewing_is_offered_on_the_page_from_two_weeks_before_the_end_and_not_earlier(door: StageDoor) -> None:
    await door.join("mara")
    assert not [b for i in all_of(await page(door), Item) for b in i.buttons if b.name == "renew"]
    early = shown(await door.press("mara", "renew", until="2026-08-01"))
    assert early.kind == "join", "renewed months before the end, by one click"
    await door.advance_to(LAST_MOMENT - 13 * DAY)
    (renew,) = [b for i in all_of(await page(door), Item) for b in i.buttons if b.name == "renew"]
    assert shown(await press(door, renew)).title == "Renewed"
    assert not [b for i in all_of(await page(door), Item) for b in i.buttons if b.name == "renew"]


async def test_renewing_begins_exactly_two_weeks_before_the_end(door: StageDoor) -> None:
    await door.join("mara")
    until = (LAST_MOMENT + 60 * DAY).date().isoformat()
    await door.advance_to(LAST_MOMENT - 14 * DAY - timedelta(microseconds=1))
    assert shown(await door.press("mara", "renew", until=until)).kind == "join"
    await door.advance_to(LAST_MOMENT - 14 * DAY)
    assert shown(await door.press("mara", "renew", until=until)).title == "Renewed"


async def test_a_pause_is_resumed_and_not_renewed(door: StageDoor) -> None:
    await door.join("mara")
    await door.advance_to(LAST_MOMENT - 5 * DAY)
    await door.command("mara", "pause")
    before = await grants_of(door)
    until = (LAST_MOMENT + 60 * DAY).date().isoformat()
    assert shown(await door.press("mara", "renew", until=until)).kind == "join"
    assert await grants_of(door) == before


@pytest.mark.parametrize("until", ["2026-05-01", "2028-01-01", "tomorrow", 7])
async def test_a_renewal_to_a_wrong_day_is_refused(door: StageDoor, until: object) -> None:
    await door.join("mara")
    await door.advance_to(LAST_MOMENT - 5 * DAY)
    before = await grants_of(door)
    assert refused(await door.press("mara", "renew", until=until)) == "bad_value"
    assert await grants_of(door) == before


async def test_whoever_has_not_joined_renews_nothing(door: StageDoor) -> None:
    assert shown(await door.press("pia", "renew")).kind == "join"
    assert not await door.holds("pia")


async def test_a_consent_of_a_few_days_brings_no_notice_of_two_weeks(door: StageDoor) -> None:
    await door.join("mara", until="2026-03-11")
    await door.advance(hours=1)
    assert await told(door) == []
    await door.advance_to(datetime(2026, 3, 10, 9, tzinfo=UTC))
    assert len(await told(door)) == 1


# ---------------------------------------------------------------- sleep


async def test_after_the_end_the_double_sleeps_and_the_worker_is_told_and_can_renew(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.advance_to(LAST_MOMENT - timedelta(hours=1))
    pending = await door.ask("jonas", "mara", CACHE_QUESTION)
    await door.advance_to(LAST_MOMENT + timedelta(hours=12))
    (notice,) = await told(door)
    assert notice.text.startswith("Your double's time is over.")
    assert "Jun 26" in notice.text
    assert not notice.quiet
    assert [b.name for b in notice.buttons] == ["renew", "export_window", "leave_window"]
    assert (await door.draft(pending)).state is DraftState.EXPIRED
    assert (await door.draft(draft_id)).state is DraftState.EXPIRED
    assert [n for n in await door.notices_of("mara") if n.kind == "announcement"] == []
    await door.say("mara", "build", "said in its sleep")
    await door.say("pia", "build", f"@Understudy @mara {CACHE_QUESTION}")
    assert (await door.notice("pia", "no")).text == UNIFORM_NO
    await door.advance(minutes=1)
    receipt = shown(await press(door, button(notice, "renew")))
    assert await told(door) == []
    assert receipt.title == "Renewed"
    asleep = [m for m in await door.messages() if m.text == "said in its sleep"]
    await door.core.pipeline.message_said(await door.event_of(asleep[0]))
    assert "said in its sleep" not in await door.log_of("mara"), "what was said in its sleep was learnt afterwards"
    await door.say("mara", "build", "awake again")
    assert "awake again" in await door.log_of("mara")
    assert await door.ask("jonas", "mara", CACHE_QUESTION)


async def test_thirty_days_asleep_and_everything_is_erased_with_two_notices_and_a_receipt(kept: StageDoor) -> None:
    await kept.learn_and_ask()
    await kept.advance_to(LAST_MOMENT + timedelta(hours=12))
    (asleep,) = await told(kept)
    await kept.advance(days=10)
    assert await told(kept) == [asleep]
    await kept.advance_to(LAST_MOMENT + 24 * DAY)
    await kept.advance(hours=60)
    (near,) = await told(kept)
    assert near.text.startswith("On Jun 26 everything your double has of you is erased")
    await kept.advance_to(LAST_MOMENT + 30 * DAY - timedelta(seconds=1))
    assert await kept.holds("mara")
    await kept.advance(seconds=1)
    assert not await kept.holds("mara")
    (receipt,) = await told(kept)
    assert receipt.text == (
        "The days for which you let your double be kept are over. "
        "1 message, 1 draft and 0 replies: gone from everything we hold."
    )
    assert (await page(kept)).elements, "the page does not open any more"


async def test_one_purpose_that_ends_stops_alone(door: StageDoor) -> None:
    await door.join("mara")
    await door.say("mara", "build", "known")

    def shorten(tx: Any) -> None:
        (log,) = [g for g in tx.consent.all() if g.purpose is Purpose.LOG]
        tx.consent.close([log.id], door.clock.now(), Closure.CHANGED)
        tx.consent.add([replace(log, id="short", given_at=door.clock.now(), ends_at=door.clock.now() + DAY)])

    await door.core.stage.store.run(person_ref("mara"), shorten)
    await door.advance(days=2)
    await door.say("mara", "build", "not to be learnt")
    assert await door.log_of("mara") == ["known"]
    assert {g.purpose for g in await in_force(door)} == {Purpose.PROFILE, Purpose.ANSWER}
    await door.advance(days=28, hours=20)
    assert await door.log_of("mara") == ["known"]
    await door.advance(days=1)
    assert await door.log_of("mara") == [], "what lapsed was kept for longer than agreed"
    assert await door.holds("mara")
    assert "1 message from where your double has stopped was erased, as you agreed." in [
        n.text for n in await told(door)
    ]


async def test_what_was_agreed_to_under_words_that_were_not_kept_is_kept_as_long_as_is_set_today(
    door: StageDoor,
) -> None:
    """Words are kept since the second version of a file: a grant may be older."""
    await door.join("mara")
    await door.say("mara", "build", "known")

    def age(tx: Any) -> None:
        grants = [g for g in tx.consent.all() if g.is_in_force(door.clock.now())]
        tx.consent.close([g.id for g in grants], door.clock.now(), Closure.CHANGED)
        tx.consent.add([replace(g, id=f"{g.id}_old", words_hash="of long ago") for g in grants])

    await door.core.stage.store.run(person_ref("mara"), age)
    door.clock.advance(LAST_MOMENT + door.policy.asleep - timedelta(seconds=1) - door.clock.now())
    await door.settle()
    assert await door.holds("mara")
    await door.advance(seconds=1)
    assert not await door.holds("mara")


async def test_a_pause_is_no_end_and_one_that_outlives_its_end_sleeps(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.command("mara", "pause")
    await door.advance(hours=1)
    assert (await door.draft(draft_id)).state is DraftState.PENDING
    await door.advance_to(LAST_MOMENT - DAY)
    assert await told(door) == []
    await door.advance_to(LAST_MOMENT + timedelta(hours=12))
    assert said(await door.command("mara", "resume")) == "There is nothing to resume."
    (notice,) = await told(door)
    assert notice.text.startswith("Your double's time is over.")
    await door.advance(days=31)
    assert not await door.holds("mara")


# ---------------------------------------------------------------- clocks


async def test_two_years_forward_at_once_are_one_erasure_and_one_notice(door: StageDoor) -> None:
    await door.learn_and_ask()
    await door.advance(days=731)
    assert not await door.holds("mara")
    assert len(await told(door)) == 1
    await door.advance(days=30)
    assert len(await told(door)) == 1


async def test_a_jump_past_the_end_tells_of_the_sleep_alone(door: StageDoor) -> None:
    await door.join("mara")
    await door.advance_to(LAST_MOMENT + 10 * DAY + timedelta(hours=60))
    (notice,) = await told(door)
    assert notice.text.startswith("Your double's time is over.")


async def test_a_clock_set_back_revives_nothing_and_tells_nothing_twice(door: StageDoor) -> None:
    await door.learn_and_ask()
    await door.advance_to(LAST_MOMENT + timedelta(hours=12))
    (notice,) = await told(door)
    door.clock._now = LAST_MOMENT - 30 * DAY
    await door.settle()
    assert await in_force(door) == []
    await door.say("mara", "build", "said before the end, so the clock says")
    assert len(await door.log_of("mara")) == 1
    await door.say("pia", "build", f"@Understudy @mara {CACHE_QUESTION}")
    assert (await door.notice("pia", "no")).text == UNIFORM_NO
    for _ in range(40):
        await door.advance(days=1)
        assert [n.at for n in await told(door)] == [notice.at]
