"""The timer: it only wakes. What is due is read from the store by whoever is woken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler


class Timer:
    """Wakes a job again and again, as long as the loop that started it runs."""

    def __init__(self, job: Callable[[], Awaitable[None]], seconds: float) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        # A late wake-up still comes, several missed ones come once, and two never overlap.
        self._scheduler.add_job(
            job, "interval", seconds=seconds, misfire_grace_time=None, coalesce=True, max_instances=1
        )

    def start(self) -> None:
        """Begin to wake; call it on the running loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Wake no more; what runs goes on."""
        self._scheduler.shutdown(wait=False)
