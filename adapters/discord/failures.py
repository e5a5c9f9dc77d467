"""What goes wrong with Discord, as the core understands failures. No word of Discord's own gets into a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import discord
from aiohttp import ClientError

from bot.errors import NotPermitted, PlatformError, RateLimited, Unreachable

FAILURES = (discord.DiscordException, ClientError, TimeoutError, OSError)
UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, CLOSED_MESSAGES = 10008, 10015, 50007
_REFUSED, _UNAUTHORIZED, _TOO_MANY = 403, 401, 429
_SHORT_WHILE = 30.0
"""Seconds to wait where Discord does not say how long it takes nothing more."""


@contextmanager
def told() -> Iterator[None]:
    """Let what fails with Discord in the block be a `PlatformError`."""
    try:
        yield
    except FAILURES as error:
        raise failure(error) from None


def failure(error: Exception) -> PlatformError:
    """Return the failure that an error of the library stands for."""
    match error:
        case discord.RateLimited():
            return RateLimited("discord takes no more of these for now", error.retry_after)
        case discord.LoginFailure():
            return NotPermitted("discord refuses the token", "unauthorized")
        case discord.HTTPException():
            return answered(error.status, error.code)
        case _:
            return Unreachable("discord gave no answer that can be read")


def answered(status: int, code: int = 0, retry_after: float = _SHORT_WHILE) -> PlatformError:
    """Return the failure that an answer with this status, and Discord's own code, stands for."""
    if status >= 500:
        return Unreachable("discord failed at this")
    if status == _TOO_MANY:
        return RateLimited("discord takes no more of these for now", retry_after)
    if status in {_UNAUTHORIZED, _REFUSED, 404}:
        return NotPermitted(f"discord refuses this: {code or status}", code_of(code or status))
    return PlatformError(f"discord cannot do this: {code or status}", code_of(code or status))


def code_of(number: int) -> str:
    """Return Discord's number of a failure as a code of ours."""
    return f"discord_{number}"
