"""The audit chain in one worker's file."""

from __future__ import annotations

import json

from bot.audit import AuditEntry, ChainedEntry, ChainHead, Happening, link, verify
from bot.errors import StoreError
from storage.connection import Connection, Row
from storage.moments import to_moment, to_number
from storage.values import settled_entry

_COLUMNS = "number, happening, at, subject, facts, previous, mac"


class SqlAuditLog:
    """`bot.ports.AuditLog` over SQL."""

    def __init__(self, connection: Connection, key: bytes) -> None:
        self._connection = connection
        self._key = key

    def append(self, entry: AuditEntry) -> ChainedEntry:
        """Link an entry to the chain's end."""
        chained, head = link(self._key, self.head(), settled_entry(entry))
        entry = chained.entry
        self._connection.change(
            f"INSERT INTO audit ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            (
                chained.number,
                entry.happening.value,
                to_number(entry.at),
                entry.subject,
                json.dumps(entry.facts),
                chained.previous,
                chained.mac,
            ),
        )
        sql = "INSERT OR REPLACE INTO audit_head (id, length, mac, seal) VALUES (1, ?, ?, ?)"
        self._connection.change(sql, (head.length, head.mac, head.seal))
        return chained

    def entries(self, subject: str | None = None) -> tuple[ChainedEntry, ...]:
        """Return the entries."""
        try:
            return self._read(subject)
        except ValueError:
            raise StoreError("an audit entry cannot be read: restore the data from a backup", "damaged") from None

    def _read(self, subject: str | None = None) -> tuple[ChainedEntry, ...]:
        where, values = ("", ()) if subject is None else ("WHERE subject = ?", (subject,))
        rows = self._connection.rows(f"SELECT {_COLUMNS} FROM audit {where} ORDER BY number", values)  # noqa: S608
        return tuple(_entry(row) for row in rows)

    def head(self) -> ChainHead | None:
        """Return where the chain ends."""
        row = self._connection.row("SELECT length, mac, seal FROM audit_head")
        return ChainHead(*row) if row else None

    def check(self) -> str | None:
        """Verify the whole chain."""
        try:
            return verify(self._key, self._read(), self.head())
        except ValueError:  # not even JSON any more
            return "altered"

    def key(self) -> bytes:
        """Return the key of this chain."""
        return self._key


def _entry(row: Row) -> ChainedEntry:
    number, happening, at, subject, facts, previous, mac = row
    entry = AuditEntry(Happening(happening), to_moment(at), subject, json.loads(facts))
    return ChainedEntry(number, entry, previous, mac)
