"""Taking out of what is kept already what is to be kept no more: after a new "never learn", or a newer table.

Units of work within a transaction. A log may be long: `clear_messages` goes over some messages at a time
(`bot.log_clearing`), `clear_the_rest` over everything else at once; `note_cleared` notes that all of it was seen, so
that what was cut short is taken up again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.audit import AuditEntry, Happening
from bot.clearing import note_removed, redaction_for
from bot.drafts import Draft, DraftState, composed_afresh
from bot.message_log import REDRAFTED, end_answers, rework_drafts
from bot.ports import Transaction
from bot.profile.claims import Claim, ClaimKind
from bot.profile.topics import MOST, Topic
from bot.redaction import Redaction, redact
from bot.redaction_rules import edition
from bot.refs import MessageRef
from bot.reusable import ReusableAnswer
from bot.settling import let_go
from bot.terms import terms
from bot.unlearning import unlearn

ON_ITS_WAY = frozenset({DraftState.POSTING, DraftState.UNSURE, DraftState.FAILED})
"""Words that were approved and may have to be posted still, or again: they are cleared once that is over."""


def name_of_redaction(tx: Transaction, regions: Sequence[str]) -> str:
    """Return what tells one redaction from another: the table's edition, regions, and ids of what is never learnt."""
    wanted = (topic.id for topic in tx.keepsakes.preferences().never_learn)
    return hashlib.sha256("|".join((edition(), *regions, *wanted)).encode()).hexdigest()[:16]


def keep_never_learn(tx: Transaction, topic: Topic, regions: Sequence[str], now: datetime) -> bool:
    """Never learn something from now on; it leaves everything but the log at once. False if it is not kept."""
    preferences = tx.keepsakes.preferences()
    wanted = preferences.never_learn
    if len(wanted) >= MOST or any((t.kind, t.text) == (topic.kind, topic.text) for t in wanted):
        return False
    tx.keepsakes.set_preferences(replace(preferences, never_learn=(*wanted, topic)))
    clear_the_rest(tx, redaction_for(tx, regions), now)
    tx.audit.append(AuditEntry(Happening.CLEARED, now, topic.id, {"patterns": 1}))
    return True


def drop_never_learn(tx: Transaction, topic_id: str, regions: Sequence[str], now: datetime) -> bool:
    """Learn something again from now on; what was taken out does not come back. False if there is no such thing."""
    preferences = tx.keepsakes.preferences()
    left = tuple(topic for topic in preferences.never_learn if topic.id != topic_id)
    if left == preferences.never_learn:
        return False
    was_cleared = preferences.cleared_by == name_of_redaction(tx, regions)
    tx.keepsakes.set_preferences(replace(preferences, never_learn=left))
    if was_cleared:
        note_cleared(tx, name_of_redaction(tx, regions))
    tx.audit.append(AuditEntry(Happening.RELEASED, now, topic_id, {"patterns": 1}))
    return True


def clear_messages(tx: Transaction, refs: Collection[MessageRef], redaction: Redaction, now: datetime) -> int:
    """Take out of some logged messages what is not to be kept; return how many of them changed.

    What rested on the old words goes with them, as it does when a message is edited.
    """
    found = [(m, redact(m.text, redaction)) for m in tx.messages.find(refs)]
    changed = {m.ref: (m, text) for m, text in found if text.removed}
    if not changed:
        return 0
    dropped = unlearn(tx, [m for m, _ in changed.values()])
    tx.messages.rewrite({ref: text for ref, (_, text) in changed.items()})
    for ref, (message, text) in changed.items():
        note_removed(tx, text, message.text)
        if not message.is_withheld:
            tx.index.put(ref, message.shelf, terms(text))
    rework_drafts(tx, changed, now, claims=dropped)
    end_answers(tx, changed, dropped)
    tx.audit.append(AuditEntry(Happening.CLEARED, now, "", {"messages": len(changed)}))
    return len(changed)


def clear_the_rest(tx: Transaction, redaction: Redaction, now: datetime) -> None:
    """Take out of claims, reusable answers, refused questions and drafts what is not to be kept.

    What the worker put right stays, without it; what was learnt, and answers that may answer again, go whole.
    """
    touched = [claim for claim in tx.profile.claims() if redact(claim.statement, redaction).removed]
    told = [claim for claim in touched if claim.kind is ClaimKind.CORRECTION]
    tx.profile.put([_cleared_claim(tx, claim, redaction) for claim in told])
    tx.profile.drop([claim.id for claim in touched if claim not in told])
    let_go(tx, [claim.id for claim in touched], now)
    tx.reusable.drop([answer.id for answer in tx.reusable.all() if _holds_any(_words_of(answer), redaction)])
    for refused in tx.refused.all():
        if (words := redact(refused.words, redaction)).removed:
            note_removed(tx, words, refused.words)
            tx.refused.put(replace(refused, words=words))
    for draft in tx.drafts.in_states(frozenset(DraftState) - ON_ITS_WAY):
        _clear_draft(tx, draft, redaction, now)


def note_cleared(tx: Transaction, name: str) -> None:
    """Note with which redaction all that is kept was gone over."""
    tx.keepsakes.set_preferences(replace(tx.keepsakes.preferences(), cleared_by=name))


def _cleared_claim(tx: Transaction, claim: Claim, redaction: Redaction) -> Claim:
    statement = redact(claim.statement, redaction)
    note_removed(tx, statement, claim.statement)
    return replace(claim, statement=statement)


def _words_of(answer: ReusableAnswer) -> Iterable[str]:
    return (*answer.titles, answer.text, *(source.quote for source in answer.sources))


def _holds_any(texts: Iterable[str], redaction: Redaction) -> bool:
    return any(redact(text, redaction).removed for text in texts)


def _clear_draft(tx: Transaction, draft: Draft, redaction: Redaction, now: datetime) -> None:
    """Clear one draft: an open one is composed afresh of the question that is left, another keeps what is left."""
    quotes = [source.quote for source in draft.sources]
    if not _holds_any((draft.question, draft.written, draft.composed, *quotes), redaction):
        return
    question = redact(draft.question, redaction)
    note_removed(tx, question, draft.question)
    if draft.state in REDRAFTED:
        tx.drafts.move(composed_afresh(draft, question), draft.state, draft.revision)
        tx.audit.append(AuditEntry(Happening.VOIDED, now, draft.id, {"because": "cleared"}))
        return
    kept = replace(
        draft,
        question=question,
        written=redact(draft.written, redaction),
        composed=redact(draft.composed, redaction),
        sources=tuple(replace(s, quote=redact(s.quote, redaction)) for s in draft.sources),
    )
    tx.drafts.move(kept, draft.state, draft.revision)
