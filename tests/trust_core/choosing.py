"""Which tests have to be run for a changed module: those that went through the function that was changed.

All of them, where it runs while tests are collected already: what they are made of may depend on it.

`Learning` and `Chosen` are plugins of pytest: the one notes which lines of a module each test runs and how long it
takes, the other lets only some tests be run, the quickest first.
"""

from __future__ import annotations

import ast
import time
from collections.abc import Collection, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from coverage import Coverage


@dataclass(frozen=True, slots=True)
class Learnt:
    """The lines of a module that each test runs, those run before the first, and the tests, the quickest first."""

    lines: Mapping[str, frozenset[int]]
    before: frozenset[int]
    quickest_first: tuple[str, ...]

    def tests_for(self, span: tuple[int, int] | None) -> tuple[str, ...]:
        """Return the tests that run a line of a span; all of them for None, or for what runs before the first."""
        wanted = frozenset(range(span[0], span[1] + 1)) if span else frozenset()
        if span is None or wanted & self.before:
            return self.quickest_first
        return tuple(test for test in self.quickest_first if wanted & self.lines.get(test, frozenset()))


class Learning:
    """Notes what each test runs of one module, from the moment it is made."""

    def __init__(self, module: Path) -> None:
        self._module = str(module.resolve())
        self._measured = Coverage(data_file=None, config_file=False, include=[self._module])
        self._seconds: dict[str, float] = {}
        self._measured.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Note under the test's name whatever runs until the next one."""
        self._measured.switch_context(item.nodeid)
        began = time.monotonic()
        try:
            return (yield)
        finally:
            self._seconds[item.nodeid] = time.monotonic() - began

    def learnt(self) -> Learnt:
        """Stop measuring, and return what was noted."""
        self._measured.stop()
        data = self._measured.get_data()
        lines: dict[str, frozenset[int]] = {}
        for context in ("", *self._seconds):
            data.set_query_context(context)
            lines[context] = frozenset(data.lines(self._module) or ())
        return Learnt(lines, lines.pop(""), tuple(sorted(self._seconds, key=self._seconds.__getitem__)))


class Chosen:
    """Lets the chosen tests be run alone, in their order."""

    def __init__(self, tests: Collection[str]) -> None:
        self._places = {test: place for place, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what was not chosen."""
        items[:] = sorted(
            (item for item in items if item.nodeid in self._places), key=lambda item: self._places[item.nodeid]
        )


def changed_span(before: str, after: str) -> tuple[int, int] | None:
    """Return the lines of the function, in the text before, within which two texts of a module differ.

    None if they differ in what is run once, when the module is imported, or do not differ.
    """
    old, new = before.splitlines(), after.splitlines()
    pairs = range(min(len(old), len(new)))
    first = next((at for at in pairs if old[at] != new[at]), None)
    if first is None:
        return None
    alike_at_the_end = next((at for at in pairs if old[-1 - at] != new[-1 - at]), len(pairs))
    last = max(first, len(old) - 1 - alike_at_the_end)
    around = [
        (node.body[0].lineno, node.end_lineno or node.lineno)
        for node in ast.walk(ast.parse(before))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.lineno <= first + 1
        and last + 1 <= (node.end_lineno or node.lineno)
    ]
    return max(around, default=None)
