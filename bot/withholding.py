"""Never use: taking messages out of everything a double may rest on, while they stay in their worker's log.

What is held back has left the index, the vectors, the voice, every claim and every waiting draft, in one transaction;
it weighs on no ranking and nothing takes its place. Units of work.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.audit import AuditEntry, Happening
from bot.message_log import end_answers, rework_drafts
from bot.messages import LoggedMessage, Span
from bot.ports import Transaction
from bot.profile.topics import Topic, touches
from bot.refs import MessageRef
from bot.terms import terms
from bot.unlearning import unlearn


def withhold(tx: Transaction, refs: Collection[MessageRef], by: str, now: datetime) -> int:
    """Hold messages back, by the worker's word or a topic's id; return how many could be used until now."""
    messages = [m for m in tx.messages.find(refs) if not m.is_withheld]
    tx.usage.withhold(refs, by)
    if messages:
        gone = [m.ref for m in messages]
        dropped = unlearn(tx, messages)
        tx.index.remove(gone)
        rework_drafts(tx, gone, now, claims=dropped)
        end_answers(tx, gone)
        tx.audit.append(AuditEntry(Happening.WITHHELD, now, "", {"messages": len(gone)}))
    return len(messages)


def release(tx: Transaction, refs: Collection[MessageRef], by: str, now: datetime) -> int:
    """Take one mark off; what nothing else holds back is used again from now on. Return how many those are."""
    free = tx.messages.find(tx.usage.release(refs, by))
    for message in free:
        tx.index.put(message.ref, message.shelf, terms(message.text))
    if free:
        tx.audit.append(AuditEntry(Happening.RELEASED, now, "", {"messages": len(free)}))
    return len(free)


def withhold_topic(tx: Transaction, topic: Topic, now: datetime) -> int:
    """Hold back all about a topic – messages, claims, reusable answers; return how many messages that was.

    The topic itself is to be among the worker's preferences.
    """
    found = [m.ref for m in every_message(tx) if touches(topic, m.text)]
    count = withhold(tx, found, topic.id, now)
    claims = [claim.id for claim in tx.profile.claims() if touches(topic, claim.statement)]
    tx.profile.drop(claims)
    rework_drafts(tx, (), now, claims=claims)
    answers = [a.id for a in tx.reusable.all() if any(touches(topic, words) for words in (*a.titles, a.text))]
    tx.reusable.drop(answers)
    return count


def release_topic(tx: Transaction, topic_id: str, now: datetime) -> int:
    """Let what a topic alone held back be used again; return how many messages that is."""
    return release(tx, tx.usage.withheld(topic_id), topic_id, now)


def every_message(tx: Transaction) -> tuple[LoggedMessage, ...]:
    """Return every logged message, newest first."""
    return tx.messages.page(Span(), tx.messages.count())
