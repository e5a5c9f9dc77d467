"""The embeddings in one worker's file: sign bits to search by, and a byte for each component to rescore with.

The two stand in tables apart, for a search reads the bits of a whole shelf and the bytes of a few hundred messages. A
message's row names its vector, so that an index over those that name none tells at once which are missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.consent import Shelf
from bot.messages import LoggedMessage
from bot.model import Vector
from bot.ports import MessageRepository, Near
from bot.refs import ChannelRef, MessageRef
from storage.channels import Channels
from storage.connection import Connection
from storage.upkeep import note_words_gone
from storage.values import length_of

if TYPE_CHECKING:
    from storage.sign_bits import SignBits

RESCORED = 160
"""How many of the nearest by sign bits are compared by their bytes, but never less than twice those asked for."""

_STANDING = """SELECT id, shelf FROM messages
    WHERE channel = ? AND stamp = ? AND shelf IS NOT NULL AND said_at IS NOT NULL"""
_MISSING = """SELECT m.channel, m.stamp FROM messages m {} CROSS JOIN channels c ON c.id = m.channel
    WHERE {} m.shelf IS NOT NULL AND m.said_at IS NOT NULL AND m.channel IN (SELECT value FROM json_each(?))
    ORDER BY m.said_at DESC, c.platform DESC, c.workspace DESC, c.channel DESC, m.stamp DESC LIMIT ?"""
_OF_CHANNELS = "FROM messages WHERE vector IS NOT NULL AND channel IN (SELECT value FROM json_each(?))"
_PARTS = """SELECT v.message, v.scale, v.parts FROM json_each(?) asked CROSS JOIN vectors v ON v.id = asked.value"""
_PLACES = "SELECT m.id, m.channel, m.stamp FROM json_each(?) asked CROSS JOIN messages m ON m.id = asked.value"


class OpenSigns:
    """The sign bits that one open file has read, by the number of the shelf. They go when the file is closed."""

    def __init__(self) -> None:
        self._shelves: dict[int, SignBits] = {}

    def of(self, shelf: int, connection: Connection, deletions: int) -> SignBits:
        """Return a shelf's sign bits as they are in the connection's snapshot, which may only be a later one."""
        from storage.sign_bits import SignBits  # noqa: PLC0415 - numpy is loaded by whoever searches vectors alone

        bits = self._shelves.setdefault(shelf, SignBits(deletions))
        if bits.seen != deletions:
            rows = connection.rows("SELECT id FROM vector_signs WHERE shelf = ? ORDER BY id", (shelf,))
            bits.keep_only([number for (number,) in rows], deletions)
        sql = "SELECT id, signs FROM vector_signs WHERE shelf = ? AND id > ? ORDER BY id"
        bits.add(connection.rows(sql, (shelf, bits.last)))
        return bits

    def forget(self) -> None:
        """Read them anew from now on: the file is closed, or what was read of it is taken back."""
        self._shelves.clear()


def drop_vector(connection: Connection, message: int) -> None:
    """Delete the vector of a message's row, if it has one; the file is due for compaction then."""
    row = connection.row("SELECT vector FROM messages WHERE id = ? AND vector IS NOT NULL", (message,))
    if row is None:
        return
    connection.change("UPDATE messages SET vector = NULL WHERE id = ?", (message,))
    connection.change("DELETE FROM vector_signs WHERE id = ?", row)
    connection.change("DELETE FROM vectors WHERE id = ?", row)
    _note_deletion(connection)


def _note_deletion(connection: Connection) -> None:
    connection.change("UPDATE vector_state SET deletions = deletions + 1")
    note_words_gone(connection)


