"""Can the gateway be reached? A connection is opened until Discord says hello; no session is begun."""

from __future__ import annotations

import asyncio

from aiohttp import ClientError, ClientSession
from discord.gateway import DiscordWebSocket

from adapters.chat.seen import Seen, ill, well
from adapters.discord.access import Access

HELLO_SECONDS = 10
_HELLO = 10


async def try_gateway(access: Access) -> Seen:
    """Try the gateway. Nothing is taken from an Understudy that runs: whoever says nothing is told nothing."""
    address = access.gateway_url or str(DiscordWebSocket.DEFAULT_GATEWAY)
    also = ", or check DISCORD_GATEWAY_URL" if access.gateway_url else ""
    try:
        async with (
            asyncio.timeout(HELLO_SECONDS),
            ClientSession() as session,
            session.ws_connect(f"{address}?v=10&encoding=json") as socket,
        ):
            said = await socket.receive_json()
    except (ClientError, OSError, TimeoutError, TypeError, ValueError):
        return ill(f"no WebSocket can be opened to Discord: let this machine make outgoing ones{also}")
    if not isinstance(said, dict) or said.get("op") != _HELLO:
        return ill(f"Discord's gateway does not say hello: try again in a minute{also}")
    return well("Discord's gateway says hello")
