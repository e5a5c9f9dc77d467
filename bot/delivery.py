"""Posting what was approved: once, in its place, and only while everything it was approved on still holds.

Claim, re-check, post, mark. After a crash or a lost answer the thread is read back before anything is tried again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.audit import AuditEntry, EntryFacts, Happening
from bot.clearing import without_secrets
from bot.clock import elapsed
from bot.consent import Purpose, is_allowed
from bot.drafts import Draft, DraftState, approval_digest, composed_afresh, ended, text_digest
from bot.edits import own_words, take_back_rules
from bot.errors import NotPermitted, PlatformError, Unreachable
from bot.events import MessageSaid
from bot.evidence import Place, look_at, sources_stand
from bot.guard import check
from bot.labelling import CitedSource, LabelledReply, label
from bot.message_log import forget, take_note
from bot.ports import Transaction
from bot.questions import OpenQuestions
from bot.refs import MessageRef, WorkerRef
from bot.reuse import end_with
from bot.showing import names_in
from bot.stage import Stage
from bot.telling import Telling
from bot.thread_cap import is_full
from bot.words import Words

THREAD_FULL = "review.thread_full"
"""Why a draft that was approved is not posted: as many replies stand in its thread as may."""


class Delivery:
    """The outbox of every double."""

    def __init__(self, stage: Stage, questions: OpenQuestions, telling: Telling) -> None:
        self._stage = stage
        self._questions = questions
        self._telling = telling

    async def deliver(self, worker: WorkerRef, draft_id: str) -> Draft | None:
        """Post an approved draft; return it as it then stands, None if it was not there to be posted.

        A draft whose grants, sources or audience changed since its approval is not posted: it goes back to its worker.
        """
        waiting = await self._stage.store.read(worker, lambda tx: tx.drafts.get(draft_id))
        if waiting is None or waiting.state is not DraftState.APPROVED:
            return waiting
        if await is_full(self._stage, waiting.thread):
            return await self._give_up(waiting)
        place = await look_at(self._stage, worker, waiting.channel, waiting.asker)
        claimed = await self._stage.store.run(worker, lambda tx: self._claim(tx, draft_id, place))
        if claimed is None or claimed.state is not DraftState.POSTING:
            await self._follow_up(claimed)
            return claimed
        return await self._post(claimed)

    async def read_back(self, worker: WorkerRef, draft_id: str) -> None:
        """Settle a claim of which nobody knows whether it was posted: found, proved absent, or ask the worker."""
        draft = await self._stage.store.read(worker, lambda tx: tx.drafts.get(draft_id))
        if draft is None or draft.state is not DraftState.POSTING or draft.claimed_at is None:
            return
        try:
            posted = await self._stage.platforms.of(worker).posted_in(draft.thread)
        except PlatformError as error:
            late = elapsed(draft.claimed_at, self._stage.now()) > self._stage.policy.unsure_after
            if late or isinstance(error, NotPermitted):
                await self._settle(draft, DraftState.UNSURE, Happening.UNSURE)
            return
        found = next((p.ref for p in posted if p.key == draft.key), None)
        if found is not None:
            await self._mark_posted(draft, found)
        elif await self._move(replace(draft, state=DraftState.APPROVED, claimed_at=None), draft):
            await self.deliver(worker, draft_id)

    async def undo(self, worker: WorkerRef, draft_id: str) -> Draft | None:
        """Take a reply back without a trace within its seconds, and put the draft before its worker again.

        Return the draft if that is what happened; None if it was not posted, or too long ago.
        """
        draft = await self._stage.store.read(worker, lambda tx: tx.drafts.get(draft_id))
        if draft is None or not self.can_undo(draft) or draft.posted_ref is None:
            return None
        await self._stage.platforms.of(worker).retract(draft.posted_ref, None)
        again = replace(
            draft,
            state=DraftState.PENDING,
            revision=draft.revision + 1,
            approved_digest="",
            decided_at=None,
            claimed_at=None,
            posted_ref=None,
            posted_at=None,
            told_at=None,
        )
        if not await self._move(again, draft, Happening.UNDONE):
            return None
        self._questions.note(again)
        await self._telling.waiting(again)
        return again

    async def retract(self, worker: WorkerRef, draft_id: str) -> bool:
        """Take a posted reply back, leaving a sentence that says so; false if there was none to take back."""
        draft = await self._stage.store.read(worker, lambda tx: tx.drafts.get(draft_id))
        if draft is None or draft.state is not DraftState.POSTED or draft.posted_ref is None:
            return False
        await self.take_away(draft)
        return await self._move(
            replace(draft, state=DraftState.RETRACTED, question="", composed=""), draft, Happening.RETRACTED
        )

    async def take_away(self, draft: Draft) -> None:
        """Replace a posted reply on the platform by the sentence that its owner took it back."""
        if draft.posted_ref is not None:
            words = await self._stage.platforms.words_in_public(draft.asker)
            name = (await self._stage.platforms.person(draft.worker)).name
            platform = self._stage.platforms.of(draft.worker)
            await platform.retract(draft.posted_ref, words.say("reply.taken_back", name=name))

    def can_undo(self, draft: Draft) -> bool:
        """Whether a reply was posted no longer ago than can be undone."""
        now = self._stage.now()
        return (
            draft.state is DraftState.POSTED
            and draft.posted_at is not None
            and elapsed(draft.posted_at, now) <= self._stage.policy.undo
        )

    def _claim(self, tx: Transaction, draft_id: str, place: Place | None) -> Draft | None:
        """Move an approved draft to `posting` if all it was approved on still holds; otherwise to where it belongs."""
        stage, now = self._stage, self._stage.now()
        draft = tx.drafts.get(draft_id)
        if draft is None or draft.state is not DraftState.APPROVED or draft.decided_at is None:
            return None
        if not is_allowed(tx.consent.all(), Purpose.ANSWER, draft.channel, now) or place is None:
            return _moved(tx, ended(draft, DraftState.EXPIRED), draft, now, Happening.EXPIRED)
        if elapsed(draft.decided_at, now) > stage.policy.approval_stands:
            return _moved(tx, ended(draft, DraftState.EXPIRED), draft, now, Happening.EXPIRED)
        if not sources_stand(tx, stage, draft, place):
            return _moved(tx, composed_afresh(draft, draft.question), draft, now, Happening.VOIDED)
        if approval_digest(draft, place.readers) != draft.approved_digest:
            shown_again = replace(draft, state=DraftState.PENDING, revision=draft.revision + 1, approved_digest="")
            return _moved(tx, shown_again, draft, now, Happening.VOIDED)
        claimed = replace(draft, state=DraftState.POSTING, claimed_at=now)
        tx.drafts.move(claimed, draft.state, draft.revision)
        return claimed

    async def _post(self, draft: Draft) -> Draft:
        try:
            ref = await self._stage.platforms.of(draft.worker).post(await self._reply(draft))
        except Unreachable:
            return draft  # nobody knows whether it stands there: the thread is read back after a while
        except PlatformError:
            await self._settle(draft, DraftState.FAILED, Happening.FAILED)
            return replace(draft, state=DraftState.FAILED)
        return await self._mark_posted(draft, ref)

    async def _mark_posted(self, draft: Draft, ref: MessageRef) -> Draft:
        posted = replace(draft, state=DraftState.POSTED, posted_ref=ref, posted_at=self._stage.now())
        channel = await self._stage.platforms.channel(draft.channel)
        now = self._stage.now()

        def mark(tx: Transaction) -> bool:
            kept = _with_words_kept(tx, posted, draft)
            if not tx.drafts.move(kept, draft.state, draft.revision):
                return False
            if own := own_words(tx, kept):
                said = _as_said(posted, own, ref, now, is_public=bool(channel and channel.public))
                take_note(tx, said, now, regions=self._stage.policy.phone_regions)
            facts: EntryFacts = {"ref": str(ref), "digest": text_digest(draft.written)}
            tx.audit.append(AuditEntry(Happening.POSTED, now, draft.id, facts))
            return True

        if await self._stage.store.run(draft.worker, mark):
            self._questions.note(posted)
            await self._telling.outcome(posted)
        return posted

    async def _give_up(self, draft: Draft) -> Draft | None:
        """End an approved draft whose thread has filled meanwhile; its asker and its worker are told why."""
        full = replace(ended(draft, DraftState.EXPIRED), reasons=(THREAD_FULL,))
        if not await self._move(full, draft, Happening.EXPIRED):
            return None
        await self._telling.not_posted(full)
        return full

    async def _settle(self, draft: Draft, state: DraftState, happening: Happening) -> None:
        if await self._move(replace(draft, state=state, announced_at=None), draft, happening):
            await self._telling.announce(draft.worker)

    async def _follow_up(self, draft: Draft | None) -> None:
        """Let the worker know of an approved draft that waits again. An asker learns of an end at the deadline."""
        if draft is None:
            return
        self._questions.note(draft)
        if draft.state is DraftState.PENDING:
            await self._telling.announce(draft.worker)

    async def _move(
        self,
        draft: Draft,
        was: Draft,
        happening: Happening | None = None,
    ) -> bool:
        now = self._stage.now()

        def move(tx: Transaction) -> bool:
            kept = _with_words_kept(tx, draft, was)
            if happening is Happening.RETRACTED:
                kept = without_secrets(tx, kept, self._stage.policy.phone_regions)
            moved = tx.drafts.move(kept, was.state, was.revision)
            if moved and was.posted_ref is not None and was.is_edited:
                forget(tx, [was.posted_ref], now)  # what was taken back is no evidence either
            if moved and happening in {Happening.UNDONE, Happening.RETRACTED, Happening.EXPIRED}:
                end_with(tx, draft.id)
            if moved and happening is Happening.UNDONE:
                take_back_rules(tx, draft.id)
            if moved and happening is not None:
                tx.audit.append(AuditEntry(happening, now, draft.id, {}))
            return moved

        return bool(await self._stage.store.run(draft.worker, move))

    async def _reply(self, draft: Draft) -> LabelledReply:
        """The reply as it is posted: its label, and all that frames the answer, in the language of who asked."""
        person = await self._stage.platforms.person(draft.worker)
        directory = self._stage.platforms.of(draft.worker).directory
        words = await self._stage.platforms.words_in_public(draft.asker)
        manner = "reply.edited" if draft.is_edited else "reply.as_written"
        return label(
            worker=draft.worker,
            thread=draft.thread,
            key=draft.key,
            label_text=words.say("reply.label", name=person.name),
            manner=words.say(manner, name=person.name),
            body=await self._body(draft, words),
            sources=tuple(CitedSource(s.ref, directory.link(s.ref), s.said_at) for s in draft.sources),
        )

    async def _body(self, draft: Draft, words: Words) -> str:
        """The approved words; above them the question, where it was asked by command and stands nowhere else."""
        if draft.question_ref is not None:
            return draft.written
        asker = (await self._stage.platforms.person(draft.asker)).name
        names = await names_in(self._stage, draft.worker, draft.question)
        asked = " ".join(check(draft.question, frozenset(), names).text.split())
        return f"{words.say('reply.asked', name=asker, question=asked)}\n\n{draft.written}"


def is_own_answer(draft: Draft) -> bool:
    """Whether the worker wrote every word: nothing is left in it of what the double quoted."""
    return draft.is_edited and not draft.sources


def _as_said(draft: Draft, own: str, ref: MessageRef, now: datetime, *, is_public: bool) -> MessageSaid:
    thread = draft.thread if draft.thread.root else None
    return MessageSaid(ref, draft.worker, own, now, now, thread, channel_is_public=is_public)


def _with_words_kept(tx: Transaction, draft: Draft, was: Draft) -> Draft:
    """Return the draft without those words that were forgotten while the platform was spoken to."""
    stored = tx.drafts.get(was.id)
    if stored is None or (stored.written, stored.sources) == (was.written, was.sources):
        return draft
    return replace(draft, written=stored.written, composed=stored.composed, sources=stored.sources)


def _moved(tx: Transaction, draft: Draft, was: Draft, now: datetime, happening: Happening) -> Draft:
    """Move a draft that was read within this very transaction, with all that follows from it."""
    tx.drafts.move(draft, was.state, was.revision)
    end_with(tx, draft.id)
    tx.audit.append(AuditEntry(happening, now, draft.id, {}))
    return draft
