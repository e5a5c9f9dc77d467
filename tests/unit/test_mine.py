"""What a double has of its worker: seen, searched and forgotten by nobody but them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest

from bot.consent import Grant, Purpose
from bot.events import MessageSaid
from bot.message_log import take_note
from bot.mine import PAGE, Mine
from bot.ports import Transaction
from bot.refs import ChannelRef, MessageRef, PersonRef
from bot.stage import Stage
from bot.views import Button, Empty, Item, View
from tests.unit.small_team import BUILD, JONAS, LEADS, MARA, NOON, SmallTeam, stage_of

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)


def said(number: int, text: str, channel: ChannelRef = BUILD) -> MessageSaid:
    at = NOON - 40 * DAY + timedelta(minutes=number)
    return MessageSaid(MessageRef(channel, f"{number}.0"), MARA, text, at, at, None, channel == BUILD)


async def learn(stage: Stage, messages: Iterable[MessageSaid]) -> None:
    def note(tx: Transaction) -> None:
        tx.consent.add(
            Grant(c.channel, MARA, Purpose.LOG, c, NOON, NOON - 90 * DAY, NOON + DAY, "ab" * 32) for c in (BUILD, LEADS)
        )
        for message in messages:
            assert take_note(tx, message, NOON) is not None

    await stage.store.enrol_and_run(MARA, note)


def texts(view: View) -> list[str]:
    return [element.text for element in view.elements if isinstance(element, Item)]


def older(view: View) -> Button | None:
    return next((b for e in view.elements if isinstance(e, Empty) for b in e.buttons if "before" in b.values), None)


async def test_the_newest_messages_come_first_and_the_older_ones_page_by_page() -> None:
    async with stage_of(SmallTeam()) as stage:
        await learn(stage, [said(n, f"message {n}") for n in range(PAGE + 5)])
        mine = Mine(stage)
        first = await mine.window(MARA)
        assert texts(first) == [f"message {n}" for n in range(PAGE + 4, 4, -1)]
        button = older(first)
        assert button is not None
        second = await mine.window(MARA, before=button.values["before"])
        assert texts(second) == [f"message {n}" for n in range(4, -1, -1)]
        assert older(second) is None


@pytest.mark.parametrize("before", ["", "rubbish", "2026-03-02T12:00:00", "2026-13-45", "\x00", "∞"])
async def test_a_page_that_does_not_exist_is_the_first(before: str) -> None:
    async with stage_of(SmallTeam()) as stage:
        await learn(stage, [said(1, "one"), said(2, "two")])
        assert texts(await Mine(stage).window(MARA, before=before)) == ["two", "one"]


async def test_a_search_finds_the_messages_that_hold_the_words() -> None:
    async with stage_of(SmallTeam()) as stage:
        await learn(stage, [said(1, "The canary limit is 40."), said(2, "Lunch."), said(3, "A limit", LEADS)])
        assert set(texts(await Mine(stage).window(MARA, "limits"))) == {"The canary limit is 40.", "A limit"}
        assert texts(await Mine(stage).window(MARA, "zebra")) == []


async def test_nobody_else_sees_any_of_it() -> None:
    async with stage_of(SmallTeam()) as stage:
        await learn(stage, [said(1, "The canary limit is 40.")])
        empty = await Mine(stage).window(JONAS)
        assert texts(empty) == texts(await Mine(stage).window(JONAS, "canary")) == []
        assert empty.elements[1:] == (await Mine(stage).window(PersonRef("small", "team", "nobody"))).elements[1:]
