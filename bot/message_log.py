"""The message log: the one way in for a worker's words, and the one way out for what is to be forgotten.

Every function is a unit of work inside one transaction in the worker's own file.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.audit import AuditEntry, Happening
from bot.consent import Grant, admit
from bot.drafts import Draft, DraftState, composed_afresh, text_digest
from bot.events import MessageSaid
from bot.messages import Recorded
from bot.ports import Transaction
from bot.refs import MessageRef
from bot.terms import terms

REDRAFTED = frozenset({DraftState.PENDING, DraftState.APPROVED})
SCRUBBED = frozenset(DraftState) - {DraftState.ASKED, DraftState.PENDING, DraftState.APPROVED}


def take_note(
    tx: Transaction, message: MessageSaid, now: datetime, grants: tuple[Grant, ...] | None = None
) -> Recorded | None:
    """Log a message if its worker's grants admit it, and index it; None if they do not, and nothing is kept.

    `grants` spares reading them anew for each of many messages within one transaction.
    """
    consented = admit(message, tx.consent.all() if grants is None else grants, now)
    if consented is None:
        forget_outdated(tx, message, now)
        return None
    recorded = tx.messages.record(consented)
    if recorded in (Recorded.NEW, Recorded.REVISED):
        tx.index.put(consented.ref, consented.shelf, terms(consented.text))
    if recorded is Recorded.REVISED:
        rework_drafts(tx, {consented.ref}, now)
    return recorded


def forget_outdated(tx: Transaction, edited: MessageSaid, now: datetime) -> None:
    """Forget what is logged of a message whose edit may not be logged: the chat does not hold those words any more."""
    if edited.revised_at > edited.said_at and any(
        m.revised_at < edited.revised_at for m in tx.messages.find([edited.ref])
    ):
        forget(tx, [edited.ref], now)


def forget(tx: Transaction, refs: Collection[MessageRef], now: datetime) -> int:
    """Take messages out of the log, the index and every draft that quotes them; return how many were stored."""
    tx.index.remove(refs)
    count = tx.messages.remove(refs, now)
    rework_drafts(tx, refs, now)
    return count


def forget_on_request(tx: Transaction, refs: Collection[MessageRef], now: datetime) -> int:
    """Forget messages because their worker said so, and record how many in the audit chain."""
    count = forget(tx, refs, now)
    tx.audit.append(AuditEntry(Happening.FORGOTTEN, now, "", {"messages": count}))
    return count


def rework_drafts(tx: Transaction, refs: Collection[MessageRef], now: datetime) -> None:
    """Let no draft keep words that changed or went: one still open is composed afresh, one that ended loses them."""
    gone = frozenset(refs)
    digests = {m.ref: text_digest(m.text) for m in tx.messages.find(gone)}
    for draft in tx.drafts.in_states(frozenset(DraftState)):
        if not any(s.ref in gone and digests.get(s.ref) != s.digest for s in draft.sources):
            continue
        if draft.state in REDRAFTED:
            _compose_afresh(tx, draft, now)
        elif draft.state in SCRUBBED:
            scrubbed = tuple(replace(s, quote="") if s.ref in gone else s for s in draft.sources)
            tx.drafts.move(replace(draft, written="", sources=scrubbed), draft.state, draft.revision)


def _compose_afresh(tx: Transaction, draft: Draft, now: datetime) -> None:
    asked = composed_afresh(draft, draft.question)
    if tx.drafts.move(asked, draft.state, draft.revision):
        tx.audit.append(AuditEntry(Happening.VOIDED, now, draft.id, {"because": "source"}))
