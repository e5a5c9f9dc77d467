"""Deciding: the window in which a worker reads a draft, and what their decision does."""

from __future__ import annotations

from dataclasses import replace

from bot.audit import AuditEntry, EntryFacts, Happening
from bot.clearing import without_secrets
from bot.consent import Purpose, Shelf, is_allowed
from bot.delivery import THREAD_FULL, Delivery
from bot.denying import Denying, denied, read_reason
from bot.drafts import Draft, DraftState, Source, approval_digest, composed_afresh, ended
from bot.edits import propose_rules
from bot.errors import PlatformError
from bot.events import ActionTaken
from bot.evidence import Place, look_at, sources_stand
from bot.flagging import flagged_for, is_flag, with_flags
from bot.guard import Ruling, check
from bot.ports import Transaction
from bot.questions import OpenQuestions
from bot.refs import WorkerRef
from bot.reuse import make_reusable
from bot.reuse_form import read_reuse
from bot.review_window import review_window
from bot.secret_warning import REASON, is_confirmed, secrets_in, warning
from bot.sentences import sentences
from bot.showing import names_in
from bot.stage import Stage
from bot.telling import WAITING_FOR_WORKER, Telling
from bot.views import Answer, Button, Item, Link, Refusal, Text, View
from bot.words import Words


