"""`python -m benchmarks [--only NAME] [--export EXPORT.zip] [--json]`: every figure and what it must meet.

Medians of five, ratios taken within one run. The exit code is 1 if any floor or ceiling is not met.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import (
    acknowledging,
    cover,
    erasing,
    guarding,
    ingest,
    readiness,
    recall_speed,
    redaction,
    refreshing,
    rehearsal,
    vector_speed,
)
from benchmarks.figures import ROUNDS, Figure, Run, as_json, as_table, machine, tell_progress

MEASURES: dict[str, Callable[[Run], list[Figure]]] = {
    "readiness": readiness.measure,
    "message": ingest.measure,
    "acknowledging": acknowledging.measure,
    "rehearsal": rehearsal.measure,
    "recall": recall_speed.measure,
    "erasing": erasing.measure,
    "vectors": vector_speed.measure,
    "refreshing": refreshing.measure,
    "cover": cover.measure,
    "guard": guarding.measure,
    "redaction": redaction.measure,
}


def main() -> int:
    """Measure, and print the figures."""
    options = _parser().parse_args()
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="understudy-bench-") as name:
        run = Run(
            Path(name), options.seed, options.export, tell_progress, lines=options.lines, shows_lines=options.show
        )
        figures = [figure for only in options.only or MEASURES for figure in MEASURES[only](run)]
    facts = machine() | {
        "sizes": f"recall at {' and '.join(f'{size:,}' for size in recall_speed.SIZES)} messages, erasing at "
        f"{erasing.SIZE:,}, {ingest.COUNT:,} single messages; medians of {ROUNDS}",
        "seed": str(options.seed),
        "took": f"{time.perf_counter() - begun:.0f} seconds",
    }
    written = as_json if options.json else as_table
    sys.stdout.write(f"{written(figures, facts, run.notes)}\n")
    return 0 if all(figure.is_met for figure in figures) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="What Understudy costs.")
    parser.add_argument("--only", action="append", choices=MEASURES, metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--export", type=Path, metavar="EXPORT.zip", help="a Slack export to rehearse with")
    parser.add_argument("--seed", type=int, default=1, help="of the generated chat")
    parser.add_argument(
        "--lines", type=Path, metavar="LINES.json", help="labelled lines for the guard, not those shipped"
    )
    parser.add_argument("--show", action="store_true", help="show the lines that the guard ruled otherwise, or refused")
    parser.add_argument("--json", action="store_true", help="for a program to read")
    return parser


if __name__ == "__main__":
    sys.exit(main())
