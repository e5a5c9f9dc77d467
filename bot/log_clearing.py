"""Going over all that a worker's file holds and taking out what is to be kept no more, in short steps."""

from __future__ import annotations

from bot.clearing import redaction_for
from bot.clearing_up import clear_messages, clear_the_rest, name_of_redaction, note_cleared
from bot.drafts import Draft
from bot.log_pages import Page, look_through
from bot.never_use import NeverUse, voided
from bot.ports import Transaction
from bot.redaction import Redaction, redact
from bot.refs import MessageRef, WorkerRef
from bot.stage import Stage
from bot.withholding import BLOCK


class LogClearing:
    """Brings all that is kept up to date: at once after a new "never learn", in a round after a newer table."""

    def __init__(self, stage: Stage, never_use: NeverUse) -> None:
        self._stage = stage
        self._never_use = never_use
        self._under_way: set[WorkerRef] = set()

    async def finish(self, worker: WorkerRef) -> None:
        """Go over a file that was never gone over with the redaction of today; one that was is left alone."""
        regions = self._stage.policy.phone_regions

        def is_due(tx: Transaction) -> bool:
            return tx.keepsakes.preferences().cleared_by != name_of_redaction(tx, regions)

        if worker not in self._under_way and await self._stage.store.read(worker, is_due):
            await self.go_over(worker)

    async def go_over(self, worker: WorkerRef) -> int:
        """Take out of everything what is not to be kept; return how many messages changed."""
        self._under_way.add(worker)
        try:
            return await self._go_over(worker)
        finally:
            self._under_way.discard(worker)

    async def _go_over(self, worker: WorkerRef) -> int:
        stage, regions = self._stage, self._stage.policy.phone_regions
        begun = await stage.store.read(worker, lambda tx: (name_of_redaction(tx, regions), redaction_for(tx, regions)))
        if begun is None:
            return 0
        name, redaction = begun
        count = 0
        async for refs in look_through(stage, worker, lambda page: _to_be_cleared(page, redaction)):
            for start in range(0, len(refs), BLOCK):
                count += await self._clear(worker, refs[start : start + BLOCK], redaction)
        now = stage.now()

        def end(tx: Transaction) -> None:
            clear_the_rest(tx, redaction, now)
            note_cleared(tx, name)  # should something have been added meanwhile, it is another name by now

        drafts = await stage.store.run(worker, lambda tx: voided(tx, lambda: end(tx))[0])
        await self._compose_again(worker, drafts or ())
        return count

    async def _clear(self, worker: WorkerRef, refs: list[MessageRef], redaction: Redaction) -> int:
        now = self._stage.now()

        def clear(tx: Transaction) -> tuple[tuple[Draft, ...], int]:
            return voided(tx, lambda: clear_messages(tx, refs, redaction, now))

        drafts, count = await self._stage.store.run(worker, clear) or ((), 0)
        await self._compose_again(worker, drafts)
        return count

    async def _compose_again(self, worker: WorkerRef, drafts: tuple[Draft, ...]) -> None:
        await self._never_use.compose_again(drafts, await self._stage.platforms.words_for(worker))


def _to_be_cleared(page: Page, redaction: Redaction) -> list[MessageRef]:
    return [message.ref for message in page if redact(message.text, redaction).removed]
