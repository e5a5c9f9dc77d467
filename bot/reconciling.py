"""Access that was lost while nobody told: looked for at the start and once a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.events import AccessLost, Loss
from bot.ports import Transaction
from bot.refs import ChannelRef, WorkerRef
from bot.resting import Resting
from bot.stage import Stage
from bot.standing import paused_grants

EVERY = timedelta(days=1)


class Reconciling:
    """Asks a worker's own platform whether what they consented for is still within reach."""

    def __init__(self, stage: Stage, resting: Resting) -> None:
        self._stage = stage
        self._resting = resting
        self._looked_at: dict[WorkerRef, datetime] = {}

    async def look_after(self, worker: WorkerRef) -> None:
        """Freeze what is out of reach, as its event would have. Where the platform gives no answer, nothing is done."""
        now, last = self._stage.now(), self._looked_at.get(worker)
        if last is not None and timedelta() <= now - last < EVERY:
            return
        channels = await self._stage.store.read(worker, self._channels) or frozenset()
        if not channels:
            return
        if loss := await self._loss_of(worker):
            await self._lose(worker, loss, None)
        else:
            for channel in sorted(channels):
                if loss := await self._loss_in(worker, channel):
                    await self._lose(worker, loss, channel)
        self._looked_at[worker] = now

    async def _loss_of(self, worker: WorkerRef) -> Loss | None:
        person = await self._stage.platforms.of(worker).directory.person(worker)
        if person is None or not person.is_active:
            return Loss.DEACTIVATED
        return Loss.RESTRICTED if person.is_guest and not self._stage.policy.lets_guests else None

    async def _loss_in(self, worker: WorkerRef, channel: ChannelRef) -> Loss | None:
        directory = self._stage.platforms.of(worker).directory
        if await directory.channel(channel) is None:
            return Loss.ARCHIVED
        return None if await directory.is_member(worker, channel) else Loss.LEFT

    async def _lose(self, worker: WorkerRef, loss: Loss, channel: ChannelRef | None) -> None:
        await self._resting.access_lost(AccessLost(worker.platform, worker.workspace, loss, worker, channel))

    def _channels(self, tx: Transaction) -> frozenset[ChannelRef]:
        """Where something holds, or would if it were resumed."""
        grants, now = tx.consent.all(), self._stage.now()
        resumable = [grant for grant in paused_grants(grants) if now < grant.ends_at]
        return frozenset(grant.channel for grant in (*(g for g in grants if g.is_open(now)), *resumable))
