"""The Slack platform as the suites drive it: running against the local Slack, by Socket Mode or by signed posts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.slack.access import Access
from adapters.slack.listening import PATH
from adapters.slack.platform import SlackWorkspace
from bot.platform_ports import EventHandler
from tests.running_platform import until_left
from tests.slack.server import LocalSlack

SOCKET, HTTP = "socket", "http"


def access(slack: LocalSlack, way: str = SOCKET, *, shows_names: bool = False) -> Access:
    """Return what an operator would give."""
    app_token, secret = ("", slack.signing_secret) if way == HTTP else (slack.app_token, "")
    return Access(slack.bot_token, app_token, secret, api_url=slack.api_url, shows_names=shows_names)


@asynccontextmanager
async def listening(slack: LocalSlack, platform: SlackWorkspace, handler: EventHandler) -> AsyncIterator[None]:
    """Let a platform run until the end of the block; leaving it cancels `run` as the process's end would."""
    try:
        async with until_left(platform, handler) as address:
            if address.endswith(PATH):
                slack.deliveries.endpoint = address
            else:
                await slack.listening()
            yield
            await slack.news.quiet()
    finally:
        await platform.close()
