"""What `understudy doctor` looks at in Discord: token, application, commands, servers. Nobody is looked up or named.

Each sentence says what to click where it is not well; the token stands in none. People know a guild as a server.
"""

from __future__ import annotations

import discord

from adapters.chat.seen import Seen, ill, well
from adapters.discord import slash
from adapters.discord.access import Access
from adapters.discord.addresses import point_to
from adapters.discord.client import LONGEST_WAIT, Switches
from adapters.discord.discretion import hush
from adapters.discord.failures import told
from adapters.discord.gateway_trial import try_gateway
from adapters.discord.guild_checkup import look_at_guilds
from bot.errors import PlatformError

_RESET = "open Bot in the developer portal, press Reset Token, and copy the new one into DISCORD_TOKEN"
_SWITCH_ON = "open Bot in the developer portal, switch it on under Privileged Gateway Intents, and save"
_REFUSALS = {
    "unauthorized": f"Discord does not take the token: {_RESET}",
    "rate_limited": "Discord takes no calls now: try again in a minute",
}


async def look_over(access: Access, *, is_running: bool) -> tuple[Seen, ...]:
    """Look at everything that the token lets one see; `is_running` says that Understudy has brought its commands."""
    point_to(access)
    line = await try_gateway(access)
    async with _client() as client:
        try:
            with told():
                await client.login(access.token)
        except PlatformError as error:
            return (refused(error, access), line)
        app = client.application
        if app is None or client.user is None:
            return (ill(_REFUSALS["unauthorized"]), line)
        return (
            well(f"Discord takes the token, for the application {app.name}"),
            *_intents(Switches.of(app.flags)),
            *_application(app),
            line,
            await _commands(client, app.id, is_running=is_running),
            *await look_at_guilds(client.http, app.id, client.user.id),
        )


async def application_of(access: Access) -> int:
    """Return the id of the application that the bot is of. Raises `PlatformError`."""
    point_to(access)
    async with _client() as client:
        with told():
            await client.login(access.token)
            return (await client.application_info()).id


def refused(error: PlatformError, access: Access) -> Seen:
    """Say why nothing can be seen with this token."""
    if error.code == "unreachable":
        return ill(f"Discord cannot be reached: check this machine's network{access.or_its_address}")
    return ill(_REFUSALS.get(error.code, f"Discord refuses the token ({error.code}): {_RESET}"))


def _client() -> discord.Client:
    hush()
    return discord.Client(intents=discord.Intents.none(), max_ratelimit_timeout=LONGEST_WAIT)


def _intents(switches: Switches) -> tuple[Seen, ...]:
    seen = []
    if not switches.members:
        cannot = "who left is not noticed, and nobody can tell who reads a private channel"
        seen.append(ill(f"the Server Members Intent is off, so {cannot}: {_SWITCH_ON}"))
    if not switches.content:
        cannot = "doubles can be asked and answer, but learn nothing"
        seen.append(ill(f"the Message Content Intent is off, so {cannot}: {_SWITCH_ON}"))
    return tuple(seen) or (well("both privileged intents that Understudy asks for are on"),)


def _application(app: discord.AppInfo) -> tuple[Seen, ...]:
    seen = []
    if app.interactions_endpoint_url:
        clear = "open General Information in the developer portal, clear it, and save"
        seen.append(ill(f"an Interactions Endpoint URL is set, so commands go there and not to Understudy: {clear}"))
    if app.bot_public:
        close = "open Installation in the developer portal, set Install Link to None and save"
        seen.append(
            ill(f"anybody may add this bot to their server: {close}; then open Bot, switch Public Bot off and save")
        )
    if app.bot_require_code_grant:
        off = "open Bot in the developer portal, switch Requires OAuth2 Code Grant off, and save"
        seen.append(ill(f"the bot cannot be let into a server: {off}"))
    return tuple(seen)


async def _commands(client: discord.Client, application: int, *, is_running: bool) -> Seen:
    try:
        with told():
            found = await slash.listed(client.http, application)
    except PlatformError as error:
        return ill(f"Discord does not tell which commands it lists ({error.code}): try again in a minute")
    if not slash.differs(found, slash.commands()):
        return well("Discord lists /double as this version has it")
    if is_running:
        return ill("Discord lists other commands than this version has: restart Understudy, which brings its own")
    return well("Discord does not list /double as this version has it: Understudy brings it when it starts")
