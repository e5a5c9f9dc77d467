"""The conversation: messages, edits, deletions, and the events still to be told. Runs on the workspace's thread."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlite_utils import Database

from adapters.web.records import UNDERSTUDY, MessageRecord, SourceRecord
from adapters.web.stamps import microseconds
from bot.events import Loss


@dataclass(frozen=True, slots=True)
class Undelivered:
    """An event that the double has not taken note of yet: `said` or `deleted`, about one message, or a `Loss`.

    Of a loss, `author` is whose access it is and `channel` where; empty for everybody, and for everywhere.
    """

    number: int
    kind: str
    channel: str
    ts: str
    author: str
    at: str


class Conversation:
    """Every message of the workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, channel: str, ts: str) -> MessageRecord | None:
        """Return a message, the empty place of a deleted one too."""
        return self._first("channel = ? AND ts = ?", [channel, ts])

    def find_key(self, key: str) -> MessageRecord | None:
        """Return the double's reply posted under a key."""
        return self._first("key = ?", [key])

    def add(self, message: MessageRecord) -> None:
        """Keep a message; its channel and stamp must be new together."""
        self._database.table("messages").insert(row_of(message))

    def add_all(self, messages: Iterable[MessageRecord]) -> None:
        """Keep many messages, streaming."""
        self._database.table("messages").insert_all(map(row_of, messages), batch_size=500)

    def say(self, message: MessageRecord) -> int:
        """Keep a person's message together with the event that tells of it; return the event's number."""
        with self._database.atomic():
            self.add(message)
            return self._owe("said", message, message.ts)

    def edit(self, message: MessageRecord, text: str, edited: str) -> tuple[MessageRecord, int]:
        """Replace a message's words, together with the event that tells of it."""
        new = replace(message, text=text, edited=edited)
        with self._database.atomic():
            self._put(new)
            return new, self._owe("said", new, edited)

    def delete(self, message: MessageRecord, at: str) -> int:
        """Delete a message, words and all, together with the event that tells of it."""
        with self._database.atomic():
            self._take_away(message)
            return self._owe("deleted", message, at)

    def retract(self, message: MessageRecord, notice: str | None, at: str) -> None:
        """Put a notice in the place of a double's reply, or take it away without a trace."""
        with self._database.atomic():
            if notice is None:
                self._take_away(message)
            else:
                self._put(replace(message, text=notice, label="", sources=(), edited=at, is_retracted=True))

    def lose(self, loss: Loss, person: str, channel: str, at: str) -> int:
        """Keep the event that tells of access that is gone: a person's, or a channel's, or one's to the other."""
        row = {"kind": loss.value, "channel": channel, "ts": "", "author": person, "at": at}
        return int(str(self._database.table("undelivered").insert(row).last_pk))

    def all_of(self, channel: str) -> tuple[MessageRecord, ...]:
        """Return every message of a channel, oldest first."""
        return self._many("channel = ? ORDER BY at", [channel])

    def latest(self, channel: str, count: int, before: int | None) -> tuple[MessageRecord, ...]:
        """Return the newest top-level messages said before a moment, each with all its replies, oldest first."""
        roots = "SELECT ts FROM messages WHERE channel = ? AND thread = '' AND at < ? ORDER BY at DESC LIMIT ?"
        values = [channel, 2**62 if before is None else before, count]
        return self._many(
            f"channel = ? AND (ts IN ({roots}) OR thread IN ({roots})) ORDER BY at",
            [channel, *values, *values],
        )

    def thread(self, channel: str, root: str) -> tuple[MessageRecord, ...]:
        """Return a thread, its root first."""
        return self._many("channel = ? AND (ts = ? OR thread = ?) ORDER BY at", [channel, root, root])

    def replies_by_doubles(self, channel: str, root: str) -> tuple[MessageRecord, ...]:
        """Return the doubles' replies that stand in a thread; an empty root means the channel itself."""
        where = "channel = ? AND thread = ? AND author = ? AND key <> '' AND NOT deleted AND NOT retracted ORDER BY at"
        return self._many(where, [channel, root, UNDERSTUDY])

    def by_author(self, author: str, channel: str, after: int, limit: int) -> tuple[MessageRecord, ...]:
        """Return a person's messages in one channel, said after a moment, oldest first."""
        where = "author = ? AND channel = ? AND at > ? AND NOT deleted ORDER BY at LIMIT ?"
        return self._many(where, [author, channel, after, limit])

    def mend_threads(self) -> None:
        """Let a reply whose root is not here stand at the top."""
        roots = "SELECT 1 FROM messages root WHERE root.channel = messages.channel AND root.ts = messages.thread"
        self._database.execute(
            f"UPDATE messages SET thread = '' WHERE thread <> '' AND NOT EXISTS ({roots} AND root.thread = '')"  # noqa: S608
        )

    def last_stamp(self) -> int:
        """Return the moment of the newest message or edit, in microseconds; 0 while nothing was said."""
        row = self._database.execute("SELECT max(at), max(edited) FROM messages").fetchone()
        return max(row[0] or 0, microseconds(row[1]) if row[1] else 0)

    def count(self) -> int:
        """Return how many messages there are."""
        return int(self._database.execute("SELECT count(*) FROM messages").fetchone()[0])

    def undelivered(self) -> tuple[Undelivered, ...]:
        """Return the events still to be told, in order."""
        return tuple(Undelivered(**row) for row in self._database.query("SELECT * FROM undelivered ORDER BY number"))

    def delivered(self, number: int) -> None:
        """Strike out an event that was taken note of. It need not reach the disk: telling it twice is harmless."""
        self._database.execute("PRAGMA synchronous = NORMAL")
        try:
            self._database.execute("DELETE FROM undelivered WHERE number = ?", [number])
        finally:
            self._database.execute("PRAGMA synchronous = FULL")

    def _take_away(self, message: MessageRecord) -> None:
        where = [message.channel, message.ts]
        answered = self._database.execute("SELECT 1 FROM messages WHERE channel = ? AND thread = ? LIMIT 1", where)
        if answered.fetchone():
            gone = MessageRecord(message.channel, message.ts, message.author, "", message.thread, is_deleted=True)
            self._put(gone)
        else:
            self._database.execute("DELETE FROM messages WHERE channel = ? AND ts = ?", where)

    def _put(self, message: MessageRecord) -> None:
        self._database.table("messages").upsert(row_of(message))

    def _owe(self, kind: str, message: MessageRecord, at: str) -> int:
        row = {"kind": kind, "channel": message.channel, "ts": message.ts, "author": message.author, "at": at}
        return int(str(self._database.table("undelivered").insert(row).last_pk))

    def _first(self, where: str, values: list[Any]) -> MessageRecord | None:
        return next(iter(self._many(where, values)), None)

    def _many(self, where: str, values: list[Any]) -> tuple[MessageRecord, ...]:
        # S608: `where` is a constant of this class; what people send stands in `values`.
        return tuple(map(_message, self._database.query(f"SELECT * FROM messages WHERE {where}", values)))  # noqa: S608


def row_of(message: MessageRecord) -> dict[str, Any]:
    """Return the table row of a message."""
    return {
        "channel": message.channel,
        "ts": message.ts,
        "at": microseconds(message.ts),
        "author": message.author,
        "text": message.text,
        "thread": message.thread,
        "edited": message.edited,
        "label": message.label,
        "sources": json.dumps([asdict(source) for source in message.sources]) if message.sources else "[]",
        "key": message.key,
        "worker": message.worker,
        "deleted": int(message.is_deleted),
        "retracted": int(message.is_retracted),
    }


def _message(row: dict[str, Any]) -> MessageRecord:
    return MessageRecord(
        channel=row["channel"],
        ts=row["ts"],
        author=row["author"],
        text=row["text"],
        thread=row["thread"],
        edited=row["edited"],
        label=row["label"],
        sources=tuple(SourceRecord(**source) for source in json.loads(row["sources"])),
        key=row["key"],
        worker=row["worker"],
        is_deleted=bool(row["deleted"]),
        is_retracted=bool(row["retracted"]),
    )
