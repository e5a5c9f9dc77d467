"""The stores that the contract suite runs over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.ports import Store
from tests.contract.store_makers import WORKER, memory_store, sqlite_store


@pytest.fixture(params=[memory_store, sqlite_store])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    make: Callable[[Path], Store] = request.param
    with closing(make(tmp_path)) as made:
        made.enrol(WORKER)
        yield made
