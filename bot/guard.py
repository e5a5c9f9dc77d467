"""The guard: the last look at the words of a candidate answer before anybody sees them. Pure.

Posted words ping nobody, link nowhere its worker's messages did not, and hide nothing: a draft is cleaned before it is
shown, so that what the worker reads is what is posted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.naming import set_off_labels
from bot.visible import visible

LIMIT = 3000
"""Characters an answer may have: what a review window and a message hold on every platform."""

_READ = 4 * LIMIT  # more is too long whatever is taken out of it, and is not worth the time
_PASSES = 4  # taking one mark out may make another; honest words have settled by the second pass

_PERSON = re.compile(r"<@!?([A-Za-z0-9_-]+)(?:\|[^>]*)?>")
_GROUP = re.compile(r"<!(?:subteam\^[^>|]*(?:\|([^>]*))?|(here|channel|everyone)(?:\|[^>]*)?)>")
_BROADCAST = re.compile(r"(?<!\w)[@＠](here|channel|everyone|all)\b", re.IGNORECASE)
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_MARKED_LINK = re.compile(r"\[([^\]]+)\]\(\s*<?((?:[a-z][a-z0-9+.-]*:|//)[^)\s>]++)>?[^)]*+\)", re.IGNORECASE)
_HALF_A_LINK = re.compile(r"\](?=\(\s*<?(?:[a-z][a-z0-9+.-]*:|//)[^)\s>])", re.IGNORECASE)
_LINK = re.compile(r"(?:[a-z][a-z0-9+.-]*://|www\.|mailto:)[^\s<>|)\]]+", re.IGNORECASE)
_MARKS = re.compile(r"[<>@＠\[\]()!/:]")


class Ruling(StrEnum):
    """What the guard says of a candidate."""

    ALLOW = "allow"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The ruling, the words as they may stand, and the reasons as catalogue keys."""

    ruling: Ruling
    text: str
    reasons: tuple[str, ...] = ()


def links_in(text: str) -> frozenset[str]:
    """Return every address that stands in a text."""
    return frozenset(match.group().rstrip(".,;:!?'\"") for match in _LINK.finditer(text))


def check(text: str, allowed_links: frozenset[str] | None, names: Mapping[str, str]) -> Verdict:
    """Clean a candidate and rule on it. `names` gives the name to stand for a mentioned person's id.

    Links that are not allowed are taken out and said in the reasons; None allows any, for words the worker wrote
    themself. An empty or over-long text is blocked.
    """
    cleaned, removed = _settled(visible(text[:_READ]), allowed_links, names)
    cleaned = set_off_labels(visible(cleaned).strip())
    if not cleaned:
        return Verdict(Ruling.BLOCK, "", ("guard.empty",))
    if len(cleaned) > LIMIT or len(text) > _READ:
        return Verdict(Ruling.BLOCK, cleaned, ("guard.too_long",))
    return Verdict(Ruling.ALLOW, cleaned, ("guard.links_removed",) if removed else ())


def _settled(text: str, allowed_links: frozenset[str] | None, names: Mapping[str, str]) -> tuple[str, bool]:
    """Without pings and foreign links, nor any that come of taking those out; whether links were taken out."""
    removed = False
    for _ in range(_PASSES):
        before, text = text, _inert(text, names)
        if allowed_links is not None:
            text, found = _without_foreign_links(text, allowed_links)
            removed |= found
        if text == before:
            return text, removed
    text = _MARKS.sub("", text)  # nested on purpose: no mark stays to make anything of
    if allowed_links is not None:
        text, found = _without_foreign_links(text, allowed_links)
        removed |= found
    return text, removed


def _inert(text: str, names: Mapping[str, str]) -> str:
    """Without pings: a mention becomes the plain name, a broadcast loses its sign."""
    text = _PERSON.sub(lambda found: visible(names.get(found.group(1), found.group(1))), text)
    text = _GROUP.sub(lambda found: (found.group(1) or found.group(2) or "").lstrip("@"), text)
    return _BROADCAST.sub(lambda found: found.group(1), text)


def _without_foreign_links(text: str, allowed: frozenset[str]) -> tuple[str, bool]:
    removed = False

    def judged(address: str, instead: str) -> str:
        nonlocal removed
        if address.rstrip(".,;:!?'\"") in allowed:
            return address
        removed = True
        return instead

    text, images = _IMAGE.subn(lambda found: found.group(1), text)
    removed = images > 0
    text = _MARKED_LINK.sub(lambda found: f"{found.group(1)} ({judged(found.group(2), '…')})", text)
    text = _HALF_A_LINK.sub("", text)  # a bracket opened before it would make a whole one of it
    return _LINK.sub(lambda found: judged(found.group(), "…"), text), removed
