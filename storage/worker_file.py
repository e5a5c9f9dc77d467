"""One worker's file: its transactions, and how it is compacted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.errors import StoreError
from bot.ports import CompactionProof
from bot.refs import WorkerRef
from storage.audit_rows import SqlAuditLog
from storage.channels import Channels
from storage.connection import Connection, fits_key, is_filled
from storage.cover import even_out, is_short, pages_in_use, write_cover
from storage.disk import parts_of, sync_file
from storage.draft_rows import SqlDraftRepository
from storage.grant_rows import SqlConsentRepository
from storage.inner_keys import InnerKeys
from storage.keepsake_rows import SqlKeepsakeRepository
from storage.message_rows import SqlMessageRepository
from storage.migrations import is_up_to_date, migrate
from storage.note_rows import SqlNoteRepository
from storage.profile_rows import SqlProfileRepository
from storage.refused_rows import SqlRefusedRepository
from storage.removal_rows import SqlRemovalLog
from storage.reusable_rows import SqlReusableRepository
from storage.shelves import SqlPassageIndex
from storage.usage_rows import SqlUsageRepository
from storage.vault_rows import SqlVaultRepository
from storage.vector_rows import OpenSigns, SqlVectorIndex

_CHECKPOINT_TRIES, _CHECKPOINT_MILLISECONDS = 3, 200
"""Everybody's writing waits meanwhile, so a reader that stays longer is not waited for: it is done again later."""


class SqlTransaction:
    """`bot.ports.Transaction` over one connection."""

    def __init__(
        self,
        connection: Connection,
        worker: WorkerRef,
        keys: InnerKeys,
        signs: OpenSigns,
        make_room: Callable[[], None],
    ) -> None:
        channels = Channels(connection)
        self._connection = connection
        self.worker = worker
        self.index = SqlPassageIndex(connection, channels)
        self.messages = SqlMessageRepository(connection, worker, channels, self.index, make_room)
        self.consent = SqlConsentRepository(connection, worker, channels)
        self.drafts = SqlDraftRepository(connection, worker)
        self.audit = SqlAuditLog(connection, keys.audit)
        self.keepsakes = SqlKeepsakeRepository(connection, channels)
        self.usage = SqlUsageRepository(connection, channels)
        self.profile = SqlProfileRepository(connection, channels)
        self.reusable = SqlReusableRepository(connection)
        self.removals = SqlRemovalLog(connection, keys.fingerprint)
        self.vault = SqlVaultRepository(connection)
        self.refused = SqlRefusedRepository(connection)
        self.notes = SqlNoteRepository(connection)
        self.vectors = SqlVectorIndex(connection, channels, self.messages, self.index.present, signs)

    def cover(self) -> None:
        """Write as much as a message takes, and keep nothing."""
        write_cover(self._connection)


