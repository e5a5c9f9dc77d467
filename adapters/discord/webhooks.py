"""Posting under a double's name: a webhook of our own in the channel, one post sent once, whatever becomes of it.

Discord takes no nonce with a webhook's post, and the library would send it again after an error: so it is sent here.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import discord
from aiohttp import ClientError, ClientSession, ClientTimeout

from adapters.discord.failures import answered, told
from bot.errors import PlatformError, RateLimited, Unreachable

NAME = "Understudy"
TIMEOUT_SECONDS, LONGEST_WAIT = 12, 20.0
_MOST_TURNS = 3
_TOO_MANY = 429

Hooked = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.ForumChannel


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook of ours."""

    id: int
    token: str = field(repr=False)


class Webhooks:
    """The webhooks of this bot, one a channel, made when they are first needed.

    None is remembered: whoever manages webhooks may move one to another channel, where other people read.
    """

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._session: ClientSession | None = None

    async def of(self, channel: Hooked) -> Hook | None:
        """Return ours that stands in a channel now, a new one if there is none; None where that is not permitted."""
        if not channel.permissions_for(channel.guild.me).manage_webhooks:
            return None
        try:
            with told():
                return await self._standing(channel) or await self._made(channel)
        except PlatformError as error:
            if isinstance(error, RateLimited | Unreachable):
                raise
            return None  # a channel has fifteen webhooks at most

    async def send(self, hook: Hook, body: dict[str, Any], thread: int = 0) -> int:
        """Post once; return the message's id. An answer that was lost is `Unreachable`."""
        query = {"wait": "true", "with_components": "true", **({"thread_id": str(thread)} if thread else {})}
        url = f"{discord.http.Route.BASE}/webhooks/{hook.id}/{hook.token}"
        for _ in range(_MOST_TURNS):
            status, answer = await self._sent(url, query, body)
            if status == _TOO_MANY:
                wait = float(answer.get("retry_after") or 1.0)
                if wait > LONGEST_WAIT:
                    raise RateLimited("discord takes no more of these for now", wait)
                await asyncio.sleep(wait)
            elif status < 300:
                return int(answer["id"])
            else:
                raise answered(status, int(answer.get("code") or 0))
        raise RateLimited("discord takes no more of these for now", LONGEST_WAIT)

    async def close(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _sent(self, url: str, query: dict[str, str], body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self._session is None or self._session.closed:
            self._session = ClientSession(timeout=ClientTimeout(total=TIMEOUT_SECONDS))
        try:
            async with self._session.post(url, params=query, json=body) as response:
                answer = json.loads(await response.read() or b"{}")
                return response.status, answer if isinstance(answer, dict) else {}
        except ValueError:
            raise Unreachable("discord gave no answer that can be read") from None
        except (ClientError, TimeoutError, OSError):
            raise Unreachable("discord gave no answer") from None

    async def _standing(self, channel: Hooked) -> Hook | None:
        ours = self._client.application_id
        for hook in await self._client.http.channel_webhooks(channel.id):
            token = hook.get("token")
            if str(hook.get("application_id")) == str(ours) and token:
                return Hook(int(hook["id"]), token)
        return None

    @staticmethod
    async def _made(channel: Hooked) -> Hook:
        made = await channel.create_webhook(name=NAME, avatar=robot())
        return Hook(made.id, made.token or "")


def robot() -> bytes:
    """Return the icon of every double, the same for all of them."""
    return (files("adapters.discord") / "robot.png").read_bytes()
