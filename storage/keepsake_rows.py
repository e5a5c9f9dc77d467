"""A worker's preferences, unfinished back-fills and what was spent, in their own file."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from bot.agreed_words import AgreedWords
from bot.messages import Backfill, Spending
from bot.preferences import Preferences
from bot.profile.topics import Topic, TopicKind
from bot.refs import ChannelRef, PersonRef
from storage.channels import Channels
from storage.connection import Connection
from storage.moments import to_moment, to_number
from storage.parts import person_parts
from storage.upkeep import note_words_gone
from storage.values import settled_preferences, words_of_topics

_WORDS = "digest, text, language, version, asleep_days, frozen_days"
_SPEND = """INSERT INTO spending (day, purpose, requests, prompt, completion) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (day, purpose) DO UPDATE SET requests = requests + excluded.requests,
    prompt = prompt + excluded.prompt, completion = completion + excluded.completion"""


class SqlKeepsakeRepository:
    """`bot.ports.KeepsakeRepository` over SQL."""

    def __init__(self, connection: Connection, channels: Channels) -> None:
        self._connection = connection
        self._channels = channels

    def preferences(self) -> Preferences:
        """Return the preferences."""
        row = self._connection.row("SELECT body FROM preferences")
        return Preferences() if row is None else _preferences(json.loads(row[0]))

    def set_preferences(self, preferences: Preferences) -> None:
        """Replace the preferences."""
        old, new = self.preferences(), settled_preferences(preferences)
        sql = "INSERT OR REPLACE INTO preferences (id, body) VALUES (1, ?)"
        self._connection.change(sql, (json.dumps(_body(new)),))
        if not words_of_topics(old) <= words_of_topics(new):
            note_words_gone(self._connection)

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

    def spend(self, day: date, purpose: str, spent: Spending) -> None:
        """Add to what was spent."""
        self._connection.change(_SPEND, (day.isoformat(), purpose, spent.requests, spent.prompt, spent.completion))

    def spent(self, day: date) -> dict[str, Spending]:
        """Return what was spent on a day."""
        sql = "SELECT purpose, requests, prompt, completion FROM spending WHERE day = ?"
        return {purpose: Spending(*counts) for purpose, *counts in self._connection.rows(sql, (day.isoformat(),))}

    def keep_agreed(self, words: AgreedWords) -> None:
        """Keep the words under their digest."""
        sql = f"INSERT OR IGNORE INTO agreed_words ({_WORDS}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608
        bound = (words.version, words.asleep_days, words.frozen_days)
        self._connection.change(sql, (words.digest, words.text, words.language, *bound))

    def agreed(self) -> dict[str, AgreedWords]:
        """Return the words by their digest."""
        rows = self._connection.rows(f"SELECT {_WORDS} FROM agreed_words ORDER BY digest")  # noqa: S608
        return {digest: AgreedWords(*words) for digest, *words in rows}


def _body(preferences: Preferences) -> dict[str, Any]:
    return {
        "muted": [person_parts(ref) for ref in sorted(preferences.muted)],
        "links_allowed": preferences.links_allowed,
        "topics": [_topic_parts(topic) for topic in preferences.topics],
        "never_learn": [_topic_parts(topic) for topic in preferences.never_learn],
        "cleared_by": preferences.cleared_by,
        "informed": [[person_parts(ref), recipient] for ref, recipient in sorted(preferences.informed)],
        "told_version": preferences.told_version,
        "told_end": preferences.told_end,
        "told_words": preferences.told_words,
        "away_until": preferences.away_until.isoformat() if preferences.away_until else "",
        "away_by_status": preferences.away_by_status,
        "drafts_shown": preferences.drafts_shown,
        "time_zone": preferences.time_zone,
        "locale": preferences.locale,
    }


def _preferences(body: dict[str, Any]) -> Preferences:
    end, away = body.get("told_end", ("", 0)), body.get("away_until", "")
    return Preferences(
        muted=frozenset(PersonRef(*parts) for parts in body["muted"]),
        links_allowed=body["links_allowed"],
        topics=tuple(_topic(*parts) for parts in body.get("topics", ())),
        informed=frozenset((PersonRef(*parts), recipient) for parts, recipient in body.get("informed", ())),
        told_version=body.get("told_version", 0),
        told_end=(end[0], end[1]),
        told_words=body.get("told_words", ""),
        never_learn=tuple(_topic(*parts) for parts in body.get("never_learn", ())),
        cleared_by=body.get("cleared_by", ""),
        away_until=date.fromisoformat(away) if away else None,
        away_by_status=body.get("away_by_status", False),
        drafts_shown=body.get("drafts_shown", False),
        time_zone=body.get("time_zone", ""),
        locale=body.get("locale", ""),
    )


def _topic_parts(topic: Topic) -> list[Any]:
    return [topic.id, topic.kind, topic.text, to_number(topic.since)]


def _topic(topic_id: str, kind: str, text: str, since: int) -> Topic:
    return Topic(topic_id, TopicKind(kind), text, to_moment(since))
