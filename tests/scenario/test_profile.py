"""The profile: when it is read, what its worker is told, and what the page shows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.web.translate import channel_ref
from bot.agreement import BEGINNING
from bot.audit import Happening
from bot.messages import Backfill
from bot.profile.claims import ClaimState
from bot.profile.versions import Cause
from bot.settling import awaits_word
from tests.scenario.profile_stage import (
    BUDGET,
    CHAT,
    MARA,
    PREFERENCE,
    RUNBOOK,
    STORES,
    assert_voice_is_fresh,
    button_in,
    buttons_in,
    claims_of,
    learnt,
    nothing_is_read,
    opened,
    page,
    refreshed,
    say_all,
    seen,
    words_in,
)
from tests.scenario.stage_door import StageDoor, refused

pytestmark = pytest.mark.anyio


@pytest.fixture(params=STORES)
async def door(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[StageDoor]:
    async with opened(request.param, tmp_path) as house:
        yield house


# ---------------------------------------------------------------- when it is due


async def test_a_refresh_waits_for_enough_new_messages_and_a_quiet_time(door: StageDoor) -> None:
    await door.join("mara")
    await say_all(door, RUNBOOK, *CHAT[:2])
    await door.advance(hours=1)
    assert await nothing_is_read(door)  # three are too few
    await say_all(door, CHAT[2])
    await door.advance(minutes=14)
    assert await nothing_is_read(door)  # she may still be talking
    await door.advance(minutes=1)
    (version,) = await seen(door, lambda tx: tx.profile.versions())
    assert (version.number, version.cause, version.messages) == (1, Cause.REFRESHED, 4)
    assert (await claims_of(door))[RUNBOOK].state is ClaimState.WAITING


@pytest.mark.promise(20, "a refresh that is due again")
async def test_the_next_refresh_waits_for_the_cool_down_and_reads_only_what_is_new(door: StageDoor) -> None:
    await door.join("mara")
    await say_all(door, RUNBOOK, *CHAT[:3])
    await door.advance(minutes=16)
    await say_all(door, BUDGET, *CHAT[:3])
    await door.advance(hours=11, minutes=40)
    assert len(await seen(door, lambda tx: tx.profile.versions())) == 1
    await door.advance(minutes=30)
    first, second = await seen(door, lambda tx: tx.profile.versions())
    assert (first.messages, second.messages) == (4, 8)
    entries = [e.entry for e in await seen(door, lambda tx: tx.audit.entries())]
    facts = [e.facts for e in entries if e.happening is Happening.REFRESHED]
    assert [(f["version"], f["messages"], f["new"]) for f in facts] == [(1, 4, 1), (2, 4, 1)]


@pytest.mark.promise(20, "a refresh, and a restart")
async def test_nothing_is_read_twice_after_a_restart(door: StageDoor) -> None:
    await learnt(door, RUNBOOK, *CHAT)
    before = await claims_of(door)
    await door.restart()
    await door.advance(hours=13)
    assert await refreshed(door) == "There is nothing new to read."
    assert await claims_of(door) == before
    await assert_voice_is_fresh(door)


async def test_earlier_messages_are_read_when_all_of_them_are_there(door: StageDoor) -> None:
    await say_all(door, RUNBOOK, *CHAT)
    await door.join("mara", earlier=True)
    await door.advance(minutes=16)
    (version,) = await seen(door, lambda tx: tx.profile.versions())
    assert version.messages == 6


async def test_nothing_is_due_while_earlier_messages_are_still_coming_in(door: StageDoor) -> None:
    await door.join("mara")
    await say_all(door, RUNBOOK, *CHAT)
    going_on = Backfill(channel_ref("build"), BEGINNING)
    await door.core.stage.store.run(MARA, lambda tx: tx.keepsakes.put_backfill(going_on))
    await door.advance(minutes=16)
    assert await nothing_is_read(door)
    await door.settle()
    assert not await nothing_is_read(door)


async def test_whoever_did_not_tick_learning_is_never_read(door: StageDoor) -> None:
    await door.join("mara", learn=False)
    await say_all(door, RUNBOOK, *CHAT)
    await door.advance(hours=1)
    assert refused(await door.press("mara", "refresh_profile")) == "not_allowed"
    assert await nothing_is_read(door)
    assert refused(await door.command("pia", "profile refresh")) == "not_allowed"


# ---------------------------------------------------------------- the notice


async def test_one_quiet_notice_says_how_much_there_is_to_look_at_and_nothing_of_what(door: StageDoor) -> None:
    await learnt(door, RUNBOOK, PREFERENCE, *CHAT)
    notice = await door.notice("mara", "profile")
    assert notice.text == "Your double noticed 2 things about you."
    assert notice.quiet
    assert [button.name for button in notice.buttons] == ["profile"]
    view = await page(door)
    await door.press("mara", "keep_claims", **button_in(view, "keep_claims").values)
    assert not [n for n in await door.notices_of("mara") if n.kind == "profile"]


async def test_the_notice_waits_for_the_workers_hours_and_outlives_the_process(door: StageDoor) -> None:
    await door.join("mara")
    await door.advance_to(datetime(2026, 3, 2, 20, 0, tzinfo=UTC))
    await say_all(door, RUNBOOK, *CHAT)
    await door.advance(minutes=16)
    assert RUNBOOK in await claims_of(door)
    assert not [n for n in await door.notices_of("mara") if n.kind == "profile"]
    await door.restart()
    await door.advance_to(datetime(2026, 3, 3, 8, 30, tzinfo=UTC))  # half past nine in Berlin
    assert (await door.notice("mara", "profile")).quiet
    told = len([n for n in door.line.told if n.kind == "profile"])
    await door.restart()
    assert len([n for n in door.line.told if n.kind == "profile"]) == told, "told again after every start"


# ---------------------------------------------------------------- the page


async def test_an_empty_page_says_what_to_do_next(door: StageDoor) -> None:
    assert [b.name for b in buttons_in(await page(door))] == ["join"]
    await door.join("mara", learn=False)
    assert [b.name for b in buttons_in(await page(door))] == ["join", "correct"]
    await door.join("mara")
    assert "appears here first" in words_in(await page(door))
    await say_all(door, RUNBOOK)
    assert "1 is not read yet." in words_in(await page(door))
    assert "refresh_profile" in [b.name for b in buttons_in(await page(door))]


async def test_my_double_says_how_much_waits_and_leads_there(door: StageDoor) -> None:
    await learnt(door, RUNBOOK, *CHAT)
    home = await door.core.pipeline.home(MARA)
    assert "1 thing waits for your word." in words_in(home)
    assert "profile" in [b.name for b in buttons_in(home)]


async def test_no_more_is_asked_at_once_than_can_be_read(door: StageDoor) -> None:
    names = ("amber", "beech", "cedar", "dogwood", "elder", "fir", "gorse", "hazel", "iris", "juniper")
    await learnt(
        door, *(f"The `{name}_worker` settings live in `conf/{name}.toml`, not in the code." for name in names)
    )
    waiting = [claim for claim in (await claims_of(door)).values() if awaits_word(claim)]
    assert len(waiting) == len(names)
    view = await page(door)
    assert sum(b.name == "keep_claim" for b in buttons_in(view)) == 8
    assert "2 more wait" in words_in(view)
    await door.press("mara", "drop_claims", **button_in(view, "drop_claims").values)
    assert sum(awaits_word(claim) for claim in (await claims_of(door)).values()) == 2  # unseen, undecided
