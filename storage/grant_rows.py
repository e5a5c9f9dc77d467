"""The grants in one worker's file."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from bot.consent import Closure, Grant, Purpose, closed
from bot.refs import WorkerRef
from storage.channels import Channels
from storage.connection import Connection, Row
from storage.errors import other_worker, stored_already
from storage.moments import to_moment, to_number

_COLUMNS = "id, purpose, channel, given_at, covers_from, ends_at, words_hash, closed_at, closure, recipient"


class SqlConsentRepository:
    """`bot.ports.ConsentRepository` over SQL."""

    def __init__(self, connection: Connection, worker: WorkerRef, channels: Channels) -> None:
        self._connection = connection
        self._worker = worker
        self._channels = channels

    def all(self) -> tuple[Grant, ...]:
        """Return every grant."""
        rows = self._connection.rows(f"SELECT {_COLUMNS} FROM grants ORDER BY given_at, rowid")  # noqa: S608
        return tuple(self._grant(row) for row in rows)

    def add(self, grants: Iterable[Grant]) -> None:
        """Keep new grants: all of them, or none if one cannot be kept."""
        new = list(grants)
        ids = {grant.id for grant in new}
        if len(ids) < len(new) or any(self._get(grant_id) for grant_id in ids):
            raise stored_already()
        if any(grant.worker != self._worker for grant in new):
            raise other_worker()
        sql = f"INSERT INTO grants ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
        self._connection.change_many(sql, [self._row(grant) for grant in new])

    def close(self, ids: Collection[str], at: datetime, closure: Closure) -> int:
        """Cut grants short."""
        count = 0
        for old in filter(None, (self._get(grant_id) for grant_id in dict.fromkeys(ids))):
            new = closed(old, at, closure)
            if new is not old:
                values = (to_number(new.closed_at), new.closure, new.id)
                count += self._connection.change("UPDATE grants SET closed_at = ?, closure = ? WHERE id = ?", values)
        return count

    def _get(self, grant_id: str) -> Grant | None:
        row = self._connection.row(f"SELECT {_COLUMNS} FROM grants WHERE id = ?", (grant_id,))  # noqa: S608
        return self._grant(row) if row else None

    def _row(self, grant: Grant) -> Row:
        return (
            grant.id,
            grant.purpose.value,
            self._channels.number(grant.channel),
            to_number(grant.given_at),
            to_number(grant.covers_from),
            to_number(grant.ends_at),
            grant.words_hash,
            to_number(grant.closed_at),
            grant.closure.value if grant.closure else None,
            grant.recipient,
        )

    def _grant(self, row: Row) -> Grant:
        grant_id, purpose, channel, given_at, covers_from, ends_at, words_hash, closed_at, closure, recipient = row
        return Grant(
            id=grant_id,
            worker=self._worker,
            purpose=Purpose(purpose),
            channel=self._channels.ref(channel),
            given_at=to_moment(given_at),
            covers_from=to_moment(covers_from),
            ends_at=to_moment(ends_at),
            words_hash=words_hash,
            closed_at=to_moment(closed_at),
            closure=Closure(closure) if closure else None,
            recipient=recipient,
        )
