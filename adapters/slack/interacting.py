"""What people do in Slack – commands, buttons, forms, shortcuts, the home tab – carried out, each in its three seconds.

A step opens a window only within three seconds, so an answer that takes longer is awaited in a window that says so.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from adapters.chat.asking import Asked, Result, WordsFor
from adapters.chat.files import LARGE, with_files
from adapters.chat.forms import CLOSE
from adapters.chat.open_windows import OpenWindows
from adapters.slack import buttons, fields, requests
from adapters.slack.aftermath import Aftermath
from adapters.slack.buttons import DO, FOLD, FOOT, PAGE
from adapters.slack.ids import Installation
from adapters.slack.notices import plain
from adapters.slack.requests import Payload, Press, Shortcut, Step
from adapters.slack.screens import SAID, WORKING, Screens, Spot
from adapters.slack.telling import Telling, Transfers, WebCalls
from adapters.slack.windows import read_metadata
from bot.errors import PlatformError
from bot.events import ActionTaken
from bot.platform_ports import ChatPlatform, EventHandler
from bot.refs import MessageRef
from bot.views import Refusal
from bot.words import Words

log = logging.getLogger("understudy.slack")
PATIENCE = 2.0
"""Seconds that an answer is awaited before a window says that it takes a moment; Slack gives three."""

LAG = 0.5
"""Seconds that a late answer to a form stays behind its acknowledgement, which would be shown over it otherwise."""

Show = Callable[[Spot, Result], Awaitable[None]]


class Interacting:
    """Carries out what people do. Every call but a form's returns once its answer is shown; `idle` waits for the rest.

    `telling` has to be the one that shows this platform's notices: what was pressed is replaced by what it tells.
    """

    def __init__(
        self,
        platform: ChatPlatform,
        handler: EventHandler,
        here: Installation,
        calls: WebCalls,
        transfers: Transfers,
        windows: OpenWindows,
        telling: Telling,
        *,
        patience: float = PATIENCE,
        lag: float = LAG,
    ) -> None:
        self._platform = platform
        self._here = here
        self._windows = windows
        self._telling = telling
        self._transfers = transfers
        self._words_for: WordsFor = telling.words_for
        takes_files, hands_files = "files:read" in here.scopes, "files:write" in here.scopes
        self._screens = Screens(calls, transfers, windows, telling, takes_files=takes_files)
        self._aftermath = Aftermath(handler, self._screens, telling, transfers, hands_files=hands_files)
        self._patience = patience
        self._lag = lag
        self._under_way: set[asyncio.Task[Any]] = set()

    async def command(self, payload: Payload) -> None:
        """Carry out `/double …`."""
        asked = requests.command(payload, self._here)
        if asked is None:
            await self._turn_away(payload)
            return
        step, command = asked
        await self._carry(Spot(step), command, lambda s, r: self._aftermath.after_command(s, command, r))

    async def pressed(self, payload: Payload) -> None:
        """Carry out a button: one of the core's, or one of the window's own."""
        press = requests.press(payload, self._here)
        if press is None:
            await self._turn_away(payload)
        elif press.action_id.startswith((FOLD, PAGE)):
            await self._turn(press)
        elif press.action_id.startswith(DO):
            await self._press(press)

    async def submitted(self, payload: Payload) -> dict[str, Any] | None:
        """Carry out a form; return what Slack is to do with its window, within the patience there is."""
        step = requests.step_of(payload, self._here)
        if step is None or step.view is None:
            return {"response_action": "clear"}
        held = buttons.read(read_metadata(dict(step.view))[1], self._windows)
        if held is None:
            place = await self._screens.place(step.person, SAID, await self._say(step, "windows.window_gone"))
            return {"response_action": "update", "view": await self._screens.made(place)}
        if held[0] == CLOSE:
            return None
        form: asyncio.Task[dict[str, Any] | None] = self._start(self._form(step, held))
        await asyncio.wait({form}, timeout=self._patience)
        if form.done():
            return form.result()
        self._start(self._late(Spot(step, step.window), form))
        working = await self._screens.place(step.person, WORKING)
        return {"response_action": "update", "view": await self._screens.made(working)}

    async def shortcut(self, payload: Payload) -> None:
        """Carry out a message shortcut: `never_use` on one's own message, `take_back` on one's double's reply."""
        chosen = requests.shortcut(payload, self._here)
        if chosen is None:
            await self._turn_away(payload)
            return
        asked = await (self._never_use(chosen) if chosen.name == "never_use" else self._take_back(chosen))
        if isinstance(asked, str):
            await self._screens.say(Spot(chosen.step), await self._say(chosen.step, asked))
            return
        await self._carry(Spot(chosen.step), asked, lambda s, r: self._aftermath.after_shortcut(s, asked, r))

    async def home_opened(self, payload: Payload) -> None:
        """Put the home tab up afresh for whoever opened it."""
        event = payload.get("event", payload)
        user = event.get("user") if isinstance(event, dict) and event.get("tab") == "home" else None
        if isinstance(user, str) and user:
            await self._aftermath.home(self._here.person(user))

    async def idle(self) -> None:
        """Return once nothing is under way."""
        while self._under_way:
            await asyncio.wait(set(self._under_way))

    async def _carry(self, spot: Spot, asked: Asked, show: Show) -> None:
        """Ask the core and show what it says; where that takes long, say so in the one window that may be opened."""
        answer = self._start(self._aftermath.asked(asked))
        await asyncio.wait({answer}, timeout=self._patience)
        if not answer.done() and not spot.window and spot.step.trigger:
            spot = await self._screens.working(spot)
        await show(spot, await answer)

    async def _press(self, press: Press) -> None:
        step, held = press.step, buttons.read(press.value, self._windows)
        spot = Spot(step, step.window)
        if held is None:
            await self._screens.say(spot, await self._say(step, "windows.window_gone"))
            return
        if held[0] == CLOSE:
            await self._screens.replace(spot, "")
            return
        is_foot = press.action_id.startswith(FOOT)
        asked = await self._read(step, held, with_fields=is_foot)
        if isinstance(asked, Refusal):
            await self._screens.push(spot, asked.sentence)
            return
        self._note_notice(press)
        await self._carry(spot, asked, lambda s, r: self._aftermath.after_press(s, press, asked, r))

    def _note_notice(self, press: Press) -> None:
        """Let what the core tells next about this notice take the place of what was pressed."""
        if press.notice and press.is_ephemeral and press.step.url:
            self._windows.note_address(press.step.person, press.notice, press.step.url)
        elif press.notice and all(press.message):
            self._telling.note_message(press.step.person, press.notice, *press.message)

    async def _turn(self, press: Press) -> None:
        """Fold, unfold or turn a page: nothing is asked of the core, and what was typed stays."""
        step = press.step
        place = self._windows.place(step.key, step.person)
        if place is None and step.is_at_home:
            await self._aftermath.home(step.person)
        elif place is None:
            await self._screens.push(Spot(step, step.window), await self._say(step, "windows.window_gone"))
        else:
            self._remember(step)
            place.notice = ""
            if press.action_id.startswith(FOLD):
                place.toggled ^= {press.action_id.removeprefix(FOLD)}
            elif (page := press.action_id.removeprefix(PAGE)).isascii() and page.isdigit():
                place.page = int(page)
            shown = (
                self._screens.publish(place) if step.is_at_home else self._screens.show(Spot(step, step.window), place)
            )
            await shown

    async def _form(self, step: Step, held: tuple[str, str, dict[str, str]]) -> dict[str, Any] | None:
        asked = await self._read(step, held, with_fields=True)
        if isinstance(asked, Refusal):
            action = ActionTaken(step.person, held[0], held[1])
            return await self._aftermath.after_form(step, action, asked)
        shown = await self._aftermath.after_form(step, asked, await self._aftermath.asked(asked))
        self._start(self._aftermath.renew_home(step.person, asked.name))
        return shown

    async def _late(self, spot: Spot, form: asyncio.Task[dict[str, Any] | None]) -> None:
        """Put what came of a form into the window that says it takes a moment."""
        answer = await form or {}
        await asyncio.sleep(self._lag)
        view = answer.get("view")
        if view is None:
            sentence = next(iter(answer.get("errors", {}).values()), await self._say(spot.step, "windows.done"))
            place = self._windows.place(spot.step.key, spot.person) if "errors" in answer else None
            place = place or await self._screens.place(spot.person, SAID, sentence)
            place.notice = sentence if place.view.kind != SAID else ""
            view = await self._screens.made(place)
        await self._screens.put(spot, view)

    async def _read(
        self, step: Step, held: tuple[str, str, dict[str, str]], *, with_fields: bool
    ) -> ActionTaken | Refusal:
        """Return what a button asks for, with the fields of its form; a file among them is fetched from Slack."""
        name, target, values = held
        typed = self._remember(step) if with_fields else {}
        given, trouble = await with_files({**values, **typed}, self._transfers.download)
        if trouble:
            key = "windows.file_large" if trouble == LARGE else "slack.file_unread"
            return Refusal("bad_value", await self._say(step, key))
        return ActionTaken(step.person, name, target, given, step.channel)

    def _remember(self, step: Step) -> dict[str, Any]:
        """Return what was typed into a window, on other pages and in what is folded away too; it stays typed."""
        read = fields.values(step.state)
        place = self._windows.place(step.key, step.person)
        if place is None:
            return read
        place.typed.update(fields.lasting(read, step.state))
        return {**place.typed, **read}

    async def _never_use(self, chosen: Shortcut) -> ActionTaken | str:
        step = chosen.step
        if step.channel is None or chosen.author != step.person.person:
            return "windows.not_your_message"
        return ActionTaken(step.person, "never_use", f"{step.channel.channel}/{chosen.stamp}", {}, step.channel)

    async def _take_back(self, chosen: Shortcut) -> ActionTaken | str:
        key = chosen.reply_key or await self._key_at(chosen)
        return (
            ActionTaken(chosen.step.person, "retract", key, {}, chosen.step.channel) if key else "windows.not_a_reply"
        )

    async def _key_at(self, chosen: Shortcut) -> str:
        """Return the key of the reply that stands in a message, read back from its thread; empty if it is none."""
        thread = requests.thread_of(chosen, self._here)
        try:
            posted = await self._platform.posted_in(thread)
        except PlatformError as error:
            log.warning("a thread could not be read: %s", error.code)
            return ""
        return next((one.key for one in posted if one.ref == MessageRef(thread.channel, chosen.stamp)), "")

    async def _turn_away(self, payload: Payload) -> None:
        """Say to somebody of another organisation that there is nothing here for them."""
        url = payload.get("response_url")
        if not isinstance(url, str) or not url:
            return
        sentence = Words().say("slack.elsewhere")
        try:
            await self._transfers.respond(
                url, {"response_type": "ephemeral", "replace_original": False, **plain(sentence)}
            )
        except PlatformError as error:
            log.info("a response address is closed: %s", error.code)

    async def _say(self, step: Step, key: str) -> str:
        return (await self._words_for(step.person)).say(key)

    def _start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task
