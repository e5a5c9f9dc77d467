"""Erasing on a worker's word: out of everything at once, then out of the file's last byte, with a receipt of both."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress

from bot.erasure import (
    Receipt,
    What,
    erase,
    erase_about,
    erase_everything,
    note_followed,
    note_proof,
    receipts,
    unproved,
    waiting,
)
from bot.errors import StoreError
from bot.ports import Transaction
from bot.profile.topics import Topic
from bot.refs import MessageRef, WorkerRef
from bot.shown_answers import ShownAnswers
from bot.stage import Stage

log = logging.getLogger("understudy.erasing")

BLOCK = 2_000
"""Messages erased in one transaction, so that a long log is not held up."""

_LATER = frozenset({"in_use", "full"})
"""Why a file may not be rewritten now, and can be in a while: somebody reads it, or there is no room for its copy."""


class Erasing:
    """The one way on which anything of a worker's is erased while they stay joined."""

    def __init__(self, stage: Stage, shown: ShownAnswers) -> None:
        self._stage = stage
        self._shown = shown
        self._all_proved: set[WorkerRef] = set()  # the audit chain is long: it is read once after a start

    async def erase(
        self, worker: WorkerRef, what: What, refs: Sequence[MessageRef], about: Topic | None = None
    ) -> Receipt | None:
        """Erase messages, and with `about` all that is concluded or answered about it; None if nothing was there."""
        now, erasure = self._stage.now(), _new_id()
        steps: list[Callable[[Transaction], object]] = []
        if about is not None:
            steps.append(lambda tx: erase_about(tx, about, now, erasure))
        for start in range(0, len(refs), BLOCK):
            block = refs[start : start + BLOCK]
            steps.append(lambda tx, block=block: erase(tx, block, now, erasure, what))  # type: ignore[misc]
        return await self._carry_out(worker, erasure, steps)

    async def erase_everything(self, worker: WorkerRef) -> Receipt | None:
        """Erase all that is kept of a worker who stays joined; None if they are not."""
        now, erasure = self._stage.now(), _new_id()
        return await self._carry_out(worker, erasure, [lambda tx: erase_everything(tx, now, erasure)])

    async def prove(self, worker: WorkerRef) -> bool:
        """Rewrite the file for erasures that have no proof yet; say whether there were any."""
        if worker in self._all_proved:
            return False
        if not await self._stage.store.read(worker, unproved):
            self._all_proved.add(worker)
            return False
        await self._rewrite(worker)
        return True

    async def tend_backups(self) -> None:
        """Bring the backups up to date; once none is out of reach, the receipts that waited for one say so."""
        now, waited = self._stage.now(), dict[WorkerRef, tuple[str, ...]]()
        for worker in await self._stage.store.workers():
            with suppress(StoreError):  # a file that cannot be read holds up no backup of another
                waited[worker] = await self._stage.store.read(worker, waiting) or ()
        if await self._stage.store.tend_backups(now):
            return
        for worker, erasures in waited.items():
            if erasures:  # those from before alone: what was erased meanwhile may wait for a folder lost meanwhile
                await self._stage.store.run(worker, lambda tx, ids=erasures: note_followed(tx, ids, now))  # type: ignore[misc]

    async def _carry_out(
        self, worker: WorkerRef, erasure: str, steps: Sequence[Callable[[Transaction], object]]
    ) -> Receipt | None:
        for step in steps:
            self._all_proved.discard(worker)
            await self._stage.store.run(worker, step)
        if not steps or await self._receipt(worker, erasure) is None:
            return None
        await self._shown.take_down_gone(worker)
        await self.prove(worker)
        return await self._receipt(worker, erasure)

    async def _receipt(self, worker: WorkerRef, erasure: str) -> Receipt | None:
        known = await self._stage.store.read(worker, receipts) or ()
        return next((receipt for receipt in known if receipt.id == erasure), None)

    async def _rewrite(self, worker: WorkerRef) -> None:
        """Rewrite the file and note the proof; neither if that has to wait: what is not proved is never said to be."""
        try:
            proof = await self._stage.store.compact(worker)
        except StoreError as error:
            if error.code not in _LATER:
                raise
            log.warning("a file could not be rewritten yet: %s", error.code)
            return
        if proof is not None:  # none where the file went meanwhile: its worker left
            now = self._stage.now()
            await self._stage.store.run(worker, lambda tx: note_proof(tx, unproved(tx), proof, now))


def _new_id() -> str:
    return f"e_{secrets.token_hex(8)}"
