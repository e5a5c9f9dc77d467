"""How a scenario fills a double with something of everything, takes it along, and brings it into another house."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

from adapters.web.translate import channel_ref, person_ref
from bot.recall import permitted_shelves, recall
from bot.refs import PersonRef
from bot.vault.contents import Contents, gather
from bot.vault.packing import pack
from bot.views import Answer, HandedFile, Refusal, View
from tests.age_file import seal_cheaply
from tests.scenario.answering_again import TITLE
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, MONDAY, StageDoor, said, shown

PASSPHRASE = "plum orbit kettle sandal"
MARA = person_ref("mara")
EVERYWHERE = ["build", "general", "leads"]
_THINGS = ("cache", "backup", "ledger", "certificate", "mirror", "pipeline", "archive", "dashboard", "gateway", "queue")
_PLACES = ("staging", "billing", "the runner", "the warehouse", "search", "the edge", "payroll", "the lab")
_FACTS = (
    "The {thing} of {place} lives on host{n}.example and is emptied at {hour}:00.",
    "I moved the {thing} of {place} last week because it ran out of room; ask me before touching it.",
    "For {place} I prefer a small {thing} that restarts by itself over a large one that nobody watches.",
)
_CHINESE = ("缓存", "备份", "证书", "网关", "队列", "仓库")


def words_of(number: int) -> Iterator[tuple[str, str]]:
    """Messages and the channel each is said in: facts in English and Chinese, no two alike."""
    facts = product(_FACTS, _THINGS, _PLACES)
    for n, (fact, thing, place) in enumerate(facts):
        if n == number:
            return
        text = fact.format(thing=thing, place=place, n=n, hour=n % 24)
        if n % 7 == 3:
            text = f"{_CHINESE[n % 6]}放在第 {n} 台机器上，每天 {n % 24} 点清空，改之前先问我。"
        yield text, EVERYWHERE[n % 3]


def questions(number: int) -> list[str]:
    """Questions on them, as many as asked for."""
    asked = [f"where does the {thing} of {place} live?" for thing, place in product(_THINGS, _PLACES)]
    asked += [f"who moved the {thing} of {place} and why?" for thing, place in product(_THINGS, _PLACES)]
    asked += [f"第 {n} 台机器上的{word}什么时候清空？" for n, word in product(range(3, 90, 7), _CHINESE)]
    return asked[:number]


async def live(door: StageDoor, messages: int) -> None:
    """Let Mara join everywhere, say much, and do something of everything that a double remembers."""
    await door.join("mara", channels=EVERYWHERE, earlier=True)
    spoken = []
    for text, channel in words_of(messages):
        door.clock.advance(timedelta(minutes=1))
        spoken.append(await door.say("mara", channel, text))
    await door.edit(spoken[4], "The cache of the edge moved to host4b.example yesterday.")
    await door.delete(spoken[5])
    await door.press("mara", "never_use", f"{spoken[6].channel}/{spoken[6].ts}")
    said(await door.press("mara", "never_keep", "", kind="words", text="payroll gateway"))
    await door.settle()
    await door.press("mara", "refresh_profile")
    await door.settle()
    await door.press("mara", "correct", "", text="I do not look after the lab any more.")
    await door.say("mara", "build", CACHE)
    await door.advance(minutes=5)
    draft_id = await door.ask("jonas", "mara", CACHE_QUESTION)
    said(await door.approve("mara", draft_id, reuse=True, titles=TITLE))
    await door.press("mara", "pause")
    await door.advance(minutes=5)
    await door.press("mara", "resume")
    await door.advance(minutes=5)


async def export(door: StageDoor, passphrase: str = PASSPHRASE) -> HandedFile:
    """Take it along through the window."""
    answer = await door.press("mara", "export", "export", passphrase=passphrase, again=passphrase)
    assert isinstance(answer, Answer), answer
    assert answer.file is not None
    return answer.file


async def contents_of(door: StageDoor, person: str = "mara") -> Contents:
    """What an export would hold now, without sealing it."""
    found = await door.core.stage.store.read(person_ref(person), lambda tx: gather(tx, {}))
    assert found is not None
    return found


def sealed(contents: Contents, owner: PersonRef = MARA) -> bytes:
    """A vault of anybody's making."""
    return seal_cheaply(pack(contents, owner, MONDAY), PASSPHRASE)


async def bring(door: StageDoor, vault: object, person: str = "mara", **form: Any) -> Answer | Refusal:
    """Join with a vault, by the form."""
    terms = {"channels": EVERYWHERE, "earlier": True, "vault": vault, "passphrase": PASSPHRASE, **form}
    answer = await door.submit_form(person, **terms)
    await door.settle()
    return answer


async def brought(door: StageDoor, vault: object, **form: Any) -> View:
    """Join with a vault and return the receipt."""
    return shown(await bring(door, vault, **form))


async def recalled(door: StageDoor, asked: list[str], places: list[str]) -> list[list[tuple[str, float]]]:
    """What is found for each question in each place: references and scores, best first."""
    now = MONDAY + timedelta(days=7)
    log = frozenset(map(channel_ref, EVERYWHERE))
    public = frozenset(map(channel_ref, ["build", "general"]))

    def look(tx: Any) -> list[list[tuple[str, float]]]:
        found = []
        for place in places:
            may_use = permitted_shelves(
                frozenset(tx.index.shelves()),
                log_channels=log,
                public_now=public,
                destination=channel_ref(place),
                destination_is_public=place != "leads",
            )
            for question in asked:
                passages = recall(tx, question, may_use, now).passages
                found.append([(str(p.hit.ref), p.score) for p in passages])
        return found

    result = await door.core.stage.store.read(person_ref("mara"), look)
    assert result is not None
    return result


def without(contents: Contents, **changes: Any) -> Contents:
    """Contents with some parts other than they were."""
    return replace(contents, **changes)
