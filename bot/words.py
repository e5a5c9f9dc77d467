"""The catalogue of user-facing words, and the only way to say them.

`bot/catalogue/<locale>/<area>.toml` holds the sentences; the key of a sentence is `<area>.<name>`. A sentence is a
string with `{placeholders}`, or a table of plural forms (`one`, `other`, … as CLDR has them) chosen by `n`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal

FALLBACK = "en"
_WITHOUT_SPACES = frozenset({"zh"})
"""Languages in which a full stop has its room with it."""

Value = str | int
Sentence = str | dict[str, str]


@lru_cache
def catalogue(locale: str) -> dict[str, Sentence]:
    """Return every sentence of one shipped locale by its key; an unshipped locale is a `KeyError`."""
    folder = files("bot") / "catalogue" / locale
    if not folder.is_dir():
        raise KeyError(locale)
    sentences: dict[str, Sentence] = {}
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            area = file.name.removesuffix(".toml")
            for name, sentence in tomllib.loads(file.read_text("utf8")).items():
                sentences[f"{area}.{name}"] = sentence
    return sentences


@lru_cache
def shipped_locales() -> tuple[str, ...]:
    """Return the locales that the catalogue holds, by name."""
    return tuple(sorted(f.name for f in (files("bot") / "catalogue").iterdir() if f.is_dir()))


class Words:
    """The words of one reader: their language, and times in their time zone."""

    def __init__(self, locale: str = FALLBACK, time_zone: str = "UTC") -> None:
        self.locale = _best(locale)
        self._babel = Locale.parse(self.locale, sep="-")
        try:
            self._zone = ZoneInfo(time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # `Europe` is a folder, a long name no file's
            self._zone = ZoneInfo("UTC")

    def say(self, key: str, **values: Value) -> str:
        """Return a sentence with its placeholders filled; an unknown key or a missing value is a `KeyError`."""
        sentence = catalogue(self.locale)[key]
        if isinstance(sentence, dict):
            form = self._babel.plural_form(int(values["n"]))
            sentence = sentence.get(form, sentence["other"])
        return sentence.format_map({name: self._shown(value) for name, value in values.items()})

    def moment(self, at: datetime, now: datetime) -> str:
        """A time as the reader would write it: the clock today, the weekday within six days, else the date."""
        local, today = at.astimezone(self._zone), now.astimezone(self._zone).date()
        clock = format_time(local, "HH:mm", locale=self._babel)
        days = (local.date() - today).days
        if days == 0:
            return clock
        if abs(days) < 7:
            return f"{format_datetime(local, 'EEE', locale=self._babel)} {clock}"
        return f"{self.day(local.date(), today)} {clock}"

    def date_and_time(self, at: datetime, now: datetime) -> str:
        """A moment in full, as a receipt has it: the day, and the time of day."""
        clock = format_time(at.astimezone(self._zone), "HH:mm", locale=self._babel)
        return f"{self.day(at, now)} {clock}"

    def day(self, day: date | datetime, today: date | datetime) -> str:
        """A day, with its year where that is not this one."""
        day, today = self._local(day), self._local(today)
        skeleton = "MMMd" if day.year == today.year else "yMMMd"
        pattern = self._babel.datetime_skeletons[skeleton]
        return format_date(day, pattern.pattern, locale=self._babel)

    def listed(self, parts: Iterable[str]) -> str:
        """Several things in a row, with the comma between them that the reader's language has: `a, b` or `a、b`."""
        comma: str = self._babel.list_patterns["standard"]["middle"].format("", "")
        return comma.join(parts)

    def in_a_row(self, sentences: Iterable[str]) -> str:
        """Several sentences one after the other, with a space between them where the reader's language has one."""
        space = "" if self._babel.language in _WITHOUT_SPACES else " "
        return space.join(filter(None, sentences))

    def _local(self, day: date | datetime) -> date:
        return day.astimezone(self._zone).date() if isinstance(day, datetime) else day

    def _shown(self, value: Value) -> str:
        return format_decimal(value, locale=self._babel) if isinstance(value, int) else value


def _best(locale: str) -> str:
    """The shipped locale nearest to the reader's, English where none is near.

    Any region or script of a shipped language is near. So whoever reads Traditional Chinese (`zh-TW`, `zh-HK`,
    `zh-Hant`) gets Simplified Chinese rather than English, for as long as there is no Traditional.
    """
    shipped = shipped_locales()
    wanted = locale.replace("_", "-")
    if wanted in shipped:
        return wanted
    try:
        parsed = Locale.parse(wanted, sep="-")
    except (UnknownLocaleError, ValueError):
        return FALLBACK
    return next((s for s in shipped if s.split("-")[0] == parsed.language), FALLBACK)
