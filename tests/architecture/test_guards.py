"""The guards that every test stands under do bite."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.offload import StoreThreads
from bot.refs import PersonRef
from tests.conftest import guard, is_loopback


class Drawer:
    """As much of a store as the guard looks at."""

    def holds(self, worker: PersonRef) -> bool:
        return True

    @contextmanager
    def writing(self, worker: PersonRef) -> Iterator[str]:
        yield "written"


WORKER = PersonRef("test", "team", "ada")


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.org", "0.0.0.0"])
def test_another_machine_cannot_be_reached(host: str) -> None:
    assert not is_loopback((host, 80))
    with pytest.raises(AssertionError, match="this machine"):
        socket.create_connection((host, 80), timeout=0.1)
    with socket.socket() as unconnected, pytest.raises(AssertionError, match="this machine"):
        unconnected.connect_ex((host, 80))


@pytest.mark.anyio
async def test_another_machine_cannot_be_reached_from_a_loop() -> None:
    with pytest.raises(AssertionError, match="this machine"):
        await asyncio.open_connection("192.0.2.1", 80)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_this_machine_can(host: str) -> None:
    assert is_loopback((host, 80))


def test_storage_on_the_loops_thread_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    caught: list[str] = []
    guard(monkeypatch, Drawer, "writing", caught)
    drawer = Drawer()

    async def blocking() -> None:
        with drawer.writing(WORKER):
            pass

    with drawer.writing(WORKER) as written:
        assert written == "written"
    assert not caught
    with pytest.raises(AssertionError, match=r"Drawer\.writing"):
        asyncio.run(blocking())
    assert caught == ["Drawer.writing"]


@pytest.mark.anyio
async def test_storage_on_its_own_threads_is_fine() -> None:
    threads = StoreThreads(Drawer())  # type: ignore[arg-type]
    assert await threads.run(WORKER, str) == "written"
