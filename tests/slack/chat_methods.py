"""The local Slack's methods that post, change and take away messages."""

from __future__ import annotations

from typing import Any

from tests.slack.judging import buttons_of, judge_message
from tests.slack.news import News
from tests.slack.shapes import Json, filled
from tests.slack.team import Conversation, Ephemeral, Refused, Team
from tests.slack.web_api import WebApi


def with_ids(team: Team, blocks: list[Json]) -> list[Json]:
    """Return blocks with the ids that Slack gives where the app gave none."""
    given = [{"block_id": team.number("b"), **block} for block in blocks]
    for block in given:
        elements: list[Any] = [*block.get("elements", []), block.get("element"), block.get("accessory")]
        for element in elements:
            if isinstance(element, dict) and element.get("type") not in {"mrkdwn", "plain_text", "image"}:
                element.setdefault("action_id", team.number("a"))
    return given


class ChatMethods:
    """`chat.*`, as the bot's token may call them. `names_stay` lets no post under another name be deleted."""

    def __init__(self, team: Team, news: News, api: WebApi) -> None:
        self.names_stay = False
        self.statuses: list[Json] = []
        self._team = team
        self._news = news
        self._api = api
        for name in ("postMessage", "postEphemeral", "update", "delete"):
            api.add(f"chat.{name}", getattr(self, name), "chat:write")
        api.add("chat.getPermalink", self.getPermalink)
        api.add("assistant.threads.setStatus", self.setStatus, "chat:write")

    async def postMessage(self, arguments: Json) -> Json:  # noqa: N802 - Slack's own word
        channel = self._writable(str(arguments.get("channel", "")))
        judge_message(arguments)
        if arguments.get("username") and "chat:write.customize" not in self._api.scopes:
            raise Refused("missing_scope", needed="chat:write.customize")
        root = self._root(channel, arguments.get("thread_ts"))
        message = self._made(arguments, root, channel)
        channel.messages[message["ts"]] = message
        self._tell(channel, {**message, "channel": channel.id, "event_ts": message["ts"]})
        return {"channel": channel.id, "ts": message["ts"], "message": message}

    async def postEphemeral(self, arguments: Json) -> Json:  # noqa: N802 - Slack's own word
        channel = self._writable(str(arguments.get("channel", "")))
        person = str(arguments.get("user", ""))
        if person not in channel.members:
            raise Refused("user_not_in_channel")
        judge_message(arguments)
        self._root(channel, arguments.get("thread_ts"))
        message = self._made(arguments, arguments.get("thread_ts"), channel)
        self._team.ephemerals.append(Ephemeral(person, channel.id, message["ts"], message))
        return {"message_ts": message["ts"]}

    async def update(self, arguments: Json) -> Json:
        channel, message = self._own(arguments, "cant_update_message")
        judge_message({"text": message["text"], **arguments})
        before = dict(message)
        message["text"] = arguments.get("text", "")
        message["blocks"] = with_ids(self._team, arguments.get("blocks") or [])
        message["edited"] = {"user": self._team.bot_user, "ts": self._team.stamp()}
        if "metadata" in arguments:
            message["metadata"] = arguments["metadata"]
        event = {"message": message, "previous": before, "channel": channel.id, "channel_type": channel.kind}
        self._news.tell_later(filled("message_changed", ts=self._team.stamp(), **event), channel)
        return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": message}

    async def delete(self, arguments: Json) -> Json:
        channel, message = self._own(arguments, "cant_delete_message")
        if self.names_stay and "username" in message:
            raise Refused("cant_delete_message")
        del channel.messages[message["ts"]]
        facts = {"previous": message, "channel": channel.id, "channel_type": channel.kind}
        event = filled("message_deleted", deleted_ts=message["ts"], ts=self._team.stamp(), **facts)
        self._news.tell_later(event, channel)
        return {"channel": channel.id, "ts": message["ts"]}

    async def getPermalink(self, arguments: Json) -> Json:  # noqa: N802 - Slack's own word
        channel = self._readable(str(arguments.get("channel", "")))
        stamp = str(arguments.get("message_ts", ""))
        if stamp not in channel.messages:
            raise Refused("message_not_found")
        link = f"https://{self._team.domain}.slack.test/archives/{channel.id}/p{stamp.replace('.', '')}"
        return {"channel": channel.id, "permalink": link}

    async def setStatus(self, arguments: Json) -> Json:  # noqa: N802 - Slack's own word
        self._readable(str(arguments.get("channel_id", "")))
        self.statuses.append(arguments)
        return {}

    def _readable(self, id_: str) -> Conversation:
        if id_ in self._team.people and id_ != self._team.bot_user:
            return self._team.direct(id_)
        channel = self._team.conversations.get(id_)
        if channel is None or (channel.is_private and self._team.bot_user not in channel.members):
            raise Refused("channel_not_found")
        return channel

    def _writable(self, id_: str) -> Conversation:
        channel = self._readable(id_)
        if self._team.bot_user not in channel.members:
            raise Refused("not_in_channel")
        if channel.is_archived:
            raise Refused("is_archived")
        return channel

    def _root(self, channel: Conversation, thread: object) -> str | None:
        if not thread:
            return None
        message = channel.messages.get(str(thread))
        if message is None:
            raise Refused("thread_not_found")
        return str(message.get("thread_ts") or thread)

    def _own(self, arguments: Json, code: str) -> tuple[Conversation, Json]:
        channel = self._writable(str(arguments.get("channel", "")))
        message = channel.messages.get(str(arguments.get("ts", "")))
        if message is None:
            raise Refused("message_not_found")
        if message.get("bot_id") != self._team.bot:
            raise Refused(code)
        return channel, message

    def _made(self, arguments: Json, root: str | None, channel: Conversation) -> Json:
        team = self._team
        name = arguments.get("username")
        parent = channel.messages.get(root or "", {}).get("user")
        made = filled(
            "bot_post",
            subtype="bot_message" if name else None,
            user=None if name else team.bot_user,
            username=name,
            icons={"emoji": arguments["icon_emoji"]} if arguments.get("icon_emoji") else None,
            bot=team.bot,
            app=team.app,
            team=team.id,
            text=arguments.get("text", ""),
            ts=team.stamp(),
            blocks=with_ids(team, arguments.get("blocks") or []),
            metadata=arguments.get("metadata"),
            thread_ts=root,
            parent_user=parent if root else None,
        )
        assert all(button["action_id"] for button in buttons_of(made["blocks"]))
        return made

    def _tell(self, channel: Conversation, message: Json) -> None:
        self._news.tell_later({**message, "channel_type": channel.kind}, channel)
