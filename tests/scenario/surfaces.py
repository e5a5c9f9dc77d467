"""Everything that the core shows to a full house, for a platform's judge: each window, notice and refusal."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from adapters.chat.open_windows import OpenWindows
from bot.commands import HELPED
from bot.events import ActionTaken
from bot.policy import Policy
from bot.refs import PersonRef
from bot.views import Answer, Notice, Refusal, Text, View
from storage.memory import MemoryStore
from tests.promised import Figures
from tests.scenario.stage_door import StageDoor, stage_door

QUESTION = "where does the relay runbook live?"
TALK = (
    "The relay runbook lives in `docs/relay.md`, next to the deploy notes.",
    "The retry budget of the relay is 250 ms by default.",
    "The retry budget of the relay is 400 ms by default.",
    "I prefer small migrations over one large migration per release.",
    "The staging password rota is on the wiki; <@jonas> keeps it & <#build> reads it.",
)
TYPED = {
    "words": "cache",
    "passphrase": "correct horse battery staple",
    "again": "correct horse battery staple",
    "text": "The retry budget of the relay is 300 ms.",
    "titles": QUESTION,
    "reuse": True,
}
LAST = {
    "never_use": 1,
    "never_keep": 1,
    "drop_claim": 1,
    "deny": 1,
    "mute": 1,
    "answered": 1,
    "cancel": 1,
    "save_away": 1,
    "pause": 2,
    "resume": 3,
    "roll_back": 4,
    "delete_message": 5,
    "forget": 6,
    "forget_everything": 7,
    "leave": 8,
}
"""What takes away what others would show is pressed after them."""

ENDS_A_DRAFT = frozenset({"deny", "mute", "answered", "cancel"})
CHANGES = {"never_use_answer": ("answers",), "pause": ("status",), "mute": ("home",), "mute_asker": ("home",)}
"""Where what was done shows a button that was not there before."""

OF_ANOTHER_STAGE = frozenset(
    {
        "renew",  # near the end of a consent
        "weekly",  # on a Friday
        "it_is_there",  # after a crash
        "it_is_not_there",
        "go_on",  # with a language model
        "go_on_without",
        "choose",  # where several are named
        "ask_double",  # while away
        "not_right",  # on a posted reply
        "doubted",
        "change_answer",
        "save_answer",
        "edit",  # in the inbox of the local workspace
    }
)
Held = tuple[str, str, dict[str, str]]


@dataclass
class Press:
    """A button to be pressed: by whom, what it holds, and the fields it brings."""

    person: str
    held: Held
    given: dict[str, Any] = field(default_factory=dict)


@dataclass
class Judge(ABC):
    """Looks at everything shown to one team, and collects the buttons on it."""

    door: StageDoor
    windows: OpenWindows = field(default_factory=OpenWindows)
    faults: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    shown: int = 0

    @abstractmethod
    async def view(self, view: View, reader: PersonRef) -> list[Press]:
        """Judge a view on all its pages, as it opens and unfolded; return what can be pressed."""

    @abstractmethod
    async def notice(self, notice: Notice) -> list[Press]:
        """Judge a notice; return what can be pressed."""

    async def result(self, result: Answer | Refusal, reader: PersonRef) -> list[Press]:
        """Judge what comes of a step."""
        sentence = result.sentence if isinstance(result, Refusal) else result.text
        if sentence:
            await self.view(View("said", "Understudy", (Text(sentence),)), reader)
        return await self.view(result.view, reader) if isinstance(result, Answer) and result.view else []


@asynccontextmanager
async def a_full_house(folder: Path, locale: str) -> AsyncIterator[tuple[StageDoor, Answer]]:
    """Mara, who reads a language, has said and decided something of everything; others asked, who read it too."""
    policy = Policy(profile_after_messages=4, drafts_a_day=20, asks_a_day=20)
    async with stage_door(folder, MemoryStore(), policy) as door:
        await door.line.workspace.run(lambda w: w._database.execute("UPDATE people SET locale = ?", [locale]))
        receipt = await door.submit_form("mara")
        assert isinstance(receipt, Answer)
        await door.settle()
        for text in TALK:
            await door.say("mara", "build", text)
            door.clock.advance(timedelta(minutes=5))
        await door.press("mara", "refresh_profile")
        await door.settle()
        first = await door.ask("jonas", "mara", QUESTION)
        await door.approve("mara", first, reuse=True, titles=QUESTION)
        second = await door.ask("pia", "mara", "what do you prefer, small migrations or large ones?")
        await door.approve("mara", second)
        await door.advance(minutes=1)
        for asker, question in (
            ("pia", "what lives in docs/relay.md?"),
            ("pia", "which migrations are preferred, small or large?"),
            ("jonas", "what is the retry budget?"),
            ("pia", "what is the retry budget of the relay?"),
            ("jonas", "where is the staging password rota?"),
            ("jonas", QUESTION),
        ):
            await door.say(asker, "build", f"@Understudy @mara {question}")
            await door.settle()
        await door.say("mara", "build", "The relay listens on port 9000 by default.")
        await door.say("jonas", "build", "@Understudy @mara when do you usually leave?")
        await door.settle()
        yield door, receipt


async def judge_everything(judge: Judge, receipt: Answer, figures: Figures) -> None:
    """Let a judge see all that is shown to the house, pressing every button that there is."""
    door = judge.door
    due = deque(await judge.result(receipt, PersonRef("local", "local", "mara")))
    for word in (
        "",
        *HELPED,
        "correct The relay has three ports.",
        f"try {QUESTION}",
        "nonsense",
        "never rota",
    ):
        if word not in {"leave", "pause", "resume", "ask", "mention", "home"}:  # one's own page is pressed, below
            shown = await door.command("mara", word.replace("never_learn", "never learn"))
            due += await judge.result(shown, PersonRef("local", "local", "mara"))
    for person in ("mara", "jonas", "pia"):
        for notice in await door.notices_of(person):
            due += await judge.notice(notice)
    for item in await door.inbox("mara"):
        due += [Press("mara", (b.name, b.target, b.values)) for b in item.buttons]
    done: dict[tuple[str, str, tuple[str, ...]], int] = {}
    while due:
        due = deque(sorted(due, key=lambda press: LAST.get(press.held[0], 0)))
        press = due.popleft()
        name, target, values = press.held
        about = target if name == "review" else ""
        mark = (press.person, f"{name} {about}", tuple(sorted([*values, *press.given])))
        done[mark] = done.get(mark, 0) + 1
        if done[mark] > (1 if name in ENDS_A_DRAFT else 2):
            continue
        ref = PersonRef("local", "local", press.person)
        action = ActionTaken(ref, name, target, {**values, **press.given})
        due += await judge.result(await door.core.pipeline.act(action), ref)
        await door.settle()
        for word in CHANGES.get(name, ()):
            shown = await (door.press("mara", "home") if word == "home" else door.command("mara", word))
            due += await judge.result(shown, ref)
    assert not sorted(set(judge.faults))
    pressed = {name.split()[0] for _, name, _ in done}
    missed = set(door.core.pipeline._commands._actions) - pressed - OF_ANOTHER_STAGE
    assert not missed, sorted(missed)
    figures("views and notices judged", judge.shown)
    figures("kinds of windows", len(judge.kinds))
    figures("sorts of buttons pressed", len(pressed))
