"""Working hours and deadlines, in the worker's own time zone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

WORKING_DAYS = frozenset(range(5))  # Monday to Friday


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When a worker may be disturbed: from `opens` to `closes` on some weekdays (Monday is 0)."""

    opens: time = time(9)
    closes: time = time(18)
    days: frozenset[int] = WORKING_DAYS

    def __post_init__(self) -> None:
        if self.opens >= self.closes or not self.days:
            raise ValueError("working hours open before they close, on one day at least")


def zone(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name; an unknown one is UTC, since a deadline must exist anyway."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # `Europe` is a folder, a long name no file's
        return ZoneInfo("UTC")


def written_zone(written: str) -> str | None:
    """Return the IANA name of the time zone that somebody means; None if it is none, or could be several.

    Case does not matter, nor whether a space or an underscore stands between words; a city that only one zone is named
    after will do.
    """
    meant = _folded(written)
    return _zones().get(meant) or _cities().get(meant)


def _folded(name: str) -> str:
    return "_".join(name.casefold().split())


@lru_cache
def _zones() -> dict[str, str]:
    return {_folded(name): name for name in sorted(available_timezones())}


@lru_cache
def _cities() -> dict[str, str]:
    """The zones that alone bear their city's name. Those of Etc are none: in them `GMT+8` lies west of Greenwich."""
    cities: dict[str, list[str]] = {}
    for name in _zones().values():
        region, _, city = name.rpartition("/")
        if region and region != "Etc":
            cities.setdefault(_folded(city), []).append(name)
    return {city: names[0] for city, names in cities.items() if len(names) == 1}


def is_working_time(at: datetime, time_zone: str, hours: WorkingHours) -> bool:
    """Whether the worker may be disturbed at that moment."""
    local = at.astimezone(zone(time_zone))
    return local.weekday() in hours.days and hours.opens <= local.time() < hours.closes


def lapse(asked_at: datetime, time_zone: str, hours: WorkingHours, working_days: int) -> datetime:
    """Return when a draft lapses: at closing time, so many working days after the one on which it could first be seen.

    Asked on Tuesday in working hours it lapses, after two days, on Thursday evening; asked on Tuesday night, on Friday.
    """
    local = asked_at.astimezone(zone(time_zone))
    day = local.date()
    if local.weekday() not in hours.days or local.time() >= hours.closes:
        day = _next_working_day(day, hours)
    for _ in range(working_days):
        day = _next_working_day(day, hours)
    return datetime.combine(day, hours.closes, tzinfo=zone(time_zone)).astimezone(UTC)


def start_of_day(at: datetime, time_zone: str) -> datetime:
    """Return the last midnight in a time zone, in UTC: from then on "a day" is counted."""
    local = at.astimezone(zone(time_zone))
    return datetime.combine(local.date(), time(0), tzinfo=zone(time_zone)).astimezone(UTC)


def end_of_day(day: date, time_zone: str) -> datetime:
    """Return the midnight that ends a day in a time zone, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone(time_zone)).astimezone(UTC)


def last_day(ends_at: datetime, time_zone: str) -> date:
    """Return the last whole day before a moment in a time zone: what `end_of_day` was made from."""
    return (ends_at.astimezone(zone(time_zone)) - timedelta(seconds=1)).date()


def read_day(written: object, default: date) -> date | None:
    """Return the day that a date field sends (ISO 8601), the default where it was left empty; None if it is none."""
    if written in (None, ""):
        return default
    try:
        return datetime.fromisoformat(written).date() if isinstance(written, str) else None
    except ValueError:
        return None


def _next_working_day(day: date, hours: WorkingHours) -> date:
    day += timedelta(days=1)
    while day.weekday() not in hours.days:
        day += timedelta(days=1)
    return day
