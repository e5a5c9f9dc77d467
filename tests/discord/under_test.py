"""The Discord platform as the contract of all platforms tests it: over the real library, against the local Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.discord import ids
from adapters.discord.platform import DiscordWorkspaces
from bot.events import Loss
from bot.ports import ChatPlatform
from bot.refs import ChannelRef, MessageRef, PersonRef
from tests.discord.component_limits import TEXT, every
from tests.discord.installed import discord_heard
from tests.discord.server import ADA, GARDEN, GUILD, SHED, WEI, LocalDiscord
from tests.local_platform import RecordingHandler


class DiscordUnderTest:
    """Ada and 陈伟 in a guild. Who goes out of a public channel is denied it: not everybody reads it any more."""

    left: tuple[Loss, ...] = (Loss.LEFT, Loss.MADE_PRIVATE)
    wei_reads: tuple[str, str] = ("", "")

    def __init__(self, discord: LocalDiscord, platform: DiscordWorkspaces, handler: RecordingHandler) -> None:
        self.platform: ChatPlatform = platform
        self.handler = handler
        self._discord = discord
        self._workspaces = platform
        self.ada, self.wei, self.understudy = (ids.person(GUILD, id_) for id_ in (ADA, WEI, discord.team.bot))
        self.public, self.private = (ids.channel(GUILD, id_) for id_ in (GARDEN, SHED))

    async def say(self, author: PersonRef, channel: ChannelRef, text: str, root: str = "") -> MessageRef:
        parent = int(channel.channel)
        place = await self._thread_at(int(author.person), parent, root) if root else parent
        message = await self._discord.talking.say(int(author.person), place, text)
        await self._workspaces.idle()
        return ids.message(channel, message, place)

    async def edit(self, author: PersonRef, ref: MessageRef, text: str) -> None:
        spot = _spot(ref)
        await self._discord.talking.edit(spot.place, spot.message, text)
        await self._workspaces.idle()

    async def delete(self, author: PersonRef, ref: MessageRef) -> None:
        spot = _spot(ref)
        await self._discord.talking.delete(spot.place, spot.message)
        await self._workspaces.idle()

    async def leave(self, person: PersonRef, channel: ChannelRef) -> None:
        await self._discord.moving.deny(int(person.person), int(channel.channel))
        await self._workspaces.idle()

    async def close_account(self, person: PersonRef) -> None:
        if int(person.person) in self._discord.team.guilds[GUILD].members:
            await self._discord.moving.leave(int(person.person), GUILD)
        await self._workspaces.idle()

    async def close_channel(self, channel: ChannelRef) -> None:
        await self._discord.moving.make_private(int(channel.channel))
        await self._workspaces.idle()

    async def open_channel(self, name: str) -> ChannelRef:
        return ids.channel(GUILD, await self._discord.moving.open_channel(GUILD, name))

    async def shown(self, channel: ChannelRef) -> list[tuple[str, str]]:
        team, parent = self._discord.team, int(channel.channel)
        places = [team.channels[parent], *team.threads_of(parent)]
        found = sorted(
            (id_, place.id, message["content"]) for place in places for id_, message in place.messages.items()
        )
        return [(ids.Spot(message, place).written(), text) for message, place, text in found]

    async def told(self, person: PersonRef) -> list[str]:
        reading, user = self._discord.reading, int(person.person)
        shown = [*reading.direct(user), *reading.alone(user)]
        return ["\n".join(part["content"] for part in every(m["components"]) if part["type"] == TEXT) for m in shown]

    async def _thread_at(self, author: int, parent: int, root: str) -> int:
        """Return the thread that a message stands in, or that hangs from it; a new one if there is none."""
        spot = ids.spot(root)
        assert spot is not None
        if spot.place != parent:
            return spot.place
        if spot.message not in self._discord.team.channels:
            return await self._discord.talking.start_thread(author, parent, spot.message, "About this")
        return spot.message


def _spot(ref: MessageRef) -> ids.Spot:
    spot = ids.spot(ref.stamp)
    assert spot is not None
    return spot


@asynccontextmanager
async def discord_under_test() -> AsyncIterator[DiscordUnderTest]:
    """Let the contract act on it."""
    async with discord_heard() as (discord, platform, handler):
        yield DiscordUnderTest(discord, platform, handler)