class Review:
    """The worker's decisions on the drafts of their own double. Nobody else finds a draft here."""

    def __init__(
        self, stage: Stage, questions: OpenQuestions, telling: Telling, delivery: Delivery, denying: Denying
    ) -> None:
        self._stage = stage
        self._questions = questions
        self._telling = telling
        self._delivery = delivery
        self._denying = denying

    async def window(self, worker: WorkerRef, draft_id: str) -> Answer | Refusal:
        """Open the window for one waiting draft."""
        words = await self._stage.platforms.words_for(worker)
        draft = await self._stage.store.read(worker, lambda tx: tx.drafts.get(draft_id))
        if draft is None:
            return Refusal("not_found", words.say("review.not_found"))
        if draft.state not in WAITING_FOR_WORKER:
            return Refusal("too_late", words.say(f"review.state_{draft.state.value}"))
        return Answer(view=await review_window(self._stage, draft, words))

    async def approve(self, action: ActionTaken) -> Answer | Refusal:
        """Send a draft as the worker's double: as it was shown, or as the worker edited it, which is guarded again."""
        worker, words = action.person, await self._stage.platforms.words_for(action.person)
        draft = await self._stage.store.read(worker, lambda tx: tx.drafts.get(action.target))
        if draft is None:
            return Refusal("not_found", words.say("review.not_found"))
        written = action.values.get("text", draft.written)
        shown = str(action.values.get("revision", draft.revision))
        if not isinstance(written, str):
            return Refusal("bad_value", words.say("review.text_wrong"))
        if draft.state is not DraftState.PENDING:
            return Refusal("too_late", words.say(f"review.state_{draft.state.value}"))
        if shown != str(draft.revision):
            return Refusal("stale", words.say("review.stale"))
        edited = self._edited(draft, written, await names_in(self._stage, worker, written))
        if isinstance(edited, tuple):
            return Refusal("blocked", words.say(edited[0]))
        if len(edited.written) > (longest := self._stage.platforms.of(draft.channel).room_for(edited.written)):
            return Refusal("bad_value", words.say("review.text_long", n=len(edited.written), most=longest))
        place = await look_at(self._stage, worker, draft.channel, draft.asker)
        if place is not None and action.values.get("audience", place.readers) != place.readers:
            return Refusal("stale", words.say("review.audience_changed"))
        warned = edited if edited is draft else await self._warned(draft, edited, action, words)
        if not isinstance(warned, Draft):
            return warned
        decided = await self._decided(draft, warned, place, action, words)
        if not isinstance(decided, Draft):
            await self._after_refusal(worker, draft.id)
            return decided
        added = [key for key in decided.reasons if is_flag(key) and key not in draft.reasons]
        return await self._send(decided, words, flagged_for(words, reasons=added))

    async def deny(self, action: ActionTaken) -> Answer | Refusal:
        """Turn a draft down. The asker hears nothing before the deadline, and then what everybody hears."""
        words = await self._stage.platforms.words_for(action.person)
        facts: EntryFacts = {"with_reason": int(bool(action.values.get("reason", "")))}
        if await self._close(action, DraftState.DENIED, Happening.DENIED, facts) is None:
            return await self._not_pending(action, words)
        await self._telling.announce(action.person)
        if read_reason(action.values.get("reason")):
            await self._denying.give(action)
        return await self._denying.ask(action.person, action.target, words)

    async def answered(self, action: ActionTaken) -> Answer | Refusal:
        """Close a question that the worker has answered themself; its asker is told so at once."""
        words = await self._stage.platforms.words_for(action.person)
        closed = await self._close(action, DraftState.WITHDRAWN, Happening.WITHDRAWN, {"by": "worker"})
        if closed is None:
            return await self._not_pending(action, words)
        self._questions.note(closed)
        await self._telling.answered_in_person(closed)
        await self._telling.announce(action.person)
        return Answer(words.say("review.answered"))

    async def mute(self, action: ActionTaken) -> Answer | Refusal:
        """Turn a draft down, and let the double take no further question of its asker, who cannot tell."""
        answer = await self.deny(action)
        if isinstance(answer, Refusal):
            return answer
        now = self._stage.now()

        def mute(tx: Transaction) -> None:
            draft, preferences = tx.drafts.get(action.target), tx.keepsakes.preferences()
            if draft is not None:
                tx.keepsakes.set_preferences(replace(preferences, muted=preferences.muted | {draft.asker}))
                tx.audit.append(AuditEntry(Happening.MUTED, now, draft.id, {}))

        await self._stage.store.run(action.person, mute)
        words = await self._stage.platforms.words_for(action.person)
        return Answer(words.say("review.muted"))

    async def unmute(self, action: ActionTaken) -> Answer | Refusal:
        """Let a muted asker's questions through again."""
        person = replace(action.person, person=action.target)

        def unmute(tx: Transaction) -> None:
            preferences = tx.keepsakes.preferences()
            tx.keepsakes.set_preferences(replace(preferences, muted=preferences.muted - {person}))

        await self._stage.store.run(action.person, unmute)
        words = await self._stage.platforms.words_for(action.person)
        return Answer(words.say("review.unmuted"))

    async def undo(self, action: ActionTaken) -> Answer | Refusal:
        """Take a reply back without a trace within its seconds."""
        words = await self._stage.platforms.words_for(action.person)
        try:
            undone = await self._delivery.undo(action.person, action.target)
        except PlatformError:
            return Refusal("platform", words.say("review.platform_silent"))
        if undone is None:
            return Refusal("too_late", words.say("review.undo_too_late"))
        return Answer(words.say("review.undone"), await review_window(self._stage, undone, words))

    async def retract(self, action: ActionTaken) -> Answer | Refusal:
        """Take a posted reply back, with a sentence left in its place; its key, which stands with it, names it too."""
        words = await self._stage.platforms.words_for(action.person)
        try:
            taken_back = await self._delivery.retract(action.person, action.target.partition(".")[0])
        except PlatformError:
            return Refusal("platform", words.say("review.platform_silent"))
        if taken_back:
            return Answer(words.say("review.taken_back"))
        return Refusal("not_found", words.say("review.nothing_to_take_back"))

    async def settle_unsure(self, action: ActionTaken, *, is_there: bool) -> Answer | Refusal:
        """Take the worker's word for whether a reply stands in its thread, or try a refused one again."""
        worker, words, now = action.person, await self._stage.platforms.words_for(action.person), self._stage.now()

        def settle(tx: Transaction) -> Draft | None:
            draft = tx.drafts.get(action.target)
            if draft is None or draft.state not in {DraftState.UNSURE, DraftState.FAILED}:
                return None
            there = is_there and draft.state is DraftState.UNSURE
            state = DraftState.POSTED if there else DraftState.APPROVED
            settled = replace(draft, state=state, posted_at=now if there else None, decided_at=now, claimed_at=None)
            return settled if tx.drafts.move(settled, draft.state, draft.revision) else None

        settled = await self._stage.store.run(worker, settle)
        if settled is None:
            return Refusal("too_late", words.say("review.not_found"))
        await self._telling.announce(worker)
        if settled.state is DraftState.POSTED:
            await self._telling.outcome(settled)
            return Answer(words.say("review.noted"))
        return await self._send(settled, words)

    @staticmethod
    def _edited(draft: Draft, written: str, names: dict[str, str]) -> Draft | tuple[str, ...]:
        """Return the draft with the worker's words, or why they cannot stand. Their own links are their own words."""
        if written.strip() == draft.written.strip() and draft.written:
            return draft
        verdict = check(written, None, names)
        if verdict.ruling is Ruling.BLOCK:
            return verdict.reasons
        return replace(
            draft,
            written=verdict.text,
            sources=still_quoted(draft.sources, verdict.text),
            reasons=with_flags(draft.reasons, draft.question, verdict.text),
            is_edited=True,
            revision=draft.revision + 1,
        )

    async def _warned(self, draft: Draft, edited: Draft, action: ActionTaken, words: Words) -> Draft | Answer | Refusal:
        """Warn of a secret in the worker's own words, once for each text; what they send all the same is noted."""
        sorts = await secrets_in(self._stage, draft.worker, edited.written)
        if not sorts:
            return edited
        if not is_confirmed(edited.written, action.values):
            return await warning(self._stage, draft, edited.written, sorts, words)
        if action.values.get("reuse"):
            return Refusal("bad_value", words.say("secret.never_reusable"))
        return replace(edited, reasons=(*edited.reasons, REASON))

    async def _decided(
        self, draft: Draft, edited: Draft, place: Place | None, action: ActionTaken, words: Words
    ) -> Draft | Refusal:
        """Approve a draft, and let it answer again where the form says so, in one transaction; or say why not."""
        reuse = await read_reuse(self._stage, edited, action.values, words)
        if isinstance(reuse, Refusal):
            return reuse

        def decide(tx: Transaction) -> Draft | str:
            approved = self._approve(tx, draft, edited, place, words)
            if reuse is not None and place is not None and isinstance(approved, Draft):
                make_reusable(tx, approved, reuse, place.audience, self._stage.now())
            return approved

        decided = await self._stage.store.run(draft.worker, decide)
        if isinstance(decided, Draft):
            return decided
        return Refusal(decided or "stale", words.say(f"review.{decided or 'stale'}"))

    def _approve(self, tx: Transaction, shown: Draft, edited: Draft, place: Place | None, words: Words) -> Draft | str:
        stage, now = self._stage, self._stage.now()
        draft = tx.drafts.get(shown.id)
        if draft is None or draft.state is not DraftState.PENDING or draft.revision != shown.revision:
            return "stale"
        if now >= draft.lapses_at:
            return "lapsed"
        if place is None or not is_allowed(tx.consent.all(), Purpose.ANSWER, draft.channel, now):
            return "not_allowed_now"
        if not sources_stand(tx, stage, edited, place):
            tx.drafts.move(composed_afresh(draft, draft.question), draft.state, draft.revision)
            tx.audit.append(AuditEntry(Happening.VOIDED, now, draft.id, {"because": "source"}))
            return "source_changed"
        approved = replace(edited, state=DraftState.APPROVED, decided_at=now)
        approved = replace(approved, approved_digest=approval_digest(approved, place.readers))
        if not tx.drafts.move(approved, draft.state, draft.revision):
            return "stale"
        happening = Happening.EDITED if approved.is_edited else Happening.APPROVED
        facts: EntryFacts = {"digest": approved.approved_digest, "composer": draft.composer}
        tx.audit.append(AuditEntry(happening, now, draft.id, facts))
        if approved.is_edited:
            kept = without_secrets(tx, approved, stage.policy.phone_regions)
            propose_rules(tx, draft, kept, Shelf(draft.channel, place.channel.public), words, now)
        return approved

    async def _close(
        self, action: ActionTaken, state: DraftState, happening: Happening, facts: EntryFacts
    ) -> Draft | None:
        """End a pending draft without posting anything, words and question gone; None if it was not pending."""
        now = self._stage.now()

        def close(tx: Transaction) -> Draft | None:
            draft = tx.drafts.get(action.target)
            if draft is None or draft.state is not DraftState.PENDING:
                return None
            closed = replace(denied(draft) if state is DraftState.DENIED else ended(draft, state), decided_at=now)
            if not tx.drafts.move(closed, draft.state, draft.revision):
                return None
            tx.audit.append(AuditEntry(happening, now, draft.id, facts))
            return closed

        return await self._stage.store.run(action.person, close)

    async def _not_pending(self, action: ActionTaken, words: Words) -> Refusal:
        draft = await self._stage.store.read(action.person, lambda tx: tx.drafts.get(action.target))
        if draft is None:
            return Refusal("not_found", words.say("review.not_found"))
        return Refusal("too_late", words.say(f"review.state_{draft.state.value}"))

    async def _send(self, approved: Draft, words: Words, added: str = "") -> Answer:
        """Post what was approved, and say so; `added` is what its worker's edit made it about."""
        try:
            delivered = await self._delivery.deliver(approved.worker, approved.id)
        except PlatformError:
            delivered = None
        await self._telling.announce(approved.worker)
        if delivered is None or delivered.state is not DraftState.POSTED:
            state = delivered.state.value if delivered else DraftState.APPROVED.value
            is_full = delivered is not None and THREAD_FULL in delivered.reasons
            return Answer(words.say(THREAD_FULL if is_full else f"review.state_{state}"))
        undo = Button("undo", words.say("review.undo_button"), target=approved.id)
        link: tuple[Link, ...] = ()
        if delivered.posted_ref is not None:
            address = self._stage.platforms.of(approved.worker).directory.link(delivered.posted_ref)
            link = (Link(address, words.say("review.see_it")),)
        seconds = int(self._stage.policy.undo.total_seconds())
        sent = Item(words.say("review.sent_hint", n=seconds), links=link)
        added_by_edit = (Text(words.say("review.sent_flagged", kinds=added), look="notice"),) if added else ()
        view = View("sent", words.say("review.sent"), (*added_by_edit, sent), (undo,), approved.id)
        return Answer(words.say("review.sent"), view)

    async def _after_refusal(self, worker: WorkerRef, draft_id: str) -> None:
        draft = await self._stage.store.read(worker, lambda tx: tx.drafts.get(draft_id))
        if draft is not None:
            self._questions.note(draft)


def still_quoted(sources: tuple[Source, ...], text: str) -> tuple[Source, ...]:
    """Return the sources of which a sentence still stands in an edited text: nothing else may be named beneath it."""
    return tuple(s for s in sources if any(piece.strip() in text for piece in sentences(s.quote) if piece.strip()))
