"""The guard's rules: which questions a double never answers, and what makes an answer one for the person alone. Pure.

The rules are data, a file a category in `bot/rules/guard/`: phrases in English and Chinese (`bot.phrasing`), each row
with its own examples. What a text is ruled to be is decided by its words alone: whoever asks, whoever is asked,
whatever is known of either, the same words are ruled the same.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from bot.phrasing import SENTENCE, Phrase, Sets
from bot.plain_words import Lexicon, Plain, write_down


class Decision(StrEnum):
    """What follows from a rule."""

    REFUSED = "refused"  # nothing is drafted
    IDENTITY = "identity"  # whether one talks to a person or to a double: answered as it is
    FLAGGED = "flagged"  # drafted, shown as such, and never made reusable


_LANGUAGES = {"en": False, "zh": True}


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a table: it holds for a sentence in which a phrase stands and none of `unless` does.

    A fallback holds only for a text for which nothing else does.
    """

    id: str
    category: str
    decision: Decision
    language: str
    phrases: tuple[Phrase, ...]
    unless: tuple[Phrase, ...]
    examples: tuple[str, ...]
    is_fallback: bool = False

    def holds_for(self, sentence: str) -> bool:
        """Whether it holds for one sentence, written down in its language."""
        return any(phrase.stands_in(sentence) for phrase in self.phrases) and not any(
            phrase.stands_in(sentence) for phrase in self.unless
        )


class Rulebook:
    """Rules, in the order of their weight."""

    def __init__(self, rules: Iterable[Rule], lexicon: Lexicon) -> None:
        self.rules = tuple(rules)
        self.lexicon = lexicon

    def without(self, rule_id: str) -> Rulebook:
        """Return the rules without one of them."""
        return Rulebook((rule for rule in self.rules if rule.id != rule_id), self.lexicon)

    def categories(self, text: str, decisions: Iterable[Decision] = Decision) -> tuple[str, ...]:
        """Return the categories that a text falls into, of some decisions alone if they are given; weightiest first."""
        return tuple(dict.fromkeys(rule.category for rule in self._holding(text, frozenset(decisions))))

    def decision(self, text: str) -> Decision | None:
        """Return the weightiest decision on a text; None for an ordinary one."""
        return next((rule.decision for rule in self._holding(text, frozenset(Decision))), None)

    def _holding(self, text: str, decisions: frozenset[Decision]) -> list[Rule]:
        plain = write_down(text, self.lexicon)
        sentences = {language: _sentences(plain, is_chinese=zh) for language, zh in _LANGUAGES.items()}

        def holding(rule: Rule) -> bool:
            return any(rule.holds_for(sentence) for sentence in sentences[rule.language])

        found = [rule for rule in self.rules if not rule.is_fallback and rule.decision in decisions and holding(rule)]
        if found:
            return found
        last = [rule for rule in self.rules if rule.is_fallback and rule.decision in decisions and holding(rule)]
        others = (rule for rule in self.rules if not rule.is_fallback and rule.decision not in decisions)
        return [] if last and any(map(holding, others)) else last


@lru_cache(maxsize=1)
def rulebook() -> Rulebook:
    """Return the shipped rules, read once; a table that cannot be read is a `ValueError`."""
    folder = files("bot") / "rules"
    sets = tomllib.loads((folder / "sets.toml").read_text("utf8"))
    tables = sorted((folder / "guard").iterdir(), key=lambda file: file.name)
    rules = [rule for file in tables if file.name.endswith(".toml") for rule in _read_table(file, sets)]
    order = list(Decision)
    return Rulebook(sorted(rules, key=lambda rule: order.index(rule.decision)), _read_lexicon(folder / "names.toml"))


def _read_table(file: Traversable, sets: dict[str, Sets]) -> Iterable[Rule]:
    table: dict[str, Any] = tomllib.loads(file.read_text("utf8"))
    category, decision = file.name.removesuffix(".toml"), Decision(table["decision"])
    for language, is_chinese in _LANGUAGES.items():
        for row in table.get(language, ()):

            def read(written: list[str], *, zh: bool = is_chinese, of: str = language) -> tuple[Phrase, ...]:
                return tuple(Phrase(phrase, sets[of], is_chinese=zh) for phrase in written)

            yield Rule(
                id=f"{category}.{language}.{row['id']}",
                category=category,
                decision=decision,
                language=language,
                phrases=read(row["phrases"]),
                unless=read(row.get("unless", [])),
                examples=tuple(row["examples"]),
                is_fallback=bool(table.get("fallback", False)),
            )


def _read_lexicon(file: Traversable) -> Lexicon:
    table: dict[str, Any] = tomllib.loads(file.read_text("utf8"))
    names, ambiguous, things = (frozenset(table[key].split()) for key in ("names", "ambiguous", "things"))
    return Lexicon(names - ambiguous, ambiguous, things - ambiguous, table["contractions"])


def _sentences(plain: Plain, *, is_chinese: bool) -> list[str]:
    """The sentences of a text, each with its marks around it."""
    if is_chinese:
        return [f"{SENTENCE}{s}{SENTENCE}" for s in plain.chinese.split(SENTENCE) if s]
    return [f"{SENTENCE} {s.strip()} {SENTENCE} " for s in plain.english.split(SENTENCE) if s.strip()]
