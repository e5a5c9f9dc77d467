"""Putting a window, a form or a sentence before one person, in answer to their step: nothing said is ever lost.

A window is a message that its reader alone sees. It is changed in place by a press on it, and for a quarter of an hour
after it was last shown by whatever else happens.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from io import BytesIO

import discord
from discord import ui

from adapters.chat.asking import WordsFor
from adapters.chat.open_windows import OpenWindows, Place, Shelf
from adapters.discord import notices
from adapters.discord.exchange import PRESSED, Exchange
from adapters.discord.windows import at_once, message
from bot.clock import Clock
from bot.errors import PlatformError
from bot.refs import PersonRef
from bot.views import HandedFile

log = logging.getLogger("understudy.discord")

MOST_PEOPLE, MOST_WINDOWS = 500, 8


@dataclass(frozen=True, slots=True)
class Standing:
    """A window that was shown: the key of its place, and by which step it can still be changed."""

    key: str
    exchange: Exchange
    message: int


class Screens:
    """What people have before them in Discord."""

    def __init__(self, windows: OpenWindows, words_for: WordsFor, clock: Clock) -> None:
        self.windows = windows
        self._words_for = words_for
        self._clock = clock
        self._standing: Shelf[dict[int, Standing]] = Shelf(MOST_PEOPLE)

    async def open(self, exchange: Exchange, place: Place) -> bool:
        """Open a place as a form alone, if it is one and still can be; return whether it was."""
        form = at_once(place, await self._words_for(place.reader), self.windows) if exchange.takes_form else None
        if form is None:
            return False
        try:
            await exchange.open(form)
        except PlatformError as error:
            log.warning("a form could not be opened: %s", error.code)
            return False
        return True

    async def show(self, exchange: Exchange, place: Place, *, in_place: bool) -> None:
        """Show a place: where the step was taken, or as a message of its own."""
        shown = await self.drawn(place)
        pressed = exchange.pressed
        if in_place and pressed is not None and await self._put(exchange, shown):
            self._note(pressed.id, Standing(place.key, exchange, PRESSED))
            return
        shown = await self.drawn(place)
        try:
            message = await exchange.beside(shown)
        except PlatformError as error:
            log.warning("a window could not be shown: %s", error.code)
            return
        self._note(message, Standing(place.key, exchange, message))

    async def drawn(self, place: Place) -> ui.LayoutView:
        """Return a place as a message."""
        return message(place, await self._words_for(place.reader), self.windows)

    async def say(self, exchange: Exchange, sentence: str, *, in_place: bool = False) -> None:
        """Say a sentence: in the place of what was pressed, or as a message of its own."""
        if in_place and await self._put(exchange, notices.plain(sentence)):
            self._forget(exchange)
            return
        try:
            await exchange.beside(notices.plain(sentence))
        except PlatformError as error:
            log.warning("a sentence could not be said: %s", error.code)

    async def ask(self, exchange: Exchange, question: ui.LayoutView) -> None:
        """Ask whether a press is meant: in the window's place, or beside a notice."""
        if not await self._put(exchange, question):
            await exchange.beside(question)

    async def close(self, exchange: Exchange) -> None:
        """Take away what was pressed."""
        self._forget(exchange)
        try:
            await exchange.remove(PRESSED)
        except PlatformError as error:
            log.info("a window could not be closed: %s", error.code)

    async def hand_over(self, exchange: Exchange, file: HandedFile) -> bool:
        """Hand a file over to whoever acted, and to nobody else; return whether Discord took it."""
        words = await self._words_for(exchange.person)
        if len(file.content) > exchange.interaction.filesize_limit:
            return False
        shown = notices.plain(words.say("discord.file_here", name=file.name))
        shown.add_item(ui.File(f"attachment://{file.name}"))
        try:
            await exchange.beside(shown, [_attached(file)])
        except PlatformError as error:
            log.warning("a file could not be handed over: %s", error.code)
            return False
        return True

    def pressed_place(self, exchange: Exchange) -> Place | None:
        """Return the place that stands where a step was taken, or where the form that was sent was opened."""
        pressed = exchange.pressed
        standing = (self._standing.get(exchange.person) or {}).get(pressed.id) if pressed is not None else None
        return self.windows.place(standing.key, exchange.person) if standing is not None else None

    def note_pressed(self, exchange: Exchange, key: str) -> None:
        """Take note that a press was made in the window with this key: it can be changed for another while."""
        if exchange.pressed is not None and key:
            self._note(exchange.pressed.id, Standing(key, exchange, PRESSED))

    def others(self, exchange: Exchange) -> tuple[Standing, ...]:
        """Return the windows of somebody that can still be changed, but for those that the step itself has shown."""
        here = exchange.pressed.id if exchange.pressed is not None else None
        known, now = self._standing.get(exchange.person) or {}, self._clock.now()
        others = (one for id_, one in known.items() if id_ != here and one.exchange is not exchange)
        return tuple(one for one in others if one.exchange.is_live(now))

    def forget_older(self, person: PersonRef) -> None:
        """Let go of those of somebody's windows that cannot be changed any more: no press shows anew what they show."""
        known, now = self._standing.get(person) or {}, self._clock.now()
        self.windows.forget(person, {one.key for one in known.values() if one.exchange.is_live(now)})

    async def change(self, standing: Standing, place: Place | None) -> None:
        """Show a place in a window that stands open, or take the window away."""
        known = self._standing.get(standing.exchange.person) or {}
        at = next((id_ for id_, one in known.items() if one is standing), None)
        try:
            if place is None:
                await standing.exchange.remove(standing.message)
            else:
                await standing.exchange.change(standing.message, await self.drawn(place))
        except PlatformError as error:  # its reader has closed it
            log.info("a window could not be changed: %s", error.code)
            place = None
        if at is None:
            return
        known.pop(at)
        if place is not None:
            known[at] = replace(standing, key=place.key)

    async def _put(self, exchange: Exchange, shown: ui.LayoutView) -> bool:
        if not exchange.is_on_own:
            return False
        try:
            await exchange.instead(shown)
        except PlatformError as error:
            log.info("nothing can be put in the place of what was pressed: %s", error.code)
            return False
        return True

    def _note(self, message: int, standing: Standing) -> None:
        known = self._standing.get(standing.exchange.person) or {}
        known.pop(message, None)
        known[message] = standing
        while len(known) > MOST_WINDOWS:
            known.pop(next(iter(known)))
        self._standing.put(standing.exchange.person, known)

    def _forget(self, exchange: Exchange) -> None:
        if exchange.pressed is not None:
            (self._standing.get(exchange.person) or {}).pop(exchange.pressed.id, None)


def _attached(file: HandedFile) -> discord.File:
    return discord.File(BytesIO(file.content), file.name)
