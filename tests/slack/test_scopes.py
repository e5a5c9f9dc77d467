"""No scope is missing and none is idle: what the Slack rooms call and hear is held against the manifest."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.features import CORE, OPTIONAL, events_of, scopes_of
from tests.architecture.source import files, tree

ROOMS = [file for file in files("adapters") if file.parent.name == "slack"]
METHOD_NAMES = {name.replace("_", "."): name for name in dir(AsyncWebClient) if re.match("[a-z]+_", name)}

# Slack's reference of methods: the bot scopes each may need here. `*` stands for channels and groups alike.
METHODS = {
    "apps.connections.open": "",  # the app-level token's own scope
    "assistant.threads.setStatus": "chat:write",
    "auth.test": "",
    "bots.info": "users:read",
    "chat.delete": "chat:write",
    "chat.getPermalink": "",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.history": "*:history",
    "conversations.info": "*:read",
    "conversations.join": "channels:join",
    "conversations.list": "*:read",
    "conversations.members": "*:read",
    "conversations.open": "im:write",
    "conversations.replies": "*:history",
    "dnd.info": "dnd:read",
    "files.completeUploadExternal": "files:write",
    "files.getUploadURLExternal": "files:write",
    "users.conversations": "*:read",
    "users.info": "users:read",
    "users.list": "users:read",
    "views.open": "",
    "views.publish": "",
    "views.push": "",
    "views.update": "",
}

# Slack's reference of events: the scope without which a subscription is refused. What is not here needs none.
EVENTS = {
    "app_mention": "app_mentions:read",
    "channel_archive": "channels:read",
    "channel_deleted": "channels:read",
    "channel_id_changed": "channels:read",
    "channel_left": "channels:read",
    "channel_shared": "channels:read",
    "group_archive": "groups:read",
    "group_deleted": "groups:read",
    "group_left": "groups:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "user_change": "users:read",
}

# Scopes that no method asks for: a command, an argument, a field of a form.
OTHERWISE = {
    "commands": r'"slash_commands"',
    "chat:write.customize": r'"?username"?\s*[=:]',
    "files:read": r'"file_input"',
}


def called() -> set[str]:
    """Return the methods of Slack's Web API that the rooms name, as Slack writes them."""
    names = {name: method for method, name in METHOD_NAMES.items()}
    found = set()
    for node in (node for room in ROOMS for node in ast.walk(tree(room))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in METHOD_NAMES:
            found.add(node.value)
        if isinstance(node, ast.Attribute) and node.attr in names and node.attr != "api_call":
            found.add(names[node.attr])
    return found


def needed(methods: set[str]) -> set[str]:
    scopes = {METHODS[method] for method in methods}
    return {scope.replace("*", kind) for scope in scopes for kind in ("channels", "groups")} - {""}


def text_of(rooms: list[Path]) -> str:
    return "\n".join(room.read_text("utf-8") for room in rooms)


def test_every_method_that_is_called_is_known_with_its_scope() -> None:
    assert called() - set(METHODS) == set()


def test_no_scope_is_missing() -> None:
    assert needed(called()) <= scopes_of(OPTIONAL)
    assert {scope for scope in needed(called()) if scope.split(":")[0] not in {"groups", "dnd", "files"}} <= CORE.scopes


def test_every_event_comes_with_the_scope_it_needs() -> None:
    for feature in OPTIONAL:
        for event in feature.events:
            assert EVENTS.get(event, "") in feature.scopes
    assert {EVENTS[event] for event in CORE.events if event in EVENTS} <= CORE.scopes


def test_no_scope_is_idle() -> None:
    used = needed(called()) | {EVENTS.get(event, "") for event in events_of(OPTIONAL)}
    used |= {scope for scope, sign in OTHERWISE.items() if re.search(sign, text_of(ROOMS))}
    assert scopes_of(OPTIONAL) - used == set()


def test_no_event_is_subscribed_to_that_nobody_hears() -> None:
    others = text_of([room for room in ROOMS if room.name != "features.py"])
    for event in events_of(OPTIONAL):
        kind = event.partition(".")[0]
        assert re.search(rf'"{kind}"', others), event
