"""The small team on a platform that takes replies, and Mara's double in it with a draft that she approved."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar

from bot.audit import AuditEntry
from bot.clock import TestClock
from bot.consent import Grant, Purpose
from bot.delivery import Delivery
from bot.drafts import Draft, DraftState, Source, approval_digest, text_digest
from bot.errors import PlatformError, Unreachable
from bot.events import MessageSaid
from bot.labelling import LabelledReply
from bot.message_log import take_note
from bot.messages import Span
from bot.ports import Person, Posted, Store, Transaction
from bot.questions import OpenQuestions
from bot.refs import MessageRef, ThreadRef
from bot.stage import Stage
from bot.telling import Telling
from bot.views import Notice
from tests.unit.small_team import BUILD, JONAS, MARA, NOON, SmallTeam, stage_of

CACHE = "The cache lives on the runner."
QUESTION = "Where does the cache live?"
SOURCE = Source(MessageRef(BUILD, "1.0"), text_digest(CACHE), NOON, CACHE)
THREAD = ThreadRef(BUILD, "5.0")
APPROVED = Draft(
    id="d_1",
    worker=MARA,
    asker=JONAS,
    thread=THREAD,
    question_ref=MessageRef(BUILD, "5.0"),
    question=QUESTION,
    state=DraftState.APPROVED,
    asked_at=NOON - timedelta(hours=1),
    lapses_at=NOON + timedelta(days=2),
    written=CACHE,
    composed=CACHE,
    sources=(SOURCE,),
    revision=3,
    announced_at=NOON,
    decided_at=NOON,
)
POSTING = replace(APPROVED, state=DraftState.POSTING, claimed_at=NOON)
POSTED = replace(
    POSTING, state=DraftState.POSTED, posted_ref=MessageRef(BUILD, "90.0"), posted_at=NOON, told_at=NOON,
    approved_digest="f" * 64,
)  # fmt: skip
T = TypeVar("T")
Deed = Callable[[], Awaitable[object]]


@dataclass
class PostingTeam(SmallTeam):
    """Replies are taken, unless there is a `failure`; a deed may be done while the platform is asked for something.

    While it is `dumb`, nobody can be told anything.
    """

    posted: list[LabelledReply] = field(default_factory=list)
    standing: list[Posted] = field(default_factory=list)
    taken_away: list[tuple[MessageRef, str | None]] = field(default_factory=list)
    failure: PlatformError | None = None
    meanwhile: Deed | None = None
    dumb: bool = False

    async def tell(self, notice: Notice) -> None:
        if self.dumb:
            raise Unreachable("no answer")
        await super().tell(notice)

    async def post(self, reply: LabelledReply) -> MessageRef:
        await self._asked()
        self.posted.append(reply)
        return MessageRef(reply.thread.channel, f"9{len(self.posted)}.0")

    async def posted_in(self, thread: ThreadRef) -> tuple[Posted, ...]:
        await self._asked()
        return tuple(self.standing)

    async def retract(self, ref: MessageRef, notice: str | None) -> None:
        await self._asked()
        self.taken_away.append((ref, notice))

    async def _asked(self) -> None:
        if deed := self.meanwhile:
            self.meanwhile = None
            await deed()
        if self.failure is not None:
            raise self.failure


@dataclass
class House:
    """Everything a test of posting looks at."""

    team: PostingTeam
    stage: Stage
    questions: OpenQuestions
    telling: Telling
    delivery: Delivery

    async def approve(self, draft: Draft = APPROVED) -> Draft:
        """Put an approved draft there, as it was approved by Mara for who reads #build now."""
        approved = replace(draft, approved_digest=approval_digest(draft, "everyone"))
        await self.keep(approved)
        return approved

    async def keep(self, draft: Draft) -> None:
        """Put a draft there as it is."""
        await self.run(lambda tx: tx.drafts.add(draft))

    async def run(self, work: Callable[[Transaction], T]) -> T | None:
        """Do something in Mara's file."""
        return await self.stage.store.run(MARA, work)

    async def draft(self, draft_id: str = "d_1") -> Draft:
        """The draft as it stands."""
        found = await self.stage.store.read(MARA, lambda tx: tx.drafts.get(draft_id))
        assert found is not None
        return found

    async def entries(self) -> list[AuditEntry]:
        """What the audit chain says."""
        return [c.entry for c in await self.stage.store.read(MARA, lambda tx: tx.audit.entries()) or ()]

    async def log(self) -> list[str]:
        """The words logged of Mara, in the order of their messages."""
        return await self.stage.store.read(MARA, lambda tx: [m.text for m in tx.messages.page(Span(), 99)][::-1]) or []

    def told(self, kind: str) -> list[str]:
        """What was told of a kind, in order; an empty text takes a notice away."""
        return [notice.text for notice in self.team.told if notice.kind == kind]

    def advance(self, by: timedelta) -> None:
        """Let time go by."""
        assert isinstance(self.stage.clock, TestClock)
        self.stage.clock.advance(by)


@asynccontextmanager
async def posting_house(store: Store | None = None) -> AsyncIterator[House]:
    """Open the house: Mara lets #build be learnt and answered in, and said where the cache lives."""
    team = PostingTeam()
    team.people[JONAS] = Person(JONAS, "Jonas Okafor", "jonas")
    async with stage_of(team, store) as stage:
        questions = OpenQuestions()
        telling = Telling(stage, questions)

        def move_in(tx: Transaction) -> None:
            end = NOON + timedelta(days=90)
            tx.consent.add(
                Grant(purpose.value, MARA, purpose, BUILD, NOON, NOON - timedelta(days=9), end, "ab" * 32)
                for purpose in (Purpose.LOG, Purpose.ANSWER)
            )
            assert take_note(tx, MessageSaid(SOURCE.ref, MARA, CACHE, NOON, NOON, None, channel_is_public=True), NOON)

        await stage.store.enrol_and_run(MARA, move_in)
        yield House(team, stage, questions, telling, Delivery(stage, questions, telling))
