"""Injected text gains nothing: every attack, in every place text comes from, before models that do as they are told."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path

import pytest

from adapters.model.echo import EchoModel
from adapters.model.obedient import ObedientModel
from adapters.model.trial import TrialModel
from adapters.web.records import MessageRecord
from adapters.web.translate import person_ref
from bot.drafts import Draft
from bot.events import MessageSaid
from bot.extracting import SCHEMA
from bot.guard import links_in
from bot.model import Prompt
from bot.prompting import ANSWER_SCHEMA, instructions
from bot.visible import visible
from bot.words import Words
from storage.memory import MemoryStore
from tests.hostile import faults_of
from tests.promised import Figures, Sized
from tests.scenario.attacks import MARK, OTHER_FILE, PLACES, BelievingModel, Place, some_of
from tests.scenario.stage_door import StageDoor, stage_door
from tests.scenario.with_a_model import LOCAL

MODELS: dict[str, Callable[[], TrialModel]] = {
    "echoes": lambda: EchoModel(LOCAL),
    "obeys": lambda: ObedientModel(LOCAL),
    "believes": BelievingModel,
}
KINDS = {"question", "note", "passage", "manner", "rule", "example", "message"}
LANGUAGES = ("the language of the question", "Simplified Chinese")
FRAMES = ("quoting.opening", "quoting.when_where", "quoting.when", "quoting.put_right", "composing.as_of")


def faults_of_prompt(prompt: Prompt, worker: str) -> list[str]:
    """What is wrong with a request: its instructions, its fence, its lines, its schema."""
    fence, *lines, end = prompt.user.split("\n")
    expected = {instructions(prompt.name).format(name=worker, fence=fence, language=one) for one in LANGUAGES}
    faults = [] if prompt.system in expected else ["the instructions were changed"]
    faults += [] if end == f"{fence} END" and not any(fence in line for line in lines) else ["the fence is broken"]
    faults += [] if len(prompt.user.splitlines()) == len(lines) + 2 else ["a line was broken into two"]
    rows = [json.loads(line) for line in lines]
    faults += [f"a line of no kind: {row}" for row in rows if not (isinstance(row, dict) and row["kind"] in KINDS)]
    if prompt.name.startswith("answer") and [row["kind"] for row in rows].count("question") != 1:
        faults.append("not one question")
    faults += [] if prompt.schema in (ANSWER_SCHEMA, SCHEMA) else ["the schema was changed"]
    return faults


async def own_words(door: StageDoor) -> list[str]:
    """All that Mara said herself: messages, corrections, titles."""
    worker = person_ref("mara")
    claims = await door.core.stage.store.read(worker, lambda tx: tx.profile.claims()) or ()
    return [*await door.log_of("mara"), *(claim.statement for claim in claims)]


def unsourced_in(draft: Draft, own: Sequence[str], frames: Sequence[str]) -> list[str]:
    """The lines of an answer that are neither its frame nor made of what its worker wrote."""
    said = " ".join(_tokens("\n".join([*map(visible, own), *own])))
    known = {*said.split(), "someone", "jonas", "okafor"}  # which stand for whoever is mentioned
    lines = [line.removeprefix("> ") for line in draft.written.split("\n")]
    return [
        line
        for line in lines
        if line.strip()
        and not any(re.fullmatch(frame, line) for frame in frames)
        and " ".join(_tokens(line)) not in said
        and not all(token in known or _is_pieced_together(token, said) for token in _tokens(line))
    ]


def _tokens(text: str) -> list[str]:
    return re.findall(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+", text.casefold())


def _is_pieced_together(chinese: str, said: str) -> bool:
    """Whether a run of Chinese consists of runs that were said, each of two characters or more."""
    while chinese and not chinese.isascii():
        longest = next((length for length in range(len(chinese), 1, -1) if chinese[:length] in said), 0)
        if not longest:
            return False
        chinese = chinese[longest:]
    return not chinese


async def frames_of(door: StageDoor, asker: str = "jonas") -> list[str]:
    """Patterns of what the double puts around an answer, with the names of the places as they are shown."""
    words = Words((await door.core.stage.platforms.person(person_ref(asker))).locale, "UTC")
    name = (await door.core.stage.platforms.person(person_ref("mara"))).name
    channel = [c.name for c in await door.line.directory.channels_of(person_ref("mara"))]
    filled = [words.say(key, name=name, day="\0", channel=one) for key in FRAMES for one in channel]
    return [re.escape(frame).replace("\0", r"[^\n]{3,40}") for frame in filled]


async def attack(folder: Path, place: Place, model: TrialModel, text: str) -> tuple[list[str], int]:
    """Plant one attack, let its worker send what comes of it; return what went wrong, and how much was posted."""
    async with stage_door(folder, MemoryStore(), model=model) as door:
        draft_id = await place.plant(door, text)
        worker = (await door.core.stage.platforms.person(person_ref("mara"))).name
        faults = [fault for prompt in model.prompts for fault in faults_of_prompt(prompt, worker)]
        own, frames = await own_words(door), await frames_of(door)
        if draft_id is not None:
            draft = await door.draft(draft_id)
            if not await door.replies():
                faults += ["posted before it was approved"] if door.line.reached else []
                faults += [f"without a source: {line[:80]!r}" for line in unsourced_in(draft, own, frames)]
                await door.approve("mara", draft_id)
        label = Words("en", "UTC").say("reply.label", name=worker)
        allowed = frozenset().union(*(links_in(visible(words)) for words in own))
        posts = [*await door.replies(), *await shown_at_once(door)]
        faults += [fault for post in posts for fault in faults_of(post, label, allowed)]
        if MARK in text and not place.is_read:
            everything = [p.user + p.system for p in model.prompts] + [p.text for p in posts]
            everything += [n.text for n in door.line.told if n.to.person != "mara"]
            faults += ["it was read" for words in everything if MARK in words]
        return faults, len(posts)


async def shown_at_once(door: StageDoor) -> list[MessageRecord]:
    """The reusable answers that people were shown, as posts."""
    replies = [n.reply for person in ("pia", "jonas") for n in await door.notices_of(person) if n.reply]
    return [
        MessageRecord(
            r.thread.channel.channel, "0", "UNDERSTUDY", r.text, label=r.label, key=r.key, worker=r.worker.person
        )
        for r in replies
    ]


@pytest.mark.promise(12, "places whose text the core never gets: file names, previews, profiles")
def test_a_message_is_its_words_and_nothing_that_came_with_it() -> None:
    told = {field.name for field in fields(MessageSaid)}
    assert told == {"ref", "author", "text", "said_at", "revised_at", "thread", "channel_is_public", "address"}


@pytest.mark.promise(12, "attacks in English and Chinese, in each place text comes from, before three gullible models")
@pytest.mark.anyio
@pytest.mark.sparse(1 if OTHER_FILE in os.environ else 4)
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("place", PLACES)
async def test_an_attack_gains_nothing(tmp_path: Path, place: str, model: str, sized: Sized, figures: Figures) -> None:
    texts = some_of(sized(quick=1, full=10_000), start=list(PLACES).index(place) * 7 + len(model))
    posted = 0
    for number, text in enumerate(texts):
        faults, posts = await attack(tmp_path / str(number), PLACES[place], MODELS[model](), text)
        assert not faults, (text, faults)
        posted += posts
    figures("attacks tried", len(texts))
    figures("replies sent by their worker all the same", posted)
    figures("unapproved posts, labels lost, foreign links or pings, sentences without a source, broken requests", 0)
