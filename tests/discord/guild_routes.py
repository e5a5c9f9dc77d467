"""The local Discord's routes about guilds, their members and their threads."""

from __future__ import annotations

from datetime import datetime

from tests.discord.gateway import Gateway
from tests.discord.objects import channel_object, guild_object, member_object, members_called, role_object
from tests.discord.permissions import Can
from tests.discord.rest import Asked, RestApi, invalid, is_true, limit_of, snowflake_in, unknown
from tests.discord.rooms import Rooms
from tests.discord.team import MEMBERS_FLAGS, PRIVATE_THREAD, PUBLIC_THREADS, Channel, Guild, Json, Refused, Team


class GuildRoutes:
    """`/guilds/{guild}` and below, as a bot in it sees it."""

    def __init__(self, team: Team, api: RestApi, gateway: Gateway) -> None:
        self._team = team
        self._gateway = gateway
        api.add("GET", "/users/@me/guilds", self.own)
        api.add("DELETE", "/users/@me/guilds/{guild}", self.leave)
        api.add("GET", "/guilds/{guild}", self.show)
        api.add("GET", "/guilds/{guild}/channels", self.channels)
        api.add("GET", "/guilds/{guild}/roles", self.roles)
        api.add("GET", "/guilds/{guild}/members", self.members)
        api.add("GET", "/guilds/{guild}/members/search", self.search)
        api.add("GET", "/guilds/{guild}/members/{member}", self.member)

    async def own(self, _asked: Asked) -> list[Json]:
        mine = [guild for guild in self._team.guilds.values() if self._team.bot in guild.members]
        return [{"id": str(g.id), "name": g.name, "features": sorted(g.features), "owner": False} for g in mine]

    async def leave(self, asked: Asked) -> None:
        guild = guild_of(self._team, asked)
        del guild.members[self._team.bot]
        self._gateway.send("GUILD_DELETE", {"id": str(guild.id)})

    async def show(self, asked: Asked) -> Json:
        guild = guild_of(self._team, asked)
        counts = {"approximate_member_count": len(guild.members), "approximate_presence_count": 1}
        return guild_object(guild) | (counts if is_true(asked.query.get("with_counts")) else {})

    async def channels(self, asked: Asked) -> list[Json]:
        return [channel_object(self._team, c) for c in self._team.channels_of(guild_of(self._team, asked).id)]

    async def roles(self, asked: Asked) -> list[Json]:
        guild = guild_of(self._team, asked)
        return [role_object(guild, role) for role in guild.roles.values()]

    async def member(self, asked: Asked) -> Json:
        guild, person = guild_of(self._team, asked), asked.id("member")
        if person not in self._team.people:
            raise unknown("User", 10013)
        if person not in guild.members:
            raise unknown("Member", 10007)
        return member_object(self._team, guild.members[person])

    async def members(self, asked: Asked) -> list[Json]:
        guild = guild_of(self._team, asked)
        if not self._team.app_flags & MEMBERS_FLAGS:
            raise Refused(403, 50001, "Missing Access")
        limit, after = limit_of(asked.query, usual=1, most=1000), snowflake_in(asked.query.get("after", 0))
        found = sorted(person for person in guild.members if person > after)[:limit]
        return [member_object(self._team, guild.members[person]) for person in found]

    async def search(self, asked: Asked) -> list[Json]:
        found = members_called(self._team, guild_of(self._team, asked), asked.query["query"])
        return found[: limit_of(asked.query, usual=1, most=1000)]


class ThreadRoutes:
    """Threads as they are opened, listed and joined."""

    def __init__(self, team: Team, api: RestApi, rooms: Rooms) -> None:
        self._team = team
        self._rooms = rooms
        api.add("GET", "/guilds/{guild}/threads/active", self.active)
        api.add("GET", "/channels/{channel}/threads/archived/{kind}", self.archived)
        api.add("POST", "/channels/{channel}/threads", self.open)
        api.add("POST", "/channels/{channel}/messages/{message}/threads", self.open)
        api.add("PATCH", "/channels/{channel}", self.change)
        api.add("PUT", "/channels/{channel}/thread-members/@me", self.join)

    async def active(self, asked: Asked) -> Json:
        guild = guild_of(self._team, asked)
        found = [c for c in self._team.channels.values() if c.guild == guild.id and c.is_thread and not c.is_archived]
        return self._listed([thread for thread in found if self._team.may(self._team.bot, thread)])

    async def archived(self, asked: Asked) -> Json:
        channel, kinds = self._rooms.visible(asked.id("channel")), PUBLIC_THREADS
        self._rooms.check(channel, Can.HISTORY)
        if asked.path["kind"] == "private":
            self._rooms.check(channel, Can.MANAGE_THREADS)
            kinds = frozenset({PRIVATE_THREAD})
        found = [c for c in self._team.threads_of(channel.id) if c.is_archived and c.kind in kinds]
        if "before" in asked.query:
            found = [thread for thread in found if thread.archived_at < _moment(asked.query["before"])]
        found.sort(key=lambda thread: thread.archived_at, reverse=True)
        limit = limit_of(asked.query, usual=50, most=100)
        return {**self._listed(found[:limit]), "has_more": len(found) > limit}

    async def open(self, asked: Asked) -> Json:
        channel = self._rooms.visible(asked.id("channel"))
        self._rooms.check(channel, Can.CREATE_PUBLIC_THREADS)
        root = int(self._rooms.message(channel, asked.id("message"))["id"]) if "message" in asked.path else 0
        kind = 0 if root else int(asked.body.get("type", PRIVATE_THREAD))
        return channel_object(
            self._team, self._rooms.open_thread(channel, self._team.bot, asked.body["name"], root, kind)
        )

    async def change(self, asked: Asked) -> Json:
        """Put a thread away or open it again; whatever else can be changed takes more than the bot may do."""
        thread = self._rooms.visible(asked.id("channel"))
        if not thread.is_thread or set(asked.body) != {"archived"}:
            raise Refused(403, 50013, "Missing Permissions")
        is_own = thread.owner == self._team.bot or not asked.body["archived"]
        self._rooms.check(thread, Can.MANAGE_THREADS if thread.is_locked or not is_own else Can.SEND)
        self._rooms.set_archived(thread, is_archived=asked.body["archived"])
        return channel_object(self._team, thread)

    async def join(self, asked: Asked) -> None:
        self._rooms.visible(asked.id("channel")).participants.add(self._team.bot)

    def _listed(self, threads: list[Channel]) -> Json:
        mine = [thread for thread in threads if self._team.bot in thread.participants]
        facts = {"user_id": str(self._team.bot), "flags": 0}
        members = [{"id": str(t.id), "join_timestamp": t.archived_at.isoformat(), **facts} for t in mine]
        return {"threads": [channel_object(self._team, thread) for thread in threads], "members": members}


def guild_of(team: Team, asked: Asked) -> Guild:
    """Return a guild that the bot is in; of no other can anything be asked."""
    guild = team.guilds.get(asked.id("guild"))
    if guild is None:
        raise unknown("Guild", 10004)
    if team.bot not in guild.members:
        raise Refused(403, 50001, "Missing Access")
    return guild


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise invalid("Invalid timestamp.") from None
