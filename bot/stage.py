"""What every service acts with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.clock import Clock
from bot.model import LanguageModel, ModelIdentity
from bot.offload import StoreThreads
from bot.platforms import Platforms
from bot.policy import Policy
from bot.refs import PersonRef
from bot.schedule import zone
from bot.work import Work


@dataclass(frozen=True, slots=True)
class Stage:
    """The store, the platforms, the clock, the house rules and the running work of one process.

    `model` is the language model, None where there is none. Nothing but `bot.consulting` calls it.
    """

    store: StoreThreads
    platforms: Platforms
    clock: Clock
    policy: Policy
    work: Work
    model: LanguageModel | None = None

    @property
    def identity(self) -> ModelIdentity | None:
        """Which language model there is, and whose."""
        return self.model.identity if self.model else None

    def now(self) -> datetime:
        """Return the present moment."""
        return self.clock.now()

    async def today(self, person: PersonRef) -> date:
        """Return the day it is where a person is."""
        return self.day_in((await self.platforms.person(person)).time_zone)

    def day_in(self, time_zone: str) -> date:
        """Return the day it is in a time zone."""
        return self.now().astimezone(zone(time_zone)).date()
