"""The window "Never use": topics that a double never uses, tried against its worker's log before they are kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from bot.drafts import Draft
from bot.events import ActionTaken
from bot.log_pages import Page, look_through
from bot.messages import WORKER_SAID, LoggedMessage
from bot.never_use import Mark, NeverUse, message_buttons, voided
from bot.ports import Transaction
from bot.profile.topics import LONGEST, Topic, is_in_doubt, touches
from bot.refs import MessageRef, PersonRef, WorkerRef
from bot.showing import message_row, to_show
from bot.stage import Stage
from bot.topic_form import names_pattern, read_topic, why_not_kept
from bot.views import Answer, Button, Element, Empty, Heading, Item, Refusal, Text, TextField, Tick, View
from bot.withholding import (
    BLOCK,
    drop_topic,
    finish_topic,
    keep_topic,
    let_free,
    unfinished_topics,
    withhold_about,
)
from bot.words import Words

FIRST, SHOWN, MOST_IN_DOUBT = 5, 20, 3


@dataclass(frozen=True, slots=True)
class _Trial:
    """What a topic touches of a log: how many messages, the newest of them, whether all, whether it is too slow."""

    count: int = 0
    first: Page = ()
    total: int = 0
    in_doubt: int = 0

    def __add__(self, other: _Trial) -> _Trial:
        first = (*self.first, *other.first)[:FIRST]
        return _Trial(self.count + other.count, first, self.total + other.total, self.in_doubt + other.in_doubt)

    @property
    def is_slow(self) -> bool:
        """Whether looking for it takes so long that it would count as found anywhere."""
        return self.in_doubt > MOST_IN_DOUBT

    @property
    def is_too_wide(self) -> bool:
        """Whether it would hold back a whole log; of a single message nothing can be told."""
        return self.total > 1 and self.count == self.total


class Topics:
    """Keeps the topics of every worker's double, and takes them off."""

    def __init__(self, stage: Stage, never_use: NeverUse) -> None:
        self._stage = stage
        self._never_use = never_use
        self._under_way: set[str] = set()

    async def window(self, person: PersonRef, written: str = "", *, is_pattern: bool = False) -> View:
        """Show the topics with what each holds back, where to name another, and the messages marked one by one."""
        words = await self._stage.platforms.words_for(person)
        kept = await self._stage.store.read(person, _counted)
        marked = await self._stage.store.read(person, _marked)
        if kept is None:
            return View("never", words.say("never.title"), (Empty(words.say("never.not_joined")),))
        rows: list[Element] = [self._row(topic, count, words) for topic, count in kept]
        elements: list[Element] = [
            Text(words.say("never.intro")),
            Heading(words.say("never.topics_heading")),
            *(rows or [Empty(words.say("never.no_topics"))]),
            TextField("text", words.say("never.words_label"), written, words.say("never.words_hint"), limit=LONGEST),
            Tick("is_pattern", words.say("never.pattern_label"), words.say("never.pattern_hint"), is_pattern),
        ]
        if marked:
            elements.append(Heading(words.say("never.messages_heading", n=len(marked))))
            elements += await self._rows(person, marked, words, Mark(is_withheld=True, by_worker=True))
        buttons = (
            Button("never_try", words.say("never.try_button"), look="primary"),
            Button("never_learn", words.say("learning.window_button")),
        )
        return View("never", words.say("never.title"), tuple(elements), buttons)

    async def back(self, action: ActionTaken) -> Answer | Refusal:
        """Open the window, with what was written before where it comes from a trial."""
        written = str(action.values.get("text", ""))[:LONGEST]
        return Answer(view=await self.window(action.person, written, is_pattern=names_pattern(action.values)))

    async def try_out(self, action: ActionTaken) -> Answer | Refusal:
        """Show what a topic would hold back, before anything is kept."""
        person, words = action.person, await self._stage.platforms.words_for(action.person)
        topic = await self._read(action, words)
        if isinstance(topic, Refusal):
            return topic
        trial = await self._try(person, topic)
        if refused := _refusal(trial, words):
            return refused
        elements: list[Element] = [Text(topic.text, look="quote"), Text(words.say("never.touches", n=trial.count))]
        if trial.first:
            elements += [Text(words.say("never.try_more"), look="small"), *await self._rows(person, trial.first, words)]
        values = {"text": topic.text, "kind": topic.kind.value}
        keep = Button("never_keep", words.say(f"never.save_{topic.kind}_button"), "topic", values, "primary")
        back = Button("never", words.say("never.back_button"), values=values)
        return Answer(view=View("never", words.say("never.try_title"), tuple(elements), (keep, back)))

    async def keep(self, action: ActionTaken) -> Answer | Refusal:
        """Hold a topic back from now on, in every message, claim, reusable answer, draft and question."""
        worker, words, now = action.person, await self._stage.platforms.words_for(action.person), self._stage.now()
        topic = await self._read(action, words)
        if isinstance(topic, Refusal):
            return topic
        if refused := _refusal(await self._try(worker, topic, is_final=True), words):
            return refused
        self._under_way.add(topic.id)
        try:
            drafts = await self._stage.store.run(worker, lambda tx: _keep(tx, topic, now))
            if drafts is None:  # the same one, or the last there was room for, was kept in the meantime
                again = await self._read(action, words)
                return again if isinstance(again, Refusal) else Refusal("bad_value", words.say("never.known"))
            await self._never_use.compose_again(drafts, words)
            count = await self._go_over(worker, topic, words)
        finally:
            self._under_way.discard(topic.id)
        return Answer(words.say("never.topic_held", n=count), await self.window(worker))

    async def use_again(self, action: ActionTaken) -> Answer | Refusal:
        """Take a topic off, and let what it alone held back be used again."""
        worker, words, now = action.person, await self._stage.platforms.words_for(action.person), self._stage.now()
        topic_id = action.target
        kept = await self._stage.store.read(worker, _counted) or ()
        if not any(topic.id == topic_id for topic, _ in kept):
            return Refusal("not_found", words.say("never.topic_gone"))
        held = await self._stage.store.read(worker, lambda tx: tx.usage.withheld(topic_id)) or ()
        count = 0
        for start in range(0, len(held), BLOCK):
            block = held[start : start + BLOCK]
            count += await self._stage.store.run(worker, lambda tx, block=block: let_free(tx, block, topic_id)) or 0  # type: ignore[misc]
        count += await self._stage.store.run(worker, lambda tx: drop_topic(tx, topic_id, now)) or 0
        return Answer(words.say("never.topic_used_again", n=count), await self.window(worker))

    async def finish(self, worker: WorkerRef) -> None:
        """Go over the log again for topics for which that was cut short."""
        words = await self._stage.platforms.words_for(worker)
        for topic in await self._stage.store.read(worker, unfinished_topics) or ():
            if topic.id not in self._under_way:
                await self._go_over(worker, topic, words)

    async def _go_over(self, worker: WorkerRef, topic: Topic, words: Words) -> int:
        """Hold back what was logged of a topic, some messages in each transaction; return how many it holds back."""
        now = self._stage.now()
        async for about in look_through(self._stage, worker, lambda page: _about(topic, page)):
            for start in range(0, len(about), BLOCK):
                block = about[start : start + BLOCK]
                held_now = await self._stage.store.run(
                    worker,
                    lambda tx, block=block: voided(tx, lambda: withhold_about(tx, topic, block, now)),  # type: ignore[misc]
                )
                await self._never_use.compose_again(held_now[0] if held_now else (), words)
        held = await self._stage.store.read(worker, lambda tx: len(tx.usage.withheld(topic.id))) or 0
        await self._stage.store.run(worker, lambda tx: finish_topic(tx, topic, held, now))
        return held

    async def _try(self, person: PersonRef, topic: Topic, *, is_final: bool = False) -> _Trial:
        """Try a topic against the log: all of it, or – at last, when it was tried before – until it is not too wide."""
        trial = _Trial()
        async for part in look_through(self._stage, person, lambda page: _tried(topic, page)):
            trial = trial + part
            if trial.is_slow or (is_final and trial.count < trial.total):
                break
        return trial

    async def _read(self, action: ActionTaken, words: Words) -> Topic | Refusal:
        """Return the topic that a form names; a refusal where it is none that can be kept."""
        topic = read_topic(action.values, f"t_{secrets.token_hex(8)}", self._stage.now())
        if isinstance(topic, str):
            return Refusal("bad_value", words.say(topic))
        kept = await self._stage.store.read(action.person, lambda tx: tx.keepsakes.preferences().topics)
        why = why_not_kept(topic, kept, self._stage.policy.phone_regions)
        if why is None:
            return topic
        return Refusal("not_found" if why == "not_joined" else "bad_value", words.say(f"never.{why}"))

    async def _rows(self, person: PersonRef, found: Page, words: Words, mark: Mark | None = None) -> list[Item]:
        now = self._stage.now()
        return [
            message_row(shown, words, now, buttons=message_buttons(shown.id, mark, words) if mark else ())
            for shown in await to_show(self._stage, person, found)
        ]

    @staticmethod
    def _row(topic: Topic, count: int, words: Words) -> Item:
        again = Button("use_topic_again", words.say("never.use_topic_again_button"), topic.id)
        details = (words.say(f"never.kind_{topic.kind}"), words.say("never.topic_holds", n=count))
        return Item(topic.text, details=details, buttons=(again,))


