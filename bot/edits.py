"""What a worker's edit of a draft teaches: rules for the next one, and the sentences of it that are their own.

Units of work within a transaction, and pure decisions. What the double wrote is never evidence, edited or not.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.audit import AuditEntry, Happening
from bot.consent import Shelf
from bot.drafts import Draft
from bot.lessons import Lesson, lessons
from bot.ports import Transaction
from bot.profile.claims import RULES, Claim, ClaimOrigin, ClaimState
from bot.profile.topics import held_by
from bot.refs import MessageRef
from bot.sentences import sentences
from bot.terms import query_terms, terms
from bot.words import Words

NEW = 0.5
"""A sentence is its writer's if no single sentence that was given has more than the rest of its telling words."""


def propose_rules(tx: Transaction, shown: Draft, sent: Draft, audience: Shelf, words: Words, now: datetime) -> int:
    """Propose what an edit teaches, in the worker's language, to be kept or dropped; return how many rules that is.

    `shown` is the draft as the worker read it, `sent` as they approved it, `audience` where it will stand. A rule that
    the worker has already, or dropped before, is not proposed again on its shelf; another shelf's decide nothing.
    """
    take_back_rules(tx, shown.id)
    claims = tx.profile.claims()
    known = {(claim.statement, claim.shelf) for claim in claims if claim.kind in RULES}
    found = lessons(shown.composed, sent.written)
    rules = [_rule(lesson, shown, _behind(lesson, shown, claims), audience, words, now) for lesson in found]
    topics = tx.keepsakes.preferences().topics
    new = [r for r in rules if (r.statement, r.shelf) not in known and not held_by(topics, r.statement)]
    tx.profile.put(new)
    if new:
        tx.audit.append(AuditEntry(Happening.LESSON, now, shown.id, {"rules": len(new)}))
    return len(new)


def take_back_rules(tx: Transaction, draft_id: str) -> int:
    """Erase the rules that an edit of this draft proposed and that its worker has not decided on; return how many."""
    waiting = [c.id for c in tx.profile.claims() if c.source == draft_id and c.state is ClaimState.WAITING]
    return tx.profile.drop(waiting) if waiting else 0


def own_words(tx: Transaction, draft: Draft) -> str:
    """Return what of an edited answer its worker wrote themself: sentences that say what the double did not give them.

    All of it where the double had nothing to say; empty where every sentence comes from the draft or from a message
    that it quotes, as it stood or slightly changed.
    """
    if not draft.is_edited:
        return ""
    if not draft.composed:
        return "" if draft.sources else draft.written
    stored = tx.messages.find([source.ref for source in draft.sources])
    given = [draft.composed, *(source.quote for source in draft.sources), *(message.text for message in stored)]
    pieces = [frozenset(terms(piece)) for text in given for piece in sentences(text)]
    return "\n".join(piece for piece in sentences(draft.written) if _is_own(piece, pieces))


def _is_own(sentence: str, given: Iterable[frozenset[str]]) -> bool:
    telling = query_terms(sentence)
    fewest = min((sum(term not in piece for term in telling) for piece in given), default=len(telling))
    return fewest > 0 and fewest >= NEW * len(telling)


def _rule(
    lesson: Lesson, draft: Draft, behind: tuple[MessageRef, ...], audience: Shelf, words: Words, now: datetime
) -> Claim:
    """One rule as a claim. With words of an answer in it, it is for those alone who may read that answer."""
    return Claim(
        id=f"r_{secrets.token_hex(8)}",
        kind=lesson.kind,
        statement=words.say(lesson.key, **lesson.values),
        shelf=audience if lesson.said else None,
        worded_by=behind,
        evidence=behind,
        first_seen=now,
        last_seen=now,
        origin=ClaimOrigin.WORKER,
        source=draft.id,
    )


def _behind(lesson: Lesson, draft: Draft, claims: Sequence[Claim]) -> tuple[MessageRef, ...]:
    """The messages that the words in a rule come from, oldest first: when one of them goes, so does the rule."""
    if not lesson.said:
        return ()
    notes = [claim for claim in claims if claim.id in draft.claims]
    told = [(s.quote, (s.ref,)) for s in draft.sources] + [(claim.statement, claim.worded_by) for claim in notes]
    holding = [refs for text, refs in told if lesson.said.casefold() in " ".join(text.split()).casefold()]
    said_at = {s.ref: s.said_at for s in draft.sources}
    found = dict.fromkeys(ref for refs in holding or [refs for _, refs in told] for ref in refs)
    return tuple(sorted(found, key=lambda ref: (said_at.get(ref, draft.asked_at), ref)))
