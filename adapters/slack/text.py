"""Slack's notation of a message and the common one (`bot.events`), there and back. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from adapters.slack.marking import escaped

_TOKEN = re.compile(r"<([^<>\n]+)>")
_MENTION = re.compile(r"[@#][A-Z0-9]+")
_ESCAPES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_ESCAPE = re.compile("|".join(_ESCAPES))
_PERSON, _CHANNEL = re.compile(r"<@([A-Z0-9]+)>"), re.compile(r"<#([A-Z0-9]+)>")
_PING = re.compile(r"<!([^<>\n]*)>")


def common(text: str) -> str:
    """Return a text in the common notation: mentions by id alone, links plain, what Slack escaped as it was typed."""
    parts = _TOKEN.split(text)
    return "".join(_token(part) if number % 2 else _unescaped(part) for number, part in enumerate(parts))


def address_in(text: str, understudy: str) -> str | None:
    """Return what Slack's text says to Understudy, in the common notation; None where it does not mention it."""
    mention = re.compile(rf"<@{re.escape(understudy)}(?:\|[^<>\n]*)?>")
    if not mention.search(text):
        return None
    return " ".join(filter(None, (common(part).strip() for part in mention.split(text))))


def mentioned(text: str) -> tuple[str, ...]:
    """Return the ids of the people that a text in the common notation mentions, each once, in their order."""
    return tuple(dict.fromkeys(_PERSON.findall(text)))


def channels_in(text: str) -> tuple[str, ...]:
    """Return the ids of the channels that a text in the common notation mentions, each once, in their order."""
    return tuple(dict.fromkeys(_CHANNEL.findall(text)))


def written_out(text: str, names: Mapping[str, str]) -> str:
    """Return a text in the common notation without live mentions: names, by ids, in their places; nobody is pinged."""
    text = _PERSON.sub(lambda found: names.get(found[1], found[1]), text)
    text = _CHANNEL.sub(lambda found: f"#{names.get(found[1], found[1])}", text)
    return _PING.sub(lambda found: _called(found[1]), text)


def inert(text: str, names: Mapping[str, str]) -> str:
    """Return a text in the common notation as Slack may post it: it notifies nobody, and nothing in it is a command."""
    return escaped(written_out(text, names))


def _token(token: str) -> str:
    target, _, label = token.partition("|")
    if _MENTION.fullmatch(target):
        return f"<{target}>"
    if target.startswith("!"):  # <!here>, <!subteam^S1|@team>, <!date^…|…>
        return _unescaped(label) if label else f"@{_called(target[1:])}"
    address, said = _unescaped(target.removeprefix("mailto:").removeprefix("tel:")), _unescaped(label)
    return f"{said} ({address})" if said and said not in address else address


def _called(command: str) -> str:
    """What a command in angle brackets is called: its label, or its first word."""
    name, _, label = command.partition("|")
    return label or name.split("^")[0]


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPES[found.group()], text)
