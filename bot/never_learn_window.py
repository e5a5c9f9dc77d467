"""The window "Never learn": words and patterns that are taken out before anything is kept, tried before they hold."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from bot.clearing_up import drop_never_learn, keep_never_learn
from bot.events import ActionTaken
from bot.log_clearing import LogClearing
from bot.log_pages import Page, look_through
from bot.never_learn import finder
from bot.never_use import NeverUse, voided
from bot.profile.topics import LONGEST, Topic, TopicKind, is_in_doubt
from bot.redaction import Redaction, redact
from bot.refs import PersonRef
from bot.stage import Stage
from bot.topic_form import names_pattern, read_topic, why_not_kept
from bot.views import Answer, Button, Element, Empty, Heading, Item, Refusal, Text, TextField, Tick, View
from bot.words import Words

FIRST, MOST_IN_DOUBT = 5, 3


@dataclass(frozen=True, slots=True)
class _Trial:
    """What would go from a log: how many messages, how the newest would read, of how many, how many in doubt."""

    count: int = 0
    first: tuple[str, ...] = ()
    total: int = 0
    in_doubt: int = 0

    def __add__(self, other: _Trial) -> _Trial:
        first = (*self.first, *other.first)[:FIRST]
        return _Trial(self.count + other.count, first, self.total + other.total, self.in_doubt + other.in_doubt)


class NeverLearn:
    """Keeps what a worker wants never learnt, and lets it be learnt again."""

    def __init__(self, stage: Stage, never_use: NeverUse, clearing: LogClearing) -> None:
        self._stage = stage
        self._never_use = never_use
        self._clearing = clearing

    async def window(self, person: PersonRef, written: str = "", *, is_pattern: bool = False) -> View:
        """Show what is never learnt, and where to name more."""
        words = await self._stage.platforms.words_for(person)
        kept = await self._stage.store.read(person, lambda tx: tx.keepsakes.preferences().never_learn)
        if kept is None:
            return View("never_learn", words.say("learning.title"), (Empty(words.say("learning.not_joined")),))
        rows: list[Element] = [self._row(topic, words) for topic in kept]
        elements: list[Element] = [
            Text(words.say("learning.intro")),
            Heading(words.say("learning.heading")),
            *(rows or [Empty(words.say("learning.nothing"))]),
            TextField("text", words.say("learning.label"), written, words.say("learning.hint"), limit=LONGEST),
            Tick("is_pattern", words.say("never.pattern_label"), words.say("learning.pattern_hint"), is_pattern),
        ]
        button = Button("never_learn_try", words.say("never.try_button"), look="primary")
        return View("never_learn", words.say("learning.title"), tuple(elements), (button,))

    async def back(self, action: ActionTaken) -> Answer | Refusal:
        """Open the window, with what was written before where it comes from a trial."""
        written = str(action.values.get("text", ""))[:LONGEST]
        return Answer(view=await self.window(action.person, written, is_pattern=names_pattern(action.values)))

    async def try_out(self, action: ActionTaken) -> Answer | Refusal:
        """Show what would be taken out of the log, before anything changes."""
        words = await self._stage.platforms.words_for(action.person)
        topic = await self._read(action, words)
        if isinstance(topic, Refusal):
            return topic
        trial = await self._try(action.person, topic)
        if refused := _refusal(trial, words):
            return refused
        elements: list[Element] = [Text(topic.text, look="quote"), Text(words.say("learning.touches", n=trial.count))]
        if trial.first:
            elements.append(Text(words.say("learning.would_read"), look="small"))
            elements += [Item(text) for text in trial.first]
        elements.append(Text(words.say("learning.for_good"), look="notice"))
        values = {"text": topic.text, "kind": topic.kind.value}
        keep = Button("never_learn_keep", words.say("learning.keep_button"), "never_learn", values, "primary")
        back = Button("never_learn", words.say("never.back_button"), values=values)
        return Answer(view=View("never_learn", words.say("learning.try_title"), tuple(elements), (keep, back)))

    async def keep(self, action: ActionTaken) -> Answer | Refusal:
        """Take something out of all that is kept, and of all that is going to be."""
        worker, words, now = action.person, await self._stage.platforms.words_for(action.person), self._stage.now()
        topic = await self._read(action, words)
        if isinstance(topic, Refusal):
            return topic
        if refused := _refusal(await self._try(worker, topic), words):
            return refused
        regions = self._stage.policy.phone_regions
        drafts, is_kept = await self._stage.store.run(
            worker, lambda tx: voided(tx, lambda: keep_never_learn(tx, topic, regions, now))
        ) or ((), False)
        if not is_kept:  # the same, or the last there was room for, was kept in the meantime
            return Refusal("bad_value", words.say("learning.known"))
        await self._never_use.compose_again(drafts, words)
        count = await self._clearing.go_over(worker)
        await self._stage.store.compact(worker, only_if_due=True)
        return Answer(words.say("learning.kept", n=count), await self.window(worker))

    async def learn_again(self, action: ActionTaken) -> Answer | Refusal:
        """Let something be learnt again from now on."""
        worker, words, now = action.person, await self._stage.platforms.words_for(action.person), self._stage.now()
        regions, topic_id = self._stage.policy.phone_regions, action.target
        if not await self._stage.store.run(worker, lambda tx: drop_never_learn(tx, topic_id, regions, now)):
            return Refusal("not_found", words.say("learning.gone"))
        return Answer(words.say("learning.learnt_again"), await self.window(worker))

    async def _read(self, action: ActionTaken, words: Words) -> Topic | Refusal:
        """Return what a form names; a refusal where it cannot be looked for, or is a secret itself."""
        topic = read_topic(action.values, f"n_{secrets.token_hex(8)}", self._stage.now())
        if isinstance(topic, str):
            return Refusal("bad_value", words.say(topic))
        kept = await self._stage.store.read(action.person, lambda tx: tx.keepsakes.preferences().never_learn)
        why = why_not_kept(topic, kept, self._stage.policy.phone_regions)
        if why is None:
            return topic
        return Refusal("not_found" if why == "not_joined" else "bad_value", words.say(f"learning.{why}"))

    async def _try(self, person: PersonRef, topic: Topic) -> _Trial:
        trial = _Trial()
        async for part in look_through(self._stage, person, lambda page: _tried(topic, page)):
            trial = trial + part
            if trial.in_doubt > MOST_IN_DOUBT:
                break
        return trial

    def _row(self, topic: Topic, words: Words) -> Item:
        again = Button("learn_again", words.say("learning.again_button"), topic.id)
        since = words.say("learning.since", day=words.day(topic.since, self._stage.now()))
        return Item(topic.text, details=(words.say(f"never.kind_{topic.kind}"), since), buttons=(again,))


def _tried(topic: Topic, page: Page) -> _Trial:
    """What would go from a page; no more of it is read once it is known to be too slow."""
    redaction = Redaction((), finder((topic,)))
    read: list[str] = []
    in_doubt = count = 0
    for message in page:
        if not redaction.own(message.text):
            continue
        count += 1
        in_doubt += topic.kind is TopicKind.PATTERN and is_in_doubt(topic, message.text)
        if len(read) < FIRST:
            read.append(redact(message.text, redaction))
        if in_doubt > MOST_IN_DOUBT:
            break
    return _Trial(count, tuple(read), len(page), in_doubt)


def _refusal(trial: _Trial, words: Words) -> Refusal | None:
    if trial.in_doubt > MOST_IN_DOUBT:
        return Refusal("bad_value", words.say("never.too_slow"))
    if trial.total > 1 and trial.count == trial.total:
        return Refusal("bad_value", words.say("learning.too_wide"))
    return None
