"""What lets a worker take their double along, in the memory store."""

from __future__ import annotations

from storage.memory_state import Room


class MemoryVaultRepository(Room):
    """`bot.ports.VaultRepository` in memory."""

    def recovery_seal(self) -> str:
        """Return what the recovery code is told by."""
        return self._state.recovery_seal

    def set_recovery_seal(self, seal: str) -> None:
        """Let another code be the right one."""
        self._check_changing()
        self._state.recovery_seal = seal

    def bring(self, document: str) -> None:
        """Keep what a vault told of an earlier file."""
        self._check_changing()
        self._state.brought = (*self._state.brought, document)

    def brought(self) -> tuple[str, ...]:
        """Return what was brought along."""
        return self._state.brought
