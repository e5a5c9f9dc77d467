"""Going over a whole file: every message of it, in short steps, once – and what was cut short or never there."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace

import pytest

from bot.audit import Happening
from bot.clearing_up import keep_never_learn, name_of_redaction, note_cleared
from bot.clock import TestClock
from bot.compose import Core, compose_core
from bot.consent import Purpose
from bot.drafts import DraftState
from bot.errors import StoreError
from bot.message_log import take_note
from bot.messages import Span
from bot.policy import Policy
from bot.ports import Transaction
from bot.profile.topics import Topic, TopicKind
from bot.refs import WorkerRef
from bot.withholding import BLOCK
from storage.memory import MemoryStore
from tests.unit.small_log import GRANTS, draft, said, source
from tests.unit.small_team import JONAS, MARA, NOON, SmallTeam

pytestmark = pytest.mark.anyio
FOX = Topic("t-fox", TopicKind.WORDS, "fox", NOON)
REGIONS = Policy().phone_regions


class Disk(MemoryStore):
    """A store that counts what it is asked, fails while that is wished, and lets something happen after a reading."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[str] = Counter()
        self.fails = False
        self.after_reading: dict[int, Callable[[], object]] = {}  # by which one it is

    @contextmanager
    def writing(self, worker: WorkerRef) -> Iterator[Transaction]:
        self.asked["writing"] += 1
        if self.fails:
            raise StoreError("a data file is damaged", "damaged")
        with super().writing(worker) as tx:
            yield tx

    @contextmanager
    def reading(self, worker: WorkerRef) -> Iterator[Transaction]:
        self.asked["reading"] += 1
        with super().reading(worker) as tx:
            yield tx
        self.after_reading.pop(self.asked["reading"], bool)()


@asynccontextmanager
async def core_over(disk: Disk) -> AsyncIterator[Core]:
    core = compose_core(disk, TestClock(NOON), Policy(), SmallTeam())
    try:
        yield core
    finally:
        await core.stage.work.idle()
        await core.stage.store.close()


async def learn(core: Core, *texts: str) -> None:
    """Log messages, and let foxes never be learnt from then on: nothing was gone over for that yet."""

    def note(tx: Transaction) -> None:
        tx.consent.add([*GRANTS, replace(GRANTS[0], id="g-answer", purpose=Purpose.ANSWER)])
        for number, text in enumerate(texts):
            take_note(tx, said(number, text), NOON, GRANTS)
        keep_never_learn(tx, FOX, REGIONS, NOON)

    await core.stage.store.enrol_and_run(MARA, note)


async def texts(core: Core) -> list[str]:
    found = await core.stage.store.read(MARA, lambda tx: tx.messages.find(tx.messages.refs(Span())))
    return [message.text for message in found or ()]


async def cleared_by(core: Core) -> str:
    return (await core.stage.store.read(MARA, lambda tx: tx.keepsakes.preferences().cleared_by)) or ""


