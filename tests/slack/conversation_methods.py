"""The local Slack's methods about channels, people and what was said."""

from __future__ import annotations

from collections.abc import Sequence

from tests.slack.news import News
from tests.slack.shapes import Json, filled
from tests.slack.team import Conversation, Refused, Team
from tests.slack.web_api import WebApi, is_true


def page_of(items: Sequence[object], arguments: Json, usual: int = 100) -> tuple[list[object], Json]:
    """Return one page and the metadata with the cursor of the next."""
    start = int(str(arguments.get("cursor") or "at-0").removeprefix("at-"))
    end = start + min(int(arguments.get("limit") or usual), 1_000)
    cursor = f"at-{end}" if end < len(items) else ""
    return list(items[start:end]), {"response_metadata": {"next_cursor": cursor}}


class ConversationMethods:
    """`conversations.*`, as the bot's token may call them."""

    def __init__(self, team: Team, news: News, api: WebApi) -> None:
        self._team = team
        self._news = news
        for name in ("info", "members"):
            api.add(f"conversations.{name}", getattr(self, name), "*:read")
        for name in ("history", "replies"):
            api.add(f"conversations.{name}", getattr(self, name), "*:history")
        api.add("conversations.list", self.list, "channels:read")
        api.add("conversations.join", self.join, "channels:join")
        api.add("conversations.open", self.open, "im:write")
        api.add("users.conversations", self.of_user, "channels:read")

    async def info(self, arguments: Json) -> Json:
        return {"channel": self._team.channel_object(self._visible(arguments), self._team.bot_user)}

    async def members(self, arguments: Json) -> Json:
        members, more = page_of(sorted(self._visible(arguments).members), arguments)
        return {"members": members, **more}

    async def list(self, arguments: Json) -> Json:
        found = [c for c in self._of_kinds(arguments) if not c.is_private or self._team.bot_user in c.members]
        return self._listed(found, arguments)

    async def of_user(self, arguments: Json) -> Json:
        person = str(arguments.get("user") or self._team.bot_user)
        if person not in self._team.people:
            raise Refused("user_not_found")
        bot = self._team.bot_user
        kinds = self._of_kinds(arguments)
        return self._listed(
            [c for c in kinds if person in c.members and (not c.is_private or bot in c.members)], arguments
        )

    async def history(self, arguments: Json) -> Json:
        channel = self._read(arguments)
        shown = [m for ts, m in channel.messages.items() if m.get("thread_ts", ts) == ts or _is_broadcast(m)]
        newest_first = sorted(_within(shown, arguments), key=_stamp, reverse=True)
        messages, more = page_of([self._counted(channel, m, arguments) for m in newest_first], arguments)
        return {"messages": messages, "has_more": bool(more["response_metadata"]["next_cursor"]), **more}

    async def replies(self, arguments: Json) -> Json:
        channel = self._read(arguments)
        given = channel.messages.get(str(arguments.get("ts", "")))
        if given is None:
            raise Refused("thread_not_found")
        root = str(given.get("thread_ts") or given["ts"])
        thread = [m for m in [channel.messages.get(root), *_within(channel.replies(root), arguments)] if m]
        messages, more = page_of([self._counted(channel, m, arguments) for m in thread], arguments, 1_000)
        return {"messages": messages, "has_more": bool(more["response_metadata"]["next_cursor"]), **more}

    async def join(self, arguments: Json) -> Json:
        channel = self._visible(arguments)
        if channel.is_private:
            raise Refused("method_not_supported_for_channel_type")
        if channel.is_archived:
            raise Refused("is_archived")
        bot = self._team.bot_user
        if bot in channel.members:
            return {"channel": self._team.channel_object(channel, bot), "warning": "already_in_channel"}
        channel.members.add(bot)
        event = {"user": bot, "channel": channel.id, "kind": "C", "team": self._team.id, "ts": self._team.stamp()}
        self._news.tell_later(filled("member_joined_channel", **event), channel)
        return {"channel": self._team.channel_object(channel, bot)}

    async def open(self, arguments: Json) -> Json:
        person = self._team.people.get(str(arguments.get("users", "")))
        if person is None:
            raise Refused("user_not_found")
        if not person.is_active:
            raise Refused("user_disabled")
        return {"channel": {"id": self._team.direct(person.id).id}}

    def _visible(self, arguments: Json) -> Conversation:
        channel = self._team.conversations.get(str(arguments.get("channel", "")))
        if channel is None or (channel.is_private and self._team.bot_user not in channel.members):
            raise Refused("channel_not_found")
        return channel

    def _read(self, arguments: Json) -> Conversation:
        channel = self._visible(arguments)
        if self._team.bot_user not in channel.members:
            raise Refused("not_in_channel")
        return channel

    def _of_kinds(self, arguments: Json) -> Sequence[Conversation]:
        names = {"channel": "public_channel", "group": "private_channel", "im": "im"}
        wanted = str(arguments.get("types") or "public_channel").replace(" ", "").split(",")
        found = [c for c in self._team.conversations.values() if names[c.kind] in wanted]
        return [c for c in found if not (c.is_archived and is_true(arguments.get("exclude_archived")))]

    def _listed(self, found: Sequence[Conversation], arguments: Json) -> Json:
        channels, more = page_of([self._team.channel_object(c, self._team.bot_user) for c in found], arguments)
        return {"channels": channels, **more}

    def _counted(self, channel: Conversation, message: Json, arguments: Json) -> Json:
        """Return a message as it is read: with what its thread counts, and its metadata only if asked for."""
        shown = dict(message)
        if not is_true(arguments.get("include_all_metadata")):
            shown.pop("metadata", None)
        replies = channel.replies(message["ts"])
        if replies:
            people = sorted({str(reply.get("user", "")) for reply in replies} - {""})
            counts = {"reply_count": len(replies), "reply_users_count": len(people), "reply_users": people[:5]}
            shown |= {"thread_ts": message["ts"], "latest_reply": replies[-1]["ts"], **counts}
        return shown


