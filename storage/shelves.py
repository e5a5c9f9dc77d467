"""The full-text index of one worker's file: one FTS5 table a shelf, kept without the text (contentless).

Terms come analysed and are stored as they are. FTS5's bm25 counts over its whole table, so a
shelf's statistics are its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence

from bot.consent import Shelf
from bot.ports import Frequencies, Hit
from bot.refs import MessageRef
from bot.terms import terms as analysed
from storage.channels import Channels
from storage.connection import Connection
from storage.totals import Totals
from storage.upkeep import note_words_gone
from storage.vector_rows import drop_vector

_KEPT = "!#$%&()*+,-./:;<=>?@[]^_`{|}~\\"
_ODD = re.compile(r"""[A-Z\x00-\x20\x7f"'\\\ud800-\udfff]""")
_TOKENIZER = f"ascii tokenchars ''{_KEPT}''"


def encoded(term: str) -> str:
    r"""Spell a term so that FTS5's `ascii` tokenizer keeps it whole and apart from every other.

    That tokenizer splits at controls, blanks and quotes and folds A-Z: those are spelt `\<code>\`.
    """
    return _ODD.sub(lambda odd: f"\\{ord(odd[0]):x}\\", term) if _ODD.search(term) else term


def _spelt(terms: Iterable[str]) -> str:
    return " ".join(encoded(term) for term in terms)


def _any_of(terms: Iterable[str]) -> str:
    return " OR ".join(f'"{encoded(term)}"' for term in dict.fromkeys(terms) if term)


