"""What falls due with time. A timer only wakes these; what is due is read from the store against the clock."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.answering import Answering
from bot.audit import AuditEntry, Happening
from bot.backfilling import Backfilling
from bot.clearing import without_secrets
from bot.clock import elapsed
from bot.delivery import Delivery
from bot.denying import Denying
from bot.drafts import Draft, DraftState, ended
from bot.embedding import Embedding
from bot.erasing import Erasing
from bot.errors import BotError
from bot.leaving import Departures
from bot.log_clearing import LogClearing
from bot.ports import Transaction
from bot.questions import OpenQuestions
from bot.reconciling import Reconciling
from bot.refreshing import Refreshing
from bot.refs import WorkerRef
from bot.refused_window import RefusedWindow
from bot.resting import Resting
from bot.shown_answers import ShownAnswers
from bot.stage import Stage
from bot.telling import Telling
from bot.topics_window import Topics
from bot.weekly_window import WeeklyNotes

log = logging.getLogger("understudy.jobs")

ENDED_UNTOLD = frozenset({DraftState.DENIED, DraftState.EXPIRED})
BACKUPS_EVERY = timedelta(hours=1)
LAPSING = frozenset({DraftState.ASKED, DraftState.PENDING, DraftState.FAILED})


class Jobs:
    """One round looks after every worker. Rounds never overlap, and one that fails for a worker goes on to the next."""

    def __init__(
        self,
        stage: Stage,
        questions: OpenQuestions,
        telling: Telling,
        answering: Answering,
        delivery: Delivery,
        departures: Departures,
        backfilling: Backfilling,
        embedding: Embedding,
        denying: Denying,
        topics: Topics,
        clearing: LogClearing,
        refreshing: Refreshing,
        shown: ShownAnswers,
        erasing: Erasing,
        resting: Resting,
        weekly: WeeklyNotes,
        refused: RefusedWindow,
        reconciling: Reconciling,
    ) -> None:
        self._stage = stage
        self._questions = questions
        self._telling = telling
        self._answering = answering
        self._delivery = delivery
        self._departures = departures
        self._backfilling = backfilling
        self._embedding = embedding
        self._denying = denying
        self._topics = topics
        self._clearing = clearing
        self._refreshing = refreshing
        self._shown = shown
        self._erasing = erasing
        self._resting = resting
        self._weekly = weekly
        self._refused = refused
        self._reconciling = reconciling
        self._tended_at: datetime | None = None
        self._compacted_at: dict[WorkerRef, datetime] = {}
        self._one_round = asyncio.Lock()
        self._is_open = False
        self._told = set[tuple[str, str]]()  # the failures that were logged in this round
        self._notice_is_true: set[WorkerRef] = set()  # whose notice was looked after since the start

    async def round(self) -> None:
        """Do all that is due now."""
        async with self._one_round:
            self._told.clear()
            for worker in await self._stage.store.workers():
                await self._guarded("leaving", self._departures.finish_interrupted(worker))
                for name, job in self._jobs():
                    await self._guarded(name, job(worker))
            await self._guarded("backups", self._tend_backups())
            for draft in self._questions.departed_due(self._stage.now()):
                await self._guarded("tell", self._telling.left(draft))
        if self._is_open:
            self._look_after()

    def open(self) -> None:
        """From now on people are heard, and the store's files are looked after; a start is not held up by that."""
        self._is_open = True
        self._look_after()

    def _look_after(self) -> None:
        self._stage.work.start("files", self._stage.store.look_after())

    def _jobs(self) -> tuple[tuple[str, Callable[[WorkerRef], Awaitable[object]]], ...]:
        return (
            ("rest", self._resting.look_after),
            ("reconcile", self._reconciling.look_after),
            ("lapse", self._lapse),
            ("compose", self._compose),
            ("deliver", self._deliver),
            ("tell", self._tell),
            ("clear", self._clear),
            ("take_down", self._shown.take_down_gone),
            ("hold_back", self._topics.finish),
            ("clear_up", self._clearing.finish),
            ("let_go", self._denying.let_go),
            ("refused", self._refused.let_go),
            ("announce", self._announce),
            ("backfill", self._backfill),
            ("embed", self._embedding.begin),
            ("refresh", self._refreshing.refresh_if_due),
            ("weekly", self._weekly.tell_if_due),
            ("compact", self._compact),
        )

    async def _lapse(self, worker: WorkerRef) -> None:
        """Let drafts lapse whose deadline has passed."""
        now = self._stage.now()

        def lapse(tx: Transaction) -> list[Draft]:
            lapsed = []
            for draft in tx.drafts.in_states(LAPSING):
                if now < draft.lapses_at:
                    continue
                expired = ended(draft, DraftState.EXPIRED)
                if tx.drafts.move(expired, draft.state, draft.revision):
                    tx.audit.append(AuditEntry(Happening.EXPIRED, now, draft.id, {}))
                    lapsed.append(expired)
            return lapsed

        lapsed = await self._stage.store.run(worker, lapse) or []
        for draft in lapsed:
            self._questions.note(draft)
        if lapsed:
            await self._telling.announce(worker)

    async def _compose(self, worker: WorkerRef) -> None:
        """Take up questions whose composing was cut short, or whose sources changed."""
        for draft in await self._in(worker, DraftState.ASKED):
            self._answering.begin(worker, draft.id)  # a model may take long: a round waits for none

    async def _deliver(self, worker: WorkerRef) -> None:
        """Post what was approved and not yet claimed; read back claims of which nobody knows the end."""
        for draft in await self._in(worker, DraftState.APPROVED):
            await self._delivery.deliver(worker, draft.id)
        for draft in await self._in(worker, DraftState.POSTING):
            if draft.claimed_at and elapsed(draft.claimed_at, self._stage.now()) >= self._stage.policy.read_back_after:
                await self._delivery.read_back(worker, draft.id)

    async def _tell(self, worker: WorkerRef) -> None:
        """Tell askers how it ended who do not know yet.

        Of what was denied, ignored or lapsed they hear the same, at the deadline and not before; of a reply at once,
        should the process have ended between posting it and saying so.
        """
        for draft in await self._in(worker, DraftState.POSTED):
            if draft.told_at is None:
                await self._telling.outcome(draft)
        for draft in await self._in(worker, *ENDED_UNTOLD):
            if draft.told_at is None and self._stage.now() >= draft.lapses_at:
                await self._telling.outcome(draft)

    async def _clear(self, worker: WorkerRef) -> None:
        """Keep nothing of a posted reply's question, nor what the double wrote, once it cannot be undone any more."""

        def clear(tx: Transaction) -> None:
            for draft in tx.drafts.in_states({DraftState.POSTED}):
                if (draft.question or draft.composed) and not self._delivery.can_undo(draft):
                    kept = without_secrets(tx, draft, self._stage.policy.phone_regions)
                    tx.drafts.move(replace(kept, question="", composed=""), draft.state, draft.revision)

        if any(d.question or d.composed for d in await self._in(worker, DraftState.POSTED)):
            await self._stage.store.run(worker, clear)

    async def _announce(self, worker: WorkerRef) -> None:
        """Ring, once the worker's hours have begun, for what came in outside them.

        The first time after a start, a notice is put right too: the process may have ended before it said so.
        """
        is_first = worker not in self._notice_is_true
        self._notice_is_true.add(worker)
        await self._telling.announce(worker, only_news=not (is_first and await self._was_called(worker)))

    async def _was_called(self, worker: WorkerRef) -> bool:
        return any(draft.announced_at for draft in await self._in(worker, *DraftState))

    async def _backfill(self, worker: WorkerRef) -> None:
        if await self._stage.store.read(worker, lambda tx: tx.keepsakes.backfills()):
            self._backfilling.begin(worker)

    async def _compact(self, worker: WorkerRef) -> None:
        """Rewrite a file from which something was deleted, now and then, so that no word of it is left in it.

        What a worker deletes on their own page is rewritten at once, where they ask for it – or here, if it could not
        be then.
        """
        if await self._erasing.prove(worker):
            return
        now, last = self._stage.now(), self._compacted_at.get(worker)
        if last is not None and elapsed(last, now) < self._stage.policy.compact_after:
            return
        if await self._stage.store.compact(worker, only_if_due=True) is not None:
            self._compacted_at[worker] = now

    async def _tend_backups(self) -> None:
        """Look after the backups once an hour, and at the start: they hold no more than the doubles do."""
        now = self._stage.now()
        if self._tended_at is None or not timedelta() <= now - self._tended_at < BACKUPS_EVERY:
            self._tended_at = now
            await self._erasing.tend_backups()

    async def _in(self, worker: WorkerRef, *states: DraftState) -> tuple[Draft, ...]:
        return await self._stage.store.read(worker, lambda tx: tx.drafts.in_states(states)) or ()

    async def _guarded(self, name: str, job: Awaitable[object]) -> None:
        try:
            await job
        except BotError as error:
            self._log(logging.WARNING, name, error.code)
        except Exception as error:  # noqa: BLE001 - one job must not stop the next
            self._log(logging.ERROR, name, type(error).__name__)

    def _log(self, level: int, name: str, code: str) -> None:
        """Log a failure once a round: as many lines as workers would count those who joined."""
        if (name, code) not in self._told:
            self._told.add((name, code))
            log.log(level, "job %s failed: %s", name, code)
