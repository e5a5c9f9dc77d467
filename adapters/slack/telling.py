"""Telling one person one thing: beside where they spoke, or in their direct messages, in place of what stood there.

Which notice stands where is known in memory alone: kept on disk it would be a list of who has a double. After a restart
an earlier notice stays as it is, and its buttons still lead where they led.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any, Protocol

from adapters.chat.asking import WordsFor
from adapters.chat.open_windows import OpenWindows, Shelf
from adapters.slack import notices
from bot.clock import Clock
from bot.errors import NotPermitted, PlatformError
from bot.refs import PersonRef
from bot.views import Notice

log = logging.getLogger("understudy.slack")

MOST = 2000
LATELY = timedelta(minutes=10)


class WebCalls(Protocol):
    """Slack's Web API: a method by Slack's name for it. Failures are `PlatformError`."""

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call a method and return what it answers."""
        ...


class Transfers(Protocol):
    """What goes to and comes from addresses that Slack hands out. Failures are `PlatformError`."""

    async def respond(self, url: str, body: dict[str, Any]) -> None:
        """Answer a step at its `response_url`."""
        ...

    async def upload(self, channel: str, name: str, content: bytes) -> None:
        """Put a file into a conversation."""
        ...

    async def download(self, url: str, limit: int) -> bytes:
        """Return the bytes of a file that lies at Slack; more than `limit` of them are a `NotPermitted`."""
        ...


class Telling:
    """Shows notices, each in the place of the person's earlier one with the same key."""

    def __init__(
        self, calls: WebCalls, transfers: Transfers, windows: OpenWindows, words_for: WordsFor, clock: Clock
    ) -> None:
        self._calls = calls
        self._transfers = transfers
        self._windows = windows
        self.words_for = words_for
        self._clock = clock
        self._standing: Shelf[tuple[str, str]] = Shelf(MOST)
        self._direct: Shelf[str] = Shelf(MOST)
        self._lately: Shelf[tuple[int, datetime]] = Shelf(MOST)

    async def tell(self, notice: Notice) -> None:
        """Show a notice; one without a text takes its forerunner away. Raises `PlatformError`."""
        if notice.near is None:
            await self._directly(notice)
        else:
            await self._beside(notice)

    def note_message(self, person: PersonRef, key: str, channel: str, stamp: str) -> None:
        """Remember where a notice stands in somebody's direct messages: they have just pressed a button on it."""
        self._standing.put((person, key), (channel, stamp))

    async def direct_channel(self, person: PersonRef) -> str:
        """Return the id of somebody's direct messages with Understudy."""
        channel = self._direct.get(person)
        if channel is None:
            opened = await self._calls.call("conversations.open", users=person.person)
            channel = str(opened["channel"]["id"])
            self._direct.put(person, channel)
        return channel

    async def say(self, person: PersonRef, sentence: str) -> None:
        """Say a sentence in somebody's direct messages."""
        channel = await self.direct_channel(person)
        await self._calls.call("chat.postMessage", **notices.direct(channel, notices.plain(sentence)))

    async def _beside(self, notice: Notice) -> None:
        """What only its reader sees cannot be changed later, but for a while where they pressed a button on it."""
        url = self._windows.take_address(notice.to, notice.key)
        if not notice.text:
            if url:
                await self._replaced(url, {"delete_original": True})
            return
        body = await self._shown(notice)
        if not url and self._repeats(notice):
            body = notices.links_alone(notice)
            if not body:
                return
        if url and await self._replaced(url, {"replace_original": True, **body}):
            return
        try:
            await self._calls.call("chat.postEphemeral", **notices.ephemeral(notice, body))
        except NotPermitted:  # they are not in that channel: the same words, where they are
            await self._calls.call("chat.postMessage", **notices.direct(await self.direct_channel(notice.to), body))

    def _repeats(self, notice: Notice) -> bool:
        """Whether these words and buttons were shown a moment ago: beside them a second time they would only be noise.

        The core says at once who decides, and again with links as soon as it has looked for some.
        """
        said, now = hash((notice.text, repr(notice.buttons))), notice.at
        before = self._lately.get((notice.to, notice.key))
        self._lately.put((notice.to, notice.key), (said, now))
        return notice.kind == "waiting" and before is not None and before[0] == said and now - before[1] < LATELY

    async def _directly(self, notice: Notice) -> None:
        place = (notice.to, notice.key)
        before = self._standing.get(place)
        if not notice.text:
            if before:
                await self._gone(before)
            if self._standing.get(place) == before:
                self._standing.drop(place)
            return
        body = await self._shown(notice)
        if before and notice.quiet and await self._changed(before, body):
            return
        posted = await self._calls.call(
            "chat.postMessage", **notices.direct(await self.direct_channel(notice.to), body)
        )
        self._standing.put(place, (str(posted["channel"]), str(posted["ts"])))
        if before and not notice.quiet:
            try:
                await self._gone(before)
            except PlatformError as error:  # the newer one stands, and is not to be told again
                log.info("a notice that was told anew could not be taken away: %s", error.code)

    async def _shown(self, notice: Notice) -> dict[str, Any]:
        return notices.shown(notice, await self.words_for(notice.to), self._windows, self._clock.now())

    async def _replaced(self, url: str, body: dict[str, Any]) -> bool:
        try:
            await self._transfers.respond(url, body)
        except PlatformError:  # used five times, or half an hour old
            return False
        return True

    async def _changed(self, before: tuple[str, str], body: dict[str, Any]) -> bool:
        try:
            await self._calls.call("chat.update", channel=before[0], ts=before[1], **body)
        except NotPermitted:  # their reader deleted it
            return False
        return True

    async def _gone(self, before: tuple[str, str]) -> None:
        try:
            await self._calls.call("chat.delete", channel=before[0], ts=before[1])
        except NotPermitted:
            return
