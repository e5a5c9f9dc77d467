"""Refused questions as units of work: noting one for its worker alone, counting them, letting their words go."""

from __future__ import annotations

from datetime import datetime

from bot.clearing import cleared, note_removed
from bot.policy import Policy
from bot.ports import Transaction
from bot.questions import Question
from bot.refs import PersonRef
from bot.refused import RefusedQuestion
from bot.schedule import lapse, start_of_day


def note_refused(
    tx: Transaction, question: Question, category: str, now: datetime, time_zone: str, policy: Policy
) -> bool:
    """Keep a refused question for its worker; false where nothing is kept.

    Nothing is while no grant is in force, of a muted asker, of the worker's own, of the same one told again, and of
    more in a day than an asker may ask.
    """
    if question.asker == question.worker or question.asker in tx.keepsakes.preferences().muted:
        return False
    if not any(grant.is_in_force(now) for grant in tx.consent.all()):
        return False
    kept = tx.refused.all()
    if any(refused.id == question.draft_id for refused in kept):
        return False
    if refused_since(tx, question.asker, start_of_day(now, time_zone)) >= policy.asks_a_day:
        return False
    words = cleared(tx, question.text, policy.phone_regions)
    note_removed(tx, words)
    tx.refused.put(
        RefusedQuestion(
            id=question.draft_id,
            category=category,
            at=now,
            until=lapse(now, time_zone, policy.hours, policy.lapse_after_working_days),
            asker=question.asker,
            channel=question.thread.channel,
            words=words,
        )
    )
    return True


def refused_since(tx: Transaction, asker: PersonRef, since: datetime) -> int:
    """Return how many questions of an asker were refused and noted from a moment on."""
    return sum(refused.asker == asker and refused.at >= since for refused in tx.refused.all())


def let_words_go(tx: Transaction, now: datetime) -> int:
    """Keep of refused questions whose time is over only what they were about and when; return how many there were."""
    over = [refused for refused in tx.refused.all() if refused.asker is not None and now >= refused.until]
    for refused in over:
        tx.refused.put(refused.worn_off())
    return len(over)
