"""Whom the words of a question begin with: the same on every platform. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from bot.platform_ports import Person

_SEPARATORS = " \t\n,:;，：、"


def called(people: Iterable[Person], words: str) -> tuple[tuple[Person, str], ...]:
    """Return whom some words begin with, and the rest of the words; only the longest match counts."""
    start = beginning(words)
    found = [(length, person) for person in people if (length := _match(person, start))]
    longest = max((length for length, _ in found), default=0)
    return tuple((person, start[length:].lstrip(_SEPARATORS)) for length, person in found if length == longest)


def beginning(words: str) -> str:
    """Return some words from where somebody's name would begin."""
    return words.lstrip(_SEPARATORS).removeprefix("@")


def _match(person: Person, words: str) -> int:
    """How many characters of the words are the person's handle, name or first name; 0 for none."""
    first = next(iter(person.name.split()), "")
    given = person.name[1:] if _is_ideograph(person.name[:1]) and len(person.name) == len(first) > 2 else ""
    names = (person.handle, person.name, first, given)
    return max((len(name) for name in names if _begins(words, name)), default=0)


def _begins(words: str, name: str) -> bool:
    if not name or words[: len(name)].casefold() != name.casefold():
        return False
    rest = words[len(name) :]
    # Chinese writes no space after a name; elsewhere a name must not be the beginning of a longer word.
    return not rest or not (rest[0].isalnum() or rest[0] in "_-") or _is_ideograph(name[-1]) or _is_ideograph(rest[0])


def _is_ideograph(character: str) -> bool:
    return bool(character) and unicodedata.name(character, "").startswith(("CJK", "HIRAGANA", "KATAKANA"))
