"""Who and what a text in the common notation (`bot.events`) mentions, and the text without live mentions. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_PERSON, _CHANNEL = re.compile(r"<@([A-Z0-9]+)>"), re.compile(r"<#([A-Z0-9]+)>")
_COMMAND = re.compile(r"<!([^<>\n]*)>")


def mentioned(text: str) -> tuple[str, ...]:
    """Return the ids of the people that a text mentions, each once, in their order."""
    return tuple(dict.fromkeys(_PERSON.findall(text)))


def channels_in(text: str) -> tuple[str, ...]:
    """Return the ids of the channels that a text mentions, each once, in their order."""
    return tuple(dict.fromkeys(_CHANNEL.findall(text)))


def written_out(text: str, names: Mapping[str, str]) -> str:
    """Return a text with names, by ids, in the places of its mentions: nobody is pinged by it."""
    text = _PERSON.sub(lambda found: names.get(found[1], found[1]), text)
    text = _CHANNEL.sub(lambda found: f"#{names.get(found[1], found[1])}", text)
    return _COMMAND.sub(lambda found: called(found[1]), text)


def called(command: str) -> str:
    """Return what a command that calls many, as Slack writes it, is called: its label, or its first word."""
    name, _, label = command.partition("|")
    return label or name.split("^")[0]


def address_in(text: str, mention: re.Pattern[str], common: Callable[[str], str]) -> str | None:
    """Return what a platform's text says to Understudy, in the common notation; None where it does not mention it.

    `mention` finds its mentions in the text as the platform gave it; `common` brings a part of it into that notation.
    """
    if not mention.search(text):
        return None
    return " ".join(filter(None, (common(part).strip() for part in mention.split(text))))
