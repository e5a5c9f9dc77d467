"""What people do with words in the local Discord, and the events that come of it."""

from __future__ import annotations

from typing import Any

from tests.discord.gateway import Gateway
from tests.discord.messages import REPLY, by_person, by_webhook
from tests.discord.objects import attachment_object
from tests.discord.rooms import Rooms
from tests.discord.team import Json, Team, Webhook


class Talking:
    """People speak. Each call returns once the app has read what came of it, or at once while it is away."""

    def __init__(self, team: Team, gateway: Gateway, rooms: Rooms) -> None:
        self._team = team
        self._gateway = gateway
        self._rooms = rooms

    async def say(self, person: int, channel: int, text: str, *, reply_to: int = 0, **more: Any) -> int:
        """Say something in a channel or a thread, perhaps as a reply to another message there; return its id."""
        place = self._team.channels[channel]
        facts = {**self._reply(channel, reply_to), **more}
        message = self._rooms.post(place, by_person(self._team, person), text, **facts)
        await self._gateway.quiet()
        return int(message["id"])

    async def share_file(self, person: int, channel: int, text: str, name: str, content: bytes = b"...") -> int:
        """Say something beside a file."""
        file = attachment_object(self._team, self._team.file(name, content))
        return await self.say(person, channel, text, attachments=[file])

    async def webhook_says(self, channel: int, text: str, name: str = "Another double") -> int:
        """Let a webhook post that is none of the app's."""
        place = self._team.channels[channel]
        webhook = Webhook(self._team.snowflake(), self._team.parent_of(place).id, name)
        self._team.webhooks[webhook.id] = webhook
        message = self._rooms.post(place, by_webhook(webhook), text, webhook_id=str(webhook.id))
        await self._gateway.quiet()
        return int(message["id"])

    async def edit(self, channel: int, message: int, text: str) -> None:
        """Let a message's author change its words."""
        place = self._team.channels[channel]
        self._rooms.edit(place, place.messages[message], content=text)
        await self._gateway.quiet()

    async def unfurl(self, channel: int, message: int) -> None:
        """Let Discord put a preview beneath a message, whose words stay as they are and which nobody edited."""
        page = {"type": "link", "url": "http://127.0.0.1/", "title": "A page"}
        await self._touched(channel, message, embeds=[page])

    async def pin(self, channel: int, message: int) -> None:
        """Let somebody pin a message, which stays as it is."""
        await self._touched(channel, message, pinned=True)

    async def delete(self, channel: int, message: int) -> None:
        """Take a message away."""
        self._rooms.remove(self._team.channels[channel], message)
        await self._gateway.quiet()

    async def bulk_delete(self, channel: int, *messages: int) -> None:
        """Take many messages away at once, as a moderator's tool does."""
        self._rooms.remove(self._team.channels[channel], *messages, is_bulk=True)
        await self._gateway.quiet()

    async def start_thread(self, person: int, channel: int, message: int = 0, name: str = "", **more: int) -> int:
        """Open a thread, at a message or with a `kind` of its own; return its id."""
        place = self._team.channels[channel]
        thread = self._rooms.open_thread(place, person, name or "A thread", message, **more)
        await self._gateway.quiet()
        return thread.id

    async def archive_thread(self, thread: int) -> None:
        """Put a thread away; whoever writes in it opens it again."""
        self._rooms.set_archived(self._team.channels[thread], is_archived=True)
        await self._gateway.quiet()

    async def lock_thread(self, thread: int) -> None:
        """Put a thread away so that moderators alone can open it again."""
        self._team.channels[thread].is_locked = True
        await self.archive_thread(thread)

    async def delete_thread(self, thread: int) -> None:
        """Take a thread away, words and all."""
        found = self._team.channels.pop(thread)
        ids = {"id": str(thread), "guild_id": str(found.guild), "parent_id": str(found.parent), "type": found.kind}
        await self._gateway.tell("THREAD_DELETE", ids)

    async def _touched(self, channel: int, message: int, **facts: Any) -> None:
        place = self._team.channels[channel]
        place.messages[message] |= facts
        self._rooms.tell(place, place.messages[message], "MESSAGE_UPDATE")
        await self._gateway.quiet()

    def _reply(self, channel: int, message: int) -> Json:
        if not message:
            return {}
        place = self._team.channels[channel]
        about = {"type": 0, "channel_id": str(channel), "message_id": str(message), "guild_id": str(place.guild)}
        return {"type": REPLY, "message_reference": about, "referenced_message": place.messages[message]}
