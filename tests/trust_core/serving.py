"""Runs a module's tests again and again without importing libraries anew: forked from a process that has them all.

`python -m tests.trust_core.serving SOCKET MODULE TEST…` runs the tests once to learn which of them go through which
function, says "ready" and listens. Each client is answered one byte, the exit code of one run of those tests that go
through what is changed in the module by then. A client that goes away, because its time is over, takes its run along.
Nothing of the project itself that could be changed is imported before the fork.
"""

from __future__ import annotations

import importlib
import os
import pickle
import select
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.trust_core.choosing import Chosen, Learning, Learnt, changed_span

LIBRARIES = """
aiohttp anyio apscheduler.schedulers.asyncio babel.dates babel.numbers babel.plural
cryptography.hazmat.primitives.ciphers hypothesis hypothesis.strategies numpy openai phonenumbers
pydantic_settings pyrage regex sqlcipher3 sqlite_utils stdnum Stemmer
""".split()
REWRITING = "pytest.PytestAssertRewriteWarning"  # of the plugins that are imported already
QUIET = ("-x", "-p", "no:randomly", "-p", "no:cacheprovider", "--tb=no", "-W", f"ignore::{REWRITING}")
NO_TESTS_CHOSEN = 5
EXAMPLES = ".hypothesis"  # what one mutant failed by is not tried on the next one: each is noticed, or not, by itself


def serve(path: Path, module: Path, tests: Sequence[str]) -> int:
    """Listen until killed; return another code than 0 at once if the tests do not pass as things are."""
    for name in LIBRARIES:
        importlib.import_module(name)
    learnt = _learn(path.with_suffix(".learnt"), module, tests)
    if learnt is None:
        return 1
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        original = module.read_text("utf-8")
        print("ready", flush=True)
        while True:
            client, _ = listening.accept()
            with client:
                span = changed_span(original, module.read_text("utf-8"))
                _answer(client, learnt.tests_for(span))


def _learn(told: Path, module: Path, tests: Sequence[str]) -> Learnt | None:
    """Run all tests once over the module as it is. What is compiled is kept for the runs to come, but the module."""

    def run() -> int:
        sys.dont_write_bytecode = False  # whatever the machine is set up with: each run would compile everything anew
        learning = Learning(module)
        code = int(pytest.main([*QUIET, *tests], plugins=[learning]))
        told.write_bytes(pickle.dumps(learning.learnt()))
        return code

    code = os.waitstatus_to_exitcode(os.waitpid(_forked(run), 0)[1])
    for compiled in (module.parent / "__pycache__").glob(f"{module.stem}.*"):
        compiled.unlink()  # no mutant may pass for the original
    return None if code else pickle.loads(told.read_bytes())


def _answer(client: socket.socket, tests: Sequence[str]) -> None:
    def run() -> int:
        sys.dont_write_bytecode = True
        shutil.rmtree(EXAMPLES, ignore_errors=True)
        files = dict.fromkeys(test.partition("::")[0] for test in tests)
        code = int(pytest.main([*QUIET, *files], plugins=[Chosen(tests)])) if tests else 0
        return 0 if code == NO_TESTS_CHOSEN else code

    process = _forked(run)
    ended = os.pidfd_open(process)
    readable, _, _ = select.select([client.fileno(), ended], [], [])
    is_given_up = client.fileno() in readable
    if is_given_up:
        os.killpg(process, signal.SIGKILL)
    os.close(ended)
    _, status = os.waitpid(process, 0)
    if not is_given_up:
        client.sendall(bytes([min(os.waitstatus_to_exitcode(status) & 0xFF, 0xFF)]))


def _forked(run: Callable[[], int]) -> int:
    """Let a process of its own, with nothing to say, do one run; return its id."""
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(nowhere, number)
        code = run()
    finally:
        os._exit(code)


if __name__ == "__main__":
    sys.exit(serve(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
