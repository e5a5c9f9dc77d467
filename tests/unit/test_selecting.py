"""What a worker chooses to erase: channels, days of their own zone and words, read exactly or refused by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.messages import Span
from bot.ports import Transaction
from bot.profile.topics import Topic, TopicKind
from bot.refs import ChannelRef, MessageRef
from bot.selecting import Log, Selection, look_at_log, read_selection
from tests.unit.small_log import log
from tests.unit.small_team import ATTIC, BUILD, LEADS, MARA, NOON

FIRST, LAST = date(2026, 2, 1), date(2026, 3, 2)
LOG = Log(((BUILD, 7), (LEADS, 1)), FIRST, LAST)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
BOTH = ["build", "leads"]


def choose(time_zone: str = "UTC", **values: Any) -> Selection | str:
    return read_selection(values, LOG, MARA, time_zone, NOON)


def chosen(time_zone: str = "UTC", **values: Any) -> Selection:
    selection = choose(time_zone, **values)
    assert isinstance(selection, Selection), selection
    return selection


# ---------------------------------------------------------------- what there is to choose from


def test_where_nothing_is_logged_there_is_nothing_to_choose(tx: Transaction) -> None:
    assert look_at_log(tx, "UTC", NOON) is None


@pytest.mark.parametrize("at", ["2026-02-03T00:00:00", "2026-02-03T12:00:00", "2026-02-03T23:59:59"])
def test_the_days_are_those_of_the_first_message_and_of_today(tx: Transaction, at: str) -> None:
    first = datetime.fromisoformat(at).replace(tzinfo=UTC)
    for number, moment, channel in ((1, NOON - DAY, BUILD), (2, first, LEADS), (3, first + 2 * DAY, BUILD)):
        log(tx, number, "All of it.", channel, at=moment)
    for now in (NOON.replace(hour=0), NOON, NOON.replace(hour=23, minute=59, second=59)):
        assert look_at_log(tx, "UTC", now) == Log(((BUILD, 2), (LEADS, 1)), date(2026, 2, 3), NOON.date())


def test_the_days_are_those_of_the_workers_zone(tx: Transaction) -> None:
    log(tx, 1, "All of it.", at=datetime(2026, 2, 3, 20, tzinfo=UTC))
    found = look_at_log(tx, "Asia/Shanghai", NOON.replace(hour=17))
    assert found == Log(((BUILD, 1),), date(2026, 2, 4), NOON.date() + DAY)


# ---------------------------------------------------------------- what is chosen


def test_an_empty_form_chooses_all_there_is() -> None:
    spans = (Span(BUILD), Span(LEADS))
    assert choose() == Selection(("build", "leads"), FIRST, LAST, None, spans, is_whole=True)


@pytest.mark.parametrize(
    ("values", "channels"),
    [
        ({"channels": ["leads"]}, ["leads"]),
        ({"channels": ["leads", "build", "leads"]}, ["leads", "build"]),
        ({"chosen": '["leads"]'}, ["leads"]),
        ({"chosen": '["leads"]', "channels": ["build"]}, ["build"]),
        ({"chosen": 7}, BOTH),
        ({"chosen": "null"}, BOTH),
        ({"channels": None, "chosen": None}, BOTH),
        ({"channels": ["attic"]}, ["attic"]),
    ],
)
def test_channels_are_those_of_the_form_or_else_of_the_button_each_once(
    values: dict[str, Any], channels: list[str]
) -> None:
    selection = chosen(**values)
    assert selection.channels == tuple(channels)
    assert selection.spans == tuple(Span(ChannelRef("small", "team", channel)) for channel in channels)


@pytest.mark.parametrize(
    ("values", "key"),
    [
        *(({"channels": wrong}, "consent.channels_wrong") for wrong in ("build", {"build": True}, ["build", 1], 0, "")),
        *(({"chosen": wrong}, "consent.channels_wrong") for wrong in ("[", "{}", '"build"', '["build", 1]', "0", "")),
        ({"channels": []}, "consent.no_channel"),
        ({"chosen": "[]"}, "consent.no_channel"),
        ({"since": "yesterday"}, "erasing.days_wrong"),
        ({"until": "tomorrow"}, "erasing.days_wrong"),
        ({"since": "2026-02-11", "until": "2026-02-10"}, "erasing.days_wrong"),
        ({"text": 7}, "never.malformed_words"),
        ({"text": "?!"}, "never.malformed_words"),
        ({"text": "(", "is_pattern": True}, "never.malformed_pattern"),
    ],
)
def test_what_is_wrong_with_a_choice_is_named(values: dict[str, Any], key: str) -> None:
    assert choose(**values) == key


@pytest.mark.parametrize(
    ("since", "until", "is_whole"),
    [
        (FIRST, LAST, True),
        (FIRST - DAY, LAST + DAY, True),
        (FIRST + DAY, LAST, False),
        (FIRST, LAST - DAY, False),
        (FIRST + 5 * DAY, FIRST + 5 * DAY, False),
    ],
)
def test_days_from_the_first_to_the_last_leave_nothing_out(since: date, until: date, is_whole: bool) -> None:
    selection = chosen("Europe/Berlin", since=since.isoformat(), until=until.isoformat())
    starts, ends = (datetime(day.year, day.month, day.day, 23, tzinfo=UTC) for day in (since - DAY, until))
    bounds = (None if since <= FIRST else starts, None if until >= LAST else ends)
    assert (selection.since, selection.until, selection.is_whole) == (since, until, is_whole)
    assert selection.spans == tuple(Span(channel, *bounds) for channel in (BUILD, LEADS))


@pytest.mark.parametrize(
    ("channels", "is_whole"),
    [(BOTH, True), (["leads", "attic", "build"], True), (["build"], False), (["leads"], False)],
)
def test_all_channels_leave_nothing_out(channels: list[str], is_whole: bool) -> None:
    assert chosen(channels=channels).is_whole is is_whole
    assert chosen(channels=channels, until=(LAST - DAY).isoformat()).is_whole is False


def test_words_or_a_pattern_may_be_chosen_beside() -> None:
    assert chosen(text=" cache ").topic == Topic("", TopicKind.WORDS, "cache", NOON)
    assert chosen(text="^c", is_pattern=True).topic == Topic("", TopicKind.PATTERN, "^c", NOON)
    assert [chosen(text=blank).topic for blank in ("", "  ")] == [None, None]


@pytest.mark.parametrize(
    "values",
    [
        {"since": "2026-02-07"},
        {"until": "2026-02-07", "channels": ["leads"]},
        {"text": "cache"},
        {"text": "^c", "is_pattern": True},
    ],
)
def test_what_a_button_brings_back_is_the_same_choice(values: dict[str, Any]) -> None:
    selection = chosen(**values)
    assert chosen(**selection.values) == selection
    assert set(selection.values) == {"chosen", "since", "until"} | ({"text", "kind"} if "text" in values else set())


# ---------------------------------------------------------------- what is meant by it


def test_messages_of_a_span_are_found_in_the_log_whatever_they_are_about(tx: Transaction) -> None:
    logged = [log(tx, n, "All of it.", c, at=NOON - n * DAY) for n, c in ((1, BUILD), (2, LEADS), (30, BUILD))]
    assert chosen(text="cache").refs(tx) == (logged[2].ref, logged[0].ref, logged[1].ref)
    assert chosen(since="2026-02-07", channels=["build"]).refs(tx) == (logged[0].ref,)


def test_a_message_is_meant_from_the_first_moment_of_a_span_and_before_its_end(tx: Transaction) -> None:
    message = log(tx, 1, "The cache.")
    day = (NOON - 4 * DAY).date().isoformat()
    midnight = (NOON - 4 * DAY).replace(hour=0)
    there = MessageRef(ChannelRef("small", "team", "build"), "1.0")
    for since, until, meant in (
        (day, day, [False, True, True, False, False]),
        (day, None, [False, True, True, True, True]),
        (None, day, [True, True, True, False, False]),
        (None, None, [True] * 5),
    ):
        selection = chosen(since=since, until=until, channels=["leads", "build"])
        moments = (midnight - SECOND, midnight, midnight + DAY - SECOND, midnight + DAY, midnight + 2 * DAY)
        assert [selection.holds(replace(message, ref=there, said_at=at)) for at in moments] == meant


def test_a_message_is_meant_in_its_channel_alone_and_if_it_is_about_the_words(tx: Transaction) -> None:
    message = log(tx, 1, "The cache.")
    for name in ("attic", "build", "leads"):
        selection = chosen(channels=[name])
        held = [c for c in (ATTIC, BUILD, LEADS) if selection.holds(replace(message, ref=MessageRef(c, "1.0")))]
        assert [channel.channel for channel in held] == [name]
    assert [chosen(text=words).holds(message) for words in ("cache", "roses", "")] == [True, False, True]
    assert chosen(text="cache", channels=["leads"]).holds(message) is False


def test_what_cannot_be_told_in_time_is_in_doubt(tx: Transaction) -> None:
    message = log(tx, 1, "The cache.")
    unusable = replace(chosen(), topic=Topic("", TopicKind.PATTERN, "(", NOON))
    assert unusable.is_in_doubt(message) is True
    assert [chosen(text=words).is_in_doubt(message) for words in ("cache", "roses", "")] == [False] * 3
