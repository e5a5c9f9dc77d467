"""Texts as Slack wants them: escaped, split to its limits, and shown where a block may hold them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from adapters.chat.lengths import cut, length, split

SECTION = 3000
HEADER = 150
_TOKEN = re.compile(r"&(?:amp|lt|gt);|<[^<>\n]{1,60}>|.", re.DOTALL)
_LIVE = re.compile(r"&lt;([@#][A-Z0-9]{2,30})&gt;")
_FENCE = "```"
_NOTHING = "–"
"""What stands where a block demands a text and there is none to see."""


def escaped(text: str) -> str:
    """Return a text in which nothing is a mention, a link or a command to Slack."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def named(text: str) -> str:
    """Return an escaped text whose mentions of people and channels are shown by their names.

    For windows and home tabs alone: there a mention notifies nobody.
    """
    return _LIVE.sub(r"<\1>", escaped(text))


def pieces(marked: str, limit: int = SECTION) -> Iterator[str]:
    """Yield an escaped text in pieces of at most `limit` units: at ends of lines, else between words, else anywhere.

    No escape and no mention is torn, and a block of code that goes on is closed and opened again.
    """
    room = limit - 2 * len(_FENCE) - 2
    is_code = False
    for piece in split(marked, limit if length(marked) <= limit else room, _TOKEN):
        opened = f"{_FENCE}\n{piece}" if is_code else piece
        is_code ^= piece.count(_FENCE) % 2 == 1
        yield f"{opened}\n{_FENCE}" if is_code and length(marked) > limit else opened


def plain(text: str, limit: int = SECTION) -> dict[str, Any]:
    """Return a plain_text object, cut to its limit; a text of nothing that can be seen becomes a dash."""
    return {"type": "plain_text", "text": cut(text, limit) if text.strip() else _NOTHING, "emoji": False}


def marked_up(marked: str) -> dict[str, Any]:
    """Return a mrkdwn object of an escaped text; `verbatim` keeps plain addresses and names from becoming links."""
    return {"type": "mrkdwn", "text": marked if marked.strip() else _NOTHING, "verbatim": True}


def quoted(marked: str) -> str:
    """Return an escaped text as a quotation."""
    return "\n".join(f"> {line}" for line in marked.split("\n"))


def link(url: str, label: str) -> str:
    """Return a link, or its label alone where the address is none that Slack can show whole."""
    safe = escaped(url).replace("|", "%7C")
    if not re.match(r"https?://[^\s]+$", url) or length(safe) > SECTION // 2:
        return escaped(label)
    return f"<{safe}|{escaped(label).replace('|', '¦')}>"
