"""The state of the local Discord: guilds with their members, roles and channels, and one application with its bot."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from adapters.discord.ids import moment_of, snowflake_at
from tests.discord.permissions import EVERYONE, EVERYTHING, INSTALLED, NOTHING, Can

Json = dict[str, Any]

TEXT, DM, VOICE, CATEGORY, ANNOUNCEMENT, FORUM = 0, 1, 2, 4, 5, 15
ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD = 10, 11, 12
PUBLIC_THREADS = frozenset({ANNOUNCEMENT_THREAD, PUBLIC_THREAD})
THREADS = PUBLIC_THREADS | {PRIVATE_THREAD}

MEMBERS_FLAGS = 1 << 14 | 1 << 15
"""The application's flags, of which either lets it ask for the privileged intent of members."""

CONTENT_FLAGS = 1 << 18 | 1 << 19
"""The application's flags, of which either lets it ask for the privileged intent of message content."""


class Refused(Exception):
    """Discord says no, by a status and one of its error codes."""

    def __init__(self, status: int, code: int, message: str, **more: object) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.body: Json = {"message": message, "code": code, **more}


@dataclass
class Person:
    """An account. `name` is shown, `handle` is unique; who takes no DMs lets none in from a guild's members."""

    id: int
    name: str | None
    handle: str
    is_bot: bool = False
    locale: str = "en-US"
    takes_dms: bool = True


@dataclass
class Member:
    """A person in a guild."""

    person: int
    joined_at: datetime
    nick: str | None = None
    roles: set[int] = field(default_factory=set)


@dataclass
class Role:
    """A role; the one of everyone has the guild's own id."""

    id: int
    name: str
    permissions: Can = NOTHING
    is_managed: bool = False


@dataclass
class Overwrite:
    """What a channel allows and denies a role or a member."""

    target: int
    is_member: bool
    allow: Can = NOTHING
    deny: Can = NOTHING


@dataclass
class Channel:
    """A channel, a thread or direct messages (with `partner`); `messages` by their ids, which sort by time."""

    id: int
    name: str
    kind: int = TEXT
    guild: int = 0
    parent: int = 0
    position: int = 0
    partner: int = 0
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    messages: dict[int, Json] = field(default_factory=dict)
    owner: int = 0
    participants: set[int] = field(default_factory=set)
    is_archived: bool = False
    is_locked: bool = False
    archived_at: datetime = datetime(2015, 1, 1, tzinfo=UTC)

    @property
    def is_thread(self) -> bool:
        return self.kind in THREADS


@dataclass
class Guild:
    """A server, as Discord's own people call it."""

    id: int
    name: str
    owner: int
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    features: set[str] = field(default_factory=set)
    locale: str = "en-US"
    system_channel: int = 0


@dataclass
class Webhook:
    """A webhook of a channel, and whose: an application's, or a person's (0)."""

    id: int
    channel: int
    name: str
    application: int = 0
    creator: int = 0
    avatar: str | None = None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)


