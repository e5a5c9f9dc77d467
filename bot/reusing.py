"""Showing a reusable answer at once, to whoever asks the same question again, and to nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.consent import Purpose, is_allowed
from bot.events import ActionTaken
from bot.evidence import Place, look_at, shelves_for
from bot.labelling import CitedSource, LabelledReply, label
from bot.ports import Transaction
from bot.questions import Question
from bot.refs import MessageRef
from bot.refusals import refused_since
from bot.reusable import ReusableAnswer
from bot.reuse import Spot, find_answer, note_served, served_since, was_served
from bot.schedule import start_of_day
from bot.shown_answers import Shown, ShownAnswers, take_down
from bot.stage import Stage
from bot.views import Answer, Button, Notice, Refusal
from bot.words import Words

MOST_KEPT = 200


@dataclass(frozen=True, slots=True)
class _Served:
    """What came of looking for an answer; without one the same question was shown it before."""

    answer: ReusableAnswer | None


class Reusing:
    """Answers a question with what its worker approved for the same one, if every rule lets that be shown here now."""

    def __init__(self, stage: Stage, shown: ShownAnswers) -> None:
        self._stage = stage
        self._shown = shown
        self._kept: dict[str, Question] = {}

    async def serve(self, question: Question) -> str | None:
        """Show the asker the reusable answer to a question; return what they are told.

        None if there is none, or if anything at all speaks against it: then the question goes the ordinary way, which
        tells nobody that there was one. Empty if this very question was shown it before.
        """
        stage = self._stage
        if not await stage.store.read(question.worker, lambda tx: tx.reusable.all()):
            return None
        place = await look_at(stage, question.worker, question.thread.channel, question.asker)
        if place is None:
            return None
        time_zone = (await stage.platforms.person(question.worker)).time_zone
        served = await stage.store.run(question.worker, lambda tx: self._serve(tx, question, place, time_zone))
        if served is None:
            return None
        return await self._show(question, served.answer) if served.answer else ""

    async def enough(self, action: ActionTaken) -> Answer | Refusal:
        """Take the shown answer away again: its reader needs nothing more."""
        words = await self._stage.platforms.words_for(action.person)
        if not action.target.startswith("a_"):
            return Refusal("not_found", words.say("asking.ask_again"))
        self._kept.pop(action.target, None)
        await take_down(self._stage, action.person, action.target)
        return Answer(words.say("reusing.closed"))

    async def take(self, action: ActionTaken) -> Question | None:
        """Return the question that somebody wants put to the worker all the same, and forget it; None if it is gone."""
        question = self._kept.get(action.target)
        if question is None or question.asker != action.person:
            return None
        del self._kept[action.target]
        await take_down(self._stage, action.person, action.target)
        return question

    async def retire(self, ref: MessageRef) -> bool:
        """Take away what was shown for a question whose message was edited or deleted; say whether there was any."""
        keys = [key for key, question in self._kept.items() if question.ref == ref]
        for key in keys:
            await take_down(self._stage, self._kept.pop(key).asker, key)
        return bool(keys)

    def _serve(self, tx: Transaction, question: Question, place: Place, time_zone: str) -> _Served | None:
        stage, now = self._stage, self._stage.now()
        if not is_allowed(tx.consent.all(), Purpose.ANSWER, question.thread.channel, now):
            return None
        if question.asker in tx.keepsakes.preferences().muted or tx.drafts.get(question.draft_id) is not None:
            return None
        if was_served(tx, question.draft_id):
            return _Served(None)
        if asks_since(tx, question, start_of_day(now, time_zone)) >= stage.policy.asks_a_day:
            return None
        spot = Spot(place.channel.ref, place.audience, shelves_for(tx, stage, place))
        answer = find_answer(tx, question.text, spot, now)
        if answer is None:
            return None
        note_served(tx, answer, question.asker, question.draft_id, now)
        return _Served(answer)

    async def _show(self, question: Question, answer: ReusableAnswer) -> str:
        stage = self._stage
        words = await stage.platforms.words_for(question.asker)
        name = (await stage.platforms.person(question.worker)).name
        shown = Shown(answer.id, question.draft_id, question.asker, stage.now())
        key = shown.key
        self._keep(key, question)
        text = words.say("reusing.served", name=name)
        buttons = (
            Button("reused_enough", words.say("reusing.enough_button"), key, look="primary"),
            Button("ask_all_the_same", words.say("reusing.ask_button", name=name), key),
        )
        reply = self._labelled(question, answer, key, name, words)
        notice = Notice(question.asker, key, "reused", text, stage.now(), buttons, near=question.thread, reply=reply)
        await stage.platforms.of(question.asker).tell(notice)
        await self._shown.note(question.worker, shown)
        return text

    def _labelled(self, question: Question, answer: ReusableAnswer, key: str, name: str, words: Words) -> LabelledReply:
        directory = self._stage.platforms.of(question.worker).directory
        day = words.day(answer.approved_at, self._stage.now())
        return label(
            worker=question.worker,
            thread=question.thread,
            key=key,
            label_text=words.say("reply.label", name=name),
            manner=words.say("reply.reused", title=answer.titles[0], day=day),
            body=answer.text,
            sources=tuple(CitedSource(s.ref, directory.link(s.ref), s.said_at) for s in answer.sources),
        )

    def _keep(self, key: str, question: Question) -> None:
        """Remember the question for a while, in memory alone: a button that outlives it says "ask again"."""
        if len(self._kept) >= MOST_KEPT:
            self._kept.pop(next(iter(self._kept)))
        self._kept[key] = question


def asks_since(tx: Transaction, question: Question, since: datetime) -> int:
    """Return how many other questions of the same asker this double heard from a moment on.

    Those answered at once count, and those refused.
    """
    drafted = sum(asker == question.asker for asker, _ in tx.drafts.asked_since(since))
    refused = refused_since(tx, question.asker, since)
    return drafted + refused + served_since(tx, question.asker, since, besides=question.draft_id)
