"""A team on a platform of a few lines, and a stage on it over the memory store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.clock import TestClock
from bot.errors import NotPermitted
from bot.guard import LIMIT
from bot.labelling import LabelledReply
from bot.offload import StoreThreads
from bot.platforms import Platforms
from bot.policy import Policy
from bot.ports import Channel, EventHandler, HistoryPage, Person, Posted, Store
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef, WorkerRef
from bot.stage import Stage
from bot.views import Notice
from bot.work import Work
from storage.memory import MemoryStore

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MARA, JONAS = PersonRef("small", "team", "mara"), PersonRef("small", "team", "jonas")
BUILD, LEADS, ATTIC = (ChannelRef("small", "team", name) for name in ("build", "leads", "attic"))


@dataclass
class SmallTeam:
    """A directory that a test writes down, on a platform on which nothing can be posted."""

    channels: dict[ChannelRef, Channel] = field(
        default_factory=lambda: {
            BUILD: Channel(BUILD, "build", public=True),
            LEADS: Channel(LEADS, "leads", public=False),
        }
    )
    people: dict[PersonRef, Person] = field(default_factory=lambda: {MARA: Person(MARA, "Mara Ostwald", "mara")})
    told: list[Notice] = field(default_factory=list)
    strangers: set[PersonRef] = field(default_factory=set)
    away: set[PersonRef] = field(default_factory=set)
    closed: set[ChannelRef] = field(default_factory=set)  # public ones that Understudy is kept out of
    name: str = "small"

    @property
    def directory(self) -> SmallTeam:
        return self

    async def person(self, ref: PersonRef) -> Person | None:
        return self.people.get(ref)

    def is_understudy(self, person: PersonRef) -> bool:
        return person.person == "understudy"

    async def people_called(self, channel: ChannelRef, words: str) -> tuple[tuple[Person, str], ...]:
        return ()

    async def channel(self, ref: ChannelRef) -> Channel | None:
        found = self.channels.get(ref)
        return found if found is not None and found.is_entered else None

    async def channels_of(self, person: PersonRef) -> tuple[Channel, ...]:
        return tuple(self.channels.values())

    async def is_member(self, person: PersonRef, channel: ChannelRef) -> bool:
        return channel in self.channels and person not in self.strangers

    async def is_away(self, person: PersonRef) -> bool:
        return person in self.away

    def tells_status(self) -> bool:
        return True

    def invitation(self) -> str:
        return "/invite @Understudy"

    def link(self, ref: MessageRef) -> str:
        return f"https://small.example/{ref.channel.channel}/{ref.stamp}"

    async def run(self, handler: EventHandler, ready: Callable[[str], None]) -> None:
        ready("here")

    def room_for(self, words: str) -> int:
        del words
        return LIMIT

    @property
    def hears_all(self) -> bool:
        return True

    async def enter(self, channel: ChannelRef) -> None:
        found = self.channels.get(channel)
        if found is None or not found.public or found.ref in self.closed:
            raise NotPermitted("the channel cannot be entered")
        self.channels[channel] = replace(found, is_entered=True)

    async def post(self, reply: LabelledReply) -> MessageRef:
        raise NotPermitted("nothing can be posted in this team")

    async def posted_in(self, thread: ThreadRef) -> tuple[Posted, ...]:
        return ()

    async def retract(self, ref: MessageRef, notice: str | None) -> None:
        raise NotPermitted("nothing was posted in this team")

    async def tell(self, notice: Notice) -> None:
        self.told.append(notice)

    async def is_rehearsal(self) -> bool:
        return False

    async def history(
        self, author: WorkerRef, channel: ChannelRef, cursor: str | None, since: datetime | None = None
    ) -> HistoryPage:
        return HistoryPage((), None)


@asynccontextmanager
async def stage_of(team: SmallTeam, store: Store | None = None) -> AsyncIterator[Stage]:
    """Set a stage, over a store of its own if none is given; leaving it finishes the running work and closes it."""
    work = Work()
    threads, policy = StoreThreads(store or MemoryStore()), Policy()
    stage = Stage(threads, Platforms(threads, policy, team), TestClock(NOON), policy, work)
    try:
        yield stage
    finally:
        await work.idle()
        await stage.store.close()
