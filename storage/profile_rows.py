"""The profile in one worker's file: claims, the voice, and versions, each as a JSON body."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from bot.consent import Shelf
from bot.profile.claims import Claim, ClaimChange, ClaimKind, ClaimOrigin, ClaimState
from bot.profile.versions import Cause, ProfileVersion
from bot.profile.voice import Tally
from storage.channels import Channels
from storage.connection import Connection, Row
from storage.errors import stored_already
from storage.moments import to_moment, to_number
from storage.parts import message_of, message_parts, shelf_of, shelf_parts
from storage.upkeep import note_words_gone
from storage.values import loses_words, settled_claim

_PUT_CLAIM = """INSERT INTO claims (id, first_seen, body) VALUES (?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET first_seen = excluded.first_seen, body = excluded.body"""
_PUT_VOICE = """INSERT INTO voice (channel, public, tally) VALUES (?, ?, ?)
    ON CONFLICT (channel, public) DO UPDATE SET tally = excluded.tally"""
_VERSION = "number, at, cause, messages, states, traits"


class SqlProfileRepository:
    """`bot.ports.ProfileRepository` over SQL."""

    def __init__(self, connection: Connection, channels: Channels) -> None:
        self._connection = connection
        self._channels = channels

    def claims(self) -> tuple[Claim, ...]:
        """Return every claim."""
        rows = self._connection.rows("SELECT id, first_seen, body FROM claims ORDER BY first_seen, rowid")
        return tuple(_claim(row) for row in rows)

    def put(self, claims: Iterable[Claim]) -> None:
        """Keep claims."""
        for claim in map(settled_claim, claims):
            row = self._connection.row("SELECT id, first_seen, body FROM claims WHERE id = ?", (claim.id,))
            self._connection.change(_PUT_CLAIM, (claim.id, to_number(claim.first_seen), json.dumps(_body(claim))))
            if row is not None and _claim(row).statement != claim.statement:
                note_words_gone(self._connection)

    def drop(self, ids: Collection[str]) -> int:
        """Erase claims."""
        sql = "DELETE FROM claims WHERE id IN (SELECT value FROM json_each(?))"
        count = self._connection.change(sql, (json.dumps(list(ids)),))
        if count:
            note_words_gone(self._connection)
        return count

    def voice(self) -> dict[Shelf, Tally]:
        """Return what was counted, by shelf."""
        rows = self._connection.rows("SELECT channel, public, tally FROM voice")
        found = ((Shelf(self._channels.ref(channel), bool(public)), tally) for channel, public, tally in rows)
        return {shelf: Tally.from_json(tally) for shelf, tally in found}

    def put_voice(self, shelf: Shelf, tally: Tally) -> None:
        """Replace what was counted on one shelf."""
        old = self._tally(shelf)
        if not tally.is_empty:
            values = (self._channels.number(shelf.channel), shelf.public, tally.to_json())
            self._connection.change(_PUT_VOICE, values)
        elif old is not None:
            where = (self._channels.find(shelf.channel), shelf.public)
            self._connection.change("DELETE FROM voice WHERE channel = ? AND public = ?", where)
        if loses_words(old, tally):
            note_words_gone(self._connection)

    def _tally(self, shelf: Shelf) -> Tally | None:
        sql = "SELECT tally FROM voice WHERE channel = ? AND public = ?"
        row = self._connection.row(sql, (self._channels.find(shelf.channel), shelf.public))
        return Tally.from_json(row[0]) if row else None

    def versions(self) -> tuple[ProfileVersion, ...]:
        """Return every version."""
        rows = self._connection.rows(f"SELECT {_VERSION} FROM profile_versions ORDER BY number")  # noqa: S608
        return tuple(_version(row) for row in rows)

    def last_version(self, cause: Cause | None = None) -> ProfileVersion | None:
        """Return the last version, or the last with a cause."""
        sql = (
            f"SELECT {_VERSION} FROM profile_versions WHERE ? IS NULL OR cause = ?"  # noqa: S608
            " ORDER BY number DESC LIMIT 1"
        )
        wanted = cause.value if cause is not None else None
        row = self._connection.row(sql, (wanted, wanted))
        return _version(row) if row else None

    def add_version(self, version: ProfileVersion) -> None:
        """Keep a new version."""
        if self._connection.row("SELECT 1 FROM profile_versions WHERE number = ?", (version.number,)):
            raise stored_already()
        states, traits = json.dumps(version.states), json.dumps(version.traits)
        values = (version.number, to_number(version.at), version.cause.value, version.messages, states, traits)
        sql = f"INSERT INTO profile_versions ({_VERSION}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608
        self._connection.change(sql, values)

    def drop_versions(self, before: int) -> int:
        """Erase the versions before a number, but for the last of each cause."""
        sql = """DELETE FROM profile_versions WHERE number < ?
            AND number NOT IN (SELECT max(number) FROM profile_versions GROUP BY cause)"""
        return self._connection.change(sql, (before,))

    def erase_versions(self) -> int:
        """Erase every version."""
        count = self._connection.change("DELETE FROM profile_versions")
        if count:
            note_words_gone(self._connection)
        return count


def _body(claim: Claim) -> dict[str, object]:
    return {
        "kind": claim.kind,
        "statement": claim.statement,
        "shelf": shelf_parts(claim.shelf) if claim.shelf else None,
        "worded_by": [message_parts(ref) for ref in claim.worded_by],
        "evidence": [message_parts(ref) for ref in claim.evidence],
        "last_seen": to_number(claim.last_seen),
        "state": claim.state,
        "origin": claim.origin,
        "change": claim.change,
        "rival": claim.rival,
        "source": claim.source,
    }


def _claim(row: Row) -> Claim:
    claim_id, first_seen, text = row
    body = json.loads(text)
    return Claim(
        id=claim_id,
        kind=ClaimKind(body["kind"]),
        statement=body["statement"],
        shelf=shelf_of(body["shelf"]) if body["shelf"] else None,
        worded_by=tuple(message_of(parts) for parts in body["worded_by"]),
        evidence=tuple(message_of(parts) for parts in body["evidence"]),
        first_seen=to_moment(first_seen),
        last_seen=to_moment(body["last_seen"]),
        state=ClaimState(body["state"]),
        origin=ClaimOrigin(body["origin"]),
        change=ClaimChange(body["change"]),
        rival=body["rival"],
        source=body["source"],
    )


def _version(row: Row) -> ProfileVersion:
    number, at, cause, messages, states, traits = row
    held = {claim_id: ClaimState(state) for claim_id, state in json.loads(states).items()}
    return ProfileVersion(number, to_moment(at), Cause(cause), messages, held, json.loads(traits))
