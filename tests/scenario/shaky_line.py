"""Things that go wrong outside: a network that fails on demand, and a process that dies on demand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from adapters.web.directory import LocalDirectory
from adapters.web.platform import LocalWorkspace
from bot.clock import Clock
from bot.errors import NotPermitted, Unreachable
from bot.events import MessageSaid
from bot.guard import LIMIT
from bot.labelling import LabelledReply
from bot.ports import Channel, Directory, ErasureProof, HistoryPage, Person, Posted, Transaction
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef, WorkerRef
from bot.views import Notice
from storage.memory import MemoryStore

Interruption = Callable[[], Awaitable[None]]


class Killed(BaseException):
    """The process ends here: nothing that catches failures may catch this."""


class Countdown:
    """Ends the process at the n-th step that is counted; 0 never does. `steps` says how many were counted."""

    def __init__(self) -> None:
        self.steps = 0
        self.last = 0

    def die_after(self, steps: int) -> None:
        self.steps, self.last = 0, steps

    def step(self) -> None:
        self.steps += 1
        if self.last and self.steps >= self.last:
            raise Killed


class WatchedDirectory(LocalDirectory):
    """The workspace's directory, with a say in what happens elsewhere while it is asked about a channel."""

    def __init__(self, line: ShakyLine) -> None:
        super().__init__(line.workspace, lambda: line.address)
        self._line = line

    async def channel(self, ref: ChannelRef) -> Channel | None:
        self._line.life.step()
        if self._line.meanwhile is not None:
            await self._line.meanwhile()
        return None if ref.channel in self._line.outside else await super().channel(ref)

    async def person(self, ref: PersonRef) -> Person | None:
        found = await super().person(ref)
        if found is None or ref.person not in self._line.untold:
            return found
        own = self._line.untold[ref.person]
        return replace(found, time_zone="", locale=own or self._line.spoken_here, is_locale_own=bool(own))

    async def is_away(self, person: PersonRef) -> bool:
        return person.person in self._line.away

    def tells_status(self) -> bool:
        return self._line.tells_status

    async def channels_of(self, person: PersonRef) -> tuple[Channel, ...]:
        outside = self._line.outside
        found = await super().channels_of(person)
        return tuple(
            replace(c, is_entered=c.ref.channel not in outside)
            for c in found
            if c.public or c.ref.channel not in outside
        )


class ShakyLine(LocalWorkspace):
    """The real local workspace behind a network that fails as `faults` say, one for each post.

    `before`: no answer, nothing posted; `after`: no answer, though it was posted; `refused`: not permitted. While it
    `is_deaf`, no thread can be read back and nothing taken away. `reached` holds the replies that came through, `told`
    every notice in order. A history holds `gossip` too, which is not its author's. Understudy is not in the channels
    `outside`, and is kept out of those that are `barred`. The status of those who are `away` says so, where it
    `tells_status` at all. A reply has room
    for `longest` characters of a worker's. Of those who are `untold` it is not known where they live, only in which
    language they took their last step, if that is not forgotten; `spoken_here` is what is spoken in the workspace.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        super().__init__(folder, clock, 0)
        self.faults: list[str] = []
        self.is_deaf = False
        self.longest = LIMIT
        self.reached: list[LabelledReply] = []
        self.told: list[Notice] = []
        self.gossip: tuple[MessageSaid, ...] = ()
        self.outside: set[str] = set()
        self.barred: set[str] = set()
        self.away: set[str] = set()
        self.tells_status = True
        self.untold: dict[str, str] = {}
        self.spoken_here = ""
        self.hears_mentions_alone = False
        self.meanwhile: Interruption | None = None
        self.life = Countdown()
        self._watched = WatchedDirectory(self)

    @property
    def directory(self) -> Directory:
        return self._watched

    def room_for(self, words: str) -> int:
        del words
        return self.longest

    @property
    def hears_all(self) -> bool:
        return not self.hears_mentions_alone

    async def enter(self, channel: ChannelRef) -> None:
        self.life.step()
        if channel.channel in self.barred:
            raise NotPermitted("not allowed")
        self.outside.discard(channel.channel)
        await super().enter(channel)

    async def post(self, reply: LabelledReply) -> MessageRef:
        self.life.step()
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "before":
            raise Unreachable("no answer")
        if fault == "refused":
            raise NotPermitted("not allowed")
        self.reached.append(reply)
        ref = await super().post(reply)
        if fault == "after":
            raise Unreachable("no answer")
        self.life.step()
        return ref

    async def posted_in(self, thread: ThreadRef) -> tuple[Posted, ...]:
        if self.is_deaf:
            raise Unreachable("no answer")
        return await super().posted_in(thread)

    async def retract(self, ref: MessageRef, notice: str | None) -> None:
        if self.is_deaf:
            raise Unreachable("no answer")
        await super().retract(ref, notice)

    async def history(
        self, author: WorkerRef, channel: ChannelRef, cursor: str | None, since: datetime | None = None
    ) -> HistoryPage:
        self.life.step()
        if self.is_deaf:
            raise Unreachable("no answer")
        page = await super().history(author, channel, cursor, since)
        return replace(page, messages=(*page.messages, *self.gossip))

    async def tell(self, notice: Notice) -> None:
        self.life.step()
        self.told.append(notice)
        await super().tell(notice)


class MortalStore(MemoryStore):
    """A store that outlives the process, which may die right before and right after each commit."""

    def __init__(self, life: Countdown) -> None:
        super().__init__()
        self._life = life

    def erase(self, worker: WorkerRef) -> ErasureProof | None:
        self._life.step()
        erased = super().erase(worker)
        self._life.step()
        return erased

    @contextmanager
    def writing(self, worker: WorkerRef) -> Iterator[Transaction]:
        with super().writing(worker) as tx:
            yield tx
            self._life.step()
        self._life.step()
