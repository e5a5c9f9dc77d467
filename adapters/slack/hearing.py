"""Giving the core what Slack tells, each thing once: what was told is acknowledged when the core has stored it.

A mention of Understudy arrives twice, as `message` and as `app_mention`, with different ids: it is one question.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from adapters.chat.once import Once
from adapters.slack import translate
from adapters.slack.calls import Calls
from adapters.slack.directory import SlackDirectory
from adapters.slack.ids import Installation
from adapters.slack.posting import Posting
from adapters.slack.translate import CameIn, Payload, Told
from bot.errors import NotPermitted, PlatformError
from bot.events import AccessLost, MessageDeleted, MessageSaid
from bot.platform_ports import EventHandler

log = logging.getLogger("understudy.slack")

MOST_REMEMBERED = 20_000
"""Events by their ids: at Slack's ceiling of 30,000 an hour that is longer than its last retry after five minutes."""


class Hearing:
    """Takes in the payloads of events."""

    def __init__(
        self,
        handler: EventHandler,
        here: Installation,
        calls: Calls,
        directory: SlackDirectory,
        posting: Posting,
        thinking: str,
        *,
        lets_guests: bool,
    ) -> None:
        self._handler = handler
        self._here = here
        self._calls = calls
        self._directory = directory
        self._posting = posting
        self._thinking = thinking
        self._lets_guests = lets_guests
        self._events: Once[None] = Once(MOST_REMEMBERED)
        self._messages: Once[None] = Once(MOST_REMEMBERED)
        self._asides: set[asyncio.Task[None]] = set()

    async def take(self, body: Payload) -> None:
        """Return once the core has stored what an event tells, or declined it for good; otherwise raise."""
        await self._events.do(str(body.get("event_id") or ""), lambda: self._take(body))

    async def idle(self) -> None:
        """Return once nothing is under way."""
        await self._events.idle()
        while self._asides:
            await asyncio.wait(set(self._asides))

    async def _take(self, body: Payload) -> None:
        event = body.get("event")
        if isinstance(event, dict):
            self._directory.note(event)
        told = translate.told(body, self._here, lets_guests=self._lets_guests)
        await self._messages.do(_key(told), lambda: self._give(told))

    async def _give(self, told: Told | None) -> None:
        match told:
            case MessageSaid(address=None):
                await self._handler.message_said(told)
            case MessageSaid():
                await self._asked(told)
            case MessageDeleted():
                await self._handler.message_deleted(told)
            case AccessLost():
                await self._handler.access_lost(told)
            case CameIn():
                await self._came_in(told)

    async def _asked(self, told: MessageSaid) -> None:
        """Show that something is being done, whoever is asked and whether or not they have a double; then give it."""
        showing = self._aside(self._show(told, self._thinking))
        try:
            await self._handler.message_said(told)
        finally:
            self._aside(self._stop_showing(told, showing))

    async def _show(self, told: MessageSaid, status: str) -> None:
        """Set the status of a thread, which Slack takes away after two minutes; it is no matter if that fails."""
        root = told.thread.root if told.thread else told.ref.stamp
        try:
            await self._calls.call(
                "assistant.threads.setStatus", channel_id=told.ref.channel.channel, thread_ts=root, status=status
            )
        except PlatformError as error:
            log.debug("a status could not be set: %s", error.code)

    async def _stop_showing(self, told: MessageSaid, showing: asyncio.Task[None]) -> None:
        await showing
        await self._show(told, "")

    async def _came_in(self, told: CameIn) -> None:
        try:
            await self._posting.announce(told.channel)
        except NotPermitted as error:  # it may not speak there, or is out again
            log.info("a channel could not be told that Understudy is in it: %s", error.code)

    def _aside(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)
        return task


def _key(told: Told | None) -> str:
    """The same for a message however it is told, another for each of its edits; empty for what may come repeatedly."""
    match told:
        case MessageSaid():
            return f"{told.ref} {told.revised_at.isoformat()}"
        case MessageDeleted():
            return f"{told.ref} deleted"
        case _:
            return ""
