"""Has the shape rotted? Floors, arrows, and what may be made or done where."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.floors import FLOORS
from tests.architecture.source import ROOT, called_name, files, imports, known_modules, module_name, shown, tree

HEIGHT = {module: height for height, floor in enumerate(FLOORS) for module in floor.modules}
BOT = [file for file in files("bot") if file.name != "__init__.py"]
MAKERS = {
    "ConsentedMessage": "bot/consent.py",
    "LabelledReply": "bot/labelling.py",
    "RedactedText": "bot/redaction.py",
}
REFUSAL_TESTS = {"test_consent.py", "test_labelling.py", "test_redaction.py"}  # they show that a forged one is refused
LINES = 400  # more is a sign of two rooms in one
LONGER = {"bot/ports.py"}  # every promise of the house, side by side


def room(module: str) -> str:
    """Return the name under which a module of bot/ stands on a floor: `bot.profile.voice` lives in `profile`."""
    return module.split(".")[1]


def test_every_module_has_exactly_one_floor() -> None:
    declared = [module for floor in FLOORS for module in floor.modules]
    assert len(declared) == len(set(declared))
    homeless = [shown(file) for file in BOT if room(module_name(file)) not in HEIGHT]
    assert not homeless, f"no floor in tests/architecture/floors.py: {homeless}"


def test_no_floor_names_a_module_that_is_gone() -> None:
    assert set(HEIGHT) <= {room(name) for name in known_modules() if name.startswith("bot.")}


@pytest.mark.parametrize("file", BOT, ids=shown)
def test_imports_never_go_up(file: Path) -> None:
    height = HEIGHT.get(room(module_name(file)), -1)
    above = {name for name in imports(file) if name.startswith("bot.") and HEIGHT.get(room(name), 0) > height}
    assert not above


def test_no_import_goes_round_in_a_circle() -> None:
    graph = {module_name(file): {name for name in imports(file) if name in known_modules()} for file in files("bot")}
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " → ".join([*path[path.index(module) :], module])
        if module not in done:
            for imported in sorted(graph.get(module, ())):
                visit(imported, (*path, module))
            done.add(module)

    for module in graph:
        visit(module, ())


@pytest.mark.parametrize("file", files("adapters", "storage"), ids=shown)
def test_adapters_and_storage_use_what_the_core_offers(file: Path) -> None:
    offered = {f"bot.{module}" for floor in FLOORS if floor.is_offered for module in floor.modules}
    taken = {".".join(name.split(".")[:2]) for name in imports(file) if name.startswith("bot.")}
    assert taken <= offered


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_a_sealed_type_is_made_in_one_room_alone(name: str) -> None:
    made_in = {
        shown(file)
        for file in files("bot", "adapters", "storage", "tests", "benchmarks")
        if file.name not in REFUSAL_TESTS
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call) and called_name(node) == name
    }
    assert made_in == {MAKERS[name]}


def test_no_other_room_takes_the_seals() -> None:
    takers = {shown(file) for file in files("bot", "adapters", "storage", "benchmarks") if "_SEAL" in file.read_text()}
    assert takers == set(MAKERS.values())


def test_storage_and_the_pure_rooms_never_await() -> None:
    pure = {module for floor in FLOORS if not floor.may_await for module in floor.modules}
    quiet = files("storage") + [file for file in BOT if room(module_name(file)) in pure]
    asynchronous = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
    assert not [shown(file) for file in quiet if any(isinstance(node, asynchronous) for node in ast.walk(tree(file)))]


def test_nothing_but_the_clock_tells_the_time_in_the_core() -> None:
    clocks = re.compile(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.time)\(")
    readers = {shown(file) for file in BOT if clocks.search(file.read_text("utf-8"))}
    assert readers <= {"bot/clock.py", "bot/compose.py", "bot/cli.py"}


@pytest.mark.parametrize("file", files("tests"), ids=shown)
def test_tests_neither_mock_nor_sleep(file: Path) -> None:
    assert not [name for name in imports(file) if name.startswith(("unittest.mock", "mock"))]
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Call):
            assert called_name(node) not in {"MagicMock", "AsyncMock", "wait_for_timeout"}, node.lineno
            if called_name(node) == "sleep":  # asyncio.sleep(0) gives way once and waits for nothing
                assert ast.unparse(node) == "asyncio.sleep(0)", node.lineno


@pytest.mark.parametrize("file", files("bot", "adapters", "storage", "tests", "benchmarks"), ids=shown)
def test_a_file_is_one_room(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= LINES or shown(file) in LONGER


def test_no_drawer_for_odds_and_ends() -> None:
    drawers = re.compile(r"(^|_)(utils?|helpers?|managers?|misc|common)$")
    assert not [shown(file) for file in files("bot", "adapters", "storage", "tests") if drawers.search(file.stem)]


def test_nothing_is_left_to_do_in_the_code() -> None:
    left = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|NotImplemented" r"Error)\b")
    scripts = sorted((ROOT / "adapters").rglob("*.js")) + sorted((ROOT / "adapters").rglob("*.css"))
    found = files("bot", "adapters", "storage", "tests", "benchmarks") + scripts
    assert not [shown(file) for file in found if left.search(file.read_text("utf-8"))]
