"""What holds for every test against the local Slack."""

from __future__ import annotations

import pytest

from tests.small_files import keep_few_small_files


@pytest.fixture(autouse=True)
def few_small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let fewer spare files be kept, each a small one: every test here begins with a new store."""
    keep_few_small_files(monkeypatch)
