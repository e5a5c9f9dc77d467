"""Processes that run Understudy's command line without importing everything first: forked from one that has it all.

Otherwise they are processes like any other: with their own folder, environment, output, exit code, and end.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.cli import main
from tests.faults.dying import die_at

FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(["tests.faults.forking", "pytest"])


class Forked:
    """A running command, as `subprocess.Popen` would have it; its standard error goes into a file."""

    def __init__(
        self, words: Sequence[str], folder: Path, environment: Mapping[str, str], errors: Path, step: str = ""
    ) -> None:
        """Start it; with a step such as `after Delivery._claim` it dies there."""
        pipe = folder / "stdout"
        os.mkfifo(pipe)
        self._process = FORKING.Process(
            target=_carry_out, args=(list(words), dict(environment), folder, pipe, errors, step)
        )
        self._process.start()
        self.stdout = pipe.open()
        pipe.unlink()

    @property
    def returncode(self) -> int:
        code = self._process.exitcode
        assert code is not None
        return code

    def poll(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    def kill(self) -> None:
        """End it; one may be dead of which the server of forks has not told yet."""
        with suppress(ProcessLookupError):
            self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float) -> tuple[str, None]:
        told = self.stdout.read()
        self._process.join(timeout)
        return told, None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stdout.close()
        self._process.join()
        self._process.close()


def _carry_out(words: list[str], environment: dict[str, str], folder: Path, out: Path, errors: Path, step: str) -> None:
    """Become the command."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, path in ((1, out), (2, errors)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    if step:
        die_at(step)
    sys.exit(main(words))