class PeopleMethods:
    """`users.*`, `dnd.*`, `auth.test` and what the workspace is."""

    def __init__(self, team: Team, api: WebApi, address: str) -> None:
        self._team = team
        self._address = address
        api.add("auth.test", self.auth)
        api.add("api.test", self.nothing)
        api.add("users.info", self.info, "users:read")
        api.add("users.list", self.list, "users:read")
        api.add("users.profile.get", self.profile, "users.profile:read")
        api.add("dnd.info", self.do_not_disturb, "dnd:read")

    async def nothing(self, _arguments: Json) -> Json:
        return {}

    async def auth(self, _arguments: Json) -> Json:
        team = self._team
        place = {"url": f"{self._address}/", "team": "Garden", "team_id": team.id, "enterprise_id": team.enterprise}
        facts = {**place, "user": "understudy", "user_id": team.bot_user, "bot_id": team.bot}
        return {**{k: v for k, v in facts.items() if v is not None}, "is_enterprise_install": False}

    async def info(self, arguments: Json) -> Json:
        person = self._team.people.get(str(arguments.get("user", "")))
        if person is None:
            raise Refused("user_not_found")
        return {"user": self._team.user_object(person, with_locale=is_true(arguments.get("include_locale")))}

    async def list(self, arguments: Json) -> Json:
        with_locale = is_true(arguments.get("include_locale"))
        people = [p for p in self._team.people.values() if p.team == self._team.id]
        members, more = page_of([self._team.user_object(p, with_locale=with_locale) for p in people], arguments)
        return {"members": members, "cache_ts": 0, **more}

    async def profile(self, arguments: Json) -> Json:
        return {"profile": (await self.info(arguments))["user"]["profile"]}

    async def do_not_disturb(self, arguments: Json) -> Json:
        person = self._team.people.get(str(arguments.get("user", "")))
        if person is None:
            raise Refused("user_not_found")
        end = int(float(self._team.stamp())) + 3600 if person.is_snoozing else 0
        return {"dnd_enabled": person.is_snoozing, "next_dnd_start_ts": end and end - 7200, "next_dnd_end_ts": end}


def _is_broadcast(message: Json) -> bool:
    return bool(message.get("subtype") == "thread_broadcast")


def _stamp(message: Json) -> str:
    return str(message["ts"])


def _within(messages: Sequence[Json], arguments: Json) -> Sequence[Json]:
    oldest, latest = str(arguments.get("oldest") or "0"), str(arguments.get("latest") or "9" * 16)
    both = is_true(arguments.get("inclusive"))
    return [
        m for m in messages if float(oldest) < float(m["ts"]) < float(latest) or (both and m["ts"] in {oldest, latest})
    ]
