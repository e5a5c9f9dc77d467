"""Access that was lost while nobody told: a worker's platform is asked at the start and once a day."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.audit import Happening
from bot.clock import TestClock
from bot.compose import Core, compose_core, running
from bot.errors import Unreachable
from bot.events import ActionTaken, Command
from bot.platform_ports import Channel, Person
from bot.policy import Policy
from bot.refs import ChannelRef
from bot.views import Answer, Refusal, Text
from storage.memory import MemoryStore
from tests.unit.small_team import BUILD, LEADS, MARA, NOON, SmallTeam

pytestmark = pytest.mark.anyio
POLICY = Policy()


class SilentTeam(SmallTeam):
    """A team whose platform gives no answer while `is_silent`."""

    is_silent = False

    async def channel(self, ref: ChannelRef) -> Channel | None:
        if self.is_silent:
            raise Unreachable("no answer")
        return await super().channel(ref)


@dataclass
class House:
    team: SilentTeam
    core: Core
    clock: TestClock

    async def join(self) -> Answer | Refusal:
        until = (NOON + timedelta(days=80)).date().isoformat()
        values = {"learn": True, "draft": True, "channels": ["build", "leads"], "until": until}
        return await self.core.pipeline.act(ActionTaken(MARA, "consent", "consent", values))

    async def next_day(self) -> None:
        self.clock.advance(timedelta(days=1))
        await self.core.pipeline.settle()

    async def in_force(self) -> set[str]:
        now = self.clock.now()
        grants = await self.core.stage.store.read(MARA, lambda tx: tx.consent.all()) or ()
        return {grant.channel.channel for grant in grants if grant.is_in_force(now)}

    async def frozen(self) -> list[str]:
        entries = await self.core.stage.store.read(MARA, lambda tx: tx.audit.entries()) or ()
        found = [chained.entry for chained in entries if chained.entry.happening is Happening.FROZEN]
        return [str(entry.facts.get("because")) for entry in found]

    def change(self, *, is_active: bool = True, is_guest: bool = False) -> None:
        self.team.people[MARA] = replace(self.team.people[MARA], is_active=is_active, is_guest=is_guest)


@asynccontextmanager
async def house(policy: Policy = POLICY) -> AsyncIterator[House]:
    team, clock = SilentTeam(), TestClock(NOON)
    core = compose_core(MemoryStore(), clock, policy, team)
    async with running(core):
        yield House(team, core, clock)


async def test_who_left_a_channel_unheard_is_frozen_there_and_nowhere_else() -> None:
    async with house() as at:
        await at.join()
        await at.next_day()
        assert await at.in_force() == {"build", "leads"}
        del at.team.channels[LEADS]
        await at.core.pipeline.settle()
        assert await at.in_force() == {"build", "leads"}, "asked more than once a day"
        await at.next_day()
        assert await at.in_force() == {"build"}
        assert await at.frozen() == ["archived"]


async def test_who_is_no_member_any_more_is_frozen() -> None:
    async with house() as at:
        await at.join()
        await at.next_day()
        at.team.strangers.add(MARA)
        await at.next_day()
        assert await at.in_force() == set()
        assert await at.frozen() == ["left", "left"]


@pytest.mark.parametrize("how", ["closed", "gone", "guest"])
async def test_an_account_that_was_closed_or_narrowed_unheard_is_frozen_everywhere(how: str) -> None:
    async with house() as at:
        await at.join()
        await at.next_day()
        if how == "gone":
            del at.team.people[MARA]
        elif how == "closed":
            at.change(is_active=False)
        else:
            at.change(is_guest=True)
        await at.next_day()
        assert await at.in_force() == set()
        assert set(await at.frozen()) == {"restricted" if how == "guest" else "deactivated"}


async def test_a_platform_that_gives_no_answer_freezes_nothing_and_is_asked_again() -> None:
    async with house() as at:
        await at.join()
        await at.next_day()
        del at.team.channels[LEADS]
        at.team.is_silent = True
        await at.next_day()
        assert await at.in_force() == {"build", "leads"}
        at.team.is_silent = False
        await at.core.pipeline.settle()
        assert await at.in_force() == {"build"}


async def test_a_guest_is_told_that_guests_have_no_doubles_and_nothing_is_kept() -> None:
    async with house() as at:
        at.change(is_guest=True)
        refused = await at.join()
        assert isinstance(refused, Refusal)
        assert refused.sentence.startswith("Guests of this workspace cannot have a double here")
        assert not await at.core.stage.store.workers()
        shown = await at.core.pipeline.command(Command(MARA, BUILD, "join"))
        assert isinstance(shown, Answer)
        assert shown.view is not None
        assert [type(element) for element in shown.view.elements] == [Text]
        assert not shown.view.buttons


async def test_guests_have_doubles_where_the_operator_lets_them() -> None:
    async with house(Policy(lets_guests=True)) as at:
        at.change(is_guest=True)
        assert isinstance(await at.join(), Answer)
        await at.next_day()
        assert await at.in_force() == {"build", "leads"}


async def test_nobody_is_asked_about_who_consented_to_nothing() -> None:
    async with house() as at:
        at.team.people[MARA] = Person(MARA, "Mara", "mara", is_active=False)
        await at.next_day()
        assert not await at.core.stage.store.workers()
