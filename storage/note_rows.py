"""The weekly notes in one worker's file: counts and heads of the audit chain, no words."""

from __future__ import annotations

import json

from bot.weekly import KEPT, WeeklyNote
from storage.connection import Connection
from storage.moments import to_moment, to_number

_COLUMNS = "week, at, length, mac, counts"


class SqlNoteRepository:
    """`bot.ports.NoteRepository` over SQL."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[WeeklyNote, ...]:
        """Return the notes that are kept."""
        rows = self._connection.rows(f"SELECT {_COLUMNS} FROM weekly_notes ORDER BY week")  # noqa: S608
        return tuple(
            WeeklyNote(week, to_moment(at), length, mac, json.loads(counts)) for week, at, length, mac, counts in rows
        )

    def keep(self, note: WeeklyNote) -> None:
        """Keep a note."""
        values = (note.week, to_number(note.at), note.length, note.mac, json.dumps(note.counts))
        sql = f"INSERT OR REPLACE INTO weekly_notes ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)"  # noqa: S608
        self._connection.change(sql, values)
        newest = "SELECT week FROM weekly_notes ORDER BY week DESC LIMIT ?"
        self._connection.change(f"DELETE FROM weekly_notes WHERE week NOT IN ({newest})", (KEPT,))  # noqa: S608
