"""Work that goes on after the acknowledgement."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.errors import StoreError
from bot.work import Work

pytestmark = pytest.mark.anyio


async def test_idle_waits_for_all_that_runs() -> None:
    work, done = Work(), list[int]()

    async def step(number: int) -> None:
        for _ in range(number):
            await asyncio.sleep(0)
        done.append(number)

    for number in (5, 0, 3):
        work.start("step", step(number))
    assert done == []
    await work.idle()
    assert sorted(done) == [0, 3, 5]


async def test_idle_waits_for_what_the_work_started_too() -> None:
    work, done = Work(), list[int]()

    async def chain(left: int) -> None:
        await asyncio.sleep(0)
        done.append(left)
        if left:
            work.start("chain", chain(left - 1))

    work.start("chain", chain(4))
    await work.idle()
    assert done == [4, 3, 2, 1, 0]


async def test_nothing_to_do_is_idle_at_once() -> None:
    await asyncio.wait_for(Work().idle(), 1)


async def test_work_is_kept_while_it_runs_and_let_go_after() -> None:
    work, gate = Work(), asyncio.Event()
    work.start("wait", gate.wait())
    waiting = asyncio.create_task(work.idle())
    for _ in range(5):
        await asyncio.sleep(0)
    assert not waiting.done()
    gate.set()
    await asyncio.wait_for(waiting, 1)
    await asyncio.wait_for(work.idle(), 1)


@pytest.mark.parametrize(
    ("failure", "level", "line"),
    [
        (StoreError("the words of somebody", "full"), logging.WARNING, "compose failed: full"),
        (ValueError("the words of somebody"), logging.ERROR, "compose failed: ValueError"),
    ],
)
async def test_a_failure_is_told_by_its_code_without_words_and_stops_nothing_else(
    failure: Exception, level: int, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    work, done = Work(), list[str]()

    async def fail() -> None:
        raise failure

    async def go_on() -> None:
        await asyncio.sleep(0)
        done.append("done")

    work.start("compose", fail())
    work.start("other", go_on())
    with caplog.at_level(logging.DEBUG, "understudy.work"):
        await work.idle()
    assert done == ["done"]
    assert [(record.levelno, record.getMessage(), record.exc_info) for record in caplog.records] == [
        (level, line, None)
    ]


async def test_cancelled_work_does_not_break_the_waiting() -> None:
    work, gate = Work(), asyncio.Event()
    work.start("wait", gate.wait())
    (task,) = [task for task in asyncio.all_tasks() if task.get_name() == "wait"]
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait_for(work.idle(), 1)
    assert task.cancelled()
