"""Offering a double, in private, to whoever mentions a worker who said that they are away.

Nothing of it is written down: who mentioned whom, and the words, are held in memory alone, for a short while.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.answering import Answering
from bot.asking import read_address
from bot.consent import Purpose, is_allowed
from bot.events import ActionTaken, MessageSaid
from bot.evidence import can_read
from bot.ports import Transaction
from bot.preferences import Preferences
from bot.questions import OpenQuestions, Question
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef, WorkerRef
from bot.ruling import refusal
from bot.showing import mentioned_in
from bot.stage import Stage
from bot.telling import Telling
from bot.thread_cap import is_full
from bot.views import Answer, Button, Notice, Refusal

FRESH = timedelta(minutes=10)
"""A mention that comes in later than this is not offered anything any more."""
STANDS = timedelta(minutes=30)
"""For how long an offer can be taken."""
MOST_NAMED = 3
"""A message that mentions more people than these is a circular, not a question to one of them."""
MOST_KEPT, MOST_OFFERED = 500, 5_000


@dataclass(frozen=True, slots=True)
class _Offer:
    question: Question
    at: datetime


class Offering:
    """Looks, behind every mention of anybody alike, whether a double may be offered."""

    def __init__(self, stage: Stage, questions: OpenQuestions, telling: Telling, answering: Answering) -> None:
        self._stage = stage
        self._questions = questions
        self._telling = telling
        self._answering = answering
        self._kept: OrderedDict[str, _Offer] = OrderedDict()
        self._offered: OrderedDict[tuple[PersonRef, WorkerRef], date] = OrderedDict()

    def mentioned(self, event: MessageSaid) -> None:
        """See to the people that a new message mentions, afterwards: the message itself is held up by none of it."""
        named = mentioned_in(event)
        is_fresh = event.revised_at == event.said_at and self._stage.now() - event.said_at <= FRESH
        if not is_fresh or len(named) > MOST_NAMED:
            return
        for worker in named:
            if worker != event.author:
                self._stage.work.start("offer", self._offer_if_away(event, worker))

    async def ask(self, action: ActionTaken) -> Answer | Refusal:
        """Ask the question of a message whose author was offered the double, as if they had asked it there."""
        words, now = await self._stage.platforms.words_for(action.person), self._stage.now()
        offer = self._kept.get(action.target)
        if offer is None or offer.question.asker != action.person or now - offer.at > STANDS:
            return Refusal("too_late", words.say("asking.ask_again"))
        del self._kept[action.target]
        await self._take_down(action.person, action.target)
        self._questions.note_offered(offer.question)
        return Answer(await self._answering.ask(offer.question))

    async def retire(self, ref: MessageRef) -> None:
        """Take back what was offered for a message that was edited or deleted since."""
        for key in [key for key, offer in self._kept.items() if offer.question.ref == ref]:
            await self._take_down(self._kept.pop(key).question.asker, key)

    async def asked_anew(self, event: MessageSaid) -> bool:
        """Compose afresh what the edit of such a question asks now; false if it is not one, or asks them no more."""
        draft_id = self._questions.at(event.ref)
        worker = self._questions.worker_of(draft_id) if draft_id else None
        if draft_id is None or worker is None or not self._questions.was_offered(event.ref):
            return False
        if worker not in mentioned_in(event):
            return False
        if event.revised_at > event.said_at and self._questions.is_news(event.ref, event.revised_at):
            await self._answering.asker_edited(draft_id, await self._question(event, worker))
        return True

    async def _offer_if_away(self, event: MessageSaid, worker: WorkerRef) -> None:
        stage, channel = self._stage, event.ref.channel
        kept = await stage.store.read(worker, lambda tx: self._may_offer(tx, event))
        if kept is None or (event.author, worker) in self._offered_today():
            return
        person, today = await stage.platforms.person(worker), await stage.today(worker)
        if not kept.is_away_on(today) and not await self._is_away_by_status(kept, worker):
            return
        if await stage.platforms.channel(channel) is None or not await can_read(stage, event.author, channel):
            return
        question = await self._question(event, worker)
        if not question.text or refusal(question.text) or await is_full(stage, question.thread):
            return
        words = await stage.platforms.words_for(event.author)
        until = kept.away_until if kept.is_away_on(today) else None
        text = (
            words.say("away.offer_until", name=person.name, day=words.day(until, today))
            if until
            else words.say("away.offer", name=person.name)
        )
        if (event.author, worker) not in self._offered_today():  # several messages may come at once
            await self._tell(question, event.thread or channel, text, words.say("away.offer_button"))

    async def _tell(self, question: Question, near: ThreadRef | ChannelRef, text: str, label: str) -> None:
        key, now = f"o_{secrets.token_hex(6)}", self._stage.now()
        self._offered[question.asker, question.worker] = now.date()
        while len(self._offered) > MOST_OFFERED:
            self._offered.popitem(last=False)
        for old in [k for k, offer in self._kept.items() if now - offer.at > STANDS]:
            del self._kept[old]
        while len(self._kept) >= MOST_KEPT:
            self._kept.popitem(last=False)
        self._kept[key] = _Offer(question, now)
        await self._telling.aside(question.asker, near, key, "away", text, (Button("ask_double", label, key),))

    def _may_offer(self, tx: Transaction, event: MessageSaid) -> Preferences | None:
        """Return the settings of a worker who wants to be stood in for, here and for this asker; else None."""
        kept = tx.keepsakes.preferences()
        if (kept.away_until is None and not kept.away_by_status) or event.author in kept.muted:
            return None
        return kept if is_allowed(tx.consent.all(), Purpose.ANSWER, event.ref.channel, self._stage.now()) else None

    async def _is_away_by_status(self, kept: Preferences, worker: WorkerRef) -> bool:
        return kept.away_by_status and await self._stage.platforms.of(worker).directory.is_away(worker)

    async def _question(self, event: MessageSaid, worker: WorkerRef) -> Question:
        """Return what a message asks of a worker: it without the mention at its head or end, by name within it."""
        address = read_address(event.text)
        text = address.question
        if worker.person not in address.mentioned:
            name = (await self._stage.platforms.person(worker)).name
            text = event.text.replace(f"<@{worker.person}>", name)
        thread = event.thread or ThreadRef(event.ref.channel, event.ref.stamp)
        return Question(event.author, worker, thread, event.ref, text, event.revised_at)

    def _offered_today(self) -> OrderedDict[tuple[PersonRef, WorkerRef], date]:
        """Return whom which double was offered today; yesterday's is forgotten."""
        today = self._stage.now().date()
        for pair in [pair for pair, day in self._offered.items() if day != today]:
            del self._offered[pair]
        return self._offered

    async def _take_down(self, person: PersonRef, key: str) -> None:
        notice = Notice(person, key, "away", "", self._stage.now(), quiet=True, is_over=True)
        await self._stage.platforms.of(person).tell(notice)
