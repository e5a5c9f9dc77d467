"""How much was redacted, in the memory store."""

from __future__ import annotations

from collections.abc import Iterable

from bot.redaction import Removal
from storage.memory_state import Room


class MemoryRemovalLog(Room):
    """`bot.ports.RemovalLog` in memory."""

    @property
    def key(self) -> bytes:
        """The key for fingerprints."""
        return self._state.fingerprint_key

    def note(self, removals: Iterable[Removal]) -> None:
        """Count what was taken out."""
        self._check_changing()
        for removal in removals:
            what = (removal.reason, removal.fingerprint)
            self._state.removals[what] = 1 if removal.fingerprint else self._state.removals.get(what, 0) + 1

    def erase(self) -> int:
        """Forget what was counted."""
        self._check_changing()
        count = len(self._state.removals)
        self._state.removals.clear()
        self._state.is_due |= count > 0
        return count

    def counts(self) -> dict[str, int]:
        """Return how many of each sort."""
        counts: dict[str, int] = {}
        for (reason, _), times in sorted(self._state.removals.items()):
            counts[reason] = counts.get(reason, 0) + times
        return counts
