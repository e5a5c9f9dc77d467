"""Where async meets sync: the store on its own threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.errors import StoreError
from bot.offload import StoreThreads
from bot.ports import ErasureProof, Transaction
from bot.preferences import Preferences
from bot.refs import PersonRef
from storage.memory import MemoryStore

MARA, JONAS = PersonRef("local", "team", "mara"), PersonRef("local", "team", "jonas")
pytestmark = pytest.mark.anyio


@asynccontextmanager
async def threads(*workers: PersonRef) -> AsyncIterator[StoreThreads]:
    store = MemoryStore()
    for worker in workers:
        store.enrol(worker)
    made = StoreThreads(store)
    try:
        yield made
    finally:
        await made.close()


def mute(tx: Transaction, person: PersonRef = JONAS) -> str:
    preferences = tx.keepsakes.preferences()
    tx.keepsakes.set_preferences(replace(preferences, muted=preferences.muted | {person}))
    return "muted"


def muted(tx: Transaction) -> frozenset[PersonRef]:
    return tx.keepsakes.preferences().muted


async def test_what_was_written_can_be_read() -> None:
    async with threads(MARA) as store:
        assert await store.run(MARA, mute) == "muted"
        assert await store.read(MARA, muted) == frozenset({JONAS})


async def test_a_worker_without_a_file_is_neither_read_nor_written_nor_given_one() -> None:
    async with threads() as store:
        assert await store.run(MARA, mute) is None
        assert await store.read(MARA, muted) is None
        assert await store.compact(MARA) is None
        assert await store.erase(MARA) is None
        assert await store.workers() == ()


async def test_enrolling_makes_the_file_and_keeps_what_is_in_it() -> None:
    async with threads() as store:
        assert await store.enrol_and_run(MARA, mute) == "muted"
        assert await store.enrol_and_run(MARA, muted) == frozenset({JONAS})
        assert await store.workers() == (MARA,)


async def test_a_file_made_for_work_that_fails_goes_again_and_one_that_was_there_stays() -> None:
    def fail(tx: Transaction) -> None:
        mute(tx)
        raise StoreError("no room", "full")

    async with threads(JONAS) as store:
        for worker in (MARA, JONAS):
            with pytest.raises(StoreError, match="no room"):
                await store.enrol_and_run(worker, fail)
        assert await store.workers() == (JONAS,)


async def test_what_is_asked_last_of_all_may_stop_an_erasure() -> None:
    async with threads(MARA) as store:
        assert await store.erase(MARA, lambda tx: bool(muted(tx))) is None
        await store.run(MARA, mute)
        assert await store.erase(MARA, lambda tx: bool(muted(tx))) == ErasureProof()
        assert await store.erase(MARA, lambda _: True) is None


async def test_an_erased_worker_is_gone() -> None:
    async with threads(MARA, JONAS) as store:
        assert await store.erase(MARA) == ErasureProof()
        assert await store.read(MARA, muted) is None
        assert await store.workers() == (JONAS,)


async def test_work_that_fails_leaves_nothing_and_tells_why() -> None:
    def fail(tx: Transaction) -> None:
        mute(tx)
        raise StoreError("the disk is full", "full")

    async with threads(MARA) as store:
        with pytest.raises(StoreError) as caught:
            await store.run(MARA, fail)
        assert caught.value.code == "full"
        assert await store.read(MARA, muted) == frozenset()


async def test_a_failure_to_read_other_than_a_missing_file_is_told() -> None:
    def fail(tx: Transaction) -> None:
        raise StoreError("the file is damaged", "damaged")

    async with threads(MARA) as store:
        with pytest.raises(StoreError):
            await store.read(MARA, fail)


async def test_nothing_can_be_written_while_reading() -> None:
    async with threads(MARA) as store:
        with pytest.raises(StoreError) as caught:
            await store.read(MARA, mute)
        assert caught.value.code == "read_only"


async def test_units_of_work_run_one_after_the_other_in_the_order_they_were_given() -> None:
    people = [PersonRef("local", "team", f"p{number}") for number in range(50)]
    order: list[PersonRef] = []

    def unit(person: PersonRef) -> Callable[[Transaction], None]:
        def work(tx: Transaction) -> None:
            mute(tx, person)
            order.append(person)

        return work

    async with threads(MARA, JONAS) as store:
        units = [store.run((MARA, JONAS)[number % 2], unit(person)) for number, person in enumerate(people)]
        await asyncio.gather(*units)
        assert order == people
        assert await store.read(MARA, muted) == frozenset(people[::2])


async def test_neither_reads_nor_writes_run_on_the_loops_thread_nor_on_one_another() -> None:
    async with threads(MARA) as store:
        here = threading.get_ident()
        writer = await store.run(MARA, lambda tx: threading.get_ident())
        reader = await store.read(MARA, lambda tx: threading.get_ident())
        assert len({here, writer, reader}) == 3


class WatchedStore(MemoryStore):
    """Notes the thread on which its workers are told."""

    def __init__(self) -> None:
        super().__init__()
        self.told_on: list[int] = []

    def workers(self) -> tuple[PersonRef, ...]:
        self.told_on.append(threading.get_ident())
        return super().workers()


async def test_all_that_changes_a_file_runs_on_one_thread_however_much_waits() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(tx: Transaction) -> int:
        begun.set()
        go_on.wait(10)
        return threading.get_ident()

    watched = WatchedStore()
    watched.enrol(MARA)
    store = StoreThreads(watched)
    writing = asyncio.create_task(store.run(MARA, slow))
    assert await asyncio.to_thread(begun.wait, 10)
    telling = asyncio.create_task(store.workers())
    await asyncio.sleep(0)  # it is handed over while the first still runs
    go_on.set()
    await telling
    assert watched.told_on == [await writing]
    await store.close()


async def test_a_long_write_does_not_hold_up_a_read_nor_the_loop() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(tx: Transaction) -> bool:
        mute(tx)
        begun.set()
        return go_on.wait(10)

    async with threads(MARA) as store:
        writing = asyncio.create_task(store.run(MARA, slow))
        try:
            assert await asyncio.to_thread(begun.wait, 10)
            assert await asyncio.wait_for(store.read(MARA, muted), 5) == frozenset()  # uncommitted: not seen
        finally:
            go_on.set()
        assert await writing is True
        assert await store.read(MARA, muted) == frozenset({JONAS})


async def test_compacting_is_done_when_something_was_deleted_or_when_asked() -> None:
    async with threads(MARA) as store:
        assert await store.compact(MARA, only_if_due=True) is None
        proof = await store.compact(MARA)
        assert proof is not None
        assert proof.wal_bytes == 0


async def test_closing_finishes_what_was_begun() -> None:
    done: list[int] = []
    async with threads(MARA) as store:
        begun = asyncio.gather(*(store.run(MARA, lambda tx: done.append(1)) for _ in range(5)))
        await asyncio.sleep(0)  # each is handed to the writer
    await begun
    assert len(done) == 5


async def test_preferences_begin_as_the_defaults() -> None:
    async with threads(MARA) as store:
        assert await store.read(MARA, lambda tx: tx.keepsakes.preferences()) == Preferences()
