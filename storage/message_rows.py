"""The message log in one worker's file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from bot.consent import ConsentedMessage
from bot.messages import LoggedMessage, Recorded, Span, by_time
from bot.redaction import RedactedText
from bot.refs import ChannelRef, MessageRef, ThreadRef, WorkerRef
from storage.channels import Channels
from storage.connection import Connection, Row
from storage.errors import other_worker
from storage.moments import to_moment, to_number
from storage.shelves import SqlPassageIndex
from storage.upkeep import note_words_gone
from storage.values import storable
from storage.vector_rows import drop_vector

IS_WITHHELD = "EXISTS (SELECT 1 FROM withheld w WHERE w.message = m.id)"
COLUMNS = f"""m.channel, m.stamp, m.text, m.said_at, m.revised_at, m.thread_channel, m.thread_root, m.public,
    m.grant_id, m.lowered, {IS_WITHHELD}"""
ASKED = """json_each(?) asked CROSS JOIN messages m
    ON m.channel = asked.value ->> 1 AND m.stamp = asked.value ->> 0"""
_BY_REF = "c.platform {0}, c.workspace {0}, c.channel {0}, m.stamp {0}"
_INSERT = """INSERT INTO messages (channel, stamp, is_removed, shelf, said_at, revised_at, thread_channel, thread_root,
    public, grant_id, text) VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (channel, stamp) DO NOTHING"""
_REPLACE = """UPDATE messages SET said_at = ?, revised_at = ?, thread_channel = ?, thread_root = ?, public = ?,
    grant_id = ?, text = ?, is_read = 0 WHERE id = ?"""
_FIND = f"SELECT {COLUMNS} FROM {ASKED} WHERE m.text IS NOT NULL"  # noqa: S608
_EMPTY = """UPDATE messages SET is_removed = 1, shelf = NULL, said_at = NULL, revised_at = NULL, thread_channel = NULL,
    thread_root = NULL, public = NULL, grant_id = NULL, text = NULL, lowered = 0, is_read = 0
    WHERE id = ?"""


class SqlMessageRepository:
    """`bot.ports.MessageRepository` over SQL."""

    def __init__(
        self,
        connection: Connection,
        worker: WorkerRef,
        channels: Channels,
        index: SqlPassageIndex,
        make_room: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._worker = worker
        self._channels = channels
        self._index = index
        self._make_room = make_room

    def record(self, message: ConsentedMessage) -> Recorded:
        """Store a message once."""
        if message.worker != self._worker:
            raise other_worker()
        channel = self._channels.number(message.ref.channel)
        shelf = self._index.number(message.shelf)
        words = self._words(message)
        row = self._connection.insert(_INSERT, (channel, message.ref.stamp, shelf, *words))
        if row is None:
            return self._revise(channel, message, words)
        self._index.expect(message.ref, row, shelf)
        return Recorded.NEW

    def _words(self, message: ConsentedMessage) -> Row:
        thread = message.thread
        return (
            to_number(message.said_at),
            to_number(message.revised_at),
            self._channels.number(thread.channel) if thread else None,
            thread.root if thread else None,
            message.public,
            message.grant_id,
            storable(message.text),
        )

    def _revise(self, channel: int, message: ConsentedMessage, words: Row) -> Recorded:
        sql = "SELECT id, is_removed, revised_at FROM messages WHERE channel = ? AND stamp = ?"
        ((row, is_removed, revised_at),) = self._connection.rows(sql, (channel, message.ref.stamp))
        if is_removed:
            return Recorded.DELETED
        if revised_at is not None and revised_at >= words[1]:
            return Recorded.REPEATED
        self._connection.change(_REPLACE, (*words, row))
        if revised_at is None:
            return Recorded.NEW
        drop_vector(self._connection, row)
        note_words_gone(self._connection)
        return Recorded.REVISED

    def rewrite(self, texts: Mapping[MessageRef, RedactedText]) -> int:
        """Replace the texts of stored messages."""
        return sum([self._rewrite(ref, text) for ref, text in texts.items()])

    def _rewrite(self, ref: MessageRef, text: RedactedText) -> bool:
        sql = "SELECT id FROM messages WHERE channel = ? AND stamp = ? AND text IS NOT NULL"
        found = self._connection.row(sql, (self._channels.find(ref.channel), ref.stamp))
        if found is None:
            return False
        self._connection.change("UPDATE messages SET text = ?, is_read = 0 WHERE id = ?", (storable(text), *found))
        drop_vector(self._connection, found[0])
        note_words_gone(self._connection)
        return True

    def remove(self, refs: Collection[MessageRef], at: datetime) -> int:  # noqa: ARG002 - the references alone stay
        """Delete messages."""
        self._make_room()
        count = sum([self._remove(ref) for ref in refs])
        if count:
            note_words_gone(self._connection)
        return count

    def _remove(self, ref: MessageRef) -> bool:
        channel = self._channels.number(ref.channel)
        sql = "SELECT id, shelf, text IS NOT NULL FROM messages WHERE channel = ? AND stamp = ?"
        found = self._connection.row(sql, (channel, ref.stamp))
        if found is None:
            sql = "INSERT INTO messages (channel, stamp, is_removed) VALUES (?, ?, 1)"
            self._connection.change(sql, (channel, ref.stamp))
            return False
        row, shelf, is_stored = found
        self._index.forget(ref)
        self._index.take_off(row, shelf)
        self._connection.change(_EMPTY, (row,))
        self._connection.change("DELETE FROM withheld WHERE message = ?", (row,))
        return bool(is_stored)

    def find(self, refs: Collection[MessageRef]) -> tuple[LoggedMessage, ...]:
        """Return those that are stored."""
        rows = self._connection.rows(_FIND, (self._channels.places(refs),))
        return tuple(sorted((logged(row, self._channels) for row in rows), key=by_time))

    def page(self, span: Span, limit: int, before: datetime | None = None) -> tuple[LoggedMessage, ...]:
        """Return the newest messages of a span."""
        where, values = self._within(span, before)
        order = f"m.said_at DESC, {_BY_REF.format('DESC')}"
        # Left to itself SQLite would gather the whole channel and sort it.
        sql = f"""SELECT {COLUMNS} FROM messages m INDEXED BY messages_by_time
            CROSS JOIN channels c ON c.id = m.channel {where} ORDER BY {order} LIMIT ?"""  # noqa: S608
        return tuple(logged(row, self._channels) for row in self._connection.rows(sql, (*values, max(limit, 0))))

    def refs(self, span: Span) -> tuple[MessageRef, ...]:
        """Return the references of a span."""
        where, values = self._within(span)
        order = f"m.said_at, {_BY_REF.format('')}"
        sql = f"SELECT m.channel, m.stamp FROM messages m JOIN channels c ON c.id = m.channel {where} ORDER BY {order}"  # noqa: S608
        rows = self._connection.rows(sql, values)
        return tuple(MessageRef(self._channels.ref(channel), stamp) for channel, stamp in rows)

    def count(self, span: Span = Span()) -> int:
        """Count the messages of a span."""
        where, values = self._within(span)
        row = self._connection.row(f"SELECT count(*) FROM messages m {where}", values)  # noqa: S608
        return row[0] if row else 0

    def channels(self) -> tuple[tuple[ChannelRef, int], ...]:
        """Count the messages of each channel."""
        sql = "SELECT channel, count(*) FROM messages WHERE said_at IS NOT NULL GROUP BY channel"
        return tuple(sorted((self._channels.ref(channel), count) for channel, count in self._connection.rows(sql)))

    def removed(self) -> tuple[MessageRef, ...]:
        """Return the references that stay out."""
        rows = self._connection.rows("SELECT channel, stamp FROM messages WHERE is_removed = 1")
        return tuple(sorted(MessageRef(self._channels.ref(channel), stamp) for channel, stamp in rows))

    def _within(self, span: Span, before: datetime | None = None) -> tuple[str, list[int | None]]:
        conditions, values = ["m.said_at IS NOT NULL"], list[int | None]()
        if span.channel is not None:
            conditions.append("m.channel = ?")
            values.append(self._channels.find(span.channel))
        if span.public is not None:
            conditions.append("m.public = ?")
            values.append(span.public)
        for bound, at in (("m.said_at >= ?", span.since), ("m.said_at < ?", span.until), ("m.said_at < ?", before)):
            if at is not None:
                conditions.append(bound)
                values.append(to_number(at))
        return f"WHERE {' AND '.join(conditions)}", values


def logged(row: Row, channels: Channels) -> LoggedMessage:
    """Return the message that stands in a row of `COLUMNS`."""
    channel, stamp, text, said_at, revised_at, thread_channel, thread_root, public, grant_id, lowered, withheld = row
    return LoggedMessage(
        ref=MessageRef(channels.ref(channel), stamp),
        text=text,
        said_at=to_moment(said_at),
        revised_at=to_moment(revised_at),
        thread=None if thread_channel is None else ThreadRef(channels.ref(thread_channel), thread_root),
        public=bool(public),
        grant_id=grant_id,
        is_withheld=bool(withheld),
        lowered=lowered,
    )
