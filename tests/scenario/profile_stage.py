"""What the scenarios of the profile share: what Mara says and decides, and what stands on her page and in her file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from adapters.web.records import MessageRecord
from adapters.web.translate import person_ref
from bot.consent import Shelf
from bot.messages import LoggedMessage, Span
from bot.policy import Policy
from bot.ports import Transaction
from bot.profile.claims import Claim
from bot.profile.voice import Tally
from bot.settling import mark_of
from bot.unlearning import thread_key
from bot.views import Answer, Button, Element, Empty, Fold, Item, Refusal, Text, View
from storage.memory import MemoryStore
from storage.store import SqliteStore
from tests.scenario.stage_door import StageDoor, said, shown, stage_door

T = TypeVar("T")
MARA = person_ref("mara")
POLICY = Policy(profile_after_messages=4, profile_cooldown=timedelta(hours=12), profile_quiet=timedelta(minutes=15))
RUNBOOK = "The relay runbook lives in `docs/relay.md`, next to the deploy notes."
BUDGET = "The retry budget of the relay is 250 ms by default."
OTHER_BUDGET = "The retry budget of the relay is 400 ms by default."
NEW_BUDGET = "The retry budget of the relay is now 400 ms by default, no longer 250 ms."
PREFERENCE = "I prefer small migrations over one large migration per release."
CHAT = ("ok, on it", "thanks!", "lunch?", "haha", "sounds good")
STORES = ("memory", "sqlite")


@asynccontextmanager
async def opened(store: str, folder: Path) -> AsyncIterator[StageDoor]:
    """Open the house over the memory store or over encrypted files."""
    kept = MemoryStore() if store == "memory" else SqliteStore(folder / "double", ballast_bytes=4096)
    async with stage_door(folder, kept, POLICY) as door:
        yield door


async def say_all(door: StageDoor, *texts: str, channel: str = "build") -> list[MessageRecord]:
    return [await door.say("mara", channel, text) for text in texts]


async def learnt(door: StageDoor, *texts: str, **form: Any) -> list[MessageRecord]:
    """Mara joins, says some things, and has them read."""
    await door.join("mara", **form)
    records = await say_all(door, *texts)
    await refreshed(door)
    return records


async def refreshed(door: StageDoor) -> str:
    answer = await door.press("mara", "refresh_profile")
    await door.settle()
    return said(answer)


async def seen(door: StageDoor, look: Callable[[Transaction], T]) -> T:
    found = await door.core.stage.store.read(MARA, look)
    assert found is not None
    return found


async def claims_of(door: StageDoor) -> dict[str, Claim]:
    """Every claim by what it says."""
    return {claim.statement: claim for claim in await seen(door, lambda tx: tx.profile.claims())}


async def decide(door: StageDoor, button: str, claim: Claim) -> Answer | Refusal:
    return await door.press("mara", button, claim.id, seen=mark_of(claim))


async def page(door: StageDoor) -> View:
    return shown(await door.command("mara", "profile"))


def elements_in(elements: tuple[Element, ...]) -> Iterator[Element]:
    for element in elements:
        yield element
        if isinstance(element, Fold):
            yield from elements_in(element.elements)


def words_in(view: View) -> str:
    texts = []
    for element in elements_in(view.elements):
        if isinstance(element, Item):
            texts += [element.title, element.text, *element.details]
        elif isinstance(element, Text | Empty):
            texts.append(element.text)
        elif isinstance(element, Fold):
            texts.append(element.title)
    return "\n".join(texts)


def buttons_in(view: View) -> list[Button]:
    held = [e.buttons for e in elements_in(view.elements) if isinstance(e, Item | Empty)]
    return [button for buttons in held for button in buttons] + list(view.buttons)


def button_in(view: View, name: str) -> Button:
    return next(button for button in buttons_in(view) if button.name == name)


async def assert_voice_is_fresh(door: StageDoor) -> None:
    """What is counted is what a count of the messages read, as they stand now, would give."""

    def look(tx: Transaction) -> tuple[dict[Shelf, Tally], tuple[LoggedMessage, ...]]:
        messages = tx.messages.page(Span(), 9_999)
        read = tx.usage.are_read([m.ref for m in messages])
        return tx.profile.voice(), tuple(m for m in messages if m.ref in read)

    voice, read = await seen(door, look)
    fresh: dict[Shelf, Tally] = {}
    for message in read:
        fresh[message.shelf] = fresh.get(message.shelf, Tally()).add(message.text, thread_key(message))
    assert {shelf: (t.messages, dict(t.counts)) for shelf, t in voice.items()} == {
        shelf: (t.messages, dict(t.counts)) for shelf, t in fresh.items()
    }


async def nothing_is_read(door: StageDoor) -> bool:
    return not await seen(door, lambda tx: tx.profile.versions())
