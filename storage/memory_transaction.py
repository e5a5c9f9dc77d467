"""One transaction of the memory store: every room over one state."""

from __future__ import annotations

from bot.refs import WorkerRef
from storage.memory_notes import MemoryNoteRepository
from storage.memory_profile import MemoryProfileRepository, MemoryReusableRepository
from storage.memory_refused import MemoryRefusedRepository
from storage.memory_removals import MemoryRemovalLog
from storage.memory_rooms import (
    MemoryAuditLog,
    MemoryConsentRepository,
    MemoryDraftRepository,
    MemoryKeepsakeRepository,
    MemoryMessageRepository,
    MemoryPassageIndex,
)
from storage.memory_state import State
from storage.memory_usage import MemoryUsageRepository
from storage.memory_vault import MemoryVaultRepository
from storage.memory_vectors import MemoryVectorIndex


class MemoryTransaction:
    """`bot.ports.Transaction` over one state."""

    def __init__(self, worker: WorkerRef, state: State, *, read_only: bool = False) -> None:
        self.worker = worker
        self.consent = MemoryConsentRepository(worker, state, is_read_only=read_only)
        self.messages = MemoryMessageRepository(worker, state, is_read_only=read_only)
        self.index = MemoryPassageIndex(worker, state, is_read_only=read_only)
        self.drafts = MemoryDraftRepository(worker, state, is_read_only=read_only)
        self.audit = MemoryAuditLog(worker, state, is_read_only=read_only)
        self.keepsakes = MemoryKeepsakeRepository(worker, state, is_read_only=read_only)
        self.vectors = MemoryVectorIndex(worker, state, is_read_only=read_only)
        self.usage = MemoryUsageRepository(worker, state, is_read_only=read_only)
        self.profile = MemoryProfileRepository(worker, state, is_read_only=read_only)
        self.removals = MemoryRemovalLog(worker, state, is_read_only=read_only)
        self.reusable = MemoryReusableRepository(worker, state, is_read_only=read_only)
        self.refused = MemoryRefusedRepository(worker, state, is_read_only=read_only)
        self.notes = MemoryNoteRepository(worker, state, is_read_only=read_only)
        self.vault = MemoryVaultRepository(worker, state, is_read_only=read_only)

    def cover(self) -> None:
        """In memory nothing is written."""
