"""Working hours and deadlines: weekends, clocks that change, and time zones far apart."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.schedule import WorkingHours, end_of_day, is_working_time, lapse, start_of_day, written_zone, zone

HOURS = WorkingHours()
BERLIN, SHANGHAI, KOLKATA, LOS_ANGELES = "Europe/Berlin", "Asia/Shanghai", "Asia/Kolkata", "America/Los_Angeles"
START = datetime(2024, 1, 1, tzinfo=UTC)
ZONES = st.sampled_from(
    ["UTC", BERLIN, SHANGHAI, KOLKATA, LOS_ANGELES, "Pacific/Kiritimati", "Africa/Cairo", "Australia/Lord_Howe"]
)
MOMENTS = st.integers(0, 6 * 365 * 24 * 3600).map(lambda seconds: START + timedelta(seconds=seconds))


def at(written: str, time_zone: str = "UTC") -> datetime:
    """A moment as a wall clock shows it, in UTC."""
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(time_zone)).astimezone(UTC)


# ---------------------------------------------------------------- time zones as people write them


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (BERLIN, BERLIN),
        ("  europe/BERLIN\n", BERLIN),
        ("America/Los Angeles", LOS_ANGELES),
        ("los_angeles", LOS_ANGELES),
        ("shanghai", SHANGHAI),
        ("utc", "UTC"),
        ("Etc/GMT+8", "Etc/GMT+8"),
    ],
)
def test_a_time_zone_is_meant_by_its_name_or_by_its_city_alone(written: str, meant: str) -> None:
    assert written_zone(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "Europe",
        "Europe/",
        "/Berlin",
        "Mars/Olympus",
        "../UTC",
        "GMT+8",
        "posixrules",
        "Louisville",
        "柏林",
        "\0",
    ],
)
def test_what_is_no_time_zone_or_could_be_several_is_none(written: str) -> None:
    assert written_zone(written) is None


# ---------------------------------------------------------------- working hours


@pytest.mark.parametrize(
    ("local", "is_working"),
    [
        ("2026-03-02T08:59:59.999999", False),
        ("2026-03-02T09:00", True),  # a Monday
        ("2026-03-02T17:59:59.999999", True),
        ("2026-03-02T18:00", False),
        ("2026-03-06T12:00", True),  # Friday
        ("2026-03-07T12:00", False),  # Saturday
        ("2026-03-08T12:00", False),
    ],
)
@pytest.mark.parametrize("time_zone", ["UTC", BERLIN, SHANGHAI, KOLKATA, LOS_ANGELES])
def test_a_worker_is_disturbed_in_their_own_working_hours_alone(local: str, is_working: bool, time_zone: str) -> None:
    assert is_working_time(at(local, time_zone), time_zone, HOURS) is is_working


@pytest.mark.promise(20, "summer time and winter time")
def test_nine_in_the_morning_stays_nine_when_the_clocks_change() -> None:
    assert not is_working_time(at("2026-03-27T07:30"), BERLIN, HOURS)  # the Friday before: UTC+1
    assert is_working_time(at("2026-03-30T07:30"), BERLIN, HOURS)  # the Monday after: UTC+2


def test_other_hours_and_days_are_kept() -> None:
    weekend = WorkingHours(time(20), time(22), frozenset({5, 6}))
    assert is_working_time(at("2026-03-07T21:00"), "UTC", weekend)
    assert not is_working_time(at("2026-03-06T21:00"), "UTC", weekend)


@pytest.mark.parametrize(
    ("opens", "closes", "days"),
    [(time(18), time(9), {0}), (time(9), time(9), {0}), (time(9), time(18), set())],
)
def test_hours_that_never_open_are_refused(opens: time, closes: time, days: set[int]) -> None:
    with pytest.raises(ValueError):
        WorkingHours(opens, closes, frozenset(days))


# ---------------------------------------------------------------- lapsing


@pytest.mark.parametrize(
    ("asked", "lapses"),
    [
        ("2026-03-03T10:00", "2026-03-05T18:00"),  # Tuesday morning: Thursday evening
        ("2026-03-03T07:00", "2026-03-05T18:00"),  # before opening it is seen the same day
        ("2026-03-03T17:59:59", "2026-03-05T18:00"),
        ("2026-03-03T18:00", "2026-03-06T18:00"),  # at closing time it is tomorrow's
        ("2026-03-03T23:30", "2026-03-06T18:00"),
        ("2026-03-05T10:00", "2026-03-09T18:00"),  # Thursday: over the weekend to Monday
        ("2026-03-06T10:00", "2026-03-10T18:00"),
        ("2026-03-06T20:00", "2026-03-11T18:00"),  # Friday night is first seen on Monday
        ("2026-03-07T10:00", "2026-03-11T18:00"),
        ("2026-03-08T10:00", "2026-03-11T18:00"),
        ("2026-12-31T10:00", "2027-01-04T18:00"),
    ],
)
@pytest.mark.parametrize("time_zone", ["UTC", SHANGHAI, LOS_ANGELES])
def test_a_draft_lapses_after_two_working_days(asked: str, lapses: str, time_zone: str) -> None:
    assert lapse(at(asked, time_zone), time_zone, HOURS, 2) == at(lapses, time_zone)


@pytest.mark.promise(20, "summer time and winter time")
def test_a_deadline_over_a_change_of_clocks_is_still_at_closing_time() -> None:
    assert lapse(at("2026-03-27T10:00", BERLIN), BERLIN, HOURS, 2) == at("2026-03-31T16:00")  # 18:00, now UTC+2
    assert lapse(at("2026-10-23T10:00", BERLIN), BERLIN, HOURS, 2) == at("2026-10-27T17:00")  # 18:00, now UTC+1


def test_the_same_moment_is_another_day_elsewhere() -> None:
    moment = at("2026-03-03T17:00")  # Tuesday afternoon in UTC, Wednesday 01:00 in Shanghai
    assert lapse(moment, "UTC", HOURS, 1) == at("2026-03-04T18:00")
    assert lapse(moment, SHANGHAI, HOURS, 1) == at("2026-03-05T18:00", SHANGHAI)


def test_no_working_day_means_by_closing_time_of_the_day_it_could_be_seen() -> None:
    assert lapse(at("2026-03-03T10:00"), "UTC", HOURS, 0) == at("2026-03-03T18:00")
    assert lapse(at("2026-03-07T10:00"), "UTC", HOURS, 0) == at("2026-03-09T18:00")


@given(MOMENTS, ZONES, st.integers(0, 10), st.frozensets(st.integers(0, 6), min_size=1))
def test_a_deadline_lies_ahead_at_closing_time_of_a_working_day(
    asked: datetime, time_zone: str, days: int, weekdays: frozenset[int]
) -> None:
    hours = WorkingHours(days=weekdays)
    deadline = lapse(asked, time_zone, hours, days)
    local = deadline.astimezone(ZoneInfo(time_zone))
    assert deadline > asked
    assert (local.time(), local.weekday() in weekdays) == (hours.closes, True)
    assert is_working_time(deadline - timedelta(seconds=1), time_zone, hours)
    assert deadline.utcoffset() == timedelta(0)


@given(MOMENTS, ZONES, st.integers(1, 4))
@pytest.mark.promise(20, "deadlines of any moment in any zone, by chance")
def test_there_is_all_the_promised_time_to_decide(asked: datetime, time_zone: str, days: int) -> None:
    deadline = lapse(asked, time_zone, HOURS, days)
    minutes = (asked + timedelta(minutes=30 * n) for n in range(int((deadline - asked) / timedelta(minutes=30))))
    open_minutes = sum(30 for moment in minutes if is_working_time(moment, time_zone, HOURS))
    assert days * 9 * 60 - 60 <= open_minutes <= (days + 1) * 9 * 60 + 30


# ---------------------------------------------------------------- days


@pytest.mark.parametrize(
    ("day", "time_zone", "hours"),
    [
        (date(2026, 3, 2), BERLIN, 24),
        (date(2026, 3, 29), BERLIN, 23),
        (date(2026, 10, 25), BERLIN, 25),
        (date(2026, 3, 2), KOLKATA, 24),
        (date(2026, 4, 24), "Africa/Cairo", 23),  # there is no midnight on that day
    ],
)
@pytest.mark.promise(20, "summer time and winter time")
def test_a_day_is_as_long_as_the_clocks_make_it(day: date, time_zone: str, hours: int) -> None:
    end = end_of_day(day, time_zone)
    begin = start_of_day(end - timedelta(seconds=1), time_zone)
    assert end - begin == timedelta(hours=hours)
    assert begin == end_of_day(day - timedelta(days=1), time_zone)


@given(MOMENTS, ZONES)
def test_every_moment_lies_within_its_own_day(moment: datetime, time_zone: str) -> None:
    begin = start_of_day(moment, time_zone)
    end = end_of_day(moment.astimezone(ZoneInfo(time_zone)).date(), time_zone)
    assert begin <= moment < end
    assert start_of_day(end, time_zone) == end
    assert timedelta(hours=22) < end - begin < timedelta(hours=26)


@pytest.mark.parametrize("name", ["", "Mars/Phobos", "Europe", "../../etc/passwd", "\x00", "A" * 300, "🙂"])
def test_an_unknown_time_zone_is_utc(name: str) -> None:
    assert zone(name).key == "UTC"
