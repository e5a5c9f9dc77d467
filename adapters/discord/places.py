"""Where the replies to a question belong, and which stand there now: in its thread, or else in the channel itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import discord

from adapters.discord import ids, replies
from bot.errors import NotPermitted, PlatformError
from bot.platform_ports import Posted
from bot.refs import ChannelRef, ThreadRef

PAGE = 100
_PUBLIC_THREADS = {10, 11}
Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where replies stand: in `where`, a channel or a thread, as answers to `root`, 0 for none."""

    where: int
    root: int
    is_thread: bool


class Places:
    """Looks up what stands where. What fails is the library's own error, or a `PlatformError`."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def of(self, thread: ThreadRef) -> Place:
        """Return where a thread's replies belong; a thread or a message that is not there is `NotPermitted`."""
        own, guild = ids.snowflake(thread.channel.channel), ids.snowflake(thread.channel.workspace)
        if own is None or guild is None or self._client.get_guild(guild) is None:
            raise NotPermitted("understudy is in no such place")
        if not thread.root:
            return Place(own, 0, is_thread=False)
        spot = ids.spot(thread.root)
        if spot is None or spot.place != own:
            raise NotPermitted("this is no thread of the channel")
        if await self._is_thread(spot, guild):
            return Place(spot.message, spot.message, is_thread=True)
        await self._client.http.get_message(own, spot.message)
        return Place(own, spot.message, is_thread=False)

    async def standing(
        self, channel: ChannelRef, place: Place, pages: int, *, wants_all: bool
    ) -> AsyncIterator[Posted]:
        """Yield the replies that stand in a place, from the newest back to what they answer, in so many pages.

        With `wants_all`, more than that is an error.
        """
        oldest = 0
        for _ in range(pages):
            page: list[Payload] = [*await self._client.http.logs_from(place.where, PAGE, before=oldest or None)]
            for message in page:
                mark = replies.mark_in(message) if self.is_ours(message) else None
                if mark is not None and mark.root == place.root:
                    ref = ids.message(channel, int(message["id"]), place.where)
                    yield Posted(ref, mark.key, ids.person(int(channel.workspace), mark.worker))
            oldest = min((int(message["id"]) for message in page), default=0)
            if len(page) < PAGE or oldest <= place.root:
                return
        if wants_all:
            raise PlatformError("there is too much since the question to be read back", "too_long")

    def is_ours(self, message: Payload) -> bool:
        """Whether Understudy posted a message: a button's id alone tells nothing, for any bot may write one."""
        ours = self._client.user
        if message.get("webhook_id"):
            return str(message.get("application_id")) == str(self._client.application_id)
        author = message.get("author") or {}
        return ours is not None and str(author.get("id")) == str(ours.id)

    async def _is_thread(self, spot: ids.Spot, guild_id: int) -> bool:
        guild = self._client.get_guild(guild_id)
        if guild is not None and (known := guild.get_thread(spot.message)) is not None:
            return known.parent_id == spot.place and not known.is_private()
        try:
            found: Payload = {**await self._client.http.get_channel(spot.message)}
        except discord.NotFound:
            return False
        return found.get("type") in _PUBLIC_THREADS and str(found.get("parent_id")) == str(spot.place)
