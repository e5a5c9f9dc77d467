"""The library's client: what it listens to, what it keeps in memory, and to whom it brings what Discord tells.

Events are taken as they come from the gateway, in their order, once the library has taken note of them. No message is
kept in memory, and members are only where Discord tells of everyone who comes and goes.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import discord
from discord.gateway import DiscordWebSocket

from adapters.discord.access import Access
from adapters.discord.addresses import point_to
from adapters.discord.failures import told

log = logging.getLogger("understudy.discord")

LONGEST_WAIT = 30.0
"""Where Discord takes nothing more for longer than so many seconds, a call fails instead of waiting."""

LONGEST_SILENCE = 10.0
"""The line is not up where a heartbeat is not acknowledged within so many seconds."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds are waited: at a start for the next guild, before a session is begun anew, for a step's answer.

    Discord lets one session a bot begin within five seconds, and wants to hear of a step within three.
    """

    for_guilds: float = 2.0
    before_anew: float = 5.0
    for_answers: float = 2.0


@dataclass(frozen=True, slots=True)
class Switches:
    """Which privileged intents are switched on for the application: of members, and of the words of messages."""

    members: bool
    content: bool

    @classmethod
    def of(cls, flags: discord.ApplicationFlags) -> Switches:
        """Read what the application's flags say."""
        return cls(
            members=flags.gateway_guild_members or flags.gateway_guild_members_limited,
            content=flags.gateway_message_content or flags.gateway_message_content_limited,
        )


class Ears(Protocol):
    """What takes in what Discord tells. Nothing here waits."""

    def frame(self, kind: str, data: Mapping[str, Any]) -> None:
        """Take in an event as it came, after the library took note of it."""
        ...

    def came(self, guild: discord.Guild, *, is_new: bool) -> None:
        """Take note that a guild can be heard: a new one, or one that could not be for a while."""
        ...

    def gone(self, guild: int) -> None:
        """Take note that Understudy was taken out of a guild."""
        ...

    def ready(self) -> None:
        """Take note that a session was begun: what was said before it was not brought."""
        ...

    def stepped(self, interaction: discord.Interaction[Any]) -> None:
        """Take in somebody's own step: a command, a press or a form."""
        ...


class DiscordClient(discord.Client):
    """One bot, in all of its guilds."""

    def __init__(self, access: Access, switches: Switches, patience: Patience) -> None:
        point_to(access)
        intents = discord.Intents(
            guilds=True, guild_messages=True, members=switches.members, message_content=switches.content
        )
        cached = discord.MemberCacheFlags.none()
        cached.joined = switches.members
        super().__init__(
            intents=intents,
            max_messages=None,
            member_cache_flags=cached,
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=patience.for_guilds,
            max_ratelimit_timeout=LONGEST_WAIT,
            enable_debug_events=True,
        )
        self.switches = switches
        self.ears: Ears | None = None
        self._patience = patience
        self._is_whole = False
        self._acknowledged = asyncio.Event()
        self._asking: asyncio.Task[bool] | None = None

    async def is_up(self) -> bool:
        """Whether everything that was told up to now has come in: what was told before an acknowledgement has.

        Whoever asks while it is being asked gets the same answer: Discord cuts off who sends too much.
        """
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._is_acknowledged())
        return await asyncio.shield(self._asking)

    async def _is_acknowledged(self) -> bool:
        if not (self._is_whole and self.ws.open):
            return False
        self._acknowledged.clear()
        try:
            async with asyncio.timeout(LONGEST_SILENCE):
                await self.ws.send_heartbeat({"op": DiscordWebSocket.HEARTBEAT, "d": self.ws.sequence})
                await self._acknowledged.wait()
        except (TimeoutError, OSError, discord.ConnectionClosed):
            return False
        return self._is_whole

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait before a session is begun anew."""
        del shard_id
        if not initial:
            await asyncio.sleep(self._patience.before_anew)

    async def on_socket_raw_receive(self, frame: str) -> None:
        """Bring an event."""
        found = json.loads(frame)
        if found.get("op") == DiscordWebSocket.HEARTBEAT_ACK:
            self._acknowledged.set()
        kind = found.get("t")
        if kind == "RESUMED":
            self._is_whole = True
        if kind and self.ears is not None:
            self.ears.frame(kind, found.get("d") or {})

    async def on_disconnect(self) -> None:
        """Take note that nothing comes in for now, no acknowledgement either."""
        self._is_whole = False
        self._acknowledged.set()

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Bring that a guild can be heard."""
        if self.ears is not None:
            self.ears.came(guild, is_new=False)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Bring that Understudy was let into a guild."""
        if self.ears is not None:
            self.ears.came(guild, is_new=True)

    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        """Let go of who and what was known of a guild that is out of order.

        The library only adds to it what it is told once the guild is back: whoever left meanwhile would stay.
        """
        if not guild.unavailable:
            return
        for member in guild.members:
            if member != guild.me:
                guild._remove_member(member)  # noqa: SLF001 - the library has no other way
        for channel in guild.channels:
            guild._remove_channel(channel)  # noqa: SLF001 - as above
        guild._clear_threads()  # noqa: SLF001 - as above

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Bring that Understudy was taken out of a guild."""
        if self.ears is not None:
            self.ears.gone(guild.id)

    async def on_ready(self) -> None:
        """Bring that a session was begun, and all that there is was told."""
        self._is_whole = True
        if self.ears is not None:
            self.ears.ready()

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Bring somebody's own step."""
        if self.ears is not None:
            self.ears.stepped(interaction)

    async def on_error(self, event_method: str, /, *_: Any, **__: Any) -> None:
        """Say of which kind an error was that came up while an event was brought."""
        log.error("%s failed: %s", event_method, type(sys.exception()).__name__)


async def switches(access: Access) -> Switches:
    """Ask which intents are switched on: whoever asks the gateway for another is not let in at all."""
    point_to(access)
    with told():
        async with discord.Client(intents=discord.Intents.none()) as asking:
            await asking.login(access.token)
            flags = asking.application_flags
    return Switches.of(flags)
