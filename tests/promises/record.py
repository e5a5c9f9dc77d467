"""What became of the tests that show a promise, as one run of them leaves it in a file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

Figure = tuple[str, int | float | str]
"""What was counted, and how many."""

WORST = ("passed", "skipped", "failed")


@dataclass
class Case:
    """One test: the promises it shows by number and what it tries, how it ended, its seconds and its figures."""

    test: str
    marks: list[tuple[int, str]]
    outcome: str = "passed"
    seconds: float = 0.0
    figures: list[Figure] = field(default_factory=list)

    def add(self, outcome: str, seconds: float, figures: Iterable[Figure]) -> None:
        """Take in one more stage of the test; its figures are those noted so far."""
        self.outcome = max(self.outcome, outcome, key=WORST.index)
        self.seconds += seconds
        self.figures = list(figures)


def write(path: Path, cases: Iterable[Case]) -> None:
    """Write a run down, in the order of the tests' names."""
    rows = [asdict(case) for case in sorted(cases, key=lambda case: case.test)]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1), "utf-8")


def read(path: Path) -> list[Case]:
    """Read a run back."""
    rows = json.loads(path.read_text("utf-8"))
    return [
        Case(
            row["test"],
            [(number, tried) for number, tried in row["marks"]],
            row["outcome"],
            row["seconds"],
            [(what, value) for what, value in row["figures"]],
        )
        for row in rows
    ]
