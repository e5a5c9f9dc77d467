"""A session of cosmic-ray's, as it keeps it in a database: which mutants there are, and what became of them."""

from __future__ import annotations

import ast
import random
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

SAME = frozenset({"core/ReplaceComparisonOperator_Is_Eq", "core/ReplaceComparisonOperator_IsNot_NotEq"})
"""What changes nothing: `is` stands in this house before None, members of an enumeration and marks alone."""

SEED = 20260302
Position = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change that was tried: where, by which operator, its lines as in a diff, and whether it was noticed."""

    line: int
    operator: str
    change: tuple[str, ...]
    is_killed: bool


def put_aside(session: Path, module: Path, sample: int | None = None) -> tuple[int, int]:
    """Mark as skipped those mutants that change nothing which runs; return how many there were, and how many are left.

    Annotations are never evaluated (`from __future__ import annotations`), and `is` is as good as `==` where it stands.
    Of those left only `sample` are tried if that is given, drawn by chance from a fixed seed.
    """
    spans = annotated(module.read_text("utf-8"))
    with closing(sqlite3.connect(session)) as database, database:
        rows = database.execute(
            "SELECT job_id, operator_name, start_pos_row, start_pos_col FROM mutation_specs"
            " ORDER BY start_pos_row, start_pos_col, operator_name, occurrence"
        ).fetchall()
        aside = [
            job
            for job, operator, row, column in rows
            if operator in SAME or any(start <= (row, column) < end for start, end in spans)
        ]
        left = [job for job, *_ in rows if job not in set(aside)]
        tried = left if sample is None else random.Random(SEED).sample(left, min(sample, len(left)))
        skipped = [(job,) for job, *_ in rows if job not in set(tried)]
        database.executemany("INSERT INTO work_results (job_id, worker_outcome) VALUES (?, 'SKIPPED')", skipped)
    return len(aside), len(left)


def annotated(source: str) -> list[tuple[Position, Position]]:
    """Return where the annotations of a module stand: lines from 1, columns from 0, the end exclusive."""
    found: list[ast.expr | None] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.append(node.returns)
        elif isinstance(node, ast.arg | ast.AnnAssign):
            found.append(node.annotation)
    return [
        ((node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0))
        for node in found
        if node is not None
    ]


def results(session: Path) -> list[Mutant]:
    """Return the mutants that were tried, by line."""
    with closing(sqlite3.connect(session)) as database:
        rows = database.execute(
            "SELECT start_pos_row, operator_name, diff, test_outcome"
            " FROM mutation_specs JOIN work_results USING (job_id)"
            " WHERE worker_outcome <> 'SKIPPED' ORDER BY start_pos_row, start_pos_col, operator_name"
        ).fetchall()
    return [
        Mutant(line, operator.removeprefix("core/"), _changed(diff or ""), outcome == "KILLED")
        for line, operator, diff, outcome in rows
    ]


def _changed(diff: str) -> tuple[str, ...]:
    lines = [line for line in diff.splitlines() if line[:1] in {"+", "-"} and line[:3] not in {"+++", "---"}]
    return tuple(lines)
