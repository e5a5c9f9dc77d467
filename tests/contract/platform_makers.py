"""The platforms that the contract suite runs over: each is a `PlatformUnderTest`, its maker one of `PLATFORMS`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

from bot.events import Loss
from bot.ports import ChatPlatform
from bot.refs import ChannelRef, MessageRef, PersonRef
from tests.discord.under_test import discord_under_test
from tests.local_platform import LocalClient, RecordingHandler, served
from tests.slack.installed import HTTP, SOCKET
from tests.slack.under_test import slack_under_test


class PlatformUnderTest(Protocol):
    """A running platform with two people, Ada and 陈伟, a public channel and a private one of Ada's alone.

    `left` is what is told when somebody goes out of the public channel; `wei_reads` the language and the time zone of
    陈伟, each empty where the platform tells none.
    """

    platform: ChatPlatform
    handler: RecordingHandler
    ada: PersonRef
    wei: PersonRef
    understudy: PersonRef
    public: ChannelRef
    private: ChannelRef
    left: tuple[Loss, ...]
    wei_reads: tuple[str, str]

    async def say(self, author: PersonRef, channel: ChannelRef, text: str, root: str = "") -> MessageRef:
        """Let a person say something."""
        ...

    async def edit(self, author: PersonRef, ref: MessageRef, text: str) -> None:
        """Let a person edit their message."""
        ...

    async def delete(self, author: PersonRef, ref: MessageRef) -> None:
        """Let a person delete their message."""
        ...

    async def leave(self, person: PersonRef, channel: ChannelRef) -> None:
        """Let a person go out of a channel."""
        ...

    async def close_account(self, person: PersonRef) -> None:
        """Deactivate a person."""
        ...

    async def close_channel(self, channel: ChannelRef) -> None:
        """Let a public channel be private from now on, with the same members."""
        ...

    async def open_channel(self, name: str) -> ChannelRef:
        """Let there be another public channel with Ada in it, into which Understudy may still have to go."""
        ...

    async def shown(self, channel: ChannelRef) -> list[tuple[str, str]]:
        """Return what stands in a channel as Ada sees it: (stamp, text), oldest first."""
        ...

    async def told(self, person: PersonRef) -> list[str]:
        """Return the notices a person sees."""
        ...


class LocalUnderTest:
    """The local workspace, played through its HTTP API."""

    left: tuple[Loss, ...] = (Loss.LEFT,)
    wei_reads: tuple[str, str] = ("zh-CN", "Asia/Shanghai")

    def __init__(self, platform: ChatPlatform, client: LocalClient, handler: RecordingHandler) -> None:
        self.platform = platform
        self.handler = handler
        self._client = client
        self.ada, self.wei, self.understudy = (PersonRef("local", "local", p) for p in ("U1", "U2", "UNDERSTUDY"))
        self.public, self.private = (ChannelRef("local", "local", c) for c in ("C1", "C2"))

    async def say(self, author: PersonRef, channel: ChannelRef, text: str, root: str = "") -> MessageRef:
        said = await self._client.say(author.person, channel.channel, text, thread=root or None)
        return MessageRef(channel, said["ts"])

    async def edit(self, author: PersonRef, ref: MessageRef, text: str) -> None:
        body = {"as": author.person, "text": text}
        reply = await self._client.send("PATCH", f"/api/messages/{ref.channel.channel}/{ref.stamp}", json=body)
        assert reply.status == 200

    async def delete(self, author: PersonRef, ref: MessageRef) -> None:
        path = f"/api/messages/{ref.channel.channel}/{ref.stamp}"
        assert (await self._client.send("DELETE", path, json={"as": author.person})).status == 200

    async def leave(self, person: PersonRef, channel: ChannelRef) -> None:
        body = {"as": person.person}
        reply = await self._client.send("POST", f"/api/channels/{channel.channel}/leave", json=body)
        assert reply.status == 200

    async def close_account(self, person: PersonRef) -> None:
        reply = await self._client.send("PATCH", f"/api/people/{person.person}", json={"active": False})
        assert reply.status == 200

    async def close_channel(self, channel: ChannelRef) -> None:
        reply = await self._client.send("PATCH", f"/api/channels/{channel.channel}", json={"private": True})
        assert reply.status == 200

    async def open_channel(self, name: str) -> ChannelRef:
        reply = await self._client.post("/api/channels", id=name, name=name, members=["U1"])
        assert reply.status == 201
        return ChannelRef("local", "local", name)

    async def shown(self, channel: ChannelRef) -> list[tuple[str, str]]:
        reply = await self._client.get(f"/api/channels/{channel.channel}/messages?as=U1")
        return [(m["ts"], m["text"]) for m in reply.body["messages"]]

    async def told(self, person: PersonRef) -> list[str]:
        return [item["text"] for item in (await self._client.get(f"/api/inbox?as={person.person}")).body["items"]]


@asynccontextmanager
async def local(folder: Path) -> AsyncIterator[PlatformUnderTest]:
    handler = RecordingHandler()
    async with served(folder, handler) as (platform, client):
        await client.found_team()
        yield LocalUnderTest(platform, client, handler)


Maker = Callable[[Path], AbstractAsyncContextManager[PlatformUnderTest]]


def slack_by_socket(_folder: Path) -> AbstractAsyncContextManager[PlatformUnderTest]:
    """Slack over the real SDK, by Socket Mode."""
    return slack_under_test(SOCKET)


def slack_by_http(_folder: Path) -> AbstractAsyncContextManager[PlatformUnderTest]:
    """Slack over the real SDK, by signed posts."""
    return slack_under_test(HTTP)


def discord(_folder: Path) -> AbstractAsyncContextManager[PlatformUnderTest]:
    """Discord over the real library, by its gateway and its REST API."""
    return discord_under_test()


PLATFORMS: list[Maker] = [local, slack_by_socket, slack_by_http, discord]
