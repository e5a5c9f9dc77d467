"""Which of a worker's messages are to be erased: some channels, a span of days, and what is about some words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.messages import LoggedMessage, Span
from bot.ports import Transaction
from bot.profile.topics import Topic, is_in_doubt, touches
from bot.refs import ChannelRef, MessageRef, PersonRef
from bot.schedule import end_of_day, last_day, read_day
from bot.topic_form import read_topic


@dataclass(frozen=True, slots=True)
class Log:
    """What there is to choose from: the channels with their counts, and the days of the first and the last message."""

    channels: tuple[tuple[ChannelRef, int], ...]
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Selection:
    """A choice. `channels` are ids; `is_whole` says that neither channels nor days leave anything out."""

    channels: tuple[str, ...]
    since: date
    until: date
    topic: Topic | None
    spans: tuple[Span, ...]
    is_whole: bool

    @property
    def values(self) -> dict[str, str]:
        """The choice as a button brings it back."""
        days = {"chosen": json.dumps(self.channels), "since": self.since.isoformat(), "until": self.until.isoformat()}
        return days | ({"text": self.topic.text, "kind": self.topic.kind.value} if self.topic else {})

    def refs(self, tx: Transaction) -> tuple[MessageRef, ...]:
        """Return the messages of the channels and days, whatever they are about."""
        return tuple(ref for span in self.spans for ref in tx.messages.refs(span))

    def holds(self, message: LoggedMessage) -> bool:
        """Whether a message is meant."""
        return any(_is_in(span, message) for span in self.spans) and (
            self.topic is None or touches(self.topic, message.text)
        )

    def is_in_doubt(self, message: LoggedMessage) -> bool:
        """Whether it cannot be told in time what a message is about: nothing is erased on a suspicion."""
        return self.topic is not None and is_in_doubt(self.topic, message.text)


def look_at_log(tx: Transaction, time_zone: str, now: datetime) -> Log | None:
    """Return what there is to choose from; None where nothing is logged."""
    counts = tx.messages.channels()
    if not counts:
        return None
    oldest = tx.messages.find(tx.messages.refs(Span())[:1])
    days = [last_day(at + timedelta(seconds=1), time_zone) for at in (oldest[0].said_at, now)]
    return Log(counts, days[0], days[1])


def read_selection(
    values: Mapping[str, object], log: Log, person: PersonRef, time_zone: str, now: datetime
) -> Selection | str:
    """Read the form, or what a button brought back of it; the catalogue's key of what is wrong with it otherwise."""
    known = [ref.channel for ref, _ in log.channels]
    channels = _channels(values, known)
    if channels is None:
        return "consent.channels_wrong"
    if not channels:
        return "consent.no_channel"
    since, until = read_day(values.get("since"), log.first), read_day(values.get("until"), log.last)
    if since is None or until is None or since > until:
        return "erasing.days_wrong"
    topic = read_topic(values, "", now) if str(values.get("text", "")).strip() else None
    if isinstance(topic, str):
        return topic
    is_all_days = since <= log.first and until >= log.last
    starts = None if since <= log.first else end_of_day(since - timedelta(days=1), time_zone)
    ends = None if until >= log.last else end_of_day(until, time_zone)
    refs = [ChannelRef(person.platform, person.workspace, channel) for channel in channels]
    spans = tuple(Span(ref, starts, ends) for ref in refs)
    return Selection(tuple(channels), since, until, topic, spans, is_all_days and set(known) <= set(channels))


def _channels(values: Mapping[str, object], known: list[str]) -> list[str] | None:
    """Return the ids of the chosen channels, each once; all of them where none is named; None for what is no list."""
    chosen = values.get("channels")
    if chosen is None and isinstance(values.get("chosen"), str):
        try:
            chosen = json.loads(str(values["chosen"]))
        except ValueError:
            return None
    if chosen is None:
        return known
    if not isinstance(chosen, list) or not all(isinstance(channel, str) for channel in chosen):
        return None
    return list(dict.fromkeys(chosen))


def _is_in(span: Span, message: LoggedMessage) -> bool:
    return (
        message.ref.channel == span.channel
        and (span.since is None or span.since <= message.said_at)
        and (span.until is None or message.said_at < span.until)
    )
