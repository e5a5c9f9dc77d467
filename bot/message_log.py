"""The message log: the one way in for a worker's words, and the one way out for what is to be forgotten.

Every function is a unit of work inside one transaction in the worker's own file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.audit import AuditEntry, Happening
from bot.authorship import own_part, without_others
from bot.clearing import note_removed, redaction_for
from bot.consent import ConsentedMessage, Grant, Shelf, admit
from bot.drafts import OPEN, Draft, DraftState, Source, composed_afresh, text_digest
from bot.events import MessageSaid
from bot.messages import Recorded, Span
from bot.phone_numbers import DEFAULT_REGIONS
from bot.ports import Transaction
from bot.profile.topics import touched
from bot.redaction import Redaction, redact
from bot.refs import MessageRef, ThreadRef
from bot.reusable import ReusableAnswer
from bot.terms import terms
from bot.unlearning import unlearn

AT_ONCE = 500
"""Messages that are read together where all of a channel's are looked through."""

REDRAFTED = frozenset({DraftState.PENDING, DraftState.APPROVED})
SCRUBBED = frozenset(DraftState) - {DraftState.ASKED, DraftState.PENDING, DraftState.APPROVED}


def take_note(
    tx: Transaction,
    message: MessageSaid,
    now: datetime,
    grants: tuple[Grant, ...] | None = None,
    regions: Sequence[str] = DEFAULT_REGIONS,
) -> Recorded | None:
    """Log a message if its worker's grants admit it, and index it; None if they do not, and nothing is kept.

    Words of others and of the double that it passes on are left out of it (`bot.authorship`), then secrets and what the
    worker wants never learnt. `grants` spares reading them anew for each of many messages within one transaction;
    `regions` are those whose telephone numbers are known.
    """
    own, given = own_part(tx, message), tx.consent.all() if grants is None else grants
    consented = admit(own, given, now, redaction_for(tx, regions)) if own is not None else None
    if consented is None:
        forget_outdated(tx, message, now)
        return None
    before = tx.messages.find([message.ref]) if message.revised_at > message.said_at else ()
    dropped = unlearn(tx, [m for m in before if m.revised_at < message.revised_at])
    recorded = tx.messages.record(consented)
    if recorded in (Recorded.NEW, Recorded.REVISED):
        note_removed(tx, consented.text, *(m.text for m in before))
        if _is_held_back(tx, consented, is_new=recorded is Recorded.NEW):
            tx.index.remove([consented.ref])
        else:
            tx.index.put(consented.ref, consented.shelf, terms(consented.text))
    if recorded is Recorded.REVISED:
        rework_drafts(tx, {consented.ref}, now, claims=dropped)
        end_answers(tx, {consented.ref}, dropped)
    return recorded


def let_pass(message: MessageSaid, regions: Sequence[str] = DEFAULT_REGIONS) -> None:
    """Compute for a message that is not kept what one that is kept takes, and drop it: no time tells which it was."""
    terms(redact(without_others(message.text), Redaction(tuple(regions))))


def _is_held_back(tx: Transaction, message: ConsentedMessage, *, is_new: bool) -> bool:
    """Whether a message just stored is never to be used: for a topic it is about, or by its worker's word before."""
    topics = tx.keepsakes.preferences().topics
    about = {topic.id for topic in touched(topics, message.text)}
    for topic_id in sorted(about):
        tx.usage.withhold([message.ref], topic_id)
    if is_new:
        return bool(about)
    for topic in topics:
        if topic.id not in about:
            tx.usage.release([message.ref], topic.id)
    return any(m.is_withheld for m in tx.messages.find([message.ref]))


def forget_outdated(tx: Transaction, edited: MessageSaid, now: datetime) -> None:
    """Forget what is logged of a message whose edit may not be logged: the chat does not hold those words any more."""
    if edited.revised_at > edited.said_at and any(
        m.revised_at < edited.revised_at for m in tx.messages.find([edited.ref])
    ):
        forget(tx, [edited.ref], now)


