"""The weekly note: what a double did in a week, in counts, and where its audit chain ended. Pure.

The heads are what a worker compares: a chain that was cut, exchanged or written anew does not contain an earlier head.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.audit import ChainedEntry, ChainHead, Happening
from bot.schedule import WorkingHours, is_working_time, zone

FRIDAY = 4
KEPT = 12
"""So many notes are kept, the newest."""

_COUNTED = {
    Happening.ASKED: "asked",
    Happening.DRAFTED: "drafted",
    Happening.POSTED: "posted",
    Happening.EDITED: "edited",
    Happening.DENIED: "denied",
    Happening.RETRACTED: "taken_back",
    Happening.UNDONE: "taken_back",
    Happening.REUSED: "reused",
}
_ADDED_UP = {
    (Happening.REFRESHED, "new"): "learnt",
    (Happening.REFRESHED, "changed"): "learnt",
    (Happening.CLAIMS_DECIDED, "dropped"): "dropped",
    (Happening.CLAIMS_DECIDED, "removed"): "dropped",
    (Happening.FORGOTTEN, "messages"): "forgotten",
}
COUNTS = (
    "messages",
    "asked",
    "drafted",
    "posted",
    "edited",
    "denied",
    "taken_back",
    "reused",
    "learnt",
    "dropped",
    "forgotten",
)
"""What a note counts, in the order in which it tells it."""


@dataclass(frozen=True, slots=True)
class WeeklyNote:
    """One note. `week` is its ISO week (`2026-W10`), `length` and `mac` are the chain's head at that moment."""

    week: str
    at: datetime
    length: int
    mac: str
    counts: dict[str, int] = field(default_factory=dict)


def week_of(day: date) -> str:
    """Return a day's ISO week, so written that later weeks are greater."""
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"


def is_due(now: datetime, time_zone: str, hours: WorkingHours, notes: Sequence[WeeklyNote]) -> bool:
    """Whether it is the hour for a note: in the worker's hours of Friday, or of the last working day before it.

    One a week at most, and none for a week that an earlier note lies in or after: a clock set back brings none.
    """
    last_day = max((day for day in hours.days if day <= FRIDAY), default=max(hours.days))
    local = now.astimezone(zone(time_zone))
    if local.weekday() != last_day or not is_working_time(now, time_zone, hours):
        return False
    return not notes or notes[-1].week < week_of(local.date())


def note_of(
    entries: Iterable[ChainedEntry], head: ChainHead, before: WeeklyNote | None, messages: int, now: datetime, week: str
) -> WeeklyNote:
    """Return the note of all that the chain records since the last one; `messages` are those logged since."""
    since = before.length if before else 0
    counts: Counter[str] = Counter({"messages": messages})
    for chained in entries:
        if chained.number <= since:
            continue
        happening, facts = chained.entry.happening, chained.entry.facts
        if happening in _COUNTED:
            counts[_COUNTED[happening]] += 1
        for fact, amount in facts.items():
            if (name := _ADDED_UP.get((happening, fact))) and isinstance(amount, int):
                counts[name] += amount
    return WeeklyNote(week, now, head.length, head.mac, {name: counts[name] for name in COUNTS if counts[name]})


def is_contained(note: WeeklyNote, entries: Sequence[ChainedEntry]) -> bool:
    """Whether a chain still holds the head that a note tells of, at its place."""
    if not 0 < note.length <= len(entries):
        return False
    chained = entries[note.length - 1]
    return (chained.number, chained.mac) == (note.length, note.mac)
