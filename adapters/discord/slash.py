"""`/double` as Discord lists it, in each language that is shipped: its subcommands, and two commands on a message.

Each subcommand stands for words that `bot.commands` reads. Its name is the same in every language, since sentences name
it so; what is told of it, and what is to be filled in, is in the reader's own. Pure but for `sync`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord.http import HTTPClient, Route

from adapters.discord.zones import zones_like
from bot.words import FALLBACK, Words

GROUP = "double"
NEVER_USE, TAKE_BACK = "never_use", "take_back"
ON_MESSAGES = (NEVER_USE, TAKE_BACK)
"""The commands on a message, by what they are called in the code; Discord shows them in a message's own menu."""

_SUBCOMMAND, _TEXT, _BOOLEAN, _PERSON = 1, 3, 5, 6
_TYPED, _ON_MESSAGE = 1, 3
_IN_GUILDS = [0]
_NAME, _TOLD, _MOST_TEXT = 32, 100, 2000
_PARTS = ("options", "choices")
_UNLESS_SAID: dict[str, Any] = {
    "type": _TYPED,
    "description": "",
    "required": False,
    "autocomplete": False,
    "nsfw": False,
    "default_member_permissions": None,
}
_COMPARED = (*_UNLESS_SAID, "name", "max_length", "contexts", "integration_types")


@dataclass(frozen=True, slots=True)
class _Option:
    """Something to be filled in after a subcommand; `discord_commands.<name>` calls it, `told_<name>` tells of it."""

    name: str
    kind: int = _TEXT
    is_required: bool = True
    has_proposals: bool = False


@dataclass(frozen=True, slots=True)
class _Subcommand:
    """A subcommand, by the word that the core reads: `told` is the sentence about it."""

    name: str
    told: str
    options: tuple[_Option, ...] = ()


def _if_wanted(name: str, kind: int = _TEXT) -> tuple[_Option, ...]:
    return (_Option(name, kind, is_required=False),)


SUBCOMMANDS = (
    _Subcommand("ask", "double.help_ask", (_Option("person", _PERSON), _Option("question"))),
    _Subcommand("home", "double.help_home"),
    _Subcommand("join", "double.help_join"),
    _Subcommand("pause", "double.help_pause"),
    _Subcommand("resume", "double.help_resume"),
    _Subcommand("away", "double.help_away", _if_wanted("until")),
    _Subcommand("status", "double.help_status"),
    _Subcommand("try", "double.help_try", (_Option("question"),)),
    _Subcommand("mine", "double.help_mine", _if_wanted("words")),
    _Subcommand("profile", "double.help_profile", _if_wanted("refresh", _BOOLEAN)),
    _Subcommand("correct", "double.help_correct", (_Option("what"),)),
    _Subcommand("answers", "double.help_answers"),
    _Subcommand("never", "double.help_never", _if_wanted("topic")),
    _Subcommand("never-learn", "double.help_never_learn", _if_wanted("phrase")),
    _Subcommand("forget", "double.help_forget"),
    _Subcommand("export", "double.help_export"),
    _Subcommand("timezone", "double.help_timezone", (_Option("zone", is_required=False, has_proposals=True),)),
    _Subcommand("leave", "double.help_leave"),
    _Subcommand("help", "discord_commands.told_help"),
)
"""In the order in which Discord lists them."""

_BY_NAME = {one.name: one for one in SUBCOMMANDS}


def commands() -> list[dict[str, Any]]:
    """Return all that Discord is to list, as its API is given it."""
    group = {
        "type": _TYPED,
        "name": GROUP,
        **_in_all("description", "steps.command_description"),
        "options": [_subcommand(one) for one in SUBCOMMANDS],
    }
    on_messages = [{"type": _ON_MESSAGE, **_in_all("name", f"steps.command_{name}", _NAME)} for name in ON_MESSAGES]
    everywhere = {"contexts": _IN_GUILDS, "integration_types": _IN_GUILDS}
    return [{**command, **everywhere} for command in (group, *on_messages)]


def differs(found: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]]) -> bool:
    """Whether what Discord lists is not what it should list; ids and what is left to Discord do not matter."""

    def key(command: dict[str, Any]) -> tuple[int, str]:
        return command["type"], command["name"]

    return sorted(map(_compared, found), key=key) != sorted(map(_compared, wanted), key=key)


async def listed(http: HTTPClient, application: int) -> list[dict[str, Any]]:
    """Return what Discord lists now."""
    route = Route("GET", "/applications/{application_id}/commands", application_id=application)
    found: list[dict[str, Any]] = await http.request(route, params={"with_localizations": "true"})
    return found


