"""A day as somebody types it after a command."""

from __future__ import annotations

from datetime import date

import pytest

from bot.days import read_written_day
from bot.words import Words

MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("written", "locale", "day"),
    [
        ("2026-03-05", "en", date(2026, 3, 5)),
        (" Fri ", "en", date(2026, 3, 6)),
        ("friday", "en", date(2026, 3, 6)),
        ("MON", "en", date(2026, 3, 9)),
        ("Sun.", "en", date(2026, 3, 8)),
        ("today", "en", MONDAY),
        ("Tomorrow", "en", date(2026, 3, 3)),
        ("周五", "zh-Hans", date(2026, 3, 6)),
        ("星期一", "zh-Hans", date(2026, 3, 9)),
        ("明天", "zh-Hans", date(2026, 3, 3)),
        ("tomorrow", "zh-Hans", date(2026, 3, 3)),
        ("Fri", "zh-Hans", date(2026, 3, 6)),
    ],
)
def test_a_day_is_read_in_the_readers_language_and_in_english(written: str, locale: str, day: date) -> None:
    assert read_written_day(written, MONDAY, Words(locale)) == day


@pytest.mark.parametrize("written", ["", "soon", "fr", "2026-02-30", "周五", "31", "\x00"])
def test_what_is_no_day_is_none(written: str) -> None:
    assert read_written_day(written, MONDAY, Words("en")) is None
