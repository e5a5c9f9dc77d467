"""The control file: which file belongs to whom, and the key to it. Every step is safe to repeat.

It holds keyed references, random file names, wrapped keys, and who each file belongs to, sealed with that file's key.
A spare file, which is nobody's yet, has a row of the same size: joining changes one, and adds none. What is remembered
for the sake of backups stands here too (`storage.ledger`). A backup has a control file of its own, of the same shape,
with the keys to the files in it.
"""

from __future__ import annotations

import errno
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from bot.errors import StoreError
from bot.refs import WorkerRef
from storage.connection import Connection, fits_key
from storage.errors import of_sqlite, of_system
from storage.keys import MasterKey, file_salt, is_filled_up, new_key, seal_worker, unseal_worker
from storage.ledger import TABLES, Ledger

CONTROL_FILE = "control.db"

_MAKING, _LIVE, _FREE, _ERASING = "making", "live", "free", "erasing"
_REFERENCE_BYTES = 32
_TABLES: dict[str, dict[str, Any]] = {
    "files": {"reference": bytes, "state": str, "name": str, "wrapped": bytes, "sealed": bytes},
    **TABLES,
}
_INSERT = "INSERT INTO files (reference, state, name, wrapped, sealed) VALUES (?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file by name, its wrapped key, and whose it is, sealed."""

    name: str
    wrapped: bytes
    sealed: bytes


Row = tuple[bytes, str, Entry]
"""A keyed reference, a state, and the entry itself."""


