"""One worker's state in the memory store, and what every room over it has."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import date

from bot.agreed_words import AgreedWords
from bot.audit import ChainedEntry, ChainHead
from bot.consent import Grant, Shelf
from bot.drafts import Draft
from bot.messages import Backfill, LoggedMessage, Spending
from bot.preferences import Preferences
from bot.profile.claims import Claim
from bot.profile.versions import ProfileVersion
from bot.profile.voice import Tally
from bot.refs import ChannelRef, MessageRef, WorkerRef
from bot.refused import RefusedQuestion
from bot.reusable import ReusableAnswer
from bot.weekly import WeeklyNote
from storage.errors import other_worker, read_only


@dataclass(slots=True)
class State:
    """Everything of one worker's. The values are immutable; the collections are copied for each transaction."""

    grants: dict[str, Grant] = field(default_factory=dict)
    messages: dict[MessageRef, LoggedMessage] = field(default_factory=dict)
    removed: set[MessageRef] = field(default_factory=set)
    standing: dict[MessageRef, Shelf] = field(default_factory=dict)
    shelves: dict[Shelf, dict[MessageRef, tuple[str, ...]]] = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)
    audit: list[ChainedEntry] = field(default_factory=list)
    audit_head: ChainHead | None = None
    audit_key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    fingerprint_key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    preferences: Preferences = field(default_factory=Preferences)
    backfills: dict[ChannelRef, Backfill] = field(default_factory=dict)
    removals: dict[tuple[str, str], int] = field(default_factory=dict)  # by sort and fingerprint
    spending: dict[tuple[date, str], Spending] = field(default_factory=dict)
    agreed: dict[str, AgreedWords] = field(default_factory=dict)
    notes: dict[str, WeeklyNote] = field(default_factory=dict)
    refused: dict[str, RefusedQuestion] = field(default_factory=dict)
    recovery_seal: str = ""
    brought: tuple[str, ...] = ()
    withheld: dict[MessageRef, frozenset[str]] = field(default_factory=dict)
    read: set[MessageRef] = field(default_factory=set)
    claims: dict[str, Claim] = field(default_factory=dict)
    voice: dict[Shelf, Tally] = field(default_factory=dict)
    versions: dict[int, ProfileVersion] = field(default_factory=dict)
    reusable: dict[str, ReusableAnswer] = field(default_factory=dict)
    vectors: dict[MessageRef, tuple[float, bytes]] = field(default_factory=dict)
    vector_kind: tuple[str | None, int] = (None, 0)  # whose they are, and how many components they have
    is_due: bool = False

    def copy(self) -> State:
        """Return a state that can be changed without this one noticing."""
        return replace(
            self,
            grants=self.grants.copy(),
            messages=self.messages.copy(),
            removed=self.removed.copy(),
            standing=self.standing.copy(),
            shelves={shelf: documents.copy() for shelf, documents in self.shelves.items()},
            drafts=self.drafts.copy(),
            audit=self.audit.copy(),
            backfills=self.backfills.copy(),
            removals=self.removals.copy(),
            spending=self.spending.copy(),
            agreed=self.agreed.copy(),
            notes=self.notes.copy(),
            refused=self.refused.copy(),
            withheld=self.withheld.copy(),
            read=self.read.copy(),
            claims=self.claims.copy(),
            voice=self.voice.copy(),
            versions=self.versions.copy(),
            reusable=self.reusable.copy(),
            vectors=self.vectors.copy(),
        )


class Room:
    """What every repository here has: a worker, their state, and whether it may be changed."""

    def __init__(self, worker: WorkerRef, state: State, *, is_read_only: bool = False) -> None:
        self._worker = worker
        self._state = state
        self._is_read_only = is_read_only

    def _check_changing(self, owner: WorkerRef | None = None) -> None:
        if self._is_read_only:
            raise read_only()
        if owner is not None and owner != self._worker:
            raise other_worker()
