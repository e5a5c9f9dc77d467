"""The command line's words with Discord: the bot's invitation, and what doctor looks at there."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING

from bot.compose import discord_access
from bot.errors import PlatformError, SettingsError
from bot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse gives it no other name
    Command = Callable[[Settings, argparse.Namespace], int]


def add_discord(commands: Subparsers) -> None:
    """Add what stands under `understudy discord`."""
    discord = commands.add_parser("discord", help="the Discord bot").add_subparsers(required=True)
    told = "print the address that lets the bot into a server"
    inviting = discord.add_parser("invite", help=told, description=told)
    command: Command = _print_invitation
    inviting.set_defaults(command=command)


def look_at_discord(settings: Settings, *, is_running: bool) -> tuple[tuple[bool, str], ...]:
    """Look at Discord, if it is set: each thing, whether it is well, and the sentence about it."""
    access = discord_access(settings)
    if access is None:
        return ((True, settings.what_stays_off),) if settings.what_stays_off else ()
    from adapters.discord.checkup import look_over  # noqa: PLC0415 - the library is loaded only where it is used

    seen = asyncio.run(look_over(access, is_running=is_running))
    return tuple((one.is_well, one.sentence) for one in seen)


def _print_invitation(settings: Settings, _: argparse.Namespace) -> int:
    access = discord_access(settings)
    if access is None:
        raise SettingsError(settings.what_stays_off or "Discord is not set: add DISCORD_TOKEN first")
    from adapters.discord.checkup import application_of, refused  # noqa: PLC0415 - as above
    from adapters.discord.invitation import invitation  # noqa: PLC0415 - as above

    try:
        application = asyncio.run(application_of(access))
    except PlatformError as error:
        raise PlatformError(refused(error, access).sentence, error.code) from None
    sys.stdout.write(invitation(access.web_url, application) + "\n")
    return 0
