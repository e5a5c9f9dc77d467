"""What the control file remembers for the sake of backups: where they are, and what may not come back from them.

A backup of a file is out of date once something was erased from the file: each erasure counts the file's number up,
and a backup holds the number it was made at. A file is known here by what stands at its front, which is derived from
its key and tells nothing of whose it is; of one that was erased whole that alone is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from storage.connection import Connection
from storage.moments import to_moment, to_number

TABLES: dict[str, dict[str, Any]] = {
    "folders": {"id": str, "path": str},
    "erased": {"id": str},
    "numbers": {"id": str, "number": int},
    "marks": {"name": str, "value": int},
}
_MADE_AT, _HEARD = "made_at", "heard:"


class Ledger:
    """The ledger of one control file, the living one's or a backup's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def folders(self) -> dict[str, Path]:
        """Return the folders that were backed up into and not given up, by the id that stands in each."""
        sql = "SELECT id, path FROM folders WHERE path <> ''"
        return {folder: Path(path) for folder, path in self._connection.rows(sql)}

    def remember(self, folder: str, path: Path) -> None:
        """Remember a folder before anything is put into it."""
        self._connection.change("INSERT OR REPLACE INTO folders (id, path) VALUES (?, ?)", (folder, str(path)))

    def give_up(self, folder: str) -> None:
        """Wait for a folder no longer. That it was there stays known: nothing erased comes back, should it be found."""
        self._connection.change("UPDATE folders SET path = '' WHERE id = ?", (folder,))

    def erased(self) -> frozenset[str]:
        """Return the files that were erased since there were backups."""
        return frozenset(file for (file,) in self._connection.rows("SELECT id FROM erased"))

    def note_erased(self, files: Iterable[str]) -> None:
        """Remember that files were erased; there is no need to before the first backup."""
        if self._has_backups():
            for file in files:
                self._connection.change("INSERT OR IGNORE INTO erased (id) VALUES (?)", (file,))
                self._connection.change("DELETE FROM numbers WHERE id = ?", (file,))

    def numbers(self) -> dict[str, int]:
        """Return how often something was erased from each file since there were backups; 0 where it is left out."""
        return dict(self._connection.rows("SELECT id, number FROM numbers"))

    def count_up(self, file: str) -> None:
        """Let every backup of a file be out of date."""
        if self._has_backups():
            sql = "INSERT INTO numbers (id, number) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET number = number + 1"
            self._connection.change(sql, (file,))

    def made_at(self) -> datetime | None:
        """Return when this control file was written, if it is a backup's."""
        row = self._connection.row("SELECT value FROM marks WHERE name = ?", (_MADE_AT,))
        return datetime.fromtimestamp(row[0], UTC) if row else None

    def adopt(self, other: Ledger, files: Iterable[str], made_at: datetime | None = None) -> None:
        """Take over what another ledger knows of some files, and of all that were erased."""
        numbers, kept = other.numbers(), set(files)
        with self._connection.transaction():
            sql = "INSERT OR IGNORE INTO erased (id) VALUES (?)"
            self._connection.change_many(sql, [(file,) for file in sorted(other.erased())])
            sql = """INSERT INTO numbers (id, number) VALUES (?, ?)
                ON CONFLICT (id) DO UPDATE SET number = max(number, excluded.number)"""
            self._connection.change_many(sql, [(file, numbers[file]) for file in sorted(kept & numbers.keys())])
            if made_at is not None:
                sql = "INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)"
                self._connection.change(sql, (_MADE_AT, int(made_at.timestamp())))

    def adopt_folders(self, other: Ledger) -> None:
        """Take over where the backups are, and which were given up."""
        sql = "INSERT OR REPLACE INTO folders (id, path) VALUES (?, ?)"
        self._connection.change_many(sql, other._connection.rows("SELECT id, path FROM folders"))

    def last_heard(self, place: str) -> datetime | None:
        """Return until when everything said in a workspace has come in."""
        row = self._connection.row("SELECT value FROM marks WHERE name = ?", (_HEARD + place,))
        return to_moment(row[0]) if row else None

    def note_heard(self, place: str, at: datetime) -> None:
        """Keep that moment."""
        sql = "INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)"
        self._connection.change(sql, (_HEARD + place, to_number(at)))

    def adopt_heard(self, other: Ledger) -> None:
        """Take over when each workspace was last heard."""
        sql = "INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)"
        rows = other._connection.rows("SELECT name, value FROM marks WHERE name LIKE ? || '%'", (_HEARD,))
        self._connection.change_many(sql, rows)

    def _has_backups(self) -> bool:
        return self._connection.row("SELECT 1 FROM folders") is not None
