"""The store that keeps: one encrypted SQLite file a worker, and a small control file with their keys."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.errors import StoreError
from bot.ports import CompactionProof, ErasureProof, Transaction
from bot.private_files import keep_folder_private
from bot.refs import PersonRef, WorkerRef
from storage.backups import Backups
from storage.ballast import BALLAST_BYTES, Ballast
from storage.connection import is_filled, refuse_old_sqlite
from storage.control import CONTROL_FILE, Control, Entry
from storage.errors import INDEX_DAMAGED, not_enrolled
from storage.files import Files, told
from storage.keys import find_master_key
from storage.lock import FolderLock
from storage.open_files import OpenFiles
from storage.restoring import finish_restoring
from storage.rotation import next_master, put_control, settle_rotation, write_next
from storage.worker_file import WorkerFile

_OPEN_WRITERS, _WRITERS_CACHE_KIB = 12, 16 << 10
_OPEN_READERS, _READERS_CACHE_KIB = 8, 48 << 10
_COVERING = 4  # of the spare files that are written to for people who have none


class SqliteStore:
    """`bot.ports.Store` in a folder of its own. Safe from several threads: writers take turns, readers never wait."""

    def __init__(
        self,
        folder: Path,
        master_key: str | None = None,
        *,
        ballast_bytes: int = BALLAST_BYTES,
        to_erase: bool = False,
        daily_backups: Path | None = None,
    ) -> None:
        """Open the folder, making it and its master key at the first start; what was interrupted is finished.

        `to_erase` opens it on a full disk too, by giving up the reserve kept for that. `master_key` is 64 hexadecimal
        digits or base64 of 32 bytes; without it the folder's own `master.key` is used. `tend_backups` backs up into
        the folder of `daily_backups` once a day.
        Raises `StoreError`: `in_use`, `wrong_key`, `damaged`, `too_old`, `read_only`, `full`.
        """
        refuse_old_sqlite()
        self._folder = folder
        self._daily_backups = daily_backups
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
            self._begin_with(self._control)
            self._files.finish_interrupted()
            with told():
                self._ballast.restore()
            undo.pop_all()

    def _locked(self) -> FolderLock:
        with told():
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
        with told():
            finish_restoring(self._folder)
            settle_rotation(self._folder)
            # After a crash at the very first start, all there is may stand in the log still.
            is_new = not any(is_filled(self._folder / name) for name in (CONTROL_FILE, f"{CONTROL_FILE}-wal"))
            if is_new and any(self._folder.glob("*.db")):
                sentence = f"{CONTROL_FILE} is missing beside the files it has the keys to: restore it from a backup"
                raise StoreError(sentence, "damaged")
            self._master = find_master_key(self._folder, given, is_new=is_new)
            self.master_key_was_made = self._master.was_made
            return Control(self._folder, self._master)

    def _begin_with(self, control: Control) -> None:
        self._control = control
        self._files = Files(self._folder, control, self._close_for_good)
        self._backups = Backups(self._folder, control, self._master, self._copy)

    def enrol(self, worker: WorkerRef) -> None:
        """Make the worker's file and key."""
        with self._turn:
            if self.holds(worker):
                return
            self._files.finish_interrupted()  # one half made or half erased a moment ago, on a full disk, say
            self._files.give(worker)

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
                file = stack.enter_context(self._readers.lend(entry, lambda: self._open_reader(worker, entry)))
                transaction = stack.enter_context(file.reading(worker))
            except StoreError:
                with self._turn:  # an erasure that is under way comes to its end first
                    if self.holds(worker):
                        raise
                raise not_enrolled() from None  # erased by the writer a moment ago
            with self._noting(worker):
                yield transaction

    def erase(self, worker: WorkerRef) -> ErasureProof | None:
        """Unlink the worker's file and destroy its key."""
        with self._turn:
            entry = self._control.find(worker)
            if entry is None:
                spare = self._files.any_spare()  # so that whoever looks on sees the same done
                if spare is not None:
                    self._files.erase(spare.name)
                    self._backups.bring_up_to_date(spare.name)
                return None
            self._files.erase(entry.name)
            self._control.forget(worker)
            reached = self._backups.bring_up_to_date(entry.name)
            return ErasureProof(reached.replaced, reached.waiting)

    def cover(self, person: PersonRef) -> None:
        """Write to a spare file what a message takes."""
        with self._turn:
            spares = self._control.spares()[:_COVERING]
            if not spares:
                return
            spare = spares[zlib.crc32(str(person).encode("utf-8", "surrogatepass")) % len(spares)]
            with (
                self._noting(person),
                self._writers.lend(spare, lambda: self._files.open(self._files.sound(spare))) as file,
                file.writing(person, self._ballast.make_room) as transaction,
            ):
                transaction.cover()

    def look_after(self) -> bool:
        """Keep spare files, and open one now and then as a worker's is."""
        with self._turn:
            is_wanting = self._files.keep_spares()
            spare = None if is_wanting else self._files.any_spare()
            if spare is not None:
                spare = self._files.sound(spare)
                with self._readers.lend(spare, lambda: self._files.open(spare, read_only=True)):
                    pass
            return is_wanting

    def open_spares(self) -> None:
        """Open every spare file as a worker's is, so that what looks through all files finds the same with anybody."""
        for spare in self._control.spares():
            with self._readers.lend(spare, lambda s=spare: self._files.open(s, read_only=True)):  # type: ignore[misc]
                pass

    def compact(self, worker: WorkerRef, *, only_if_due: bool = False) -> CompactionProof | None:
        """Rewrite the worker's file."""
        with self._turn, self._writer(worker) as file:
            if only_if_due and not file.is_compaction_due:
                return None
            self._mend(worker, file)
            with self._noting(worker):
                entry = self._entry(worker)
                # Before the rewriting: a crash in between replaces a backup once too often.
                self._control.ledger.count_up(self._control.id_of(entry))
                proof = file.compact()
        with self._turn, told():
            self._ballast.restore()
            reached = self._backups.bring_up_to_date(entry.name)
        return replace(proof, backups=reached.replaced, backups_waiting=reached.waiting)

    def back_up(self, folder: Path, now: datetime) -> None:
        """Back everything up into a folder, each file without what was deleted; whole, or not at all."""
        with self._turn:
            for worker in self.workers():
                self.compact(worker, only_if_due=True)
            while self._files.keep_spares():
                pass
            self._backups.make(folder, now)

    def give_up_backups(self, folder: Path) -> None:
        """Wait no longer for the backups in a folder that is gone for good."""
        with self._turn:
            self._backups.give_up(folder)

    def last_heard(self, platform: str, workspace: str) -> datetime | None:
        """Return when a workspace was last heard."""
        with self._turn:
            return self._control.ledger.last_heard(f"{platform}/{workspace}")

    def note_heard(self, platform: str, workspace: str, at: datetime) -> None:
        """Keep when a workspace was last heard."""
        with self._turn:
            self._control.ledger.note_heard(f"{platform}/{workspace}", at)

    def tend_backups(self, now: datetime) -> int:
        """Bring every backup up to date that can be reached, and make the daily one."""
        with self._turn:
            waiting = self._backups.bring_up_to_date(now=now).waiting
            if self._daily_backups is not None and self._backups.is_due(self._daily_backups, now):
                self.back_up(self._daily_backups, now)
            return waiting

    def rotate_keys(self, given: str | None, now: datetime, *, in_file: bool, workers: bool) -> None:
        """Take another master key, and with `workers` another key for each file; backups follow.

        `given` is the next master key as it is written; where the key stands in a file (`in_file`), a random one is
        made without it. Killed at any moment, the folder opens with the old key or with the new one, whole.
        """
        with self._turn, told():
            self._files.finish_interrupted()
            former, master = self._master, next_master(self._master, given, in_file=in_file)
            if workers:
                for *_, entry in self._control.living():
                    self._rekey(entry)
                self._files.rekey_spares()
            write_next(self._folder, self._control, master, in_file=in_file)
            self._control.close()
            put_control(self._folder)
            settle_rotation(self._folder)
            self._master = master
            self._begin_with(Control(self._folder, master))
            if workers:
                self._backups.make_anew(now)
            self._backups.bring_up_to_date(now=now, former=former)

    def _rekey(self, entry: Entry) -> None:
        def copy(path: Path, key: bytes) -> None:
            with self._writers.lend(entry, lambda: self._files.open(entry)) as file:
                file.copy_to(path, key)

        self._files.rekey(entry, copy)

    def _copy(self, name: str, path: Path) -> None:
        """Copy a file as it is at this moment."""
        *_, entry = self._control.rows()[name]
        if entry in self._control.spares():
            self._files.copy(entry, path)
            return
        with self._writers.lend(entry, lambda: self._files.open(entry)) as file:
            file.copy_to(path)

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
        with self._writers.lend(entry, lambda: self._files.open(entry)) as file:
            yield file

    def _open_reader(self, worker: WorkerRef, entry: Entry) -> WorkerFile:
        file = self._files.open(entry, read_only=True)
        try:
            if not file.is_up_to_date:  # an earlier program's, read before anything was written
                with self._turn, self._writer(worker):
                    pass
        except StoreError:
            file.close()
            raise
        return file

    def _close_for_good(self, name: str) -> None:
        self._writers.discard(name)
        self._readers.discard(name)
