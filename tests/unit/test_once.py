"""What Slack brings several times, closely or again, is done once; what failed is done again."""

from __future__ import annotations

import asyncio

import pytest

from adapters.chat.once import Once

pytestmark = pytest.mark.anyio


class Work:
    def __init__(self) -> None:
        self.times = 0
        self.fails = False
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def __call__(self) -> int:
        self.times += 1
        times = self.times
        await self.may_end.wait()
        if self.fails:
            raise OSError
        return times


async def test_what_is_under_way_is_waited_for_and_what_was_done_is_known() -> None:
    once, work = Once[int](10), Work()
    work.may_end.clear()
    both = [asyncio.ensure_future(once.do("a", work)) for _ in range(2)]
    await asyncio.sleep(0)
    work.may_end.set()
    assert await asyncio.gather(*both) == [1, 1]
    assert await once.do("a", work) == 1
    assert await once.do("b", work) == 2


async def test_what_failed_may_come_again_and_all_who_waited_hear_that_it_failed() -> None:
    once, work = Once[int](10), Work()
    work.fails = True
    both = [asyncio.ensure_future(once.do("a", work)) for _ in range(2)]
    assert [type(outcome) for outcome in await asyncio.gather(*both, return_exceptions=True)] == [OSError, OSError]
    assert work.times == 1
    work.fails = False
    assert await once.do("a", work) == 2


async def test_whoever_gives_up_waiting_ends_nothing() -> None:
    once, work = Once[int](10), Work()
    work.may_end.clear()
    impatient = asyncio.ensure_future(once.do("a", work))
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    work.may_end.set()
    await once.idle()
    assert await once.do("a", work) == 1


async def test_what_has_no_key_is_done_every_time() -> None:
    once, work = Once[int](10), Work()
    assert [await once.do("", work) for _ in range(2)] == [1, 2]


async def test_the_memory_is_bounded_and_never_lets_go_of_what_is_under_way() -> None:
    once, slow, work = Once[int](2), Work(), Work()
    slow.may_end.clear()
    first = asyncio.ensure_future(once.do("slow", slow))
    for key in "abcd":
        await once.do(key, work)
    again = asyncio.ensure_future(once.do("slow", slow))
    await asyncio.sleep(0)
    slow.may_end.set()
    assert [await first, await again] == [1, 1]
    assert await once.do("a", work) == 5, "what was done long ago was let go of"
