"""Where the library finds Discord. It keeps the addresses for the whole process, as class attributes of its own."""

from __future__ import annotations

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.access import Access


def point_to(access: Access) -> None:
    """Let the library speak with the addresses that were set."""
    if access.api_url:
        Route.BASE = access.api_url
    if access.gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(access.gateway_url)
