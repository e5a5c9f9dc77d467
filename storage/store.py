"""The store that keeps: one encrypted SQLite file a worker, and a small control file with their keys."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from bot.errors import StoreError
from bot.ports import CompactionProof, Transaction
from bot.private_files import begin_private_file, keep_folder_private
from bot.refs import WorkerRef
from storage.ballast import BALLAST_BYTES, Ballast
from storage.connection import is_filled, refuse_old_sqlite
from storage.control import CONTROL_FILE, Control, Entry
from storage.errors import INDEX_DAMAGED, not_enrolled, of_system
from storage.keys import find_master_key, sync_folder
from storage.lock import FolderLock
from storage.open_files import OpenFiles
from storage.worker_file import WorkerFile

_OPEN_WRITERS, _WRITERS_CACHE_KIB = 8, 16 << 10
_OPEN_READERS, _READERS_CACHE_KIB = 8, 48 << 10
_GONE = ".gone"


class SqliteStore:
    """`bot.ports.Store` in a folder of its own. Safe from several threads: writers take turns, readers never wait."""

    def __init__(
        self,
        folder: Path,
        master_key: str | None = None,
        *,
        ballast_bytes: int = BALLAST_BYTES,
        to_erase: bool = False,
    ) -> None:
        """Open the folder, making it and its master key at the first start; what was interrupted is finished.

        `to_erase` opens it on a full disk too, by giving up the reserve kept for that. `master_key` is 64 hexadecimal
        digits or base64 of 32 bytes; without it the folder's own `master.key` is used.
        Raises `StoreError`: `in_use`, `wrong_key`, `damaged`, `too_old`, `read_only`, `full`.
        """
        refuse_old_sqlite()
        self._folder = folder
        self._turn = threading.RLock()
        self._writers = OpenFiles(_OPEN_WRITERS, _WRITERS_CACHE_KIB)
        self._readers = OpenFiles(_OPEN_READERS, _READERS_CACHE_KIB)
        self._ballast = Ballast(folder / "ballast", ballast_bytes)
        self._index_is_damaged: set[WorkerRef] = set()
        with ExitStack() as undo:
            self._lock = self._locked()
            undo.callback(self._lock.release)
            self._control = self._opened_with_room(master_key) if to_erase else self._opened(master_key)
            undo.callback(self._control.close)
            self._finish_interrupted()
            with _told():
                self._ballast.restore()
            undo.pop_all()

    def _locked(self) -> FolderLock:
        with _told():
            keep_folder_private(self._folder)
        return FolderLock(self._folder)

    def _opened_with_room(self, given: str | None) -> Control:
        """Open the control file, on a full disk in the room of the reserve."""
        try:
            return self._opened(given)
        except StoreError as error:
            if error.code != "full":
                raise
        self._ballast.note_full()
        self._ballast.make_room()
        return self._opened(given)

    def _opened(self, given: str | None) -> Control:
        with _told():
            # After a crash at the very first start, all there is may stand in the log still.
            is_new = not any(is_filled(self._folder / name) for name in (CONTROL_FILE, f"{CONTROL_FILE}-wal"))
            if is_new and any(self._folder.glob("*.db")):
                sentence = f"{CONTROL_FILE} is missing beside the files it has the keys to: restore it from a backup"
                raise StoreError(sentence, "damaged")
            master = find_master_key(self._folder, given, is_new=is_new)
            self.master_key_was_made = master.was_made
            return Control(self._folder, master)

    def enrol(self, worker: WorkerRef) -> None:
        """Make the worker's file and key."""
        with self._turn:
            if self.holds(worker):
                return
            self._finish_interrupted()  # a file half made or half erased a moment ago, on a full disk, say
            entry = self._control.begin(worker)
            try:
                WorkerFile(self._path(entry.name), self._control.key(entry), make=True).close()
                with _told():
                    sync_folder(self._folder)
                self._control.finish(worker, entry)
            except StoreError:
                with suppress(StoreError):
                    self._erase_file(entry.name)
                raise

    def holds(self, worker: WorkerRef) -> bool:
        """Whether the worker has a file."""
        return self._control.find(worker) is not None

    def workers(self) -> tuple[WorkerRef, ...]:
        """Return every worker with a file."""
        with self._turn:
            return self._control.workers()

    @contextmanager
    def writing(self, worker: WorkerRef) -> Iterator[Transaction]:
        """Open a transaction."""
        with self._turn, self._writer(worker) as file, self._noting(worker):
            self._mend(worker, file)
            with file.writing(worker, self._ballast.make_room) as transaction:
                yield transaction

    @contextmanager
    def reading(self, worker: WorkerRef) -> Iterator[Transaction]:
        """Open a consistent view."""
        entry = self._entry(worker)
        with ExitStack() as stack:
            try:
                file = stack.enter_context(self._readers.lend(entry.name, lambda: self._open_reader(worker, entry)))
                transaction = stack.enter_context(file.reading(worker))
            except StoreError:
                with self._turn:  # an erasure that is under way comes to its end first
                    if self.holds(worker):
                        raise
                raise not_enrolled() from None  # erased by the writer a moment ago
            with self._noting(worker):
                yield transaction

    def erase(self, worker: WorkerRef) -> bool:
        """Unlink the worker's file and destroy its key."""
        with self._turn:
            entry = self._control.find(worker)
            if entry is None:
                return False
            self._writers.discard(entry.name)
            self._readers.discard(entry.name)
            self._erase_file(entry.name)
            self._control.forget(worker)
            return True

    def compact(self, worker: WorkerRef, *, only_if_due: bool = False) -> CompactionProof | None:
        """Rewrite the worker's file."""
        with self._turn, self._writer(worker) as file:
            if only_if_due and not file.is_compaction_due:
                return None
            self._mend(worker, file)
            with self._noting(worker):
                proof = file.compact()
        with _told():
            self._ballast.restore()
        return proof

    def close(self) -> None:
        """Close every file and let another process in."""
        with self._turn:
            self._readers.close()
            self._writers.close()
            self._control.close()
            self._lock.release()

    @contextmanager
    def _noting(self, worker: WorkerRef) -> Iterator[None]:
        """Remember the failures that something can be done about the next time."""
        try:
            yield
        except StoreError as error:
            if error.code == "full":
                self._ballast.note_full()
            if error.code == INDEX_DAMAGED:
                self._index_is_damaged.add(worker)
            raise

    def _mend(self, worker: WorkerRef, file: WorkerFile) -> None:
        if worker in self._index_is_damaged:
            file.rebuild_index(worker)
            self._index_is_damaged.discard(worker)

    def _entry(self, worker: WorkerRef) -> Entry:
        entry = self._control.find(worker)
        if entry is None:
            raise not_enrolled()
        return entry

    @contextmanager
    def _writer(self, worker: WorkerRef) -> Iterator[WorkerFile]:
        entry = self._entry(worker)
        with self._writers.lend(entry.name, lambda: self._open(entry)) as file:
            yield file

    def _open(self, entry: Entry, *, read_only: bool = False) -> WorkerFile:
        with _told():
            return WorkerFile(self._path(entry.name), self._control.key(entry), read_only=read_only)

    def _open_reader(self, worker: WorkerRef, entry: Entry) -> WorkerFile:
        file = self._open(entry, read_only=True)
        try:
            if not file.is_up_to_date:  # an earlier program's, read before anything was written
                with self._turn, self._writer(worker):
                    pass
        except StoreError:
            file.close()
            raise
        return file

    def _path(self, name: str) -> Path:
        return self._folder / name

    def _finish_interrupted(self) -> None:
        with _told():
            emptied = {name for name in self._control.names() if self._path(f"{name}{_GONE}").exists()}
            for name in emptied.union(self._control.unfinished()):
                self._erase_file(name)

    def _erase_file(self, name: str) -> None:
        """Destroy a file and its key, the key first; every step is safe to repeat."""
        with _told():
            try:
                self._control.destroy_key(name)
            except StoreError:
                # A full disk takes not even these few bytes. The file goes first then, which makes room; its emptied
                # remains tell the next start to finish, should the control file still refuse.
                self._empty(name)
                try:
                    self._control.destroy_key(name)
                except StoreError:
                    return
            for path in self._parts(name):
                path.unlink(missing_ok=True)
            sync_folder(self._folder)
            self._control.drop(name)
            self._path(f"{name}{_GONE}").unlink(missing_ok=True)

    def _empty(self, name: str) -> None:
        main, *beside = self._parts(name)
        remains = self._path(f"{name}{_GONE}")
        if main.exists():
            main.rename(remains)
        begin_private_file(remains)
        os.truncate(remains, 0)
        for path in beside:
            path.unlink(missing_ok=True)
        sync_folder(self._folder)

    def _parts(self, name: str) -> tuple[Path, Path, Path]:
        return self._path(name), self._path(f"{name}-wal"), self._path(f"{name}-shm")


@contextmanager
def _told() -> Iterator[None]:
    """Tell a failure of the operating system as the store's own."""
    try:
        yield
    except OSError as error:
        raise of_system(error) from None
