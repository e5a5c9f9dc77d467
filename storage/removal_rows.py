"""How much was redacted, in the worker's own file."""

from __future__ import annotations

from collections.abc import Iterable

from bot.redaction import Removal
from storage.connection import Connection
from storage.upkeep import note_words_gone

_COUNT = """INSERT INTO removals (reason, fingerprint, times) VALUES (?, ?, 1)
    ON CONFLICT (reason, fingerprint) DO UPDATE SET times = times + (fingerprint = '')"""


class SqlRemovalLog:
    """`bot.ports.RemovalLog` over SQL."""

    def __init__(self, connection: Connection, key: bytes) -> None:
        self._connection = connection
        self.key = key

    def note(self, removals: Iterable[Removal]) -> None:
        """Count what was taken out."""
        for removal in removals:
            self._connection.change(_COUNT, (removal.reason, removal.fingerprint))

    def erase(self) -> int:
        """Forget what was counted."""
        count = self._connection.change("DELETE FROM removals")
        if count:
            note_words_gone(self._connection)
        return count

    def counts(self) -> dict[str, int]:
        """Return how many of each sort."""
        return dict(self._connection.rows("SELECT reason, sum(times) FROM removals GROUP BY reason ORDER BY reason"))
