"""What comes in between while the platform is spoken to: nothing is posted twice, and nothing comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from adapters.web.translate import person_ref
from bot.audit import Happening
from bot.clock import TestClock
from bot.drafts import DraftState
from bot.erasing import Erasing
from bot.erasure import erase_everything, receipts, unproved
from bot.errors import NotPermitted, StoreError
from bot.events import Loss
from bot.labelling import LabelledReply
from bot.ports import CompactionProof, Posted, Store, Transaction
from bot.refs import MessageRef, ThreadRef, WorkerRef
from bot.shown_answers import ShownAnswers
from bot.views import Notice
from storage.memory import MemoryStore
from tests.scenario.life_of_a_consent import DAY, LAST_MOMENT, in_force
from tests.scenario.shaky_line import ShakyLine
from tests.scenario.stage_door import CACHE_QUESTION, MONDAY, StageDoor, refused, shown, stage_door

pytestmark = pytest.mark.anyio
Deed = Callable[[], Awaitable[object]]


class SlowLine(ShakyLine):
    """A platform that takes its time: something may happen before it answers, once for each kind of question."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, TestClock(MONDAY))
        self.before_answer: dict[str, Deed] = {}
        self.refuses = False

    async def _wait(self, kind: str) -> None:
        if deed := self.before_answer.pop(kind, None):
            await deed()

    async def post(self, reply: LabelledReply) -> MessageRef:
        ref = await super().post(reply)
        await self._wait("post")
        if self.refuses:
            raise NotPermitted("not allowed")
        return ref

    async def posted_in(self, thread: ThreadRef) -> tuple[Posted, ...]:
        posted = await super().posted_in(thread)
        await self._wait("posted_in")
        return posted

    async def retract(self, ref: MessageRef, notice: str | None) -> None:
        await super().retract(ref, notice)
        await self._wait("retract")

    async def tell(self, notice: Notice) -> None:
        await super().tell(notice)
        if not notice.text:
            await self._wait("taken away")


class HastyStore(MemoryStore):
    """A store in which a file goes, when that is wished, between being looked at and being written to."""

    def __init__(self) -> None:
        super().__init__()
        self.goes_after_reading = False

    @contextmanager
    def reading(self, worker: WorkerRef) -> Iterator[Transaction]:
        with super().reading(worker) as tx:
            yield tx
        if self.goes_after_reading:
            self.goes_after_reading = False
            self.erase(worker)


class FailingStore(MemoryStore):
    """A store whose disk fails, while that is wished, in the middle of rewriting a file."""

    def __init__(self) -> None:
        super().__init__()
        self.fails = False

    def compact(self, worker: WorkerRef, *, only_if_due: bool = False) -> CompactionProof | None:
        if self.fails:
            raise StoreError("a data file is damaged", "damaged")
        return super().compact(worker, only_if_due=only_if_due)


@asynccontextmanager
async def opened(folder: Path, store: Store) -> AsyncIterator[tuple[StageDoor, SlowLine]]:
    line = SlowLine(folder / "workspace")
    async with stage_door(folder, store, line=line) as door:
        yield door, line


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[tuple[StageDoor, SlowLine]]:
    async with opened(tmp_path, MemoryStore()) as pair:
        yield pair


@pytest.mark.promise(17, "what comes in between while the platform is spoken to")
async def test_a_post_that_answers_after_it_was_read_back_is_noted_once(house: tuple[StageDoor, SlowLine]) -> None:
    door, line = house
    draft_id = await door.learn_and_ask()
    line.before_answer["post"] = lambda: door.advance(minutes=2)
    await door.approve("mara", draft_id)
    assert (await door.happenings(draft_id)).count(Happening.POSTED) == 1
    assert (len(line.reached), len(await door.replies())) == (1, 1)
    assert [n.kind for n in line.told].count("outcome") == 1


@pytest.mark.promise(17, "what comes in between while the platform is spoken to")
async def test_a_refusal_that_comes_after_it_was_read_back_does_not_undo_it(house: tuple[StageDoor, SlowLine]) -> None:
    door, line = house
    draft_id = await door.learn_and_ask()
    line.before_answer["post"], line.refuses = lambda: door.advance(minutes=2), True
    await door.approve("mara", draft_id)
    assert (await door.draft(draft_id)).state is DraftState.POSTED
    assert Happening.FAILED not in await door.happenings(draft_id)


@pytest.mark.promise(17, "what comes in between while the platform is spoken to")
async def test_a_worker_who_leaves_while_a_thread_is_read_back_is_not_answered_for(
    house: tuple[StageDoor, SlowLine],
) -> None:
    door, line = house
    draft_id = await door.learn_and_ask()
    line.faults = ["before"]
    await door.approve("mara", draft_id)
    line.before_answer["posted_in"] = lambda: door.press("mara", "leave", "leave")
    await door.advance(minutes=2)
    assert not await door.holds("mara")
    assert (line.reached, await door.replies()) == ([], [])


@pytest.mark.promise(3, "leaving while a reply is undone")
async def test_a_worker_who_leaves_while_a_reply_is_undone_finds_nothing_again(
    house: tuple[StageDoor, SlowLine],
) -> None:
    door, line = house
    draft_id = await door.learn_and_ask()
    await door.approve("mara", draft_id)
    line.before_answer["retract"] = lambda: door.press("mara", "leave", "leave")
    assert refused(await door.press("mara", "undo", draft_id)) == "too_late"
    assert not await door.holds("mara")
    assert not await door.replies()


