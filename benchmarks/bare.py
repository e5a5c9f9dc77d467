"""What every figure stands beside: SQLCipher and FTS5 alone, with the store's pragmas and columns, nothing of ours."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

COLUMNS = "channel, stamp, is_removed, shelf, said_at, revised_at, thread_channel, thread_root, public, grant_id, text"
INSERT_MESSAGE = f"INSERT INTO messages ({COLUMNS}) VALUES (?, ?, 0, 1, ?, ?, NULL, NULL, ?, ?, ?)"
INSERT_WORDS = "INSERT INTO words (rowid, terms) VALUES (?, ?)"
ASK = "SELECT rowid, rank FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?"
Row = tuple[tuple[Any, ...], str]


class BareLog:
    """One encrypted file with the messages' columns, one unique index and one contentless FTS5 table."""

    def __init__(self, path: Path, cache_kib: int = 16 << 10) -> None:
        self._connection = dbapi2.connect(str(path), isolation_level=None, check_same_thread=False)
        self._run(f"PRAGMA key = \"x'{secrets.token_hex(32)}'\"")
        self._run("PRAGMA journal_mode = WAL")
        self._run("PRAGMA synchronous = FULL")
        self._run("PRAGMA secure_delete = ON")
        self._run(f"PRAGMA cache_size = -{cache_kib}")
        self._run(f"CREATE TABLE messages (id INTEGER PRIMARY KEY, {COLUMNS})")
        self._run("CREATE UNIQUE INDEX by_ref ON messages (channel, stamp)")
        self._run("CREATE VIRTUAL TABLE words USING fts5(terms, content='', contentless_delete=1, tokenize='ascii')")

    def insert(self, rows: Iterable[Row]) -> None:
        """Insert rows of values and terms within the transaction that is open."""
        execute = self._connection.execute
        for values, words in rows:
            execute(INSERT_WORDS, (execute(INSERT_MESSAGE, values).lastrowid, words))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit at the end."""
        self._run("BEGIN IMMEDIATE")
        yield
        self._run("COMMIT")

    def ask(self, match: str, limit: int) -> int:
        """Run one full-text query and return how many rows it brought."""
        return len(self._connection.execute(ASK, (match, limit)).fetchall())

    def close(self) -> None:
        self._connection.close()

    def _run(self, sql: str) -> None:
        self._connection.execute(sql).fetchall()
