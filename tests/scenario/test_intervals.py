"""Any life of a consent, by chance: nothing is logged, drafted or read outside its interval; what lapsed is gone."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adapters.web.records import MessageRecord
from adapters.web.stamps import moment_of
from adapters.web.translate import channel_ref, person_ref
from bot.consent import Grant, Purpose
from bot.drafts import OPEN, DraftState
from bot.events import Loss
from bot.messages import Span
from bot.policy import Policy
from bot.ports import Store, Transaction
from storage.memory import MemoryStore
from storage.store import SqliteStore
from tests.promised import Figures, Sized
from tests.scenario.consent_model import Model
from tests.scenario.stage_door import StageDoor, stage_door

CHANNELS = ("build", "general", "leads")
POLICY = Policy(
    drafts_a_day=10_000,
    asks_a_day=10_000,
    profile_after_messages=1,
    profile_cooldown=timedelta(0),
    profile_quiet=timedelta(0),
)
IN_BERLIN = timedelta(hours=3)  # enough for any midnight of Berlin to have come

channels = st.sets(st.sampled_from(CHANNELS), min_size=1)
steps = st.one_of(
    st.tuples(st.just("agree"), channels, st.booleans(), st.booleans(), st.integers(0, 60)),
    st.tuples(st.just("say"), st.sampled_from(CHANNELS)),
    st.tuples(st.just("say"), st.sampled_from(CHANNELS)),
    st.tuples(st.just("edit"), st.integers(0, 5)),
    st.tuples(st.just("ask"), st.sampled_from(CHANNELS)),
    st.sampled_from([("pause",), ("resume",), ("renew",), ("restart",)]),
    st.tuples(st.just("freeze"), st.sampled_from(CHANNELS)),
    st.tuples(st.just("wait"), st.sampled_from([0, 1, 7, 20, 31, 62, 731])),
    st.tuples(st.just("set_back"), st.integers(1, 40)),
)
plans = st.tuples(
    st.tuples(st.just("agree"), channels, st.just(True), st.booleans(), st.integers(1, 60)),
    st.lists(steps, min_size=4, max_size=16),
)


@dataclass
class Play:
    """The house and the model, side by side."""

    door: StageDoor
    model: Model = field(default_factory=Model)
    said: list[tuple[MessageRecord, str, datetime]] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    async def act(self, step: tuple[Any, ...]) -> None:
        """Do one thing in both, let what is due be done, and compare."""
        before = await self._behind()
        if step[0] not in {"wait", "set_back"}:
            self.door.clock.advance(timedelta(minutes=1))
        await getattr(self, f"_{step[0]}")(*step[1:])
        await self.door.settle()
        now = self.door.clock.now()
        self.model.let_time_pass(now)
        await self.door.settle()
        self.done[step[0]] += 1
        await self._compare(before, now)

    async def _agree(self, chosen: set[str], learn: bool, draft: bool, days: int) -> None:
        now = self.door.clock.now()
        until = (now + timedelta(days=days)).date()
        form = {"channels": sorted(chosen), "until": until.isoformat(), "learn": learn, "draft": draft or not learn}
        before = {g.id for g in await self._grants()}
        await self.door.submit_form("mara", **form)
        made = [g for g in await self._grants() if g.id not in before]
        self.model.agree(chosen, learn=learn, draft=draft or not learn, end=made[0].ends_at, now=now)

    async def _say(self, channel: str) -> None:
        words = f"the relay of room {len(self.said)} has {len(self.said)} ports"
        now = self.door.clock.now()
        record = await self.door.say("mara", channel, words)
        said_at = moment_of(record.ts)  # a stamp is later than those before, even where a clock was set back
        self.said.append((record, words, said_at))
        self.model.say(words, channel, said_at, now)

    async def _edit(self, which: int) -> None:
        if not self.said:
            return
        record, words, said_at = self.said[-1 - which % len(self.said)]
        new = f"{words}, now"
        edited = await self.door.edit(record, new)
        self.said[-1 - which % len(self.said)] = (edited, new, said_at)
        self.model.edit(words, new, record.channel, said_at, self.door.clock.now())

    async def _ask(self, channel: str) -> None:
        before = len(await self.door.drafts_of("mara"))
        asker = "jonas"
        await self.door.say(asker, channel, f"@Understudy @mara how many ports has the relay of room {before}?")
        drafted = len(await self.door.drafts_of("mara")) - before
        assert drafted == int(self.model.may_draft(channel, self.door.clock.now())), (
            "drafted outside an answer interval"
        )
        self.done["drafts"] += drafted

    async def _pause(self) -> None:
        await self.door.command("mara", "pause")
        self.model.pause(self.door.clock.now())

    async def _resume(self) -> None:
        await self.door.command("mara", "resume")
        self.model.resume(self.door.clock.now())

    async def _renew(self) -> None:
        last = {g.id for g in await self._grants()}
        await self.door.press("mara", "renew")
        made = [g for g in await self._grants() if g.id not in last]
        if made:
            self.done["renewed"] += 1
        self.model.renew(made[0].ends_at if made else self.door.clock.now(), self.door.clock.now())

    async def _freeze(self, channel: str) -> None:
        await self.door.lose(Loss.LEFT, "mara", channel)
        self.model.freeze(channel, self.door.clock.now())

    async def _wait(self, days: int) -> None:
        self.door.clock.advance(timedelta(days=days, hours=1))

    async def _set_back(self, hours: int) -> None:
        """Let the clock be wrong for a while, during which something is said and asked."""
        right = self.door.clock.now()
        self.door.clock._now = right - timedelta(hours=hours)
        await self.door.settle()
        await self._say("build")
        await self._ask("build")
        self.door.clock._now = right + timedelta(minutes=1)

    async def _restart(self) -> None:
        await self.door.restart()

    async def _grants(self) -> tuple[Grant, ...]:
        return await self.door.core.stage.store.read(person_ref("mara"), lambda tx: tx.consent.all()) or ()

    async def _behind(self) -> frozenset[str]:
        """What the profile has read so far."""
        return await self.door.core.stage.store.read(person_ref("mara"), _read) or frozenset()

    async def _compare(self, before: frozenset[str], now: datetime) -> None:
        assert await self.door.holds("mara") is self.model.is_kept, "kept, or erased, against what was agreed to"
        assert sorted(await self.door.log_of("mara")) == sorted(self.model.log), "the log is not what was agreed to"
        grants = await self._grants()
        for purpose, allowed in ((Purpose.LOG, self.model.learn), (Purpose.ANSWER, self.model.draft)):
            held = {g.channel for g in grants if g.purpose is purpose and g.is_in_force(now)}
            wanted = {channel_ref(c) for c in self.model.channels if allowed and self.model.holds(now)}
            assert held == wanted, f"{purpose.value} holds where it does not, or the other way round"
        if not self.model.may_read(now):
            assert await self._behind() <= before, "the profile read outside its interval"
        for draft in await self.door.drafts_of("mara"):
            is_open = draft.state in OPEN - {DraftState.POSTING}
            assert not is_open or self._may_wait(draft.channel.channel, now), (
                "a draft waits where nothing may be answered"
            )
        self.done["comparisons"] += 1
        self.done["messages in a log"] += len(self.model.log)

    def _may_wait(self, channel: str, now: datetime) -> bool:
        is_resumable = self.model.is_paused and self.model.end is not None and now < self.model.end
        return channel in self.model.channels and self.model.draft and (self.model.is_open(now) or is_resumable)


def _read(tx: Transaction) -> frozenset[str]:
    return frozenset(str(ref) for ref in tx.usage.are_read(tx.messages.refs(Span())))


async def play(make: Callable[[Path], Store], plan: tuple[Any, list[tuple[Any, ...]]], done: Counter[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with stage_door(Path(folder), make(Path(folder) / "double"), POLICY) as door:
            on_the_stage = Play(door, done=done)
            for step in (plan[0], *plan[1]):
                await on_the_stage.act(step)
            done["lives"] += 1


def memory(_folder: Path) -> Store:
    return MemoryStore()


def files(folder: Path) -> Store:
    return SqliteStore(folder, ballast_bytes=4096)


@pytest.mark.promise(2, "lives of a consent by chance, compared step by step with a second account of what it allows")
@pytest.mark.parametrize(("make", "quick", "full"), [(memory, 2, 150), (files, 1, 40)])
def test_nothing_is_kept_drafted_or_read_outside_what_was_agreed_to(
    make: Callable[[Path], Store], quick: int, full: int, sized: Sized, figures: Figures
) -> None:
    done: Counter[str] = Counter()

    @settings(
        max_examples=sized(quick=quick, full=full),
        deadline=None,
        database=None,
        phases=[Phase.generate],  # a plan that fails is short enough to be read as it is
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(plans)
    def holds(plan: tuple[Any, list[tuple[Any, ...]]]) -> None:
        anyio.run(play, make, plan, done)

    holds()
    for name in ("lives", "comparisons", "messages in a log", "drafts", "renewed", "freeze", "set_back"):
        figures(name.replace("_", " "), done[name])
