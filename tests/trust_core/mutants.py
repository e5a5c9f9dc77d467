"""`make mutants`: change the trust core in one small place at a time, and see whether a test notices.

Module by module a copy of the project is changed by cosmic-ray, one mutant after the other, and of the tests named in
`tests.trust_core.modules` those are run that go through the changed function. Words on the command line choose
modules: `bot/audit.py`. It takes hours; `--sample 20` tries twenty of each module's mutants, drawn by chance.
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.trust_core.modules import ALWAYS, TRUST_CORE
from tests.trust_core.session import Mutant, put_aside, results

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LEAST = 0.9
CONFIGURATION = """[cosmic-ray]
module-path = {module!r}
timeout = {timeout}
excluded-modules = []
test-command = {command!r}

[cosmic-ray.distributor]
name = "local"
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a module's mutants: how many of how many were tried, put aside, and noticed by no test."""

    module: str
    tried: int
    of: int
    aside: int
    survivors: tuple[Mutant, ...]

    @property
    def killed(self) -> int:
        """How many a test noticed."""
        return self.tried - len(self.survivors)


def main(words: Sequence[str]) -> int:
    """Try the modules; return 0 if at least nine of ten mutants were noticed."""
    parser = argparse.ArgumentParser(prog="make mutants")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="a module of the trust core, such as bot/audit.py")
    parser.add_argument("--sample", type=int, metavar="N", help="try so many mutants of each module, drawn by chance")
    asked = parser.parse_args(words)
    unknown = [module for module in asked.modules if module not in TRUST_CORE]
    if unknown:
        print(f"not in the trust core: {', '.join(unknown)}", file=sys.stderr)
        return 2
    outcomes = [_tried(module, asked.sample) for module in asked.modules or TRUST_CORE]
    tried, killed = sum(o.tried for o in outcomes), sum(o.killed for o in outcomes)
    print(f"\nin all: {killed} of {tried} noticed, {killed / max(tried, 1):.1%}; at least {LEAST:.0%} are wanted")
    return int(killed < LEAST * tried)


def _tried(module: str, sample: int | None) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="understudy-mutants-") as folder:
        place, session = Path(folder) / "project", Path(folder) / "session.sqlite"
        _copy(place)
        with _served(module, place, Path(folder) / "socket") as command:
            aside, left = _prepare(module, place, session, command, sample)
            _call("exec", "configuration.toml", str(session), place=place)
        mutants = results(session)
    survivors = tuple(mutant for mutant in mutants if not mutant.is_killed)
    outcome = Outcome(module, len(mutants), left, aside, survivors)
    _tell(outcome)
    return outcome


def _copy(place: Path) -> None:
    """Copy what git keeps or would keep: mutants are never written into the project itself."""
    listed = subprocess.run(
        ["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)


@contextmanager
def _served(module: str, place: Path, socket: Path) -> Iterator[list[str]]:
    """Let the module's tests be run by a process that has all libraries; give the command that asks for one run."""
    tests = [name for name in (*TRUST_CORE[module], *ALWAYS) if (place / name).is_file()]
    serving = [sys.executable, "-m", "tests.trust_core.serving", str(socket), module, *tests]
    with subprocess.Popen(serving, cwd=place, stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout is not None
            if not server.stdout.readline():
                raise SystemExit(f"{module}: its tests do not pass as things are")
            yield [sys.executable, "-S", str(HERE / "knock.py"), str(socket)]
        finally:
            server.kill()


def _prepare(module: str, place: Path, session: Path, command: list[str], sample: int | None) -> tuple[int, int]:
    """See how long all the tests take, make the mutants, and put aside those that change nothing."""
    began = time.monotonic()
    subprocess.run(command, cwd=place, check=True)
    timeout = 20 + 5 * (time.monotonic() - began)
    written = CONFIGURATION.format(module=module, timeout=round(timeout, 1), command=shlex.join(command))
    (place / "configuration.toml").write_text(written, "utf-8")
    _call("init", "configuration.toml", str(session), place=place)
    return put_aside(session, place / module, sample)


def _call(*words: str, place: Path) -> None:
    program = Path(sys.executable).with_name("cosmic-ray")
    subprocess.run([str(program), *words], cwd=place, check=True, stdout=subprocess.DEVNULL)


def _tell(outcome: Outcome) -> None:
    share = outcome.killed / max(outcome.tried, 1)
    drawn = "" if outcome.tried == outcome.of else f", drawn from {outcome.of}"
    print(
        f"{outcome.module}: {outcome.killed} of {outcome.tried} noticed{drawn}, {share:.1%} ({outcome.aside} put aside)"
    )
    for mutant in outcome.survivors:
        print(f"  line {mutant.line}, {mutant.operator}:")
        print("".join(f"    {line}\n" for line in mutant.change), end="", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
