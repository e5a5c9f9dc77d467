"""The worker's reusable answers: on their own page and by `/double answers`, with all that can be done about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.audit import AuditEntry, EntryFacts, Happening
from bot.errors import BotError
from bot.events import ActionTaken
from bot.flagging import flagged_for
from bot.ports import Transaction
from bot.refs import PersonRef, WorkerRef
from bot.reusable import ReusableAnswer
from bot.reuse import Reuse
from bot.reuse_form import Offer, answer_offer, looked_for, read_terms, reuse_fields
from bot.schedule import last_day
from bot.showing import where
from bot.shown_answers import ShownAnswers
from bot.stage import Stage
from bot.views import Answer, Button, Element, Empty, Heading, Item, Link, Refusal, Text, View
from bot.words import Words


class ReusableWindow:
    """What a worker let answer again. For anybody else it is empty."""

    def __init__(self, stage: Stage, shown: ShownAnswers) -> None:
        self._stage = stage
        self._shown = shown

    async def section(self, person: PersonRef, words: Words) -> list[Element]:
        """Return the part of "My double" about them; nothing where there are none."""
        answers = await self._answers(person)
        if not answers:
            return []
        return [Heading(words.say("reusing.heading")), *await self._rows(person, answers, words)]

    async def window(self, person: PersonRef) -> View:
        """Return them all in a window of their own."""
        words = await self._stage.platforms.words_for(person)
        answers = await self._answers(person)
        rows: list[Element] = [Text(words.say("reusing.window_text"), look="small")]
        rows += await self._rows(person, answers, words)
        if not answers:
            rows = [Empty(words.say("reusing.none"))]
        return View("answers", words.say("reusing.heading"), tuple(rows))

    async def form(self, action: ActionTaken) -> Answer | Refusal:
        """Open the form in which titles, channels and the last day of an answer are changed."""
        words = await self._stage.platforms.words_for(action.person)
        found = await self._offered(action, words)
        if isinstance(found, Refusal):
            return found
        answer, offer = found
        until = min(max(last_day(answer.ends_at, offer.time_zone), offer.today), offer.latest)
        fields = await reuse_fields(self._stage, offer, words, answer.titles, answer.channels, until)
        buttons = (
            Button("save_answer", words.say("reusing.save_button"), answer.id, look="primary"),
            Button("close", words.say("reusing.keep_button")),
        )
        elements = (Text(answer.text, look="quote"), *fields)
        return Answer(view=View("answer_form", words.say("reusing.form_title"), elements, buttons, answer.id))

    async def save(self, action: ActionTaken) -> Answer | Refusal:
        """Change an answer's titles, channels and last day as the form says."""
        words = await self._stage.platforms.words_for(action.person)
        found = await self._offered(action, words)
        if isinstance(found, Refusal):
            return found
        reuse = read_terms(action.values, found[1], words, await looked_for(self._stage, action.person))
        if isinstance(reuse, Refusal):
            return reuse
        if not await self._change(action, lambda a: _with_terms(a, reuse), Happening.MADE_REUSABLE):
            return Refusal("not_found", words.say("reusing.not_found"))
        return Answer(words.say("reusing.saved"))

    async def withhold(self, action: ActionTaken) -> Answer | Refusal:
        """Never show an answer again, until told otherwise."""
        return await self._hold(action, is_withheld=True)

    async def release(self, action: ActionTaken) -> Answer | Refusal:
        """Let an answer that was held back be shown again."""
        return await self._hold(action, is_withheld=False)

    async def delete(self, action: ActionTaken) -> Answer | Refusal:
        """Erase an answer, down to the last byte of the file."""
        now, words = self._stage.now(), await self._stage.platforms.words_for(action.person)

        def delete(tx: Transaction) -> int:
            count = tx.reusable.drop([action.target])
            if count:
                tx.audit.append(AuditEntry(Happening.FORGOTTEN, now, action.target, {"answers": count}))
            return count

        if not await self._stage.store.run(action.person, delete):
            return Refusal("not_found", words.say("reusing.not_found"))
        await self._shown.take_down_gone(action.person)
        if await self._stage.store.compact(action.person) is None:
            raise BotError("the file could not be rewritten without the deleted words", code="not_compacted")
        return Answer(words.say("reusing.deleted"))

    async def _hold(self, action: ActionTaken, *, is_withheld: bool) -> Answer | Refusal:
        words = await self._stage.platforms.words_for(action.person)
        happening = Happening.WITHHELD if is_withheld else Happening.RELEASED
        if not await self._change(action, lambda a: replace(a, is_withheld=is_withheld), happening):
            return Refusal("not_found", words.say("reusing.not_found"))
        await self._shown.take_down_gone(action.person)
        return Answer(words.say("reusing.withheld" if is_withheld else "reusing.released"))

    async def _change(
        self, action: ActionTaken, change: Callable[[ReusableAnswer], ReusableAnswer], happening: Happening
    ) -> bool:
        now = self._stage.now()

        def work(tx: Transaction) -> bool:
            answer = _find(tx, action.target)
            if answer is None:
                return False
            tx.reusable.put(change(answer))
            facts: EntryFacts = {"answers": 1}
            tx.audit.append(AuditEntry(happening, now, answer.id, facts))
            return True

        return bool(await self._stage.store.run(action.person, work))

    async def _answers(self, worker: WorkerRef) -> tuple[ReusableAnswer, ...]:
        answers = await self._stage.store.read(worker, lambda tx: tx.reusable.all()) or ()
        return tuple(reversed(answers))

    async def _offered(self, action: ActionTaken, words: Words) -> tuple[ReusableAnswer, Offer] | Refusal:
        """Return the answer that a button means, with where it may be shown; or say why nothing can be changed."""
        answer = await self._stage.store.read(action.person, lambda tx: _find(tx, action.target))
        if answer is None:
            return Refusal("not_found", words.say("reusing.not_found"))
        if kinds := flagged_for(words, answer.text):
            return Refusal("flagged", words.say("reusing.flagged", kinds=kinds))
        offer = await answer_offer(self._stage, action.person, answer)
        if offer is None:
            return Refusal("too_late", words.say("reusing.no_place"))
        return answer, offer

    async def _rows(self, worker: WorkerRef, answers: tuple[ReusableAnswer, ...], words: Words) -> list[Element]:
        return [await self._row(worker, answer, words) for answer in answers]

    async def _row(self, worker: WorkerRef, answer: ReusableAnswer, words: Words) -> Item:
        now = self._stage.now()
        places = [await where(self._stage, ref) for ref in answer.channels]
        directory = self._stage.platforms.of(worker).directory
        last = answer.ends_at - timedelta(seconds=1)
        state = "reusing.row_withheld" if answer.is_withheld else "reusing.row_until"
        if now >= answer.ends_at:
            state = "reusing.row_ended"
        return Item(
            answer.text,
            title=" · ".join(answer.titles),
            details=(
                words.say(state, until=words.day(last, now)),
                words.listed(places),
                words.say("reusing.row_shown", n=answer.served),
            ),
            links=tuple(
                Link(directory.link(s.ref), words.say("reusing.row_source", day=words.day(s.said_at, now)))
                for s in answer.sources
            ),
            buttons=_buttons(answer, words),
        )


def _buttons(answer: ReusableAnswer, words: Words) -> tuple[Button, ...]:
    turn = (
        Button("use_answer", words.say("reusing.use_button"), answer.id)
        if answer.is_withheld
        else Button("never_use_answer", words.say("reusing.never_use_button"), answer.id)
    )
    return (
        Button("change_answer", words.say("reusing.change_button"), answer.id),
        turn,
        Button(
            "delete_answer",
            words.say("reusing.delete_button"),
            answer.id,
            look="danger",
            confirm=words.say("reusing.delete_confirm"),
        ),
    )


def _find(tx: Transaction, answer_id: str) -> ReusableAnswer | None:
    return next((answer for answer in tx.reusable.all() if answer.id == answer_id), None)


def _with_terms(answer: ReusableAnswer, reuse: Reuse) -> ReusableAnswer:
    return replace(answer, titles=reuse.titles, channels=reuse.channels, ends_at=reuse.ends_at)
