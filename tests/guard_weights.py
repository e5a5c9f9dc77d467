"""`make guard-weights`: learns from labelled lines what a text is like (`bot.likeness`), and writes the weights.

Multinomial logistic regression with an L2 penalty (Bishop, *Pattern Recognition and Machine Learning*, 2006, 4.3.4), by
the whole gradient at each step with Adam (Kingma & Ba, 2015). Nothing is drawn by chance but which lines make a fold.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.likeness import ORDINARY, marks_of, pieces_of, value_of_one
from bot.plain_words import write_down
from bot.rulebook import Decision, rulebook

ROOT = Path(__file__).resolve().parents[1]
WEIGHTS = ROOT / "bot" / "rules" / "likeness.tsv"
DATA = ROOT / "tests" / "data"
TAUGHT = tuple(
    DATA / name for name in ("guard_taught.json", "guard_lines.json", "guard_unseen.json", "guard_unseen2.json")
)
"""What is learnt from. `guard_unseen3.json` to `guard_unseen6.json` never are: they measure."""

FEWEST_LINES = 2  # in which a word or pair stands
PENALTY, STEPS, PACE, FOLDS, SEED = 1 / 30, 300, 0.5, 5, 20261130
MOST_FALSE_ALARMS = {Decision.REFUSED: 0.003, Decision.IDENTITY: 0.002, Decision.FLAGGED: 0.008}
"""Of ordinary lines that were not learnt from. A refusal takes an answer away; a flag is one line more to read."""

LEAST_PROBABLE = {Decision.REFUSED: 0.8, Decision.IDENTITY: 0.75, Decision.FLAGGED: 0.5}
"""Whatever the folds say: the labelled lines are short, and a long question of many sentences has more that may be like
something. Found on the questions of two public chat exports, of which 0.9 % were refused and 1.6 % answered without it.
"""

SMALLEST = 0.2  # a weight below it changes nothing that is decided
Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Lines:
    """Labelled lines: the marks of each one's pieces, the whole line first, and the label."""

    pieces: tuple[tuple[frozenset[str], ...], ...]
    labels: tuple[str, ...]

    @property
    def whole(self) -> list[frozenset[str]]:
        """The marks of each whole line."""
        return [pieces[0] for pieces in self.pieces]

    def some(self, numbers: Sequence[int]) -> Lines:
        """Return those of some numbers."""
        return Lines(tuple(self.pieces[n] for n in numbers), tuple(self.labels[n] for n in numbers))


@dataclass(frozen=True, slots=True)
class Learnt:
    """Weights `[mark, category]` and biases `[category]`."""

    known: dict[str, int]
    categories: tuple[str, ...]
    weights: Matrix
    biases: Matrix

    def probabilities(self, texts: Sequence[frozenset[str]]) -> Matrix:
        """Return `[text, category]`, each row summing to 1."""
        return _softmax(_values(texts, self.known) @ self.weights + self.biases)


def read_lines() -> Lines:
    """Read everything that is learnt from."""
    rows = [row for file in TAUGHT for row in json.loads(file.read_text("utf8"))]
    lexicon = rulebook().lexicon
    written = (pieces_of(write_down(row["text"], lexicon)) for row in rows)
    return Lines(tuple(tuple(map(marks_of, pieces)) for pieces in written), tuple(row["expected"] for row in rows))


def digest() -> str:
    """Return what tells whether the weights were learnt from the lines as they are now."""
    return _digest_of(b"".join(file.read_bytes() for file in TAUGHT))


def digest_of_weights(lines: Sequence[str]) -> str:
    """Return what tells whether all the weights are there, and none was changed by hand."""
    return _digest_of("\n".join(line for line in lines if not line.startswith("#")).encode())


def _digest_of(whole: bytes) -> str:
    return hashlib.sha256(whole).hexdigest()[:16]


