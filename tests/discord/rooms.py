"""What happens in the local Discord's channels, whoever does it: kept in the state and told by the gateway."""

from __future__ import annotations

from typing import Any

from tests.discord.gateway import Gateway
from tests.discord.messages import THREAD_CREATED, THREAD_STARTER, as_told, by_person, changed, made
from tests.discord.objects import channel_object
from tests.discord.permissions import Can
from tests.discord.rest import unknown
from tests.discord.team import ANNOUNCEMENT, ANNOUNCEMENT_THREAD, FORUM, PUBLIC_THREAD, Channel, Json, Refused, Team


class Rooms:
    """Posts, changes and removes. Nothing here waits: the events are on their way when a method returns."""

    def __init__(self, team: Team, gateway: Gateway) -> None:
        self._team = team
        self._gateway = gateway

    # ------------------------------------------------------------ what the bot may

    def visible(self, id_: int) -> Channel:
        """Return a channel that the bot can see; for another it is refused as Discord refuses."""
        channel = self._team.channels.get(id_)
        if channel is None:
            raise unknown("Channel", 10003)
        if Can.VIEW not in self._team.may(self._team.bot, channel):
            raise Refused(403, 50001, "Missing Access")
        return channel

    def check(self, channel: Channel, need: Can) -> None:
        """Refuse what the bot has no permission for in a channel that it can see."""
        if need not in self._team.may(self._team.bot, channel):
            raise Refused(403, 50013, "Missing Permissions")

    def message(self, channel: Channel, id_: int) -> Json:
        """Return a message of a channel."""
        found = channel.messages.get(id_)
        if found is None:
            raise unknown("Message", 10008)
        return found

    def check_open(self, channel: Channel) -> None:
        """Refuse to change what stands in an archived thread.

        By the documentation messages can be deleted there; by what people report it is refused as editing is.
        """
        if channel.is_archived:
            raise Refused(400, 50083, "Thread is archived")

    # ------------------------------------------------------------ messages

    def post(self, channel: Channel, author: Json, content: str, **facts: Any) -> Json:
        """Let a message stand in a channel; an archived thread is open again then."""
        if channel.is_archived:
            self.set_archived(channel, is_archived=False)
        message = made(self._team, channel, author, content, **facts)
        if channel.is_thread:
            channel.participants.add(int(author["id"]))
        self.tell(channel, message)
        return message

    def tell(self, channel: Channel, message: Json, kind: str = "MESSAGE_CREATE") -> None:
        """Let the app hear of a message that is new or changed."""
        self._gateway.send(kind, as_told(self._team, channel, message))

    def edit(self, channel: Channel, message: Json, **facts: Any) -> Json:
        """Let a message's author change its words or what stands beneath them."""
        changed(self._team, channel, message, **facts)
        self.tell(channel, message, "MESSAGE_UPDATE")
        return message

    def remove(self, channel: Channel, *ids: int, is_bulk: bool = False) -> None:
        """Take messages away: each with an event of its own, or all in one."""
        where = {"channel_id": str(channel.id), **({"guild_id": str(channel.guild)} if channel.guild else {})}
        for id_ in ids:
            channel.messages.pop(id_, None)
            if not is_bulk:
                self._gateway.send("MESSAGE_DELETE", {"id": str(id_), **where})
        if is_bulk:
            self._gateway.send("MESSAGE_DELETE_BULK", {"ids": [str(id_) for id_ in ids], **where})

    # ------------------------------------------------------------ threads

    def open_thread(self, channel: Channel, person: int, name: str, message: int = 0, kind: int = 0) -> Channel:
        """Open a thread: at a message, whose id it takes; beside the others; in a forum, with one of its own."""
        team = self._team
        if message in team.channels:
            raise Refused(400, 160004, "A thread has already been created for this message")
        kind = kind or (ANNOUNCEMENT_THREAD if channel.kind == ANNOUNCEMENT else PUBLIC_THREAD)
        thread = Channel(message or team.snowflake(), name, kind, channel.guild, channel.id, owner=person)
        thread.participants.add(person)
        team.channels[thread.id] = thread
        self._gateway.send("THREAD_CREATE", {**channel_object(team, thread), "newly_created": True})
        author, reference = by_person(team, person), {"guild_id": str(channel.guild), "type": 0}
        if message:
            root = channel.messages[message]
            self.tell(channel, root, "MESSAGE_UPDATE")
            about = {**reference, "channel_id": str(channel.id), "message_id": str(message)}
            self.post(thread, author, "", type=THREAD_STARTER, message_reference=about, referenced_message=root)
        elif channel.kind == FORUM:
            self.post(thread, author, name, id=thread.id)
        elif kind == PUBLIC_THREAD:
            about = {**reference, "channel_id": str(thread.id)}
            self.post(channel, author, name, type=THREAD_CREATED, message_reference=about)
        return thread

    def set_archived(self, thread: Channel, *, is_archived: bool) -> None:
        """Put a thread away, or open it again."""
        thread.is_archived = is_archived
        thread.archived_at = self._team.moment()
        self._gateway.send("THREAD_UPDATE", channel_object(self._team, thread))
