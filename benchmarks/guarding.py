"""How the guard does: on labelled lines, and on ordinary questions, which it should leave alone.

A labelled line is `{"text", "lang", "expected", "split"}`: `expected` is a category of `bot/rules/guard/`, `identity`,
`ordinary`, or one of the decisions `refused` and `flagged` where the category does not matter; `split` may be left out.
The shipped lines of the split `held_out` were written before the rules, by the writer of both; those of
`tests/data/guard_unseen.json` and those numbered 2 to 6 (`--lines`) others wrote, who had not seen the rules. On the
first two the rules were mended since and the likeness was learnt from them, so that of them only the first runs, in
docs/guard.md, say anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.answered_questions import asked_in, read_export
from benchmarks.figures import Figure, Run
from bot.rulebook import Decision, rulebook
from bot.ruling import asks_who_speaks, flags, refusal
from bot.sentences import without_address

SHIPPED = Path(__file__).parents[1] / "tests" / "data" / "guard_lines.json"
SAMPLE = Path(__file__).parent / "sample_questions.json"
ORDINARY = "ordinary"
DECISIONS = (*(decision.value for decision in Decision), ORDINARY)


@dataclass(frozen=True, slots=True)
class Ruled:
    """One labelled line and how it was ruled: categories, weightiest first."""

    text: str
    language: str
    expected: str
    split: str
    categories: tuple[str, ...]
    decision: str

    @property
    def expected_decision(self) -> str:
        """The decision that its label stands for; an unknown label is a `KeyError`."""
        return _decisions_of()[self.expected]

    @property
    def is_right(self) -> bool:
        """Whether the decision is that of the label, and the label's category among those found."""
        is_decided = self.decision == self.expected_decision
        return is_decided and (self.expected in DECISIONS or self.expected in self.categories)


def measure(run: Run) -> list[Figure]:
    """Rule on the labelled lines, by language, and count what ordinary questions meet with."""
    ruled = rule_lines(run.lines or SHIPPED)
    run.said(f"the guard: {len(ruled):,} labelled lines")
    figures = []
    for split in dict.fromkeys(line.split for line in ruled):
        for language in dict.fromkeys(line.language for line in ruled):
            of_both = [line for line in ruled if line.split == split and line.language == language]
            figures += _by_decision(of_both, f"guard, {split}, {language}" if split else f"guard, {language}")
            run.notes.append(_by_category(of_both, f"{split} {language}".strip()))
    figures += _over_refusal(run, [row["question"] for row in json.loads(SAMPLE.read_text("utf8"))], "sample questions")
    if run.export:
        asked = [without_address(m.text) for m in asked_in(read_export(str(run.export)))]
        figures += _over_refusal(run, asked, "questions of the export")
    if run.shows_lines:
        run.notes.extend(
            f"{r.expected} → {', '.join(r.categories) or ORDINARY}: {r.text}" for r in ruled if not r.is_right
        )
    run.note("precision of a category: of the lines whose weightiest category it is; recall: it is among those found.")
    return figures


def rule_lines(path: Path) -> list[Ruled]:
    """Rule on every labelled line of a file."""
    return [
        Ruled(row["text"], row["lang"], row["expected"], row.get("split", ""), *_ruled(row["text"]))
        for row in json.loads(path.read_text("utf8"))
    ]


def _ruled(text: str) -> tuple[tuple[str, ...], str]:
    refused, asked = refusal(text), asks_who_speaks(text)
    first = [refused] if refused else ["identity"] if asked else []
    categories = (*first, *flags(text))
    return categories, _decisions_of()[categories[0]] if categories else ORDINARY


def _decisions_of() -> dict[str, str]:
    """The decision that each label stands for."""
    return {rule.category: rule.decision.value for rule in rulebook().rules} | {d: d for d in DECISIONS}


def _by_decision(ruled: Sequence[Ruled], about: str) -> list[Figure]:
    figures = []
    for decision in DECISIONS:
        labelled = [line for line in ruled if line.expected_decision == decision]
        decided = [line for line in ruled if line.decision == decision]
        recall, precision = _share(labelled, decided), _share(decided, labelled)
        figures += [
            Figure(f"{about}: {decision}, recall", recall, f"% of {len(labelled)}"),
            Figure(f"{about}: {decision}, precision", precision, f"% of {len(decided)}"),
        ]
    return figures


def _by_category(ruled: Sequence[Ruled], about: str) -> str:
    lines = [f"by category, {about} (recall of how many, precision of how many):"]
    labels = sorted({line.expected for line in ruled} - set(DECISIONS))
    for label in labels:
        labelled = [line for line in ruled if line.expected == label]
        found = [line for line in ruled if label in line.categories]
        weightiest = [line for line in ruled if line.categories[:1] == (label,)]
        recall, precision = _share(labelled, found), _share(weightiest, labelled)
        lines.append(f"    {label:14} {recall:5.1f} % of {len(labelled):3}   {precision:5.1f} % of {len(weightiest):3}")
    return "\n".join(lines)


def _over_refusal(run: Run, questions: Iterable[str], about: str) -> list[Figure]:
    asked = list(questions)
    run.said(f"the guard: {len(asked):,} {about}")
    ruled = [(_ruled(question), question) for question in asked]
    figures = []
    for decision in Decision:
        met = [question for (_, decided), question in ruled if decided == decision.value]
        share = 100 * len(met) / max(len(asked), 1)
        figures.append(Figure(f"guard: {about}, {decision.value}", share, f"% ({len(met)} of {len(asked):,})"))
        if run.shows_lines:
            run.notes.extend(f"{decision.value}: {' '.join(question.split())[:200]}" for question in met)
    return figures


def _share(of: Sequence[Ruled], found_in: Sequence[Ruled]) -> float:
    """How many percent of some lines are among others; 100 of none."""
    among: Callable[[Ruled], bool] = frozenset(found_in).__contains__
    return 100 * sum(map(among, of)) / len(of) if of else 100.0
