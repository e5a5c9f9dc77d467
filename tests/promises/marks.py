"""Which tests are marked with a promise, read from their source: nothing is imported or run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Marked:
    """One mark: `tests/unit/test_audit.py::test_a_cut_tail_is_found`, the promise's number, and what is tried."""

    test: str
    number: int
    tried: str


def marked_tests() -> tuple[Marked, ...]:
    """Return every mark of every test, in the order of files and lines."""
    return tuple(mark for file in sorted((ROOT / "tests").rglob("test_*.py")) for mark in marks_in(file))


def marks_in(file: Path) -> Iterator[Marked]:
    """Yield the marks of one file; a mark of the whole file is one of each of its tests."""
    tree = ast.parse(file.read_text("utf-8"))
    path = file.relative_to(ROOT).as_posix()
    tests = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]
    of_all = [call for node in tree.body if isinstance(node, ast.Assign) for call in _marks(node)]
    for test in tests:
        for call in [*of_all, *(call for decorator in test.decorator_list for call in _marks(decorator))]:
            number, tried = (ast.literal_eval(value) for value in call.args)
            yield Marked(f"{path}::{test.name}", int(number), str(tried))


def _marks(node: ast.AST) -> Iterator[ast.Call]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and ast.unparse(inner.func) == "pytest.mark.promise":
            yield inner
