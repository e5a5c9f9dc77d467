"""Order and repeats do not matter, through the whole bot and its encrypted files: the same in the end as in order."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.web.translate import channel_ref, person_ref
from bot.events import MessageDeleted, MessageSaid
from bot.messages import Span
from bot.ports import Transaction
from bot.refs import MessageRef, ThreadRef
from bot.terms import terms
from storage.store import SqliteStore
from tests.promised import Figures, Sized
from tests.scenario.stage_door import MONDAY, StageDoor, stage_door

pytestmark = pytest.mark.anyio
MARA = person_ref("mara")
ROOMS = ("build", "general", "leads")
THINGS = ("relay", "pump", "boiler", "ladder", "cache", "fuse", "valve", "sieve")
Event = MessageSaid | MessageDeleted


def events_of(number: int, chance: random.Random) -> list[Event]:
    """All that becomes of one message, in order: said, edited up to twice, deleted or not."""
    room = chance.choice(ROOMS)
    ref = MessageRef(channel_ref(room), f"{1_800_000_000 + number}.{number:06}")
    said_at = MONDAY + timedelta(seconds=number)
    thread = ThreadRef(ref.channel, ref.stamp) if chance.random() < 0.3 else None
    came: list[Event] = [
        MessageSaid(
            ref,
            MARA,
            f"The {chance.choice(THINGS)} number {number} stands in row {chance.randrange(90)}, seen {revision} times.",
            said_at,
            said_at + timedelta(seconds=revision),
            thread,
            channel_is_public=room != "leads",
        )
        for revision in range(chance.randrange(1, 4))
    ]
    if chance.random() < 0.25:
        came.append(MessageDeleted(ref, MARA, said_at + timedelta(seconds=9)))
    return came


def everything_seen(tx: Transaction) -> tuple[object, ...]:
    """All that can be found again of what was said."""
    shelves = tx.index.shelves()
    asked = terms(f"which {' '.join(THINGS)} stand in row 7")
    hits = [sorted((h.ref, round(h.score, 9)) for h in tx.index.search([s], asked, 10_000)) for s in shelves]
    messages = [replace(m, grant_id="") for m in tx.messages.page(Span(), 100_000)]  # each house has its own
    return (messages, shelves, hits, tx.index.frequencies(shelves, asked))


@asynccontextmanager
async def listening(folder: Path) -> AsyncIterator[StageDoor]:
    store = SqliteStore(folder / "double", ballast_bytes=4096)
    async with stage_door(folder, store) as door:
        await door.join("mara", channels=list(ROOMS))
        await door.advance(hours=10)
        yield door


async def heard(door: StageDoor, events: Sequence[Event]) -> tuple[object, ...]:
    for event in events:
        if isinstance(event, MessageSaid):
            await door.core.pipeline.message_said(event)
        else:
            await door.core.pipeline.message_deleted(event)
    seen = await door.core.stage.store.read(MARA, everything_seen)
    assert seen is not None
    await door.press("mara", "leave", "leave")  # what was never said in the workspace is no matter of its house rules
    return seen


@pytest.mark.promise(18, "messages in one to four copies, shuffled, edits and deletions before them, one seeded run")
async def test_a_flood_of_events_in_any_order_ends_as_in_order(tmp_path: Path, sized: Sized, figures: Figures) -> None:
    chance = random.Random(18)
    in_order = [event for number in range(sized(quick=30, full=1_500)) for event in events_of(number, chance)]
    shuffled = [event for event in in_order for _ in range(chance.randrange(1, 5))]
    chance.shuffle(shuffled)
    async with listening(tmp_path / "in order") as door:
        expected = await heard(door, in_order)
    async with listening(tmp_path / "shuffled") as door:
        assert await heard(door, shuffled) == expected
    figures("events in order", len(in_order))
    figures("events as they came", len(shuffled))
    figures("messages in the end, the same", len(list(expected[0])))  # type: ignore[call-overload]
