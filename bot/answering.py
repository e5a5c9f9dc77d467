"""Taking a question and making a draft of it: the way from a mention to the worker's review."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from bot.audit import AuditEntry, EntryFacts, Happening
from bot.clearing import cleared, note_removed
from bot.composing import BY_MODEL, Candidate, Composing
from bot.consent import Purpose, is_allowed
from bot.consulting import open_to
from bot.doorkeeping import Doorkeeping
from bot.drafts import OPEN, Draft, DraftState, composed_afresh, ended
from bot.evidence import Place, can_read, look_at, sources_stand
from bot.ports import Transaction
from bot.questions import OpenQuestions, Question
from bot.refs import MessageRef, PersonRef, WorkerRef
from bot.reusing import Reusing, asks_since
from bot.schedule import lapse, start_of_day
from bot.stage import Stage
from bot.telling import Telling, links_for
from bot.thread_cap import is_full
from bot.views import Link
from bot.words import Words


class Declined(StrEnum):
    """Why a question is not taken. The asker hears the uniform no for the first two alike."""

    NOT_HERE = "not_here"
    MUTED = "muted"
    ASKED_ENOUGH = "asked_enough"
    ENOUGH_FOR_TODAY = "enough_for_today"
    REPEATED = "repeated"


class Answering:
    """From a question to a draft that waits for its worker, or to a private no."""

    def __init__(
        self,
        stage: Stage,
        questions: OpenQuestions,
        telling: Telling,
        composing: Composing,
        reusing: Reusing,
        doorkeeping: Doorkeeping,
    ) -> None:
        self._stage = stage
        self._questions = questions
        self._telling = telling
        self._composing = composing
        self._under_way: set[str] = set()
        self._reusing = reusing
        self._doorkeeping = doorkeeping

    async def ask(self, question: Question, *, all_the_same: bool = False) -> str:
        """Take a question durably, or decline it; return what the asker is told. The draft is made afterwards.

        What no double takes is refused before anything is looked up. An answer approved for the same question before is
        shown instead, unless a draft is wanted `all_the_same`.
        """
        stage = self._stage
        if refusal := await self._doorkeeping.refuse(question):
            return refusal
        if not await can_read(stage, question.asker, question.thread.channel):
            return await self._telling.uniform_no(question.asker, question.worker, question.thread)
        if not question.opens_thread and await is_full(stage, question.thread):
            return await self._telling.thread_full(question.asker, question.worker, question.thread)
        if told := await self._doorkeeping.say_who_speaks(question):
            return told
        if not all_the_same and (shown := await self._reusing.serve(question)) is not None:
            return shown
        time_zone = (await stage.platforms.person(question.worker)).time_zone
        taken = await stage.store.run(question.worker, lambda tx: self._take(tx, question, time_zone))
        if taken is None or taken in (Declined.NOT_HERE, Declined.MUTED):
            return await self._telling.uniform_no(question.asker, question.worker, question.thread)
        if isinstance(taken, Declined):
            return await self._say_enough(question, taken)
        self._questions.note(taken)
        if taken.awaits_asker:
            return await self._telling.first_ask(taken)
        told = await self._telling.waiting(taken)
        self.begin(taken.worker, taken.id)
        return told

    async def go_on(self, draft_id: str, asker: PersonRef, *, with_model: bool) -> str | None:
        """Go on with a question whose asker was told that a language model would read it; None if it is not theirs.

        With `with_model` they are not told again of that recipient by this double; without, no model reads it. Should
        it be another recipient by now than they were told of, they are told anew, and nothing is sent.
        """
        worker = self._questions.worker_of(draft_id)
        if worker is None:
            return None
        taken = await self._stage.store.run(worker, lambda tx: self._go_on(tx, draft_id, asker, with_model=with_model))
        if taken is None:
            return None
        if taken.awaits_asker:
            return await self._telling.first_ask(taken)
        told = await self._telling.waiting(taken)
        self.begin(worker, draft_id)
        return told

    async def compose(self, worker: WorkerRef, draft_id: str) -> None:
        """Make the draft of a question that was taken. What is being made already is left to that."""
        draft = await self._stage.store.read(worker, lambda tx: tx.drafts.get(draft_id))
        if draft is None or draft.state is not DraftState.ASKED or draft.awaits_asker:
            return
        if draft.key in self._under_way:
            return  # a model may take its time, and is asked once
        self._under_way.add(draft.key)
        try:
            await self._compose(draft)
        finally:
            self._under_way.discard(draft.key)

    def begin(self, worker: WorkerRef, draft_id: str) -> None:
        """Let a draft be made in the background."""
        self._stage.work.start("compose", self.compose(worker, draft_id))

    async def _compose(self, draft: Draft) -> None:
        worker, now = draft.worker, self._stage.now()
        may = await self._stage.store.read(
            worker, lambda tx: is_allowed(tx.consent.all(), Purpose.ANSWER, draft.channel, now)
        )
        if not may:
            return  # paused or ended meanwhile: it waits as it is, and lapses
        place = await look_at(self._stage, worker, draft.channel, draft.asker)
        words = await self._stage.platforms.words_in_public(draft.asker)
        knows = await self._stage.store.read(worker, lambda tx: self._knows(tx, draft.asker, worker))
        with_model = bool(knows) and not draft.without_model
        candidate = await self._composing.candidate(worker, draft.question, place, words, with_model=with_model)
        if candidate.is_outage:
            await self._call_off(draft)
            return
        offered = await self._stage.store.run(worker, lambda tx: self._offer(tx, draft, candidate, place))
        if offered is None:
            return
        self._questions.note(offered)
        await self._telling.waiting(offered, await self._links(offered))
        await self._telling.announce(worker)

    async def _call_off(self, draft: Draft) -> None:
        """End a question for which neither a model nor the worker's words gave anything: it is not kept."""
        now = self._stage.now()

        def end(tx: Transaction) -> bool:
            moved = tx.drafts.move(ended(draft, DraftState.WITHDRAWN), draft.state, draft.revision)
            if moved:
                tx.audit.append(AuditEntry(Happening.WITHDRAWN, now, draft.id, {"by": "outage"}))
            return moved

        if await self._stage.store.run(draft.worker, end):
            self._questions.note(ended(draft, DraftState.WITHDRAWN))
            await self._telling.outage(draft)

    async def asker_edited(self, draft_id: str, question: Question) -> bool:
        """Compose afresh what the asker's edit now asks of the same double; false if there is nothing to redo.

        An edit into a question that no draft is made for calls the old one off.
        """
        if await self._doorkeeping.refuse(question) or await self._doorkeeping.say_who_speaks(question):
            return await self.withdraw(draft_id, question.asker)
        edited = await self._stage.store.run(question.worker, lambda tx: self._ask_anew(tx, draft_id, question))
        if not edited:
            return False
        self.begin(question.worker, draft_id)
        return True

    async def withdraw(self, draft_id: str | None, asker: PersonRef | None) -> bool:
        """Call a question off on its asker's word; false if it is not theirs, not open, or posted already.

        Without an asker it is called off because it stands nowhere any more, whoever took it away.
        """
        worker = self._questions.worker_of(draft_id) if draft_id else None
        if draft_id is not None and (departed := self._questions.departed_call_off(draft_id, asker)):
            await self._telling.called_off(departed)
            return True
        if draft_id is None or worker is None:
            return False
        withdrawn = await self._stage.store.run(worker, lambda tx: self._withdraw(tx, draft_id, asker))
        if withdrawn is None:
            return False
        self._questions.note(withdrawn)
        await self._telling.outcome(withdrawn)
        await self._telling.announce(worker)
        return True

    async def retire(self, ref: MessageRef) -> bool:
        """Take away an answer shown at once to the question in a message; say whether there was one."""
        return await self._reusing.retire(ref)

    def worker_of(self, draft_id: str) -> WorkerRef | None:
        """Return whose double an open question went to."""
        return self._questions.worker_of(draft_id)

    def _take(self, tx: Transaction, question: Question, time_zone: str) -> Draft | Declined:
        stage, now = self._stage, self._stage.now()
        if not is_allowed(tx.consent.all(), Purpose.ANSWER, question.thread.channel, now):
            return Declined.NOT_HERE
        if question.asker in tx.keepsakes.preferences().muted:
            return Declined.MUTED
        if tx.drafts.get(question.draft_id) is not None:
            return Declined.REPEATED
        today = tx.drafts.asked_since(start_of_day(now, time_zone))
        if asks_since(tx, question, start_of_day(now, time_zone)) >= stage.policy.asks_a_day:
            return Declined.ASKED_ENOUGH
        if len(today) >= stage.policy.drafts_a_day:
            return Declined.ENOUGH_FOR_TODAY
        text = cleared(tx, question.text, stage.policy.phone_regions)
        draft = Draft(
            id=question.draft_id,
            worker=question.worker,
            asker=question.asker,
            thread=question.thread,
            question_ref=question.ref,
            question=text,
            state=DraftState.ASKED,
            asked_at=now,
            lapses_at=lapse(now, time_zone, stage.policy.hours, stage.policy.lapse_after_working_days),
            awaits_asker=self._is_news_to(tx, question),
            told_recipient=stage.identity.recipient if stage.identity else "",
        )
        tx.drafts.add(draft)
        note_removed(tx, text)
        tx.audit.append(AuditEntry(Happening.ASKED, now, draft.id, {"asker": str(question.asker)}))
        return draft

    def _ask_anew(self, tx: Transaction, draft_id: str, question: Question) -> bool:
        draft = tx.drafts.get(draft_id)
        text = cleared(tx, question.text, self._stage.policy.phone_regions)
        if draft is None or draft.asker != question.asker or draft.question == text:
            return False
        if draft.state not in {DraftState.ASKED, DraftState.PENDING, DraftState.APPROVED}:
            return False
        note_removed(tx, text, draft.question)
        return tx.drafts.move(composed_afresh(draft, text), draft.state, draft.revision)

    def _is_news_to(self, tx: Transaction, question: Question) -> bool:
        """Whether a model would read the question, and its asker was never told so."""
        may_read = question.thread.channel in open_to(tx, Purpose.ANSWER, self._stage)
        return may_read and not self._knows(tx, question.asker, question.worker)

    def _knows(self, tx: Transaction, asker: PersonRef, worker: WorkerRef) -> bool:
        """Whether an asker was told of the model that there is now, and went on; a worker knows their own."""
        identity = self._stage.identity
        if identity is None or asker == worker:
            return True
        return (asker, identity.recipient) in tx.keepsakes.preferences().informed

    def _go_on(self, tx: Transaction, draft_id: str, asker: PersonRef, *, with_model: bool) -> Draft | None:
        draft, identity = tx.drafts.get(draft_id), self._stage.identity
        if draft is None or draft.asker != asker or draft.state is not DraftState.ASKED or not draft.awaits_asker:
            return None
        recipient = identity.recipient if identity else ""
        if with_model and recipient != draft.told_recipient:
            told = replace(draft, told_recipient=recipient, awaits_asker=bool(recipient))
            return told if tx.drafts.move(told, draft.state, draft.revision) else None
        preferences = tx.keepsakes.preferences()
        if with_model and identity is not None:
            informed = preferences.informed | {(asker, identity.recipient)}
            tx.keepsakes.set_preferences(replace(preferences, informed=informed))
        taken = replace(draft, awaits_asker=False, without_model=not with_model)
        return taken if tx.drafts.move(taken, draft.state, draft.revision) else None

    def _offer(self, tx: Transaction, draft: Draft, candidate: Candidate, place: Place | None) -> Draft | None:
        """Turn a question into a waiting draft, if its worker still allows it and its sources still stand."""
        now = self._stage.now()
        if not is_allowed(tx.consent.all(), Purpose.ANSWER, draft.channel, now):
            return None
        if candidate.composer.startswith(BY_MODEL) and draft.channel not in open_to(tx, Purpose.ANSWER, self._stage):
            return None  # no longer agreed to: it is quoted at the next round
        composition = candidate.composition
        offered = replace(
            draft,
            state=DraftState.PENDING,
            composer=candidate.composer,
            prompt_digest=candidate.prompt_digest,
            written=candidate.written,
            composed=candidate.written,
            sources=composition.sources if composition else (),
            claims=tuple(claim.id for claim in composition.claims) if composition else (),
            reasons=candidate.reasons,
            revision=draft.revision + 1,
        )
        if composition and not (place and sources_stand(tx, self._stage, offered, place)):
            return self._offer(tx, draft, Candidate("", None, ("review.reason_source_changed",)), place)
        if not tx.drafts.move(offered, DraftState.ASKED, draft.revision):
            return None
        happening = Happening.DRAFTED if candidate.written else Happening.ABSTAINED
        facts: EntryFacts = {"composer": candidate.composer, "sources": [str(s.ref) for s in offered.sources]}
        if candidate.prompt_digest:
            facts |= {"prompt": candidate.prompt_digest, "claims": list(offered.claims), "profile": profile_number(tx)}
        tx.audit.append(AuditEntry(happening, now, draft.id, facts))
        return offered

    def _withdraw(self, tx: Transaction, draft_id: str, asker: PersonRef | None) -> Draft | None:
        draft = tx.drafts.get(draft_id)
        if draft is None or (asker is not None and draft.asker != asker) or draft.told_at is not None:
            return None
        if draft.state is DraftState.DENIED:  # the asker cannot tell, so cancelling looks the same
            return replace(draft, state=DraftState.WITHDRAWN)
        if draft.state not in OPEN - {DraftState.POSTING, DraftState.UNSURE}:
            return None
        withdrawn = replace(ended(draft, DraftState.WITHDRAWN), decided_at=None)
        if not tx.drafts.move(withdrawn, draft.state, draft.revision):
            return None
        tx.audit.append(AuditEntry(Happening.WITHDRAWN, self._stage.now(), draft.id, {"by": "asker"}))
        return withdrawn

    async def _links(self, draft: Draft) -> tuple[Link, ...]:
        allowed = await self._stage.store.read(draft.worker, lambda tx: tx.keepsakes.preferences().links_allowed)
        if not allowed:
            return ()
        words = await self._stage.platforms.words_for(draft.asker)
        directory = self._stage.platforms.of(draft.worker).directory
        said = {s.ref: s.said_at for s in draft.sources}
        return tuple(
            Link(directory.link(ref), words.say("asking.link", day=words.day(said[ref], self._stage.now())))
            for ref in links_for(tuple(said), draft.channel)
        )

    async def _say_enough(self, question: Question, declined: Declined) -> str:
        if declined is Declined.REPEATED:
            return ""
        words: Words = await self._stage.platforms.words_for(question.asker)
        name = (await self._stage.platforms.person(question.worker)).name
        text = words.say(f"asking.{declined.value}", name=name)
        await self._telling.aside(question.asker, question.thread, f"no:{question.worker.person}", "no", text)
        return text


def profile_number(tx: Transaction) -> int:
    """Return the number of the profile's newest version; 0 where there is none yet."""
    last = tx.profile.last_version()
    return last.number if last else 0
