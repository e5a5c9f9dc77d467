"""FTS5's own totals of a table – rows and tokens – which its bm25 divides by.

A table with `contentless_delete` leaves them as they were when a row is deleted, so that what was erased would weigh on
every ranking after it. They stand in the record 1 of the `_data` table as two variable-length integers, rows first
(https://sqlite.org/src/file/ext/fts5/fts5_index.c, "Averages Record"), and are put right here.
"""

from __future__ import annotations

from storage.connection import Connection


class Totals:
    """What was deleted from one worker's shelves within a transaction, by the number of the shelf."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._gone: dict[int, tuple[int, int]] = {}
        self._changed: set[int] = set()

    def note_change(self, shelf: int) -> None:
        """Take note that FTS5 may hold back what it will write of a shelf at the end of the transaction."""
        self._changed.add(shelf)

    def rows(self, shelf: int) -> int:
        """Return how many rows a shelf's table holds: by its record, or counted where that is not written yet."""
        if shelf in self._changed:
            row = self._connection.row(f"SELECT count(*) FROM shelf_{shelf}_docsize")  # noqa: S608
            return row[0] if row else 0
        return self._recorded(shelf)[0]

    def delete(self, shelf: int, row: int) -> bool:
        """Delete a row of a shelf's table, and say whether there was one."""
        size = self._connection.row(f"SELECT sz FROM shelf_{shelf}_docsize WHERE id = ?", (row,))  # noqa: S608
        if size is None:
            return False
        self._connection.change(f"DELETE FROM shelf_{shelf} WHERE rowid = ?", (row,))  # noqa: S608
        self.note_change(shelf)
        rows, tokens = self._gone.get(shelf, (0, 0))
        self._gone[shelf] = rows + 1, tokens + _numbers(size[0])[0]
        return True

    def settle(self) -> None:
        """Put the totals right; to be called last within the transaction, for FTS5 writes its own before."""
        for shelf, (rows, tokens) in self._gone.items():
            self._connection.rows("SAVEPOINT totals")  # makes FTS5 write what it holds in memory, and forget it
            self._connection.rows("RELEASE totals")
            held_rows, held_tokens = self._recorded(shelf)
            block = _bytes(max(held_rows - rows, 0)) + _bytes(max(held_tokens - tokens, 0))
            self._connection.change(f"UPDATE shelf_{shelf}_data SET block = ? WHERE id = 1", (block,))  # noqa: S608
        self._gone.clear()

    def _recorded(self, shelf: int) -> tuple[int, int]:
        found = self._connection.row(f"SELECT block FROM shelf_{shelf}_data WHERE id = 1")  # noqa: S608
        rows, tokens = (_numbers(found[0]) if found else []) or (0, 0)
        return rows, tokens


def _numbers(block: bytes) -> list[int]:
    """Read SQLite's variable-length integers: seven bits a byte, the highest bit set on all but the last."""
    numbers, number = list[int](), 0
    for byte in block:
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(number)
            number = 0
    return numbers


def _bytes(number: int) -> bytes:
    parts = [number & 0x7F]
    while number := number >> 7:
        parts.append(number & 0x7F | 0x80)
    return bytes(reversed(parts))
