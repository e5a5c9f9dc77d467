"""Telling one person one thing: in answer to what they have just done, or in their direct messages.

Discord shows something to one person alone only in answer to a step of theirs. Which notice stands where is known in
memory alone: kept on disk it would be a list of who has a double. After a restart an earlier notice stays as it is, and
its buttons still lead where they led.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

import discord
from discord.ui import LayoutView

from adapters.chat.asking import WordsFor
from adapters.chat.open_windows import OpenWindows, Shelf
from adapters.discord import ids, notices
from adapters.discord.exchange import PRESSED, Exchange, Exchanges
from adapters.discord.failures import CLOSED_MESSAGES, code_of, told
from bot.clock import Clock
from bot.errors import NotPermitted, PlatformError
from bot.refs import PersonRef
from bot.views import Notice

log = logging.getLogger("understudy.discord")

MOST = 2000
MOST_KEPT = 20
"""Notices of one person whose direct messages are closed."""

MOST_AT_ONCE = 5
_NOBODY = discord.AllowedMentions.none()


@dataclass(frozen=True, slots=True)
class _Direct:
    """A notice in somebody's direct messages."""

    channel: int
    message: int


@dataclass(frozen=True, slots=True)
class _Aside:
    """A notice that was shown to one person alone, in answer to a step of theirs."""

    exchange: Exchange
    message: int


