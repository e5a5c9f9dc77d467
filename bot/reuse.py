"""Reusable answers as units of work: making one of an approval, ending it, and finding the one that may answer now."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

from bot.audience import claims_may_stand, may_be_read_by
from bot.audit import AuditEntry, EntryFacts, Happening
from bot.consent import Shelf
from bot.drafts import Draft
from bot.flagging import is_flag
from bot.matching import closest
from bot.message_log import stands
from bot.ports import Transaction
from bot.profile.claims import ClaimState
from bot.profile.topics import held_by
from bot.redaction import RedactedText
from bot.refs import ChannelRef, PersonRef
from bot.reusable import ReusableAnswer, Showing
from bot.ruling import flags
from bot.unanswerable import unanswerable

REMEMBERED = timedelta(days=2)
"""Showings stay with an answer for longer than a day of any time zone: as long as a daily bound asks for them."""

_FOR_THE_PERSON = frozenset(
    {
        "quoting.reason_request",
        "quoting.reason_about_person",
        "quoting.reason_small_talk",
        "quoting.reason_vague",
        "composing.reason_waiting_claim",
    }
)


@dataclass(frozen=True, slots=True)
class Reuse:
    """What the worker agreed to: the titles, the first one shown, the channels, and the moment it ends."""

    titles: tuple[RedactedText, ...]
    channels: tuple[ChannelRef, ...]
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an answer would be shown: the channel, who can read it, and the shelves that may be read there."""

    channel: ChannelRef
    audience: str
    shelves: frozenset[Shelf]


def may_be_reused(tx: Transaction, draft: Draft) -> bool:
    """Whether a draft's answer may be let answer again: not where the question is for the person themself.

    Nor while it rests on a claim that its worker has not looked at.
    """
    if unanswerable(draft.question) or not _FOR_THE_PERSON.isdisjoint(draft.reasons) or is_flagged(draft):
        return False
    return _are_kept(tx, draft.claims)


def is_flagged(draft: Draft) -> bool:
    """Whether a draft's question or answer is something that only the person should say, as it was or as it stands."""
    return any(map(is_flag, draft.reasons)) or bool(flags(draft.question, draft.written))


def make_reusable(tx: Transaction, approved: Draft, reuse: Reuse, audience: str, now: datetime) -> ReusableAnswer:
    """Keep an answer just approved so that it may answer again, in place of an earlier one of the same draft."""
    answer = ReusableAnswer(
        id=f"r_{approved.id.removeprefix('d_')}",
        draft_id=approved.id,
        titles=reuse.titles,
        text=approved.written,
        is_edited=approved.is_edited,
        sources=approved.sources,
        channels=reuse.channels,
        audience=audience,
        approved_at=now,
        ends_at=reuse.ends_at,
    )
    tx.reusable.put(answer)
    tx.audit.append(AuditEntry(Happening.MADE_REUSABLE, now, answer.id, {"draft": approved.id}))
    return answer


def end_with(tx: Transaction, draft_id: str) -> int:
    """Erase what was made reusable of a draft whose approval does not hold any more; return how many there were."""
    return tx.reusable.drop([answer.id for answer in tx.reusable.all() if answer.draft_id == draft_id])


def find_answer(tx: Transaction, question: str, spot: Spot, now: datetime) -> ReusableAnswer | None:
    """Return the reusable answer that a question asks for and that may be shown in a spot now; None in any doubt."""
    if unanswerable(question) or flags(question):
        return None
    valid = [answer for answer in tx.reusable.all() if _is_valid(tx, answer, spot, now)]
    answer = closest(question, valid)
    # the rules may have grown since it was made
    return None if answer is None or flags(*answer.titles, answer.text) else answer


def note_served(tx: Transaction, answer: ReusableAnswer, asker: PersonRef, question_id: str, now: datetime) -> None:
    """Count that an answer was shown, and record to whom and for which question; no words."""
    recent = (s for s in answer.showings if s.at > now - REMEMBERED)
    showings = (*recent, Showing(asker, question_id, now))
    tx.reusable.put(replace(answer, served=answer.served + 1, showings=showings))
    facts: EntryFacts = {"asker": str(asker), "question": question_id}
    tx.audit.append(AuditEntry(Happening.REUSED, now, answer.id, facts))


def was_served(tx: Transaction, question_id: str) -> bool:
    """Whether a question was shown a reusable answer lately: the same revision, delivered again."""
    return any(showing.question_id == question_id for showing in _showings(tx))


def served_since(tx: Transaction, asker: PersonRef, since: datetime, *, besides: str) -> int:
    """Return how often somebody was shown a reusable answer from a moment on and left it at that.

    The question `besides` is left out, and so is one that was put to the worker all the same: its draft counts.
    """
    questions = [s.question_id for s in _showings(tx) if s.at >= since and s.asker == asker]
    return sum(question != besides and tx.drafts.get(question) is None for question in questions)


def _showings(tx: Transaction) -> Iterable[Showing]:
    return chain.from_iterable(answer.showings for answer in tx.reusable.all())


def _is_valid(tx: Transaction, answer: ReusableAnswer, spot: Spot, now: datetime) -> bool:
    topics = tx.keepsakes.preferences().topics
    return (
        not answer.is_withheld
        and not any(held_by(topics, words) for words in (*answer.titles, answer.text))
        and now < answer.ends_at
        and spot.channel in answer.channels
        and may_be_read_by(answer.audience, spot.audience)
        and stands(tx, answer.sources, spot.shelves)
        and _claims_stand(tx, answer, spot)
    )


def _claims_stand(tx: Transaction, answer: ReusableAnswer, spot: Spot) -> bool:
    """Whether the claims that its draft rested on are still the worker's, and may be read in the spot."""
    draft = tx.drafts.get(answer.draft_id)
    if draft is None or not draft.claims:
        return True
    return _are_kept(tx, draft.claims) and claims_may_stand(tx.profile.claims(), draft.claims, spot.shelves)


def _are_kept(tx: Transaction, claims: Collection[str]) -> bool:
    """Whether the worker looked at these claims and kept every one."""
    return not claims or {c.id for c in tx.profile.claims() if c.state is ClaimState.KEPT}.issuperset(claims)
