"""Messages as the local Discord makes, keeps and shows them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

from adapters.discord.ids import moment_of
from tests.discord.intents import readable
from tests.discord.objects import channel_object, member_object, user_object
from tests.discord.permissions import Can
from tests.discord.team import CONTENT_FLAGS, Channel, Json, Team, Webhook

DEFAULT, THREAD_CREATED, REPLY, THREAD_STARTER = 0, 18, 19, 21
HAS_THREAD = 1 << 5
_PERSON = re.compile(r"<@!?([0-9]+)>")
_ROLE = re.compile(r"<@&([0-9]+)>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")


def made(team: Team, channel: Channel, author: Json, content: str = "", **facts: Any) -> Json:
    """Make a message in a channel and keep it there. `allowed` is what the call said about mentions; None is all."""
    allowed = facts.pop("allowed", None)
    number = facts.pop("id", None) or team.snowflake()
    message: Json = {
        "id": str(number),
        "channel_id": str(channel.id),
        "type": DEFAULT,
        "content": content,
        "author": author,
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "tts": False,
        "timestamp": moment_of(number).isoformat(),
        "edited_timestamp": None,
        "flags": 0,
        **facts,
    }
    message["components"] = with_ids(facts.get("components") or [])
    message |= mentioned(team, channel, message, allowed)
    channel.messages[number] = message
    return message


def changed(team: Team, channel: Channel, message: Json, **facts: Any) -> Json:
    """Change a message's words or what stands beneath them; the ids of what stands beneath are given anew."""
    allowed = facts.pop("allowed", None)
    if "components" in facts:
        facts["components"] = with_ids(facts["components"] or [])
    message |= {**facts, "edited_timestamp": team.moment().isoformat()}
    message |= mentioned(team, channel, message, allowed)
    return message


def by_person(team: Team, person: int) -> Json:
    """Return somebody as the author of what they say."""
    return user_object(team.people[person])


def by_webhook(webhook: Webhook, name: str | None = None, avatar: str | None = None) -> Json:
    """Return a webhook as the author of what it posts, under its own name or another."""
    facts = {"discriminator": "0000", "avatar": avatar or webhook.avatar, "global_name": None, "public_flags": 0}
    return {"id": str(webhook.id), "username": name or webhook.name, "bot": True, **facts}


def mentioned(team: Team, channel: Channel, message: Json, allowed: Json | None) -> Json:
    """Return whom a message pings: whom its words name and, in a reply, its author; as far as that is allowed."""
    content = message["content"]
    people = [int(found) for found in _PERSON.findall(content) if int(found) in team.people]
    roles = [int(found) for found in _ROLE.findall(content)]
    replied = message.get("referenced_message")
    if allowed is not None:
        parse = allowed.get("parse", [])
        people = people if "users" in parse else [p for p in people if str(p) in _words(allowed.get("users"))]
        roles = roles if "roles" in parse else [r for r in roles if str(r) in _words(allowed.get("roles"))]
    if replied and (allowed is None or allowed.get("replied_user")) and int(replied["author"]["id"]) in team.people:
        people.append(int(replied["author"]["id"]))
    may = channel.guild and Can.MENTION_EVERYONE in team.may(int(message["author"]["id"]), channel)
    everyone = bool(_EVERYONE.search(content)) and (allowed is None or "everyone" in allowed.get("parse", []))
    return {
        "mentions": [user_object(team.people[person]) for person in dict.fromkeys(people)],
        "mention_roles": [str(role) for role in dict.fromkeys(roles)],
        "mention_everyone": everyone and bool(may),
    }


def _words(ids: Any) -> set[str]:
    return {str(found) for found in ids or ()}


def with_ids(components: list[Json]) -> list[Json]:
    """Return components, each with the id that Discord gives where none was given."""
    numbers = itertools.count(1)
    return [_numbered(component, numbers) for component in components]


def _numbered(part: Any, numbers: Iterator[int]) -> Any:
    if isinstance(part, list):
        return [_numbered(item, numbers) for item in part]
    if not isinstance(part, dict):
        return part
    own = {"id": part.get("id") or next(numbers)} if "type" in part and isinstance(part["type"], int) else {}
    nested = {key: _numbered(part[key], numbers) for key in ("components", "component", "accessory") if key in part}
    return {**part, **own, **nested}


def as_read(team: Team, channel: Channel, message: Json) -> Json:
    """Return a message as the API shows it now: with its thread, what it answers, and its words if they may be read."""
    found = _with_neighbours(team, message)
    with_content = channel.guild == 0 or bool(team.app_flags & CONTENT_FLAGS)
    return readable(team, found, with_content=with_content)


def as_told(team: Team, channel: Channel, message: Json) -> Json:
    """Return a message as the gateway brings it: with its guild and, unless by a webhook, its author's member."""
    found = _with_neighbours(team, message)
    found["channel_type"] = channel.kind
    if not channel.guild:
        return found
    found["guild_id"] = str(channel.guild)
    members = team.guilds[channel.guild].members
    found["mentions"] = [
        {**user, "member": member_object(team, members[int(user["id"])], with_user=False)}
        if int(user["id"]) in members
        else user
        for user in found["mentions"]
    ]
    author = members.get(int(found["author"]["id"]))
    if author is not None and "webhook_id" not in found:
        found["member"] = member_object(team, author, with_user=False)
    return found


def _with_neighbours(team: Team, message: Json) -> Json:
    found = dict(message)
    thread = team.channels.get(int(message["id"]))
    if thread is not None:
        found |= {"thread": channel_object(team, thread), "flags": message["flags"] | HAS_THREAD}
    reference = message.get("message_reference")
    if reference is not None and "message_id" in reference:
        place = team.channels.get(int(reference["channel_id"]))
        found["referenced_message"] = place.messages.get(int(reference["message_id"])) if place else None
    return found
