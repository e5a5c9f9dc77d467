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
SO_FAR = "removed_in_all"
COUNTS = (
    "messages",
    "asked",
    "refused",
    "drafted",
    "posted",
    "edited",
    "denied",
    "taken_back",
    "reused",
    "learnt",
    "dropped",
    "forgotten",
    "removed",
)
"""What a note counts, in the order in which it tells it."""


@dataclass(frozen=True, slots=True)
class WeeklyNote:
    """One note. `week` is its ISO week (`2026-W10`), `length` and `mac` are the chain's head at that moment.

    `counts` are those of `COUNTS` that are not zero, and `removed_in_all`, all that was ever redacted: to go on from.
    """

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


@dataclass(frozen=True, slots=True)
class Beside:
    """What the chain does not record: messages logged and questions refused since, and all that was ever redacted."""

    messages: int = 0
    refused: int = 0
    removed_in_all: int = 0


def note_of(
    entries: Iterable[ChainedEntry],
    head: ChainHead,
    before: WeeklyNote | None,
    beside: Beside,
    now: datetime,
    week: str,
) -> WeeklyNote:
    """Return the note of all that happened since the last one."""
    since = before.length if before else 0
    removed = beside.removed_in_all - (before.counts.get(SO_FAR, 0) if before else 0)
    counts: Counter[str] = Counter({"messages": beside.messages, "refused": beside.refused, "removed": max(removed, 0)})
    for chained in entries:
        if chained.number <= since:
            continue
        happening, facts = chained.entry.happening, chained.entry.facts
        if happening in _COUNTED:
            counts[_COUNTED[happening]] += 1
        for fact, amount in facts.items():
            if (name := _ADDED_UP.get((happening, fact))) and isinstance(amount, int):
                counts[name] += amount
    told = {name: counts[name] for name in COUNTS if counts[name]}
    return WeeklyNote(week, now, head.length, head.mac, told | {SO_FAR: beside.removed_in_all})


def is_contained(note: WeeklyNote, entries: Sequence[ChainedEntry]) -> bool:
    """Whether a chain still holds the head that a note tells of, at its place."""
    if not 0 < note.length <= len(entries):
        return False
    chained = entries[note.length - 1]
    return (chained.number, chained.mac) == (note.length, note.mac)
