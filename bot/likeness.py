"""What a text is like, by weights learnt from labelled lines: for what is said in words that no rule has. Pure.

A multinomial logistic regression over the words and pairs of words of a text, as `bot.plain_words` writes it down.
`bot/rules/likeness.tsv` has the weights, in plain sight, a line a word; `make guard-weights` learns them from
`tests/data/guard_taught.json` and says how it chose the least probability at which a decision follows.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from sys import intern

from bot.phrasing import SENTENCE
from bot.plain_words import CERTAIN, LIKELY, Plain, write_down
from bot.rulebook import Decision, rulebook

ORDINARY = "ordinary"
FEWEST = 30
"""Of so many words and pairs a text is taken to have at least: a fragment is not enough to go by."""

_WORD = re.compile(rf"[^\W\d_\u3400-\u9fff][\w']*|\d+|[\u3400-\u9fff]|[{CERTAIN}{LIKELY}{SENTENCE}]")
_NAME = re.compile(rf"([{CERTAIN}{LIKELY}])[^\s{SENTENCE}]*")


def marks_of(plain: Plain) -> frozenset[str]:
    """Return the words and pairs of neighbouring words of a text; whoever is named counts as somebody."""
    english = _WORD.findall(_NAME.sub(r"\1", plain.english))
    chinese = _WORD.findall(plain.chinese.replace(CERTAIN, "").replace(LIKELY, ""))
    return frozenset(
        mark for words in (english, chinese) for mark in (*words, *(f"{a} {b}" for a, b in pairwise(words)))
    )


def pieces_of(plain: Plain) -> tuple[Plain, ...]:
    """Return the whole of a text and each of its sentences: what is asked hides behind nothing else."""
    english = [f"{SENTENCE} {s.strip()} {SENTENCE} " for s in plain.english.split(SENTENCE) if s.strip()]
    chinese = [f"{SENTENCE}{s}{SENTENCE}" for s in plain.chinese.split(SENTENCE) if s]
    sentences = (*(Plain(s, "") for s in english), *(Plain("", s) for s in chinese))
    return (plain, *sentences) if len(sentences) > 1 else (plain,)


def value_of_one(marks: frozenset[str]) -> float:
    """Return what each word and pair of a text counts, known or not, so that a long text weighs no more."""
    return 1 / math.sqrt(max(FEWEST, len(marks)))


@dataclass(frozen=True, slots=True)
class Likeness:
    """Weights of words and pairs for each category, the categories' own, and the least probability of each decision."""

    weights: Mapping[str, tuple[tuple[str, float], ...]]
    biases: Mapping[str, float]
    thresholds: Mapping[Decision, float]
    decisions: Mapping[str, Decision]

    def category(self, plain: Plain, decision: Decision) -> str | None:
        """Return what a text, or a sentence of it, is most like of what a decision follows from; None if like none."""
        found = [(sum(of.values()), of) for of in (self._of(piece, decision) for piece in pieces_of(plain))]
        probable, categories = max(found, key=lambda one: one[0])
        return max(categories, key=categories.__getitem__) if probable >= self.thresholds[decision] else None

    def _of(self, plain: Plain, decision: Decision) -> dict[str, float]:
        return {c: p for c, p in self.probabilities(plain).items() if self.decisions.get(c) is decision}

    def probabilities(self, plain: Plain) -> dict[str, float]:
        """Return how probable each category is, `ordinary` among them; they sum to 1."""
        marks = marks_of(plain)
        sums = dict.fromkeys(self.biases, 0.0)
        for mark in marks:
            for category, weight in self.weights.get(mark, ()):
                sums[category] += weight
        one = value_of_one(marks)
        logits = {category: bias + sums[category] * one for category, bias in self.biases.items()}
        highest = max(logits.values())
        powers = {category: math.exp(logit - highest) for category, logit in logits.items()}
        whole = sum(powers.values())
        return {category: power / whole for category, power in powers.items()}


def read(lines: Iterable[str]) -> Likeness:
    """Read weights; lines that begin with `#` are for people.

    A line is `!category<TAB>bias`, `=decision<TAB>threshold`, or `mark<TAB>category=weight …`. A line
    that is none of these is a `ValueError`.
    """
    weights: dict[str, tuple[tuple[str, float], ...]] = {}
    biases: dict[str, float] = {}
    thresholds: dict[Decision, float] = {}
    for line in lines:
        if line.startswith("#"):
            continue
        name, tab, told = line.partition("\t")
        if not tab:
            raise ValueError(f"no weights stand in the line {line!r}")
        if name.startswith("!"):
            biases[name[1:]] = float(told)
        elif name.startswith("="):
            thresholds[Decision(name[1:])] = float(told)
        else:
            pairs = (pair.partition("=") for pair in told.split())
            weights[name] = tuple((intern(category), float(weight)) for category, _, weight in pairs)
    decisions = {rule.category: rule.decision for rule in rulebook().rules}
    unknown = biases.keys() - decisions.keys() - {ORDINARY}
    if unknown:
        raise ValueError(f"no rule knows what follows from {', '.join(sorted(unknown))}")
    return Likeness(weights, biases, thresholds, {c: decisions[c] for c in biases if c != ORDINARY})


@lru_cache(maxsize=1)
def likeness() -> Likeness:
    """Return the shipped weights, read once; what cannot be read is a `ValueError`."""
    return read((files("bot") / "rules" / "likeness.tsv").read_text("utf8").splitlines())


def like(text: str, decision: Decision) -> str | None:
    """Return the category that a text is like of those from which a decision follows; None if it is like none."""
    return likeness().category(write_down(text, rulebook().lexicon), decision)
