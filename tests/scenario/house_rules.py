"""What must be true at the end of every scenario, whatever happened in it."""

from __future__ import annotations

from adapters.web.platform import LocalWorkspace
from adapters.web.records import MessageRecord
from adapters.web.translate import person_ref
from bot.audit import Happening
from bot.compose import Core
from bot.consent import Purpose
from bot.drafts import Draft, DraftState
from bot.messages import Span
from bot.ports import Transaction
from bot.refs import WorkerRef


async def check_house_rules(core: Core, line: LocalWorkspace) -> None:
    """Fail if a chain is broken, a word is logged without consent, or a reply stands that nobody approved."""
    channels = await line.workspace.run(lambda w: w.team.channels())
    spoken = [m for c in channels for m in await line.workspace.run(lambda w, c=c: w.conversation.all_of(c.id))]  # type: ignore[misc]
    for worker in await core.stage.store.workers():
        fault = await core.stage.store.read(worker, lambda tx, w=worker: _fault_of(tx, w, spoken))  # type: ignore[misc]
        assert fault is None, fault
    replies = [m for m in spoken if m.key and not m.is_retracted]
    assert len({m.key for m in replies}) == len(replies), "a reply stands twice"
    for reply in replies:
        assert reply.text.startswith(reply.label), "a reply without its label"
        assert reply.label, "a reply without its label"
        assert await _was_approved(core, reply), "a reply that nobody approved"


def _fault_of(tx: Transaction, worker: WorkerRef, spoken: list[MessageRecord]) -> str | None:
    if broken := tx.audit.check():
        return f"the audit chain is broken: {broken}"
    others = {(m.channel, m.ts) for m in spoken if person_ref(m.worker or m.author) != worker}
    logged = [g for g in tx.consent.all() if g.purpose is Purpose.LOG]
    for message in tx.messages.page(Span(), 100_000):
        if (message.ref.channel.channel, message.ref.stamp) in others:
            return "somebody else's words are logged"
        if not any(g.channel == message.ref.channel and g.covers(message.said_at) for g in logged):
            return "a logged message lies outside every consent"
    kept = [d for d in tx.drafts.in_states(frozenset(DraftState)) if _keeps_a_question(d)]
    return "a draft that ended keeps its question" if kept else None


def _keeps_a_question(draft: Draft) -> bool:
    ended = {DraftState.DENIED, DraftState.EXPIRED, DraftState.WITHDRAWN, DraftState.RETRACTED}
    return draft.state in ended and bool(draft.question)


async def _was_approved(core: Core, reply: MessageRecord) -> bool:
    draft_id = reply.key.rpartition(".")[0]

    def happened(tx: Transaction) -> list[Happening] | None:
        return [c.entry.happening for c in tx.audit.entries(draft_id)] if tx.drafts.get(draft_id) else None

    found = await core.stage.store.read(person_ref(reply.worker), happened)
    if found is None:
        return True  # the worker left without taking it back, and the chain went with the file
    return Happening.APPROVED in found or Happening.EDITED in found
