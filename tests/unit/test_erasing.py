"""Erasing on a worker's word: in short steps, with a receipt that is never said to be proved before it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from anyio import to_thread

from bot.drafts import DraftState
from bot.erasing import BLOCK, Erasing
from bot.erasure import Receipt, What, erase_everything, receipts
from bot.errors import StoreError
from bot.events import MessageSaid
from bot.message_log import take_note
from bot.messages import Span
from bot.ports import CompactionProof, Transaction
from bot.profile.topics import Topic, TopicKind
from bot.refs import MessageRef, PersonRef, WorkerRef
from bot.shown_answers import ShownAnswers
from bot.stage import Stage
from storage.memory import MemoryStore
from storage.store import SqliteStore
from tests.small_files import keep_few_small_files
from tests.unit.small_log import GRANTS, claim, draft, log, said, source
from tests.unit.small_team import BUILD, JONAS, LEADS, MARA, NOON, SmallTeam, stage_of

pytestmark = pytest.mark.anyio
PROOF = CompactionProof(pages_before=1, pages_after=1, wal_bytes=0)
WAITING = CompactionProof(9, 7, 0, backups=3, backups_waiting=2)
FOLLOWED = CompactionProof(9, 7, 0, backups=3, backups_followed=2)


class Disk(MemoryStore):
    """A store that counts what it is asked, and refuses it while that is wished."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[str] = Counter()
        self.refuses = ""  # the code with which files are not rewritten
        self.unreadable: set[WorkerRef] = set()
        self.proof = PROOF
        self.out_of_reach = 0

    @contextmanager
    def writing(self, worker: WorkerRef) -> Iterator[Transaction]:
        self.asked["writing"] += 1
        with super().writing(worker) as tx:
            yield tx

    @contextmanager
    def reading(self, worker: WorkerRef) -> Iterator[Transaction]:
        self.asked["reading"] += 1
        if worker in self.unreadable:
            raise StoreError("a data file is damaged", "damaged")
        with super().reading(worker) as tx:
            yield tx

    def compact(self, worker: WorkerRef, *, only_if_due: bool = False) -> CompactionProof | None:
        self.asked["compact"] += 1
        if self.refuses:
            raise StoreError("the file cannot be rewritten", self.refuses)
        return self.proof if super().compact(worker, only_if_due=only_if_due) else None

    def tend_backups(self, now: object) -> int:
        return self.out_of_reach


def erasing_on(stage: Stage) -> Erasing:
    return Erasing(stage, ShownAnswers(stage))


async def learn(stage: Stage, *messages: MessageSaid, worker: PersonRef = MARA) -> None:
    await stage.store.enrol_and_run(worker, lambda tx: [take_note(tx, m, NOON, GRANTS) for m in messages])


async def receipts_of(stage: Stage, worker: PersonRef = MARA) -> tuple[Receipt, ...]:
    return await stage.store.read(worker, receipts) or ()


async def left(stage: Stage) -> list[str]:
    refs = await stage.store.read(MARA, lambda tx: tx.messages.refs(Span())) or ()
    return [ref.stamp for ref in refs]


async def test_what_is_named_goes_and_nothing_else_with_a_receipt_that_is_proved() -> None:
    disk = Disk()
    async with stage_of(SmallTeam(), disk) as stage:
        await learn(stage, said(1, "One."), said(2, "Two."), said(3, "Three."))
        made = [await erasing_on(stage).erase(MARA, What.MESSAGE, [said(n, "").ref]) for n in (3, 1)]
        assert await left(stage) == ["2.0"]
        assert [(r.what, r.at, r.counts["messages"], r.proof) for r in made if r] == [
            (What.MESSAGE, NOON, 1, PROOF)
        ] * 2
        assert list(await receipts_of(stage)) == made[::-1]
        assert disk.asked["compact"] == 2


