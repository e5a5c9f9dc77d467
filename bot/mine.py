"""What a double has of its worker: searching it, reading it, and forgetting any of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.errors import BotError
from bot.events import ActionTaken
from bot.message_log import forget_on_request
from bot.messages import LoggedMessage, Span
from bot.never_use import Mark, find_held_back, marks_of, message_buttons
from bot.ports import Transaction
from bot.refs import ChannelRef, MessageRef, PersonRef
from bot.showing import message_row, read_source_id, to_show, where
from bot.stage import Stage
from bot.terms import query_terms
from bot.views import Answer, Button, Choices, Element, Empty, Item, Refusal, Text, TextField, View
from bot.words import Words

PAGE = 20


class Mine:
    """The worker's view of their own log. For anybody else it is empty."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def window(self, person: PersonRef, wanted: str = "", before: str = "") -> View:
        """Show what was logged, newest first; of what holds the wanted words, the best matches."""
        words = await self._stage.platforms.words_for(person)
        found, total = await self._found(person, wanted, _moment(before))
        elements: list[Element] = [
            TextField("words", words.say("mine.search_label"), wanted, words.say("mine.search_hint"), limit=200),
            *await self.rows(person, found, words),
        ]
        buttons = [Button("mine", words.say("mine.search_button"), look="primary")]
        if not found:
            elements.append(Empty(words.say("mine.none_found" if wanted and total else "mine.nothing")))
        else:
            elements.insert(1, Text(words.say("mine.total", n=total), look="small"))
        if not wanted and len(found) == PAGE:
            values = {"before": found[-1].said_at.isoformat()}
            elements.append(Empty("", (Button("mine", words.say("mine.older_button"), values=values),)))
        if total:
            buttons.append(Button("forget_window", words.say("mine.forget_button"), look="danger"))
        return View("mine", words.say("mine.title"), tuple(elements), tuple(buttons))

    async def rows(self, person: PersonRef, found: Sequence[LoggedMessage], words: Words) -> list[Item]:
        """Return messages as rows, each with its address, its mark, and what can be done with it."""
        now, kept = self._stage.now(), await marks_of(self._stage, person, [m.ref for m in found])
        marks = [kept.get(m.ref, Mark()) for m in found]
        return [
            message_row(shown, words, now, mark.details(words), message_buttons(shown.id, mark, words))
            for shown, mark in zip(await to_show(self._stage, person, found), marks, strict=True)
        ]

    async def delete(self, action: ActionTaken) -> Answer | Refusal:
        """Forget one message, down to the last byte of the file."""
        words = await self._stage.platforms.words_for(action.person)
        ref = read_source_id(action.person, action.target)
        if ref is None:
            return Refusal("not_found", words.say("mine.not_found"))
        count = await self._forget(action.person, lambda tx: tuple(m.ref for m in tx.messages.find([ref])))
        if not count:
            return Refusal("not_found", words.say("mine.not_found"))
        return Answer(words.say("mine.forgotten", n=count))

    async def forget_window(self, person: PersonRef) -> View:
        """Ask which channels' messages are to be forgotten."""
        words = await self._stage.platforms.words_for(person)
        counts = await self._stage.store.read(person, lambda tx: tx.messages.channels()) or ()
        if not counts:
            return View("forget", words.say("mine.forget_title"), (Empty(words.say("mine.nothing")),))
        options = tuple(
            [
                (ref.channel, words.say("mine.forget_option", n=n, where=await where(self._stage, ref)), False)
                for ref, n in counts
            ]
        )
        return View(
            "forget",
            words.say("mine.forget_title"),
            (
                Text(words.say("mine.forget_text")),
                Choices("channels", words.say("mine.forget_label"), options),
            ),
            (
                Button("forget", words.say("mine.forget_these_button"), "forget", look="danger"),
                Button("close", words.say("mine.keep_button")),
            ),
            "forget",
        )

    async def forget(self, action: ActionTaken) -> Answer | Refusal:
        """Forget every message of some channels; of all of them where none is named."""
        person, words = action.person, await self._stage.platforms.words_for(action.person)
        chosen = action.values.get("channels")
        if chosen is not None and (not isinstance(chosen, list) or not all(isinstance(c, str) for c in chosen)):
            return Refusal("bad_value", words.say("consent.channels_wrong"))
        if chosen == []:
            return Refusal("bad_value", words.say("consent.no_channel"))
        spans = (
            [Span()]
            if chosen is None
            else [Span(ChannelRef(person.platform, person.workspace, c)) for c in dict.fromkeys(chosen)]
        )
        count = await self._forget(person, lambda tx: tuple(r for span in spans for r in tx.messages.refs(span)))
        return Answer(words.say("mine.forgotten", n=count))

    async def _forget(self, person: PersonRef, choose: Callable[[Transaction], tuple[MessageRef, ...]]) -> int:
        now = self._stage.now()

        def forget(tx: Transaction) -> int:
            refs = choose(tx)
            return forget_on_request(tx, refs, now) if refs else 0

        count = await self._stage.store.run(person, forget) or 0
        if count and await self._stage.store.compact(person) is None:
            raise BotError("the file could not be rewritten without the deleted words", code="not_compacted")
        return count

    async def _found(
        self, person: PersonRef, wanted: str, before: datetime | None
    ) -> tuple[tuple[LoggedMessage, ...], int]:
        def find(tx: Transaction) -> tuple[tuple[LoggedMessage, ...], int]:
            total = tx.messages.count()
            if not wanted.strip():
                return tx.messages.page(Span(), PAGE, before), total
            hits = tx.index.search(tx.index.shelves(), query_terms(wanted), PAGE)
            best = sorted(hits, key=lambda hit: -hit.score)[:PAGE]
            found = {m.ref: m for m in tx.messages.find([hit.ref for hit in best])}
            return tuple(found[hit.ref] for hit in best if hit.ref in found), total

        found, total = await self._stage.store.read(person, find) or ((), 0)
        return (*found, *await find_held_back(self._stage, person, wanted, PAGE - len(found))), total


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
