"""Showing what came of a step: where it was taken, in the place of the notice that was pressed, in what stands open."""

from __future__ import annotations

from adapters.chat.asking import Asked, Asking, Result
from adapters.chat.open_windows import Place
from adapters.chat.steps import ERASING, OPENING, OVER, is_opening
from adapters.discord.buttons import FOOT, Holding
from adapters.discord.exchange import Exchange
from adapters.discord.screens import Screens
from adapters.discord.telling import Telling
from bot.views import Answer, Refusal

HOME = "home"


class Aftermath:
    """Shows what the core answers."""

    def __init__(self, asking: Asking, screens: Screens, telling: Telling) -> None:
        self._asking = asking
        self._screens = screens
        self._words_for = telling.words_for

    async def shown(self, exchange: Exchange, asked: Asked, result: Result) -> None:
        """Show what a command or a message's menu brings: its form, its window, or a sentence."""
        result = await self._handed_over(exchange, result)
        await self._apart(exchange, asked, result)
        await self._ended(exchange, asked)

    async def on_notice(self, exchange: Exchange, asked: Asked, result: Result) -> None:
        """Show what a press on a notice did; what is over loses its buttons.

        Nothing more is said where the core has told something in the notice's place, or beside it, in the meantime.
        """
        result = await self._handed_over(exchange, result)
        said, is_told = _said(result), bool(exchange.said)
        is_over = result.code in OVER if isinstance(result, Refusal) else exchange.is_in_guild
        if isinstance(result, Answer) and result.view is not None:
            await self._apart(exchange, asked, result)
        elif said and is_over and exchange.is_on_own and not is_told:
            await self._screens.say(exchange, said, in_place=True)
        elif said and (isinstance(result, Refusal) or not is_told):
            await self._screens.say(exchange, said)
        await self._ended(exchange, asked)

    async def in_window(self, exchange: Exchange, held: Holding, place: Place, asked: Asked, result: Result) -> None:
        """Show what a press in a window did. A refusal stands above it; words alone end a form, and renew a list."""
        result = await self._handed_over(exchange, result)
        if isinstance(result, Answer) and result.view is not None:
            await self._follows(exchange, place, asked, result)
        elif isinstance(result, Answer) and result.text and held.kind == FOOT and place.view.kind != HOME:
            await self._screens.say(exchange, result.text, in_place=True)
        else:
            await self._noted(exchange, place, result)
        await self._ended(exchange, asked)

    async def after_form(self, exchange: Exchange, form: Place | None, asked: Asked, result: Result) -> None:
        """Show what came of a form that was sent; after a refusal it stays as it was filled in."""
        result = await self._handed_over(exchange, result)
        beneath = self._screens.pressed_place(exchange)
        is_own = beneath is not None and form is not None and beneath.key == form.key
        if isinstance(result, Refusal) and form is not None:
            form.notice = result.sentence
            await self._screens.show(exchange, form, in_place=is_own)
        elif isinstance(result, Answer) and result.view is not None:
            place = self._asking.opened(asked, result.view, result.text)
            await self._screens.show(exchange, place, in_place=is_own or _is_same(beneath, place))
        elif beneath is not None and not is_own:
            await self._noted(exchange, beneath, result)
        elif said := _said(result):
            await self._screens.say(exchange, said, in_place=is_own)
        await self._ended(exchange, asked)

    async def _apart(self, exchange: Exchange, asked: Asked, result: Result) -> None:
        """Show something by itself; words that a notice has said in the meantime are not said again."""
        if isinstance(result, Answer) and result.view is not None:
            place = self._asking.opened(asked, result.view, result.text)
            if not await self._screens.open(exchange, place):
                await self._screens.show(exchange, place, in_place=False)
        elif (said := _said(result)) and said not in exchange.said:
            await self._screens.say(exchange, said)

    async def _follows(self, exchange: Exchange, place: Place, asked: Asked, answer: Answer) -> None:
        """Show the window that follows another: in its place, or, from somebody's own page, beside it."""
        if answer.view is None:
            return
        opened = self._asking.opened(asked, answer.view, answer.text)
        if not await self._screens.open(exchange, opened):
            is_beside = place.view.kind == HOME and opened.view.kind != HOME
            await self._screens.show(exchange, opened, in_place=not is_beside)

    async def _noted(self, exchange: Exchange, place: Place, result: Result) -> None:
        """Show a window as it is by now, with what is to be said above it."""
        place.notice = _said(result)
        fresh = await self._asking.again(place) if isinstance(result, Answer) else None
        await self._screens.show(exchange, fresh or place, in_place=True)

    async def _ended(self, exchange: Exchange, asked: Asked) -> None:
        """Let Discord have an answer in any case, and nothing stay before anybody that is not true any more."""
        if not exchange.is_answered:
            if exchange.is_on_own:
                await exchange.wait(in_place=True)
            else:
                await self._screens.say(exchange, (await self._words_for(exchange.person)).say("windows.done"))
        name = getattr(asked, "name", "") or getattr(asked, "text", "").partition(" ")[0]
        for standing in self._screens.others(exchange):
            place = self._screens.windows.place(standing.key, exchange.person)
            if name in ERASING:
                fresh = await self._asking.again(place) if place is not None else None
                await self._screens.change(standing, fresh)
            elif name not in OPENING and place is not None and place.view.kind == HOME:
                place.notice = ""
                await self._screens.change(standing, await self._asking.again(place) or place)
        if name in ERASING and not is_opening(asked):
            self._screens.forget_older(exchange.person)

    async def _handed_over(self, exchange: Exchange, result: Result) -> Result:
        """Hand a file over at once; it is kept nowhere."""
        if not isinstance(result, Answer) or result.file is None:
            return result
        if await self._screens.hand_over(exchange, result.file):
            return Answer(result.text, result.view)
        return Answer((await self._words_for(exchange.person)).say("discord.file_not_sent"), result.view)


def _said(result: Result) -> str:
    return result.sentence if isinstance(result, Refusal) else result.text


def _is_same(beneath: Place | None, place: Place) -> bool:
    return beneath is not None and beneath.view.kind == place.view.kind
