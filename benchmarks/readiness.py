"""How soon `python -m bot run` is ready, beside a process that only imports the same packages."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import ROUNDS, Figure, Run, median_ratio

ROOT = Path(__file__).parent.parent
OURS = frozenset({"bot", "adapters", "storage"})
AT_MOST = 1.5
PATIENCE_SECONDS = 60


def measure(run: Run) -> list[Figure]:
    """Medians of five starts of each kind, in turn; a start ends with the line it prints."""
    packages = _packages(run)
    imports = [sys.executable, "-c", f"import {', '.join(packages)}; print('ready at last', flush=True)"]
    _seconds(run, imports, run.folder, {})
    spent: dict[str, list[float]] = {"imports": [], "empty": [], "sample": [], "again": []}
    for number in range(ROUNDS):
        run.said(f"starting: round {number + 1} of {ROUNDS}")
        with tempfile.TemporaryDirectory(dir=run.folder) as name:
            folder = Path(name)
            spent["imports"].append(_seconds(run, imports, folder, {}))
            spent["empty"].append(_seconds(run, _START, folder, _settings(folder / "empty", "empty")))
            spent["sample"].append(_seconds(run, _START, folder, _settings(folder / "sample", "sample")))
            spent["again"].append(_seconds(run, _START, folder, _settings(folder / "sample", "sample")))
    run.note(
        "readiness: from starting the process to its line, its modules compiled before; the other one imports the "
        f"packages that are not Python's own and that our modules name: {', '.join(packages)}."
    )
    run.note("the sample's first start lets its people join by the real form and learns their messages: no ceiling.")

    def times(kind: str, ceiling: float | None) -> Figure:
        ratio = median_ratio(spent[kind], spent["imports"])
        return Figure(f"ready, {_KINDS[kind]}, of importing alone", ratio, "times", ceiling=ceiling)

    def milliseconds(kind: str) -> Figure:
        return Figure(f"  {_KINDS[kind]}", sorted(spent[kind])[ROUNDS // 2] * 1000, "ms")

    ratios = [times("empty", AT_MOST), times("again", AT_MOST), times("sample", None)]
    return ratios + [milliseconds(kind) for kind in ("imports", "empty", "again", "sample")]


_START = [sys.executable, "-m", "bot", "run"]
_KINDS = {
    "imports": "importing alone",
    "empty": "empty workspace",
    "again": "sample team, second start",
    "sample": "sample team, first start",
}


def _settings(data: Path, workspace: str) -> dict[str, str]:
    return {"UNDERSTUDY_DATA": str(data), "UNDERSTUDY_PORT": "0", "UNDERSTUDY_WORKSPACE": workspace}


def _environment(run: Run, settings: dict[str, str]) -> dict[str, str]:
    """Of a machine on which it has run before: compiled modules are kept, here in a folder of this run."""
    dropped = {"PYTHONDONTWRITEBYTECODE"}
    kept = {k: v for k, v in os.environ.items() if k not in dropped and not k.upper().startswith("UNDERSTUDY_")}
    return kept | settings | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(run.folder / "compiled")}


def _seconds(
    run: Run, command: list[str], folder: Path, settings: dict[str, str], told: int = subprocess.DEVNULL
) -> float:
    """How long a process takes to print a line with "ready" in it; it is stopped then, and waited for."""
    environment = _environment(run, settings)
    begun = time.perf_counter()
    with subprocess.Popen(
        command, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=told
    ) as process:
        assert process.stdout is not None
        is_ready = any("ready" in line for line in process.stdout)
        spent = time.perf_counter() - begun
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_SECONDS)
    if not is_ready:
        raise RuntimeError("the process ended before it was ready")
    return spent


def _packages(run: Run) -> list[str]:
    """What our modules name of other people's packages, as far as a start loads it."""
    loaded = _loaded_by_a_start(run)
    named = {name for package in OURS for file in (ROOT / package).rglob("*.py") for name in _imported(file)}
    others = {name for name in named if name.partition(".")[0] not in sys.stdlib_module_names | OURS}
    return sorted(others & loaded)


def _loaded_by_a_start(run: Run) -> set[str]:
    """The names of all modules that are loaded when the line is printed, told by Python's own `-X importtime`."""
    with tempfile.TemporaryDirectory(dir=run.folder) as name, (Path(name) / "times").open("w+") as times:
        command = [sys.executable, "-X", "importtime", *_START[1:]]
        _seconds(run, command, Path(name), _settings(Path(name) / "data", "empty"), times.fileno())
        times.seek(0)
        return {line.rpartition("|")[2].strip() for line in times if line.startswith("import time:")}


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
