"""One worker's message log in memory, made through the real gate and the real index."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.consent import Grant, Purpose
from bot.events import MessageSaid
from bot.message_log import take_note
from bot.ports import Transaction
from bot.refs import ChannelRef, WorkerRef
from storage.memory_state import State
from storage.memory_transaction import MemoryTransaction

YEARS = timedelta(days=36_500)


class WorkerLog:
    """What one worker's double may know; grows by `learn`."""

    def __init__(self, worker: WorkerRef, channels: Iterable[ChannelRef], start: datetime) -> None:
        self._transaction = MemoryTransaction(worker, State())
        self._grants = tuple(
            Grant(str(channel), worker, Purpose.LOG, channel, start, start - YEARS, start + YEARS, "")
            for channel in channels
        )
        self.tx.consent.add(self._grants)

    @property
    def tx(self) -> Transaction:
        """The open transaction: everything learnt so far."""
        return self._transaction

    def learn(self, messages: Iterable[MessageSaid], now: datetime) -> None:
        """Take note of messages of the worker's."""
        for message in messages:
            take_note(self._transaction, message, now, self._grants)
