"""Reading a day as somebody types it after a command: `2026-03-05`, `Fri`, `Friday`, `tomorrow`, `周五`. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from babel import Locale

from bot.words import FALLBACK, Words


def read_written_day(written: str, today: date, words: Words) -> date | None:
    """Return the day that is meant, in the reader's language or in English; None if it is none.

    A weekday is the next one of that name, never today.
    """
    meant = written.strip().casefold().rstrip(".")
    try:
        return date.fromisoformat(meant)
    except ValueError:
        pass
    for speaks in (words, Words()):
        if meant == speaks.say("away.today").casefold():
            return today
        if meant == speaks.say("away.tomorrow").casefold():
            return today + timedelta(days=1)
    weekdays = _weekdays(words.locale) | _weekdays(FALLBACK)
    if meant not in weekdays:
        return None
    return today + timedelta(days=(weekdays[meant] - today.weekday() - 1) % 7 + 1)


def _weekdays(locale: str) -> dict[str, int]:
    """Return the number of each weekday, Monday being 0, by its names in a language."""
    forms = Locale.parse(locale, sep="-").days["format"]
    return {
        name.casefold().rstrip("."): number for form in ("wide", "abbreviated") for number, name in forms[form].items()
    }
