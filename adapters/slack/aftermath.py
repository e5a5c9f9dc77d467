"""Showing what came of a step: in the window it was taken in, in the place of the notice that was pressed, at home."""

from __future__ import annotations

import logging
from typing import Any

from adapters.chat.asking import Asked, Asking, Result
from adapters.chat.steps import ERASING, OPENING, OVER, is_export
from adapters.slack import fields
from adapters.slack.buttons import FOOT
from adapters.slack.requests import Press, Step
from adapters.slack.screens import SAID, Screens, Spot
from adapters.slack.telling import Telling, Transfers
from bot.errors import BotError, PlatformError
from bot.events import ActionTaken, Command
from bot.platform_ports import EventHandler
from bot.refs import PersonRef
from bot.views import Answer, HandedFile, Refusal, View

log = logging.getLogger("understudy.slack")


class Aftermath:
    """Asks the core, and shows its answers."""

    def __init__(
        self,
        handler: EventHandler,
        screens: Screens,
        telling: Telling,
        transfers: Transfers,
        *,
        hands_files: bool,
    ) -> None:
        self._handler = handler
        self._screens = screens
        self._windows = screens.windows
        self._telling = telling
        self._transfers = transfers
        self._words_for = telling.words_for
        self._asking = Asking(handler, screens.windows, telling.words_for)
        self._hands_files = hands_files

    async def asked(self, asked: Asked) -> Result:
        """Ask the core. A file is handed over at once; where no file can be, none is made."""
        if not self._hands_files and is_export(asked):
            return Refusal("no_files", (await self._words_for(asked.person)).say("slack.file_not_allowed"))
        result = await self._asking.ask(asked)
        return await self._handed(asked.person, result) if isinstance(result, Answer) else result

    async def after_command(self, spot: Spot, command: Command, result: Result) -> None:
        """Show what a command says: its window, or a sentence to the one who typed it."""
        await self._shown(spot, command, result)
        await self.renew_home(spot.person, command.text.partition(" ")[0])

    async def after_press(self, spot: Spot, press: Press, action: ActionTaken, result: Result) -> None:
        """Show what a button did, where it stood."""
        if press.step.window:
            await self._in_window(spot, press, action, result)
        elif press.notice:
            await self._on_notice(spot, press, action, result)
        elif not (press.step.is_at_home and isinstance(result, Answer) and self._is_home(result.view)):
            await self._shown(spot, action, result)
        await self.renew_home(spot.person, action.name, is_there=press.step.is_at_home)

    async def after_shortcut(self, spot: Spot, action: ActionTaken, result: Result) -> None:
        """Show what a shortcut did, to the one who chose it."""
        await self._shown(spot, action, result)
        await self.renew_home(spot.person, action.name)

    async def after_form(self, step: Step, action: ActionTaken, result: Result) -> dict[str, Any] | None:
        """Return what Slack is to do with a form that was sent: another window in its place, or words at a field."""
        if isinstance(result, Refusal):
            field = fields.first_field(step.state)
            if result.code == "bad_value" and field:
                return {"response_action": "errors", "errors": {field: result.sentence}}
            place = self._windows.place(step.key, step.person)
            place = place or await self._screens.place(step.person, SAID, result.sentence)
            place.notice = result.sentence if place.view.kind != SAID else ""
        elif result.view is not None:
            place = self._asking.opened(action, result.view, result.text)
        elif result.text:
            place = await self._screens.place(step.person, SAID, result.text)
        else:
            return None
        return {"response_action": "update", "view": await self._screens.made(place)}

    async def renew_home(self, person: PersonRef, name: str, *, is_there: bool = False) -> None:
        """Make a home tab anew that may show what a step has changed."""
        if is_there or name in ERASING or (self._windows.home_of(person) and name not in OPENING):
            await self.home(person)

    async def home(self, person: PersonRef) -> None:
        """Put somebody's home tab up, made afresh."""
        try:
            view = await self._handler.home(person)
        except BotError as error:
            log.error("a home tab could not be made: %s", error.code)
            return
        await self._screens.publish(self._windows.open_home(view, person))

    async def _shown(self, spot: Spot, asked: Asked, result: Result) -> None:
        if isinstance(result, Refusal):
            await self._screens.say(spot, result.sentence)
        elif result.view is not None:
            await self._screens.show(spot, self._asking.opened(asked, result.view, result.text))
        elif result.text:
            await self._screens.say(spot, result.text)
        elif spot.window:  # a window says that it takes a moment, and there is nothing to put in its place
            await self._screens.say(spot, (await self._words_for(spot.person)).say("windows.done"))

    async def _in_window(self, spot: Spot, press: Press, action: ActionTaken, result: Result) -> None:
        """A refusal stands above the form; words alone end a form, and renew a list."""
        place = self._windows.place(press.step.key, spot.person)
        said = result.sentence if isinstance(result, Refusal) else result.text
        has_view = isinstance(result, Answer) and result.view is not None
        is_end = isinstance(result, Answer) and press.action_id.startswith(FOOT)
        if has_view or place is None or (is_end and said):
            await self._shown(spot, action, result)
        elif said:
            place.notice = said
            fresh = await self._asking.again(place) if isinstance(result, Answer) else None
            await self._screens.show(spot, fresh or place)

    async def _on_notice(self, spot: Spot, press: Press, action: ActionTaken, result: Result) -> None:
        """What is over loses its buttons, unless the core has put something else in its place already."""
        is_standing = bool(self._windows.take_address(spot.person, press.notice)) or not press.is_ephemeral
        said = result.sentence if isinstance(result, Refusal) else result.text
        is_over = result.code in OVER if isinstance(result, Refusal) else press.is_ephemeral
        is_told = isinstance(result, Answer) and not is_standing and not spot.window
        if isinstance(result, Answer) and result.view is not None:
            await self._shown(spot, action, result)
        elif is_over and is_standing and not spot.window and spot.step.url:
            await self._screens.replace(spot, said)
        elif said and not is_told:
            await self._screens.say(spot, said)

    @staticmethod
    def _is_home(view: View | None) -> bool:
        return view is not None and view.kind == "home"

    async def _handed(self, person: PersonRef, answer: Answer) -> Answer:
        if answer.file is None:
            return answer
        return Answer(await self._upload(person, answer.file), answer.view)

    async def _upload(self, person: PersonRef, file: HandedFile) -> str:
        words = await self._words_for(person)
        try:
            channel = await self._telling.direct_channel(person)
            await self._transfers.upload(channel, file.name, file.content)
        except PlatformError as error:
            log.warning("a file could not be handed over: %s", error.code)
            return words.say("slack.file_not_sent")
        return words.say("slack.file_sent", name=file.name)
