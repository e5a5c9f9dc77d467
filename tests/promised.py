"""What a test of a promise has at hand: the mark that says which promise it shows, its figures, and its size.

`@pytest.mark.promise(4, "2,000 planted words, every decrypted page searched")` names the promise by its number in
docs/promises.md, and what is tried. `figures("words found before", 2_000)` notes what was measured; `sized(quick=100,
full=10_000)` gives how much to try: little in `make test`, all of it in `make promises`. Of a parametrized test marked
`@pytest.mark.sparse(3)` every third case runs in `make test`, all of them in `make promises` and with `--every-case`.

With `UNDERSTUDY_PROMISES_RECORD` what became of every such test is written to that file (`tests.promises.record`).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from tests.promises.record import Case, Figure, write

FULL = "UNDERSTUDY_PROMISES_IN_FULL"
RECORD = "UNDERSTUDY_PROMISES_RECORD"
PROPERTY = "understudy_promise"
FIGURES = pytest.StashKey[list[Figure]]()
ASKED = pytest.StashKey[dict[str, str]]()

Figures = Callable[[str, object], None]
Sized = Callable[..., int]


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Return what notes a figure: what was counted, and how many. Whole numbers of several cases are added up."""
    noted = request.node.stash.setdefault(FIGURES, [])

    def note(what: str, value: object) -> None:
        counts = isinstance(value, int | float) and not isinstance(value, bool)
        noted.append((what, value if counts else str(value)))

    return note


@pytest.fixture
def sized(request: pytest.FixtureRequest) -> Sized:
    """Return what says how much is to be tried: `sized(quick=100, full=10_000)`."""
    in_full = bool(request.config.stash[ASKED][FULL])

    def size(*, quick: int, full: int) -> int:
        return full if in_full else quick

    return size


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let every case be run of the tests marked `sparse(n)` too, at the quick sizes."""
    parser.addoption("--every-case", action="store_true", help="of tests marked sparse(n) run every case")


def pytest_configure(config: pytest.Config) -> None:
    """Begin the record. Both variables are taken away: Understudy itself would refuse them as unknown settings.

    Where several processes share the tests, the first one tells the others what was asked, and keeps the record.
    """
    asked = {name: os.environ.pop(name, "") for name in (FULL, RECORD)}
    config.stash[ASKED] = {**asked, **getattr(config, "workerinput", {}).get(PROPERTY, {})}
    config.pluginmanager.register(_Record(config.stash[ASKED][RECORD]))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell another process what was asked."""
    node.workerinput[PROPERTY] = {FULL: node.config.stash[ASKED][FULL], RECORD: ""}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of a test marked `sparse(3)` run every third case, and all of them in full or where one is asked for by name."""
    if config.stash[ASKED][FULL] or config.option.every_case:
        return
    counted, left_out = Counter[str](), list[pytest.Item]()
    for item in items:
        if mark := item.get_closest_marker("sparse"):
            test = item.nodeid.partition("[")[0]
            if counted[test] % int(mark.args[0]):
                left_out.append(item)
            counted[test] += 1
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let what is told of a test that shows a promise say which, and what was counted so far."""
    report = yield
    marks = [(int(mark.args[0]), str(mark.args[1])) for mark in item.iter_markers("promise")]
    if marks:
        noted: list[Figure] = item.stash.get(FIGURES, [])
        report.user_properties.append((PROPERTY, {"marks": marks, "figures": list(noted), "seconds": call.duration}))
    return report


class _Record:
    """What became of the tests of promises: the worst of each one's set-up, call and clearing away."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._cases: dict[str, Case] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of one stage of a test, whichever process ran it."""
        told: Any = dict(report.user_properties).get(PROPERTY)
        if told:
            marks = [(int(number), str(tried)) for number, tried in told["marks"]]
            figures: list[Figure] = [(what, value) for what, value in told["figures"]]
            self._cases.setdefault(report.nodeid, Case(report.nodeid, marks)).add(
                report.outcome, told["seconds"], figures
            )

    def pytest_sessionfinish(self) -> None:
        """Write the record where it is asked for."""
        if self._path:
            write(Path(self._path), self._cases.values())
