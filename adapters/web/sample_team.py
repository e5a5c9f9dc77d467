"""The sample team that a fresh workspace begins with, read from `sample/`; its talk lies in the weeks before today.

The talk has weekdays of its own ("the webinar is on Thursday"), so it always ends on a Wednesday, and nobody works at a
weekend: `-3d` is the third working day before the latest Thursday.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from adapters.web.records import ChannelRecord, MessageRecord, PersonRecord
from adapters.web.stamps import microseconds, stamp_at, stamp_of
from adapters.web.translate import resolve_handles
from adapters.web.workspace import Workspace
from bot.schedule import zone

_AT = re.compile(r"-(\d+)d (\d\d):(\d\d)")
_THURSDAY, _SATURDAY = 3, 5
_TEAM, _TOUR = "team.json", "tour.json"


@dataclass(frozen=True, slots=True)
class JoinForm:
    """How one person of the sample fills in the form: two ticks, channel ids, days until the end, earlier messages."""

    person: str
    learn: bool
    draft: bool
    channels: tuple[str, ...]
    days: int
    earlier: bool


def load_sample(workspace: Workspace, now: datetime) -> None:
    """Fill an empty workspace with the sample team. Who joined is replayed apart, through the real form."""
    team = _read(_TEAM)
    people = [PersonRecord(**person) for person in team["people"]]
    with workspace.transaction():
        workspace.team.add_people(people)
        workspace.team.add_channels(map(_channel, team["channels"]))
        zones = {person.id: person.time_zone for person in people}
        workspace.conversation.add_all(_messages(workspace.team.handles(), zones, now))
        workspace.note("is_sample", "yes")
        workspace.note("name", team["workspace"])
        workspace.stamper.pass_by(workspace.conversation.last_stamp())


def joining_forms() -> tuple[JoinForm, ...]:
    """Return the forms that those of the sample team who joined filled in."""
    return tuple(JoinForm(**{**form, "channels": tuple(form["channels"])}) for form in _read(_TEAM)["joined"])


def tour_story() -> dict[str, Any]:
    """Return who asks what in the first-run tour of the sample team, by ids."""
    return _read(_TOUR)


def _messages(handles: dict[str, str], zones: dict[str, str], now: datetime) -> list[MessageRecord]:
    """Return the sample's talk in order; two messages of one minute follow each other by a microsecond."""
    told = sorted(_told(), key=lambda message: moment_told(message["at"], zones[message["author"]], now))
    stamps: dict[str, str] = {}
    said: list[MessageRecord] = []
    last = 0
    for message in told:
        moment = min(moment_told(message["at"], zones[message["author"]], now), now - timedelta(minutes=1))
        last = max(microseconds(stamp_at(moment)), last + 1)
        stamps[message.get("key", "")] = stamp_of(last)
        text = resolve_handles(message["text"], handles)
        thread = stamps[message["thread"]] if message.get("thread") else ""
        said.append(MessageRecord(message["channel"], stamp_of(last), message["author"], text, thread))
    return said


def _told() -> list[dict[str, Any]]:
    names = sorted(file.name for file in _folder().iterdir() if file.name.startswith("messages"))
    return [message for name in names for message in _read(name)["messages"]]


def moment_told(at: str, time_zone: str, now: datetime) -> datetime:
    """Return the moment of `-23d 09:14`: so many working days back, at that time where the author lives."""
    found = _AT.fullmatch(at)
    if found is None:
        raise ValueError("a sample message is said at a time like -23d 09:14")
    days, hour, minute = map(int, found.groups())
    return datetime.combine(_working_day(now, days), time(hour, minute), tzinfo=zone(time_zone))


def _working_day(now: datetime, back: int) -> date:
    """Return the working day so many before the latest Thursday, the same for the whole team."""
    day = now.astimezone(UTC).date()
    day -= timedelta(days=(day.weekday() - _THURSDAY) % 7)
    while back:
        day -= timedelta(days=1)
        back -= day.weekday() < _SATURDAY
    return day


def _channel(record: dict[str, Any]) -> ChannelRecord:
    return ChannelRecord(
        record["id"], record["name"], record["private"], record.get("purpose", ""), tuple(record["members"])
    )


def _folder() -> Traversable:
    return files("adapters.web") / "sample"


def _read(name: str) -> dict[str, Any]:
    return dict(json.loads((_folder() / name).read_text("utf-8")))