@pytest.mark.parametrize("count", [1, BLOCK, BLOCK + 1, 3 * BLOCK])
async def test_a_long_log_goes_in_short_steps_and_every_message_of_it(count: int) -> None:
    disk = Disk()
    refs = [MessageRef(BUILD, f"{number}.0") for number in range(count)]
    async with stage_of(SmallTeam(), disk) as stage:
        await learn(stage, said(count - 1, "One."))
        disk.asked.clear()
        receipt = await erasing_on(stage).erase(MARA, What.SELECTION, refs)
        assert receipt is not None
        assert await stage.store.read(MARA, lambda tx: tx.messages.removed()) == tuple(sorted(refs))
        assert disk.asked["writing"] == -(-count // BLOCK) + 1, "one for each step, and one for the proof"


async def test_with_a_topic_goes_what_is_concluded_about_it_and_without_it_stays() -> None:
    async with stage_of(SmallTeam()) as stage:

        def know(tx: Transaction) -> None:
            cache, roses = log(tx, 1, "The cache is cold."), log(tx, 2, "The roses are red.")
            tx.profile.put([claim("c1", "The cache is cold.", roses), claim("c2", "The roses are red.", roses)])
            tx.drafts.add(draft("d1", DraftState.POSTED, source(cache)))

        await stage.store.enrol_and_run(MARA, know)
        topic = Topic("t1", TopicKind.WORDS, "cache", NOON)
        roses = Topic("t2", TopicKind.WORDS, "roses", NOON)
        for refs, about, gone, kept in (
            ([said(1, "").ref], None, 0, ["c1", "c2"]),
            ([said(1, "").ref], topic, 1, ["c2"]),
            ([], roses, 1, []),
        ):
            receipt = await erasing_on(stage).erase(MARA, What.TOPIC, refs, about)
            assert receipt is not None
            assert receipt.counts["claims"] == gone
            assert [c.id for c in await stage.store.read(MARA, lambda tx: tx.profile.claims()) or ()] == kept


async def test_where_nothing_is_named_or_nobody_joined_there_is_no_receipt() -> None:
    disk = Disk()
    async with stage_of(SmallTeam(), disk) as stage:
        await learn(stage, said(1, "One."))
        assert await erasing_on(stage).erase(MARA, What.SELECTION, []) is None
        assert await erasing_on(stage).erase_everything(JONAS) is None
        disk.asked.clear()
        assert await erasing_on(stage).erase(JONAS, What.MESSAGE, [said(1, "").ref]) is None
        assert disk.asked == {"reading": 1}, "where there is no receipt nothing is taken down or proved"
        assert (await left(stage), await receipts_of(stage)) == (["1.0"], ())


@pytest.mark.parametrize("other", ["e_", "e_zz"], ids=["an id before", "an id after"])
async def test_an_erasure_that_comes_in_between_has_a_receipt_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    keep_few_small_files(monkeypatch)

    class Between(SqliteStore):
        is_next = True

        @contextmanager
        def reading(self, worker: WorkerRef) -> Iterator[Transaction]:
            if self.is_next:
                self.is_next = False
                with self.writing(worker) as tx:
                    erase_everything(tx, NOON, other)
            with super().reading(worker) as tx:
                yield tx

    store = await to_thread.run_sync(lambda: Between(tmp_path, ballast_bytes=4096))
    async with stage_of(SmallTeam(), store) as stage:
        await learn(stage, said(1, "One."), said(2, "Two."))
        receipt = await erasing_on(stage).erase(MARA, What.MESSAGE, [said(1, "").ref])
        assert receipt is not None
        assert (receipt.what, receipt.counts["messages"]) == (What.MESSAGE, 1)
        assert [r.id for r in await receipts_of(stage)] == [other, receipt.id]


async def test_everything_goes_and_that_is_proved() -> None:
    async with stage_of(SmallTeam()) as stage:
        await learn(stage, said(1, "One."), said(2, "Two.", LEADS))
        receipt = await erasing_on(stage).erase_everything(MARA)
        assert receipt is not None
        assert (receipt.what, receipt.counts["messages"], receipt.proof) == (What.EVERYTHING, 2, PROOF)
        assert await left(stage) == []


@pytest.mark.parametrize("code", ["in_use", "full"])
async def test_a_file_that_cannot_be_rewritten_now_is_proved_later_and_once(code: str) -> None:
    disk = Disk()
    disk.refuses = code
    async with stage_of(SmallTeam(), disk) as stage:
        await learn(stage, said(1, "One."))
        erasing = erasing_on(stage)
        receipt = await erasing.erase(MARA, What.MESSAGE, [said(1, "").ref])
        assert receipt is not None
        assert (receipt.proof, await left(stage)) == (None, [])
        assert await erasing.prove(MARA) is True
        assert [r.proof for r in await receipts_of(stage)] == [None]
        disk.refuses = ""
        assert await erasing.prove(MARA) is True
        assert [r.proof for r in await receipts_of(stage)] == [PROOF]
        assert await erasing.prove(MARA) is False
        disk.asked.clear()
        assert await erasing.prove(MARA) is False
        assert not disk.asked, "the chain is read once after a start"
        assert await erasing.erase(MARA, What.MESSAGE, [said(1, "").ref]) is not None
        assert [r.proof for r in await receipts_of(stage)] == [PROOF, PROOF]


@pytest.mark.parametrize("code", ["damaged", "store", "read_only"])
async def test_a_file_that_cannot_be_rewritten_at_all_is_no_matter_of_waiting(code: str) -> None:
    disk = Disk()
    disk.refuses = code
    async with stage_of(SmallTeam(), disk) as stage:
        await learn(stage, said(1, "One."))
        with pytest.raises(StoreError, match="cannot be rewritten"):
            await erasing_on(stage).erase(MARA, What.MESSAGE, [said(1, "").ref])
        assert [r.proof for r in await receipts_of(stage)] == [None]


async def test_who_never_joined_has_nothing_to_prove() -> None:
    async with stage_of(SmallTeam(), Disk()) as stage:
        assert await erasing_on(stage).prove(MARA) is False


async def test_receipts_that_wait_for_a_backup_say_once_that_it_followed() -> None:
    disk = Disk()
    async with stage_of(SmallTeam(), disk) as stage:
        erasing, ada = erasing_on(stage), PersonRef("small", "team", "ada")
        for worker in (ada, JONAS, MARA):
            disk.proof = PROOF if worker == JONAS else WAITING
            await learn(stage, worker=worker)
            assert await erasing.erase_everything(worker) is not None
        disk.out_of_reach, disk.unreadable = 1, {ada}
        await erasing.tend_backups()
        assert [r.proof for r in await receipts_of(stage)] == [WAITING]
        disk.out_of_reach = 0
        await erasing.tend_backups()
        disk.unreadable.clear()
        proofs = {worker: [r.proof for r in await receipts_of(stage, worker)] for worker in (ada, JONAS, MARA)}
        assert proofs == {ada: [WAITING], JONAS: [PROOF], MARA: [FOLLOWED]}
        disk.asked.clear()
        await erasing.tend_backups()
        assert disk.asked["writing"] == 1, "ada's alone was still to do"
        assert [r.proof for r in await receipts_of(stage, ada)] == [FOLLOWED]
