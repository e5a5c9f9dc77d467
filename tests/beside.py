"""A platform's local server on a thread of its own, for tests that kill and restart whole processes against it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any, Generic, TypeVar

S = TypeVar("S")
T = TypeVar("T")


class Beside(Generic[S]):
    """A server and the loop it lives on."""

    def __init__(self, server: S, loop: asyncio.AbstractEventLoop) -> None:
        self.server = server
        self.over = asyncio.Event()
        self._loop = loop

    def do(self, work: Coroutine[Any, Any, T], seconds: float = 120) -> T:
        """Do something there, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    def look(self, at: Callable[[S], T]) -> T:
        """Look at its state."""

        async def looking() -> T:
            return at(self.server)

        return self.do(looking())

    def end(self) -> None:
        """Let it end."""
        self._loop.call_soon_threadsafe(self.over.set)


@contextmanager
def served_beside(serve: Callable[[], AbstractAsyncContextManager[S]]) -> Iterator[Beside[S]]:
    """Serve until the end of the block."""
    begun: Future[Beside[S]] = Future()

    async def serving() -> None:
        async with serve() as server:
            beside = Beside(server, asyncio.get_running_loop())
            begun.set_result(beside)
            await beside.over.wait()

    thread = threading.Thread(target=asyncio.run, args=(serving(),))
    thread.start()
    beside = begun.result(30)
    try:
        yield beside
    finally:
        beside.end()
        thread.join()
