"""What keeps a file's looks from telling what is in it: room taken ahead in coarse steps, writing that keeps nothing.

A file is a whole number of steps of `STEP_PAGES` pages large. What is not used yet of a step are free pages, zeroed and
encrypted like every other; a file grows by a step before they run out. A worker's file of some hundred messages is
thus as large as one that nobody has joined with.
"""

from __future__ import annotations

import itertools

from storage.connection import Connection

STEP_PAGES = 256
"""One MiB, at SQLite's 4 KiB a page."""

FEWEST_FREE_PAGES = 16
COVER_ROWS = 11
"""About as many pages as one logged message changes: its row, its indexes, and what FTS5 keeps of it.

Of 8, 11 and 14 this one leaves a message told apart least by its time (`python -m benchmarks --only cover`).
"""

_ROW_BYTES = 3_900  # fills a page of 4 KiB, of which SQLCipher keeps 80 bytes for itself
_PAGE_OF_OVERFLOW = 4_012


def write_cover(connection: Connection) -> None:
    """Change as many pages as a logged message does, and keep nothing: the same rows are filled anew by chance."""
    sql = "INSERT OR REPLACE INTO cover (id, body) VALUES (?, randomblob(?))"
    connection.change_many(sql, [(row, _ROW_BYTES) for row in range(1, COVER_ROWS + 1)])


def is_short(connection: Connection) -> bool:
    """Whether the room that was taken ahead is nearly used up."""
    return _number(connection, "freelist_count") < FEWEST_FREE_PAGES


def pages_in_use(connection: Connection) -> int:
    """Return how many pages hold anything."""
    return _number(connection, "page_count") - _number(connection, "freelist_count")


def even_out(connection: Connection) -> None:
    """Take room ahead, up to a whole number of steps: pages are filled with zeros, and freed again."""
    pages, free = _number(connection, "page_count"), _number(connection, "freelist_count")
    if pages % STEP_PAGES == 0 and free >= FEWEST_FREE_PAGES:
        return
    wanted = -(-max(pages, pages - free + FEWEST_FREE_PAGES) // STEP_PAGES) * STEP_PAGES
    rows = itertools.count(COVER_ROWS + 1)
    filling = "INSERT INTO cover (id, body) VALUES (?, zeroblob(?))"
    with connection.transaction():
        most = free + wanted - pages - 3
        if most > 0:
            connection.change(filling, (next(rows), most * _PAGE_OF_OVERFLOW))
        while (pages := _number(connection, "page_count")) < wanted or pages % STEP_PAGES:
            connection.change(filling, (next(rows), _ROW_BYTES))
        connection.change("DELETE FROM cover WHERE id > ?", (COVER_ROWS,))


def _number(connection: Connection, pragma: str) -> int:
    row = connection.row(f"PRAGMA {pragma}")
    return int(row[0]) if row else 0
