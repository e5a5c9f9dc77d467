from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from adapters.chat.in_order import InOrder
from bot.errors import NotPermitted, StoreError

pytestmark = pytest.mark.anyio
FULL = StoreError("the disk is full", "full")


class Taker:
    """Takes things in, but for those that a test lets fail; those in `kept` may not be dropped."""

    def __init__(self, **more: float) -> None:
        self.taken: list[str] = []
        self.dropped: list[str] = []
        self.tries: list[str] = []
        self.failing: dict[str, Exception] = {}
        self.kept: set[str] = set()
        self.has_taken = asyncio.Event()
        self.order: InOrder[str] = InOrder(self._take, self._let_go, **more)  # type: ignore[arg-type]  # one is a count

    async def _take(self, thing: str) -> None:
        self.tries.append(thing)
        if thing in self.failing:
            raise self.failing[thing]
        await asyncio.sleep(0)
        self.taken.append(thing)
        self.has_taken.set()

    def _let_go(self, thing: str) -> bool:
        if thing in self.kept:
            return False
        self.dropped.append(thing)
        return True


@asynccontextmanager
async def carried(taker: Taker) -> AsyncIterator[Taker]:
    carrying = asyncio.create_task(taker.order.carry())
    try:
        yield taker
    finally:
        carrying.cancel()
        with suppress(asyncio.CancelledError):
            await carrying


async def test_things_are_given_in_their_order() -> None:
    async with carried(Taker()) as taker:
        for thing in "abc":
            taker.order.put(thing)
        assert await taker.order.idle()
        assert taker.taken == ["a", "b", "c"]


async def test_what_failed_is_given_again_before_what_comes_next() -> None:
    async with carried(Taker(again_seconds=3600)) as taker:
        taker.failing["a"] = FULL
        taker.order.put("a")
        assert not await taker.order.idle()
        taker.order.put("b")
        assert not await taker.order.idle()
        assert taker.taken == []
        taker.failing.clear()
        taker.order.put("c")
        assert await taker.order.idle()
        assert taker.taken == ["a", "b", "c"]


async def test_what_failed_is_given_again_after_a_while_though_nothing_comes() -> None:
    async with carried(Taker(again_seconds=0)) as taker:
        taker.failing["a"] = FULL
        taker.order.put("a")
        assert not await taker.order.idle()
        taker.failing.clear()
        await taker.has_taken.wait()
        assert taker.taken == ["a"]


@pytest.mark.parametrize("error", [NotPermitted("gone"), ZeroDivisionError()])
async def test_what_can_never_be_taken_in_stops_nothing(error: Exception) -> None:
    async with carried(Taker(again_seconds=3600)) as taker:
        taker.failing["a"] = error
        taker.order.put("a")
        taker.order.put("b")
        assert await taker.order.idle()
        assert (taker.taken, taker.tries) == (["b"], ["a", "b"])


async def test_what_fails_for_long_is_dropped_if_it_may_be() -> None:
    async with carried(Taker(again_seconds=3600, given_up_seconds=0)) as taker:
        taker.failing["a"] = FULL
        taker.order.put("a")
        taker.order.put("b")
        assert await taker.order.idle()
        assert (taker.taken, taker.dropped) == (["b"], ["a"])


async def test_what_fails_for_long_and_may_not_be_dropped_waits_behind_the_others() -> None:
    async with carried(Taker(again_seconds=0, given_up_seconds=0)) as taker:
        taker.failing["a"] = FULL
        taker.kept.add("a")
        taker.order.put("a")
        taker.order.put("b")
        await taker.has_taken.wait()
        taker.failing.clear()
        taker.has_taken.clear()
        await taker.has_taken.wait()
        assert (taker.taken, taker.dropped) == (["b", "a"], [])


async def test_while_too_much_waits_only_what_may_not_be_dropped_is_taken() -> None:
    taker = Taker(most_waiting=2)
    taker.kept.add("d")
    for thing in "abcd":
        taker.order.put(thing)
    async with carried(taker):
        assert await taker.order.idle()
        assert (taker.taken, taker.dropped) == (["a", "b", "d"], ["c"])
