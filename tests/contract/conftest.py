"""The stores and the language models that the contract suites run over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.ports import Store
from tests.aimock import Aimock, find_node, running_aimock
from tests.contract import model_makers
from tests.contract.model_makers import ModelUnderTest
from tests.contract.store_makers import WORKER, memory_store, sqlite_store
from tests.small_files import keep_few_small_files


@pytest.fixture(autouse=True)
def few_small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let fewer spare files be kept, each a small one: every test here begins with a new store."""
    keep_few_small_files(monkeypatch)


@pytest.fixture(params=[memory_store, sqlite_store])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    make: Callable[[Path], Store] = request.param
    with closing(make(tmp_path)) as made:
        made.enrol(WORKER)
        yield made


@pytest.fixture(scope="session")
def aimock_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aimock]:
    node = find_node()
    if node is None:
        pytest.skip("this machine has no Node.js with npm, which aimock needs")
    with running_aimock(node, tmp_path_factory.mktemp("aimock")) as server:
        yield server


@pytest.fixture(params=["scripted", "socket", "llmock", "aimock"])
async def place(request: pytest.FixtureRequest, anyio_backend: str) -> AsyncIterator[ModelUnderTest]:
    """A language model of each kind in turn."""
    servers = {"llmock": "llmock_server", "aimock": "aimock_server"}
    server = [request.getfixturevalue(servers[request.param])] if request.param in servers else []
    async with getattr(model_makers, request.param)(*server) as made:
        yield made
