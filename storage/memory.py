"""The store that forgets: the same promises as `storage.store`, in memory, for tests and rehearsals.

A transaction works on a copy of the worker's state and puts it in place at its end; what was put in place is never
changed again, so a reader simply keeps what it found.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from bot.errors import StoreError
from bot.ports import CompactionProof, ErasureProof, Transaction
from bot.refs import PersonRef, WorkerRef
from storage.errors import not_enrolled
from storage.memory_state import State
from storage.memory_transaction import MemoryTransaction


class MemoryStore:
    """`bot.ports.Store` in memory."""

    def __init__(self) -> None:
        self._states: dict[WorkerRef, State] = {}
        self._turn = threading.RLock()
        self._writing: set[WorkerRef] = set()
        self._heard: dict[tuple[str, str], datetime] = {}

    def enrol(self, worker: WorkerRef) -> None:
        """Make the worker's room."""
        with self._turn:
            self._states.setdefault(worker, State())

    def holds(self, worker: WorkerRef) -> bool:
        """Whether the worker has a room."""
        return worker in self._states

    def workers(self) -> tuple[WorkerRef, ...]:
        """Return every worker with a room."""
        return tuple(sorted(self._states))

    @contextmanager
    def writing(self, worker: WorkerRef) -> Iterator[Transaction]:
        """Open a transaction."""
        with self._turn:
            state = self._state(worker).copy()
            if worker in self._writing:
                raise StoreError("this worker's data is being written already", "in_use")
            self._writing.add(worker)
            try:
                yield MemoryTransaction(worker, state)
            finally:
                self._writing.discard(worker)
            if worker in self._states:  # not erased within the block
                self._states[worker] = state

    @contextmanager
    def reading(self, worker: WorkerRef) -> Iterator[Transaction]:
        """Open a consistent view."""
        yield MemoryTransaction(worker, self._state(worker), read_only=True)

    def erase(self, worker: WorkerRef) -> ErasureProof | None:
        """Forget the worker."""
        with self._turn:
            return ErasureProof() if self._states.pop(worker, None) is not None else None

    def cover(self, person: PersonRef) -> None:
        """In memory nothing shows who has a room."""

    def look_after(self) -> bool:
        """There is nothing to look after."""
        return False

    def compact(self, worker: WorkerRef, *, only_if_due: bool = False) -> CompactionProof | None:
        """Nothing deleted is left in memory; say so as the other store does."""
        with self._turn:
            state = self._state(worker)
            if only_if_due and not state.is_due:
                return None
            self._states[worker] = state.copy()
            self._states[worker].is_due = False
            return CompactionProof(pages_before=1, pages_after=1, wal_bytes=0)

    def last_heard(self, platform: str, workspace: str) -> datetime | None:
        """Return when a workspace was last heard."""
        return self._heard.get((platform, workspace))

    def note_heard(self, platform: str, workspace: str, at: datetime) -> None:
        """Keep when a workspace was last heard."""
        self._heard[platform, workspace] = at

    def tend_backups(self, now: datetime) -> int:  # noqa: ARG002 - the port's shape
        """There are none of what is kept in memory alone."""
        return 0

    def close(self) -> None:
        """Forget everything."""
        self._states.clear()

    def _state(self, worker: WorkerRef) -> State:
        try:
            return self._states[worker]
        except KeyError:
            raise not_enrolled() from None
