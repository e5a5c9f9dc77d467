"""Where the time comes from. Nothing else in the core reads a clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time, always aware and in UTC."""

    def now(self) -> datetime:
        """Return the present moment."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present moment."""
        return datetime.now(UTC)


class TestClock:
    """A clock that stands still until it is moved forward; for tests and `run --test-clock`."""

    __test__ = False

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the moment the clock stands at."""
        return self._now

    def advance(self, by: timedelta) -> datetime:
        """Move forward; a negative step is refused with `ValueError`, for time never runs back."""
        if by < timedelta(0):
            raise ValueError("the test clock only moves forward")
        self._now += by
        return self._now


RAN_AHEAD = timedelta(hours=1)
"""So far in the future a moment was noted by a clock that ran ahead and was set right since."""


def elapsed(since: datetime, now: datetime) -> timedelta:
    """Return how long ago a moment is; one that was noted by a clock that ran ahead is longer ago than anything.

    Otherwise what is due would wait until the clock comes there again: a year, where the year was wrong.
    """
    return timedelta.max if since - now > RAN_AHEAD else now - since


class Stopwatch:
    """How long something has taken so far, by a clock that nobody sets."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """The seconds since it was made."""
        return time.monotonic() - self._began


class Allowance:
    """Computing time that several steps on one thread share; what other threads and programs take does not count."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.thread_time() + seconds

    @property
    def left(self) -> float:
        """The seconds that are left, not above zero once they are spent."""
        return self._ends - time.thread_time()
