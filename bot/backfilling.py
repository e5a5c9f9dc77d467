"""Reading a worker's earlier messages, and what a gap of the line left out: paged, resumable, and nobody else's.

All earlier ones are read only after the worker asked for it; of a gap what their grants cover, and within its limits.
"""

from __future__ import annotations

from dataclasses import replace

from bot.audit import AuditEntry, EntryFacts, Happening
from bot.errors import NotPermitted
from bot.gaps import MOST_MESSAGES, is_gap, note_unread, tell_unread
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
                if await self._read(worker, backfill):
                    await tell_unread(self._stage, worker)
        finally:
            self._running.discard(worker)

    async def _next(self, worker: WorkerRef) -> Backfill | None:
        return await self._stage.store.read(worker, lambda tx: next(iter(tx.keepsakes.backfills()), None))

    async def _read(self, worker: WorkerRef, backfill: Backfill) -> bool:
        """Read one page; whether the rest of a gap stays unread. A channel that is closed by now is given up."""
        since = backfill.since if is_gap(backfill) else None
        try:
            page = await self._stage.platforms.of(worker).history(worker, backfill.channel, backfill.cursor, since)
        except NotPermitted:
            return bool(await self._stage.store.run(worker, lambda tx: self._finish(tx, backfill, "not_permitted")))
        return bool(await self._stage.store.run(worker, lambda tx: self._learn(tx, backfill, page)))

    def _learn(self, tx: Transaction, backfill: Backfill, page: HistoryPage) -> bool:
        """Log one page; each message passes the same gate as one that is said now."""
        if not _is_wanted(tx, backfill):
            return False
        now, regions = self._stage.now(), self._stage.policy.phone_regions
        grants = tx.consent.all()
        notes = [take_note(tx, said, now, grants, regions) for said in page.messages if said.address is None]
        learned = backfill.learned + notes.count(Recorded.NEW)
        further = replace(backfill, cursor=page.cursor, learned=learned)
        tx.keepsakes.put_backfill(further)
        if page.cursor is None:
            return self._finish(tx, further)
        if is_gap(backfill) and learned >= MOST_MESSAGES:
            return self._finish(tx, further, "too_many")
        return False

    def _finish(self, tx: Transaction, backfill: Backfill, unread: str = "") -> bool:
        """End a back-fill; whether a gap stays unread from here on, for the reason that is given."""
        if not _is_wanted(tx, backfill):
            return False
        now = self._stage.now()
        tx.keepsakes.drop_backfill(backfill.channel)
        facts: EntryFacts = {"channel": str(backfill.channel), "messages": backfill.learned}
        tx.audit.append(AuditEntry(Happening.LEARNED, now, "", facts))
        if not unread or not is_gap(backfill):
            return False
        note_unread(tx, backfill, unread, now)
        return True


def _is_wanted(tx: Transaction, backfill: Backfill) -> bool:
    """Whether a back-fill stands as it did: it may have been withdrawn, or begun anew, while a page was read."""
    kept = tx.keepsakes.backfills()
    return any((b.channel, b.cursor, b.since) == (backfill.channel, backfill.cursor, backfill.since) for b in kept)
