"""How each guild was last known to stand, kept in step with what Discord tells, so that what is lost is noticed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import discord

from adapters.discord.reading_rights import CONNECT, HISTORY, VIEW, Gate, Lost, Overwrite, Rules, Standing, losses
from bot.events import Loss

CHANNELS = (
    discord.TextChannel,
    discord.ForumChannel,
    discord.VoiceChannel,
    discord.StageChannel,
)
"""What is a channel here, announcements among the first; a category and a directory of servers are none."""

_OF_RULES = frozenset(
    "CHANNEL_CREATE CHANNEL_UPDATE CHANNEL_DELETE GUILD_ROLE_CREATE GUILD_ROLE_UPDATE GUILD_ROLE_DELETE "
    "GUILD_UPDATE".split()
)
_WENT = "GUILD_MEMBER_REMOVE"
TELLING_OF_RIGHTS = _OF_RULES | {"GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE", _WENT}
"""The events after which others may be able to read what."""


class Watching:
    """What was last known of each guild. Where Discord tells of nobody who comes and goes, nobody is known."""

    def __init__(self, *, knows_members: bool) -> None:
        self._knows_members = knows_members
        self._known: dict[int, Standing] = {}

    def standing(self, guild: discord.Guild) -> Standing:
        """Return how a guild stands."""
        if guild.id not in self._known:
            self.look(guild)
        return self._known[guild.id]

    def look(self, guild: discord.Guild) -> tuple[Lost, ...]:
        """Look at all of a guild anew; return what was lost since it was last looked at."""
        now = Standing(_rules(guild), *_gates(guild), self._members(guild), is_complete=guild.chunked)
        before = self._known.get(guild.id)
        if before is not None and not now.is_complete and now.members is not None:
            now = replace(now, members={**(before.members or {}), **now.members})
        return self._note(guild, now)

    def changed(self, guild: discord.Guild, kind: str, data: Mapping[str, Any]) -> tuple[Lost, ...]:
        """Take note of an event about channels, roles or members; return what was lost by it."""
        before = self.standing(guild)
        if kind in _OF_RULES:
            return self._rules_changed(guild, before)
        user = data.get("user") or {}
        member, roles = int(user.get("id") or 0), [int(role) for role in data.get("roles") or ()]
        if member == guild.me.id:
            return self._rules_changed(guild, before)
        if user.get("bot") or not member:
            return ()
        if kind == _WENT:
            self._note(guild, before.without_member(member))
            return (Lost(Loss.DEACTIVATED, member),)
        return self._note(guild, before.with_member(member, roles))

    def forget(self, guild: int) -> None:
        """Let go of a guild."""
        self._known.pop(guild, None)

    @property
    def guilds(self) -> frozenset[int]:
        """The guilds that were looked at."""
        return frozenset(self._known)

    def _rules_changed(self, guild: discord.Guild, before: Standing) -> tuple[Lost, ...]:
        gates, hidden = _gates(guild)
        return self._note(guild, replace(before, rules=_rules(guild), gates=gates, hidden=hidden))

    def _note(self, guild: discord.Guild, now: Standing) -> tuple[Lost, ...]:
        before = self._known.get(guild.id)
        self._known[guild.id] = now
        return losses(before, now) if before is not None else ()

    def _members(self, guild: discord.Guild) -> dict[int, frozenset[int]] | None:
        if not self._knows_members:
            return None
        return {member.id: roles_of(member) for member in guild.members if not member.bot}


def roles_of(member: discord.Member) -> frozenset[int]:
    """Return the roles that somebody holds besides everyone's."""
    return frozenset(role.id for role in member.roles) - {member.guild.id}


def _rules(guild: discord.Guild) -> Rules:
    return Rules(guild.id, guild.owner_id or 0, {role.id: role.permissions.value for role in guild.roles})


def _gates(guild: discord.Guild) -> tuple[dict[int, Gate], frozenset[int]]:
    gates, hidden = {}, set()
    for channel in guild.channels:
        if not isinstance(channel, CHANNELS):
            continue
        if channel.permissions_for(guild.me).read_messages:
            gates[channel.id] = _gate(channel)
        else:
            hidden.add(channel.id)
    return gates, frozenset(hidden)


def _gate(channel: discord.abc.GuildChannel) -> Gate:
    found = [
        Overwrite(target.id, allow.value, deny.value)
        for target, (allow, deny) in ((target, overwrite.pair()) for target, overwrite in channel.overwrites.items())
    ]
    talks = isinstance(channel, discord.VoiceChannel | discord.StageChannel)
    return Gate(tuple(sorted(found, key=lambda one: one.target)), VIEW | HISTORY | (CONNECT if talks else 0))
