"""The app manifest, of which Slack makes an app in one paste: the core's scopes, and those of named features. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.slack.features import Feature, events_of, scopes_of
from bot.words import Words

NAME = "Understudy"
COMMAND = "/double"
SHORTCUTS = ("never_use", "take_back")
"""The message shortcuts, by their callback ids."""

PATH = "/slack/events"
"""Where requests come in over HTTP: events, commands and clicks alike."""

_COLOUR = "#1f3a3d"


def manifest(features: Sequence[Feature], words: Words, *, address: str = "") -> dict[str, Any]:
    """Return the manifest, ready to be written as JSON.

    With an `address`, such as `https://double.example.org`, Slack sends requests there, to `PATH`; without one, it is
    Socket Mode, where Understudy opens the connection.
    """
    reached = {"url": address.rstrip("/") + PATH} if address else {}
    requested = {"request_url": reached["url"]} if address else {}
    return {
        "display_information": {
            "name": NAME,
            "description": words.say("slack_setup.description"),
            "long_description": words.say("slack_setup.long_description"),
            "background_color": _COLOUR,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,  # nothing that is written there would be read
            },
            "bot_user": {"display_name": NAME, "always_online": False},
            "shortcuts": [_shortcut(name, words) for name in SHORTCUTS],
            "slash_commands": [
                {
                    "command": COMMAND,
                    **reached,
                    "description": words.say("steps.command_description"),
                    "usage_hint": words.say("slack_setup.command_hint"),
                    "should_escape": True,  # a name that was picked comes as an id, which is nobody else's
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted(scopes_of(features))}},
        "settings": {
            "event_subscriptions": {**requested, "bot_events": sorted(events_of(features))},
            "interactivity": {"is_enabled": True, **requested},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not address,
            "token_rotation_enabled": False,
        },
    }


def _shortcut(name: str, words: Words) -> dict[str, str]:
    return {
        "name": words.say(f"steps.command_{name}"),
        "type": "message",
        "callback_id": name,
        "description": words.say(f"slack_setup.shortcut_{name}_description"),
    }
