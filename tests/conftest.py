"""What holds for every test: sockets on loopback alone, no storage on an event loop's thread, no judging by speed."""

from __future__ import annotations

import asyncio
import functools
import ipaddress
import socket
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest

LOOPBACK_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost", ""})

# No property holds or fails by how fast the machine is that tries it, or by what else runs there.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")


class OutsideAddress(AssertionError):
    """A test tried to reach another machine."""


class BlockedLoop(AssertionError):
    """Storage was opened or used on a thread in which an event loop runs."""


def is_loopback(address: object) -> bool:
    """Whether a socket address stays on this machine; a path (a Unix socket) does."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection, and every question for a name, that leaves this machine."""

    def guarded(real: Callable[..., Any], place: int) -> Callable[..., Any]:
        @functools.wraps(real)
        def connect(*args: Any) -> Any:
            if not is_loopback(args[place]):
                raise OutsideAddress("a test may only reach this machine")
            return real(*args)

        return connect

    real_lookup = socket.getaddrinfo

    def lookup(host: Any, *args: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host or ""
        if not is_loopback((name, 0)):
            raise OutsideAddress("a test may only ask for this machine's names")
        return real_lookup(host, *args, **named)

    for method, place in (("connect", 1), ("connect_ex", 1)):
        monkeypatch.setattr(socket.socket, method, guarded(getattr(socket.socket, method), place))
    monkeypatch.setattr(socket, "getaddrinfo", lookup)


def _loop_runs_here() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@pytest.fixture(autouse=True)
def no_storage_on_the_loop(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test in which a transaction is opened on an event loop's thread (`bot.offload` is the one way).

    What is caught raises at once and is raised again at the end, in case the code under test swallowed it.
    """
    import bot.offload  # noqa: PLC0415 - a broken import fails the tests that need it, not the collection

    caught: list[str] = []
    real_init = bot.offload.StoreThreads.__init__

    def init(self: bot.offload.StoreThreads, store: Any) -> None:
        real_init(self, store)
        for name in ("enrol", "writing", "reading", "erase", "compact", "holds", "workers", "last_heard", "note_heard"):
            guard(monkeypatch, type(store), name, caught)

    monkeypatch.setattr(bot.offload.StoreThreads, "__init__", init)
    yield
    if caught:
        raise BlockedLoop(f"called on an event loop's thread: {', '.join(sorted(set(caught)))}")


def guard(monkeypatch: pytest.MonkeyPatch, kind: type, name: str, caught: list[str]) -> None:
    """Let a method of a store fail, and be noted in `caught`, where an event loop runs."""
    real = getattr(kind, name, None)
    if real is None or hasattr(real, "guarded"):
        return

    @functools.wraps(real)
    def method(*args: Any, **named: Any) -> Any:
        if _loop_runs_here():
            caught.append(f"{kind.__name__}.{name}")
            raise BlockedLoop(f"{kind.__name__}.{name} was called on an event loop's thread")
        return real(*args, **named)

    method.guarded = True  # type: ignore[attr-defined]
    monkeypatch.setattr(kind, name, method)


@pytest.fixture
def anyio_backend() -> str:
    """Run `@pytest.mark.anyio` tests on asyncio."""
    return "asyncio"
