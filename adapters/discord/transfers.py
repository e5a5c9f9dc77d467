"""Fetching what was uploaded with a form, from where Discord says that it lies. No token goes with it."""

from __future__ import annotations

from aiohttp import ClientError, ClientSession, ClientTimeout

from adapters.chat.files import read_limited
from adapters.discord.failures import answered
from bot.errors import Unreachable

TIMEOUT_SECONDS = 120


async def download(url: str, limit: int) -> bytes:
    """Return the bytes of a file that was uploaded; more than `limit` of them are a `NotPermitted`."""
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=TIMEOUT_SECONDS)) as session,
            session.get(url, allow_redirects=False) as got,
        ):
            if got.status != 200:
                raise answered(got.status)
            return await read_limited(got, limit)
    except (ClientError, TimeoutError, ValueError):
        raise Unreachable("discord did not hand a file over") from None
