"""The local Discord's routes about channels and the messages in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from adapters.discord.ids import moment_of
from tests.discord.limits import LAID_OUT
from tests.discord.messages import REPLY, as_read, by_person
from tests.discord.objects import attachment_object, channel_object
from tests.discord.permissions import Can
from tests.discord.rest import Asked, RestApi, invalid, limit_of, snowflake_in
from tests.discord.rooms import Rooms
from tests.discord.team import CATEGORY, DM, FORUM, Channel, Json, Refused, Team

KEPT_NONCES = timedelta(minutes=5)
DELETED_IN_BULK = timedelta(days=14)
EDITABLE = ("content", "embeds", "components", "flags")


class MessageRoutes:
    """`/channels/{channel}` and what stands in it, as the bot may read and write it."""

    def __init__(self, team: Team, api: RestApi, rooms: Rooms) -> None:
        self.typed: list[int] = []
        self._team = team
        self._rooms = rooms
        self._nonces: dict[str, Json] = {}
        here, one = "/channels/{channel}/messages", "/channels/{channel}/messages/{message}"
        api.add("GET", "/channels/{channel}", self.show)
        api.add("POST", "/channels/{channel}/typing", self.type)
        api.add("POST", f"{here}/bulk-delete", self.delete_many)
        for method, template, handler in (
            ("GET", here, self.list),
            ("POST", here, self.create),
            ("GET", one, self.get),
            ("PATCH", one, self.change),
            ("DELETE", one, self.delete),
        ):
            api.add(method, template, handler)

    async def show(self, asked: Asked) -> Json:
        return channel_object(self._team, self._rooms.visible(asked.id("channel")))

    async def type(self, asked: Asked) -> None:
        channel = self._writable(asked)
        self.typed.append(channel.id)

    async def list(self, asked: Asked) -> list[Json]:
        channel = self._rooms.visible(asked.id("channel"))
        if Can.HISTORY not in self._team.may(self._team.bot, channel):
            return []  # as Discord does
        return [as_read(self._team, channel, channel.messages[id_]) for id_ in page_of(channel, asked.query)]

    async def get(self, asked: Asked) -> Json:
        channel = self._rooms.visible(asked.id("channel"))
        self._rooms.check(channel, Can.HISTORY)
        return as_read(self._team, channel, self._rooms.message(channel, asked.id("message")))

    async def create(self, asked: Asked) -> Json:
        channel = self._writable(asked)
        nonce = str(asked.body.get("nonce") or "")
        if nonce and asked.body.get("enforce_nonce") and (found := self._said_with(nonce)):
            return found
        author = by_person(self._team, self._team.bot)
        message = self._rooms.post(channel, author, **contents(self._team, asked), **self._reply(channel, asked.body))
        answer = as_read(self._team, channel, message)
        if nonce:
            answer["nonce"] = nonce
            self._nonces[nonce] = answer
        return answer

    async def change(self, asked: Asked) -> Json:
        channel = self._rooms.visible(asked.id("channel"))
        message = self._rooms.message(channel, asked.id("message"))
        if message["author"]["id"] != str(self._team.bot):
            raise Refused(403, 50005, "Cannot edit a message authored by another user")
        self._rooms.check_open(channel)
        return as_read(self._team, channel, self._rooms.edit(channel, message, **changes(message, asked.body)))

    async def delete(self, asked: Asked) -> None:
        channel = self._rooms.visible(asked.id("channel"))
        message = self._rooms.message(channel, asked.id("message"))
        if message["author"]["id"] != str(self._team.bot):
            if channel.kind == DM:
                raise Refused(403, 50003, "Cannot execute action on a DM channel")
            self._rooms.check(channel, Can.MANAGE_MESSAGES)
        self._rooms.check_open(channel)
        self._rooms.remove(channel, asked.id("message"))

    async def delete_many(self, asked: Asked) -> None:
        channel = self._rooms.visible(asked.id("channel"))
        self._rooms.check(channel, Can.MANAGE_MESSAGES)
        ids = [snowflake_in(id_) for id_ in asked.body["messages"]]
        if not 2 <= len(ids) <= 100:
            raise invalid("Must be between 2 and 100 in length.")
        if min(map(moment_of, ids)) < self._team.moment() - DELETED_IN_BULK:
            raise Refused(400, 50034, "You can only bulk delete messages that are under 14 days old.")
        self._rooms.remove(channel, *(id_ for id_ in ids if id_ in channel.messages), is_bulk=True)

    def _writable(self, asked: Asked) -> Channel:
        """Return a channel that the bot may write in: of direct messages, those that are let in."""
        channel = self._rooms.visible(asked.id("channel"))
        if channel.kind in {FORUM, CATEGORY}:
            raise Refused(400, 50008, "Cannot send messages in a non-text channel")
        if channel.kind == DM:
            self._check_direct(channel.partner)
        self._rooms.check(channel, Can.SEND)
        if channel.is_locked and Can.MANAGE_THREADS not in self._team.may(self._team.bot, channel):
            raise Refused(403, 160005, "Thread is locked")
        return channel

    def _check_direct(self, person: int) -> None:
        if not self._team.people[person].takes_dms:
            raise Refused(403, 50007, "Cannot send messages to this user")
        if not any({person, self._team.bot} <= guild.members.keys() for guild in self._team.guilds.values()):
            raise Refused(403, 50278, "Cannot send messages to this user due to having no mutual guilds")

    def _said_with(self, nonce: str) -> Json | None:
        """Return what the bot said with this nonce in the past few minutes, if it still stands."""
        found = self._nonces.get(nonce)
        if found is None or moment_of(int(found["id"])) < self._team.moment() - KEPT_NONCES:
            return None
        place = self._team.channels.get(int(found["channel_id"]))
        return found if place and int(found["id"]) in place.messages else None

    def _reply(self, channel: Channel, body: Json) -> Json:
        reference = body.get("message_reference")
        if not reference:
            return {}
        if Can.HISTORY not in self._team.may(self._team.bot, channel):
            raise Refused(403, 160002, "Cannot reply without permission to read message history")
        found = channel.messages.get(snowflake_in(reference["message_id"]))
        if found is None and reference.get("fail_if_not_exists", True):
            raise invalid("Unknown message")
        if found is None:
            return {}
        about = {"type": 0, "channel_id": str(channel.id), "message_id": found["id"]}
        guild = {"guild_id": str(channel.guild)} if channel.guild else {}
        return {"type": REPLY, "message_reference": {**about, **guild}, "referenced_message": found}


def contents(team: Team, asked: Asked) -> Json:
    """Return what a call wants to say, as facts of a message; nothing at all is refused."""
    body = asked.body
    if not (body.get("content") or body.get("embeds") or body.get("components") or asked.files):
        raise Refused(400, 50006, "Cannot send an empty message")
    attachments = [attachment_object(team, team.file(name, content)) for name, content in asked.files]
    return {
        "content": body.get("content") or "",
        "embeds": body.get("embeds") or [],
        "components": body.get("components") or [],
        "flags": body.get("flags") or 0,
        "attachments": attachments,
        "allowed": body.get("allowed_mentions"),
    }


def changes(message: Json, body: Json) -> Json:
    """Return what a call wants to change in a message; one made of components has to stay one."""
    found = {name: body[name] for name in EDITABLE if name in body}
    if "content" in found:
        found["content"] = found["content"] or ""
    if "flags" in found:
        found["flags"] = (found["flags"] or 0) | message["flags"] & LAID_OUT
    found.setdefault("embeds", message["embeds"])
    return {**found, "allowed": body.get("allowed_mentions")}


def page_of(channel: Channel, query: Mapping[str, str]) -> list[int]:
    """Return the ids of one page, newest first: before, after or around one, fifty if not said otherwise."""
    limit = limit_of(query, usual=50, most=100)
    ids = sorted(channel.messages)
    if (around := _wanted(query, "around")) is not None:
        older, newer = [id_ for id_ in ids if id_ < around], [id_ for id_ in ids if id_ >= around]
        half = limit // 2
        ids = older[-half:] * (half > 0) + newer[: limit - half]
    elif (after := _wanted(query, "after")) is not None:
        ids = [id_ for id_ in ids if id_ > after][:limit]
    elif (before := _wanted(query, "before")) is not None:
        ids = [id_ for id_ in ids if id_ < before][-limit:]
    else:
        ids = ids[-limit:]
    return ids[::-1]


def _wanted(query: Mapping[str, Any], name: str) -> int | None:
    return snowflake_in(query[name]) if name in query else None
