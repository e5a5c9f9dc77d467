"""The drafts in one worker's file: what is searched for as columns, the rest as one JSON body."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from bot.drafts import Draft, DraftState
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef, WorkerRef
from storage.connection import Connection, Row
from storage.errors import other_worker, stored_already
from storage.moments import to_moment, to_number
from storage.parts import channel_parts, message_of, message_parts, person_parts, source_of, source_parts
from storage.upkeep import note_words_gone
from storage.values import check_move, settled_draft, words_of

_COLUMNS = "id, state, revision, asked_at, asker, body"


class SqlDraftRepository:
    """`bot.ports.DraftRepository` over SQL."""

    def __init__(self, connection: Connection, worker: WorkerRef) -> None:
        self._connection = connection
        self._worker = worker

    def add(self, draft: Draft) -> None:
        """Keep a new draft."""
        if draft.worker != self._worker:
            raise other_worker()
        if self.get(draft.id) is not None:
            raise stored_already()
        sql = f"INSERT INTO drafts ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608
        self._connection.change(sql, _row(settled_draft(draft)))

    def get(self, draft_id: str) -> Draft | None:
        """Return a draft."""
        found = self._select("WHERE id = ?", (draft_id,))
        return found[0] if found else None

    def move(self, draft: Draft, was: DraftState, revision: int) -> bool:
        """Compare and set."""
        if draft.worker != self._worker:
            raise other_worker()
        check_move(was, draft)
        found = self._select("WHERE id = ? AND state = ? AND revision = ?", (draft.id, was.value, revision))
        if not found:
            return False
        _, *values = _row(settled_draft(draft))
        sql = "UPDATE drafts SET state = ?, revision = ?, asked_at = ?, asker = ?, body = ? WHERE id = ?"
        self._connection.change(sql, (*values, draft.id))
        if not words_of(found[0]) <= words_of(draft):
            note_words_gone(self._connection)
        return True

    def in_states(self, states: Collection[DraftState]) -> tuple[Draft, ...]:
        """Return the drafts in some states."""
        marks = ", ".join("?" * len(states))
        return self._select(f"WHERE state IN ({marks}) ORDER BY asked_at, rowid", [state.value for state in states])

    def asked_since(self, since: datetime) -> tuple[tuple[PersonRef, datetime], ...]:
        """Return who asked and when, in that order of time."""
        sql = "SELECT asker, asked_at FROM drafts WHERE asked_at >= ? ORDER BY asked_at, rowid"
        rows = self._connection.rows(sql, (to_number(since),))
        return tuple((PersonRef(*json.loads(asker)), to_moment(at)) for asker, at in rows)

    def latest(self, limit: int) -> tuple[Draft, ...]:
        """Return the drafts asked last."""
        return self._select("ORDER BY asked_at DESC, rowid DESC LIMIT ?", (max(limit, 0),))

    def posted_words(self, limit: int) -> tuple[tuple[MessageRef, str], ...]:
        """Return what the latest posted replies say; two fields of the body are read, for this is asked often."""
        sql = """SELECT json_extract(body, '$.posted_ref'), json_extract(body, '$.written') FROM drafts
                 WHERE state = 'posted' ORDER BY rowid DESC LIMIT ?"""
        rows = self._connection.rows(sql, (max(limit, 0),))
        return tuple((message_of(json.loads(ref)), written) for ref, written in rows if ref)

    def _select(self, where: str, values: Collection[object]) -> tuple[Draft, ...]:
        sql = f"SELECT {_COLUMNS} FROM drafts {where}"  # noqa: S608 - written above
        return tuple(_draft(row, self._worker) for row in self._connection.rows(sql, tuple(values)))


def _row(draft: Draft) -> Row:
    asker, at = person_parts(draft.asker), to_number(draft.asked_at)
    return draft.id, draft.state.value, draft.revision, at, json.dumps(asker), json.dumps(_body(draft))


def _body(draft: Draft) -> dict[str, Any]:
    return {
        "thread": [*channel_parts(draft.thread.channel), draft.thread.root],
        "question_ref": _message_parts(draft.question_ref),
        "question": draft.question,
        "lapses_at": to_number(draft.lapses_at),
        "composer": draft.composer,
        "written": draft.written,
        "sources": [source_parts(source) for source in draft.sources],
        "reasons": draft.reasons,
        "is_edited": draft.is_edited,
        "announced_at": to_number(draft.announced_at),
        "decided_at": to_number(draft.decided_at),
        "approved_digest": draft.approved_digest,
        "claimed_at": to_number(draft.claimed_at),
        "posted_ref": _message_parts(draft.posted_ref),
        "posted_at": to_number(draft.posted_at),
        "told_at": to_number(draft.told_at),
        "composed": draft.composed,
        "claims": draft.claims,
        "awaits_asker": draft.awaits_asker,
        "told_recipient": draft.told_recipient,
        "without_model": draft.without_model,
        "prompt_digest": draft.prompt_digest,
    }


def _draft(row: Row, worker: WorkerRef) -> Draft:
    draft_id, state, revision, asked_at, asker, text = row
    body = json.loads(text)
    *channel, root = body["thread"]
    return Draft(
        id=draft_id,
        worker=worker,
        asker=PersonRef(*json.loads(asker)),
        thread=ThreadRef(ChannelRef(*channel), root),
        question_ref=_message(body["question_ref"]),
        question=body["question"],
        state=DraftState(state),
        asked_at=to_moment(asked_at),
        lapses_at=to_moment(body["lapses_at"]),
        composer=body["composer"],
        written=body["written"],
        sources=tuple(source_of(parts) for parts in body["sources"]),
        reasons=tuple(body["reasons"]),
        revision=revision,
        is_edited=body["is_edited"],
        announced_at=to_moment(body["announced_at"]),
        decided_at=to_moment(body["decided_at"]),
        approved_digest=body["approved_digest"],
        claimed_at=to_moment(body["claimed_at"]),
        posted_ref=_message(body["posted_ref"]),
        posted_at=to_moment(body["posted_at"]),
        told_at=to_moment(body.get("told_at")),
        composed=body.get("composed", ""),
        claims=tuple(body.get("claims", ())),
        awaits_asker=body.get("awaits_asker", False),
        told_recipient=body.get("told_recipient", ""),
        without_model=body.get("without_model", False),
        prompt_digest=body.get("prompt_digest", ""),
    )


def _message_parts(ref: MessageRef | None) -> list[str] | None:
    return None if ref is None else message_parts(ref)


def _message(parts: list[str] | None) -> MessageRef | None:
    return None if parts is None else message_of(parts)
