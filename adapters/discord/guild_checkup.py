"""What `understudy doctor` looks at in each server: what the bot may do, where, and who else reads there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from discord import ChannelType
from discord.http import HTTPClient, Route

from adapters.chat.seen import Seen, ill, listed, well
from adapters.discord.failures import told
from adapters.discord.invitation import BASIC, NAMES, labels
from adapters.discord.reading_rights import (
    ADMINISTRATOR,
    CONNECT,
    HISTORY,
    OPEN_TO_STRANGERS,
    VIEW,
    Gate,
    Overwrite,
    Rules,
    is_public,
    permissions,
)
from bot.errors import PlatformError

MOST_GUILDS = 20
_USE_COMMANDS = 1 << 31
_TO_ITS_ROLE = "open Server Settings, Roles, the role of Understudy, Permissions, and allow it"
_IN_THE_CHANNEL = "open Edit Channel, Permissions there, add Understudy, and allow it"
_INVITE = "open the address that understudy discord invite prints"
_SPOKEN_IN = frozenset({ChannelType.voice.value, ChannelType.stage_voice.value})
_WRITTEN_IN = frozenset({ChannelType.text.value, ChannelType.news.value}) | _SPOKEN_IN
_THREADS_ALONE = frozenset({ChannelType.forum.value, ChannelType.media.value})
_SEND_MESSAGES = 1 << 11

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Viewed:
    """A channel that Understudy can view, and what it may not do there of what it wants to."""

    name: str
    is_public: bool
    lacks: int


async def look_at_guilds(http: HTTPClient, application: int, bot: int) -> tuple[Seen, ...]:
    """Look at the servers that the bot is in, up to twenty of them."""
    try:
        with told():
            guilds: list[Json] = await http.request(Route("GET", "/users/@me/guilds"), params={"limit": 200})
    except PlatformError as error:
        return (ill(f"Discord does not tell which servers Understudy is in ({error.code}): mend the above first"),)
    if not guilds:
        return (ill(f"Understudy is in no server yet: {_INVITE}, and choose yours"),)
    seen: list[Seen] = []
    for guild in guilds[:MOST_GUILDS]:
        try:
            with told():
                seen += await _look_at(http, application, bot, int(guild["id"]))
        except PlatformError as error:
            seen.append(ill(f"Discord does not tell of the server {guild['name']} ({error.code}): {_INVITE} again"))
    if len(guilds) > MOST_GUILDS:
        seen.append(well(f"{len(guilds) - MOST_GUILDS} more servers were not looked at"))
    return tuple(seen)


async def _look_at(http: HTTPClient, application: int, bot: int, number: int) -> list[Seen]:
    guild: Json = await http.request(Route("GET", "/guilds/{guild}", guild=number))
    member: Json = await http.request(Route("GET", "/guilds/{guild}/members/{bot}", guild=number, bot=bot))
    channels: list[Json] = await http.request(Route("GET", "/guilds/{guild}/channels", guild=number))
    roles = frozenset(int(role) for role in member["roles"])
    rules = Rules(number, int(guild["owner_id"]), {int(r["id"]): int(r["permissions"]) for r in guild["roles"]})
    viewed = [v for v in (_viewed(channel, rules, bot, roles) for channel in channels) if v]
    return [
        *_places(guild["name"], viewed),
        *_lacks(guild["name"], viewed),
        *await _lets_commands(http, application, guild),
        *_people(guild, rules, roles),
    ]


def _viewed(channel: Json, rules: Rules, bot: int, roles: frozenset[int]) -> _Viewed | None:
    """Return a channel as the bot may use it; None for one that it cannot view, or in which nothing is written."""
    kind, written = channel["type"], channel["permission_overwrites"]
    if kind not in _WRITTEN_IN | _THREADS_ALONE:
        return None
    overwrites = tuple(Overwrite(int(one["id"]), int(one["allow"]), int(one["deny"])) for one in written)
    gate = Gate(overwrites, VIEW | HISTORY | (CONNECT if kind in _SPOKEN_IN else 0))
    may = permissions(rules, gate, bot, roles)
    if not may & VIEW:
        return None
    wanted = (BASIC | NAMES).value & ~(_SEND_MESSAGES if kind in _THREADS_ALONE else 0)
    return _Viewed(f"#{channel['name']}", is_public(rules, gate), wanted & ~may)


def _places(name: str, viewed: list[_Viewed]) -> tuple[Seen, ...]:
    if not viewed:
        allow = "open a channel's Edit Channel, Permissions, add Understudy, and allow View Channel"
        return (ill(f"in {name}, Understudy can view no channel: {allow}"),)
    public = listed(channel.name for channel in viewed if channel.is_public)
    private = sum(not channel.is_public for channel in viewed)
    beside = f"{private} private {'channel' if private == 1 else 'channels'}" if private else ""
    there = " and ".join(filter(None, (public, beside)))
    return (well(f"in {name}, Understudy is in {there}"),)


def _lacks(name: str, viewed: list[_Viewed]) -> list[Seen]:
    """Say what Understudy may not do in the channels that it views: in all of them, or in which."""
    seen = []
    for label in labels((BASIC | NAMES).value):
        lacking = [channel.name for channel in viewed if label in labels(channel.lacks)]
        if not lacking:
            continue
        is_everywhere = len(lacking) == len(viewed)
        where, click = ("", _TO_ITS_ROLE) if is_everywhere else (f" in {listed(lacking)}", _IN_THE_CHANNEL)
        if label in labels(NAMES.value):
            seen.append(well(f"in {name}, replies stand under the bot's own name{where}, for want of {label}: {click}"))
        else:
            seen.append(ill(f"in {name}, Understudy lacks {label}{where}: {click}"))
    return seen


async def _lets_commands(http: HTTPClient, application: int, guild: Json) -> tuple[Seen, ...]:
    """Discord tells of commands in a server where they were let in, and of nothing where they were not."""
    route = Route("GET", "/applications/{app}/guilds/{guild}/commands", app=application, guild=int(guild["id"]))
    try:
        with told():
            await http.request(route)
    except PlatformError:
        return (ill(f"in {guild['name']}, /double is not let in: {_INVITE} again, which asks for commands too"),)
    return ()


def _people(guild: Json, rules: Rules, roles: frozenset[int]) -> list[Seen]:
    name, seen = guild["name"], []
    if any(rules.roles.get(role, 0) & ADMINISTRATOR for role in roles | {rules.guild}):
        seen.append(well(f"in {name}, Understudy is an administrator, which it need not be: take that permission away"))
    if not rules.roles.get(rules.guild, 0) & _USE_COMMANDS:
        allow = "in Server Settings, Roles, allow it to @everyone or to theirs"
        seen.append(well(f"in {name}, who lacks Use Application Commands cannot type /double: {allow}"))
    if OPEN_TO_STRANGERS.intersection(guild["features"]):
        seen.append(well(f"in {name}, strangers can read public channels: words said in one are used there alone"))
    return seen
