"""`make promises`: try every promise in full, write docs/promises.md, and fail where one is broken.

`python -m tests.promises --quick` tries in small what `make test` does and writes no page, unless `--page` is added:
the page then says that it was tried in small. Any further words go to pytest, and then no page is written either.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlcipher3 import dbapi2

from tests.promised import FULL, RECORD
from tests.promises.catalogue import chapters, promises
from tests.promises.page import page
from tests.promises.record import Case, read
from tests.promises.verdicts import Finding, Verdict, judge

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "promises.md"
SEED = 20_260_302
RAN = {0, 1}  # all passed, some failed; anything else is no run
WRONG_USE = 2


def main(words: Sequence[str]) -> int:
    """Run the suite; return 0 if no promise is broken."""
    quick = "--quick" in words
    chosen = [word for word in words if word not in {"--quick", "--page"}]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record.json"
        code = _run(chosen, record, quick=quick)
        if code not in RAN or not record.exists():
            print("the tests of the promises did not run", file=sys.stderr)
            return WRONG_USE
        cases = read(record)
    findings = {promise.number: judge(promise, cases) for promise in promises()}
    _tell(findings.values(), cases, time.monotonic() - began)
    if chosen:
        return code
    if not quick or "--page" in words:
        PAGE.write_text(page(chapters(), findings, _facts(quick=quick)), "utf-8")
        print(f"written: {PAGE.relative_to(ROOT)}")
    return int(code or any(finding.verdict is Verdict.BROKEN for finding in findings.values()))


def _run(chosen: Sequence[str], record: Path, *, quick: bool) -> int:
    environment = {name: value for name, value in os.environ.items() if name not in {FULL, RECORD}}
    environment |= {RECORD: str(record)} | ({} if quick else {FULL: "1"})
    timeout = 120 if quick else 3_600  # seconds a test may take
    asked = [
        "-q",
        "-m",
        "promise",
        "--numprocesses=auto",
        "--dist=worksteal",
        f"--randomly-seed={SEED}",
        "--durations=10",
        f"--timeout={timeout}",
        *chosen,
    ]
    return subprocess.run([sys.executable, "-m", "pytest", *asked], cwd=ROOT, env=environment, check=False).returncode


def _tell(findings: Iterable[Finding], cases: Sequence[Case], seconds: float) -> None:
    for finding in findings:
        print(f"{finding.promise.number:>3}. {finding.promise.title}: {finding.verdict.value}")
        for reason in finding.broken_by:
            print(f"       {reason}")
    print(f"{len(cases)} tests in {seconds:.0f} s")


def _facts(*, quick: bool) -> list[tuple[str, str]]:
    today = datetime.now(UTC).date()
    size = "in small, as `make test` does" if quick else "in full"
    return [
        ("tried on", f"{today.day} {today:%B %Y}, {size}, in random order with the seed {SEED}"),
        ("with", f"Python {platform.python_version()}, SQLite {dbapi2.sqlite_version} within SQLCipher"),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
