"""`/double try`: the worker asks their own double in private. Nothing is stored, nobody else sees it."""

from __future__ import annotations

from bot.clearing import cleared
from bot.composing import Composing
from bot.consent import Purpose, is_allowed
from bot.evidence import look_at
from bot.never_use import Mark, message_buttons
from bot.ports import Transaction
from bot.refs import ChannelRef, WorkerRef
from bot.showing import message_row, shown_messages
from bot.stage import Stage
from bot.views import Answer, Element, Refusal, Text, View


class Trying:
    """Lets a worker see what their double would say here, and on what it would rest."""

    def __init__(self, stage: Stage, composing: Composing) -> None:
        self._stage = stage
        self._composing = composing

    async def answer(self, worker: WorkerRef, channel: ChannelRef, question: str) -> Answer | Refusal:
        """Return the draft that a question in this channel would get, with its passages, or why there is none."""
        words, now = await self._stage.platforms.words_for(worker), self._stage.now()
        if not question.strip():
            return Refusal("bad_value", words.say("double.try_usage"))

        def may_look(tx: Transaction) -> bool:
            grants = tx.consent.all()
            return any(is_allowed(grants, Purpose.LOG, g.channel, now) for g in grants)

        if not await self._stage.store.read(worker, may_look):
            return Answer(words.say("double.try_not_joined"))
        regions = self._stage.policy.phone_regions
        kept = await self._stage.store.read(worker, lambda tx: cleared(tx, question, regions))
        question = kept or question  # a model reads no secret either
        place = await look_at(self._stage, worker, channel)
        candidate = await self._composing.candidate(worker, question, place, words, with_model=True)
        elements: list[Element] = [Text(question, look="quote")]
        if candidate.written:
            elements.append(Text(candidate.written))
        else:
            elements.append(Text(words.say("double.try_nothing"), look="strong"))
        elements += [Text(words.say(key), look="notice") for key in candidate.reasons]
        sources = candidate.composition.sources if candidate.composition else ()
        elements += [
            message_row(shown, words, now, buttons=message_buttons(shown.id, Mark(), words))
            for shown in await shown_messages(self._stage, worker, [source.ref for source in sources])
        ]
        return Answer(view=View("try", words.say("double.try_title"), tuple(elements)))
