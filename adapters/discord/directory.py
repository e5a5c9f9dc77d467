"""Who and what there is in the guilds that Understudy is in, and who can read what.

Most of it Discord brings by itself. People are asked for one by one where their intent is not switched on; what was
asked is remembered for half a minute at most.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import discord
from discord.http import Route

from adapters.chat.short_memory import ShortMemory
from adapters.discord import ids
from adapters.discord.client import DiscordClient
from adapters.discord.failures import told
from adapters.discord.locales import Locales
from adapters.discord.reading_rights import OPEN_TO_STRANGERS, Standing, can_read, is_public, readers_mark
from adapters.discord.translate import Listener, Place
from adapters.discord.watching import Watching, roles_of
from bot.calling import beginning, called
from bot.errors import NotPermitted, Unreachable
from bot.platform_ports import Channel, Person
from bot.refs import ChannelRef, MessageRef, PersonRef

_SECONDS, _MOST = 30.0, 2000
_FIRST_WAIT = 10.0
_MOST_FOUND = 100
_PUBLIC_THREADS = frozenset({10, 11})


class DiscordDirectory:
    """The guilds of one bot, as it sees them."""

    def __init__(self, client: DiscordClient, watching: Watching, locales: Locales, web_url: str) -> None:
        self._client = client
        self._watching = watching
        self._locales = locales
        self._web_url = web_url
        self._members: ShortMemory[discord.Member | None] = ShortMemory(_SECONDS, _MOST)
        self._threads: ShortMemory[Mapping[str, Any] | None] = ShortMemory(_SECONDS, _MOST)

    async def person(self, ref: PersonRef) -> Person | None:
        """Return a person."""
        member = await self._member(ref)
        return self._person(member) if member else None

    def is_understudy(self, person: PersonRef) -> bool:
        """Whether this is Understudy itself."""
        guild, ours = self._cached(person), self._client.user
        return guild is not None and ours is not None and person == ids.person(guild.id, ours.id)

    async def people_called(self, channel: ChannelRef, words: str) -> tuple[tuple[Person, str], ...]:
        """Return the people whose handle, name or first name the words begin with, the longest match alone."""
        guild = await self._guild(channel)
        if guild is None or not beginning(words):
            return ()
        if self._client.switches.members:
            people: Iterable[Person] = (_person(guild.id, *_names(m)) for m in guild.members if not m.bot)
        else:
            people = await self._found(guild, words)
        return tuple((self._in_their_language(person), rest) for person, rest in called(people, words))

    async def channel(self, ref: ChannelRef) -> Channel | None:
        """Return a channel that Understudy can view."""
        guild, number = await self._guild(ref), ids.snowflake(ref.channel)
        if guild is None or number is None or number not in self._watching.standing(guild).gates:
            return None
        return self._channel(guild, number, with_readers=True)

    async def channels_of(self, person: PersonRef) -> tuple[Channel, ...]:
        """Return the channels that the person can read and Understudy can view, by name."""
        guild, member = await self._guild(person), await self._member(person)
        if guild is None or member is None:
            return ()
        standing = self._watching.standing(guild)
        found = [
            self._channel(guild, number, with_readers=False)
            for number, gate in standing.gates.items()
            if can_read(standing.rules, gate, member.id, roles_of(member))
        ]
        return tuple(sorted(found, key=lambda c: (c.name, c.ref)))

    async def is_member(self, person: PersonRef, channel: ChannelRef) -> bool:
        """Whether the person can read the channel, and what was said there before."""
        guild, number = await self._guild(channel), ids.snowflake(channel.channel)
        if guild is None or number is None or person.workspace != channel.workspace:
            return False
        standing, member = self._watching.standing(guild), await self._member(person)
        gate = standing.gates.get(number)
        return bool(member and gate and can_read(standing.rules, gate, member.id, roles_of(member)))

    async def is_away(self, person: PersonRef) -> bool:
        """Whether the person's own status says so: we ask Discord for nobody's."""
        del person
        return False

    def tells_status(self) -> bool:
        """Whether anybody's status is told: it would take an intent more, and tell of everybody."""
        return False

    def invitation(self) -> str:
        """Return nothing: Understudy is in each channel that it was given permission to view."""
        return ""

    def link(self, ref: MessageRef) -> str:
        """Return the permalink of a message."""
        spot = ids.spot(ref.stamp)
        end = f"{spot.place}/{spot.message}" if spot else ref.channel.channel
        return f"{self._web_url}/channels/{ref.channel.workspace}/{end}"

    def listener(self, guild: discord.Guild) -> Listener:
        """Return as whom Understudy reads what is said in a guild."""
        role, names = guild.self_role, {role.id: role.name for role in guild.roles}
        return Listener(guild.me.id, role.id if role else None, names, reads_all=self._client.switches.content)

    def place(self, guild: discord.Guild, number: int) -> Place | None:
        """Return where the messages of a channel or thread stand; None where they are not heard, or it is not known."""
        thread = guild.get_thread(number)
        if thread is not None and thread.is_private():
            return None
        return self._place(guild, thread.parent_id if thread else number, number)

    async def unknown_place(self, guild: discord.Guild, number: int) -> Place | None:
        """Return the same where Discord has to be asked, as of a thread that was archived."""
        if guild.get_channel_or_thread(number) is not None:
            return self.place(guild, number)
        found = await self._threads.get(str(number), lambda: self._ask_for_thread(number))
        if found is None or str(found.get("guild_id")) != str(guild.id) or found.get("type") not in _PUBLIC_THREADS:
            return None
        return self._place(guild, int(found.get("parent_id") or 0), number)

    def open_channel_of(self, guild: discord.Guild) -> discord.TextChannel | None:
        """Return where something is said to a whole guild: its system channel, else the first public one."""
        standing = self._watching.standing(guild)
        first = [guild.system_channel] if guild.system_channel else []
        for channel in [*first, *guild.text_channels]:
            gate, may = standing.gates.get(channel.id), channel.permissions_for(guild.me)
            if gate and may.send_messages and (channel in first or is_public(standing.rules, gate)):
                return channel
        return None

    def forget(self) -> None:
        """Ask anew for everything: events may have been missed."""
        self._members.clear()
        self._threads.clear()

    async def _guild(self, ref: PersonRef | ChannelRef) -> discord.Guild | None:
        """Return the guild of a reference; what is not known for now is `Unreachable`, and not gone."""
        if ref.platform != ids.PLATFORM or ids.snowflake(ref.workspace) is None:
            return None
        if not self._client.is_ready():
            await self._first_told()
        guild = self._cached(ref)
        if guild is not None and guild.unavailable:
            raise Unreachable("discord does not tell of the guild for now", "guild_unavailable")
        return guild

    async def _first_told(self) -> None:
        try:
            async with asyncio.timeout(_FIRST_WAIT):
                await self._client.wait_until_ready()
        except TimeoutError:
            raise Unreachable("discord has not told yet what there is", "not_ready") from None

    def _cached(self, ref: PersonRef | ChannelRef) -> discord.Guild | None:
        number = ids.snowflake(ref.workspace) if ref.platform == ids.PLATFORM else None
        return self._client.get_guild(number) if number is not None else None

    async def _member(self, ref: PersonRef) -> discord.Member | None:
        guild, number = await self._guild(ref), ids.snowflake(ref.person)
        if guild is None or number is None:
            return None
        known = guild.get_member(number)
        if known is not None or (self._client.switches.members and guild.chunked):
            return known
        return await self._members.get(f"{guild.id} {number}", lambda: _ask_for_member(guild, number))

    def _person(self, member: discord.Member) -> Person:
        return self._in_their_language(_person(member.guild.id, *_names(member)))

    def _in_their_language(self, person: Person) -> Person:
        """Say in which language somebody was last seen to read; otherwise a community's, if it is one."""
        own, guild = self._locales.of(person.ref), self._cached(person.ref)
        is_community = guild is not None and "COMMUNITY" in guild.features
        shared = guild.preferred_locale.value if guild is not None and is_community else ""
        return replace(person, locale=own or shared, is_locale_own=bool(own))

    async def _found(self, guild: discord.Guild, words: str) -> list[Person]:
        """Ask for those whose names begin as the words do."""
        start = beginning(words)
        first = "".join(start.split()[:1]).rstrip(",:;.?!，：；。？！、")
        query = first if first.isascii() else start[:1]  # where no space follows a name, nobody knows where it ends
        route = Route("GET", "/guilds/{guild_id}/members/search", guild_id=guild.id)
        with told():
            found = await self._client.http.request(route, params={"query": query, "limit": _MOST_FOUND})
        people = [(member.get("nick"), member["user"]) for member in found if not member["user"].get("bot")]
        return [
            _person(guild.id, int(u["id"]), nick or u.get("global_name") or "", u["username"]) for nick, u in people
        ]

    def _channel(self, guild: discord.Guild, number: int, *, with_readers: bool) -> Channel:
        standing, found = self._watching.standing(guild), guild.get_channel(number)
        is_open = is_public(standing.rules, standing.gates[number])
        return Channel(
            ids.channel(guild.id, number),
            found.name if found else "",
            is_open,
            has_outsiders=_reads_a_stranger(guild) if is_open else not _is_known(standing),
            readers=readers_mark(standing, number) if with_readers and not is_open else "",
        )

    def _place(self, guild: discord.Guild, parent: int, number: int) -> Place | None:
        standing = self._watching.standing(guild)
        gate = standing.gates.get(parent)
        return Place(ids.channel(guild.id, parent), number, is_public(standing.rules, gate)) if gate else None

    async def _ask_for_thread(self, number: int) -> Mapping[str, Any] | None:
        try:
            with told():
                return {**await self._client.http.get_channel(number)}
        except NotPermitted:
            return None


async def _ask_for_member(guild: discord.Guild, number: int) -> discord.Member | None:
    with told():
        try:
            return await guild.fetch_member(number)
        except discord.NotFound:
            return None


def _names(member: discord.Member) -> tuple[int, str, str]:
    return member.id, member.nick or member.global_name or "", member.name


@lru_cache(maxsize=50_000)
def _person(guild: int, user: int, name: str, handle: str) -> Person:
    """Return somebody as they are called; a large guild's people are looked through at each question."""
    return Person(ids.person(guild, user), name, handle, locale="", time_zone="")


def _reads_a_stranger(guild: discord.Guild) -> bool:
    return not OPEN_TO_STRANGERS.isdisjoint(guild.features)


def _is_known(standing: Standing) -> bool:
    return standing.members is not None and standing.is_complete
