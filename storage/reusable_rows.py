"""The reusable answers in one worker's file, each as a JSON body."""

from __future__ import annotations

import json
from collections.abc import Collection

from bot.refs import ChannelRef, PersonRef
from bot.reusable import ReusableAnswer, Showing
from storage.connection import Connection, Row
from storage.moments import to_moment, to_number
from storage.parts import channel_parts, person_parts, source_of, source_parts
from storage.upkeep import note_words_gone
from storage.values import settled_answer, words_of_answer

_PUT = """INSERT INTO reusable_answers (id, approved_at, body) VALUES (?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET approved_at = excluded.approved_at, body = excluded.body"""


class SqlReusableRepository:
    """`bot.ports.ReusableRepository` over SQL."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[ReusableAnswer, ...]:
        """Return every reusable answer."""
        sql = "SELECT id, approved_at, body FROM reusable_answers ORDER BY approved_at, rowid"
        return tuple(_answer(row) for row in self._connection.rows(sql))

    def put(self, answer: ReusableAnswer) -> None:
        """Keep an answer."""
        new = settled_answer(answer)
        row = self._connection.row("SELECT id, approved_at, body FROM reusable_answers WHERE id = ?", (new.id,))
        self._connection.change(_PUT, (new.id, to_number(new.approved_at), json.dumps(_body(new))))
        if row is not None and not words_of_answer(_answer(row)) <= words_of_answer(new):
            note_words_gone(self._connection)

    def drop(self, ids: Collection[str]) -> int:
        """Erase answers."""
        sql = "DELETE FROM reusable_answers WHERE id IN (SELECT value FROM json_each(?))"
        count = self._connection.change(sql, (json.dumps(list(ids)),))
        if count:
            note_words_gone(self._connection)
        return count


def _body(answer: ReusableAnswer) -> dict[str, object]:
    return {
        "draft_id": answer.draft_id,
        "titles": answer.titles,
        "text": answer.text,
        "is_edited": answer.is_edited,
        "sources": [source_parts(source) for source in answer.sources],
        "channels": [channel_parts(channel) for channel in answer.channels],
        "audience": answer.audience,
        "ends_at": to_number(answer.ends_at),
        "is_withheld": answer.is_withheld,
        "served": answer.served,
        "showings": [[*person_parts(s.asker), s.question_id, to_number(s.at)] for s in answer.showings],
    }


def _answer(row: Row) -> ReusableAnswer:
    answer_id, approved_at, text = row
    body = json.loads(text)
    return ReusableAnswer(
        id=answer_id,
        draft_id=body["draft_id"],
        titles=tuple(body["titles"]),
        text=body["text"],
        is_edited=body["is_edited"],
        sources=tuple(source_of(parts) for parts in body["sources"]),
        channels=tuple(ChannelRef(*parts) for parts in body["channels"]),
        audience=body["audience"],
        approved_at=to_moment(approved_at),
        ends_at=to_moment(body["ends_at"]),
        is_withheld=body["is_withheld"],
        served=body["served"],
        showings=tuple(
            Showing(PersonRef(platform, workspace, person), question_id, to_moment(at))
            for platform, workspace, person, question_id, at in body["showings"]
        ),
    )
