"""The control file: which file belongs to whom, and the key to it. Every step is safe to repeat.

It holds keyed references, random file names, wrapped keys, and who each file belongs to, sealed with that file's key.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlcipher3 import dbapi2

from bot.errors import StoreError
from bot.refs import WorkerRef
from storage.connection import Connection, fits_key
from storage.errors import of_sqlite
from storage.keys import MasterKey, new_key, seal_worker, unseal_worker

CONTROL_FILE = "control.db"

_MAKING, _LIVE, _ERASING = "making", "live", "erasing"


@dataclass(frozen=True, slots=True)
class Entry:
    """One worker's file by name, its wrapped key, and its worker, sealed."""

    name: str
    wrapped: bytes
    sealed: bytes


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
            if "files" not in tables.table_names():  # asked first: even a creation that finds nothing to do writes
                columns = {"reference": bytes, "state": str, "name": str, "wrapped": bytes, "sealed": bytes}
                tables.table("files").create(columns, pk="reference", strict=True)
        except dbapi2.Error as error:
            raise of_sqlite(error) from None
        rows = self._connection.rows("SELECT reference, name, wrapped, sealed FROM files WHERE state = ?", (_LIVE,))
        self._entries = {reference: Entry(*rest) for reference, *rest in rows}

    def find(self, worker: WorkerRef) -> Entry | None:
        """Return a worker's entry, if they have a file."""
        return self._entries.get(self._master.reference(worker))

    def key(self, entry: Entry) -> bytes:
        """Unwrap the key to a file."""
        return self._master.unwrap(entry.wrapped)

    def workers(self) -> tuple[WorkerRef, ...]:
        """Return every worker with a file, in the order of their references."""
        return tuple(sorted(unseal_worker(self.key(entry), entry.sealed) for entry in self._entries.values()))

    def begin(self, worker: WorkerRef) -> Entry:
        """Keep name and key of a file about to be made."""
        key = new_key()
        entry = Entry(f"{secrets.token_hex(16)}.db", self._master.wrap(key), seal_worker(key, worker))
        sql = "INSERT INTO files (reference, state, name, wrapped, sealed) VALUES (?, ?, ?, ?, ?)"
        values = (self._master.reference(worker), _MAKING, entry.name, entry.wrapped, entry.sealed)
        self._connection.change(sql, values)
        return entry

    def finish(self, worker: WorkerRef, entry: Entry) -> None:
        """The file is made: from now on the worker has it."""
        reference = self._master.reference(worker)
        self._connection.change("UPDATE files SET state = ? WHERE reference = ?", (_LIVE, reference))
        self._entries[reference] = entry

    def forget(self, worker: WorkerRef) -> None:
        """Take a worker's entry out of memory: nothing opens their file again."""
        self._entries.pop(self._master.reference(worker), None)

    def destroy_key(self, name: str) -> None:
        """Overwrite the key to a file, durably, in the file and in its log.

        Zeros of the same length take the place of the old bytes within the page, so none of them is left in slack.
        """
        sql = """UPDATE files SET state = ?, wrapped = zeroblob(length(wrapped)), sealed = zeroblob(length(sealed))
            WHERE name = ?"""
        self._connection.change(sql, (_ERASING, name))
        self._connection.row("PRAGMA wal_checkpoint(TRUNCATE)")

    def drop(self, name: str) -> None:
        """The file is gone: forget that there was one."""
        self._connection.change("DELETE FROM files WHERE name = ?", (name,))

    def unfinished(self) -> tuple[str, ...]:
        """Return the files whose making or erasing was interrupted."""
        rows = self._connection.rows("SELECT name FROM files WHERE state <> ?", (_LIVE,))
        return tuple(name for (name,) in rows)

    def names(self) -> frozenset[str]:
        """Return the name of every file that is or was meant to be."""
        return frozenset(name for (name,) in self._connection.rows("SELECT name FROM files"))

    def close(self) -> None:
        """Close the control file."""
        self._connection.close()
