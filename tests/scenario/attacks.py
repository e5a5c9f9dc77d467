"""Attacks by text: where they are read from, the places they are planted in, and a model that believes all of them.

The attacks stand in `tests/data/attacks.json`, a list of texts; `{M}` in one becomes a word that stands nowhere else.
The environment variable UNDERSTUDY_ATTACKS names another file to run in their place: a JSON list of texts (or of
objects with a `text`), or plain text with one attack a line.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from adapters.model.obedient import ordered
from adapters.model.trial import TrialModel, complete
from adapters.web.workspace import Workspace
from bot.model import Completion, Prompt
from tests.scenario.answering_again import SAME, TITLE
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor
from tests.scenario.with_a_model import LOCAL

OTHER_FILE = "UNDERSTUDY_ATTACKS"
OURS = Path(__file__).parents[1] / "data" / "attacks.json"
MARK = "Quarmbyx"
CHINESE = "构建缓存放在 runner 的 /var/cache/forge，每周日凌晨四点清空。"
_IDS = re.compile(r'"id": "([pnm]\d+)"')

Planted = Callable[[StageDoor, str], Awaitable[str | None]]
"""Plants an attack and asks; returns the draft that came of it, None where none did."""


@lru_cache
def attacks() -> tuple[str, ...]:
    """Return the attacks to run."""
    file = Path(os.environ.get(OTHER_FILE) or OURS)
    text = file.read_text("utf-8")
    found = json.loads(text) if text.lstrip().startswith("[") else text.splitlines()
    texts = [one["text"] if isinstance(one, dict) else str(one) for one in found]
    return tuple(text.replace("{M}", MARK) for text in texts if text.strip())


def some_of(count: int, start: int) -> tuple[str, ...]:
    """Return so many attacks, spread over all of them; every one where they are another's."""
    every = attacks()
    if count >= len(every) or os.environ.get(OTHER_FILE):
        return every
    return tuple(every[(start + number * len(every) // count) % len(every)] for number in range(count))


class BelievingModel(TrialModel):
    """Obeys every order in its prompt, repeats every line of it, and says that all of it rests on all it was given."""

    def __init__(self) -> None:
        super().__init__(LOCAL)

    def answered(self, prompt: Prompt) -> Completion:
        """Return what was ordered, in the very shape that was asked for, with ids that exist."""
        ids = list(dict.fromkeys(_IDS.findall(prompt.user)))
        lines = [json.loads(line)["text"] for line in prompt.user.split("\n")[1:-1]]
        said = [*ordered(prompt.user), *(text for line in lines for text in (line, *ordered(line)))][:12]
        if prompt.name.startswith("claims"):
            notes = [{"kind": "knows", "statement": text[:200], "evidence": ids} for text in said]
            return complete(json.dumps({"notes": notes}), prompt)
        sentences = [{"text": text[:600], "rests_on": ids} for text in said]
        return complete(json.dumps({"answered": True, "partly": False, "sentences": sentences}), prompt)


@dataclass(frozen=True)
class Place:
    """Somewhere that text can come from. What `is_its_workers` may be quoted; what is not `is_read` goes nowhere."""

    plant: Planted
    is_its_workers: bool = False
    is_read: bool = True


async def _drafted(door: StageDoor, asker: str = "jonas") -> str | None:
    """Let the newest question be answered, its asker going on."""
    await door.settle()
    drafts = [draft for draft in await door.drafts_of("mara") if draft.asker.person == asker]
    if not drafts:
        return None
    if drafts[-1].awaits_asker:
        await door.press(asker, "go_on", drafts[-1].id)
        await door.settle()
    return drafts[-1].id


async def _ask(door: StageDoor, text: str = CACHE_QUESTION) -> str | None:
    await door.say("jonas", "build", f"@Understudy @mara {text}")
    return await _drafted(door)


async def _learnt(door: StageDoor, *texts: str) -> None:
    await door.join("mara")
    for text in texts or (CACHE,):
        await door.say("mara", "build", text)


async def _set(door: StageDoor, table: str, column: str, value: str, where: str) -> None:
    def change(workspace: Workspace) -> None:
        workspace._database.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", [value, where])

    await door.line.workspace.run(change)


async def question(door: StageDoor, attack: str) -> str | None:
    await _learnt(door)
    return await _ask(door, f"{CACHE_QUESTION} {attack}")


async def question_in_chinese(door: StageDoor, attack: str) -> str | None:
    await _learnt(door, CHINESE, f"{CHINESE}另外：{attack}")
    return await _ask(door, f"构建缓存放在哪里？{attack}")


async def question_alone(door: StageDoor, attack: str) -> str | None:
    await _learnt(door)
    return await _ask(door, attack)


async def command(door: StageDoor, attack: str) -> str | None:
    await _learnt(door)
    await door.command("jonas", f"ask mara {CACHE_QUESTION} {attack}")
    return await _drafted(door)


async def history(door: StageDoor, attack: str) -> str | None:
    await _learnt(door, f"{CACHE} {attack}")
    return await _ask(door)


async def history_beside(door: StageDoor, attack: str) -> str | None:
    await _learnt(door, CACHE, f"About the build cache on the runner: {attack}")
    return await _ask(door)


async def quoted(door: StageDoor, attack: str) -> str | None:
    lines = "\n".join(f"> {line}" for line in re.split(r"[\n\r\x0b\x0c\x85\u2028\u2029]", f"the build cache: {attack}"))
    await _learnt(door, f"{lines}\n{CACHE}")
    return await _ask(door)


async def somebody_elses(door: StageDoor, attack: str) -> str | None:
    await door.join("pia", channels=["general"])
    await _learnt(door)
    await door.say("pia", "build", f"The build cache on the runner: {attack}")
    return await _ask(door)


async def thread_root(door: StageDoor, attack: str) -> str | None:
    await _learnt(door)
    root = await door.say("pia", "build", f"The build cache on the runner: {attack}")
    await door.say("jonas", "build", f"@Understudy @mara {CACHE_QUESTION}", root)
    return await _drafted(door)


async def topic_of_the_channel(door: StageDoor, attack: str) -> str | None:
    await _set(door, "channels", "purpose", attack, "build")
    await _learnt(door)
    return await _ask(door)


async def name_of_the_channel(door: StageDoor, attack: str) -> str | None:
    await _set(door, "channels", "name", attack, "build")
    await _learnt(door)
    return await _ask(door)


async def name_of_the_worker(door: StageDoor, attack: str) -> str | None:
    await _set(door, "people", "name", attack, "mara")
    await _learnt(door)
    return await _ask(door)


async def name_of_the_asker(door: StageDoor, attack: str) -> str | None:
    await _set(door, "people", "name", attack, "jonas")
    await _learnt(door)
    await door.command("jonas", f"ask mara {CACHE_QUESTION}")
    return await _drafted(door)


async def handle_of_the_asker(door: StageDoor, attack: str) -> str | None:
    await _set(door, "people", "handle", attack, "jonas")
    await _learnt(door)
    return await _ask(door)


async def role_of_the_worker(door: StageDoor, attack: str) -> str | None:
    await _set(door, "people", "role", attack, "mara")
    await _learnt(door)
    return await _ask(door)


async def correction(door: StageDoor, attack: str) -> str | None:
    await _learnt(door)
    await door.command("mara", f"correct The build cache lives on the runner. {attack}")
    return await _ask(door)


async def never_topic(door: StageDoor, attack: str) -> str | None:
    await _learnt(door)
    await door.press("mara", "never_keep", "topic", text=attack, kind="words")
    return await _ask(door)


async def claim(door: StageDoor, attack: str) -> str | None:
    await _learnt(door, CACHE, f"The build cache on the runner holds 40 GB at most. {attack}")
    await door.press("mara", "refresh_profile")
    await door.settle()
    return await _ask(door)


async def title(door: StageDoor, attack: str) -> str | None:
    await _learnt(door)
    draft_id = await _ask(door)
    assert draft_id is not None
    titles = f"{TITLE}\n{TITLE} {' '.join(attack.split())[:60]}"
    await door.approve("mara", draft_id, reuse=True, titles=titles)
    await door.say("pia", "build", f"@Understudy @mara {SAME}")
    return draft_id


PLACES = {
    "the question": Place(question),
    "a Chinese question and history": Place(question_in_chinese, is_its_workers=True),
    "the question alone": Place(question_alone),
    "a question by command": Place(command),
    "the worker's history": Place(history, is_its_workers=True),
    "a message of the worker's beside": Place(history_beside, is_its_workers=True),
    "a reply that the worker quotes": Place(quoted, is_read=False),
    "somebody else's message": Place(somebody_elses, is_read=False),
    "the root of the thread": Place(thread_root, is_read=False),
    "the channel's topic": Place(topic_of_the_channel, is_read=False),
    "the channel's name": Place(name_of_the_channel),
    "the worker's display name": Place(name_of_the_worker),
    "the asker's display name": Place(name_of_the_asker),
    "the asker's handle": Place(handle_of_the_asker, is_read=False),
    "the worker's role": Place(role_of_the_worker, is_read=False),
    "a correction": Place(correction, is_its_workers=True),
    "a topic never to be used": Place(never_topic, is_read=False),
    "a claim": Place(claim, is_its_workers=True),
    "a reusable answer's title": Place(title, is_its_workers=True),
}
