"""Files that lie at a platform and were chosen in a form, fetched as far as they may be."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import ClientResponse

from adapters.chat.forms import FileGiven
from bot.errors import NotPermitted, PlatformError

log = logging.getLogger("understudy.chat")
LARGE, UNREAD = "large", "unread"
_TOO_LARGE = "too_large"
_CHUNK = 1 << 16


async def with_files(
    given: Mapping[str, Any], download: Callable[[str, int], Awaitable[bytes]]
) -> tuple[dict[str, Any], str]:
    """Return the values of a form with each file's bytes in its place, and what is wrong with a file: empty if none."""
    values: dict[str, Any] = {}
    for name, value in given.items():
        if not isinstance(value, FileGiven):
            values[name] = value
            continue
        if value.size > value.limit:
            return {}, LARGE
        try:
            values[name] = await download(value.url, value.limit)
        except PlatformError as error:
            log.warning("a file could not be read: %s", error.code)
            return {}, LARGE if error.code == _TOO_LARGE else UNREAD
    return values, ""


async def read_limited(got: ClientResponse, limit: int) -> bytes:
    """Return the bytes of what was asked for; more than `limit` of them are a `NotPermitted`."""
    read = bytearray()
    async for chunk in got.content.iter_chunked(_CHUNK):
        read += chunk
        if len(read) > limit:
            raise NotPermitted("a file is larger than it may be", _TOO_LARGE)
    return bytes(read)
