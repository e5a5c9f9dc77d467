"""Killed at any step of a question's way: it is answered by one draft, and what was approved is posted once."""

from __future__ import annotations

import shutil
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from bot.drafts import DraftState
from tests.faults.named_steps import QUESTION_TO_REPLY
from tests.faults.process import Gone, Running, kept, running
from tests.promised import Figures

FACT = "The greenhouse key hangs behind the tool shed door."
QUESTION = "where is the greenhouse key?"


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which Mara has joined and said what she will be asked for."""
    folder = tmp_path_factory.mktemp("begun")
    with running(folder) as bot:
        bot.found_team()
        bot.join("MARA", "C1")
        bot.say("MARA", "C1", FACT)
        assert bot.stop().code == 0
    return folder


@pytest.mark.sparse(8)
@pytest.mark.parametrize("step", QUESTION_TO_REPLY)
@pytest.mark.promise(16, "kill -9 at every named step")
@pytest.mark.promise(17, "kill -9 at every named step")
def test_a_kill_at_any_step_loses_and_doubles_nothing(begun: Path, tmp_path: Path, step: str, figures: Figures) -> None:
    figures("kills", 1)
    shutil.copytree(begun / "data", tmp_path / "data")
    acknowledged = live_until_killed(tmp_path, step)
    with running(tmp_path) as bot:
        said = [m["text"] for m in bot.get("/api/channels/C1/messages")["messages"] if m["author"] == "JONAS"]
        assert len(bot.get("/api/inbox", **{"as": "JONAS"})["items"]) == len(said)  # told before it is ready
        drafts = bot.drafts("MARA")
        bot.post("/api/clock", advance_seconds=600)  # past the grace after which the thread is read back
        if "asked" not in acknowledged and not said:
            bot.say("JONAS", "C1", f"@Understudy @mara {QUESTION}")
            drafts = bot.drafts("MARA")
        if drafts and not bot.replies("C1"):
            assert "approved" not in acknowledged
            assert drafts[0]["question"] == QUESTION
            assert bot.act("MARA", "approve", drafts[0]["id"]).status == 200
        (reply,) = bot.replies("C1")
        assert reply["text"].startswith("Mara Lind's AI double")
        assert FACT in reply["text"]
        again = bot.act("MARA", "approve", drafts[0]["id"]) if drafts else None
        assert again is None or 400 <= again.status < 500
        bot.post("/api/clock", advance_seconds=600)
        assert len(bot.replies("C1")) == 1
        (told,) = [n for n in bot.get("/api/inbox", **{"as": "JONAS"})["items"] if n["kind"] == "outcome"]
        assert told["state"] == "over"
        done = bot.stop()
        assert (done.code, done.err) == (0, "")
    holds = kept(tmp_path)
    assert holds.texts == [FACT]
    assert [draft.state for draft in holds.drafts] == [DraftState.POSTED]
    assert holds.fault is None


def live_until_killed(folder: Path, step: str) -> list[str]:
    """Ask, wait for the draft and approve it in a process that dies at the step; return what was acknowledged."""
    acknowledged: list[str] = []
    with running(folder, step=step) as bot:
        with suppress(Gone):
            ask_and_approve(bot, acknowledged)
        assert bot.ended().code == -signal.SIGKILL, f"it never came to {step}"
    return acknowledged


def ask_and_approve(bot: Running, acknowledged: list[str]) -> None:
    bot.say("JONAS", "C1", f"@Understudy @mara {QUESTION}")
    acknowledged.append("asked")
    (draft,) = bot.drafts("MARA")
    assert bot.act("MARA", "approve", draft["id"]).status == 200
    acknowledged.append("approved")
