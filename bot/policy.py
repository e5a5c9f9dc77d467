"""The house rules an operator may set: hours, limits, how long things stand, and what counts where nothing is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.phone_numbers import DEFAULT_REGIONS
from bot.schedule import WorkingHours


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits and spans of time; the defaults are the product's."""

    hours: WorkingHours = WorkingHours()
    time_zone: str = "UTC"  # of people whose platform tells none, until they choose one
    locale: str = "en"  # likewise
    drafts_a_day: int = 5
    asks_a_day: int = 3
    replies_a_thread: int = 5
    lets_guests: bool = False  # have doubles of their own
    lapse_after_working_days: int = 2
    undo: timedelta = timedelta(seconds=10)
    consent_days: int = 90
    consent_days_max: int = 365
    tokens_a_day: int = 1_000_000
    tokens_a_day_per_worker: int = 200_000
    profile_after_messages: int = 20
    profile_cooldown: timedelta = timedelta(hours=12)
    profile_quiet: timedelta = timedelta(minutes=15)
    phone_regions: tuple[str, ...] = DEFAULT_REGIONS
    approval_stands: timedelta = timedelta(hours=24)
    read_back_after: timedelta = timedelta(seconds=60)  # longer than any platform's HTTP time-out
    unsure_after: timedelta = timedelta(minutes=15)
    asleep: timedelta = timedelta(days=30)
    frozen: timedelta = timedelta(days=30)
    beat: timedelta = timedelta(0)  # on which commands, buttons and the no to an asker are answered
    compact_after: timedelta = timedelta(minutes=10)  # a rewrite holds up the worker's log: not at every small deletion