async def sync(http: HTTPClient, application: int) -> bool:
    """Let Discord list what it should, if it does not; return whether anything was changed."""
    wanted = commands()
    if not differs(await listed(http, application), wanted):
        return False
    await http.bulk_upsert_global_commands(application, payload=wanted)
    return True


def words_of(data: Mapping[str, Any], words: Words) -> str | None:
    """Return what follows `/double` in the core's words; None for what is no subcommand of ours."""
    typed = _typed(data)
    if typed is None:
        return None
    subcommand, given = typed
    said = [subcommand.name]
    for option in subcommand.options:
        value = given.get(option.name)
        if option.name == "until" and isinstance(value, str):
            said.append(_until(value.strip(), words))
        elif option.kind == _PERSON and value is not None:
            said.append(f"<@{value}>")
        elif option.kind == _BOOLEAN:
            said += [option.name] if value is True else []
        elif isinstance(value, str):
            said.append(value.strip())
    return " ".join(filter(None, said))


def name_on_message(data: Mapping[str, Any]) -> str | None:
    """Return which of the commands on a message was chosen."""
    if data.get("type") != _ON_MESSAGE:
        return None
    words = Words(FALLBACK)
    return next((name for name in ON_MESSAGES if words.say(f"steps.command_{name}") == data.get("name")), None)


def proposals(data: Mapping[str, Any], words: Words) -> list[discord.app_commands.Choice[str]]:
    """Return what is proposed while a time zone is being typed."""
    typed = _typed(data)
    if typed is None or typed[0].name != "timezone":
        return []
    found = zones_like(str(typed[1].get("zone") or ""), words)
    return [discord.app_commands.Choice(name=label[:_TOLD], value=zone) for zone, label in found]


def _typed(data: Mapping[str, Any]) -> tuple[_Subcommand, dict[str, Any]] | None:
    options = data.get("options") or ()
    if data.get("name") != GROUP or data.get("type", _TYPED) != _TYPED or not options:
        return None
    subcommand = _BY_NAME.get(str(options[0].get("name")))
    given = {str(one.get("name")): one.get("value") for one in options[0].get("options") or ()}
    return None if subcommand is None else (subcommand, given)


def _until(value: str, words: Words) -> str:
    """`off` ends being away; anything else is a day, with or without the word for *until* before it."""
    if value.casefold() in {"off", words.say("away.off_word").casefold()}:
        return "off"
    first, _, rest = value.partition(" ")
    is_said = first.casefold() in {"until", words.say("away.until_word").casefold()}
    return f"until {rest if is_said and rest else value}" if value else ""


def _subcommand(one: _Subcommand) -> dict[str, Any]:
    options = [_option(option) for option in one.options]
    return {"type": _SUBCOMMAND, "name": one.name, **_in_all("description", one.told), "options": options}


def _option(option: _Option) -> dict[str, Any]:
    return {
        "type": option.kind,
        **_in_all("name", f"discord_commands.{option.name}", _NAME),
        "name": option.name,
        **_in_all("description", f"discord_commands.told_{option.name}"),
        "required": option.is_required,
        **({"max_length": _MOST_TEXT} if option.kind == _TEXT else {}),
        **({"autocomplete": True} if option.has_proposals else {}),
    }


def _in_all(part: str, key: str, most: int = _TOLD) -> dict[str, Any]:
    """Return a name or description, and how each other language that is shipped puts it, as a sentence begins."""
    said = {locale.value: _begun(Words(locale.value).say(key), part)[:most] for locale in _translated()}
    return {part: _begun(Words(FALLBACK).say(key), part)[:most], f"{part}_localizations": said}


def _begun(text: str, part: str) -> str:
    return f"{text[:1].upper()}{text[1:]}" if part == "description" else text


def _translated() -> list[discord.Locale]:
    """Return Discord's languages whose readers do not read the fallback here."""
    return [locale for locale in discord.Locale if Words(locale.value).locale != FALLBACK]


def _compared(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return what tells two commands apart, with what goes without saying said."""
    plain = {name: _value(part, name) for name in _COMPARED}
    plain |= {f"{name}_localizations": part.get(f"{name}_localizations") or {} for name in ("name", "description")}
    return plain | {name: [_compared(one) for one in part.get(name) or ()] for name in _PARTS}


def _value(part: Mapping[str, Any], name: str) -> Any:
    value = part.get(name)
    if isinstance(value, list):
        return sorted(value)
    return _UNLESS_SAID.get(name) if value is None else value
