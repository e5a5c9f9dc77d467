"""Work that holds on to the interpreter for as long as it takes, done in a process of its own.

A thread would not do: nobody else would be answered meanwhile, and a chat platform waits for three seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def apart(work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """Return what comes of work that a module offers; what it is given goes through a pipe, and is kept nowhere."""
    return await asyncio.to_thread(lambda: _carried_out(work, *args, **named))


def _carried_out(work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work, *args, **named).result()