class SqlVectorIndex:
    """`bot.ports.VectorIndex` over SQL."""

    def __init__(
        self,
        connection: Connection,
        channels: Channels,
        messages: MessageRepository,
        present: Callable[[Collection[Shelf]], list[tuple[Shelf, int]]],
        signs: OpenSigns,
    ) -> None:
        self._connection = connection
        self._channels = channels
        self._messages = messages
        self._present = present
        self._signs = signs

    def put(self, model: str, vectors: Mapping[MessageRef, Vector]) -> int:
        """Keep vectors of stored messages."""
        if not vectors:
            return 0
        self._begin(model, length_of(vectors.values()))
        return sum([self._put(ref, vector) for ref, vector in vectors.items()])

    def _begin(self, model: str, size: int) -> None:
        """Drop the vectors of another model, or of one that has changed its length under the same name."""
        if self._state()[:2] == (model, size):
            return
        if self._connection.change("DELETE FROM vectors"):
            self._connection.change("DELETE FROM vector_signs")
            self._connection.change("UPDATE messages SET vector = NULL WHERE vector IS NOT NULL")
            _note_deletion(self._connection)
        self._connection.change("UPDATE vector_state SET model = ?, size = ?", (model, size))

    def _put(self, ref: MessageRef, vector: Vector) -> bool:
        from storage.sign_bits import quantised, signs_of  # noqa: PLC0415 - numpy is loaded with the first vector

        found = self._connection.row(_STANDING, (self._channels.find(ref.channel), ref.stamp))
        if found is None:
            return False
        message, shelf = found
        drop_vector(self._connection, message)
        sql = "INSERT INTO vector_signs (shelf, signs) VALUES (?, ?)"
        number = self._connection.insert(sql, (shelf, signs_of(vector)))
        sql = "INSERT INTO vectors (id, message, scale, parts) VALUES (?, ?, ?, ?)"
        self._connection.change(sql, (number, message, *quantised(vector)))
        self._connection.change("UPDATE messages SET vector = ? WHERE id = ?", (number, message))
        return True

    def drop(self, channels: Collection[ChannelRef]) -> int:
        """Drop the vectors of some channels."""
        numbers = (json.dumps(self._channels.known(channels)),)
        gone = f"WHERE id IN (SELECT vector {_OF_CHANNELS})"
        count = self._connection.change(f"DELETE FROM vectors {gone}", numbers)  # noqa: S608
        if count:
            self._connection.change(f"DELETE FROM vector_signs {gone}", numbers)  # noqa: S608
            sql = f"UPDATE messages SET vector = NULL WHERE id IN (SELECT id {_OF_CHANNELS})"  # noqa: S608
            self._connection.change(sql, numbers)
            _note_deletion(self._connection)
        return count

    def missing(self, model: str, channels: Collection[ChannelRef], limit: int) -> tuple[LoggedMessage, ...]:
        """Return messages without a vector."""
        if self._state()[0] == model:
            sql = _MISSING.format("INDEXED BY messages_without_vector", "m.vector IS NULL AND")
        else:
            sql = _MISSING.format("INDEXED BY messages_by_time", "")
        numbers = json.dumps(self._channels.known(channels))
        rows = self._connection.rows(sql, (numbers, max(limit, 0)))
        refs = [MessageRef(self._channels.ref(channel), stamp) for channel, stamp in rows]
        return self._messages.find(refs)[::-1]

    def count(self, model: str | None = None) -> int:
        """Return how many vectors are kept."""
        row = self._connection.row("SELECT count(*) FROM vector_signs")
        return row[0] if row and model in {None, self._state()[0]} else 0

    def search(self, shelves: Collection[Shelf], model: str, vector: Vector, limit: int) -> tuple[Near, ...]:
        """Return the nearest messages."""
        state, size, deletions = self._state()
        if limit <= 0 or (state, size) != (model, len(vector)):
            return ()
        from storage.sign_bits import cosines, signs_of  # noqa: PLC0415 - as above

        asked, rescored = signs_of(vector), max(RESCORED, 2 * limit)
        present = [self._signs.of(number, self._connection, deletions) for _, number in self._present(shelves)]
        near = sorted(pair for bits in present for pair in bits.nearest(asked, rescored))[:rescored]
        rows = self._connection.rows(_PARTS, (json.dumps(sorted(number for _, number in near)),))
        closest = sorted(zip(cosines([row[1:] for row in rows], vector), (row[0] for row in rows), strict=True))[::-1]
        return self._placed(closest, limit)

    def _placed(self, closest: Sequence[tuple[float, int]], limit: int) -> tuple[Near, ...]:
        """The closest as references, in whose order equally close ones come; so all of those are looked up."""
        least = closest[:limit][-1][0] if closest else 0.0
        cosine_of = {message: cosine for cosine, message in closest if cosine >= least}
        rows = self._connection.rows(_PLACES, (json.dumps(sorted(cosine_of)),))
        found = [Near(MessageRef(self._channels.ref(c), stamp), cosine_of[row]) for row, c, stamp in rows]
        return tuple(sorted(found, key=lambda one: (-one.cosine, one.ref))[:limit])

    def _state(self) -> tuple[str | None, int | None, int]:
        """Whose vectors are kept, how many components they have, and how often any were deleted."""
        row = self._connection.row("SELECT model, size, deletions FROM vector_state")
        return (row[0], row[1], row[2]) if row else (None, None, 0)
