"""Never use: taking messages out of everything a double may rest on, while they stay in their worker's log.

What is held back has left the index, the vectors, the voice, every claim and every waiting draft, in one transaction;
it weighs on no ranking and nothing takes its place. Units of work.

A topic is held back in steps, for a log may be long: `keep_topic` binds all that is new, and claims, reusable answers
and drafts at once; `withhold_about` goes over what was logged before, some messages at a time (`bot.log_pages`);
`finish_topic` notes that all of it was seen. A process that ends in between finds the topic unfinished.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.audit import AuditEntry, EntryFacts, Happening
from bot.message_log import REDRAFTED, compose_afresh, end_answers, rework_drafts
from bot.ports import Transaction
from bot.profile.topics import MOST, Topic, touches
from bot.refs import MessageRef
from bot.terms import terms
from bot.unlearning import unlearn

BLOCK = 200
"""Messages held back or let go in one transaction: a tenth of a second or two, so that the log goes on in between."""


def withhold(tx: Transaction, refs: Collection[MessageRef], by: str, now: datetime) -> int:
    """Hold messages back, by the worker's word or a topic's id; return how many could be used until now."""
    count = _hold_back(tx, refs, by, now)
    if count:
        tx.audit.append(AuditEntry(Happening.WITHHELD, now, "", {"messages": count}))
    return count


def release(tx: Transaction, refs: Collection[MessageRef], by: str, now: datetime) -> int:
    """Take one mark off; what nothing else holds back is used again from now on. Return how many those are."""
    count = let_free(tx, refs, by)
    if count:
        tx.audit.append(AuditEntry(Happening.RELEASED, now, "", {"messages": count}))
    return count


def keep_topic(tx: Transaction, topic: Topic, now: datetime) -> bool:
    """Never use a topic from now on: no new message about it, and at once no claim, reusable answer or open draft.

    False if it is not kept: the same one is, or there are as many as there may be.
    """
    preferences = tx.keepsakes.preferences()
    if len(preferences.topics) >= MOST or any((t.kind, t.text) == (topic.kind, topic.text) for t in preferences.topics):
        return False
    tx.keepsakes.set_preferences(replace(preferences, topics=(*preferences.topics, topic)))
    facts: EntryFacts = drop_about(tx, topic, now)
    tx.audit.append(AuditEntry(Happening.WITHHELD, now, topic.id, facts))
    return True


def drop_about(tx: Transaction, topic: Topic, now: datetime) -> EntryFacts:
    """Erase claims and reusable answers about a topic, and compose open drafts about it afresh; return the counts."""
    claims = [claim.id for claim in tx.profile.claims() if touches(topic, claim.statement)]
    tx.profile.drop(claims)
    rework_drafts(tx, (), now, claims=claims)
    answers = [a.id for a in tx.reusable.all() if any(touches(topic, words) for words in (*a.titles, a.text))]
    tx.reusable.drop(answers)
    for draft in tx.drafts.in_states(REDRAFTED):
        if touches(topic, draft.question) or touches(topic, draft.written):
            compose_afresh(tx, draft, now, because="topic")
    return {"claims": len(claims), "answers": len(answers)}


def withhold_about(tx: Transaction, topic: Topic, refs: Collection[MessageRef], now: datetime) -> int:
    """Hold back those of some messages that are about a topic as they stand now; return how many could be used."""
    about = [m.ref for m in tx.messages.find(refs) if touches(topic, m.text)]
    return _hold_back(tx, about, topic.id, now) if about else 0


def finish_topic(tx: Transaction, topic: Topic, count: int, now: datetime) -> None:
    """Note that the whole log was gone over for a topic, and how many messages it holds back."""
    tx.audit.append(AuditEntry(Happening.WITHHELD, now, topic.id, {"messages": count}))


def unfinished_topics(tx: Transaction) -> tuple[Topic, ...]:
    """Return the topics for which the log was not gone over to its end."""
    return tuple(
        topic
        for topic in tx.keepsakes.preferences().topics
        if not any("messages" in chained.entry.facts for chained in tx.audit.entries(topic.id))
    )


def drop_topic(tx: Transaction, topic_id: str, now: datetime) -> int:
    """Take a topic off, and what of its messages it holds back still; return how many are used again by that."""
    preferences = tx.keepsakes.preferences()
    left = tuple(topic for topic in preferences.topics if topic.id != topic_id)
    if left == preferences.topics:
        return 0
    tx.keepsakes.set_preferences(replace(preferences, topics=left))
    count = let_free(tx, tx.usage.withheld(topic_id), topic_id)
    tx.audit.append(AuditEntry(Happening.RELEASED, now, topic_id, {"topics": 1}))
    return count


def let_free(tx: Transaction, refs: Collection[MessageRef], by: str) -> int:
    """Take one mark off some messages, unrecorded; return how many are used again."""
    free = tx.messages.find(tx.usage.release(refs, by))
    for message in free:
        tx.index.put(message.ref, message.shelf, terms(message.text))
    return len(free)


def _hold_back(tx: Transaction, refs: Collection[MessageRef], by: str, now: datetime) -> int:
    messages = [m for m in tx.messages.find(refs) if not m.is_withheld]
    tx.usage.withhold(refs, by)
    if messages:
        gone = [m.ref for m in messages]
        dropped = unlearn(tx, messages)
        tx.index.remove(gone)
        rework_drafts(tx, gone, now, claims=dropped)
        end_answers(tx, gone, dropped)
    return len(messages)
