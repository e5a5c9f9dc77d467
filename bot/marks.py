"""The marks that stand where something was redacted: short, readable, in the language of the message. Pure."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from bot.patterns import Pattern
from bot.words import Words, shipped_locales

REASONS = ("password", "key", "private_key", "code", "card", "account", "identity", "phone", "email", "own")
"""Sorts of things that are redacted, as the catalogue names them; `own` is what the worker wants never learnt."""

_CHINESE = Pattern("[\u3400-\u9fff]")
_OPENING = "‹"


def mark(reason: str, text: str) -> str:
    """Return the mark for a reason, in Chinese where the text holds any and in English elsewhere."""
    return _marks("zh-Hans" if _CHINESE.search(text) else "en")[reason]


def marks_in(text: str) -> list[tuple[int, int]]:
    """Return where marks stand in a text."""
    return [match.span() for match in _any_mark().finditer(text)] if _OPENING in text else []


def reasons_in(text: str) -> Counter[str]:
    """Return how many marks of each reason stand in a text."""
    reasons = {m: reason for locale in shipped_locales() for reason, m in _marks(locale).items()}
    return Counter(reasons[text[start:end]] for start, end in marks_in(text))


def without_marks(text: str) -> str:
    """Return a text without its marks: they are nobody's words, and nothing is to be found by them."""
    return _any_mark().sub("", text) if _OPENING in text else text


@lru_cache
def _marks(locale: str) -> dict[str, str]:
    words = Words(locale)
    return {reason: words.say(f"redaction.mark_{reason}") for reason in REASONS}


@lru_cache(maxsize=1)
def _any_mark() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(m) for locale in shipped_locales() for m in _marks(locale).values()))
