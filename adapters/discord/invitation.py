"""What the bot asks for when it is let into a server: its scopes, and exactly the permissions that it uses. Pure."""

from __future__ import annotations

from urllib.parse import urlencode

import discord

SCOPES = ("bot", "applications.commands")
BASIC = discord.Permissions(
    view_channel=True, send_messages=True, send_messages_in_threads=True, read_message_history=True
)
"""Without one of these a double cannot learn or answer."""

NAMES = discord.Permissions(manage_webhooks=True)
"""With this replies stand under the double's name, without it under the bot's."""

_LABELS = {
    "view_channel": "View Channels",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "read_message_history": "Read Message History",
    "manage_webhooks": "Manage Webhooks",
}


def invitation(web_url: str, application: int) -> str:
    """Return the address at which somebody who manages a server lets the bot into it."""
    asked = {
        "client_id": str(application),
        "scope": " ".join(SCOPES),
        "permissions": str((BASIC | NAMES).value),
        "integration_type": "0",
    }
    return f"{web_url}/oauth2/authorize?{urlencode(asked)}"


def labels(permissions: int) -> list[str]:
    """Return those of the permissions asked for that are among some, as Discord's settings call them, by name."""
    return sorted(label for name, label in _LABELS.items() if permissions & discord.Permissions(**{name: True}).value)
