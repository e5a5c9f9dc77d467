"""Ends and freezes as they happen: what they stop, what they erase, and what follows outside the worker's file."""

from __future__ import annotations

from bot.errors import PlatformError
from bot.events import AccessLost
from bot.lapsing import Rested, freeze, is_restless, let_rest
from bot.ports import Transaction
from bot.questions import OpenQuestions
from bot.refs import WorkerRef
from bot.reminding import Reminding
from bot.shown_answers import ShownAnswers
from bot.stage import Stage
from bot.standing import Standing, standing_of
from bot.telling import Telling


class Resting:
    """Lets rest what may not be used any more."""

    def __init__(
        self, stage: Stage, questions: OpenQuestions, telling: Telling, shown: ShownAnswers, reminding: Reminding
    ) -> None:
        self._stage = stage
        self._questions = questions
        self._telling = telling
        self._shown = shown
        self._reminding = reminding

    async def look_after(self, worker: WorkerRef) -> None:
        """Let rest what has ended; tell the worker, within their hours, of what ends, and of words that changed."""
        now, policy = self._stage.now(), self._stage.policy
        if await self._stage.store.read(worker, lambda tx: is_restless(tx, now, policy)):
            rested = await self._stage.store.run(worker, lambda tx: let_rest(tx, now, policy))
            await self._follow_up(worker, rested or Rested())
        await self._reminding.remind(worker)

    async def access_lost(self, event: AccessLost) -> None:
        """Freeze what rests on access that is gone, before this returns; then tell the worker, if they can be told."""
        for worker in [event.person] if event.person else await self._stage.store.workers():
            if (worker.platform, worker.workspace) == (event.platform, event.workspace):
                await self._freeze(worker, event)

    async def _freeze(self, worker: WorkerRef, event: AccessLost) -> None:
        now = self._stage.now()
        frozen = await self._stage.store.run(worker, lambda tx: freeze(tx, event.channel, event.loss.value, now))
        if not frozen:
            return
        await self._follow_up(worker, frozen)
        if event.channel is not None and await self._stage.store.read(worker, self._may_show):
            await self._reminding.say_frozen(worker, event.channel)

    async def _follow_up(self, worker: WorkerRef, rested: Rested) -> None:
        for draft in rested.drafts:
            self._questions.note(draft)
        if rested.forgotten:
            await self._stage.store.compact(worker)
            await self._reminding.say_forgotten(worker, rested.forgotten)
        try:
            if rested.drafts:
                await self._telling.announce(worker)
            if not await self._stage.store.read(worker, self._may_show):
                await self._shown.take_down_all(worker)
        except PlatformError:
            return  # what an account or a platform that is gone still shows is out of reach

    def _may_show(self, tx: Transaction) -> bool:
        return standing_of(tx.consent.all(), self._stage.now()) in {Standing.IN_FORCE, Standing.PAUSED}