class WorkerFile:
    """An open connection to a worker's file, for writing or for reading."""

    def __init__(self, path: Path, key: bytes, *, make: bool = False, read_only: bool = False) -> None:
        """Open the file, or make it; one that is missing or was not made with this key is `damaged`."""
        if not make and not is_filled(path):
            raise StoreError("a worker's file is missing or empty: restore the data folder from a backup", "damaged")
        if not fits_key(path, key):
            raise StoreError("a worker's file is damaged at its front: restore it from a backup", "damaged")
        self._path = path
        self._key = key
        self._signs = OpenSigns()
        self._connection = Connection(path, key, make=make, read_only=read_only)
        try:
            if not read_only and migrate(self._connection):
                self._even_out()
            self._inner = InnerKeys(self._connection, key)
        except StoreError:
            self._connection.close()
            raise

    @contextmanager
    def writing(self, worker: WorkerRef, make_room: Callable[[], None]) -> Iterator[SqlTransaction]:
        """Run a block as one durable transaction; `make_room` is called before anything is erased."""
        try:
            with self._connection.transaction():
                transaction = SqlTransaction(self._connection, worker, self._inner, self._signs, make_room)
                yield transaction
                transaction.index.settle()
                is_growing = is_short(self._connection)
        except BaseException:
            self._signs.forget()  # they may hold vectors of this transaction, which never were
            raise
        if is_growing:
            self._even_out()

    @contextmanager
    def reading(self, worker: WorkerRef) -> Iterator[SqlTransaction]:
        """Run a block over one snapshot, taken now."""
        with self._connection.transaction("DEFERRED"):
            self._connection.row("SELECT id FROM upkeep")  # SQLite takes the snapshot at the first read, not at BEGIN
            yield SqlTransaction(self._connection, worker, self._inner, self._signs, lambda: None)

    def _even_out(self) -> None:
        """Take room ahead; on a full disk that is put off, for what was committed before is kept already."""
        with suppress(StoreError):
            even_out(self._connection)

    @property
    def is_up_to_date(self) -> bool:
        """Whether the file has the shape that this program reads; opened for reading alone, it is left as it is."""
        return is_up_to_date(self._connection)

    def rebuild_index(self, worker: WorkerRef) -> None:
        """Make the index anew from the messages."""
        with self.writing(worker, lambda: None) as transaction:
            transaction.index.rebuild()

    @property
    def is_compaction_due(self) -> bool:
        """Whether anything was deleted or replaced since the last compaction."""
        return self._connection.row("SELECT 1 FROM upkeep WHERE compaction_due = 1") is not None

    def compact(self) -> CompactionProof:
        """Rewrite the file and empty its log, so that no deleted word is left in either.

        A contentless index only marks what is deleted: `optimize` rewrites it without, `VACUUM` leaves the old pages
        and the slack within pages behind, and the checkpoint puts the new pages in the old ones' place.
        """
        before = pages_in_use(self._connection)
        for (shelf,) in self._connection.rows("SELECT id FROM shelves WHERE is_due = 1"):
            self._connection.change(f"INSERT INTO shelf_{shelf}(shelf_{shelf}) VALUES ('optimize')")  # noqa: S608
        self._connection.rows("VACUUM")
        after = pages_in_use(self._connection)
        self._even_out()
        self._empty_log()
        # Only now is it done; a crash before this line leaves the file due, and all of it is done again.
        with self._connection.transaction():
            self._connection.change("UPDATE shelves SET is_due = 0 WHERE is_due = 1")
            self._connection.change("UPDATE upkeep SET compaction_due = 0")
        self._empty_log()
        return CompactionProof(before, after, self._log_bytes())

    def _empty_log(self) -> None:
        with self._connection.waiting(_CHECKPOINT_MILLISECONDS):
            for _ in range(_CHECKPOINT_TRIES):
                row = self._connection.row("PRAGMA wal_checkpoint(TRUNCATE)")
                if row is not None and row[0] == 0:
                    return
        raise StoreError("a reader still holds the file, so its log could not be emptied: try again", "in_use")

    def _log_bytes(self) -> int:
        try:
            return self._path.with_name(f"{self._path.name}-wal").stat().st_size
        except FileNotFoundError:
            return 0

    def copy_to(self, path: Path, key: bytes | None = None) -> None:
        """Write the file as it is at this moment to `path`, under another key if one is given; whole, or not at all.

        What is derived from the first key of all goes on: a chain that was begun with it stays sound.
        """
        beside = path.with_name(f"{path.name}.new")
        try:
            self._copy_to(beside, key or self._key)
        except StoreError:
            for part in parts_of(beside):
                part.unlink(missing_ok=True)
            raise
        sync_file(beside)
        beside.replace(path)

    def _copy_to(self, path: Path, key: bytes) -> None:
        copy = Connection(path, key, make=True)
        try:
            self._connection.copy_into(copy)
            if key != self._key:
                self._inner.bequeath(copy)
            copy.row("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            copy.close()

    @property
    def is_sound(self) -> bool:
        """Whether every page of the file is as it was written, and its audit chain too."""
        return self._connection.is_sound() and SqlAuditLog(self._connection, self._inner.audit).check() is None

    def share_cache(self, kib: int) -> None:
        """Bound the page cache."""
        self._connection.share_cache(kib)

    def close(self) -> None:
        """Close the connection, and forget what was read through it."""
        self._signs.forget()
        self._connection.close()


def is_sound(path: Path, key: bytes) -> bool:
    """Whether a worker's file opens with a key and is sound; an earlier program's is given today's shape first."""
    try:
        file = WorkerFile(path, key)
    except StoreError as error:
        if error.code in {"full", "too_old"}:
            raise
        return False
    try:
        return file.is_sound
    finally:
        file.close()
