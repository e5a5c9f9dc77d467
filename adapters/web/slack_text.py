"""Slack's notation of a message as the workspace writes it: mentions kept, links plain, escapes undone. Pure.

Mail addresses and telephone numbers name a person as surely as a name does, so ✉ and ☎ take their places.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_TOKEN = re.compile(r"<([^<>\n]+)>")
_MENTION = re.compile(r"[@#][A-Z0-9]+", re.IGNORECASE)
_ESCAPES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_ESCAPE = re.compile("|".join(_ESCAPES))
# A package with its version (left-pad@1.3.0) and git@host are no mail addresses; each word is looked at once.
_MAIL = re.compile(r"(?<![\w.+%-])(?!git@)[\w.+%-]+[@\uff20](?!\d+\.\d)(?:[\w-]+\.)+[^\W\d_][\w-]+")
# The international form, of at least eight digits: codes, versions (1.0+20260101) and days (+2026-01-31) stay.
_TELEPHONE = re.compile(r"(?<![A-Za-z0-9+])[+\uff0b](?!\d{4}-\d\d-\d\d)(?:[^\S\n]?[().·/-]?[^\S\n]?\d){8,}")


def plain_text(text: str, rename: Callable[[str], str]) -> str:
    """Return a message's text; `rename` is applied to all that people wrote, not to mentions and addresses."""

    def written(part: str) -> str:
        return rename(_without_contacts(_unescaped(part)))

    parts = _TOKEN.split(text)
    return "".join(_token(part, written) if number % 2 else written(part) for number, part in enumerate(parts))


def _token(token: str, written: Callable[[str], str]) -> str:
    target, _, label = token.partition("|")
    if _MENTION.fullmatch(target):
        return f"<{target}>"
    if target.startswith("!"):  # <!here>, <!subteam^S1|@team>, <!date^…|…>
        return written(label) if label else f"@{target[1:].split('^')[0]}"
    if target.startswith("mailto:"):
        return "✉"
    if target.startswith("tel:"):
        return "☎"
    address = _without_contacts(_unescaped(target))
    said = written(label)
    return f"{said} ({address})" if said and said not in address else address


def _without_contacts(text: str) -> str:
    return _TELEPHONE.sub("☎", _MAIL.sub("✉", text))


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPES[found.group()], text)
