"""What follows an end or a freeze outside the worker's file: what is taken down, rewritten and told, and to whom."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.agreed_before import Before
from bot.consent import Closure, Grant, Purpose
from bot.drafts import DraftState
from bot.events import AccessLost, Loss
from bot.ports import CompactionProof, Transaction
from bot.refs import ChannelRef, PersonRef, WorkerRef
from bot.reminding import Reminding
from bot.resting import Resting
from bot.shown_answers import Shown, ShownAnswers
from bot.stage import Stage
from bot.telling import CONSENT_KEY
from storage.memory import MemoryStore
from tests.unit.posting_team import APPROVED, House, posting_house
from tests.unit.small_team import BUILD, JONAS, LEADS, MARA, NOON

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)
SHOWN = Shown("r_1", "q_1", JONAS, NOON + 80 * DAY)
PENDING = replace(APPROVED, state=DraftState.PENDING)
GOING_ON = Grant("leads", MARA, Purpose.ANSWER, LEADS, NOON, NOON, NOON + 300 * DAY, "ab" * 32)


@dataclass
class CountingStore(MemoryStore):
    """A store that says whose file was rewritten."""

    compacted: list[WorkerRef] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def compact(self, worker: WorkerRef, *, only_if_due: bool = False) -> CompactionProof | None:
        self.compacted.append(worker)
        return super().compact(worker, only_if_due=only_if_due)


@dataclass
class Rest:
    house: House
    store: CountingStore
    shown: ShownAnswers
    resting: Resting

    async def lose(
        self,
        person: PersonRef | None = None,
        channel: ChannelRef | None = None,
        where: tuple[str, str] = ("small", "team"),
    ) -> None:
        await self.resting.access_lost(AccessLost(*where, Loss.LEFT, person, channel))

    async def closures(self, worker: WorkerRef = MARA) -> list[Closure | None]:
        return [g.closure for g in await self.house.stage.store.read(worker, lambda tx: tx.consent.all()) or ()]

    def told(self) -> list[tuple[PersonRef, str, str]]:
        return [(notice.to, notice.key, notice.text.split(".")[0].split(":")[0]) for notice in self.house.team.told]


def know_the_words(tx: Transaction, stage: Stage) -> None:
    """Let Mara have been told of the words of today."""
    mark = Before(tx, stage.now()).mark_of_today(stage)
    tx.keepsakes.set_preferences(replace(tx.keepsakes.preferences(), told_words=mark))


@asynccontextmanager
async def opened() -> AsyncIterator[Rest]:
    """Mara's double, of which one draft waits and one answer was shown to somebody."""
    store = CountingStore()
    async with posting_house(store) as house:
        shown = ShownAnswers(house.stage)
        resting = Resting(house.stage, house.questions, house.telling, shown, Reminding(house.stage))
        await house.keep(PENDING)
        await house.run(lambda tx: know_the_words(tx, house.stage))
        (await shown._recent(MARA))[SHOWN.key] = SHOWN
        yield Rest(house, store, shown, resting)


async def test_while_all_holds_nothing_is_done_and_nothing_told() -> None:
    async with opened() as rest:
        await rest.resting.look_after(MARA)
        assert (rest.told(), rest.store.compacted, await rest.closures()) == ([], [], [None, None])


async def test_what_is_due_to_be_told_is_told_though_nothing_rests() -> None:
    async with opened() as rest:
        rest.house.advance(88 * DAY)  # a Friday noon, two days before the end
        await rest.resting.look_after(MARA)
        assert [(to, key) for to, key, _ in rest.told()] == [(MARA, CONSENT_KEY)]


async def test_an_end_takes_down_what_was_shown_and_closes_what_waits() -> None:
    async with opened() as rest:
        rest.house.advance(91 * DAY)
        await rest.resting.look_after(MARA)
        assert await rest.closures() == [Closure.ENDED, Closure.ENDED]
        assert (await rest.house.draft()).state is DraftState.EXPIRED
        assert rest.house.questions.worker_of("d_1") == MARA, "its asker hears of it at the deadline"
        assert rest.told() == [
            (MARA, "drafts", ""),
            (JONAS, SHOWN.key, ""),
            (MARA, CONSENT_KEY, "Your double's time is over"),
        ]
        assert rest.store.compacted == []


