"""What is answered at once, without a draft and without a model: questions no double takes, and "are you really …?".

Whether a question is refused is decided by its words alone, before anything is looked up, and said in the same sentence
whoever is asked: a refusal tells nothing about who has a double.
"""

from __future__ import annotations

from bot.consent import Purpose, is_allowed
from bot.drafts import DraftState
from bot.ports import Transaction
from bot.questions import Question
from bot.refusals import note_refused
from bot.ruling import asks_who_speaks, refusal
from bot.stage import Stage
from bot.telling import Telling


class Doorkeeping:
    """Stands before everything else that is done with a question."""

    def __init__(self, stage: Stage, telling: Telling) -> None:
        self._stage = stage
        self._telling = telling

    async def refuse(self, question: Question) -> str | None:
        """Refuse, privately, what no double answers, and return what was said; None for any other question."""
        category = refusal(question.text)
        if category is None:
            return None
        told = await self._telling.refused(question.asker, question.worker, question.thread)
        # noted after it was said, in the background: whether there is anybody to note it for delays nothing
        self._stage.work.start("refusal", self._note(question, category))
        return told

    async def say_who_speaks(self, question: Question) -> str | None:
        """Answer who is asked whether they are really somebody, or a machine; None for any other question."""
        name = (await self._stage.platforms.person(question.worker)).name
        speaker = asks_who_speaks(question.text, name)
        if speaker is None:
            return None
        approved = await self._stage.store.read(question.worker, lambda tx: self._was_approved(tx, question))
        if approved is None:
            return await self._telling.uniform_no(question.asker, question.worker, question.thread)
        return await self._telling.who_speaks(question, speaker, is_approved=approved)

    async def _note(self, question: Question, category: str) -> None:
        stage, time_zone = self._stage, (await self._stage.platforms.person(question.worker)).time_zone
        await stage.store.run(
            question.worker, lambda tx: note_refused(tx, question, category, stage.now(), time_zone, stage.policy)
        )

    def _was_approved(self, tx: Transaction, question: Question) -> bool | None:
        """Whether this thread or this asker has words that the worker read; None where no double answers the asker."""
        if not is_allowed(tx.consent.all(), Purpose.ANSWER, question.thread.channel, self._stage.now()):
            return None
        if question.asker in tx.keepsakes.preferences().muted:
            return None
        posted = tx.drafts.in_states({DraftState.POSTED})
        shown = (showing.asker for answer in tx.reusable.all() for showing in answer.showings)
        return question.asker in shown or any(
            draft.thread == question.thread or draft.asker == question.asker for draft in posted
        )
