"""What may be used of the messages in one worker's file, and what the profile has read."""

from __future__ import annotations

import json
from collections.abc import Collection

from bot.messages import LoggedMessage, by_time
from bot.refs import ChannelRef, MessageRef
from storage.channels import Channels
from storage.connection import Connection, Row
from storage.message_rows import ASKED, COLUMNS, IS_WITHHELD, logged

_STORED = f"SELECT m.id FROM {ASKED} WHERE m.text IS NOT NULL"  # noqa: S608
# Left to itself SQLite takes an index of all that was ever said.
_UNREAD = f"""FROM messages m INDEXED BY messages_unread
    WHERE m.channel = ? AND m.is_read = 0 AND m.said_at IS NOT NULL AND NOT {IS_WITHHELD}"""
_WITHHOLD = f"""INSERT OR IGNORE INTO withheld (message, held_by)
    SELECT m.id, ? FROM {ASKED} WHERE m.text IS NOT NULL"""  # noqa: S608
_RELEASE = f"DELETE FROM withheld WHERE held_by = ? AND message IN ({_STORED}) RETURNING message"  # noqa: S608
_FREE = f"""SELECT m.channel, m.stamp FROM json_each(?) asked JOIN messages m ON m.id = asked.value
    WHERE NOT {IS_WITHHELD}"""  # noqa: S608
_HELD = """SELECT m.channel, m.stamp FROM messages m
    WHERE m.id IN (SELECT message FROM withheld WHERE held_by = coalesce(?, held_by))"""


class SqlUsageRepository:
    """`bot.ports.UsageRepository` over SQL."""

    def __init__(self, connection: Connection, channels: Channels) -> None:
        self._connection = connection
        self._channels = channels

    def withhold(self, refs: Collection[MessageRef], by: str) -> int:
        """Mark messages as never to be used."""
        return self._connection.change(_WITHHOLD, (by, self._channels.places(refs)))

    def release(self, refs: Collection[MessageRef], by: str) -> tuple[MessageRef, ...]:
        """Take one mark off."""
        rows = self._connection.rows(_RELEASE, (by, self._channels.places(refs)))
        return self._refs(self._connection.rows(_FREE, (json.dumps([row for (row,) in rows]),)))

    def withheld(self, by: str | None = None) -> tuple[MessageRef, ...]:
        """Return the messages that are held back."""
        return self._refs(self._connection.rows(_HELD, (by,)))

    def lower(self, refs: Collection[MessageRef]) -> None:
        """Note once more that something spoke against these."""
        sql = f"UPDATE messages SET lowered = lowered + 1 WHERE id IN ({_STORED})"  # noqa: S608
        self._connection.change(sql, (self._channels.places(refs),))

    def unread(self, channels: Collection[ChannelRef], limit: int) -> tuple[LoggedMessage, ...]:
        """Return messages that the profile has not read: the oldest of each channel, and the oldest of those."""
        sql = f"SELECT {COLUMNS} {_UNREAD} ORDER BY m.said_at, m.stamp LIMIT ?"
        rows = [
            row
            for number in self._channels.known(channels)
            for row in self._connection.rows(sql, (number, max(limit, 0)))
        ]
        return tuple(sorted((logged(row, self._channels) for row in rows), key=by_time)[: max(limit, 0)])

    def unread_count(self, channels: Collection[ChannelRef]) -> int:
        """Count the messages that the profile has not read."""
        sql = f"SELECT count(*) {_UNREAD}"
        return sum(
            count for number in self._channels.known(channels) for (count,) in self._connection.rows(sql, (number,))
        )

    def mark_read(self, refs: Collection[MessageRef], *, read: bool = True) -> None:
        """Note that the profile has read these, or is to read them again."""
        sql = f"UPDATE messages SET is_read = ?1 WHERE is_read <> ?1 AND id IN ({_STORED})"  # noqa: S608
        self._connection.change(sql, (read, self._channels.places(refs)))

    def are_read(self, refs: Collection[MessageRef]) -> frozenset[MessageRef]:
        """Return those that the profile has read."""
        sql = f"SELECT m.channel, m.stamp FROM {ASKED} WHERE m.is_read = 1"  # noqa: S608
        return frozenset(self._refs(self._connection.rows(sql, (self._channels.places(refs),))))

    def _refs(self, rows: list[Row]) -> tuple[MessageRef, ...]:
        return tuple(sorted(MessageRef(self._channels.ref(channel), stamp) for channel, stamp in rows))
