"""How people, channels and the bot come and go in the local Discord, and what whom is shown."""

from __future__ import annotations

from typing import Any

from tests.discord.gateway import Gateway
from tests.discord.objects import channel_object, guild_created, guild_object, member_object, role_object, user_object
from tests.discord.permissions import NOTHING, Can
from tests.discord.team import Channel, Guild, Json, Overwrite, Role, Team


class Moving:
    """Each call returns once the app has read what came of it, or at once while it is away."""

    def __init__(self, team: Team, gateway: Gateway) -> None:
        self._team = team
        self._gateway = gateway

    # ------------------------------------------------------------ people

    async def join(self, person: int, guild: int, *roles: int) -> None:
        """Let somebody come into a guild."""
        member = self._team.join(guild, person, *roles)
        await self._gateway.tell("GUILD_MEMBER_ADD", {**member_object(self._team, member), "guild_id": str(guild)})

    async def leave(self, person: int, guild: int) -> None:
        """Let somebody go out of a guild, or be kicked: nobody is told which."""
        del self._team.guilds[guild].members[person]
        user = user_object(self._team.people[person])
        await self._gateway.tell("GUILD_MEMBER_REMOVE", {"guild_id": str(guild), "user": user})

    async def ban(self, person: int, guild: int) -> None:
        """Shut somebody out of a guild for good."""
        user = user_object(self._team.people[person])
        self._gateway.send("GUILD_BAN_ADD", {"guild_id": str(guild), "user": user})
        await self.leave(person, guild)

    async def rename(self, person: int, guild: int, **facts: Any) -> None:
        """Change a `nick` in a guild, or an account's `name` or `handle`."""
        member = self._team.guilds[guild].members[person]
        for name, value in facts.items():
            setattr(member if name == "nick" else self._team.people[person], name, value)
        await self._updated(guild, person)

    async def change_roles(self, person: int, guild: int, *roles: int) -> None:
        """Give somebody these roles and no others."""
        self._team.guilds[guild].members[person].roles = set(roles)
        await self._updated(guild, person)

    async def _updated(self, guild: int, person: int) -> None:
        found = member_object(self._team, self._team.guilds[guild].members[person])
        await self._gateway.tell("GUILD_MEMBER_UPDATE", {**found, "guild_id": str(guild)})

    # ------------------------------------------------------------ roles

    async def create_role(self, guild: int, name: str, permissions: Can = NOTHING) -> int:
        """Let there be a role; return its id."""
        role = Role(self._team.snowflake(), name, permissions)
        self._team.guilds[guild].roles[role.id] = role
        await self._role("GUILD_ROLE_CREATE", self._team.guilds[guild], role)
        return role.id

    async def change_role(self, guild: int, role: int, permissions: Can) -> None:
        """Change what a role allows; the guild's own id is everyone's."""
        found = self._team.guilds[guild].roles[role]
        found.permissions = permissions
        await self._role("GUILD_ROLE_UPDATE", self._team.guilds[guild], found)

    async def delete_role(self, guild: int, role: int) -> None:
        """Take a role away, from its holders and from the channels it is named in."""
        place = self._team.guilds[guild]
        del place.roles[role]
        holders = [member for member in place.members.values() if role in member.roles]
        for channel in self._team.channels_of(guild):
            channel.overwrites.pop(role, None)
        self._gateway.send("GUILD_ROLE_DELETE", {"guild_id": str(guild), "role_id": str(role)})
        for member in holders:
            member.roles.discard(role)
            await self._updated(guild, member.person)
        await self._gateway.quiet()

    async def _role(self, kind: str, guild: Guild, role: Role) -> None:
        await self._gateway.tell(kind, {"guild_id": str(guild.id), "role": role_object(guild, role)})

    # ------------------------------------------------------------ channels

    async def open_channel(self, guild: int, name: str, **more: Any) -> int:
        """Let there be another channel; return its id."""
        channel = self._team.channel(self._team.snowflake(), name, guild, **more)
        await self._gateway.tell("CHANNEL_CREATE", channel_object(self._team, channel))
        return channel.id

    async def rename_channel(self, channel: int, name: str) -> None:
        """Call a channel otherwise."""
        self._team.channels[channel].name = name
        await self._changed(self._team.channels[channel])

    async def delete_channel(self, channel: int) -> None:
        """Take a channel away, with its threads and all words."""
        found = self._team.channels[channel]
        gone = channel_object(self._team, found)
        for thread in list(self._team.threads_of(channel)):
            del self._team.channels[thread.id]
        del self._team.channels[channel]
        await self._gateway.tell("CHANNEL_DELETE", gone)

    async def deny(self, target: int, channel: int, what: Can = Can.VIEW) -> None:
        """Deny a member or a role something in a channel."""
        await self._overwritten(target, channel, deny=what)

    async def allow(self, target: int, channel: int, what: Can = Can.VIEW | Can.HISTORY) -> None:
        """Allow a member or a role something in a channel."""
        await self._overwritten(target, channel, allow=what)

    async def forget_overwrite(self, target: int, channel: int) -> None:
        """Let a channel say nothing of a member or a role any more."""
        place = self._team.channels[channel]
        before = self._seen(place)
        place.overwrites.pop(target, None)
        await self._changed(place, before)

    async def make_private(self, channel: int) -> None:
        """Shut a channel to everyone but those who can read it now."""
        place = self._team.channels[channel]
        self._team.only(place, *self._team.readers(place))
        await self._changed(place)

    async def make_public(self, channel: int) -> None:
        """Open a channel to everyone."""
        place = self._team.channels[channel]
        before = self._seen(place)
        place.overwrites.clear()
        await self._changed(place, before)

    async def _overwritten(self, target: int, channel: int, allow: Can = NOTHING, deny: Can = NOTHING) -> None:
        place = self._team.channels[channel]
        before = self._seen(place)
        is_member = target in self._team.people
        found = place.overwrites.setdefault(target, Overwrite(target, is_member))
        found.allow = found.allow & ~deny | allow
        found.deny = found.deny & ~allow | deny
        await self._changed(place, before)

    def _seen(self, channel: Channel) -> bool:
        return Can.VIEW in self._team.may(self._team.bot, channel)

    async def _changed(self, channel: Channel, is_seen: bool = True) -> None:
        """Tell that a channel changed; where the bot sees it from now on, its threads too."""
        self._gateway.send("CHANNEL_UPDATE", channel_object(self._team, channel))
        if self._seen(channel) and not is_seen:
            threads = [thread for thread in self._team.threads_of(channel.id) if not thread.is_archived]
            shown = [channel_object(self._team, t) for t in threads if self._team.may(self._team.bot, t)]
            facts: Json = {"channel_ids": [str(channel.id)], "threads": shown, "members": []}
            self._gateway.send("THREAD_LIST_SYNC", {"guild_id": str(channel.guild), **facts})
        await self._gateway.quiet()

    # ------------------------------------------------------------ the guild and the bot

    async def change_guild(self, guild: int, **facts: Any) -> None:
        """Change a guild: its `name`, `features`, `locale`, `owner` or `system_channel`."""
        for name, value in facts.items():
            setattr(self._team.guilds[guild], name, value)
        await self._gateway.tell("GUILD_UPDATE", guild_object(self._team.guilds[guild]))

    async def add_bot(self, guild: int) -> None:
        """Let the bot into a guild."""
        self._team.join(guild, self._team.bot)
        await self._gateway.tell("GUILD_CREATE", guild_created(self._team, self._team.guilds[guild]))

    async def remove_bot(self, guild: int) -> None:
        """Take the bot out of a guild."""
        del self._team.guilds[guild].members[self._team.bot]
        await self._gateway.tell("GUILD_DELETE", {"id": str(guild)})

    async def lose(self, guild: int) -> None:
        """Let a guild be out of order for a while: the bot is still in it."""
        self._gateway.outages.add(guild)
        await self._gateway.tell("GUILD_DELETE", {"id": str(guild), "unavailable": True})

    async def find_again(self, guild: int) -> None:
        """Let a guild be in order again."""
        self._gateway.outages.discard(guild)
        found = guild_created(self._team, self._team.guilds[guild])
        await self._gateway.tell("GUILD_CREATE", {**found, "unavailable": False})
