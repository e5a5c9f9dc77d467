"""Texts cut or split to a platform's limits. Pure.

Lengths are counted in UTF-16 units, as chat clients count them, and after escaping: never less than a platform counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator


def length(text: str) -> int:
    """Return how long a platform may find a text, in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """Return a plain text of at most `limit` units, ending in `…` where something had to go."""
    if length(text) <= limit:
        return text
    kept = text
    while length(kept) > limit - 1:
        kept = kept[: len(kept) - max(1, (length(kept) - limit + 1) // 2)]
    return f"{kept.rstrip()}…"


def split(marked: str, limit: int, token: re.Pattern[str]) -> Iterator[str]:
    """Yield an escaped text in pieces of at most `limit` units: at ends of lines, else between words, else anywhere.

    `token` matches what is never torn: an escape, a mention, or else one character. The break itself is left out.
    """
    while length(marked) > limit:
        end = _fitting(marked, limit, token)
        at = max(marked.rfind("\n", end // 2, end), 0) or max(marked.rfind(" ", end // 2, end), 0) or end
        yield marked[:at]
        marked = marked[at:].lstrip("\n ")
    yield marked


def _fitting(marked: str, limit: int, token: re.Pattern[str]) -> int:
    """Return how many characters of a text fit, without tearing a token."""
    end = units = 0
    for found in token.finditer(marked):
        units += length(found.group())
        if units > limit:
            break
        end = found.end()
    return end