def forget(tx: Transaction, refs: Collection[MessageRef], now: datetime) -> int:
    """Take messages out of the log, the index, the profile and all that rests on them; return how many were stored."""
    dropped = unlearn(tx, tx.messages.find(refs))
    tx.index.remove(refs)
    count = tx.messages.remove(refs, now)
    rework_drafts(tx, refs, now, claims=dropped)
    end_answers(tx, refs, dropped)
    return count


def said_in(tx: Transaction, thread: ThreadRef) -> tuple[MessageRef, ...]:
    """Return the messages of the log that stand in a thread; the one that it hangs from is none of them."""
    refs = tx.messages.refs(Span(thread.channel))
    parts = (refs[start : start + AT_ONCE] for start in range(0, len(refs), AT_ONCE))
    return tuple(m.ref for part in parts for m in tx.messages.find(part) if m.thread == thread)


def asked_in(tx: Transaction, thread: ThreadRef) -> tuple[str, ...]:
    """Return the drafts, by id, whose questions stand in a thread; the message that it hangs from is not in it."""
    asked = ((d.id, d.question_ref) for d in tx.drafts.in_states(OPEN) if d.thread == thread)
    return tuple(id_ for id_, ref in asked if ref is not None and ref.stamp != thread.root)


def end_answers(tx: Transaction, refs: Collection[MessageRef], claims: Collection[str] = ()) -> int:
    """Erase the reusable answers that rest on some messages or claims; return how many there were."""
    gone, dropped = frozenset(refs), frozenset(claims)

    def rests_on_them(answer: ReusableAnswer) -> bool:
        if not gone.isdisjoint(source.ref for source in answer.sources):
            return True
        draft = tx.drafts.get(answer.draft_id) if dropped else None
        return draft is not None and not dropped.isdisjoint(draft.claims)

    return tx.reusable.drop([answer.id for answer in tx.reusable.all() if rests_on_them(answer)])


def stands(tx: Transaction, sources: Iterable[Source], shelves: Collection[Shelf]) -> bool:
    """Whether every source is there, unchanged, to be used, and on one of the shelves."""
    wanted = tuple(sources)
    stored = {m.ref: m for m in tx.messages.find([source.ref for source in wanted])}
    return all(
        (message := stored.get(source.ref)) is not None
        and not message.is_withheld
        and text_digest(message.text) == source.digest
        and message.shelf in shelves
        for source in wanted
    )


def rework_drafts(
    tx: Transaction, refs: Collection[MessageRef], now: datetime, *, claims: Collection[str] = ()
) -> None:
    """Let no draft rest on words that changed, went or are held back, nor on claims that are gone.

    One still open is composed afresh, one that ended loses the words of messages that changed or went, and those of
    claims that were erased.
    """
    gone, dropped = frozenset(refs), frozenset(claims)
    if not gone and not dropped:
        return
    stored = {m.ref: m for m in tx.messages.find(gone)}
    digests = {ref: text_digest(m.text) for ref, m in stored.items()}
    erased = dropped.difference(claim.id for claim in tx.profile.claims()) if dropped else dropped
    for draft in tx.drafts.in_states(frozenset(DraftState)):
        changed = any(s.ref in gone and digests.get(s.ref) != s.digest for s in draft.sources)
        held = any(s.ref in stored and stored[s.ref].is_withheld for s in draft.sources)
        if draft.state in REDRAFTED and (changed or held or not dropped.isdisjoint(draft.claims)):
            compose_afresh(tx, draft, now, because="source")
        elif draft.state in SCRUBBED and (changed or not erased.isdisjoint(draft.claims)):
            scrubbed = tuple(replace(s, quote="") for s in draft.sources)
            tx.drafts.move(replace(draft, written="", composed="", sources=scrubbed), draft.state, draft.revision)


def compose_afresh(tx: Transaction, draft: Draft, now: datetime, *, because: str) -> None:
    """Let an open draft be a question again; what was shown or approved of it is void."""
    tx.drafts.move(composed_afresh(draft, draft.question), draft.state, draft.revision)
    tx.audit.append(AuditEntry(Happening.VOIDED, now, draft.id, {"because": because}))
