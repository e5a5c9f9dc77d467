"""What Discord would refuse of an app's commands, by its documentation of application commands (autumn 2026)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import regex
from discord import Locale

from tests.measures import count, twice, units

SLASH, USER, MESSAGE = 1, 2, 3
SUB, GROUP, STRING, INTEGER, NUMBER = 1, 2, 3, 4, 10
NAME = regex.compile(r"[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}")
LOCALES = {locale.value for locale in Locale}
MOST = {SLASH: 100, USER: 15, MESSAGE: 15}
OPTIONS, CHOICES, WORDS, ALL_WORDS = 25, 25, 100, 8000
TYPES = range(1, 12)


def faults_in_commands(commands: Any) -> list[str]:
    """Return why Discord would refuse all of an app's commands; nothing if it would take them."""
    found: list[str] = []
    for kind, most in MOST.items():
        alike = [command for command in commands if command.get("type", SLASH) == kind]
        found += count(alike, most, f"commands of type {kind}", least=0)
        found += twice((command.get("name") for command in alike), "command")
    for command in commands:
        found += _command(command)
    return found


def breaches_in_commands(commands: Any) -> list[str]:
    """Return which commands could be used elsewhere than in a server."""
    return [f"{command.get('name')!r} outside servers" for command in commands if command.get("contexts") != [0]]


def _command(command: Mapping[str, Any]) -> Iterator[str]:
    kind = command.get("type", SLASH)
    if kind not in MOST:
        yield f"a command of type {kind!r}"
        return
    yield from _named(command, "name", is_slash=kind == SLASH)
    if kind == SLASH:
        yield from _described(command)
        yield from _options(command.get("options") or [], {SUB, GROUP, *TYPES})
        if _length(command) > ALL_WORDS:
            yield f"{_length(command)} characters in {command.get('name')!r}"
    elif command.get("description") or command.get("options"):
        yield f"a description or options on {command.get('name')!r}, which is none to type"


def _options(options: Any, allowed: set[int]) -> Iterator[str]:
    yield from count(options, OPTIONS, "options", least=0)
    yield from twice((option.get("name") for option in options), "option")
    kinds = [option.get("type") for option in options]
    if any(kind in {SUB, GROUP} for kind in kinds) and not all(kind in {SUB, GROUP} for kind in kinds):
        yield "subcommands beside options"
    needed = [bool(option.get("required")) for option in options]
    if needed != sorted(needed, reverse=True):
        yield "an option that must be given after one that may be left out"
    for option in options:
        yield from _option(option, allowed)


def _option(option: Mapping[str, Any], allowed: set[int]) -> Iterator[str]:
    kind = option.get("type")
    if kind not in allowed:
        yield f"an option of type {kind!r}"
        return
    yield from _named(option, "name", is_slash=True)
    yield from _described(option)
    if kind in {SUB, GROUP}:
        within = {SUB} if kind == GROUP else set(TYPES) - {SUB, GROUP}
        yield from _options(option.get("options") or [], within)
        if kind == GROUP and not option.get("options"):
            yield "a group without subcommands"
        return
    choices = option.get("choices") or []
    yield from count(choices, CHOICES, "choices", least=0)
    yield from twice((choice.get("name") for choice in choices), "choice")
    for choice in choices:
        yield from _words(choice.get("name"), "a choice's name")
        yield from _words(choice["value"], "a choice's value") if isinstance(choice.get("value"), str) else ()
    if (choices or option.get("autocomplete")) and kind not in {STRING, INTEGER, NUMBER}:
        yield f"choices or completion for an option of type {kind}"
    if choices and option.get("autocomplete"):
        yield "choices beside completion"
    least, most = option.get("min_length") or 0, option.get("max_length") or 1
    if not 0 <= least <= 6000 or not 1 <= most <= 6000:
        yield "an option's length"


def _named(part: Mapping[str, Any], key: str, *, is_slash: bool) -> Iterator[str]:
    for name in (part.get(key), *_localised(part, key)):
        if is_slash:
            if not isinstance(name, str) or not NAME.fullmatch(name) or name != name.lower():
                yield f"the name {name!r}"
        elif not isinstance(name, str) or not 1 <= units(name) <= 32 or not name.strip():
            yield f"the name {name!r}"
    yield from _foreign(part, key)


def _described(part: Mapping[str, Any]) -> Iterator[str]:
    for text in (part.get("description"), *_localised(part, "description")):
        yield from _words(text, "a description")
    yield from _foreign(part, "description")


def _localised(part: Mapping[str, Any], key: str) -> list[Any]:
    return list((part.get(f"{key}_localizations") or {}).values())


def _foreign(part: Mapping[str, Any], key: str) -> Iterator[str]:
    yield from (f"the locale {one!r}" for one in set(part.get(f"{key}_localizations") or {}) - LOCALES)


def _words(text: Any, where: str) -> Iterator[str]:
    if not isinstance(text, str) or not text.strip() or units(text) > WORDS:
        yield f"{units(text) if isinstance(text, str) else text!r} characters in {where}"


def _length(part: Mapping[str, Any]) -> int:
    """How many characters a command has in all; of a text in several languages the longest counts."""
    own = sum(
        max(map(units, [str(part.get(key) or ""), *map(str, _localised(part, key))])) for key in ("name", "description")
    )
    own += units(part["value"]) if isinstance(part.get("value"), str) else 0
    return own + sum(_length(inner) for key in ("options", "choices") for inner in part.get(key) or ())
