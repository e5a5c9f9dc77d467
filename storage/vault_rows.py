"""What lets a worker take their double along, in their own file."""

from __future__ import annotations

from storage.connection import Connection


class SqlVaultRepository:
    """`bot.ports.VaultRepository` over SQL."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def recovery_seal(self) -> str:
        """Return what the recovery code is told by."""
        row = self._connection.row("SELECT seal FROM recovery")
        return str(row[0]) if row else ""

    def set_recovery_seal(self, seal: str) -> None:
        """Let another code be the right one."""
        self._connection.change("INSERT OR REPLACE INTO recovery (id, seal) VALUES (1, ?)", (seal,))

    def bring(self, document: str) -> None:
        """Keep what a vault told of an earlier file."""
        self._connection.change("INSERT INTO brought (document) VALUES (?)", (document,))

    def brought(self) -> tuple[str, ...]:
        """Return what was brought along."""
        return tuple(document for (document,) in self._connection.rows("SELECT document FROM brought ORDER BY number"))
