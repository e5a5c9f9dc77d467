"""Killed at any step of joining, of erasing and of leaving: done or not done, never by halves, and done in the end."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bot.refs import WorkerRef
from storage.store import SqliteStore
from tests.faults.named_steps import ERASING, JOINING, LEAVING
from tests.faults.process import MARK, Gone, Running, kept, running
from tests.faults.test_process_steps import FACT, QUESTION
from tests.promised import Figures

EARLIER = ("The ladder leans behind the boiler.", "The spare bulbs lie in the green crate.")


@pytest.fixture(scope="module")
def talked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which Mara has said some things, and has not joined."""
    folder = tmp_path_factory.mktemp("talked")
    with running(folder) as bot:
        bot.found_team()
        for text in EARLIER:
            bot.say("MARA", "C1", text)
        assert bot.stop().code == 0
    return folder


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which Mara's double has answered once, and another question waits."""
    folder = tmp_path_factory.mktemp("answered")
    with running(folder) as bot:
        bot.found_team()
        bot.join("MARA", "C1")
        bot.say("MARA", "C1", FACT)
        bot.say("MARA", "C1", f"The {MARK} stands in cupboard nine.")
        bot.say("JONAS", "C1", f"@Understudy @mara {QUESTION}")
        assert bot.act("MARA", "approve", bot.drafts("MARA")[0]["id"]).status == 200
        bot.say("JONAS", "C1", f"@Understudy @mara where does the {MARK} stand?")
        assert len(bot.drafts("MARA")) == 1
        assert bot.stop().code == 0
    return folder


def live_until_killed(folder: Path, step: str, deed: Callable[[Running], object]) -> bool:
    """Do it in a process that dies at the step; say whether it was acknowledged."""
    acknowledged = False
    with running(folder, step=step) as bot:
        with suppress(Gone):
            deed(bot)
            acknowledged = True
            bot.get("/api/idle")
        assert bot.ended().code == -signal.SIGKILL, f"it never came to {step}"
    return acknowledged


def held(folder: Path) -> tuple[WorkerRef, ...]:
    """Whose files there are, read once nobody else uses them."""
    with closing(SqliteStore(folder / "data" / "double")) as store:
        return store.workers()


@pytest.mark.promise(16, "kill -9 at every named step of joining")
@pytest.mark.sparse(8)
@pytest.mark.parametrize("step", JOINING)
def test_a_kill_while_joining_leaves_nobody_joined_by_halves(
    talked: Path, tmp_path: Path, step: str, figures: Figures
) -> None:
    shutil.copytree(talked / "data", tmp_path / "data")
    was_acknowledged = live_until_killed(tmp_path, step, lambda bot: bot.join("MARA", "C1", earlier=True))
    with running(tmp_path) as bot:
        bot.post("/api/clock", advance_seconds=60)
        bot.get("/api/idle")
        assert bot.stop().code == 0
    holds = kept(tmp_path) if held(tmp_path) else None
    learnt = sorted(holds.texts) if holds else []
    assert learnt in ([], sorted(EARLIER))
    assert learnt or not was_acknowledged
    with running(tmp_path) as bot:
        bot.join("MARA", "C1", earlier=True)
        bot.get("/api/idle")
        assert bot.stop().code == 0
    holds = kept(tmp_path)
    assert (sorted(holds.texts), holds.fault) == (sorted(EARLIER), None)
    figures("kills", 1)


def forget_everything(bot: Running) -> None:
    assert bot.act("MARA", "forget_everything").status == 200


@pytest.mark.promise(16, "kill -9 at every named step of erasing everything")
@pytest.mark.sparse(8)
@pytest.mark.parametrize("step", ERASING)
def test_a_kill_while_erasing_is_made_good_and_nothing_comes_back(
    answered: Path, tmp_path: Path, step: str, figures: Figures
) -> None:
    shutil.copytree(answered / "data", tmp_path / "data")
    was_acknowledged = live_until_killed(tmp_path, step, forget_everything)
    with running(tmp_path) as bot:
        bot.post("/api/clock", advance_seconds=900)
        assert len(bot.replies("C1")) == 1
        assert bot.stop().code == 0
    texts = kept(tmp_path).texts
    assert len(texts) in {0, 2}, "by halves"
    assert not (texts and was_acknowledged)
    with running(tmp_path) as bot:
        forget_everything(bot)
        assert bot.stop().code == 0
    holds = kept(tmp_path)
    assert (holds.texts, holds.fault) == ([], None)
    figures("kills", 1)


def leave(bot: Running) -> None:
    assert bot.act("MARA", "leave", "leave", retract=True).status == 200


@pytest.mark.promise(16, "kill -9 at every named step of leaving")
@pytest.mark.promise(3, "kill -9 at every named step of leaving")
@pytest.mark.sparse(8)
@pytest.mark.parametrize("step", LEAVING)
def test_a_kill_while_leaving_is_finished_by_the_next_process(
    answered: Path, tmp_path: Path, step: str, figures: Figures
) -> None:
    shutil.copytree(answered / "data", tmp_path / "data")
    was_acknowledged = live_until_killed(tmp_path, step, leave)
    with running(tmp_path) as bot:
        if not bot.act("MARA", "leave", "leave", retract=True).body.get("text"):
            assert not was_acknowledged
            assert step in {"before Departures._stop", "after Departures._stop"}
        assert not bot.replies("C1")
        bot.post("/api/clock", advance_seconds=5 * 86_400)
        assert not bot.drafts("MARA")
        assert bot.stop().code == 0
    assert held(tmp_path) == ()
    figures("kills", 1)
