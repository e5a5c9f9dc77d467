"""The refused questions in one worker's file, the newest."""

from __future__ import annotations

import json
from collections.abc import Collection

from bot.refs import ChannelRef, PersonRef
from bot.refused import MOST_KEPT, RefusedQuestion
from storage.connection import Connection, Row
from storage.moments import to_moment, to_number
from storage.parts import channel_parts, person_parts
from storage.upkeep import note_words_gone
from storage.values import storable

_COLUMNS = "id, category, at, until, asker, channel, words"


class SqlRefusedRepository:
    """`bot.ports.RefusedRepository` over SQL."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[RefusedQuestion, ...]:
        """Return those that are kept."""
        sql = f"SELECT {_COLUMNS} FROM refused_questions ORDER BY at DESC, id DESC"  # noqa: S608
        return tuple(_refused(row) for row in self._connection.rows(sql))

    def put(self, refused: RefusedQuestion) -> None:
        """Keep one."""
        had = self._connection.row("SELECT words FROM refused_questions WHERE id = ?", (refused.id,))
        words = storable(refused.words)
        sql = f"INSERT OR REPLACE INTO refused_questions ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
        self._connection.change(sql, _row(refused, words))
        newest = "SELECT id FROM refused_questions ORDER BY at DESC, id DESC LIMIT ?"
        dropped = self._connection.change(f"DELETE FROM refused_questions WHERE id NOT IN ({newest})", (MOST_KEPT,))  # noqa: S608
        if dropped or (had is not None and had[0] not in {"", words}):
            note_words_gone(self._connection)

    def drop(self, ids: Collection[str]) -> int:
        """Erase some."""
        sql = "DELETE FROM refused_questions WHERE id IN (SELECT value FROM json_each(?))"
        count = self._connection.change(sql, (json.dumps(list(ids)),))
        if count:
            note_words_gone(self._connection)
        return count


def _row(refused: RefusedQuestion, words: str) -> tuple[str | int, ...]:
    asker = json.dumps(person_parts(refused.asker)) if refused.asker else ""
    channel = json.dumps(channel_parts(refused.channel)) if refused.channel else ""
    return (refused.id, refused.category, to_number(refused.at), to_number(refused.until), asker, channel, words)


def _refused(row: Row) -> RefusedQuestion:
    refused_id, category, at, until, asker, channel, words = row
    return RefusedQuestion(
        id=refused_id,
        category=category,
        at=to_moment(at),
        until=to_moment(until),
        asker=PersonRef(*json.loads(asker)) if asker else None,
        channel=ChannelRef(*json.loads(channel)) if channel else None,
        words=words,
    )
