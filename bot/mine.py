"""What a double has of its worker: searching it, and reading it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.messages import LoggedMessage, Span
from bot.never_use import Mark, find_held_back, marks_of, message_buttons
from bot.ports import Transaction
from bot.refs import PersonRef
from bot.showing import message_row, to_show
from bot.stage import Stage
from bot.terms import query_terms
from bot.views import Button, Element, Empty, Item, Text, TextField, View
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
