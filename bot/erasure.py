"""Erasure in one worker's file: what goes, counted by kind, and the receipts that stay. Units of work.

What is erased is noted in the audit chain in the same transaction, in counts; that no word of it is left in the file is
noted once the file was rewritten. A receipt is read back from these entries, so that it lasts as long as they do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.audit import AuditEntry, EntryFacts, Happening
from bot.drafts import Draft, DraftState
from bot.message_log import REDRAFTED, SCRUBBED, compose_afresh, forget
from bot.messages import Span
from bot.ports import CompactionProof, Transaction
from bot.profile.topics import Topic, touches
from bot.profile.voice import Tally
from bot.refs import MessageRef
from bot.withholding import drop_about

KINDS = ("messages", "index", "vectors", "claims", "drafts", "answers", "refused", "voice", "versions")
"""What a receipt counts, in the order it is read. `voice` counts the channels whose manner of writing was counted anew,
`drafts` those that lost words, `refused` the refused questions that were listed, `versions` those of the profile that
lost a claim."""


class What(StrEnum):
    """What a worker asked to be erased."""

    MESSAGE = "message"
    SELECTION = "selection"  # channels, days
    TOPIC = "topic"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Receipt:
    """One erasure: counts by kind, and the proof that nothing of it is left; None while the file is still to do."""

    id: str
    what: What
    at: datetime
    counts: dict[str, int] = field(default_factory=dict)
    proof: CompactionProof | None = None


def erase(tx: Transaction, refs: Collection[MessageRef], now: datetime, erasure: str, what: What) -> int:
    """Erase messages and all that rests on them, note it, and return how many messages there were."""
    return _noted(tx, now, erasure, what, lambda: forget(tx, refs, now))["messages"]


def erase_about(tx: Transaction, topic: Topic, now: datetime, erasure: str) -> None:
    """Erase what is about a topic and is no message: claims, reusable answers, the words of drafts."""
    _noted(tx, now, erasure, What.TOPIC, lambda: _drop_about(tx, topic, now))


def erase_everything(tx: Transaction, now: datetime, erasure: str) -> int:
    """Erase all that is kept of the worker but the audit chain, their grants and settings; return how many messages.

    What is still to be read of earlier messages is called off, or they would come back.
    """
    return _noted(tx, now, erasure, What.EVERYTHING, lambda: _drop_everything(tx, now))["messages"]


def note_proof(tx: Transaction, erasures: Collection[str], proof: CompactionProof, now: datetime) -> None:
    """Note that the file was rewritten without what some erasures took."""
    facts: EntryFacts = {
        "pages_before": proof.pages_before,
        "pages_after": proof.pages_after,
        "wal_bytes": proof.wal_bytes,
        "backups": proof.backups,
        "backups_waiting": proof.backups_waiting,
        "backups_followed": proof.backups_followed,
    }
    for erasure in erasures:
        tx.audit.append(AuditEntry(Happening.ERASED, now, erasure, facts))


def waiting(tx: Transaction) -> tuple[str, ...]:
    """Return the erasures of which a backup was out of reach and has not followed yet."""
    return tuple(receipt.id for receipt in receipts(tx) if receipt.proof is not None and receipt.proof.backups_waiting)


def note_followed(tx: Transaction, erasures: Collection[str], now: datetime) -> None:
    """Note that the backups some erasures waited for hold nothing of it any more, or are gone."""
    for receipt in receipts(tx):
        proof = receipt.proof
        if receipt.id in erasures and proof is not None and proof.backups_waiting:
            followed = replace(proof, backups_waiting=0, backups_followed=proof.backups_waiting)
            note_proof(tx, (receipt.id,), followed, now)


def unproved(tx: Transaction) -> tuple[str, ...]:
    """Return the erasures after which the file was not rewritten yet."""
    return tuple(receipt.id for receipt in receipts(tx) if receipt.proof is None)


def receipts(tx: Transaction) -> tuple[Receipt, ...]:
    """Return the receipts of all erasures, the newest first."""
    found: dict[str, Receipt] = {}
    for chained in tx.audit.entries():
        entry = chained.entry
        if entry.happening is Happening.FORGOTTEN and "what" in entry.facts:
            before = found.get(entry.subject, Receipt(entry.subject, What(str(entry.facts["what"])), entry.at))
            counts = {kind: before.counts.get(kind, 0) + _count(entry.facts, kind) for kind in KINDS}
            found[entry.subject] = replace(before, counts=counts, proof=None)
        elif entry.happening is Happening.ERASED and entry.subject in found:
            found[entry.subject] = replace(found[entry.subject], proof=_proof(entry.facts))
    return tuple(reversed(found.values()))


def _proof(facts: EntryFacts) -> CompactionProof:
    names = ("pages_before", "pages_after", "wal_bytes", "backups", "backups_waiting", "backups_followed")
    return CompactionProof(*(_count(facts, name) for name in names))


def _count(facts: EntryFacts, name: str) -> int:
    value = facts.get(name, 0)
    return value if isinstance(value, int) else 0


class _Holdings:
    """How much there is of each kind, read before and after."""

    def __init__(self, tx: Transaction) -> None:
        self.messages = tx.messages.count()
        self.index = tx.index.frequencies(tx.index.shelves(), ()).documents
        self.vectors = tx.vectors.count()
        self.claims = frozenset(claim.id for claim in tx.profile.claims())
        self.drafts = {draft.id: _words(draft) for draft in tx.drafts.in_states(frozenset(DraftState))}
        self.answers = len(tx.reusable.all())
        self.refused = len(tx.refused.all())
        self.voice = tx.profile.voice()
        self.versions = {version.number: version.states.keys() for version in tx.profile.versions()}

    def lost(self, after: _Holdings) -> dict[str, int]:
        """Return how much less there is afterwards."""
        gone = self.claims - after.claims
        return {
            "messages": self.messages - after.messages,
            "index": self.index - after.index,
            "vectors": self.vectors - after.vectors,
            "claims": len(gone),
            "drafts": sum(after.drafts.get(draft) != words for draft, words in self.drafts.items()),
            "answers": self.answers - after.answers,
            "refused": self.refused - after.refused,
            "voice": sum(after.voice.get(shelf) != tally for shelf, tally in self.voice.items()),
            "versions": sum(n not in after.versions or not gone.isdisjoint(ids) for n, ids in self.versions.items()),
        }


def _words(draft: Draft) -> tuple[str, ...]:
    return (draft.written, draft.composed, *(source.quote for source in draft.sources))


def _noted(tx: Transaction, now: datetime, erasure: str, what: What, carry_out: Callable[[], object]) -> dict[str, int]:
    """Carry an erasure out, and note in the audit chain how much of each kind went; return the counts."""
    before = _Holdings(tx)
    carry_out()
    counts = before.lost(_Holdings(tx))
    facts: EntryFacts = {"what": what.value, **{kind: count for kind, count in counts.items() if count}}
    tx.audit.append(AuditEntry(Happening.FORGOTTEN, now, erasure, facts))
    return counts


def _drop_about(tx: Transaction, topic: Topic, now: datetime) -> None:
    drop_about(tx, topic, now)
    tx.refused.drop([refused.id for refused in tx.refused.all() if touches(topic, refused.words)])
    _scrub(tx, lambda draft: any(touches(topic, words) for words in (draft.question, *_words(draft)) if words))


def _drop_everything(tx: Transaction, now: datetime) -> None:
    forget(tx, tx.messages.refs(Span()), now)
    tx.profile.drop([claim.id for claim in tx.profile.claims()])
    for shelf in tx.profile.voice():
        tx.profile.put_voice(shelf, Tally())
    tx.profile.erase_versions()
    tx.reusable.drop([answer.id for answer in tx.reusable.all()])
    tx.refused.drop([refused.id for refused in tx.refused.all()])
    tx.removals.erase()
    for backfill in tx.keepsakes.backfills():
        tx.keepsakes.drop_backfill(backfill.channel)
    tx.keepsakes.set_preferences(replace(tx.keepsakes.preferences(), told_version=0))
    for draft in tx.drafts.in_states(REDRAFTED):
        compose_afresh(tx, draft, now, because="erased")
    _scrub(tx, lambda _: True)


def _scrub(tx: Transaction, is_meant: Callable[[Draft], bool]) -> None:
    """Leave no word of the worker's in drafts that ended or were sent."""
    for draft in tx.drafts.in_states(SCRUBBED):
        if any(_words(draft)) and is_meant(draft):
            sources = tuple(replace(source, quote="") for source in draft.sources)
            tx.drafts.move(replace(draft, written="", composed="", sources=sources), draft.state, draft.revision)
