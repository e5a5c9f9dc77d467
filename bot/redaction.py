"""Redaction: secrets and personal numbers are taken out of a text before anything of it is kept. Pure.

Only the value goes – the password, not "the password for the staging host is" –, and a short mark stands in its place.
Of the value nothing is kept but its sort and, for a long random key, a keyed fingerprint of eight bytes, by which the
same key is known again when it is edited, delivered anew or posted twice. Nobody can work back from it: a password or a
telephone number could be found by trying all of them, so those get none.

A colleague's address at a private mail provider is personal data of somebody else's and goes; an address at work is
how things get done ("write to billing@…") and stays, and so do names: without them no answer could say who knows.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Self

from bot.marks import REASONS, mark, marks_in
from bot.patterns import Pattern
from bot.phone_numbers import DEFAULT_REGIONS, phone_numbers
from bot.redaction_rules import Rule, Table, standard_table

Span = tuple[int, int]

_DIGITS = Pattern(r"\d(?:[ .()/–-]{0,3}\d){5}")
_LONG = Pattern(r"[A-Za-z0-9+/_-]{30}")
_CAPITALS = Pattern(r"[A-Z]{6}\d\d[A-Z]")
_LOOKS: Final = {"*digits": _DIGITS, "*long": _LONG, "*capitals": _CAPITALS}
_CLOSING: Final = ",.;:)]}，。；：）】"
_LEAST_SAID_AGAIN = 6

FINGERPRINTED = frozenset({"key", "private_key"})
_LEAST_FINGERPRINTED = 20
_PASSES = 4
"""An honest text has settled by the second pass. One that has not is a chain made on purpose and goes whole."""

_SPACE = Pattern(r"\s")
_SEAL = object()


@dataclass(frozen=True, slots=True)
class Removal:
    """One value that was taken out: its sort (`bot.marks.REASONS`), the row that found it, and its fingerprint if any.

    The fingerprint is empty or 16 hexadecimal digits.
    """

    reason: str
    rule: str
    fingerprint: str = ""


class RedactedText(str):
    """A text that went through redaction, and what was taken out of it.

    Only `redact` makes one, anything else is a `TypeError`. What is derived from it, a slice say, is a plain `str`.
    """

    __slots__ = ("removed",)
    removed: tuple[Removal, ...]

    def __new__(cls, text: str, removed: tuple[Removal, ...], seal: object) -> Self:
        """Make one; `seal` is this module's own."""
        if seal is not _SEAL:
            raise TypeError("a RedactedText is made by bot.redaction.redact alone")
        made = super().__new__(cls, text)
        made.removed = removed
        return made

    def __copy__(self) -> Self:
        """Return itself, which nothing changes."""
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """Return itself, which nothing changes."""
        return self


def _nothing(text: str) -> Iterable[Span]:
    del text
    return ()


@dataclass(frozen=True, slots=True)
class Redaction:
    """What is looked for: telephone numbers of some regions, what a worker wants never learnt, and the table.

    `own` returns where a text holds what its worker wants never learnt. `key` is the worker's own, for fingerprints;
    without one there are none.
    """

    regions: tuple[str, ...] = DEFAULT_REGIONS
    own: Callable[[str], Iterable[Span]] = _nothing
    key: bytes = b""
    table: Table | None = None


STANDARD: Final = Redaction()


def redact(text: str, redaction: Redaction = STANDARD) -> RedactedText:
    """Return a text without the secrets and personal numbers in it; one that holds none is returned as it is."""
    removed: list[Removal] = []
    passes = 0
    while found := _found(text, redaction):  # taking one value out may lay another one bare; marks are never taken out
        passes += 1
        if passes > _PASSES:
            found = _merged(_to_the_next_space(find, text) for find in found)
        text = _taken_out(text, found, removed, redaction.key)
    return RedactedText(text, tuple(removed), _SEAL)


