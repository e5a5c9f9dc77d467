"""Time zones that somebody may mean by what they have typed so far: by the name, or by the city in their language."""

from __future__ import annotations

import re
from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location

from bot.words import Words

MOST = 25
_PLACE = re.compile(r"(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)/.+")
_FIRST = ("Europe/London", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "Asia/Shanghai", "UTC")
"""Proposed before anything is typed."""


def zones_like(typed: str, words: Words) -> list[tuple[str, str]]:
    """Return at most 25 zones, each with what to show of it: first those that begin so, then those that hold it."""
    wanted = _plain(typed)
    known = _named(words.locale)
    if not wanted:
        return [(zone, _label(zone, known[zone])) for zone in _FIRST]
    found = [(rank, not city, zone) for zone, city in known.items() if (rank := _rank(wanted, zone, city)) is not None]
    return [(zone, _label(zone, known[zone])) for *_, zone in sorted(found)[:MOST]]


def _rank(wanted: str, zone: str, city: str) -> int | None:
    whole, own = _plain(zone), _plain(zone.rpartition("/")[2])
    if own.startswith(wanted) or (city and _plain(city).startswith(wanted)):
        return 0
    if whole.startswith(wanted):
        return 1
    return 2 if wanted in whole or wanted in _plain(city) else None


def _label(zone: str, city: str) -> str:
    own = zone.rpartition("/")[2].replace("_", " ")
    return f"{zone} ({city})" if city and city != own else zone


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).casefold()


@lru_cache
def _named(locale: str) -> dict[str, str]:
    """Return every zone of a place with the city's name in a language; an older name of a zone has none."""
    language = Locale.parse(locale, sep="-")
    zones = sorted(zone for zone in available_timezones() if _PLACE.fullmatch(zone))
    aliases = get_global("zone_aliases")
    return {"UTC": ""} | {zone: "" if zone in aliases else _city(zone, language) for zone in zones}


def _city(zone: str, language: Locale) -> str:
    return str(get_timezone_location(zone, locale=language, return_city=True))