async def test_an_end_of_one_channel_takes_down_nothing_that_was_shown() -> None:
    async with opened() as rest:
        await rest.house.run(lambda tx: tx.consent.add([GOING_ON]))
        rest.house.advance(91 * DAY)
        await rest.resting.look_after(MARA)
        assert [(to, key) for to, key, _ in rest.told()] == [(MARA, "drafts")]


async def test_an_end_in_a_pause_takes_down_nothing_that_was_shown() -> None:
    async with opened() as rest:
        await rest.house.run(lambda tx: tx.consent.close(["log"], NOON, Closure.CHANGED))
        await rest.house.run(lambda tx: tx.consent.add([replace(GOING_ON, id="x", ends_at=NOON + DAY)]))
        await rest.house.run(lambda tx: tx.consent.close(["answer"], NOON + DAY / 2, Closure.PAUSED))
        rest.house.advance(DAY)
        await rest.resting.look_after(MARA)
        assert await rest.closures() == [Closure.CHANGED, Closure.PAUSED, Closure.ENDED]
        assert (JONAS, SHOWN.key, "") not in rest.told()


async def test_what_was_kept_long_enough_is_erased_from_the_file_and_its_worker_told_of_it() -> None:
    async with opened() as rest:
        await rest.house.run(lambda tx: tx.consent.close(["log"], NOON, Closure.CHANGED))
        rest.house.advance(30 * DAY)
        await rest.resting.look_after(MARA)
        assert await rest.house.log() == []
        assert rest.store.compacted == [MARA]
        (told,) = [text for to, key, text in rest.told() if (to, key) == (MARA, CONSENT_KEY)]
        assert "1 message" in told


async def test_a_lost_channel_is_frozen_and_its_worker_told_of_it_while_others_go_on() -> None:
    async with opened() as rest:
        await rest.house.run(lambda tx: tx.consent.add([GOING_ON]))
        await rest.lose(MARA, BUILD)
        assert await rest.closures() == [Closure.FROZEN, Closure.FROZEN, None]
        assert rest.told() == [(MARA, "drafts", ""), (MARA, CONSENT_KEY, "Your double has stopped in #build")]
        assert rest.store.compacted == []
        await rest.lose(MARA, BUILD)
        assert len(rest.told()) == 2, "the same loss was told twice"


async def test_of_the_last_channel_or_of_all_nothing_is_said_of_others_that_go_on() -> None:
    for channel in (BUILD, None):
        async with opened() as rest:
            await rest.lose(MARA, channel)
            assert await rest.closures() == [Closure.FROZEN, Closure.FROZEN]
            assert rest.told() == [(MARA, "drafts", ""), (JONAS, SHOWN.key, "")]


async def test_of_an_account_nobody_has_nothing_is_said() -> None:
    async with opened() as rest:
        await rest.house.run(lambda tx: tx.consent.add([GOING_ON]))
        await rest.lose(JONAS)
        assert (await rest.closures(), rest.told()) == ([None] * 3, [])


@pytest.mark.parametrize("where", [("another", "team"), ("small", "another")])
async def test_what_is_lost_elsewhere_freezes_nothing_here(where: tuple[str, str]) -> None:
    async with opened() as rest:
        await rest.lose(where=where)
        await rest.lose(MARA, where=where)
        assert (await rest.closures(), rest.told()) == ([None, None], [])


async def test_what_everybody_loses_is_frozen_of_everybody_here() -> None:
    async with opened() as rest:
        far = PersonRef("small", "another", "ada")

        def join(tx: Transaction) -> None:
            tx.consent.add([replace(GOING_ON, worker=tx.worker)])

        for worker in (far, JONAS):
            await rest.house.stage.store.enrol_and_run(worker, join)
        await rest.lose()
        assert await rest.closures() == [Closure.FROZEN, Closure.FROZEN]
        assert await rest.closures(JONAS) == [Closure.FROZEN]
        assert await rest.closures(far) == [None]


async def test_where_no_draft_waits_none_is_said_to_be_gone() -> None:
    async with opened() as rest:
        await rest.house.run(lambda tx: tx.drafts.move(replace(PENDING, state=DraftState.DENIED), PENDING.state, 3))
        await rest.lose(MARA)
        assert rest.told() == [(JONAS, SHOWN.key, "")]


async def test_a_platform_that_is_gone_holds_up_no_freeze() -> None:
    async with opened() as rest:
        rest.house.team.dumb = True
        await rest.lose(MARA)
        assert await rest.closures() == [Closure.FROZEN, Closure.FROZEN]
        assert (await rest.house.draft()).state is DraftState.EXPIRED
