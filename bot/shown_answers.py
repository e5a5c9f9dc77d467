"""Who was shown which reusable answer: taken down again when the answer does not stand any more, or its worker leaves.

The audit chain holds it durably, for erased answers too; it is read once a worker, and kept in step in memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.audit import AuditEntry, Happening
from bot.errors import PlatformError
from bot.ports import Transaction
from bot.refs import PersonRef, WorkerRef
from bot.stage import Stage
from bot.views import Notice

REMEMBERED = timedelta(days=30)
"""What was shown longer ago is not looked after any more."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer, shown to one person for one question."""

    answer_id: str
    question_id: str
    asker: PersonRef
    at: datetime

    @property
    def key(self) -> str:
        """The notice's key, the same whenever it is asked for: with it the notice is found again."""
        return "a_" + hashlib.sha256(f"{self.answer_id}|{self.question_id}".encode()).hexdigest()[:20]


class ShownAnswers:
    """Looks after what was shown of every worker's reusable answers."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._shown: dict[WorkerRef, dict[str, Shown]] = {}

    async def note(self, worker: WorkerRef, shown: Shown) -> None:
        """Remember what was just told – and take it down at once if the answer went in the meantime."""
        (await self._recent(worker))[shown.key] = shown
        await self.take_down_gone(worker)

    async def take_down_gone(self, worker: WorkerRef) -> None:
        """Take down what was shown of answers that are erased, held back, or approved anew since."""
        recent = await self._recent(worker)
        if recent:
            standing = await self._stage.store.read(worker, _standing) or {}
            await self._take_down(
                recent, [s for s in recent.values() if (since := standing.get(s.answer_id)) is None or s.at < since]
            )

    async def take_down_all(self, worker: WorkerRef) -> None:
        """Take down everything that was shown: its worker leaves. What a platform does not take down now stays."""
        recent = await self._recent(worker)
        await self._take_down(recent, list(recent.values()))
        self._shown.pop(worker, None)

    async def _recent(self, worker: WorkerRef) -> dict[str, Shown]:
        since = self._stage.now() - REMEMBERED
        if worker not in self._shown:
            read = await self._stage.store.read(worker, lambda tx: _read(tx, since)) or {}
            self._shown[worker] = read | self._shown.get(worker, {})  # something may have been noted meanwhile
        recent = self._shown[worker]
        for key in [key for key, shown in recent.items() if shown.at <= since]:
            del recent[key]
        return recent

    async def _take_down(self, recent: dict[str, Shown], shown: Iterable[Shown]) -> None:
        """Take notices down; one whose platform does not answer is left for the next time."""
        for one in shown:
            try:
                await take_down(self._stage, one.asker, one.key)
            except PlatformError:
                continue
            recent.pop(one.key, None)


async def take_down(stage: Stage, person: PersonRef, key: str) -> None:
    """Take a shown answer away from its reader."""
    notice = Notice(person, key, "reused", "", stage.now(), quiet=True, is_over=True)
    await stage.platforms.of(person).tell(notice)


def _standing(tx: Transaction) -> dict[str, datetime]:
    """The answers that may be shown, and since when they were approved as they are."""
    return {answer.id: answer.approved_at for answer in tx.reusable.all() if not answer.is_withheld}


def _read(tx: Transaction, since: datetime) -> dict[str, Shown]:
    entries = [chained.entry for chained in tx.audit.entries()]
    shown = [_shown(entry) for entry in entries if entry.happening is Happening.REUSED and entry.at > since]
    return {one.key: one for one in shown}


def _shown(entry: AuditEntry) -> Shown:
    asker = PersonRef(*str(entry.facts["asker"]).split("/", 2))
    return Shown(entry.subject, str(entry.facts["question"]), asker, entry.at)
