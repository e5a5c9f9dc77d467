"""A few files kept open: the least recently used is closed first, and one cache is shared out among them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from storage.control import Entry
from storage.worker_file import WorkerFile

_SMALLEST_CACHE_KIB = 2_048


class OpenFiles:
    """Lends out open files. Safe from several threads; each borrower has a connection of its own.

    A file is known by its name and its key together: another one may have the name by now, and is never lent for it.
    """

    def __init__(self, limit: int, cache_kib: int) -> None:
        self._limit = limit
        self._cache_kib = cache_kib
        self._lock = threading.Lock()
        self._idle: OrderedDict[tuple[str, bytes], WorkerFile] = OrderedDict()
        self._lent = 0
        self._discarded: dict[str, int] = {}  # how many times a file of that name was closed for good

    @contextmanager
    def lend(self, entry: Entry, opening: Callable[[], WorkerFile]) -> Iterator[WorkerFile]:
        """Lend a file, opened now if none of its connections is idle."""
        with self._lock:
            self._lent += 1
            file = self._idle.pop((entry.name, entry.wrapped), None)
            age = self._discarded.get(entry.name, 0)
        try:
            file = file or opening()
            file.share_cache(self._share())
            yield file
        finally:
            self._take_back(entry, file, age)

    def _share(self) -> int:
        """The cache of one file, if all that are open had the same."""
        return max(_SMALLEST_CACHE_KIB, self._cache_kib // max(1, self._lent + len(self._idle)))

    def _take_back(self, entry: Entry, file: WorkerFile | None, age: int) -> None:
        known_by = (entry.name, entry.wrapped)
        with self._lock:
            self._lent -= 1
            if file is None:
                return
            if age < self._discarded.get(entry.name, 0) or known_by in self._idle:
                file.close()
                return
            self._idle[known_by] = file
            while len(self._idle) > self._limit:
                self._idle.popitem(last=False)[1].close()
            for idle in self._idle.values():
                idle.share_cache(self._share())

    def discard(self, name: str) -> None:
        """Close what is open under a name for good: what is lent out still is closed when it comes back."""
        with self._lock:
            self._discarded[name] = self._discarded.get(name, 0) + 1
            files = [self._idle.pop(known_by) for known_by in list(self._idle) if known_by[0] == name]
        for file in files:
            file.close()

    def close(self) -> None:
        """Close every idle file."""
        with self._lock:
            while self._idle:
                self._idle.popitem()[1].close()
