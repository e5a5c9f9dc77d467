"""The one way to the language model: nothing is sent before consent and caps were looked at, and all is counted.

Counted are requests and tokens, never content. The model is a neighbour whom nobody trusts: what comes back is checked
by whoever asked (`bot.citing`, `bot.extracting`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Coroutine, Sequence
from datetime import UTC, date
from typing import Any, TypeVar

from bot.consent import Purpose, channels_open_to
from bot.errors import ModelError
from bot.messages import Spending
from bot.model import Completion, Embeddings, LanguageModel, ModelIdentity, Prompt, Usage, Vector, tokens_in
from bot.ports import Transaction
from bot.refs import ChannelRef, WorkerRef
from bot.stage import Stage

T = TypeVar("T", Completion, Embeddings)
DRAFT, REFRESH, EMBEDDING = "draft", "refresh", "embedding"


class Consulting:
    """Asks the language model on a worker's behalf, as far as that worker agreed and the day's caps allow."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._day = date.min
        self._spent = 0  # tokens of all workers today
        self._reserved: Counter[tuple[date, WorkerRef]] = Counter()  # tokens set aside for requests that run

    @property
    def identity(self) -> ModelIdentity | None:
        """Which model there is, and whose; None where there is none."""
        return self._stage.identity

    async def load(self) -> None:
        """Take up what was spent today before this start."""
        if self.identity is None:
            return
        today = self._today()
        for worker in await self._stage.store.workers():
            spent = await self._stage.store.read(worker, lambda tx: tx.keepsakes.spent(today)) or {}
            self._spent += sum(row.tokens for row in spent.values())

    async def open_channels(self, worker: WorkerRef, purpose: Purpose) -> frozenset[ChannelRef]:
        """Return the channels whose words the worker lets this model read for a purpose, at this moment."""
        return await self._stage.store.read(worker, lambda tx: open_to(tx, purpose, self._stage)) or frozenset()

    async def complete(
        self, worker: WorkerRef, what_for: str, prompt: Prompt, channels: Collection[ChannelRef]
    ) -> Completion:
        """Send a prompt that holds the worker's words from these channels. Raises `ModelError`.

        `not_agreed` if the worker does not let it read them (any more), `spent` if a cap is reached: nothing is sent.
        """
        model = await self._admitted(worker, channels)
        expected = Usage(tokens_in(prompt.system) + tokens_in(prompt.user), prompt.most_tokens)
        return await self._counted(worker, what_for, expected, model.complete(prompt))

    async def embed(
        self, worker: WorkerRef, texts: Sequence[str], channels: Collection[ChannelRef]
    ) -> tuple[Vector, ...]:
        """Return the embeddings of words from these channels (none for a question alone). Raises as `complete` does."""
        model = await self._admitted(worker, channels)
        expected = Usage(sum(map(tokens_in, texts)), 0)
        return (await self._counted(worker, EMBEDDING, expected, model.embed(texts))).vectors

    async def _admitted(self, worker: WorkerRef, channels: Collection[ChannelRef]) -> LanguageModel:
        """Return the model, if the worker lets it read words of all these channels now, for whatever they granted."""
        model = self._stage.model
        if model is None:
            raise ModelError("there is no language model", code="no_model")
        allowed = await self._stage.store.read(worker, lambda tx: _open_to_any(tx, self._stage)) or frozenset()
        if not allowed or not allowed >= frozenset(channels):
            raise ModelError("the worker does not let this model read these words", code="not_agreed")
        return model

    async def _counted(self, worker: WorkerRef, what_for: str, expected: Usage, call: Coroutine[Any, Any, T]) -> T:
        """Set the expected tokens aside, so that many requests at once cannot overrun a cap, and count the real ones.

        A request that failed may have cost all that was sent. One that runs past midnight is counted for the day it was
        made on, and holds back nothing of the next.
        """
        try:
            day = await self._reserve(worker, expected)
        except ModelError:
            call.close()
            raise
        cost = Usage(expected.prompt, 0)
        try:
            answer = await call
            cost = answer.usage
        finally:
            row = Spending(1, cost.prompt, cost.completion)
            try:
                await self._stage.store.run(worker, lambda tx: tx.keepsakes.spend(day, what_for, row))
            finally:
                self._release(worker, day, expected, cost)
        return answer

    async def _reserve(self, worker: WorkerRef, expected: Usage) -> date:
        """Set tokens aside, and return the day that they are of."""
        today, policy = self._today(), self._stage.policy
        spent = await self._stage.store.read(worker, lambda tx: tx.keepsakes.spent(today)) or {}
        own = sum(row.tokens for row in spent.values()) + self._reserved[today, worker]
        everybodys = self._spent + sum(tokens for (day, _), tokens in self._reserved.items() if day == today)
        if everybodys + expected.total > policy.tokens_a_day or own + expected.total > policy.tokens_a_day_per_worker:
            raise ModelError("the day's tokens are spent", code="spent")
        self._reserved[today, worker] += expected.total
        return today

    def _release(self, worker: WorkerRef, day: date, expected: Usage, cost: Usage) -> None:
        self._reserved[day, worker] -= expected.total
        if not self._reserved[day, worker]:
            del self._reserved[day, worker]
        if day == self._today():
            self._spent += cost.total

    def _today(self) -> date:
        """The day that is counted for, in UTC; with a new one the count begins anew."""
        today = self._stage.now().astimezone(UTC).date()
        if today != self._day:
            self._day, self._spent = today, 0
        return today


def open_to(tx: Transaction, purpose: Purpose, stage: Stage) -> frozenset[ChannelRef]:
    """Return the channels whose words the worker lets the model read for a purpose, at this moment."""
    identity = stage.identity
    return channels_open_to(tx.consent.all(), purpose, stage.now(), identity.recipient) if identity else frozenset()


def _open_to_any(tx: Transaction, stage: Stage) -> frozenset[ChannelRef]:
    return frozenset().union(*(open_to(tx, purpose, stage) for purpose in Purpose))
