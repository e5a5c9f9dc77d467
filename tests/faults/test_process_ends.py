"""Killed, or told to stop, with requests under way: what was acknowledged is there once, and nothing is there twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.drafts import DraftState
from tests.faults.process import ALWAYS, BOT, Done, Gone, Running, kept, running, understudy
from tests.promised import Figures, Sized

FACTS = {
    "greenhouse key": "The greenhouse key hangs behind the tool shed door.",
    "pump fuse": "The pump fuse lies in drawer nine of the workshop.",
    "compost sieve": "The compost sieve leans against the north wall.",
}
MOST_A_DAY = int(ALWAYS["DRAFTS_A_DAY"])
"""Questions beyond that are declined, which is said at once and kept nowhere."""


@dataclass
class Life:
    """What people did while a process ran: what they sent, and what of it was acknowledged."""

    end: threading.Event = field(default_factory=threading.Event)
    sent: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    approved: list[str] = field(default_factory=list)
    answers: int = 0

    def live(self, bot: Running, name: str, end_after: int) -> None:
        """Mara talks, Jonas asks and she approves, all at once, until the process is gone; `end` after some answers."""
        deeds = (self._talk, self._ask, self._approve)
        threads = [threading.Thread(target=self._until_gone, args=(deed, bot, name, end_after)) for deed in deeds]
        for thread in threads:
            thread.start()
        self.end.wait(30)
        self.finish(bot)
        for thread in threads:
            thread.join()

    def finish(self, bot: Running) -> None:
        bot.process.kill()

    def _until_gone(self, deed: Callable[[Running, str], None], bot: Running, name: str, end_after: int) -> None:
        with suppress(Gone):
            for number in range(10_000):
                deed(bot, f"{name}-{number}")  # told apart: the first of life 11 is not the eleventh of life 1
                self.answers += 1
                if self.answers >= end_after:
                    self.end.set()

    def _talk(self, bot: Running, name: str) -> None:
        self.sent.append(f"note {name} about the weather")
        bot.say("MARA", "C1", self.sent[-1])
        self.said.append(self.sent[-1])

    def _ask(self, bot: Running, name: str) -> None:
        thing = list(FACTS)[len(self.asked) % len(FACTS)]
        question = f"where is the {thing}? ({name})"
        bot.say("JONAS", "C1", f"@Understudy @mara {question}")
        self.asked.append(question)

    def _approve(self, bot: Running, name: str) -> None:
        items = bot.get("/api/inbox", **{"as": "MARA"})["items"]
        for draft in [item for item in items if item["kind"] == "draft" and item["question"]][:2]:
            if bot.act("MARA", "approve", draft["id"]).status == 200:
                self.approved.append(draft["id"])


class PoliteLife(Life):
    """The same, ended by SIGTERM."""

    def finish(self, bot: Running) -> None:
        bot.process.send_signal(signal.SIGTERM)


@dataclass
class HaltedLife(PoliteLife):
    """The same, after the process was halted and let go on again a number of times, requests under way each time."""

    halts: int = 1

    def finish(self, bot: Running) -> None:
        assert isinstance(bot.process, subprocess.Popen), "a fork's parent hears nothing of a halt"
        for _ in range(self.halts):
            bot.process.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, bot.process.pid, os.WSTOPPED | os.WNOWAIT)
            self.end.clear()
            bot.process.send_signal(signal.SIGCONT)
            assert self.end.wait(60), "it did not go on"
        super().finish(bot)


def begin(folder: Path) -> None:
    with running(folder) as bot:
        bot.found_team()
        bot.join("MARA", "C1")
        for fact in FACTS.values():
            bot.say("MARA", "C1", fact)
        assert bot.stop().code == 0


def check(folder: Path, lives: list[Life]) -> None:
    """Start once more, let what is due be done, and compare all that there is with what was acknowledged."""
    with running(folder) as bot:
        bot.post("/api/clock", advance_seconds=600)
        messages = bot.get("/api/channels/C1/messages")["messages"]
        replies = [m for m in messages if m["label"]]
        texts = Counter(m["text"] for m in messages if not m["label"])
        done = bot.stop()
        assert (done.code, done.err) == (0, "")
    holds = kept(folder)
    said = {text for life in lives for text in life.said}
    sent = {text for life in lives for text in life.sent} | set(FACTS.values())
    asked = {question for life in lives for question in life.asked}
    approved = {draft for life in lives for draft in life.approved}
    states = {draft.id: draft.state for draft in holds.drafts}
    print(f"{len(said)} said, {len(asked)} asked, {len(approved)} approved, {len(replies)} replies")
    assert said <= set(holds.texts) <= sent  # what was sent and not acknowledged may be there, once
    assert max(Counter(holds.texts).values()) == 1
    assert max(texts.values()) == 1
    assert asked <= {text.split("> ")[-1] for text in texts}
    assert len(states) >= min(len(asked), MOST_A_DAY)
    assert set(states.values()) <= {DraftState.PENDING, DraftState.POSTED}
    assert all(states[draft] is DraftState.POSTED for draft in approved)
    assert Counter(m["thread"] for m in replies) == Counter(
        f"C1/{d.thread.root}" for d in holds.drafts if d.state is DraftState.POSTED
    )
    assert holds.fault is None


@pytest.mark.promise(16, "kill -9 of the real process under load, at moments of chance")
@pytest.mark.promise(17, "kill -9 of the real process under load, at moments of chance")
def test_killed_at_any_moment_nothing_acknowledged_is_lost_or_doubled(
    tmp_path: Path, sized: Sized, figures: Figures
) -> None:
    begin(tmp_path)
    chance, lives = random.Random(11), list[Life]()
    for number in range(sized(quick=1, full=60)):
        lives.append(Life())
        with running(tmp_path, command=BOT if number == 0 else ()) as bot:
            lives[-1].live(bot, f"k{number}", chance.randrange(3, 40))
            assert bot.ended().code == -signal.SIGKILL
    check(tmp_path, lives)
    figures("kills", len(lives))
    figures("messages acknowledged, each stored once", sum(len(life.said) for life in lives))
    figures("questions acknowledged, each with one draft", sum(len(life.asked) for life in lives))
    figures("approvals acknowledged, each posted once", len({draft for life in lives for draft in life.approved}))


@pytest.mark.promise(20, "the process halted and let go on, requests under way")
def test_halted_and_let_go_on_nothing_acknowledged_is_lost_or_doubled(
    tmp_path: Path, sized: Sized, figures: Figures
) -> None:
    begin(tmp_path)
    life = HaltedLife(halts=sized(quick=3, full=60))
    with running(tmp_path, command=BOT) as bot:
        life.live(bot, "h", 5)
        assert bot.ended().code == 0
    check(tmp_path, [life])
    figures("halts", life.halts)
    figures("messages acknowledged, each stored once", len(life.said))
    figures("approvals acknowledged, each posted once", len(set(life.approved)))


def test_told_to_stop_it_ends_cleanly_whatever_is_under_way(tmp_path: Path) -> None:
    begin(tmp_path)
    life = PoliteLife()
    with running(tmp_path, command=BOT) as bot:
        life.live(bot, "t", 25)
        assert bot.ended() == Done(0, "stopped\n", "")
    check(tmp_path, [life])


def test_a_second_process_on_the_same_folder_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    with running(tmp_path) as bot:
        bot.found_team()
        assert "another Understudy uses this data folder" in understudy(tmp_path, "run").sentence
        assert len(bot.get("/api/people")["people"]) == 3
        assert bot.stop().code == 0


def test_a_taken_port_is_one_sentence_and_costs_nothing(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with running(tmp_path) as bot:
        port = bot.address.rpartition(":")[2]
        done = understudy(other, "run", PORT=port)
        assert f"port {port} is taken" in done.sentence
        bot.stop()
    with running(other, PORT=port) as bot:
        assert bot.address.endswith(f":{port}")
        bot.stop()
