"""Why a draft was denied: asked for after the one tap, in one more, and never waited for.

The messages that a denied draft rested on stay known by their references alone until a reason is given or the
question's deadline has passed; of its words nothing is kept.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from bot.audit import AuditEntry, Happening
from bot.drafts import Draft, DraftState, ended
from bot.events import ActionTaken
from bot.ports import Transaction
from bot.refs import WorkerRef
from bot.stage import Stage
from bot.views import Answer, Button, Refusal, Text, View
from bot.words import Words


class Reason(StrEnum):
    """Why a worker did not want a draft."""

    WRONG = "wrong"
    OUT_OF_DATE = "out_of_date"
    NOT_HERE = "not_here"
    NOT_NOW = "not_now"  # it says nothing of what the draft rested on


LOWERING = frozenset(Reason) - {Reason.NOT_NOW}


class Denying:
    """Takes the reasons of a worker's denials."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def ask(self, worker: WorkerRef, draft_id: str, words: Words) -> Answer:
        """Say that a draft was denied, and offer the reasons; none where it rested on nothing."""
        draft = await self._stage.store.read(worker, lambda tx: tx.drafts.get(draft_id))
        said = words.say("review.denied")
        if draft is None or not draft.sources:
            return Answer(said)
        buttons = tuple(
            Button("deny_reason", words.say(f"review.reason_button_{reason}"), draft_id, {"reason": reason})
            for reason in Reason
        )
        asked = Text(words.say("review.denied_why"), look="small")
        return Answer(said, View("denied", words.say("review.denied_title"), (Text(said), asked), buttons, draft_id))

    async def give(self, action: ActionTaken) -> Answer | Refusal:
        """Take a reason, once: what the draft rested on weighs less from now on, unless only the moment was wrong."""
        words = await self._stage.platforms.words_for(action.person)
        reason = read_reason(action.values.get("reason"))
        if reason is None:
            return Refusal("bad_value", words.say("review.reason_unknown"))
        now = self._stage.now()
        if not await self._stage.store.run(action.person, lambda tx: take_reason(tx, action.target, reason, now)):
            return Refusal("too_late", words.say("review.reason_too_late"))
        return Answer(words.say("review.reason_lowered" if reason in LOWERING else "review.noted"))

    async def let_go(self, worker: WorkerRef) -> None:
        """Forget what denied drafts rested on whose deadline has passed."""
        now = self._stage.now()
        denied = await self._stage.store.read(worker, lambda tx: tx.drafts.in_states({DraftState.DENIED})) or ()
        if any(_is_due(draft, now) for draft in denied):
            await self._stage.store.run(worker, lambda tx: _let_go(tx, now))


def read_reason(value: object) -> Reason | None:
    """Return the reason that a button sends; None for anything else, free words among it."""
    return Reason(value) if isinstance(value, str) and value in set(Reason) else None


def denied(draft: Draft) -> Draft:
    """Return the draft as it is denied: without a word, but knowing still which messages it rested on."""
    refs = tuple(replace(source, quote="", digest="") for source in draft.sources)
    return replace(ended(draft, DraftState.DENIED), sources=refs)


def take_reason(tx: Transaction, draft_id: str, reason: Reason, now: datetime) -> bool:
    """Let a reason weigh on what a denied draft rested on; false if one was given before, or it is too late."""
    draft = tx.drafts.get(draft_id)
    if draft is None or draft.state is not DraftState.DENIED or not draft.sources:
        return False
    lowered = [m.ref for m in tx.messages.find([s.ref for s in draft.sources])] if reason in LOWERING else []
    if not tx.drafts.move(replace(draft, sources=()), draft.state, draft.revision):
        return False
    tx.usage.lower(lowered)
    tx.audit.append(AuditEntry(Happening.LESSON, now, draft.id, {"reason": reason.value, "messages": len(lowered)}))
    return True


def _is_due(draft: Draft, now: datetime) -> bool:
    return bool(draft.sources) and now >= draft.lapses_at


def _let_go(tx: Transaction, now: datetime) -> None:
    for draft in tx.drafts.in_states({DraftState.DENIED}):
        if _is_due(draft, now):
            tx.drafts.move(replace(draft, sources=()), draft.state, draft.revision)
