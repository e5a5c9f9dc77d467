"""Reading whom a question is for. Pure.

After `@Understudy` comes the double's owner – as a mention, or as a plain name – and then the question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MENTION = re.compile(r"\s*<@([A-Za-z0-9_-]+)(?:\|[^>]{0,80})?>[\s,:;，：、–-]*")
_LAST = re.compile(r"<@([A-Za-z0-9_-]+)(?:\|[^>]{0,80})?>\s*([?？.!]?)$")
_LEADING = re.compile(r"^[\s,:;，：、–\"'“”「」-]+")
_GREETING = re.compile(
    r"(?:hi|hey|hello|hallo|dear|good (?:morning|afternoon|evening)|please|ok|so|你好|您好|嗨|请问)(?!\w)[\s,!，！–-]*",
    re.IGNORECASE,
)
_JOINERS = re.compile(r"(?:and|und|or|&|,|和|、)\s+(?=<@)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """The people mentioned before the question, by platform id and without repeats, and the question itself."""

    mentioned: tuple[str, ...]
    question: str


def read_address(text: str) -> Address:
    """Take the mentions that stand at the head of a text as those it is for; the rest is the question.

    A greeting may go before them. Where none stands at the head, one at the very end counts: *what is it, @mara?*
    """
    mentioned: list[str] = []
    text, at = text.strip(), 0
    greeted = without_greeting(text)
    if _MENTION.match(greeted):
        text = greeted
    while found := _MENTION.match(text, at):
        mentioned.append(found.group(1))
        joiner = _JOINERS.match(text, found.end())
        at = joiner.end() if joiner else found.end()
    question = text[at:]
    if not mentioned and (last := _LAST.search(text)):
        mentioned.append(last.group(1))
        question = text[: last.start()].rstrip(" ,，") + last.group(2)
    return Address(tuple(dict.fromkeys(mentioned)), _LEADING.sub("", question).strip())


def without_greeting(text: str) -> str:
    """Return what follows a greeting at the head of a text; the text itself where there is none."""
    text = _LEADING.sub("", text)
    greeting = _GREETING.match(text)
    return text[greeting.end() :] if greeting else text
