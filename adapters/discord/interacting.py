"""What people do in Discord – commands, presses, forms, a message's menu – carried out, each answered in three seconds.

A form opens only by the very first answer; so what takes longer is awaited in a message that says so.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import discord

from adapters.chat.asking import Asked, Asking, Result, WordsFor
from adapters.chat.files import LARGE, with_files
from adapters.chat.forms import CLOSE
from adapters.chat.once import Once
from adapters.chat.open_windows import OpenWindows, Place
from adapters.discord import buttons, filled_in, requests, sheets, slash
from adapters.discord.aftermath import Aftermath
from adapters.discord.buttons import BACK, FOLD, FOOT, NOTE, OPEN, PAGE, SEND, TOLD, Holding
from adapters.discord.exchange import Exchange
from adapters.discord.locales import Locales
from adapters.discord.places import Places
from adapters.discord.requests import Interaction, Where
from adapters.discord.screens import Screens
from adapters.discord.telling import Telling
from adapters.discord.windows import asked_first, form, question
from bot.clock import Clock
from bot.errors import PlatformError
from bot.events import ActionTaken, Command
from bot.platform_ports import ChatPlatform, EventHandler
from bot.refs import PersonRef
from bot.views import Refusal

log = logging.getLogger("understudy.discord")
MOST_STEPS = 2000
Show = Callable[[Result], Awaitable[None]]
Download = Callable[[str, int], Awaitable[bytes]]


class Interacting:
    """Carries out what people do, each step once. `take` returns once its answer is shown.

    `telling` has to be the one that shows this platform's notices: what was pressed is replaced by what it tells.
    `patience` is how many seconds an answer is awaited before it is said that it takes a moment.
    """

    def __init__(
        self,
        platform: ChatPlatform,
        handler: EventHandler,
        client: discord.Client,
        windows: OpenWindows,
        telling: Telling,
        locales: Locales,
        clock: Clock,
        download: Download,
        *,
        patience: float,
    ) -> None:
        self._platform = platform
        self._windows = windows
        self._telling = telling
        self._locales = locales
        self._clock = clock
        self._download = download
        self._patience = patience
        self._words_for: WordsFor = telling.words_for
        self._client = client
        self._is_ours = Places(client).is_ours
        self._screens = Screens(windows, telling.words_for, clock)
        self._asking = Asking(handler, windows, telling.words_for)
        self._aftermath = Aftermath(self._asking, self._screens, telling)
        self._steps: Once[None] = Once(MOST_STEPS)

    async def take(self, interaction: Interaction) -> None:
        """Carry out a step; one that Discord brings again is the same."""
        await self._steps.do(str(interaction.id), lambda: self._take(interaction))

    async def idle(self) -> None:
        """Return once nothing is under way."""
        await self._steps.idle()

    async def _take(self, interaction: Interaction) -> None:
        custom_id = interaction.custom_id or ""
        held = requests.beneath_reply(custom_id, interaction.guild_id) or buttons.read(custom_id, self._windows)
        who = requests.person(interaction, held.guild if held else "")
        self._locales.note(who, interaction.locale.value)
        if interaction.type is discord.InteractionType.autocomplete:
            data, words = requests.data_of(interaction), await self._words_for(who)
            await interaction.response.autocomplete(slash.proposals(data, words))
            return
        exchange = Exchange(interaction, who, self._clock.now())
        self._telling.exchanges.note(exchange)
        if not exchange.is_in_guild and (trouble := await self._trouble_with(who)):
            await self._say(exchange, trouble)
            return
        match interaction.type:
            case discord.InteractionType.application_command:
                await self._command(exchange)
            case discord.InteractionType.component:
                await self._press(exchange, held)
            case discord.InteractionType.modal_submit:
                await self._form(exchange, held)
        await self._telling.catch_up(exchange)

    async def _trouble_with(self, who: PersonRef) -> str:
        """Return why somebody cannot be served from their direct messages, as a sentence's key; empty if they can."""
        try:
            return "" if await self._platform.directory.person(who) else "discord.elsewhere"
        except PlatformError as error:
            log.warning("who did something could not be looked up: %s", error.code)
            return "windows.failed"

    async def _command(self, exchange: Exchange) -> None:
        interaction, place = exchange.interaction, requests.where(exchange.interaction)
        name = slash.name_on_message(requests.data_of(interaction))
        words = await self._words_for(exchange.person)
        asked = requests.command(interaction, exchange.person, place, words) if place else None
        if place is not None and name is not None:
            await self._chosen(exchange, name, place)
        elif asked is None or place is None:
            await self._say(exchange, "double.unknown_action")
        elif place.is_private_thread and isinstance(asked, Command) and asked.text.startswith("ask "):
            await self._say(exchange, "discord.private_thread")
        elif isinstance(asked, Command) and asked.text == "join" and not self._is_in(exchange):
            await self._say(exchange, "discord.not_in_server")
        else:
            await self._carry(exchange, asked, lambda result: self._aftermath.shown(exchange, asked, result))

    def _is_in(self, exchange: Exchange) -> bool:
        """Whether Understudy itself is in the server, and not its commands alone, as far as is known yet."""
        guild = exchange.interaction.guild_id
        return guild is None or self._client.get_guild(guild) is not None or not self._client.is_ready()

    async def _chosen(self, exchange: Exchange, name: str, place: Where) -> None:
        """Carry out what was chosen in a message's menu: on one's own message, or on one's double's reply."""
        chosen = requests.chosen(exchange.interaction, place, exchange.person, self._is_ours)
        if chosen is None:
            await self._say(exchange, "double.unknown_action")
            return
        who, channel = exchange.person, place.channel
        if name == slash.NEVER_USE:
            if chosen.author != who:
                await self._say(exchange, "windows.not_your_message")
                return
            asked = ActionTaken(who, "never_use", f"{channel.channel}/{chosen.stamp}", {}, channel)
        elif chosen.mark is None:
            await self._say(exchange, "windows.not_a_reply")
            return
        else:
            asked = ActionTaken(who, "retract", chosen.mark.key, {}, channel)
        await self._carry(exchange, asked, lambda result: self._aftermath.shown(exchange, asked, result))

    async def _press(self, exchange: Exchange, held: Holding | None) -> None:
        if held is None:
            await self._say(exchange, "double.unknown_action")
        elif held.name == CLOSE:
            await self._screens.close(exchange)
        elif held.kind == TOLD:
            await self._press_on_notice(exchange, held)
        else:
            place = self._windows.place(held.key, exchange.person)
            if place is None or (held.kind in {FOOT, buttons.DO} and not held.name):
                await self._say(exchange, "windows.window_gone", in_place=True)
                return
            self._screens.note_pressed(exchange, held.key)
            await self._press_in_window(exchange, held, place)

    async def _press_on_notice(self, exchange: Exchange, held: Holding) -> None:
        if not held.name:
            await self._say(exchange, "windows.window_gone", in_place=True)
        elif held.asks:
            await self._screens.ask(exchange, question(held, "", await self._words_for(exchange.person), self._windows))
        else:
            if exchange.is_on_own:
                self._telling.pressed(exchange, held.key)
            asked = self._action(exchange, held, held.values)
            await self._carry(exchange, asked, lambda result: self._aftermath.on_notice(exchange, asked, result))

    async def _press_in_window(self, exchange: Exchange, held: Holding, place: Place) -> None:
        words = await self._words_for(exchange.person)
        place.notice = ""
        if held.kind == OPEN:
            sheet = form(place, held.part, words, self._windows)
            if sheet is not None:
                await exchange.open(sheet)
                return
        elif held.kind == FOLD:
            place.toggled ^= {held.part}
        elif held.kind == PAGE and held.part.isascii() and held.part.isdigit():
            place.page = int(held.part)
        elif held.asks:
            asks = asked_first(place.view, held)
            await self._screens.ask(exchange, question(held, asks, words, self._windows))
            return
        elif held.kind != BACK:
            values = sheets.standing(place) if held.kind == FOOT else {}
            asked = self._action(exchange, held, {**held.values, **values})
            await self._carry(
                exchange, asked, lambda result: self._aftermath.in_window(exchange, held, place, asked, result)
            )
            return
        await self._screens.show(exchange, place, in_place=True)

    async def _form(self, exchange: Exchange, held: Holding | None) -> None:
        """Do what a form's button says with all that stands in it, or only note it."""
        data = requests.data_of(exchange.interaction)
        place = self._windows.place(held.key, exchange.person) if held is not None else None
        typed = sheets.filled_in(place, data) if place is not None else filled_in.values(data)
        if held is not None and held.kind == NOTE and place is not None:
            place.notice = ""
            await self._screens.show(exchange, place, in_place=True)
        elif held is None or held.kind != SEND or not held.name:
            await self._say(exchange, "windows.window_gone", in_place=True)
        else:
            await self._send(exchange, held, place, typed)

    async def _send(self, exchange: Exchange, held: Holding, place: Place | None, typed: Mapping[str, Any]) -> None:
        asked = self._action(exchange, held, held.values)

        async def answer() -> Result:
            given, trouble = await with_files({**held.values, **typed}, self._download)
            if trouble:
                key = "windows.file_large" if trouble == LARGE else "discord.file_unread"
                return Refusal("bad_value", (await self._words_for(exchange.person)).say(key))
            return await self._asking.ask(self._action(exchange, held, given))

        await self._until_shown(
            exchange, answer(), lambda result: self._aftermath.after_form(exchange, place, asked, result)
        )

    async def _carry(self, exchange: Exchange, asked: Asked, show: Show) -> None:
        await self._until_shown(exchange, self._asking.ask(asked), show)

    async def _until_shown(self, exchange: Exchange, answer: Any, show: Show) -> None:
        """Show an answer; where it takes long, say so first."""
        answering: asyncio.Task[Result] = asyncio.create_task(answer)
        await asyncio.wait({answering}, timeout=self._patience)
        if not answering.done():
            try:
                await exchange.wait(in_place=True)
            except PlatformError as error:
                log.warning("that it takes a moment could not be said: %s", error.code)
        await show(await answering)

    async def _say(self, exchange: Exchange, key: str, *, in_place: bool = False) -> None:
        words = await self._words_for(exchange.person)
        await self._screens.say(exchange, words.say(key), in_place=in_place)

    @staticmethod
    def _action(exchange: Exchange, held: Holding, values: Mapping[str, Any]) -> ActionTaken:
        place = requests.where(exchange.interaction)
        return ActionTaken(exchange.person, held.name, held.target, dict(values), place.channel if place else None)
