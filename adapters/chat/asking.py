"""Asking the core for what somebody wants, and remembering the window that its answer opens."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from adapters.chat.open_windows import OpenWindows, Place
from adapters.chat.steps import is_opening
from bot.errors import BotError
from bot.events import ActionTaken, Command
from bot.platform_ports import EventHandler
from bot.refs import PersonRef
from bot.views import Answer, Refusal, Text, View
from bot.words import Words

log = logging.getLogger("understudy.chat")
Result = Answer | Refusal
Asked = ActionTaken | Command
WordsFor = Callable[[PersonRef], Awaitable[Words]]


class Asking:
    """Asks the core."""

    def __init__(self, handler: EventHandler, windows: OpenWindows, words_for: WordsFor) -> None:
        self._handler = handler
        self._windows = windows
        self._words_for = words_for

    async def ask(self, asked: Asked) -> Result:
        """Return what the core answers; what fails becomes a sentence, and the log has its code."""
        try:
            if isinstance(asked, Command):
                return await self._handler.command(asked)
            return await self._handler.act(asked)
        except BotError as error:
            log.error("a step failed: %s", error.code)
        except Exception as error:  # noqa: BLE001 - one step must not stop the next
            log.error("a step failed: %s", type(error).__name__)
        return Refusal("failed", (await self._words_for(asked.person)).say("windows.failed"))

    def opened(self, asked: Asked, view: View, text: str) -> Place:
        """Remember a window as it opens, with what to say above it and what would open it again."""
        place = self._windows.open(view, asked.person)
        place.again = asked if is_opening(asked) else None
        is_in_view = text == view.title or any(isinstance(one, Text) and one.text == text for one in view.elements)
        place.notice = "" if is_in_view else text
        return place

    async def again(self, place: Place) -> Place | None:
        """Make a list anew after something in it was done; None where what opened it cannot be done again."""
        result = await self.ask(place.again) if place.again is not None else None
        if not isinstance(result, Answer) or result.view is None:
            return None
        fresh = self._windows.open(result.view, place.reader)
        fresh.toggled, fresh.page, fresh.typed = place.toggled, place.page, place.typed
        fresh.again, fresh.notice = place.again, place.notice
        return fresh