@pytest.mark.promise(3, "a platform that does not answer while its worker leaves")
async def test_a_platform_that_does_not_answer_holds_up_no_leaving_and_the_receipt_says_so(
    house: tuple[StageDoor, SlowLine],
) -> None:
    door, line = house
    await door.approve("mara", await door.learn_and_ask())
    line.is_deaf = True
    receipt = shown(await door.press("mara", "leave", "leave", retract=True))
    assert not await door.holds("mara")
    assert "could not be taken back" in " ".join(str(element) for element in receipt.elements)


async def test_a_worker_who_renews_while_what_lapsed_is_being_erased_stays(house: tuple[StageDoor, SlowLine]) -> None:
    door, line = house
    await door.learn_and_ask()
    door.clock.advance(LAST_MOMENT + 31 * DAY - door.clock.now())
    until = (LAST_MOMENT + 90 * DAY).date().isoformat()
    line.before_answer["taken away"] = lambda: door.press("mara", "renew", until=until)
    await door.settle()
    assert not line.before_answer, "nobody was spoken to"
    assert await door.holds("mara")
    assert await in_force(door)
    assert len(await door.log_of("mara")) == 1
    assert "gone from everything" not in " ".join(n.text for n in line.told)


async def test_a_file_that_nobody_agreed_to_goes_at_the_next_round(house: tuple[StageDoor, SlowLine]) -> None:
    """What a crash between making a file and giving the grants leaves."""
    door, _ = house
    await door.core.stage.store.enrol_and_run(person_ref("mara"), lambda tx: tx.messages.count())
    await door.settle()
    assert not await door.holds("mara")


async def test_a_file_that_goes_while_it_is_looked_at_ends_a_leaving_quietly(tmp_path: Path) -> None:
    store = HastyStore()
    async with opened(tmp_path, store) as (door, line):
        await door.learn_and_ask()
        door.clock.advance(MONDAY.replace(year=2027) - MONDAY)
        store.goes_after_reading = True
        await door.settle()
        assert not await door.holds("mara")
        assert not [n for n in line.told if n.kind == "consent"], "a receipt of what another erased"


async def test_a_click_on_what_was_never_approved_delivers_nothing(house: tuple[StageDoor, SlowLine]) -> None:
    door, line = house
    draft_id = await door.learn_and_ask()
    for word in ("it_is_there", "it_is_not_there", "undo", "retract"):
        assert refused(await door.press("mara", word, draft_id)) in {"too_late", "not_found"}
    await door.ask("pia", "mara", CACHE_QUESTION)
    assert (line.reached, (await door.draft(draft_id)).state) == ([], DraftState.PENDING)


async def test_what_is_not_approved_not_claimed_or_not_posted_is_left_as_it_is(
    house: tuple[StageDoor, SlowLine],
) -> None:
    door, line = house
    draft = await door.draft(await door.learn_and_ask())
    delivery = door.core.jobs._delivery
    assert await delivery.deliver(draft.worker, draft.id) == draft
    assert await delivery.deliver(draft.worker, "d_nobody_knows") is None
    await delivery.read_back(draft.worker, draft.id)
    await delivery.take_away(draft)
    assert (await door.draft(draft.id), line.reached) == (draft, [])


# ---------------------------------------------------------------- erasing and freezing


@pytest.mark.promise(4, "a file that cannot be rewritten: said as it is, proved once it can be")
async def test_an_erasure_whose_file_cannot_be_rewritten_is_never_said_to_be_proved(tmp_path: Path) -> None:
    store = FailingStore()
    async with opened(tmp_path, store) as (door, _):
        await door.learn_and_ask()
        store.fails = True
        with pytest.raises(StoreError):
            await door.press("mara", "forget_everything", "forget")
        assert await door.log_of("mara") == [], "what cannot be proved yet is erased all the same"
        (receipt,) = await door.core.stage.store.read(person_ref("mara"), receipts) or ()
        assert receipt.proof is None
        store.fails = False
        await door.restart()
        (receipt,) = await door.core.stage.store.read(person_ref("mara"), receipts) or ()
        assert receipt.proof is not None


async def test_a_worker_who_leaves_while_their_file_is_to_be_rewritten_leaves_no_file_behind(tmp_path: Path) -> None:
    store, mara = HastyStore(), person_ref("mara")
    async with opened(tmp_path, store) as (door, _):
        await door.learn_and_ask()
        stage = door.core.stage
        await stage.store.run(mara, lambda tx: erase_everything(tx, stage.now(), "e_cut_short"))
        assert await stage.store.read(mara, unproved) == ("e_cut_short",)
        store.goes_after_reading = True
        assert await Erasing(stage, ShownAnswers(stage)).prove(mara)
        assert not await door.holds("mara")


async def test_a_platform_that_shows_nobody_anything_any_more_holds_up_no_freeze(
    house: tuple[StageDoor, SlowLine],
) -> None:
    door, line = house
    draft_id = await door.learn_and_ask()

    async def refuse() -> None:
        raise NotPermitted("the account is gone")

    line.before_answer["taken away"] = refuse
    await door.lose(Loss.DEACTIVATED, "mara")
    assert not line.before_answer, "nothing was to be taken away"
    assert await in_force(door) == []
    assert (await door.draft(draft_id)).state is DraftState.EXPIRED
