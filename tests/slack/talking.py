"""What people do with words and channels in the local Slack, and the events that come of it."""

from __future__ import annotations

from typing import Any

from tests.slack.news import News
from tests.slack.shapes import Json, filled
from tests.slack.team import Conversation, Team, Upload


class Talking:
    """People speak and come and go. Each call returns once the app has acknowledged it, or it is owed."""

    def __init__(self, team: Team, news: News) -> None:
        self._team = team
        self._news = news

    async def say(self, person: str, channel: str, text: str, thread: str = "", **more: Any) -> str:
        """Say something as typed, perhaps in a thread; return its `ts`."""
        place = self._team.conversations[channel]
        root = str(place.messages[thread].get("thread_ts") or thread) if thread else None
        author = self._team.people[person]
        foreign = author.team if author.is_stranger else None
        message = filled(
            "message",
            user=person,
            text=self._team.typed(text),
            ts=self._team.stamp(),
            team=foreign or self._team.id,
            foreign_team=foreign,
            thread_ts=root,
            parent_user=place.messages[root].get("user") if root else None,
        )
        message |= more
        place.messages[message["ts"]] = message
        await self._announce(place, message)
        return str(message["ts"])

    async def broadcast(self, person: str, channel: str, text: str, thread: str) -> str:
        """Reply in a thread and to the channel too."""
        root = {"ts": thread, "thread_ts": thread}
        return await self.say(person, channel, text, thread, subtype="thread_broadcast", root=root)

    async def share_file(self, person: str, channel: str, text: str, name: str) -> str:
        """Say something beside a file."""
        file = Upload(self._team.number("F"), name, b"...", person)
        self._team.files[file.id] = file
        files = [{"id": file.id, "name": name, "user": person}]
        return await self.say(person, channel, text, subtype="file_share", files=files, upload=False)

    async def bot_says(self, channel: str, text: str, thread: str = "", *, has_user: bool = False) -> str:
        """Let another app post, the new way with a user of its own or the old way without."""
        place, ts = self._team.conversations[channel], self._team.stamp()
        names = {"user": "U0OTHER"} if has_user else {"subtype": "bot_message", "username": "Other double"}
        facts = {"bot": "B0OTHER", "app": "A0OTHER", "team": self._team.id, "thread_ts": thread or None}
        message = filled("bot_post", text=self._team.typed(text), ts=ts, blocks=[], **names, **facts)
        place.messages[ts] = message
        await self._announce(place, message)
        return ts

    async def edit(self, channel: str, ts: str, text: str) -> None:
        """Let a message's author change its words."""
        place = self._team.conversations[channel]
        before = dict(place.messages[ts])
        edited = {"user": before["user"], "ts": self._team.stamp()}
        message = {**before, "text": self._team.typed(text), "edited": edited}
        place.messages[ts] = message
        await self._changed(place, message, before)
        if self._mentions_app(message) and not self._mentions_app(before):
            await self._mentioned(place, message)

    async def unfurl(self, channel: str, ts: str) -> None:
        """Let Slack put a preview beneath a message, whose words stay as they are."""
        place = self._team.conversations[channel]
        before = dict(place.messages[ts])
        place.messages[ts] = {**before, "attachments": [{"id": 1, "from_url": "http://127.0.0.1/", "title": "A page"}]}
        await self._changed(place, place.messages[ts], before)

    async def delete(self, channel: str, ts: str) -> None:
        """Take a message away; one with replies leaves a tombstone, which is told as a change."""
        place = self._team.conversations[channel]
        message = place.messages.pop(ts)
        replies = len(place.replies(ts))
        if replies:
            place.messages[ts] = filled("tombstone", ts=ts, replies=replies)
            await self._changed(place, place.messages[ts], message)
            return
        facts = {"channel": channel, "channel_type": place.kind, "deleted_ts": ts, "ts": self._team.stamp()}
        await self._news.tell(filled("message_deleted", previous=message, **facts), place)

    # ------------------------------------------------------------ coming and going

    async def join(self, person: str, channel: str, inviter: str | None = None) -> None:
        """Let somebody, or the app, come into a channel."""
        place = self._team.conversations[channel]
        place.members.add(person)
        await self._news.tell(self._member_event("member_joined_channel", person, place, inviter), place)
        await self._notice(place, "channel_join", person, f"<@{person}> has joined the channel")

    async def leave(self, person: str, channel: str) -> None:
        """Let somebody go out of a channel; the app is told that it left by an event of its own."""
        place = self._team.conversations[channel]
        is_app = person == self._team.bot_user
        place.members.discard(person)
        if is_app:
            kind = "group_left" if place.is_private else "channel_left"
            await self._happened(kind, place, person)
            return
        await self._notice(place, "channel_leave", person, f"<@{person}> has left the channel")
        await self._news.tell(self._member_event("member_left_channel", person, place, None), place)

    async def archive(self, channel: str, person: str) -> None:
        """Close a channel for good."""
        place = self._team.conversations[channel]
        place.is_archived = True
        await self._happened("group_archive" if place.is_private else "channel_archive", place, person)

    async def delete_channel(self, channel: str, person: str) -> None:
        """Take a channel away, words and all."""
        place = self._team.conversations.pop(channel)
        await self._happened("channel_deleted", place, person)

    async def make_private(self, channel: str, person: str) -> None:
        """Let a public channel be private from now on, with the same members."""
        place = self._team.conversations[channel]
        place.is_private = True
        await self._notice(place, "channel_convert_to_private", person, "made this channel *private*")

    async def share(self, channel: str, team: str = "T0ELSEWHERE") -> None:
        """Share a channel with another organisation."""
        place = self._team.conversations[channel]
        place.is_shared = True
        event = filled("happened", type="channel_shared", channel=channel, connected_team=team, ts=self._team.stamp())
        await self._news.tell(event, place)

    async def change_person(self, person: str, **facts: Any) -> None:
        """Change an account: `is_active`, `is_guest`, a name, a locale."""
        account = self._team.people[person]
        for name, value in facts.items():
            setattr(account, name, value)
        stamp = self._team.stamp()
        user = self._team.user_object(account, with_locale=True)
        await self._news.tell(filled("user_change", user=user, ts=stamp, time=int(float(stamp))))

    async def uninstall(self) -> None:
        """Take the app out of the workspace: its tokens are revoked, then it is told both."""
        tokens = {"oauth": [], "bot": [self._team.bot_user]}
        for event in (filled("happened", type="tokens_revoked", tokens=tokens), {"type": "app_uninstalled"}):
            await self._news.tell(event)

    # ------------------------------------------------------------ events

    async def _announce(self, place: Conversation, message: Json) -> None:
        where = {"channel": place.id, "event_ts": message["ts"], "channel_type": place.kind}
        await self._news.tell({**message, **where}, place)
        if self._mentions_app(message):
            await self._mentioned(place, message)

    def _mentions_app(self, message: Json) -> bool:
        return f"<@{self._team.bot_user}>" in message["text"] and "user" in message

    async def _mentioned(self, place: Conversation, message: Json) -> None:
        names = ("user", "text", "ts", "team", "thread_ts")
        facts = {name: message.get(name) for name in names}
        more = {"parent_user": message.get("parent_user_id"), "foreign_team": message.get("user_team")}
        event = filled("app_mention", channel=place.id, **facts, **more)
        edited = {"edited": message["edited"]} if "edited" in message else {}
        await self._news.tell({**event, **edited}, place)

    async def _changed(self, place: Conversation, message: Json, previous: Json) -> None:
        facts = {"channel": place.id, "channel_type": place.kind, "ts": self._team.stamp()}
        await self._news.tell(filled("message_changed", message=message, previous=previous, **facts), place)

    async def _notice(self, place: Conversation, subtype: str, person: str, text: str) -> None:
        facts = {"channel": place.id, "channel_type": place.kind, "ts": self._team.stamp()}
        message = filled("channel_event", subtype=subtype, user=person, text=text, **facts)
        place.messages[message["ts"]] = message
        await self._news.tell(message, place)

    async def _happened(self, kind: str, place: Conversation, person: str) -> None:
        event = filled("happened", type=kind, channel=place.id, user=person, ts=self._team.stamp())
        await self._news.tell(event, place)

    def _member_event(self, kind: str, person: str, place: Conversation, inviter: str | None) -> Json:
        facts = {"kind": "G" if place.is_private else "C", "team": self._team.id, "ts": self._team.stamp()}
        return filled(kind, user=person, channel=place.id, inviter=inviter, **facts)
