"""Leaving: in force at once, then everything is erased, and a receipt in counts is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.consent import Closure
from bot.delivery import Delivery
from bot.drafts import OPEN, Draft, DraftState, ended
from bot.errors import PlatformError
from bot.events import ActionTaken
from bot.lapsing import keeping_of
from bot.ports import ErasureProof, Transaction
from bot.questions import OpenQuestions
from bot.refs import PersonRef, WorkerRef
from bot.shown_answers import ShownAnswers
from bot.stage import Stage
from bot.standing import Standing, erased_at, standing_of
from bot.telling import Telling
from bot.views import Answer, Button, Notice, Refusal, Text, Tick, View
from bot.words import Words


@dataclass(frozen=True, slots=True)
class _Leaving:
    """What a worker leaves behind at the moment they leave."""

    messages: int
    drafts: int
    asked: tuple[Draft, ...]
    posted: tuple[Draft, ...]
    taken_back: tuple[Draft, ...]


class Departures:
    """Ends a double."""

    def __init__(
        self, stage: Stage, questions: OpenQuestions, telling: Telling, delivery: Delivery, shown: ShownAnswers
    ) -> None:
        self._stage = stage
        self._questions = questions
        self._telling = telling
        self._delivery = delivery
        self._shown = shown

    async def window(self, person: PersonRef) -> Answer:
        """Ask the one thing there is to ask."""
        words = await self._stage.platforms.words_for(person)
        if await self._stage.store.read(person, lambda tx: tx.worker) is None:
            return Answer(words.say("leaving.not_joined"))
        view = View(
            kind="leave",
            title=words.say("leaving.title"),
            elements=(Text(words.say("leaving.text")), Tick("retract", words.say("leaving.retract_label"))),
            buttons=(
                Button("leave", words.say("leaving.leave_button"), "leave", look="danger"),
                Button("close", words.say("leaving.stay_button")),
            ),
            target="leave",
        )
        return Answer(view=view)

    async def leave(self, action: ActionTaken) -> Answer | Refusal:
        """Stop everything, take the posted replies back if asked to, erase, and give the receipt."""
        worker = action.person
        words = await self._stage.platforms.words_for(worker)
        retract = action.values.get("retract", False)
        if not isinstance(retract, bool):
            return Refusal("bad_value", words.say("leaving.retract_wrong"))
        left = await self._stage.store.run(worker, lambda tx: self._stop(tx, retract=retract))
        if left is None:
            return Answer(words.say("leaving.not_joined"))
        back = [await self._take_back(draft) for draft in left.posted] if retract else []
        proof = await self._finish(worker, left) or ErasureProof()
        return Answer(view=self._receipt(left, back, proof, words))

    async def finish_interrupted(self, worker: WorkerRef) -> bool:
        """Erase a worker whose leaving was cut short, or who has been asleep for longer than agreed; say whether.

        Whoever renews while that is under way stays: it is asked once more in the last moment. A file without any
        grant is what a crash left of a joining.
        """
        now, policy = self._stage.now(), self._stage.policy

        def due(tx: Transaction) -> Standing | None:
            grants = tx.consent.all()
            if not grants:
                return Standing.LEAVING
            at = erased_at(grants, now, keeping_of(tx, policy))
            return standing_of(grants, now) if at is not None and at <= now else None

        standing = await self._stage.store.read(worker, due)
        if standing is None:
            return False
        is_leaving = standing is Standing.LEAVING

        def stop(tx: Transaction) -> _Leaving | None:
            return self._stop(tx, is_leaving=is_leaving) if due(tx) is standing else None

        left = await self._stage.store.run(worker, stop)
        if left is not None:
            for draft in left.taken_back:  # the process may have ended before the platform knew
                await self._take_back(draft)
            erased = await self._finish(worker, left, only_if=lambda tx: due(tx) is not None)
            if erased and not is_leaving:
                await self._quietly(self._tell_erased(worker, left))
        return True

    async def _tell_erased(self, worker: WorkerRef, left: _Leaving) -> None:
        """Give the receipt of an erasure that nobody asked for at this moment: it was agreed to, for after an end."""
        words = await self._stage.platforms.words_for(worker)
        text = words.in_a_row((words.say("lapsing.erased"), _in_counts(left, words)))
        notice = Notice(worker, "erased", "consent", text, self._stage.now(), quiet=True, is_over=True)
        await self._stage.platforms.of(worker).tell(notice)

    def _stop(self, tx: Transaction, *, retract: bool = False, is_leaving: bool = True) -> _Leaving:
        """Close every grant and every open draft in one transaction: from here on nothing is logged or posted.

        What was asked for stands in the file until it is done, so that a leaving cut short is finished as it was meant;
        of what lapsed nothing holds any more, and a receipt is due when it is taken up again.
        """
        if is_leaving:
            tx.consent.close([g.id for g in tx.consent.all()], self._stage.now(), Closure.LEFT)
        drafts = tx.drafts.in_states(frozenset(DraftState))
        for draft in drafts:
            if draft.state in OPEN - {DraftState.POSTING}:
                state = DraftState.WITHDRAWN if draft.state is DraftState.UNSURE else DraftState.EXPIRED
                tx.drafts.move(ended(draft, state), draft.state, draft.revision)
            elif draft.state is DraftState.POSTED and retract:
                tx.drafts.move(replace(draft, state=DraftState.RETRACTED, question=""), draft.state, draft.revision)
        return _Leaving(
            messages=tx.messages.count(),
            drafts=len([d for d in drafts if d.state is not DraftState.POSTED]),
            asked=tuple(d for d in drafts if d.told_at is None and d.state is not DraftState.WITHDRAWN),
            posted=tuple(d for d in drafts if d.state is DraftState.POSTED),
            taken_back=tuple(d for d in drafts if d.state is DraftState.RETRACTED),
        )

    async def _finish(
        self, worker: WorkerRef, left: _Leaving, only_if: Callable[[Transaction], bool] | None = None
    ) -> ErasureProof | None:
        await self._quietly(self._telling.unannounce(worker))  # while a crash would still find what is left to do
        await self._shown.take_down_all(worker)
        proof = await self._stage.store.erase(worker, only_if)
        if proof is not None:
            self._questions.drop(worker)
            self._questions.outlive(left.asked)  # told at their deadlines, as if nothing had happened
        return proof

    async def _take_back(self, draft: Draft) -> bool:
        return await self._quietly(self._delivery.take_away(draft))

    @staticmethod
    async def _quietly(work: Awaitable[object]) -> bool:
        """Let a platform that does not answer hold up no erasure."""
        try:
            await work
        except PlatformError:
            return False
        return True

    @staticmethod
    def _receipt(left: _Leaving, back: list[bool], proof: ErasureProof, words: Words) -> View:
        lines = [_in_counts(left, words), words.say("leaving.nobody_told")]
        if proof.backups:
            lines.insert(1, words.say("leaving.backups", n=proof.backups))
        if proof.backups_waiting:
            lines.insert(1, words.say("leaving.backups_waiting", n=proof.backups_waiting))
        if taken := back.count(True):
            lines.append(words.say("leaving.taken_back", n=taken))
        if failed := back.count(False):
            lines.append(words.say("leaving.not_taken_back", n=failed))
        return View("receipt", words.say("leaving.receipt_title"), tuple(Text(line) for line in lines))


def _in_counts(left: _Leaving, words: Words) -> str:
    """What was erased, in counts."""
    return words.say(
        "leaving.receipt",
        n=left.messages,
        drafts=words.say("leaving.drafts", n=left.drafts),
        replies=words.say("leaving.replies", n=len(left.posted)),
    )
