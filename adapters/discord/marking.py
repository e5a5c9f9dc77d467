"""Texts as Discord wants them: nothing in them is markup, a link or a mention but what is put there on purpose. Pure.

A backslash before a mark of Discord's makes it a plain character. What is markup at the start of a line alone is
escaped there alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from adapters.chat.lengths import cut, length, split

CONTENT = 2000
"""Characters of a message's text."""

DISPLAYED = 4000
"""Characters of all that a message with components shows."""

PIECE, TEXT = 2500, 2800
"""Characters of one text in a window without the marks around it, and with them: what stands above it has room too."""

HEADING = 150
_INVITE = r"(?<=discord)\.(?=gg/|com/invite)|(?<=discordapp)\.(?=com/invite)"
_MARKS = re.compile(rf"[\\*_~`|<\[\]]|:(?=//|[\w+-]+:)|@(?=everyone|here)|{_INVITE}", re.IGNORECASE)
_AT_START = re.compile(r"^([ \t]*)(?:([-#>+])|(\d+)(?=[.)]))", re.MULTILINE)
_LIVE = re.compile(r"\\<([@#][0-9]{1,20})>")
_TOKEN = re.compile(r"<[@#][0-9]{1,20}>|\\.|.", re.DOTALL)
_ADDRESS = re.compile(r"https?://[^\s<>()\\]+")
_LONGEST_ADDRESS = 500
_NOTHING = "–"
"""What stands where Discord demands a text and there is none to see."""


def escaped(text: str) -> str:
    """Return a text in which nothing is markup, a link, a mention, a time or an emoji to Discord."""
    return _at_starts(_MARKS.sub(lambda found: f"\\{found[0]}", text))


def named(text: str) -> str:
    """Return an escaped text whose mentions of people and channels are shown by their names.

    For windows alone: there a mention notifies nobody.
    """
    return _LIVE.sub(r"<\1>", escaped(text))


def pieces(marked: str, limit: int = PIECE) -> Iterator[str]:
    """Yield an escaped text in pieces of at most `limit` units, none of them beginning with what became markup there.

    No escape and no mention is torn.
    """
    for number, piece in enumerate(split(marked, limit if length(marked) <= limit else limit - 1, _TOKEN)):
        yield piece if number == 0 else _at_starts(piece)


def looking(marked: str, look: Callable[[str], str]) -> Iterator[str]:
    """Yield an escaped text in pieces that look so – quoted, in small print –, each with its marks on every line.

    Of a text in which nothing can be seen, nothing.
    """
    for piece in pieces(marked) if marked.strip() else ():
        whole = look(piece)
        yield from [whole] if length(whole) <= TEXT else map(look, pieces(piece, PIECE // 4))


def gathered(parts: Iterable[str]) -> Iterator[str]:
    """Yield marked up texts put beneath each other, as many in one as there is room for; empty ones are left out."""
    together = ""
    for part in filter(str.strip, parts):
        if together and length(together) + length(part) >= TEXT:
            yield together
            together = ""
        together = f"{together}\n{part}" if together else part
    if together:
        yield together


def shown(marked: str) -> str:
    """Return an escaped text, or a dash for one in which nothing can be seen."""
    return marked if marked.strip() else _NOTHING


def heading(text: str, level: int = 3) -> str:
    """Return a text as a heading: one line, cut where it is long."""
    return f"{'#' * level} {shown(named(cut(' '.join(text.split()), HEADING)))}"


def strong(marked: str) -> str:
    """Return an escaped text in bold, where it is of one line."""
    return f"**{marked}**" if marked.strip() and "\n" not in marked and marked == marked.strip() else marked


def small(marked: str) -> str:
    """Return an escaped text in small print."""
    return "\n".join(f"-# {line}" if line.strip() else line for line in marked.split("\n"))


def quoted(marked: str) -> str:
    """Return an escaped text as a quotation."""
    return "\n".join(f"> {line}" for line in marked.split("\n"))


def link(url: str, label: str) -> str:
    """Return a link without a preview, or its label alone where the address is none that Discord can show whole."""
    if not _ADDRESS.fullmatch(url) or length(url) > _LONGEST_ADDRESS or not label.strip():
        return escaped(label)
    return f"[{escaped(label.replace('[', '(').replace(']', ')'))}](<{url}>)"


def _at_starts(marked: str) -> str:
    return _AT_START.sub(lambda found: f"{found[1]}\\{found[2]}" if found[2] else f"{found[1]}{found[3]}\\", marked)