def holds_secret(text: str, redaction: Redaction = STANDARD) -> tuple[str, ...]:
    """Return the sorts of what would be taken out of a text, each once, in the order of `bot.marks.REASONS`."""
    found = {removal.reason for removal in redact(text, redaction).removed}
    return tuple(reason for reason in REASONS if reason in found)


@dataclass(frozen=True, slots=True)
class _Find:
    start: int
    end: int
    reason: str
    rule: str


def _found(text: str, redaction: Redaction) -> list[_Find]:
    """What is to go: in order, none overlapping another, nor any mark that stands there already."""
    table = redaction.table or standard_table()
    finds = [_Find(start, end, "own", "own") for start, end in redaction.own(text)]
    looks = frozenset(name for name, look in _LOOKS.items() if look.search(text))
    for rule in table.worth_trying(text, looks):
        finds += _matches(rule, text)
    if "*digits" in looks:
        finds += [_Find(start, end, "phone", "phone") for start, end in phone_numbers(text, redaction.regions)]
    if not finds:
        return []
    marks = marks_in(text)

    def is_free(find: _Find) -> bool:
        return not any(find.start < end and start < find.end for start, end in marks)

    free = list(filter(is_free, finds))
    return _merged([*free, *filter(is_free, _said_again(free, text))])


def _to_the_next_space(find: _Find, text: str) -> _Find:
    space = _SPACE.search(text, find.end)
    return _Find(find.start, space.start() if space else len(text), find.reason, find.rule)


def _said_again(finds: Iterable[_Find], text: str) -> list[_Find]:
    """Where the same value stands once more, with nothing around it that tells what it is."""
    again: list[_Find] = []
    for value, find in {text[f.start : f.end]: f for f in finds if f.reason != "own"}.items():
        if len(value) >= _LEAST_SAID_AGAIN and text.count(value) > 1:
            again += [_Find(at, at + len(value), find.reason, find.rule) for at in _places(value, text)]
    return again


def _places(value: str, text: str) -> Iterator[int]:
    """Where a value stands on its own. No pattern is made of it: compiled patterns are remembered, words and all."""
    at = text.find(value)
    while at >= 0:
        around = text[max(at - 1, 0) : at] + text[at + len(value) : at + len(value) + 1]
        if not any(character.isascii() and character.isalnum() for character in around):
            yield at
        at = text.find(value, at + 1)


def _matches(rule: Rule, text: str) -> list[_Find]:
    """Where a rule finds a value; the comma or the full stop after it belongs to the sentence."""
    return [
        _Find(match.start("value"), match.start("value") + len(value), rule.reason, rule.id)
        for match in rule.pattern.finditer(text)
        if (value := match["value"].rstrip(_CLOSING)) and (rule.check is None or rule.check(match))
    ]


def _merged(finds: Iterable[_Find]) -> list[_Find]:
    """Finds that overlap become one, named after the first: the longest of those that begin there."""
    merged: list[_Find] = []
    for find in sorted(finds, key=lambda f: (f.start, -f.end)):
        last = merged[-1] if merged else None
        if last is not None and find.start < last.end:
            merged[-1] = _Find(last.start, max(last.end, find.end), last.reason, last.rule)
        else:
            merged.append(find)
    return merged


def _taken_out(text: str, finds: Sequence[_Find], removed: list[Removal], key: bytes) -> str:
    pieces, at = [], 0
    for find in finds:
        value = text[find.start : find.end]
        pieces += [text[at : find.start], mark(find.reason, text)]
        removed.append(Removal(find.reason, find.rule, _fingerprint(find.reason, value, key)))
        at = find.end
    return "".join([*pieces, text[at:]])


def _fingerprint(reason: str, value: str, key: bytes) -> str:
    if not key or reason not in FINGERPRINTED or len(value) < _LEAST_FINGERPRINTED:
        return ""
    return hmac.new(key, value.encode("utf8", "surrogatepass"), hashlib.sha256).hexdigest()[:16]
