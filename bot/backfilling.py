"""Reading a worker's earlier messages, only after they asked for it: paged, resumable, and nobody else's."""

from __future__ import annotations

from dataclasses import replace

from bot.audit import AuditEntry, EntryFacts, Happening
from bot.message_log import take_note
from bot.messages import Backfill, Recorded
from bot.ports import HistoryPage, Transaction
from bot.refs import WorkerRef
from bot.stage import Stage


class Backfilling:
    """Carries unfinished back-fills on, one page a transaction, from where the store says they stand."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._running: set[WorkerRef] = set()

    def begin(self, worker: WorkerRef) -> None:
        """Let a worker's back-fills run on in the background; those that run already are left alone."""
        if worker not in self._running:
            self._running.add(worker)
            self._stage.work.start("backfill", self._run(worker))

    async def _run(self, worker: WorkerRef) -> None:
        try:
            while backfill := await self._next(worker):
                page = await self._stage.platforms.of(worker).history(worker, backfill.channel, backfill.cursor)
                await self._stage.store.run(worker, lambda tx, b=backfill, p=page: self._learn(tx, b, p))  # type: ignore[misc]
        finally:
            self._running.discard(worker)

    async def _next(self, worker: WorkerRef) -> Backfill | None:
        return await self._stage.store.read(worker, lambda tx: next(iter(tx.keepsakes.backfills()), None))

    def _learn(self, tx: Transaction, backfill: Backfill, page: HistoryPage) -> None:
        """Log one page; each message passes the same gate as one that is said now."""
        if all(b.channel != backfill.channel or b.cursor != backfill.cursor for b in tx.keepsakes.backfills()):
            return  # withdrawn or begun anew while the page was read
        now, regions = self._stage.now(), self._stage.policy.phone_regions
        grants = tx.consent.all()
        notes = [take_note(tx, said, now, grants, regions) for said in page.messages if said.address is None]
        learned = backfill.learned + notes.count(Recorded.NEW)
        if page.cursor is not None:
            tx.keepsakes.put_backfill(replace(backfill, cursor=page.cursor, learned=learned))
            return
        tx.keepsakes.drop_backfill(backfill.channel)
        facts: EntryFacts = {"channel": str(backfill.channel), "messages": learned}
        tx.audit.append(AuditEntry(Happening.LEARNED, now, "", facts))
