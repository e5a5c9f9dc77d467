"""Never use, and use again: the worker's word on single messages, wherever they see one, obeyed at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.answering import Answering
from bot.drafts import Draft, DraftState
from bot.events import ActionTaken
from bot.log_pages import PAGE
from bot.message_log import REDRAFTED
from bot.messages import WORKER_SAID, LoggedMessage, by_time
from bot.ports import Transaction
from bot.refs import MessageRef, PersonRef, WorkerRef
from bot.showing import read_source_id
from bot.stage import Stage
from bot.telling import Telling
from bot.terms import query_terms, terms
from bot.views import Answer, Button, Refusal
from bot.withholding import release, withhold
from bot.words import Words

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a message is to its worker's double: to be used, or held back by the worker's word, or by a topic alone."""

    is_withheld: bool = False
    by_worker: bool = False

    def details(self, words: Words) -> tuple[str, ...]:
        """Return the plain mark beside a message that is held back."""
        if not self.is_withheld:
            return ()
        return (words.say("never.never_used" if self.by_worker else "never.never_used_topic"),)


class NeverUse:
    """Marks messages as never to be used, and takes the mark off."""

    def __init__(self, stage: Stage, answering: Answering, telling: Telling) -> None:
        self._stage = stage
        self._answering = answering
        self._telling = telling

    async def never_use(self, action: ActionTaken) -> Answer | Refusal:
        """Hold a message back; drafts that rest on it are composed afresh without it."""
        worker, now = action.person, self._stage.now()
        words = await self._stage.platforms.words_for(worker)
        ref = read_source_id(worker, action.target)

        def hold(tx: Transaction) -> tuple[Draft, ...] | None:
            if ref is None or not tx.messages.find([ref]):
                return None
            drafts, _ = voided(tx, lambda: withhold(tx, [ref], WORKER_SAID, now))
            return drafts

        drafts = await self._stage.store.run(worker, hold)
        if drafts is None:
            return Refusal("not_found", words.say("mine.not_found"))
        return Answer(words.in_a_row((words.say("never.held"), *await self.compose_again(drafts, words))))

    async def use_again(self, action: ActionTaken) -> Answer | Refusal:
        """Take the worker's mark off a message; what a topic holds back stays held back, and that is said."""
        worker, now = action.person, self._stage.now()
        words = await self._stage.platforms.words_for(worker)
        ref = read_source_id(worker, action.target)

        def let_go(tx: Transaction) -> tuple[LoggedMessage, ...]:
            if ref is None:
                return ()
            release(tx, [ref], WORKER_SAID, now)
            return tx.messages.find([ref])

        found = await self._stage.store.run(worker, let_go)
        if not found:
            return Refusal("not_found", words.say("mine.not_found"))
        return Answer(words.say("never.held_still" if found[0].is_withheld else "never.used_again"))

    async def compose_again(self, drafts: Sequence[Draft], words: Words) -> tuple[str, ...]:
        """Compose drafts afresh that rested on what is held back now; say how many there are.

        Their askers are no longer shown links to it, whether or not another draft can be made at this moment.
        """
        for draft in drafts:
            await self._telling.waiting(draft)
            self._answering.begin(draft.worker, draft.id)
        if drafts:
            await self._telling.announce(drafts[0].worker)
        return (words.say("never.afresh", n=len(drafts)),) if drafts else ()


def voided(tx: Transaction, change: Callable[[], T]) -> tuple[tuple[Draft, ...], T]:
    """Make a change; return the drafts that are questions again because of it, and what the change returned."""
    before = {draft.id for draft in tx.drafts.in_states(REDRAFTED)}
    made = change()
    return tuple(draft for draft in tx.drafts.in_states({DraftState.ASKED}) if draft.id in before), made


def message_buttons(shown: str, mark: Mark, words: Words) -> tuple[Button, ...]:
    """Return what can be done with a message wherever its worker sees it: never use it, or use it again; delete it."""
    delete = Button(
        "delete_message",
        words.say("mine.delete_button"),
        shown,
        look="danger",
        confirm=words.say("mine.delete_confirm"),
    )
    return (*_use_button(shown, mark, words), delete)


async def marks_of(stage: Stage, worker: PersonRef, refs: Collection[MessageRef]) -> dict[MessageRef, Mark]:
    """Return the mark of each of some messages that are stored."""

    def look(tx: Transaction) -> dict[MessageRef, Mark]:
        by_worker = frozenset(tx.usage.withheld(WORKER_SAID))
        return {m.ref: Mark(m.is_withheld, m.ref in by_worker) for m in tx.messages.find(refs)}

    return await stage.store.read(worker, look) or {}


async def find_held_back(stage: Stage, worker: WorkerRef, wanted: str, limit: int) -> tuple[LoggedMessage, ...]:
    """Return the newest of the messages that are held back and hold all wanted words: no index has them."""
    sought = set(query_terms(wanted))
    refs = await stage.store.read(worker, lambda tx: tx.usage.withheld()) or () if sought else ()
    found: list[LoggedMessage] = []
    for start in range(0, len(refs), PAGE):
        block = refs[start : start + PAGE]
        found += await stage.store.read(worker, lambda tx, block=block: _holding(tx, block, sought)) or ()  # type: ignore[misc]
        found = sorted(found, key=by_time, reverse=True)[:limit]
    return tuple(found)


def _holding(tx: Transaction, refs: Collection[MessageRef], sought: set[str]) -> list[LoggedMessage]:
    return [message for message in tx.messages.find(refs) if sought <= set(terms(message.text))]


def _use_button(shown: str, mark: Mark, words: Words) -> tuple[Button, ...]:
    """Return the button beside a message; none where a topic alone holds it back: that is taken off as a whole."""
    if mark.by_worker:
        return (Button("use_again", words.say("never.use_again_button"), shown),)
    return () if mark.is_withheld else (Button("never_use", words.say("never.never_use_button"), shown),)
