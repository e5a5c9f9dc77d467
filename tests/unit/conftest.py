"""What the unit tests of what is kept begin with: a file of Mara's, open for writing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.ports import Transaction
from storage.memory import MemoryStore
from tests.unit.small_team import MARA


@pytest.fixture
def tx() -> Iterator[Transaction]:
    """A transaction in a file with nothing in it."""
    store = MemoryStore()
    store.enrol(MARA)
    with store.writing(MARA) as opened:
        yield opened