@pytest.mark.parametrize("count", [0, 1, BLOCK, BLOCK + 1, 2 * BLOCK + 1])
async def test_every_message_that_holds_it_is_cleared_in_short_steps(count: int) -> None:
    disk = Disk()
    async with core_over(disk) as core:
        await learn(core, "The owl is lazy.", *["The fox is lazy."] * count)
        disk.asked.clear()
        assert await core.jobs._clearing.go_over(MARA) == count
        assert await texts(core) == ["The owl is lazy.", *["The ‹removed› is lazy."] * count]
        assert disk.asked["writing"] == -(-count // BLOCK) + 1, "one for each step, and one for the rest"
        changed = await core.stage.store.read(MARA, lambda tx: [c.entry for c in tx.audit.entries("")]) or []
        counts = [entry.facts["messages"] for entry in changed if entry.happening is Happening.CLEARED]
        assert counts == [BLOCK] * (count // BLOCK) + [count % BLOCK] * (count % BLOCK > 0)


async def test_drafts_that_lose_their_words_are_composed_again_whether_by_a_message_or_by_their_own() -> None:
    async with core_over(Disk()) as core:
        await learn(core, "The owl is lazy.", "The fox is lazy.")

        def draw_up(tx: Transaction) -> None:
            (message,) = tx.messages.find([said(1, "").ref])
            tx.drafts.add(draft("d1", DraftState.PENDING, source(message), text="It sleeps."))
            tx.drafts.add(draft("d2", DraftState.PENDING, text="The fox sleeps."))
            tx.drafts.add(draft("d3", DraftState.PENDING, text="It sleeps too."))

        await core.stage.store.run(MARA, draw_up)
        assert await core.jobs._clearing.go_over(MARA) == 1
        await core.stage.work.idle()
        found = await core.stage.store.read(MARA, lambda tx: tx.drafts.in_states(frozenset(DraftState))) or ()
        assert {d.id: (d.state, d.written == "It sleeps too.") for d in found} == {
            "d1": (DraftState.PENDING, False),
            "d2": (DraftState.PENDING, False),
            "d3": (DraftState.PENDING, True),
        }


@pytest.mark.parametrize("by", ["", "0", "zzzz", "an older table"])
async def test_a_file_that_was_gone_over_with_another_redaction_is_due_once(by: str) -> None:
    disk = Disk()
    async with core_over(disk) as core:
        await learn(core, "The fox is lazy.")
        await core.stage.store.run(MARA, lambda tx: note_cleared(tx, by))
        await core.jobs._clearing.finish(MARA)
        assert await texts(core) == ["The ‹removed› is lazy."]
        assert await cleared_by(core) == await core.stage.store.read(MARA, lambda tx: name_of_redaction(tx, REGIONS))
        disk.asked.clear()
        await core.jobs._clearing.finish(MARA)
        assert disk.asked == {"reading": 1}


async def test_a_file_that_is_being_gone_over_is_not_gone_over_beside() -> None:
    disk = Disk()
    async with core_over(disk) as core:
        await learn(core, "The fox is lazy.")
        clearing = core.jobs._clearing
        clearing._under_way.add(MARA)
        await clearing.finish(MARA)
        assert await texts(core) == ["The fox is lazy."]
        clearing._under_way.clear()
        disk.fails = True
        with pytest.raises(StoreError):
            await clearing.finish(MARA)
        disk.fails = False
        await clearing.finish(MARA)
        assert await texts(core) == ["The ‹removed› is lazy."]


async def test_where_nobody_joined_or_the_file_goes_meanwhile_nothing_is_cleared() -> None:
    disk = Disk()
    async with core_over(disk) as core:
        assert await core.jobs._clearing.go_over(JONAS) == 0
        await core.jobs._clearing.finish(JONAS)
        await learn(core, "The fox is lazy.")
        disk.asked.clear()
        disk.after_reading[2] = lambda: disk.erase(MARA)
        assert await core.jobs._clearing.go_over(MARA) == 0
        assert await core.stage.store.workers() == ()
        assert disk.asked["writing"] == 0


async def test_what_is_added_meanwhile_is_due_in_the_next_round() -> None:
    disk = Disk()

    def add() -> None:
        with disk.writing(MARA) as tx:
            assert keep_never_learn(tx, replace(FOX, id="t-owl", text="owl"), REGIONS, NOON)

    async with core_over(disk) as core:
        await learn(core, "The fox is no owl.")
        begun = await core.stage.store.read(MARA, lambda tx: name_of_redaction(tx, REGIONS))
        disk.asked.clear()
        disk.after_reading[1] = add
        assert await core.jobs._clearing.go_over(MARA) == 1
        assert (await texts(core), await cleared_by(core)) == (["The ‹removed› is no owl."], begun)
        await core.jobs._clearing.finish(MARA)
        assert await texts(core) == ["The ‹removed› is no ‹removed›."]
