"""Embeddings of what was logged: made in the background, batch by batch, from wherever the store says they stand."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.consent import Purpose
from bot.consulting import Consulting, open_to
from bot.errors import ModelError
from bot.messages import LoggedMessage
from bot.model import MOST_TEXTS
from bot.ports import Transaction
from bot.refs import MessageRef, WorkerRef
from bot.stage import Stage

PAUSE = timedelta(minutes=10)
"""After a failure the endpoint is left alone for so long; a spent day's share is looked at again as often."""

log = logging.getLogger("understudy.embedding")


class Embedding:
    """Gives every message that the model may read its vector, and those alone."""

    def __init__(self, stage: Stage, consulting: Consulting) -> None:
        self._stage = stage
        self._consulting = consulting
        self._running: set[WorkerRef] = set()
        self._not_before: dict[WorkerRef, datetime] = {}

    async def begin(self, worker: WorkerRef) -> None:
        """Let a worker's embeddings be made in the background, if any are missing and none are being made."""
        identity = self._stage.identity
        if identity is None or not identity.embedding or worker in self._running:
            return
        if self._stage.now() < self._not_before.get(worker, self._stage.now()):
            return
        if await self._next(worker):
            self._running.add(worker)
            self._stage.work.start("embed", self._run(worker))

    async def _run(self, worker: WorkerRef) -> None:
        try:
            while batch := await self._next(worker):
                if not await self._embed(worker, batch):
                    self._not_before[worker] = self._stage.now() + PAUSE
                    return
        finally:
            self._running.discard(worker)

    async def _next(self, worker: WorkerRef) -> tuple[LoggedMessage, ...]:
        """Return the newest messages without a vector, in channels whose words the model may read now."""

        def missing(tx: Transaction) -> tuple[LoggedMessage, ...]:
            channels = open_to(tx, Purpose.LOG, self._stage)
            return tx.vectors.missing(self._name, channels, MOST_TEXTS) if channels else ()

        return await self._stage.store.read(worker, missing) or ()

    async def _embed(self, worker: WorkerRef, batch: tuple[LoggedMessage, ...]) -> bool:
        """Have a batch embedded and keep what still stands as it was; false if nothing came of it."""
        channels = {m.ref.channel for m in batch}
        texts = [m.text if m.text.strip() else "-" for m in batch]  # an endpoint refuses what is empty
        try:
            vectors = await self._consulting.embed(worker, texts, channels)
        except ModelError as error:
            log.warning("embedding failed: %s", error.code)
            return False
        made = {m.ref: (m, vector) for m, vector in zip(batch, vectors, strict=True)}

        def keep(tx: Transaction) -> int:
            allowed = open_to(tx, Purpose.LOG, self._stage)
            stand: dict[MessageRef, LoggedMessage] = {m.ref: m for m in tx.messages.find(made)}
            kept = {
                ref: vector
                for ref, (m, vector) in made.items()
                if (now := stand.get(ref)) and now.text == m.text and ref.channel in allowed
            }
            return tx.vectors.put(self._name, kept)

        return bool(await self._stage.store.run(worker, keep))

    @property
    def _name(self) -> str:
        return self._stage.identity.embedding if self._stage.identity else ""
