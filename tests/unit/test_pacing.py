"""Answers come in step: what takes less than a beat takes one, whatever was looked up."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import pytest

from bot import pacing
from bot.clock import Stopwatch

BEAT = timedelta(milliseconds=20)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited each time; nobody waits, but for what runs in other threads."""
    waits, here, really = list[float](), threading.get_ident(), asyncio.sleep

    async def sleep(seconds: float) -> None:
        if threading.get_ident() == here:
            waits.append(seconds)
        else:
            await really(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return waits


@pytest.mark.anyio
@pytest.mark.parametrize(("took", "waited"), [(0.0, 0.02), (0.001, 0.019), (0.0199, 0.0001), (0.021, 0.019)])
async def test_what_took_less_than_a_beat_waits_for_the_rest_of_it(
    slept: list[float], monkeypatch: pytest.MonkeyPatch, took: float, waited: float
) -> None:
    pacing.begin()
    monkeypatch.setattr(Stopwatch, "seconds", took)
    await pacing.next_beat(BEAT)
    assert slept == [pytest.approx(waited, abs=1e-9)]


@pytest.mark.anyio
async def test_without_a_beat_nobody_waits(slept: list[float]) -> None:
    pacing.begin()
    await pacing.next_beat(timedelta(0))
    assert slept == []


@pytest.mark.anyio
async def test_what_no_event_asked_for_waits_for_nothing(slept: list[float]) -> None:
    async def by_itself() -> None:
        await pacing.next_beat(BEAT)

    await asyncio.create_task(by_itself())
    assert slept == []
