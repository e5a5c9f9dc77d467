"""The embeddings in memory, compared one by one."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.consent import Shelf
from bot.messages import LoggedMessage, Span
from bot.model import Vector
from bot.ports import Near
from bot.refs import ChannelRef, MessageRef
from storage.memory_rooms import MemoryMessageRepository
from storage.memory_state import Room
from storage.values import length_of


class MemoryVectorIndex(Room):
    """`bot.ports.VectorIndex` in memory. Vectors are kept as they are in a file, so that they are as close there."""

    def put(self, model: str, vectors: Mapping[MessageRef, Vector]) -> int:
        """Keep vectors of stored messages."""
        self._check_changing()
        if not vectors:
            return 0
        from storage.sign_bits import quantised  # noqa: PLC0415 - numpy is loaded with the first vector

        kind = (model, length_of(vectors.values()))
        if self._state.vector_kind != kind:
            self._state.is_due |= bool(self._state.vectors)
            self._state.vectors.clear()
            self._state.vector_kind = kind
        kept = {ref: quantised(vector) for ref, vector in vectors.items() if self._stands(ref)}
        self._state.is_due |= not kept.keys().isdisjoint(self._state.vectors)
        self._state.vectors.update(kept)
        return len(kept)

    def _stands(self, ref: MessageRef) -> bool:
        return ref in self._state.messages and ref in self._state.standing

    def drop(self, channels: Collection[ChannelRef]) -> int:
        """Drop the vectors of some channels."""
        self._check_changing()
        gone = [ref for ref in self._state.vectors if ref.channel in channels]
        for ref in gone:
            del self._state.vectors[ref]
        self._state.is_due |= bool(gone)
        return len(gone)

    def missing(self, model: str, channels: Collection[ChannelRef], limit: int) -> tuple[LoggedMessage, ...]:
        """Return messages without a vector."""
        is_other = self._state.vector_kind[0] != model
        found = [
            message
            for message in MemoryMessageRepository(self._worker, self._state).page(Span(), len(self._state.messages))
            if message.ref.channel in channels
            and self._stands(message.ref)
            and (is_other or message.ref not in self._state.vectors)
        ]
        return tuple(found[: max(limit, 0)])

    def count(self, model: str | None = None) -> int:
        """Return how many vectors are kept."""
        return len(self._state.vectors) if model in {None, self._state.vector_kind[0]} else 0

    def search(self, shelves: Collection[Shelf], model: str, vector: Vector, limit: int) -> tuple[Near, ...]:
        """Return the nearest messages."""
        if self._state.vector_kind != (model, len(vector)):
            return ()
        from storage.sign_bits import cosines  # noqa: PLC0415 - as above

        standing = [ref for shelf in dict.fromkeys(shelves) for ref in self._state.shelves.get(shelf, {})]
        refs = [ref for ref in standing if ref in self._state.vectors]
        near = map(Near, refs, cosines([self._state.vectors[ref] for ref in refs], vector))
        return tuple(sorted(near, key=lambda one: (-one.cosine, one.ref))[: max(limit, 0)])
