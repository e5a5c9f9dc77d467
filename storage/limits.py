"""What a file brought back from a backup may not forget, if the damaged one in whose place it comes still tells it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from bot.consent import Grant
from bot.drafts import DraftState
from bot.errors import StoreError
from bot.ports import Transaction
from bot.refs import WorkerRef
from storage.worker_file import WorkerFile

T = TypeVar("T")


def take_limits(file: WorkerFile, later: WorkerFile, worker: WorkerRef) -> None:
    """Let no consent hold in an earlier state of a file that has ended in a later one, nor a recovery code open it.

    A pause that may not be resumed any more stands in a grant of its own, so ended grants that are missing are added;
    what was given since is not, and is asked again. A code that the later state does not tell any more opens nothing.
    What is never used or learnt, and who is muted, is as it was chosen last.
    """
    none: tuple[Grant, ...] = ()
    ended = [grant for grant in _told(later, worker, lambda tx: tx.consent.all(), none) if grant.closed_at is not None]
    seal = _told(later, worker, lambda tx: tx.vault.recovery_seal(), "")
    chosen = _told(later, worker, lambda tx: tx.keepsakes.preferences(), None)
    with file.writing(worker, lambda: None) as tx:
        known = {grant.id for grant in tx.consent.all()}
        tx.consent.add(grant for grant in ended if grant.id not in known)
        for grant in ended:
            _close(tx, grant)
        tx.vault.set_recovery_seal(seal)
        if chosen is not None:
            tx.keepsakes.set_preferences(replace(chosen, cleared_by=""))  # the log is gone over once more with them


def ask_again(file: WorkerFile, worker: WorkerRef) -> None:
    """Let no draft of a backup be posted unasked: it may have been posted, or taken back, since the backup was made."""
    with file.writing(worker, lambda: None) as tx:
        for draft in tx.drafts.in_states({DraftState.APPROVED, DraftState.POSTING}):
            if draft.state is DraftState.POSTING:
                again = replace(draft, state=DraftState.UNSURE, announced_at=None)
            else:
                again = replace(
                    draft, state=DraftState.PENDING, revision=draft.revision + 1, approved_digest="", decided_at=None
                )
            tx.drafts.move(again, draft.state, draft.revision)


def _close(tx: Transaction, grant: Grant) -> None:
    if grant.closed_at is not None and grant.closure is not None:
        tx.consent.close([grant.id], grant.closed_at, grant.closure)


def _told(file: WorkerFile, worker: WorkerRef, ask: Callable[[Transaction], T], otherwise: T) -> T:
    """Ask a file that may be damaged just there."""
    try:
        with file.reading(worker) as tx:
            return ask(tx)
    except StoreError:
        return otherwise
