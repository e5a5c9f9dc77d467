"""The catalogue: plural forms, numbers, days and clocks as their reader writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.words import FALLBACK, Words, catalogue, shipped_locales

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


# ---------------------------------------------------------------- sentences


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "0 messages are logged."),
        (1, "1 message is logged."),
        (2, "2 messages are logged."),
        (21, "21 messages are logged."),
        (4212, "4,212 messages are logged."),
    ],
)
def test_a_count_is_said_in_its_plural_form_and_grouped(n: int, said: str) -> None:
    assert Words("en").say("mine.total", n=n) == said


def test_values_stand_as_they_are_whatever_they_hold() -> None:
    assert Words().say("asking.ask_yourself_button", name="{n} {name} %s") == "Ask {n} {name} %s yourself"


def test_an_unknown_key_or_a_missing_value_is_an_error() -> None:
    for key, values in (("mine.no_such_sentence", {}), ("mine.total", {}), ("asking.ask_yourself_button", {"n": 1})):
        with pytest.raises(KeyError):
            Words().say(key, **values)


def test_the_catalogue_of_a_locale_that_is_not_shipped_is_an_error() -> None:
    with pytest.raises(KeyError):
        catalogue("tlh")


def test_every_sentence_has_words_and_every_plural_the_form_for_all_else() -> None:
    for locale in shipped_locales():
        for key, sentence in catalogue(locale).items():
            forms = sentence if isinstance(sentence, dict) else {"other": sentence}
            assert forms["other"].strip(), (locale, key)
            assert all(form.strip() for form in forms.values()), (locale, key)


# ---------------------------------------------------------------- locales


@pytest.mark.parametrize("wanted", ["en", "en-GB", "en_US", "EN", "en-Latn-US"])
def test_a_reader_gets_their_language_in_whatever_region(wanted: str) -> None:
    assert Words(wanted).locale == "en"


@pytest.mark.parametrize("wanted", ["zh", "zh-CN", "zh_CN", "zh-SG", "zh-Hans", "zh-Hans-CN", "ZH-cn"])
def test_a_reader_of_chinese_gets_simplified_chinese(wanted: str) -> None:
    assert Words(wanted).locale == "zh-Hans"


@pytest.mark.parametrize("wanted", ["zh-TW", "zh-HK", "zh-MO", "zh-Hant", "zh_Hant_TW"])
def test_a_reader_of_traditional_chinese_gets_simplified_rather_than_english(wanted: str) -> None:
    assert Words(wanted).say("home.title") == "我的分身"


@pytest.mark.parametrize(
    ("n", "said"), [(0, "已记录 0 条消息。"), (1, "已记录 1 条消息。"), (4212, "已记录 4,212 条消息。")]
)
def test_chinese_has_one_form_for_every_count(n: int, said: str) -> None:
    assert Words("zh-CN").say("mine.total", n=n) == said


def test_things_in_a_row_have_the_comma_of_the_language() -> None:
    assert Words("en").listed(["#build", "#backend", "#general"]) == "#build, #backend, #general"
    assert Words("zh-CN").listed(["#build", "#backend", "#general"]) == "#build、#backend、#general"
    assert Words("zh-CN").listed(["#build"]) == "#build"
    assert Words("zh-CN").listed([]) == ""


def test_sentences_stand_in_a_row_as_the_language_has_them() -> None:
    assert Words("en").in_a_row(["One.", "", "Two."]) == "One. Two."
    assert Words("zh-CN").in_a_row(["一。", "", "二。"]) == "一。二。"


@pytest.mark.parametrize("wanted", ["", "tlh", "xx-YY", "🙂", "-", "C.UTF-8", "\x00", "a" * 500, "../en"])
def test_a_reader_whose_language_is_not_shipped_gets_english(wanted: str) -> None:
    words = Words(wanted)
    assert words.locale == FALLBACK
    assert words.say("mine.total", n=1) == "1 message is logged."


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_locale_and_time_zone_can_be_read_to(locale: str, time_zone: str) -> None:
    words = Words(locale, time_zone)
    assert words.locale in shipped_locales()
    assert words.moment(MONDAY, MONDAY)


# ---------------------------------------------------------------- days and clocks


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (MONDAY, "12:00"),
        (MONDAY.replace(hour=0, minute=5), "00:05"),
        (MONDAY.replace(hour=23, minute=59), "23:59"),
        (MONDAY + timedelta(days=1), "Tue 12:00"),
        (MONDAY - timedelta(days=1), "Sun 12:00"),
        (MONDAY + timedelta(days=6), "Sun 12:00"),
        (MONDAY - timedelta(days=6), "Tue 12:00"),
        (MONDAY + timedelta(days=7), "Mar 9 12:00"),  # no weekday that could be today's
        (MONDAY - timedelta(days=7), "Feb 23 12:00"),
        (MONDAY - timedelta(days=365), "Mar 2, 2025 12:00"),
    ],
)
def test_a_moment_is_told_as_near_as_it_is(at: datetime, written: str) -> None:
    assert Words().moment(at, MONDAY) == written


@pytest.mark.parametrize(
    ("time_zone", "written"),
    [
        ("UTC", "23:30"),
        ("Europe/Berlin", "00:30"),  # for both it is past midnight there
        ("Asia/Kolkata", "05:00"),
        ("America/Los_Angeles", "15:30"),
        ("Mars/Phobos", "23:30"),
        ("Europe", "23:30"),
    ],
)
def test_a_moment_is_told_by_the_readers_clock(time_zone: str, written: str) -> None:
    late = MONDAY.replace(hour=23, minute=30)
    assert Words("en", time_zone).moment(late, late) == written


def test_days_and_clocks_are_written_as_in_china() -> None:
    words = Words("zh-CN", "Asia/Shanghai")
    at = datetime(2026, 3, 5, 10, tzinfo=UTC)
    assert words.moment(at, at) == "18:00"
    assert words.moment(at, MONDAY) == "周四 18:00"
    assert words.moment(at, MONDAY + timedelta(days=20)) == "3月5日 18:00"
    assert words.date_and_time(at, MONDAY + timedelta(days=400)) == "2026年3月5日 18:00"
    assert words.day(date(2027, 1, 1), date(2026, 12, 31)) == "2027年1月1日"


def test_what_is_today_depends_on_where_the_reader_is() -> None:
    evening, next_morning = MONDAY.replace(hour=20), MONDAY.replace(hour=8) + timedelta(days=1)
    assert Words("en", "UTC").moment(evening, next_morning) == "Mon 20:00"
    assert Words("en", "Asia/Shanghai").moment(evening, next_morning) == "04:00"


def test_a_clock_that_changed_in_between_is_followed() -> None:
    words = Words("en", "Europe/Berlin")
    assert words.moment(datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 12, tzinfo=UTC)) == "Sat 13:00"
    assert words.moment(datetime(2026, 3, 29, 12, tzinfo=UTC), datetime(2026, 3, 29, 12, tzinfo=UTC)) == "14:00"


def test_a_day_bears_its_year_only_where_it_is_another() -> None:
    words = Words()
    assert words.day(date(2026, 3, 2), date(2026, 12, 31)) == "Mar 2"
    assert words.day(date(2025, 12, 31), date(2026, 1, 1)) == "Dec 31, 2025"
    assert words.day(date(2027, 1, 1), date(2026, 12, 31)) == "Jan 1, 2027"


def test_a_day_given_as_a_moment_is_the_readers_day() -> None:
    late = datetime(2026, 12, 31, 20, tzinfo=UTC)
    assert Words("en", "UTC").day(late, late) == "Dec 31"
    assert Words("en", "Asia/Shanghai").day(late, late) == "Jan 1"
    assert Words("en", "Asia/Shanghai").day(late, date(2026, 12, 31)) == "Jan 1, 2027"