class Telling:
    """Shows notices, each in the place of the person's earlier one with the same key."""

    def __init__(self, client: discord.Client, windows: OpenWindows, words_for: WordsFor, clock: Clock) -> None:
        self.exchanges = Exchanges()
        self.words_for = words_for
        self._client = client
        self._windows = windows
        self._clock = clock
        self._standing: Shelf[_Direct | _Aside] = Shelf(MOST)
        self._keys: Shelf[str] = Shelf(MOST)
        self._direct: Shelf[int] = Shelf(MOST)
        self._kept: Shelf[dict[str, Notice]] = Shelf(MOST)

    async def tell(self, notice: Notice) -> None:
        """Show a notice; one without a text takes its forerunner away. Raises `PlatformError`."""
        kept = self._kept.get(notice.to)
        if kept is not None:
            kept.pop(notice.key, None)
        if not notice.text:
            before = self._standing.get((notice.to, notice.key))
            await self._gone(before)
            if self._standing.get((notice.to, notice.key)) is before:
                self._standing.drop((notice.to, notice.key))
            return
        if notice.near is None or not await self._beside(notice):
            await self._directly(notice)
        self.exchanges.said(notice.to, notice.text)

    def pressed(self, exchange: Exchange, key: str) -> None:
        """Take note that somebody has pressed a button on a notice: what is told of it next takes its place."""
        message = exchange.pressed
        if message is None:
            return
        key = key or self._keys.get(message.id) or ""
        if exchange.is_in_guild:
            self._stands(exchange.person, key, _Aside(exchange, PRESSED), message.id)
        else:
            self._stands(exchange.person, key, _Direct(message.channel.id, message.id), message.id)

    async def catch_up(self, exchange: Exchange) -> None:
        """Show somebody what could not be said in their direct messages, now that they have done something."""
        kept = self._kept.get(exchange.person)
        if not kept or not exchange.is_in_guild or not exchange.is_live(self._clock.now()):
            return
        waiting = [kept.pop(key) for key in list(kept)[:MOST_AT_ONCE]]  # another step shows none of them again
        try:
            words = await self.words_for(exchange.person)
            await exchange.beside(notices.plain(words.say("discord.messages_closed")))
            while waiting:
                await self._aside(exchange, waiting[0], await self._shown(waiting[0]))
                waiting.pop(0)
        finally:
            self._keep_again(waiting)

    async def _beside(self, notice: Notice) -> bool:
        """Show a notice to whoever has just done something; return whether Discord lets us.

        A loud one is news: it stands beneath what was said since, in answer to the newest step; its forerunner goes.
        """
        before, now = self._standing.get((notice.to, notice.key)), self._clock.now()
        shown = await self._shown(notice)
        if (
            isinstance(before, _Aside)
            and before.exchange.is_live(now)
            and (notice.quiet or before.message == PRESSED)
            and await self._changed(before, shown)
        ):
            return True
        exchange = self.exchanges.live(notice.to, now)
        if exchange is None:
            return False
        try:
            await self._aside(exchange, notice, shown)
        except PlatformError as error:
            log.info("nothing can be shown in answer to a step: %s", error.code)
            return False
        await self._replaced(before)
        return True

    async def _aside(self, exchange: Exchange, notice: Notice, shown: LayoutView) -> None:
        message = await exchange.beside(shown)
        self._stands(notice.to, notice.key, _Aside(exchange, message), message)

    async def _directly(self, notice: Notice) -> None:
        before = self._standing.get((notice.to, notice.key))
        shown = await self._shown(notice)
        if isinstance(before, _Direct) and notice.quiet and await self._changed(before, shown):
            return
        try:
            sent = await self._sent(notice.to, shown, is_quiet=notice.quiet)
        except NotPermitted as error:
            if error.code != code_of(CLOSED_MESSAGES):
                raise
            log.info("somebody's direct messages are closed: %s", error.code)
            self._keep(notice)
            return
        self._stands(notice.to, notice.key, sent, sent.message)
        await self._replaced(before)

    async def _sent(self, person: PersonRef, shown: LayoutView, *, is_quiet: bool) -> _Direct:
        shown.stop()
        channel = await self._direct_channel(person)
        with told():
            sent = await self._client.get_partial_messageable(channel).send(
                view=shown, silent=is_quiet, allowed_mentions=_NOBODY, nonce=secrets.token_hex(12)
            )
        return _Direct(channel, sent.id)

    async def _direct_channel(self, person: PersonRef) -> int:
        channel, user = self._direct.get(person.person), ids.snowflake(person.person)
        if user is None:
            raise NotPermitted("this is nobody of discord's", "no_user")
        if channel is None:
            with told():
                opened = await self._client.http.start_private_message(user)
            channel = int(opened["id"])
            self._direct.put(person.person, channel)
        return channel

    def _keep(self, notice: Notice) -> None:
        """Keep what cannot be said now, the oldest given up for it; it is never tried again by itself."""
        self._standing.drop((notice.to, notice.key))
        kept = self._kept.get(notice.to) or {}
        kept[notice.key] = notice
        while len(kept) > MOST_KEPT:
            kept.pop(next(iter(kept)))
        self._kept.put(notice.to, kept)

    def _keep_again(self, waiting: Iterable[Notice]) -> None:
        """Keep what could not be shown after all, but for what was told anew meanwhile."""
        for notice in waiting:
            if notice.key not in (self._kept.get(notice.to) or {}):
                self._keep(notice)

    def _stands(self, person: PersonRef, key: str, where: _Direct | _Aside, message: int) -> None:
        if key:
            self._standing.put((person, key), where)
            self._keys.put(message, key)

    async def _shown(self, notice: Notice) -> LayoutView:
        return notices.shown(notice, await self.words_for(notice.to), self._windows, self._clock.now())

    async def _changed(self, before: _Direct | _Aside, shown: LayoutView) -> bool:
        try:
            if isinstance(before, _Aside):
                await before.exchange.change(before.message, shown)
            else:
                shown.stop()
                with told():
                    await self._message(before).edit(view=shown, allowed_mentions=_NOBODY)
        except NotPermitted:  # its reader took it away, or too much time has passed
            return False
        return True

    async def _gone(self, before: _Direct | _Aside | None) -> None:
        try:
            if isinstance(before, _Direct):
                with told():
                    await self._message(before).delete()
            elif before is not None and before.exchange.is_live(self._clock.now()):
                await before.exchange.remove(before.message)
        except NotPermitted:
            return

    async def _replaced(self, before: _Direct | _Aside | None) -> None:
        """Take away what something newer stands for; were this to fail, the newer one would be told again."""
        try:
            await self._gone(before)
        except PlatformError as error:
            log.info("a notice that was told anew could not be taken away: %s", error.code)

    def _message(self, where: _Direct) -> discord.PartialMessage:
        return self._client.get_partial_messageable(where.channel).get_partial_message(where.message)
