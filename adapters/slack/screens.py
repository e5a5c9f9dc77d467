"""Putting a window, a home tab or a sentence before one person, wherever they are: nothing said is ever lost.

A step opens one window, within three seconds. Where it cannot any more, a sentence says so where they will see it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Any

from adapters.chat.open_windows import OpenWindows, Place
from adapters.slack import notices
from adapters.slack.requests import Step
from adapters.slack.telling import Telling, Transfers, WebCalls
from adapters.slack.windows import home_tab, modal
from bot.errors import PlatformError
from bot.refs import PersonRef
from bot.views import Text, View

log = logging.getLogger("understudy.slack")
SAID, WORKING = "said", "working"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a person is to be answered: in the window `window`, or by the step they took."""

    step: Step
    window: str = ""

    @property
    def person(self) -> PersonRef:
        """Who is answered."""
        return self.step.person


class Screens:
    """What people have before them in Slack."""

    def __init__(
        self,
        calls: WebCalls,
        transfers: Transfers,
        windows: OpenWindows,
        telling: Telling,
        *,
        takes_files: bool,
    ) -> None:
        self.windows = windows
        self._calls = calls
        self._transfers = transfers
        self._telling = telling
        self._words_for = telling.words_for
        self._takes_files = takes_files

    async def made(self, place: Place) -> dict[str, Any]:
        """Return a place as Slack's view of it."""
        words = await self._words_for(place.reader)
        if self.windows.home_of(place.reader) == place.key:
            return home_tab(place, words, self.windows)
        return modal(place, words, self.windows, takes_files=self._takes_files)

    async def show(self, spot: Spot, place: Place) -> None:
        """Put a place before its reader: in the window they are in, or in a new one."""
        view = await self.made(place)
        try:
            if spot.window:
                await self._calls.call("views.update", view_id=spot.window, view=view)
            else:
                await self._calls.call("views.open", trigger_id=spot.step.trigger, view=view)
        except PlatformError as error:
            log.warning("a window could not be shown: %s", error.code)
            text = place.view.elements[0] if place.view.kind == SAID else None
            words = await self._words_for(spot.person)
            await self.aside(spot, text.text if isinstance(text, Text) else words.say("slack.window_late"))

    async def publish(self, place: Place) -> None:
        """Put somebody's home tab up."""
        view = await self.made(place)
        try:
            await self._calls.call("views.publish", user_id=place.reader.person, view=view)
        except PlatformError as error:
            log.warning("a home tab could not be shown: %s", error.code)

    async def working(self, spot: Spot) -> Spot:
        """Say that it takes a moment, in the one window that a step opens; return where the answer goes then."""
        place = await self.place(spot.person, WORKING)
        try:
            opened = await self._calls.call("views.open", trigger_id=spot.step.trigger, view=await self.made(place))
        except PlatformError as error:
            log.warning("a window could not be opened: %s", error.code)
            return replace(spot, step=replace(spot.step, trigger=""))
        return replace(spot, window=str(opened["view"]["id"]))

    async def put(self, spot: Spot, view: dict[str, Any]) -> None:
        """Put a view that is made already into the window of a spot; where that is closed, say so."""
        try:
            await self._calls.call("views.update", view_id=spot.window, view=view)
        except PlatformError as error:
            log.warning("a window could not be shown: %s", error.code)
            await self.aside(spot, (await self._words_for(spot.person)).say("slack.window_late"))

    async def push(self, spot: Spot, sentence: str) -> None:
        """Say a sentence in a window above the one somebody is in, which stays as it is."""
        view = await self.made(await self.place(spot.person, SAID, sentence))
        try:
            await self._calls.call("views.push", trigger_id=spot.step.trigger, view=view)
        except PlatformError as error:
            log.warning("a window could not be opened: %s", error.code)
            await self.aside(spot, sentence)

    async def place(self, person: PersonRef, kind: str, sentence: str = "") -> Place:
        """Return a small window that holds one sentence: that something was said, or that it takes a moment."""
        words = await self._words_for(person)
        if kind == WORKING:
            view = View(WORKING, words.say("windows.working_title"), (Text(words.say("windows.working")),))
        else:
            view = View(SAID, words.say("windows.title_said"), (Text(sentence),))
        return self.windows.open(view, person)

    async def say(self, spot: Spot, sentence: str) -> None:
        """Say a sentence: in the window somebody is in, beside what they pressed, or in a window of its own."""
        if spot.window or (not spot.step.url and spot.step.trigger):
            await self.show(spot, await self.place(spot.person, SAID, sentence))
        else:
            await self.aside(spot, sentence)

    async def aside(self, spot: Spot, sentence: str) -> None:
        """Say a sentence to one person alone beside what they did, or else in their direct messages."""
        thread = {"thread_ts": spot.step.thread} if spot.step.thread else {}
        body = {"response_type": "ephemeral", "replace_original": False, **thread, **notices.plain(sentence)}
        if spot.step.url and await self._answered(spot.step.url, body):
            return
        try:
            await self._telling.say(spot.person, sentence)
        except PlatformError as error:
            log.warning("a sentence could not be said: %s", error.code)

    async def replace(self, spot: Spot, sentence: str) -> None:
        """Put a sentence in the place of the message that was pressed, its buttons gone; without one, take it away."""
        shown = {"replace_original": True, **notices.plain(sentence)}
        if not await self._answered(spot.step.url, shown if sentence else {"delete_original": True}) and sentence:
            await self.aside(replace(spot, step=replace(spot.step, url="")), sentence)

    async def _answered(self, url: str, body: dict[str, Any]) -> bool:
        try:
            await self._transfers.respond(url, body)
        except PlatformError as error:
            log.info("a response address is closed: %s", error.code)
            return False
        return True
