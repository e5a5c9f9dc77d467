"""Slack's notation of a message and the common one (`bot.events`), there and back. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from adapters.slack.notation import called, common

_PERSON, _CHANNEL = re.compile(r"<@([A-Z0-9]+)>"), re.compile(r"<#([A-Z0-9]+)>")
_PING = re.compile(r"<!([^<>\n]*)>")


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
    return _PING.sub(lambda found: called(found[1]), text)
