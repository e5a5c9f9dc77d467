"""Runs pytest again and again without importing its libraries anew: forked from a process that has them all.

`serve(socket, folder, arguments)` listens; each client is answered one byte, the exit code of one run. A client that
goes away, because its time is over, takes its run along. Nothing of the project itself is imported before the fork.
"""

from __future__ import annotations

import importlib
import os
import select
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

LIBRARIES = """
aiohttp anyio apscheduler.schedulers.asyncio babel.dates babel.numbers babel.plural
cryptography.hazmat.primitives.ciphers hypothesis hypothesis.strategies numpy openai phonenumbers
pydantic_settings pyrage regex sqlcipher3 sqlite_utils stdnum Stemmer
""".split()


def serve(path: Path, folder: Path, arguments: Sequence[str]) -> None:
    """Listen until killed."""
    for name in LIBRARIES:
        importlib.import_module(name)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        while True:
            client, _ = listening.accept()
            with client:
                _answer(client, folder, arguments)


def _answer(client: socket.socket, folder: Path, arguments: Sequence[str]) -> None:
    process = os.fork()
    if process == 0:
        _run(folder, arguments)
    ended = os.pidfd_open(process)
    readable, _, _ = select.select([client.fileno(), ended], [], [])
    is_given_up = client.fileno() in readable
    if is_given_up:
        os.killpg(process, signal.SIGKILL)
    os.close(ended)
    _, status = os.waitpid(process, 0)
    if not is_given_up:
        client.sendall(bytes([min(os.waitstatus_to_exitcode(status) & 0xFF, 0xFF)]))


def _run(folder: Path, arguments: Sequence[str]) -> None:
    """Become one run of pytest; never return."""
    code = 1
    try:
        os.setsid()
        os.chdir(folder)
        sys.path.insert(0, str(folder))
        sys.dont_write_bytecode = True
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(nowhere, number)
        code = int(pytest.main(list(arguments)))
    finally:
        os._exit(code)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
