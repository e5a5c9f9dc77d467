"""Telling the core what was said here: the event stands in the workspace until the core has taken note of it."""

from __future__ import annotations

import logging

from adapters.web import translate
from adapters.web.conversation import Undelivered
from adapters.web.workspace import Workspace, WorkspaceThread
from bot.errors import BotError
from bot.events import AccessLost, Loss, MessageDeleted, MessageSaid
from bot.ports import EventHandler

Event = MessageSaid | MessageDeleted | AccessLost

log = logging.getLogger("understudy.web")


class Telling:
    """Delivers events, each at least once. What the core could not take now is told again later."""

    def __init__(self, workspace: WorkspaceThread, handler: EventHandler) -> None:
        self._workspace = workspace
        self._handler = handler
        self._under_way: set[int] = set()
        self._has_leftovers = True

    async def tell(self, number: int, event: Event) -> None:
        """Give one event to the core and strike it out; if the core fails, it stays and is told again later."""
        if await self._was_told(number, event) and self._has_leftovers:
            await self.catch_up()

    async def catch_up(self) -> None:
        """Tell again what was left over: by a crash, or because the core could not take it."""
        if not self._has_leftovers:
            return
        self._has_leftovers = False
        for owed in await self._workspace.run(lambda w: w.conversation.undelivered()):
            if owed.number in self._under_way:
                continue
            event = await self._workspace.run(lambda w, o=owed: _event(w, o))  # type: ignore[misc]
            if event is None:
                await self._strike_out(owed.number)
            else:
                await self._was_told(owed.number, event)

    async def _was_told(self, number: int, event: Event) -> bool:
        self._under_way.add(number)
        try:
            await self._give(event)
            await self._strike_out(number)
            return True
        except BotError as error:
            log.warning("an event was not taken note of and will be told again: %s", error.code)
        except Exception as error:  # noqa: BLE001 - one event must not stop the next
            log.error("an event was not taken note of and will be told again: %s", type(error).__name__)
        finally:
            self._under_way.discard(number)
        self._has_leftovers = True
        return False

    async def _give(self, event: Event) -> None:
        match event:
            case MessageSaid():
                await self._handler.message_said(event)
            case MessageDeleted():
                await self._handler.message_deleted(event)
            case AccessLost():
                await self._handler.access_lost(event)

    async def _strike_out(self, number: int) -> None:
        await self._workspace.run(lambda w: w.conversation.delivered(number))


def _event(workspace: Workspace, owed: Undelivered) -> Event | None:
    """Return what is to be told, as it stands now; None for words that were deleted since, which is told apart."""
    if owed.kind in set(Loss):
        return translate.lost(Loss(owed.kind), owed.author, owed.channel)
    if owed.kind == "deleted":
        return translate.deleted(owed.channel, owed.ts, owed.author, owed.at)
    message = workspace.conversation.find(owed.channel, owed.ts)
    channel = workspace.team.channel(owed.channel)
    if message is None or message.is_deleted or channel is None:
        return None
    return translate.said(message, not channel.is_private)
