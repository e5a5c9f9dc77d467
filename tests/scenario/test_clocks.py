"""However the clock jumps: what is due is done once, nothing waits for a wrong year, no approval comes back to life."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.audit import Happening
from bot.clock import TestClock
from bot.drafts import OPEN, DraftState
from bot.policy import Policy
from bot.profile.versions import Cause
from storage.memory import MemoryStore
from tests.promised import Figures, Sized
from tests.scenario.profile_stage import seen
from tests.scenario.shaky_line import ShakyLine
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, MONDAY, StageDoor, refused, stage_door

pytestmark = pytest.mark.anyio

POLICY = Policy(profile_after_messages=2, profile_cooldown=timedelta(hours=1), drafts_a_day=99, asks_a_day=99)
DAY, YEAR = timedelta(days=1), timedelta(days=365)
FORWARD = (timedelta(minutes=2), timedelta(minutes=61), timedelta(hours=9), DAY, 3 * DAY)
BACK = (timedelta(minutes=-3), timedelta(hours=-2), -2 * DAY, -YEAR)
ENDS = frozenset({Happening.EXPIRED, Happening.DENIED, Happening.WITHDRAWN, Happening.POSTED})


class LooseClock(TestClock):
    """A clock that somebody sets, forward or back."""

    def jump(self, by: timedelta) -> None:
        self._now += by

    def set(self, moment: datetime) -> None:
        self._now = moment


@asynccontextmanager
async def opened(folder: Path, start: datetime = MONDAY) -> AsyncIterator[tuple[StageDoor, LooseClock]]:
    clock = LooseClock(start)
    line = ShakyLine(folder / "workspace", clock)
    async with stage_door(folder, MemoryStore(), POLICY, line) as door:
        yield door, clock


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[tuple[StageDoor, LooseClock]]:
    async with opened(tmp_path) as pair:
        yield pair


async def live(door: StageDoor, clock: LooseClock, chance: random.Random) -> int:
    """Let people talk, ask and decide while somebody plays with the clock; return how often it was set."""
    latest, jumps = clock.now(), 0
    for number in range(12):
        await door.say("mara", "build", f"The relay number {number} stands in row {chance.randrange(90)}.")
        match chance.randrange(4):
            case 0:
                await door.say("jonas", "build", f"@Understudy @mara {CACHE_QUESTION}")
            case 1:
                clock.jump(chance.choice(BACK))
                jumps += 1
            case _:
                clock.jump(chance.choice(FORWARD))
                jumps += 1
        latest = max(latest, clock.now())
        await (door.restart() if chance.random() < 0.2 else door.settle())
        waiting = [d for d in await door.drafts_of("mara") if d.state is DraftState.PENDING]
        if waiting and chance.random() < 0.4:
            await door.press("mara", chance.choice(("approve", "deny")), waiting[0].id)
    clock.set(latest + 7 * DAY)
    await door.settle()
    return jumps


async def chain_of(door: StageDoor) -> list[tuple[str, Happening]]:
    entries = await seen(door, lambda tx: tx.audit.entries())
    return [(e.entry.subject, e.entry.happening) for e in entries]


@pytest.mark.promise(20, "clocks set forward and back by chance, minutes to a year, with restarts in between")
async def test_whatever_the_clock_does_what_is_due_is_done_once(tmp_path: Path, sized: Sized, figures: Figures) -> None:
    jumps = ended = refreshed = 0
    runs = sized(quick=2, full=150)
    for run in range(runs):
        async with opened(tmp_path / str(run)) as (door, clock):
            await door.join("mara")
            await door.say("mara", "build", CACHE)
            jumps += await live(door, clock, random.Random(run))
            before = await chain_of(door)
            for _ in range(3):
                await door.restart()
                await door.advance(hours=5)
            assert await chain_of(door) == before, f"run {run}: something was done once more"
            drafts = await door.drafts_of("mara")
            assert not [d for d in drafts if d.state in OPEN], f"run {run}: a draft waits for ever"
            ends = Counter(subject for subject, happening in before if happening in ENDS)
            assert set(ends) == {d.id for d in drafts}, f"run {run}: an end is missing"
            assert max(ends.values(), default=1) == 1, f"run {run}: a draft ended twice"
            told = Counter(n.key for n in door.line.told if n.kind == "outcome")
            assert told == Counter(d.id for d in drafts), f"run {run}: told twice, or not at all"
            assert len(door.line.reached) == sum(d.state is DraftState.POSTED for d in drafts)
            versions = await seen(door, lambda tx: tx.profile.versions())
            read = [v.messages for v in versions if v.cause is Cause.REFRESHED]
            assert read == sorted(set(read)), f"run {run}: a refresh found nothing new, or was made twice"
            left = await seen(door, lambda tx: tx.messages.count()) - read[-1]
            assert 0 <= left < POLICY.profile_after_messages, f"run {run}: a message was read twice or passed over"
            ended, refreshed = ended + len(drafts), refreshed + len(versions)
    figures("times the clock was set", jumps)
    figures("drafts that ended, once each", ended)
    figures("refreshes, no message read twice or passed over", refreshed)
    assert ended > runs // 2
    assert refreshed > runs


@pytest.mark.promise(20, "the clock set back: refresh, undo, read-back, approval")
async def test_a_refresh_made_by_a_clock_that_ran_ahead_keeps_none_from_happening(
    house: tuple[StageDoor, LooseClock],
) -> None:
    door, clock = house
    clock.jump(3 * DAY)
    await door.join("mara")
    for text in (CACHE, "The relay stands in row 4."):
        await door.say("mara", "build", text)
    await door.advance(hours=1)
    clock.jump(-3 * DAY)
    await door.join("mara")
    for text in ("The pump stands in row 5.", "The fan stands in row 6."):
        await door.say("mara", "build", text)
    await door.advance(hours=1)
    assert len(await seen(door, lambda tx: tx.profile.versions())) == 2


@pytest.mark.promise(20, "the clock set back: refresh, undo, read-back, approval")
async def test_a_reply_posted_by_a_clock_that_ran_ahead_is_not_undone_and_keeps_no_question(
    house: tuple[StageDoor, LooseClock],
) -> None:
    door, clock = house
    clock.jump(YEAR)
    draft_id = await door.learn_and_ask()
    await door.approve("mara", draft_id)
    clock.jump(-YEAR)
    await door.settle()
    assert refused(await door.press("mara", "undo", draft_id)) == "too_late"
    draft = await door.draft(draft_id)
    assert (draft.state, draft.question, draft.composed) == (DraftState.POSTED, "", "")


@pytest.mark.promise(20, "the clock set back: refresh, undo, read-back, approval")
async def test_a_lost_answer_is_read_back_though_the_clock_was_set_back(
    house: tuple[StageDoor, LooseClock],
) -> None:
    door, clock = house
    draft_id = await door.learn_and_ask()
    door.line.faults = ["after"]
    await door.approve("mara", draft_id)
    clock.jump(-YEAR)
    await door.settle()
    assert (await door.draft(draft_id)).state is DraftState.POSTED
    assert len(door.line.reached) == 1


@pytest.mark.promise(20, "the clock set back: refresh, undo, read-back, approval")
async def test_a_thread_that_stays_unreadable_is_the_workers_to_settle_though_the_clock_was_set_back(
    house: tuple[StageDoor, LooseClock],
) -> None:
    door, clock = house
    draft_id = await door.learn_and_ask()
    door.line.faults, door.line.is_deaf = ["after"], True
    await door.approve("mara", draft_id)
    clock.jump(-DAY)
    await door.settle()
    assert (await door.draft(draft_id)).state is DraftState.UNSURE


@pytest.mark.promise(20, "the clock set back: refresh, undo, read-back, approval")
@pytest.mark.parametrize("by", [timedelta(hours=25), -YEAR])
async def test_an_approval_that_was_not_posted_does_not_outlive_a_jump(
    house: tuple[StageDoor, LooseClock], by: timedelta
) -> None:
    door, clock = house
    draft_id = await door.learn_and_ask()
    door.line.faults, door.line.is_deaf = ["before"], True
    await door.approve("mara", draft_id)
    door.line.is_deaf = False
    clock.jump(by)
    await door.settle()
    assert (await door.draft(draft_id)).state is DraftState.EXPIRED
    clock.set(MONDAY + timedelta(minutes=20))
    await door.restart()
    assert refused(await door.approve("mara", draft_id)) == "too_late"
    assert not await door.replies()


@pytest.mark.promise(20, "a leap of a year")
async def test_a_leap_of_a_year_ends_the_consent_and_erases_what_slept_once(
    house: tuple[StageDoor, LooseClock],
) -> None:
    door, clock = house
    draft_id = await door.learn_and_ask()
    clock.jump(YEAR)
    await door.settle()
    assert refused(await door.approve("mara", draft_id)) in {"not_found", "too_late"}
    assert not await door.holds("mara")
    await door.restart()
    assert [n.text for n in door.line.told if n.kind == "outcome"] == ["No answer this time. Please ask Mara Lind."]
    assert not await door.replies()


@pytest.mark.promise(20, "summer time and winter time")
@pytest.mark.parametrize(
    ("start", "closes"),
    [
        (datetime(2026, 3, 27, 15, 0, tzinfo=UTC), datetime(2026, 3, 31, 16, 0, tzinfo=UTC)),
        (datetime(2026, 10, 23, 15, 0, tzinfo=UTC), datetime(2026, 10, 27, 17, 0, tzinfo=UTC)),
    ],
    ids=["spring", "autumn"],
)
async def test_a_draft_lapses_at_the_workers_closing_time_over_a_change_of_clocks(
    tmp_path: Path, start: datetime, closes: datetime
) -> None:
    async with opened(tmp_path, start) as (door, _):
        draft_id = await door.learn_and_ask()
        assert (await door.draft(draft_id)).lapses_at == closes
        await door.advance_to(closes - timedelta(seconds=1))
        assert (await door.draft(draft_id)).state is DraftState.PENDING
        await door.advance_to(closes)
        assert (await door.draft(draft_id)).state is DraftState.EXPIRED
