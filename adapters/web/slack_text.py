"""Slack's notation of a message as the workspace writes it: mentions kept, links plain, escapes undone. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

_TOKEN = re.compile(r"<([^<>\n]+)>")
_MENTION = re.compile(r"[@#][A-Z0-9]+", re.IGNORECASE)
_ESCAPES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_ESCAPE = re.compile("|".join(_ESCAPES))


def plain_text(text: str, rename: Callable[[str], str]) -> str:
    """Return a message's text; `rename` is applied to all that people wrote, not to mentions and addresses."""
    parts = _TOKEN.split(text)
    written = [_token(part, rename) if number % 2 else rename(_unescaped(part)) for number, part in enumerate(parts)]
    return "".join(written)


def _token(token: str, rename: Callable[[str], str]) -> str:
    target, _, label = token.partition("|")
    if _MENTION.fullmatch(target):
        return f"<{target}>"
    if target.startswith("!"):  # <!here>, <!subteam^S1|@team>, <!date^…|…>
        return rename(_unescaped(label)) if label else f"@{target[1:].split('^')[0]}"
    if target.startswith("mailto:"):
        return "✉"  # an address names a person
    address = _unescaped(target)
    said = rename(_unescaped(label))
    return f"{said} ({address})" if said and said not in address else address


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPES[found.group()], text)
