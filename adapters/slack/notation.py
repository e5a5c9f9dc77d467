"""Slack's notation of a message, read: mentions kept, links plain, escapes undone. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from adapters.chat.mentions import called

_TOKEN = re.compile(r"<([^<>\n]+)>")
_MENTION = re.compile(r"[@#][A-Z0-9]+", re.IGNORECASE)
_ESCAPES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_ESCAPE = re.compile("|".join(_ESCAPES))

Rewrite = Callable[[str], str]


def _as_it_is(text: str) -> str:
    return text


def common(
    text: str,
    written: Rewrite = _as_it_is,
    address: Rewrite = _as_it_is,
    signs: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return a text in the common notation (`bot.events`).

    `written` is applied to what people wrote, `address` to addresses. `signs` take the places of mail addresses and
    telephone numbers, by how those begin: `mailto:`, `tel:`; where there is none they are addresses like others.
    """

    def token(inner: str) -> str:
        target, _, label = inner.partition("|")
        if _MENTION.fullmatch(target):
            return f"<{target}>"
        if target.startswith("!"):  # <!here>, <!subteam^S1|@team>, <!date^…|…>
            return written(_unescaped(label)) if label else f"@{called(target[1:])}"
        contact = next((kind for kind in ("mailto:", "tel:") if target.startswith(kind)), "")
        if contact in signs:
            return signs[contact]
        shown, said = address(_unescaped(target.removeprefix(contact))), written(_unescaped(label))
        return f"{said} ({shown})" if said and said not in shown else shown

    parts = _TOKEN.split(text)
    return "".join(token(part) if number % 2 else written(_unescaped(part)) for number, part in enumerate(parts))


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPES[found.group()], text)