class Control:
    """The open control file, and its living entries by keyed reference, kept in memory."""

    def __init__(self, folder: Path, master: MasterKey) -> None:
        path = folder / CONTROL_FILE
        if not fits_key(path, master.control):
            raise StoreError("the master key does not fit this data folder: give the one it was made with", "wrong_key")
        self._master = master
        self._connection = Connection(path, master.control, make=True)
        try:
            self._prepare()
        except StoreError:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        try:
            tables = self._connection.tables
            missing = _TABLES.keys() - tables.table_names()  # asked first: a creation that has nothing to do writes too
            if missing:
                with self._connection.transaction():
                    for name in sorted(missing):
                        columns = _TABLES[name]
                        tables.table(name).create(columns, pk=next(iter(columns)), strict=True)
        except dbapi2.Error as error:
            raise of_sqlite(error) from None
        self.ledger = Ledger(self._connection)
        sql = "SELECT reference, name, wrapped, sealed FROM files WHERE state = ? ORDER BY name"
        self._entries = {reference: Entry(*rest) for reference, *rest in self._connection.rows(sql, (_LIVE,))}
        self._spares = {name: Entry(name, *rest) for _, name, *rest in self._connection.rows(sql, (_FREE,))}
        for reference, entry in self._entries.items():
            if not is_filled_up(entry.sealed):
                self._fill_up(reference, entry)

    def _fill_up(self, reference: bytes, entry: Entry) -> None:
        """Seal an owner anew that the first versions sealed at its own length; a full disk puts it off."""
        key = self.key(entry)
        sealed = seal_worker(key, unseal_worker(key, entry.sealed))
        with suppress(StoreError):
            self._connection.change("UPDATE files SET sealed = ? WHERE reference = ?", (sealed, reference))
            self._entries[reference] = replace(entry, sealed=sealed)

    def find(self, worker: WorkerRef) -> Entry | None:
        """Return a worker's entry, if they have a file."""
        return self._entries.get(self._master.reference(worker))

    def key(self, entry: Entry) -> bytes:
        """Unwrap the key to a file."""
        return self._master.unwrap(entry.wrapped)

    def workers(self) -> tuple[WorkerRef, ...]:
        """Return every worker with a file, in the order of their references."""
        return tuple(sorted(unseal_worker(self.key(entry), entry.sealed) for entry in self._entries.values()))

    def spares(self) -> tuple[Entry, ...]:
        """Return the files that are nobody's yet, by name."""
        return tuple(self._spares[name] for name in sorted(self._spares))

    def spare(self, name: str) -> Entry:
        """Return the spare file of a name; a `StoreError` (`full`) if it is still to be made."""
        try:
            return self._spares[name]
        except KeyError:
            raise of_system(OSError(errno.ENOSPC, "")) from None

    def count(self) -> int:
        """Return how many files there are, workers' and spare ones."""
        return len(self._entries) + len(self._spares)

    def begin(self, name: str = "") -> Entry:
        """Keep name and key of a spare file about to be made; the name is a random one if none is given."""
        entry = _new_entry(name or f"{secrets.token_hex(16)}.db", self._master)
        self._keep(secrets.token_bytes(_REFERENCE_BYTES), _MAKING, entry)
        return entry

    def begin_again(self, name: str) -> Entry:
        """Keep a new key for a spare file about to be made under the name of one that is gone."""
        entry = _new_entry(name, self._master)
        self._spares.pop(name, None)
        sql = "UPDATE files SET state = ?, wrapped = ?, sealed = ? WHERE name = ?"
        self._connection.change(sql, (_MAKING, entry.wrapped, entry.sealed, name))
        return entry

    def finish(self, entry: Entry) -> None:
        """The file is made, and spare."""
        self._connection.change("UPDATE files SET state = ? WHERE name = ?", (_FREE, entry.name))
        self._spares[entry.name] = entry

    def take(self, worker: WorkerRef, spare: Entry) -> None:
        """From now on a spare file is this worker's: one row changes, and keeps its size."""
        reference = self._master.reference(worker)
        taken = replace(spare, sealed=seal_worker(self.key(spare), worker))
        sql = "UPDATE files SET reference = ?, state = ?, sealed = ? WHERE name = ? AND state = ?"
        self._connection.change(sql, (reference, _LIVE, taken.sealed, spare.name, _FREE))
        self._spares.pop(spare.name, None)
        self._entries[reference] = taken

    def forget(self, worker: WorkerRef) -> None:
        """Take a worker's entry out of memory: nothing opens their file again."""
        self._entries.pop(self._master.reference(worker), None)

    def destroy_key(self, name: str) -> None:
        """Overwrite the key to a file and whose it was, durably, in the control file and in its log.

        As many other bytes take the place of the old ones within the page, so none of them is left in slack.
        """
        sql = """UPDATE files SET state = ?, reference = randomblob(length(reference)),
            wrapped = zeroblob(length(wrapped)), sealed = zeroblob(length(sealed)) WHERE name = ?"""
        gone = [self.id_of(entry) for *_, entry in self.rows().values() if entry.name == name]
        self._spares.pop(name, None)
        with self._connection.transaction():
            self.ledger.note_erased(gone)  # what a backup may hold of it is not to come back
            self._connection.change(sql, (_ERASING, name))
        self._connection.row("PRAGMA wal_checkpoint(TRUNCATE)")

    def id_of(self, entry: Entry) -> str:
        """What a file has at its front, and tells it from every other, one of the same name before it included."""
        return file_salt(self.key(entry)).hex()

    def living(self) -> list[Row]:
        """Return the workers' entries alone."""
        return [(reference, _LIVE, entry) for reference, entry in self._entries.items()]

    def rows(self) -> dict[str, Row]:
        """Return the living entries and the spare ones by name, with the reference and the state of each."""
        living = {entry.name: (reference, state, entry) for reference, state, entry in self.living()}
        return living | {name: (secrets.token_bytes(_REFERENCE_BYTES), _FREE, e) for name, e in self._spares.items()}

    def adopt(self, rows: Iterable[Row]) -> None:
        """Take over entries into a control file that has none."""
        with self._connection.transaction():
            for reference, state, entry in rows:
                self._keep(reference, state, entry)
                if state == _LIVE:
                    self._entries[reference] = entry
                else:
                    self._spares[entry.name] = entry

    def rewrapped(self, master: MasterKey) -> list[Row]:
        """Return the entries as they are under another master key; the files and their keys stay."""
        found: list[Row] = []
        for _, state, entry in self.rows().values():
            key = self.key(entry)
            is_free = state == _FREE
            reference = (
                secrets.token_bytes(_REFERENCE_BYTES) if is_free else master.reference(unseal_worker(key, entry.sealed))
            )
            found.append((reference, state, replace(entry, wrapped=master.wrap(key))))
        return found

    def move(self, old: Entry, new: Entry) -> None:
        """Let a worker's file be the one just made, and destroy the key of the former: in one step, or not at all."""
        reference = next(reference for reference, entry in self._entries.items() if entry == old)
        taken = replace(new, sealed=seal_worker(self.key(new), unseal_worker(self.key(old), old.sealed)))
        with self._connection.transaction():
            self.ledger.note_erased([self.id_of(old)])
            sql = """UPDATE files SET state = ?, reference = randomblob(length(reference)),
                wrapped = zeroblob(length(wrapped)), sealed = zeroblob(length(sealed)) WHERE name = ?"""
            self._connection.change(sql, (_ERASING, old.name))
            sql = "UPDATE files SET reference = ?, state = ?, sealed = ? WHERE name = ?"
            self._connection.change(sql, (reference, _LIVE, taken.sealed, new.name))
        self._connection.row("PRAGMA wal_checkpoint(TRUNCATE)")
        self._entries[reference] = taken

    def _keep(self, reference: bytes, state: str, entry: Entry) -> None:
        self._connection.change(_INSERT, (reference, state, entry.name, entry.wrapped, entry.sealed))

    def drop(self, name: str) -> None:
        """The file is gone: forget that there was one."""
        self._connection.change("DELETE FROM files WHERE name = ?", (name,))

    def unfinished(self) -> tuple[str, ...]:
        """Return the files whose making or erasing was interrupted."""
        rows = self._connection.rows("SELECT name FROM files WHERE state NOT IN (?, ?)", (_LIVE, _FREE))
        return tuple(name for (name,) in rows)

    def names(self) -> frozenset[str]:
        """Return the name of every file that is or was meant to be."""
        return frozenset(name for (name,) in self._connection.rows("SELECT name FROM files"))

    @property
    def is_sound(self) -> bool:
        """Whether every page of the control file is as it was written."""
        return self._connection.is_sound()

    def close(self) -> None:
        """Close the control file."""
        self._connection.close()


def _new_entry(name: str, master: MasterKey) -> Entry:
    key = new_key()
    return Entry(name, master.wrap(key), seal_worker(key, None))
