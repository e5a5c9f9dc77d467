"""Reading whom a question is for. Pure.

After `@Understudy` comes the double's owner – as a mention, or as a plain name – and then the question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MENTION = re.compile(r"\s*<@([A-Za-z0-9_-]+)(?:\|[^>]*)?>[\s,:;，：、–-]*")
_LEADING = re.compile(r"^[\s,:;，：、–-]+")
_JOINERS = re.compile(r"^(?:and|und|or|&|,|和|、)\s+(?=<@)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """The people mentioned before the question, by platform id and without repeats, and the question itself."""

    mentioned: tuple[str, ...]
    question: str


def read_address(text: str) -> Address:
    """Take the mentions that stand at the head of a text as those it is for; the rest is the question.

    Where no mention stands at the head, one at the very end counts: *what is the budget, @mara?*
    """
    mentioned: list[str] = []
    rest = text.strip()
    while found := _MENTION.match(rest):
        mentioned.append(found.group(1))
        rest = _JOINERS.sub("", rest[found.end() :])
    if not mentioned and (tail := re.search(r"<@([A-Za-z0-9_-]+)(?:\|[^>]*)?>\s*[?？.!]?$", rest)):
        mentioned.append(tail.group(1))
        rest = (rest[: tail.start()].rstrip(" ,，") + rest[tail.end() :]).strip()
    return Address(tuple(dict.fromkeys(mentioned)), _LEADING.sub("", rest).strip())