def learn(lines: Lines) -> Learnt:
    """Learn weights from lines."""
    counted = Counter(mark for marks in lines.whole for mark in marks)
    known = {mark: n for n, mark in enumerate(sorted(m for m, times in counted.items() if times >= FEWEST_LINES))}
    categories = tuple(sorted(set(lines.labels)))
    values = _values(lines.whole, known)
    wanted = np.eye(len(categories), dtype=np.float32)[[categories.index(label) for label in lines.labels]]
    whole = np.zeros((len(known) + 1, len(categories)), np.float32)  # the last row has the biases
    first, second = np.zeros_like(whole), np.zeros_like(whole)
    for step in range(1, STEPS + 1):
        error = _softmax(values @ whole[:-1] + whole[-1]) - wanted
        slope = np.vstack([values.T @ error + PENALTY * whole[:-1], error.sum(0, keepdims=True)]) / len(values)
        first += 0.1 * (slope - first)
        second += 0.001 * (slope**2 - second)
        pace = PACE * (1 - step / (STEPS + 1))
        whole -= pace * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    weights = whole[:-1] - whole[:-1].mean(1, keepdims=True)  # what all categories share decides nothing
    return Learnt(known, categories, weights, whole[-1])


def _values(texts: Sequence[frozenset[str]], known: dict[str, int]) -> Matrix:
    values = np.zeros((len(texts), len(known)), np.float32)
    for row, marks in enumerate(texts):
        values[row, [known[mark] for mark in marks if mark in known]] = value_of_one(marks)
    return values


def _softmax(logits: Matrix) -> Matrix:
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(powers / powers.sum(1, keepdims=True), np.float32)


def decisions_of(categories: Sequence[str]) -> list[Decision | None]:
    """Return what follows from each category."""
    decisions = {rule.category: rule.decision for rule in rulebook().rules}
    return [decisions.get(category) for category in categories]


def find_thresholds(lines: Lines) -> dict[Decision, float]:
    """Learn from four fifths and look at the ordinary lines of the last: how probable may a false alarm be?"""
    order = np.random.default_rng(SEED).permutation(len(lines.labels))
    seen: dict[Decision, list[float]] = {decision: [] for decision in Decision}
    for fold in range(FOLDS):
        rest = lines.some([int(n) for at, n in enumerate(order) if at % FOLDS != fold])
        ordinary = [int(n) for at, n in enumerate(order) if at % FOLDS == fold and lines.labels[n] == ORDINARY]
        learnt = learn(rest)
        of = decisions_of(learnt.categories)
        for pieces in lines.some(ordinary).pieces:
            probable = learnt.probabilities(pieces)
            for decision in Decision:
                seen[decision].append(float(probable[:, [d is decision for d in of]].sum(1).max()))
        print(f"fold {fold + 1} of {FOLDS}: {len(ordinary):,} ordinary lines looked at", flush=True)
    return {
        decision: max(
            LEAST_PROBABLE[decision],
            round(sorted(found, reverse=True)[int(MOST_FALSE_ALARMS[decision] * len(found))], 3),
        )
        for decision, found in seen.items()
    }


def write(learnt: Learnt, thresholds: dict[Decision, float], lines: int) -> str:
    """Return the weights as `bot.likeness` reads them."""
    told = [
        *(f"={decision.value}\t{threshold}" for decision, threshold in thresholds.items()),
        *(f"!{category}\t{bias:.3f}" for category, bias in zip(learnt.categories, learnt.biases, strict=True)),
    ]
    for mark, row in learnt.known.items():
        weights = zip(learnt.categories, learnt.weights[row], strict=True)
        heavy = [f"{category}={weight:.1f}" for category, weight in weights if abs(weight) >= SMALLEST]
        if heavy:
            told.append(f"{mark}\t{' '.join(heavy)}")
    head = [
        f"# What a text is like: learnt by `make guard-weights` from {lines:,} lines with the digest {digest()}.",
        f"# What stands below has the digest {digest_of_weights(told)}: it is learnt, never changed by hand.",
        "# `!category`: its bias; `=decision`: its least probability; else a word or pair, and its weights.",
    ]
    return "\n".join([*head, *told]) + "\n"


def main() -> int:
    """Learn, and write the weights."""
    lines = read_lines()
    thresholds = find_thresholds(lines)
    WEIGHTS.write_text(write(learn(lines), thresholds, len(lines.labels)), "utf8")
    print(f"{WEIGHTS.relative_to(ROOT)}: {len(lines.labels):,} lines learnt from; {thresholds}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