class SqlPassageIndex:
    """`bot.ports.PassageIndex` over FTS5."""

    def __init__(self, connection: Connection, channels: Channels) -> None:
        self._connection = connection
        self._channels = channels
        self._numbers: dict[Shelf, int] = {}
        self._fresh: dict[MessageRef, tuple[int, int]] = {}
        self._totals = Totals(connection)

    def number(self, shelf: Shelf) -> int:
        """Return a shelf's number, its table made now if it had none."""
        number = self._numbers.get(shelf) or self._find(shelf)
        if number is None:
            row = self._connection.row(
                "INSERT INTO shelves (channel, public, is_due) VALUES (?, ?, 0) RETURNING id",
                (self._channels.number(shelf.channel), shelf.public),
            )
            assert row is not None  # noqa: S101 - an insertion that did not raise returns its row
            number = int(row[0])
            self._make(number)
        self._numbers[shelf] = number
        return number

    def _find(self, shelf: Shelf) -> int | None:
        sql = "SELECT id FROM shelves WHERE channel = ? AND public = ?"
        row = self._connection.row(sql, (self._channels.find(shelf.channel), shelf.public))
        return row[0] if row else None

    def _make(self, number: int) -> None:
        self._connection.rows(
            f"CREATE VIRTUAL TABLE shelf_{number} USING fts5("
            f"terms, content='', contentless_delete=1, tokenize='{_TOKENIZER}')"
        )
        self._connection.rows(f"CREATE VIRTUAL TABLE shelf_{number}_terms USING fts5vocab(shelf_{number}, row)")

    def expect(self, ref: MessageRef, row: int, shelf: int) -> None:
        """Take note that a message was stored just now, so that nothing can be indexed for it yet."""
        self._fresh[ref] = (row, shelf)

    def put(self, ref: MessageRef, shelf: Shelf, terms: Sequence[str]) -> None:
        """Index a message; one that was removed stays out."""
        new = self.number(shelf)
        row, old = self._fresh.pop(ref, None) or (None, None)
        if row is None:
            row, old = self._taken_off(ref, new)
        if row is None:
            return
        if old != new:
            self._connection.change("UPDATE messages SET shelf = ? WHERE id = ?", (new, row))
        self._connection.change(f"INSERT INTO shelf_{new}(rowid, terms) VALUES (?, ?)", (row, _spelt(terms)))  # noqa: S608
        self._totals.note_change(new)

    def _taken_off(self, ref: MessageRef, new: int) -> tuple[int | None, int | None]:
        channel = self._channels.number(ref.channel)
        sql = "SELECT id, shelf, is_removed FROM messages WHERE channel = ? AND stamp = ?"
        found = self._connection.row(sql, (channel, ref.stamp))
        if found is None:
            found = self._connection.row(
                "INSERT INTO messages (channel, stamp, is_removed, shelf) VALUES (?, ?, 0, ?) RETURNING id, shelf, 0",
                (channel, ref.stamp, new),
            )
            assert found is not None  # noqa: S101 - an insertion that did not raise returns its row
            return found[0], new
        row, old, is_removed = found
        if is_removed:
            return None, None
        self.take_off(row, old)
        return row, old

    def remove(self, refs: Collection[MessageRef]) -> None:
        """Take messages out of the index."""
        for ref in refs:
            self.forget(ref)
            sql = "SELECT id, shelf FROM messages WHERE channel = ? AND stamp = ? AND shelf IS NOT NULL"
            for row, shelf in self._connection.rows(sql, (self._channels.find(ref.channel), ref.stamp)):
                self.take_off(row, shelf)
                self._connection.change("UPDATE messages SET shelf = NULL WHERE id = ?", (row,))

    def rebuild(self) -> None:
        """Make every shelf's table anew from the messages: an index is derived, so damage to it costs nothing."""
        for (shelf,) in self._connection.rows("SELECT id FROM shelves"):
            self._connection.rows(f"DROP TABLE shelf_{shelf}_terms")
            self._connection.rows(f"DROP TABLE shelf_{shelf}")
            self._make(shelf)
            sql = "SELECT id, text FROM messages WHERE shelf = ? AND text IS NOT NULL"
            said = ((row, _spelt(analysed(text))) for row, text in self._connection.rows(sql, (shelf,)))
            self._connection.change_many(f"INSERT INTO shelf_{shelf}(rowid, terms) VALUES (?, ?)", said)  # noqa: S608

    def settle(self) -> None:
        """Put the index in order before the transaction ends."""
        self._totals.settle()

    def forget(self, ref: MessageRef) -> None:
        """Take back that a message was stored just now."""
        self._fresh.pop(ref, None)

    def take_off(self, row: int, shelf: int | None) -> None:
        """Take a stored row off its shelf, if it stands there, with its vector; the file is due for compaction then."""
        if shelf is None:
            return
        drop_vector(self._connection, row)
        if self._totals.delete(shelf, row):
            self._connection.change("UPDATE shelves SET is_due = 1 WHERE id = ? AND is_due = 0", (shelf,))
            note_words_gone(self._connection)

    def search(self, shelves: Collection[Shelf], terms: Sequence[str], limit: int) -> tuple[Hit, ...]:
        """Return the best of each shelf."""
        question = _any_of(terms)
        if not question or limit <= 0:
            return ()
        hits: list[Hit] = []
        for shelf, number in self.present(shelves):
            # Ordered by number after rank, FTS5 keeps the best `limit` only: faster than its own `ORDER BY rank`.
            sql = f"""SELECT m.channel, m.stamp, f.score FROM (
                SELECT rowid AS row, rank AS score FROM shelf_{number} WHERE shelf_{number} MATCH ?
                ORDER BY rank, rowid LIMIT ?) f JOIN messages m ON m.id = f.row ORDER BY f.score, f.row"""  # noqa: S608
            for channel, stamp, score in self._connection.rows(sql, (question, limit)):
                place = shelf.channel if channel is None else self._channels.ref(channel)
                hits.append(Hit(MessageRef(place, stamp), -score))
        return tuple(hits)

    def frequencies(self, shelves: Collection[Shelf], terms: Collection[str]) -> Frequencies:
        """Return document counts."""
        documents, containing = 0, dict.fromkeys(terms, 0)
        spelt = {encoded(term): term for term in containing}
        asked = json.dumps(list(spelt))
        for _, number in self.present(shelves):
            documents += self._holding(number)
            sql = f"SELECT term, doc FROM shelf_{number}_terms WHERE term IN (SELECT value FROM json_each(?))"  # noqa: S608
            for term, count in self._connection.rows(sql, (asked,)):
                containing[spelt[term]] += count
        return Frequencies(documents, containing)

    def shelves(self) -> tuple[Shelf, ...]:
        """Return the shelves that hold anything, in the order of their channels."""
        rows = self._connection.rows("SELECT id, channel, public FROM shelves")
        held = (Shelf(self._channels.ref(c), bool(public)) for number, c, public in rows if self._holding(number))
        return tuple(sorted(held, key=lambda shelf: (shelf.channel, shelf.public)))

    def present(self, shelves: Collection[Shelf]) -> list[tuple[Shelf, int]]:
        """Return those of the shelves that were ever stood on, with their numbers."""
        rows = self._connection.rows("SELECT channel, public, id FROM shelves")
        numbers = {Shelf(self._channels.ref(channel), bool(public)): number for channel, public, number in rows}
        return [(shelf, numbers[shelf]) for shelf in dict.fromkeys(shelves) if shelf in numbers]

    def _holding(self, number: int) -> int:
        return self._totals.rows(number)
