"""`make coverage`: run the tests that need no browser, and fail where a branch of the trust core was never taken."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.trust_core.modules import TRUST_CORE

ROOT = Path(__file__).resolve().parents[2]
SUITES = ("tests/unit", "tests/scenario", "tests/contract")
ALONE = f"--rcfile={os.devnull}"  # the sources named in pyproject.toml would be measured too, and slow the tests down


def main(words: Sequence[str]) -> int:
    """Measure with the suites, or those named; return 0 if every line and branch of the trust core was run."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "coverage.json"
        environment = {**os.environ, "COVERAGE_FILE": str(Path(folder) / "coverage")}
        wanted = ",".join(TRUST_CORE)
        tests = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--every-case", *(words or SUITES)]
        code = _coverage(["run", ALONE, "--branch", f"--include={wanted}", *tests], environment)
        _coverage(["json", ALONE, "-q", "-o", str(told)], environment)
        files = json.loads(told.read_text("utf-8"))["files"]
    whole = [_tell(module, files.get(module)) for module in TRUST_CORE]
    return code or int(not all(whole))


def _coverage(words: Sequence[str], environment: dict[str, str]) -> int:
    command = [sys.executable, "-m", "coverage", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def _tell(module: str, found: dict[str, Any] | None) -> bool:
    """Say what was covered of a module; return whether all of it was."""
    if found is None:
        print(f"{module}: never run")
        return False
    lines = found["missing_lines"]
    branches = [f"{start}→{end}" for start, end in found["missing_branches"] if start not in lines]
    summary = found["summary"]
    taken, all_of_them = summary["covered_branches"], summary["num_branches"]
    missing = f"; lines {lines}, branches {branches}" if lines or branches else ""
    print(f"{module}: {taken} of {all_of_them} branches, {summary['percent_covered']:.1f} %{missing}")
    return not lines and not branches


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