def _counted(tx: Transaction) -> tuple[tuple[Topic, int], ...]:
    topics = tx.keepsakes.preferences().topics
    return tuple((topic, len(tx.usage.withheld(topic.id))) for topic in topics)


def _keep(tx: Transaction, topic: Topic, now: datetime) -> tuple[Draft, ...] | None:
    """Keep a topic; return the drafts to be composed afresh, None if it is not kept."""
    drafts, is_kept = voided(tx, lambda: keep_topic(tx, topic, now))
    return drafts if is_kept else None


def _about(topic: Topic, page: Page) -> list[MessageRef]:
    return [message.ref for message in page if touches(topic, message.text)]


def _tried(topic: Topic, page: Page) -> _Trial:
    """What a topic touches of a page; no more of it is read once it is known to be too slow."""
    touched: list[LoggedMessage] = []
    in_doubt = 0
    for message in page:
        if touches(topic, message.text):
            touched.append(message)
            in_doubt += is_in_doubt(topic, message.text)
        if in_doubt > MOST_IN_DOUBT:
            break
    return _Trial(len(touched), tuple(touched[:FIRST]), len(page), in_doubt)


def _marked(tx: Transaction) -> Page:
    """The newest of the messages that the worker marked one by one."""
    return tx.messages.find(tx.usage.withheld(WORKER_SAID))[: -SHOWN - 1 : -1]


def _refusal(trial: _Trial, words: Words) -> Refusal | None:
    if trial.is_slow:
        return Refusal("bad_value", words.say("never.too_slow"))
    return Refusal("bad_value", words.say("never.too_wide")) if trial.is_too_wide else None
