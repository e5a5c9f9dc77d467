"""Away: the worker's own switch for when their double may be offered, in private, to whoever mentions them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.days import read_written_day
from bot.events import ActionTaken, Command
from bot.ports import Transaction
from bot.preferences import Preferences
from bot.refs import PersonRef, WorkerRef
from bot.schedule import read_day
from bot.stage import Stage
from bot.views import Answer, Button, DateField, Item, Refusal, Text, Tick, View
from bot.words import Words

LONGEST = timedelta(days=366)
PROPOSED = timedelta(days=7)


class Away:
    """What a worker says of being away. Off until they say so; nobody else can, and nobody is told."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def command(self, command: Command, rest: str) -> Answer | Refusal:
        """Take `/double away`, which shows it, `away until <day>` and `away off`."""
        person, said = command.person, rest.strip()
        words = await self._stage.platforms.words_for(person)
        first, _, day = said.partition(" ")
        if not said:
            return await self.window(person)
        if first.casefold() in {"off", words.say("away.off_word").casefold()} and not day:
            return await self._set(person, None, by_status=False)
        if first.casefold() in {"until", words.say("away.until_word").casefold()}:
            until = read_written_day(day, await self._stage.today(person), words)
            return await self._set(person, until) if until else Refusal("bad_value", words.say("away.usage"))
        return Refusal("bad_value", words.say("away.usage"))

    async def window(self, person: PersonRef) -> Answer | Refusal:
        """Show whether the worker is away, and the form to change it."""
        words = await self._stage.platforms.words_for(person)
        kept = await self._stage.store.read(person, lambda tx: tx.keepsakes.preferences())
        if kept is None:
            return Refusal("not_found", words.say("double.join_first"))
        today = await self._stage.today(person)
        until = kept.away_until if kept.away_until and kept.away_until >= today else today + PROPOSED
        tells_status = self._stage.platforms.of(person).directory.tells_status()
        elements = (
            Text(away_line(kept, today, words), look="strong"),
            Text(words.say("away.intro")),
            Tick("away", words.say("away.tick_label"), "", value=kept.is_away_on(today)),
            DateField("until", words.say("away.until_label"), until, today, today + LONGEST),
            *((_by_status(kept, words),) if tells_status else ()),
        )
        save = Button("save_away", words.say("away.save_button"), look="primary")
        return Answer(view=View("away", words.say("away.title"), elements, (save,)))

    async def save(self, action: ActionTaken) -> Answer | Refusal:
        """Take the form."""
        words, today = await self._stage.platforms.words_for(action.person), await self._stage.today(action.person)
        is_away, by_status = action.values.get("away", False), action.values.get("by_status", False)
        until = read_day(action.values.get("until"), today + PROPOSED)
        if not isinstance(is_away, bool) or not isinstance(by_status, bool) or until is None:
            return Refusal("bad_value", words.say("away.usage"))
        return await self._set(action.person, until if is_away else None, by_status=by_status)

    async def _set(self, worker: WorkerRef, until: date | None, by_status: bool | None = None) -> Answer | Refusal:
        """Keep what the worker said; None leaves whether their status counts as it is."""
        words, today = await self._stage.platforms.words_for(worker), await self._stage.today(worker)
        if until is not None and not today <= until <= today + LONGEST:
            return Refusal("bad_value", words.say("away.until_wrong", latest=words.day(today + LONGEST, today)))

        def keep(tx: Transaction) -> Preferences:
            old = tx.keepsakes.preferences()
            counts = old.away_by_status if by_status is None else by_status
            new = replace(old, away_until=until, away_by_status=counts)
            tx.keepsakes.set_preferences(new)
            return new

        kept = await self._stage.store.run(worker, keep)
        if kept is None:
            return Refusal("not_found", words.say("double.join_first"))
        return Answer(away_line(kept, today, words))


def _by_status(kept: Preferences, words: Words) -> Tick:
    return Tick("by_status", words.say("away.status_label"), words.say("away.status_hint"), kept.away_by_status)


def away_line(kept: Preferences, today: date, words: Words) -> str:
    """Say whether a worker is away, and what follows from it."""
    if kept.away_until is not None and kept.is_away_on(today):
        return words.say("away.is_on", day=words.day(kept.away_until, today))
    return words.say("away.by_status" if kept.away_by_status else "away.is_off")


def away_row(kept: Preferences, today: date, words: Words) -> Item:
    """Return the line on the worker's own page, with the way to change it."""
    return Item(away_line(kept, today, words), buttons=(Button("away", words.say("away.window_button")),))
