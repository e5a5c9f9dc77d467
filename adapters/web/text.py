"""Text as people may write it here: cleaned of what hides or disguises, and of a length one can read. Pure."""

from __future__ import annotations

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\r\u0085\u2028\u2029]")
# Controls other than tab and line feed, and the characters that turn the reading direction of what follows.
_DISGUISES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me", "Zl", "Zp", "Zs"})
_INVISIBLE_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def clean(text: str) -> str:
    """Return a text without control and bidirectional override characters; line ends become line feeds."""
    return _DISGUISES.sub("", _LINE_ENDS.sub("\n", text)).strip(" \n\t")


def is_visible(text: str) -> bool:
    """Whether a reader would see anything of a text."""
    return any(c not in _INVISIBLE_LETTERS and unicodedata.category(c) not in _INVISIBLE_CATEGORIES for c in text)


def is_storable(text: str) -> bool:
    """Whether a text can be written down at all: no half of a surrogate pair and no NUL in it."""
    return "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
