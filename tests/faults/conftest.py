"""A folder in which somebody has joined, for whatever may befall it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.faults.process import MARK, running
from tests.small_files import keep_few_small_files


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which Mara has joined and said something."""
    folder = tmp_path_factory.mktemp("joined")
    with running(folder) as bot:
        bot.found_team()
        bot.join("MARA", "C1")
        bot.say("MARA", "C1", f"The {MARK} stands in cupboard nine.")
        assert bot.stop().code == 0
    return folder


@pytest.fixture
def few_small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let fewer spare files be kept, each a small one: what is copied and searched does not take as long."""
    keep_few_small_files(monkeypatch)


@pytest.fixture
def folder(joined: Path, tmp_path: Path) -> Path:
    """A copy of it, for one test alone."""
    shutil.copytree(joined / "data", tmp_path / "data")
    return tmp_path