class Team:
    """Everything there is. `now` is asked for each new id, which is a millisecond later than the last at least."""

    def __init__(self, now: Callable[[], datetime] | None = None) -> None:
        self.app = self.bot = 1_400_000_000_000_000_000
        self.app_flags = 1 << 15 | 1 << 19
        self.app_settings: Json = {}
        self.people: dict[int, Person] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.webhooks: dict[int, Webhook] = {}
        self.files: dict[int, tuple[str, bytes]] = {}
        self.files_at = ""
        self._now = now or (lambda: datetime.now(UTC))
        self._last = 0
        self._positions = itertools.count()
        self.person(self.bot, None, "understudy", is_bot=True)

    def snowflake(self) -> int:
        """Return the next id, which tells its moment."""
        self._last = max(self._last + (1 << 22), snowflake_at(self._now()))
        return self._last

    def moment(self) -> datetime:
        """Return the present moment, later than every id and moment before."""
        return moment_of(self.snowflake())

    def person(self, id: int, name: str | None, handle: str, **more: Any) -> Person:  # noqa: A002 - Discord's own word
        """Let somebody have an account."""
        self.people[id] = Person(id, name, handle, **more)
        return self.people[id]

    def guild(self, id: int, name: str, owner: int) -> Guild:  # noqa: A002 - Discord's own word
        """Let a guild be, with its owner in it."""
        found = self.guilds[id] = Guild(id, name, owner)
        found.roles[id] = Role(id, "@everyone", EVERYONE)
        self.join(id, owner)
        return found

    def join(self, guild: int, person: int, *roles: int) -> Member:
        """Let a person into a guild; the bot comes with the role that its invitation asked for."""
        place = self.guilds[guild]
        if person == self.bot:
            role = Role(self.snowflake(), "Understudy", INSTALLED, is_managed=True)
            place.roles[role.id] = role
            roles = (*roles, role.id)
        member = place.members[person] = Member(person, self.moment(), roles=set(roles))
        return member

    def channel(self, id: int, name: str, guild: int, **more: Any) -> Channel:  # noqa: A002 - Discord's own word
        """Let a channel be in a guild, open to everyone in it."""
        self.channels[id] = Channel(id, name, guild=guild, position=next(self._positions), **more)
        return self.channels[id]

    def private_channel(self, id: int, name: str, guild: int, *readers: int) -> Channel:  # noqa: A002 - as above
        """Let a channel be that these members alone can see, and whoever may see everything."""
        found = self.channel(id, name, guild)
        self.only(found, *readers)
        return found

    def only(self, channel: Channel, *readers: int) -> None:
        """Shut a channel to all but these members."""
        channel.overwrites = {r: Overwrite(r, is_member=True, allow=Can.VIEW | Can.HISTORY) for r in readers}
        channel.overwrites[channel.guild] = Overwrite(channel.guild, is_member=False, deny=Can.VIEW)

    def file(self, name: str, content: bytes) -> int:
        """Let a file be; return its id."""
        number = self.snowflake()
        self.files[number] = (name, content)
        return number

    def direct(self, person: int) -> Channel:
        """Return the direct messages between the bot and a person."""
        found = next((c for c in self.channels.values() if c.partner == person), None)
        if found is None:
            found = Channel(self.snowflake(), "", DM, partner=person)
            self.channels[found.id] = found
        return found

    def channels_of(self, guild: int) -> Iterator[Channel]:
        """Yield a guild's channels in the order they are shown in, without threads."""
        found = [c for c in self.channels.values() if c.guild == guild and not c.is_thread]
        return iter(sorted(found, key=lambda c: (c.position, c.id)))

    def threads_of(self, channel: int) -> Iterator[Channel]:
        """Yield the threads of a channel, oldest first."""
        found = [c for c in self.channels.values() if c.is_thread and c.parent == channel]
        return iter(sorted(found, key=lambda c: c.id))

    def parent_of(self, channel: Channel) -> Channel:
        """Return the channel that a thread hangs from, or the channel itself."""
        return self.channels[channel.parent] if channel.is_thread else channel

    def may(self, person: int, channel: Channel) -> Can:
        """Return what somebody may do in a channel, as Discord computes it."""
        if channel.kind == DM:
            return EVERYTHING if person in {channel.partner, self.bot} else NOTHING
        guild = self.guilds[channel.guild]
        member = guild.members.get(person)
        if member is None:
            return NOTHING
        base = guild.roles[guild.id].permissions
        for role in member.roles:
            base |= guild.roles[role].permissions
        if guild.owner == person or Can.ADMINISTRATOR in base:
            return EVERYTHING
        found = self._overwritten(base, self.parent_of(channel), member)
        hidden = channel.kind == PRIVATE_THREAD and person not in channel.participants
        if Can.VIEW not in found or (hidden and Can.MANAGE_THREADS not in found):
            return NOTHING
        if channel.is_thread:
            found = found | Can.SEND if Can.SEND_IN_THREADS in found else found & ~Can.SEND
        return found

    def _overwritten(self, base: Can, channel: Channel, member: Member) -> Can:
        everyone = channel.overwrites.get(channel.guild)
        if everyone is not None:
            base = base & ~everyone.deny | everyone.allow
        of_roles = [channel.overwrites[role] for role in member.roles if role in channel.overwrites]
        for overwrite in of_roles:
            base &= ~overwrite.deny
        for overwrite in of_roles:
            base |= overwrite.allow
        own = channel.overwrites.get(member.person)
        return base if own is None else base & ~own.deny | own.allow

    def readers(self, channel: Channel) -> set[int]:
        """Return who can read a channel now and what was said in it before."""
        need = Can.VIEW | Can.HISTORY
        return {p for p in self.guilds[channel.guild].members if need in self.may(p, channel)}
