"""Answers come in step: on the next beat after what was asked, so that their time does not tell what was looked up.

Counted from the moment an event came in, not from the clock's own beats: then all that takes less than a beat takes the
same, however often it is tried. `bot.pipeline` begins, whoever tells an asker no waits for the beat before.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from datetime import timedelta

from bot.clock import Stopwatch

BEAT = timedelta(milliseconds=50)
"""Longer than anything takes that an asker is told at once, too short to be noticed."""

_watch: ContextVar[Stopwatch] = ContextVar("watch")


def begin() -> None:
    """Count from now on, within this task."""
    _watch.set(Stopwatch())


async def next_beat(beat: timedelta) -> None:
    """Wait for the next whole beat since the event came in; with none, or outside of an event, not at all."""
    watch = _watch.get(None)
    if beat and watch is not None:
        seconds = beat.total_seconds()
        await asyncio.sleep(seconds - watch.seconds % seconds)
