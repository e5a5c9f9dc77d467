"""Taking a question and making a draft of it: the way from a mention to the worker's review."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.audit import AuditEntry, EntryFacts, Happening
from bot.consent import Purpose, is_allowed
from bot.drafts import OPEN, Draft, DraftState, composed_afresh, text_digest
from bot.evidence import Place, look_at, shelves_for
from bot.guard import Ruling, check, links_in
from bot.passages import Recalled
from bot.ports import Transaction
from bot.questions import OpenQuestions, Question
from bot.quoting import COMPOSER, Abstention, Composition, compose
from bot.recall import recall
from bot.refs import PersonRef, WorkerRef
from bot.schedule import lapse, start_of_day
from bot.showing import names_in
from bot.stage import Stage
from bot.telling import Telling, links_for
from bot.views import Link
from bot.words import Words


class Declined(StrEnum):
    """Why a question is not taken. The asker hears the uniform no for the first two alike."""

    NOT_HERE = "not_here"
    MUTED = "muted"
    ASKED_ENOUGH = "asked_enough"
    ENOUGH_FOR_TODAY = "enough_for_today"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the composer made of a question, cleaned by the guard; `written` is empty where it abstained."""

    written: str
    composition: Composition | None
    reasons: tuple[str, ...]


class Answering:
    """From a question to a draft that waits for its worker, or to a private no."""

    def __init__(self, stage: Stage, questions: OpenQuestions, telling: Telling) -> None:
        self._stage = stage
        self._questions = questions
        self._telling = telling

    async def ask(self, question: Question) -> str:
        """Take a question durably, or decline it; return what the asker is told. The draft is made afterwards."""
        stage = self._stage
        time_zone = (await stage.platforms.person(question.worker)).time_zone
        taken = await stage.store.run(question.worker, lambda tx: self._take(tx, question, time_zone))
        if taken is None or taken in (Declined.NOT_HERE, Declined.MUTED):
            return await self._telling.uniform_no(question.asker, question.worker, question.thread)
        if isinstance(taken, Declined):
            return await self._say_enough(question, taken)
        self._questions.note(taken)
        told = await self._telling.waiting(taken)
        stage.work.start("compose", self.compose(taken.worker, taken.id))
        return told

    async def compose(self, worker: WorkerRef, draft_id: str) -> None:
        """Make the draft of a question that was taken. Harmless to repeat: the first to finish wins."""
        draft = await self._stage.store.read(worker, lambda tx: tx.drafts.get(draft_id))
        if draft is None or draft.state is not DraftState.ASKED:
            return
        now = self._stage.now()
        may = await self._stage.store.read(
            worker, lambda tx: is_allowed(tx.consent.all(), Purpose.ANSWER, draft.channel, now)
        )
        if not may:
            return  # paused or ended meanwhile: it waits as it is, and lapses
        place = await look_at(self._stage, worker, draft.channel)
        candidate = await self.candidate(worker, draft.question, place, reader=draft.asker)
        offered = await self._stage.store.run(worker, lambda tx: self._offer(tx, draft, candidate))
        if offered is None:
            return
        self._questions.note(offered)
        await self._telling.waiting(offered, await self._links(offered))
        await self._telling.announce(worker)

    async def candidate(self, worker: WorkerRef, question: str, place: Place | None, *, reader: PersonRef) -> Candidate:
        """Recall, compose and guard, without storing anything; no place means nothing may be used.

        What stands around the quotes – the opening, the days – is in the words of `reader`: of whoever asks.
        """
        if place is None:
            return Candidate("", None, ("review.reason_no_place",))
        stage, now = self._stage, self._stage.now()
        recalled = await stage.store.read(worker, lambda tx: recall(tx, question, shelves_for(tx, stage, place), now))
        words = await stage.platforms.words_for(reader)
        person = await stage.platforms.person(worker)
        composed = compose(
            question,
            recalled or Recalled(()),
            words,
            now,
            name=person.name,
            channel_names=place.names,
            destination=place.channel.ref,
        )
        if isinstance(composed, Abstention):
            return Candidate("", None, composed.reasons)
        allowed = frozenset().union(*(links_in(source.quote) for source in composed.sources))
        verdict = check(composed.text, allowed, await names_in(stage, worker, composed.text))
        if verdict.ruling is Ruling.BLOCK:
            return Candidate("", None, verdict.reasons)
        return Candidate(verdict.text, composed, (*verdict.reasons, *composed.reasons))

    async def asker_edited(self, draft_id: str, question: Question) -> bool:
        """Compose afresh what the asker's edit now asks of the same double; false if there is nothing to redo."""
        edited = await self._stage.store.run(question.worker, lambda tx: _ask_anew(tx, draft_id, question))
        if not edited:
            return False
        self._stage.work.start("compose", self.compose(question.worker, draft_id))
        return True

    async def withdraw(self, draft_id: str | None, asker: PersonRef) -> bool:
        """Call a question off on its asker's word; false if it is not theirs, not open, or posted already."""
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
        if sum(asker == question.asker for asker, _ in today) >= stage.policy.asks_a_day:
            return Declined.ASKED_ENOUGH
        if len(today) >= stage.policy.drafts_a_day:
            return Declined.ENOUGH_FOR_TODAY
        draft = Draft(
            id=question.draft_id,
            worker=question.worker,
            asker=question.asker,
            thread=question.thread,
            question_ref=question.ref,
            question=question.text,
            state=DraftState.ASKED,
            asked_at=now,
            lapses_at=lapse(now, time_zone, stage.policy.hours, stage.policy.lapse_after_working_days),
        )
        tx.drafts.add(draft)
        tx.audit.append(AuditEntry(Happening.ASKED, now, draft.id, {"asker": str(question.asker)}))
        return draft

    def _offer(self, tx: Transaction, draft: Draft, candidate: Candidate) -> Draft | None:
        """Turn a question into a waiting draft, if its worker still allows it and its sources still stand."""
        now = self._stage.now()
        if not is_allowed(tx.consent.all(), Purpose.ANSWER, draft.channel, now):
            return None
        composition = candidate.composition
        sources = composition.sources if composition else ()
        stored = {m.ref: text_digest(m.text) for m in tx.messages.find([s.ref for s in sources])}
        if any(stored.get(s.ref) != s.digest for s in sources):
            return self._offer(tx, draft, Candidate("", None, ("review.reason_source_changed",)))
        offered = replace(
            draft,
            state=DraftState.PENDING,
            composer=COMPOSER,
            written=candidate.written,
            sources=sources,
            reasons=candidate.reasons,
            revision=draft.revision + 1,
        )
        if not tx.drafts.move(offered, DraftState.ASKED, draft.revision):
            return None
        happening = Happening.DRAFTED if sources else Happening.ABSTAINED
        facts: EntryFacts = {"composer": COMPOSER, "sources": [str(s.ref) for s in sources]}
        tx.audit.append(AuditEntry(happening, now, draft.id, facts))
        return offered

    def _withdraw(self, tx: Transaction, draft_id: str, asker: PersonRef) -> Draft | None:
        draft = tx.drafts.get(draft_id)
        if draft is None or draft.asker != asker or draft.told_at is not None:
            return None
        if draft.state is DraftState.DENIED:  # the asker cannot tell, so cancelling looks the same
            return replace(draft, state=DraftState.WITHDRAWN)
        if draft.state not in OPEN - {DraftState.POSTING, DraftState.UNSURE}:
            return None
        withdrawn = replace(draft, state=DraftState.WITHDRAWN, question="", written="", sources=(), decided_at=None)
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


def _ask_anew(tx: Transaction, draft_id: str, question: Question) -> bool:
    draft = tx.drafts.get(draft_id)
    if draft is None or draft.asker != question.asker or draft.question == question.text:
        return False
    if draft.state not in {DraftState.ASKED, DraftState.PENDING, DraftState.APPROVED}:
        return False
    return tx.drafts.move(composed_afresh(draft, question.text), draft.state, draft.revision)
