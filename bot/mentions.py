"""From a mention or a command to a question: who is meant, and what is asked of their double."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from bot.answering import Answering
from bot.asking import read_address, without_greeting
from bot.events import ActionTaken, Command, MessageSaid
from bot.ports import Person
from bot.questions import OpenQuestions, Question
from bot.refs import PersonRef, ThreadRef
from bot.stage import Stage
from bot.telling import Telling
from bot.views import Answer, Button, Refusal

MOST_CHOICES = 200
FIRST_WORDS = 8


@dataclass(frozen=True, slots=True)
class _Meant:
    """The people that a question may be for, and the question."""

    people: tuple[Person, ...]
    question: str


class Mentions:
    """Reads who is asked what, in an open channel or by command."""

    def __init__(self, stage: Stage, questions: OpenQuestions, telling: Telling, answering: Answering) -> None:
        self._stage = stage
        self._questions = questions
        self._telling = telling
        self._answering = answering
        self._choices: dict[str, Question] = {}

    async def mentioned(self, event: MessageSaid) -> None:
        """Take a message that mentions Understudy as a question, or as the edit of one."""
        thread = event.thread or ThreadRef(event.ref.channel, event.ref.stamp)
        open_draft = self._questions.at(event.ref)
        meant = await self._meant(event.author, thread, event.address or "", in_thread=event.thread is not None)
        question = Question(event.author, event.author, thread, event.ref, meant.question, event.revised_at)
        if open_draft is not None:
            if event.revised_at > event.said_at and self._questions.is_news(event.ref, event.revised_at):
                await self._edited(open_draft, meant, question)
        elif event.revised_at == event.said_at or await self._answering.retire(event.ref):
            await self._asked(meant, question)

    async def no_longer_mentioned(self, event: MessageSaid) -> None:
        """Withdraw the question of a message whose edit took the mention of Understudy out."""
        await self._answering.withdraw(self._questions.at(event.ref), event.author)

    async def command(self, command: Command, rest: str) -> Answer | Refusal:
        """Take `/double ask name question`; the answer will stand in the thread it was typed in, or the channel."""
        words = await self._stage.platforms.words_for(command.person)
        place = command.thread or ThreadRef(command.channel, "")
        meant = await self._meant(command.person, place, rest, in_thread=command.thread is not None)
        if not meant.question:
            return Refusal("bad_value", words.say("asking.ask_usage"))
        if not meant.people:
            return Refusal("bad_value", words.say("asking.unknown_name", name=meant.question.split()[0]))
        now, nonce = self._stage.now(), secrets.token_hex(8)
        question = Question(command.person, command.person, place, None, meant.question, now, nonce)
        return Answer(await self._asked(meant, question))

    async def chosen(self, action: ActionTaken) -> Answer | Refusal:
        """Ask the one double that the asker picked of several."""
        words = await self._stage.platforms.words_for(action.person)
        question = self._choices.pop(action.target, None)
        worker = action.values.get("worker")
        if question is None or question.asker != action.person or not isinstance(worker, str):
            return Refusal("too_late", words.say("asking.ask_again"))
        await self._telling.aside(action.person, question.thread, action.target, "choose", "")
        return Answer(await self._answering.ask(replace(question, worker=replace(action.person, person=worker))))

    async def _edited(self, draft_id: str, meant: _Meant, question: Question) -> None:
        worker = self._questions.worker_of(draft_id)
        if worker is not None and [p.ref for p in meant.people] == [worker] and meant.question:
            await self._answering.asker_edited(draft_id, replace(question, worker=worker))
        elif await self._answering.withdraw(draft_id, question.asker):
            await self._asked(meant, question)

    async def _asked(self, meant: _Meant, question: Question) -> str:
        """Put the question to the one who is meant; otherwise help the asker along, privately."""
        stage, asker = self._stage, question.asker
        words = await stage.platforms.words_for(asker)
        if len(meant.people) == 1 and meant.question:
            return await self._answering.ask(replace(question, worker=meant.people[0].ref))
        buttons: tuple[Button, ...] = ()
        if len(meant.people) == 1:
            text = words.say("asking.what", name=meant.people[0].name)
        elif meant.people:
            text, buttons = words.say("asking.one_at_a_time"), self._offer(meant, question)
        else:
            text = words.say("asking.whom")
        key = buttons[0].target if buttons else "whom"
        await self._telling.aside(asker, question.thread, key, "choose", text, buttons)
        return text

    def _offer(self, meant: _Meant, question: Question) -> tuple[Button, ...]:
        """Remember the question for a moment, in memory alone: a choice that outlives it says "ask again"."""
        key = f"c_{secrets.token_hex(6)}"
        if len(self._choices) >= MOST_CHOICES:
            self._choices.pop(next(iter(self._choices)))
        self._choices[key] = replace(question, text=meant.question)
        return tuple(Button("choose", p.name, key, {"worker": p.ref.person}) for p in meant.people)

    async def _meant(self, asker: PersonRef, place: ThreadRef, text: str, *, in_thread: bool) -> _Meant:
        platform = self._stage.platforms.of(asker)
        address = read_address(text)
        if address.mentioned:
            refs = [replace(asker, person=person) for person in address.mentioned]
            known = [person for ref in refs if (person := await platform.directory.person(ref))]
            return _Meant(tuple(known), address.question)
        called = await platform.directory.people_called(place.channel, address.question)
        if not called and (rest := without_greeting(address.question)) != address.question:
            called = await platform.directory.people_called(place.channel, rest)
        if called:
            return _Meant(tuple(person for person, _ in called), read_address(called[0][1]).question)
        if in_thread:
            workers = dict.fromkeys(p.worker for p in await platform.posted_in(place))
            known = [person for ref in workers if (person := await platform.directory.person(ref))]
            return _Meant(tuple(known), address.question)
        return await self._named_within(place, address.question)

    async def _named_within(self, place: ThreadRef, question: str) -> _Meant:
        """Take the one person named among the first words: *can Mara tell me …*; nobody if none or several are."""
        directory = self._stage.platforms.of(place.channel).directory
        words = question.split()
        found: dict[PersonRef, Person] = {}
        for number in range(min(len(words), FIRST_WORDS)):
            for person, _ in await directory.people_called(place.channel, " ".join(words[number:])):
                found[person.ref] = person
        return _Meant(tuple(found.values()) if len(found) == 1 else (), question)
