"""The operator: every command says the same before and after somebody joined, and shows nobody's words."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.cli import main
from storage.store import SqliteStore
from tests.scenario.stage_door import CACHE, stage_door

COMMANDS = (["audit", "verify"], ["doctor"], ["version"])


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UNDERSTUDY_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def heard(capsys: pytest.CaptureFixture[str], *commands: list[str]) -> list[tuple[int, str, str]]:
    """What each command said, and its exit code."""
    capsys.readouterr()
    return [(main(command), *capsys.readouterr()) for command in commands]


async def mara_joins(data: Path) -> None:
    async with stage_door(data.parent / "house", SqliteStore(data / "double")) as door:
        await door.approve("mara", await door.learn_and_ask())


@pytest.mark.promise(1, "every operator command, before and after a joining: the same output")
def test_every_command_says_the_same_before_and_after_somebody_joined(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    SqliteStore(data / "double").close()  # the first start, with its word about the key
    before = heard(capsys, *COMMANDS, ["erase", "mara"], ["erase", "nobody"])
    asyncio.run(mara_joins(data))
    after = heard(capsys, *COMMANDS, ["erase", "nobody"], ["erase", "mara"])
    assert after == before
    assert [code for code, _, _ in after] == [0] * len(after)
    assert CACHE not in repr(after)
    assert "mara" not in repr(after).lower()


def test_erasing_by_command_erases(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(mara_joins(data))
    heard(capsys, ["erase", "jonas"])
    store = SqliteStore(data / "double")
    assert len(store.workers()) == 1
    store.close()
    heard(capsys, ["erase", "local/local/mara"])
    store = SqliteStore(data / "double")
    assert store.workers() == ()
    store.close()


@pytest.mark.parametrize("command", [["join", "mara"], ["workspace", "join", "mara"], ["run", "--join", "mara"]])
@pytest.mark.promise(1, "joining somebody else by every other path")
def test_no_command_lets_anybody_else_join(data: Path, capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(command)
    assert ended.value.code == 2
    assert not (data / "double").exists()
