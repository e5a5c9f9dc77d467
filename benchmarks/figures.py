"""A measured figure and what it must meet, and how a list of them is written."""

from __future__ import annotations

import json
import math
import os
import platform
import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sqlcipher3 import dbapi2

from bot.events import MessageSaid

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `floor` is the least it may be, `ceiling` the most; with neither, it is only told."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    ceiling: float | None = None

    @property
    def is_met(self) -> bool:
        return (self.floor is None or self.value >= self.floor) and (self.ceiling is None or self.value <= self.ceiling)

    @property
    def limit(self) -> str:
        if self.floor is not None and self.ceiling is not None:
            return f"{_written(self.floor)} to {_written(self.ceiling)}"
        if self.floor is not None:
            return f"at least {_written(self.floor)}"
        return "" if self.ceiling is None else f"at most {_written(self.ceiling)}"

    @property
    def verdict(self) -> str:
        return "" if not self.limit else "met" if self.is_met else "NOT MET"


@dataclass(frozen=True, slots=True)
class BuiltLog:
    """One worker's log in a store's folder, with the messages it holds."""

    folder: Path
    said: list[MessageSaid]


@dataclass(frozen=True, slots=True)
class Run:
    """What every measurement is given: a folder that is deleted afterwards, a seed, an export or None, an ear.

    `logs` are those built already, by their size, so that each is built once a run. `lines` are labelled lines for the
    guard in place of those shipped; with `shows_lines` the lines themselves are shown, the export's too.
    """

    folder: Path
    seed: int
    export: Path | None
    said: Callable[[str], None]
    notes: list[str] = field(default_factory=list)
    logs: dict[int, BuiltLog] = field(default_factory=dict)
    lines: Path | None = None
    shows_lines: bool = False

    def note(self, sentence: str) -> None:
        """Say once, beneath the table, how something was measured."""
        if sentence not in self.notes:
            self.notes.append(sentence)


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median_ratio(ones: Sequence[float], others: Sequence[float]) -> float:
    """The median of the ratios within each round: what slows the machine for a while slows both."""
    return statistics.median(one / other for one, other in zip(ones, others, strict=True))


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, {platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "sqlite": f"{dbapi2.sqlite_version} (sqlcipher3 {dbapi2.version})",
    }


def as_table(figures: Sequence[Figure], facts: dict[str, str], notes: Sequence[str]) -> str:
    """Write figures for a person."""
    rows = [("figure", "value", "must be", ""), *((f.name, _shown(f), f.limit, f.verdict) for f in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [f"{n:{widths[0]}}  {v:>{widths[1]}}  {m:{widths[2]}}  {w}".rstrip() for n, v, m, w in rows]
    lines.insert(1, "-" * (sum(widths[:3]) + 11))
    told = [f"{name}: {value}" for name, value in facts.items()]
    return "\n".join([*told, "", *lines, "", *(f"- {note}" for note in notes)])


def as_json(figures: Sequence[Figure], facts: dict[str, str], notes: Sequence[str]) -> str:
    """Write figures for a program."""
    rows = [asdict(f) | {"verdict": f.verdict or "told"} for f in figures]
    is_met = all(f.is_met for f in figures)
    return json.dumps({"facts": facts, "figures": rows, "notes": list(notes), "all_met": is_met}, indent=2)


def tell_progress(sentence: str) -> None:
    """Say on standard error what is being measured now."""
    sys.stderr.write(f"  {sentence}\n")
    sys.stderr.flush()


def _shown(figure: Figure) -> str:
    return f"{_written(figure.value)} {figure.unit}".rstrip()


def _written(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
