"""The one place where async meets sync: a store is used from two threads of its own, never from the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from bot.errors import StoreError
from bot.ports import CompactionProof, ErasureProof, Store, Transaction
from bot.refs import WorkerRef

T = TypeVar("T")


class StoreThreads:
    """Runs units of work on the store: one thread writes, in order; another reads.

    A unit of work is a synchronous function of a `Transaction`. It never touches the network.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="store-reader")

    async def run(self, worker: WorkerRef, work: Callable[[Transaction], T]) -> T | None:
        """Run `work` as one transaction in the worker's file; None if the worker has none."""
        return await self._on(self._writer, lambda: self._write(worker, work))

    async def run_alike(
        self, worker: WorkerRef, work: Callable[[Transaction], T | None], otherwise: Callable[[], object]
    ) -> T | None:
        """As `run`, and as durable and as long where nothing is kept: the worker has no file, or `work` gave None.

        `otherwise` is computed then, for what `work` computes where something is kept.
        """
        return await self._on(self._writer, lambda: self._write_alike(worker, work, otherwise))

    async def read(self, worker: WorkerRef, work: Callable[[Transaction], T]) -> T | None:
        """Run `work` over a consistent view of the worker's file; None if the worker has none."""
        return await self._on(self._reader, lambda: self._read(worker, work))

    async def enrol_and_run(self, worker: WorkerRef, work: Callable[[Transaction], T]) -> T:
        """Make the worker's file if there is none, then run `work` as one transaction in it.

        If that fails, a file made for it goes again: nobody holds a file without having agreed to anything.
        """

        def enrolled() -> T:
            had_one = self._store.holds(worker)
            self._store.enrol(worker)
            try:
                with self._store.writing(worker) as tx:
                    return work(tx)
            except BaseException:
                if not had_one:
                    with suppress(StoreError):
                        self._store.erase(worker)
                raise

        return await self._on(self._writer, enrolled)

    async def workers(self) -> tuple[WorkerRef, ...]:
        """Return every worker with a file."""
        return await self._on(self._writer, self._store.workers)

    async def erase(
        self, worker: WorkerRef, only_if: Callable[[Transaction], bool] | None = None
    ) -> ErasureProof | None:
        """Destroy the worker's file and key; None if there is none, or if `only_if`, asked last of all, says no."""

        def erase() -> ErasureProof | None:
            if only_if is not None and not self._read(worker, only_if):
                return None
            return self._store.erase(worker)

        return await self._on(self._writer, erase)

    async def compact(self, worker: WorkerRef, *, only_if_due: bool = False) -> CompactionProof | None:
        """Rewrite the worker's file without what was deleted; None if there is nothing to do."""

        def compact() -> CompactionProof | None:
            if not self._store.holds(worker):
                return None
            return self._store.compact(worker, only_if_due=only_if_due)

        return await self._on(self._writer, compact)

    async def last_heard(self, platform: str, workspace: str) -> datetime | None:
        """Return until when everything said in a workspace has come in; None where it was never heard."""
        return await self._on(self._writer, lambda: self._store.last_heard(platform, workspace))

    async def note_heard(self, platform: str, workspace: str, at: datetime) -> None:
        """Keep that moment durably."""
        await self._on(self._writer, lambda: self._store.note_heard(platform, workspace, at))

    async def look_after(self) -> None:
        """Keep spare files, one after the other: events in between are not held up."""
        while await self._on(self._writer, self._store.look_after):
            pass

    async def tend_backups(self, now: datetime) -> int:
        """Bring backups up to date that can be reached now; return how many folders of them cannot."""
        return await self._on(self._writer, lambda: self._store.tend_backups(now))

    async def close(self) -> None:
        """Finish what was begun and close the store."""
        await self._on(self._writer, self._store.close)
        self._writer.shutdown()
        self._reader.shutdown()

    def _write(self, worker: WorkerRef, work: Callable[[Transaction], T]) -> T | None:
        if not self._store.holds(worker):
            return None
        with self._store.writing(worker) as tx:
            return work(tx)

    def _write_alike(
        self, worker: WorkerRef, work: Callable[[Transaction], T | None], otherwise: Callable[[], object]
    ) -> T | None:
        if not self._store.holds(worker):
            otherwise()
            self._store.cover(worker)
            return None
        with self._store.writing(worker) as tx:
            done = work(tx)
            if done is None:
                otherwise()
                tx.cover()
            return done

    def _read(self, worker: WorkerRef, work: Callable[[Transaction], T]) -> T | None:
        try:
            with self._store.reading(worker) as tx:
                return work(tx)
        except StoreError as error:
            if error.code == "not_enrolled":  # or erased by the writer a moment ago
                return None
            raise

    @staticmethod
    async def _on(threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(threads, work)
