"""The table of what is redacted, read from `bot/rules/redaction.toml`: data, so that a row can be added without code.

A rule is tried only on a text that holds one of its anchors: most messages hold none, and cost a few microseconds.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

from bot.patterns import Pattern
from bot.redaction_checks import check_named

ALPHABETS: dict[str, str] = {
    "alnum": "A-Za-z0-9",
    "base64": "A-Za-z0-9+/=_-",
    "dash": "A-Za-z0-9_-",
    "dollar": "A-Za-z0-9$",
    "dot": "A-Za-z0-9._-",
    "hex": "0-9A-Fa-f",
    "hexdash": "0-9a-f-",
    "hexlower": "0-9a-f",
    "lower": "a-z0-9",
    "percent": "A-Za-z0-9%/+=_-",
    "slash": "A-Za-z0-9/_-",
    "tilde": "A-Za-z0-9_.~-",
    "upper": "A-Z0-9",
    "uuid": "0-9a-f-",
    "word": "A-Za-z0-9_",
}
TABLE = "redaction"
MOST = 400
"""Characters of a token that begins with a known prefix; longer ones exist, but what stays of them opens nothing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. `anchors` are substrings, one of which a text must hold; those of a cased rule are not lowered.

    `check` looks at a match, its value included, and says whether it is one; `reason` names the sort of thing it is
    (`redaction.mark_…` in the catalogue).
    """

    id: str
    reason: str
    anchors: tuple[str, ...]
    pattern: Pattern = field(repr=False)
    check: Callable[[re.Match[str]], bool] | None = None
    is_cased: bool = False


class Table:
    """Rules, and which of them are worth a try on a text."""

    def __init__(self, given: Iterable[Rule]) -> None:
        self.rules = tuple(given)
        self._cased = self._by_anchor(is_cased=True)
        self._lowered = self._by_anchor(is_cased=False)

    def worth_trying(self, text: str, looks: frozenset[str]) -> list[Rule]:
        """Return the rules of which a text holds an anchor, in the order of the table; `looks` are those it has."""
        lowered = text.lower()
        found = [place for anchor, places in self._cased if anchor in text for place in places]
        found += [p for anchor, places in self._lowered if anchor in lowered or anchor in looks for p in places]
        return [self.rules[place] for place in sorted(set(found))] if found else []

    def _by_anchor(self, *, is_cased: bool) -> list[tuple[str, list[int]]]:
        places: dict[str, list[int]] = {}
        for place, rule in enumerate(self.rules):
            for anchor in rule.anchors if rule.is_cased is is_cased else ():
                places.setdefault(anchor, []).append(place)
        return list(places.items())


@lru_cache(maxsize=1)
def standard_table() -> Table:
    """Return the table that Understudy comes with."""
    return Table(compiled(table()))


@lru_cache(maxsize=1)
def edition() -> str:
    """Return what changes when the table does, so that what was kept before is gone over again."""
    return hashlib.sha256(_written().encode()).hexdigest()[:16]


def _written() -> str:
    return (files("bot") / "rules" / f"{TABLE}.toml").read_text("utf8")


def table() -> list[dict[str, Any]]:
    """Return the rows as they are written, tokens first."""
    written = tomllib.loads(_written())
    return [*written["tokens"], *written["rules"]]


def compiled(rows: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """Make rules of rows; a row that is malformed is a `KeyError` or a `re.error` at its first use."""
    return tuple(_token(row) if "prefixes" in row else _rule(row) for row in rows)


def _token(row: Mapping[str, Any]) -> Rule:
    """A value known by its beginning: no letter or digit before it, `least` characters of its alphabet after it.

    `within` says that so many characters of the value come before what it is known by.
    """
    letters = ALPHABETS[row["alphabet"]]
    prefixes = "|".join(map(re.escape, sorted(row["prefixes"], key=len, reverse=True)))
    before = f"[{letters}]{{{row['within']}}}" if "within" in row else ""
    bounds = f"{{{row['least']},{MOST}}}+"
    pattern = rf"(?<![A-Za-z0-9_])(?P<value>{before}(?:{prefixes})[{letters}]{bounds})"
    return Rule(
        row["id"], row.get("reason", "key"), tuple(row["prefixes"]), Pattern(pattern), _is_no_name, is_cased=True
    )


def _is_no_name(match: re.Match[str]) -> bool:
    """Whether what follows the prefix is no name made of words: `sk-learn-contrib-project-template` is one."""
    return any(character.isdigit() for character in match["value"][3:])


def _rule(row: Mapping[str, Any]) -> Rule:
    check = check_named(row["check"]) if "check" in row else None
    return Rule(
        row["id"],
        row["reason"],
        tuple(row["anchors"]),
        Pattern(row["pattern"]),
        check,
        is_cased=row.get("cased", False),
    )
