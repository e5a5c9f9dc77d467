"""The refused questions in the memory store."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bot.refused import MOST_KEPT, RefusedQuestion
from storage.memory_state import Room
from storage.values import storable


class MemoryRefusedRepository(Room):
    """`bot.ports.RefusedRepository` in memory."""

    def all(self) -> tuple[RefusedQuestion, ...]:
        """Return those that are kept."""
        return tuple(sorted(self._state.refused.values(), key=lambda refused: (refused.at, refused.id), reverse=True))

    def put(self, refused: RefusedQuestion) -> None:
        """Keep one."""
        self._check_changing()
        old, new = self._state.refused.get(refused.id), replace(refused, words=storable(refused.words))
        self._state.refused[new.id] = new
        self.drop([oldest.id for oldest in self.all()[MOST_KEPT:]])
        self._state.is_due |= old is not None and old.words not in {"", new.words}

    def drop(self, ids: Collection[str]) -> int:
        """Erase some."""
        self._check_changing()
        gone = [self._state.refused.pop(one) for one in set(ids) & self._state.refused.keys()]
        self._state.is_due |= bool(gone)
        return len(gone)
