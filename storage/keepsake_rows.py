"""A worker's preferences and unfinished back-fills, in their own file."""

from __future__ import annotations

import json

from bot.messages import Backfill
from bot.preferences import Preferences
from bot.refs import ChannelRef, PersonRef
from storage.channels import Channels
from storage.connection import Connection
from storage.moments import to_moment, to_number


class SqlKeepsakeRepository:
    """`bot.ports.KeepsakeRepository` over SQL."""

    def __init__(self, connection: Connection, channels: Channels) -> None:
        self._connection = connection
        self._channels = channels

    def preferences(self) -> Preferences:
        """Return the preferences."""
        row = self._connection.row("SELECT body FROM preferences")
        if row is None:
            return Preferences()
        body = json.loads(row[0])
        muted = frozenset(PersonRef(*parts) for parts in body["muted"])
        return Preferences(muted=muted, links_allowed=body["links_allowed"])

    def set_preferences(self, preferences: Preferences) -> None:
        """Replace the preferences."""
        body = {
            "muted": [[ref.platform, ref.workspace, ref.person] for ref in sorted(preferences.muted)],
            "links_allowed": preferences.links_allowed,
        }
        sql = "INSERT OR REPLACE INTO preferences (id, body) VALUES (1, ?)"
        self._connection.change(sql, (json.dumps(body),))

    def backfills(self) -> tuple[Backfill, ...]:
        """Return the unfinished back-fills."""
        rows = self._connection.rows("SELECT channel, since, cursor, learned FROM backfills")
        found = (Backfill(self._channels.ref(number), to_moment(at), *rest) for number, at, *rest in rows)
        return tuple(sorted(found, key=lambda backfill: backfill.channel))

    def put_backfill(self, backfill: Backfill) -> None:
        """Keep how far one channel's back-fill has come."""
        number = self._channels.number(backfill.channel)
        sql = "INSERT OR REPLACE INTO backfills (channel, since, cursor, learned) VALUES (?, ?, ?, ?)"
        self._connection.change(sql, (number, to_number(backfill.since), backfill.cursor, backfill.learned))

    def drop_backfill(self, channel: ChannelRef) -> None:
        """Forget a channel's back-fill."""
        self._connection.change("DELETE FROM backfills WHERE channel = ?", (self._channels.find(channel),))
