"""The Slack platform as the contract of all platforms tests it: over the real SDK, against the local Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.slack.platform import SlackWorkspace
from bot.clock import TestClock
from bot.events import Loss
from bot.ports import ChatPlatform
from bot.refs import ChannelRef, MessageRef, PersonRef
from tests.local_platform import MONDAY, RecordingHandler
from tests.slack.installed import access, listening
from tests.slack.server import LocalSlack, local_slack


class SlackUnderTest:
    """Ada and 陈伟 on the local Slack, the app in both channels; what failed comes again before what is next."""

    left: tuple[Loss, ...] = (Loss.LEFT,)
    wei_reads: tuple[str, str] = ("zh-CN", "Asia/Shanghai")

    def __init__(self, slack: LocalSlack, platform: SlackWorkspace, handler: RecordingHandler) -> None:
        here = platform.installation
        self.platform: ChatPlatform = platform
        self._here = here
        self.handler = handler
        self._slack = slack
        self.ada, self.wei, self.understudy = (here.person(id_) for id_ in ("U1", "U2", here.user))
        self.public, self.private = (here.channel(id_) for id_ in ("C1", "C2"))

    async def say(self, author: PersonRef, channel: ChannelRef, text: str, root: str = "") -> MessageRef:
        stamp = await self._slack.talking.say(author.person, channel.channel, text, root)
        return MessageRef(channel, stamp)

    async def edit(self, author: PersonRef, ref: MessageRef, text: str) -> None:
        await self._slack.talking.edit(ref.channel.channel, ref.stamp, text)

    async def delete(self, author: PersonRef, ref: MessageRef) -> None:
        await self._slack.talking.delete(ref.channel.channel, ref.stamp)

    async def leave(self, person: PersonRef, channel: ChannelRef) -> None:
        if person.person in self._slack.team.conversations[channel.channel].members:
            await self._slack.talking.leave(person.person, channel.channel)

    async def close_account(self, person: PersonRef) -> None:
        if self._slack.team.people[person.person].is_active:
            await self._slack.talking.change_person(person.person, is_active=False)

    async def close_channel(self, channel: ChannelRef) -> None:
        await self._slack.talking.make_private(channel.channel, "U1")

    async def open_channel(self, name: str) -> ChannelRef:
        self._slack.team.channel(f"C{name}", name, "U1")
        return self._here.channel(f"C{name}")

    async def shown(self, channel: ChannelRef) -> list[tuple[str, str]]:
        await self._slack.news.quiet()
        return self._slack.reading.channel(channel.channel)

    async def told(self, person: PersonRef) -> list[str]:
        return self._slack.reading.told(person.person)


@asynccontextmanager
async def slack_heard(
    way: str, core: RecordingHandler | None = None
) -> AsyncIterator[tuple[LocalSlack, SlackWorkspace, RecordingHandler]]:
    """Serve the local Slack and let the platform listen to it, with a core behind that only takes notes."""
    clock, handler = TestClock(MONDAY), core or RecordingHandler()
    async with local_slack(clock.now) as slack:
        slack.found_team()
        platform = SlackWorkspace(access(slack, way), clock)
        await platform.sign_in()
        async with listening(slack, platform, handler):
            yield slack, platform, handler


@asynccontextmanager
async def slack_under_test(way: str) -> AsyncIterator[SlackUnderTest]:
    """Let the contract act on it, by Socket Mode or by signed posts."""
    async with slack_heard(way) as (slack, platform, handler):
        slack.deliveries.patience = 3.0  # as Slack's own: what is not acknowledged by then is brought again
        yield SlackUnderTest(slack, platform, handler)
