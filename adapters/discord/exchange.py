"""One step of a person's, and what Discord lets us answer: once within three seconds, then for a quarter of an hour.

An answer is for that person's eyes alone. Nothing that is shown is kept by the library: a press on it is read from what
the button itself holds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import discord
from discord.ui import LayoutView, Modal

from adapters.chat.open_windows import Shelf
from adapters.discord.failures import told
from bot.errors import NotPermitted
from bot.refs import PersonRef

LIVES = timedelta(minutes=14)
"""How long a step can be answered: a minute less than Discord says."""

PRESSED = 0
"""Stands for the message that was pressed, among the ids of what was shown in an exchange."""

_MOST_PEOPLE = 2000
_ACKNOWLEDGED = 40060
_NOBODY = discord.AllowedMentions.none()


@contextmanager
def _done_before() -> Iterator[None]:
    """Take it well that Discord has had this answer: the library sends again what it heard nothing of."""
    try:
        yield
    except discord.HTTPException as error:
        if error.code != _ACKNOWLEDGED:
            raise


class _Original(Enum):
    """What Discord's word `@original` stands for: what was pressed, or our answer; a form is none."""

    NONE = "none"
    PRESSED = "pressed"
    AWAITED = "awaited"
    OURS = "ours"
    FORM = "form"


class Exchange:
    """A command, a press or a form that was sent, from the moment `at`, by `person`."""

    def __init__(self, interaction: discord.Interaction[Any], person: PersonRef, at: datetime) -> None:
        self.interaction = interaction
        self.person = person
        self.said: set[str] = set()
        self._at = at
        self._original = _Original.NONE
        self._original_id = PRESSED
        self._turn = asyncio.Lock()

    @property
    def is_in_guild(self) -> bool:
        """Whether it was done in a guild, and not in direct messages."""
        return self.interaction.guild_id is not None

    @property
    def is_answered(self) -> bool:
        """Whether Discord has had its answer, be it that it takes a moment."""
        return self._original is not _Original.NONE

    @property
    def takes_form(self) -> bool:
        """Whether a form can still be opened: by the very first answer alone, and never in answer to a form."""
        return not self.is_answered and self.interaction.type is not discord.InteractionType.modal_submit

    @property
    def pressed(self) -> discord.Message | None:
        """The message that it was done on, or from which the form was opened."""
        return self.interaction.message

    @property
    def is_on_own(self) -> bool:
        """Whether it was done on something that this person alone sees."""
        return self.pressed is not None and (self.pressed.flags.ephemeral or not self.is_in_guild)

    def is_live(self, now: datetime) -> bool:
        """Whether Discord still takes answers to it."""
        return now - self._at < LIVES

    async def open(self, form: Modal) -> None:
        """Open a form."""
        form.stop()
        async with self._turn:
            with told(), _done_before():
                await self.interaction.response.send_modal(form)
            self._original = _Original.FORM

    async def wait(self, *, in_place: bool) -> None:
        """Say that it takes a moment, unless something was answered: what was pressed stays, or an answer is due."""
        async with self._turn:
            if not self.is_answered:
                await self._defer(in_place=in_place and self.is_on_own)

    async def beside(self, shown: LayoutView, files: Sequence[discord.File] = ()) -> int:
        """Show something as a message of its own; return the id by which it can be changed."""
        shown.stop()
        async with self._turn:
            if not self.is_answered and self.is_on_own:
                await self._defer(in_place=True)  # the answer itself is for what was pressed
            with told():
                return await self._shown(shown, files)

    async def instead(self, shown: LayoutView) -> None:
        """Show something in the place of what was pressed; where that cannot be, it is `NotPermitted`."""
        await self.change(PRESSED, shown)

    async def change(self, message: int, shown: LayoutView) -> None:
        """Show something in the place of what was shown in this exchange, or was pressed."""
        shown.stop()
        async with self._turn:
            with told():
                if message not in {PRESSED, self._original_id}:
                    await self.interaction.followup.edit_message(message, view=shown, allowed_mentions=_NOBODY)
                elif message == PRESSED and not self.is_answered and self.is_on_own:
                    with _done_before():
                        await self.interaction.response.edit_message(view=shown, allowed_mentions=_NOBODY)
                    self._original = _Original.PRESSED
                else:
                    self._check_original(message)
                    await self.interaction.edit_original_response(view=shown, allowed_mentions=_NOBODY)

    async def remove(self, message: int) -> None:
        """Take away what was shown in this exchange, or was pressed."""
        async with self._turn:
            if message == PRESSED and not self.is_answered and self.is_on_own:
                await self._defer(in_place=True)
            with told():
                if message not in {PRESSED, self._original_id}:
                    await self.interaction.followup.delete_message(message)
                else:
                    self._check_original(message)
                    await self.interaction.delete_original_response()

    async def _defer(self, *, in_place: bool) -> None:
        with told(), _done_before():
            await self.interaction.response.defer(ephemeral=True, thinking=not in_place)
        self._original = _Original.PRESSED if in_place else _Original.AWAITED

    async def _shown(self, shown: LayoutView, files: Sequence[discord.File]) -> int:
        match self._original:
            case _Original.NONE:
                with _done_before():
                    answer = await self.interaction.response.send_message(
                        view=shown, files=files, ephemeral=True, allowed_mentions=_NOBODY
                    )
                    self._original_id = answer.message_id or PRESSED
                self._original = _Original.OURS
                return self._original_id
            case _Original.AWAITED:
                changed = await self.interaction.edit_original_response(
                    view=shown, attachments=files, allowed_mentions=_NOBODY
                )
                self._original, self._original_id = _Original.OURS, changed.id
                return changed.id
            case _:
                sent = await self.interaction.followup.send(
                    view=shown, files=files, ephemeral=True, wait=True, allowed_mentions=_NOBODY
                )
                return sent.id

    def _check_original(self, message: int) -> None:
        is_pressed = message == PRESSED and self._original is _Original.PRESSED
        if not is_pressed and not (message == self._original_id and self._original is _Original.OURS):
            raise NotPermitted("there is nothing in whose place it could stand", "no_place")


class Exchanges:
    """The newest step of each of the people seen lately, in memory alone."""

    def __init__(self) -> None:
        self._newest: Shelf[Exchange] = Shelf(_MOST_PEOPLE)
        self._in_guild: Shelf[Exchange] = Shelf(_MOST_PEOPLE)

    def note(self, exchange: Exchange) -> None:
        """Take note of a step."""
        self._newest.put(exchange.person, exchange)
        if exchange.is_in_guild:
            self._in_guild.put(exchange.person, exchange)

    def live(self, person: PersonRef, now: datetime) -> Exchange | None:
        """Return somebody's newest step in a guild, if Discord still takes answers to it."""
        found = self._in_guild.get(person)
        return found if found is not None and found.is_live(now) else None

    def said(self, person: PersonRef, text: str) -> None:
        """Take note that somebody was told something, wherever: the answer to their step need not say it again."""
        newest = self._newest.get(person)
        if newest is not None:
            newest.said.add(text)
