"""One author's earlier messages in one channel, a page a call, from the newest back: the channel's own and in threads.

A cursor is what is still to be read, as JSON: it holds ids and a moment alone and never expires, for pages are cut by
time. A channel's open threads are read before those that Discord has archived.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import discord

from adapters.discord import ids
from adapters.discord.directory import DiscordDirectory
from adapters.discord.failures import told
from adapters.discord.translate import Place, said
from bot.errors import NotPermitted
from bot.platform_ports import HistoryPage
from bot.refs import ChannelRef, WorkerRef

PAGE = 100
Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cursor:
    """What is still to be read: in `place` what is older than `before`, then `threads`, then the archived ones.

    A `place` of 0 is none, a `before` of 0 the newest. `archived` is the moment before which threads were archived that
    are still to be listed, as Discord writes it: empty for the newest, None where none are left.
    """

    place: int
    before: int = 0
    threads: tuple[int, ...] = ()
    archived: str | None = ""

    def written(self) -> str | None:
        """Return it as text; None where nothing is left to read."""
        if not self.place and not self.threads and self.archived is None:
            return None
        return json.dumps([self.place, self.before, self.threads, self.archived], separators=(",", ":"))


def read_cursor(text: str | None) -> Cursor | None:
    """Read a cursor; None for none and for what is none of ours: a message that comes twice is stored once."""
    try:
        place, before, threads, archived = json.loads(text or "")
        return Cursor(int(place), int(before), tuple(map(int, threads)), None if archived is None else str(archived))
    except (ValueError, TypeError):
        return None


class History:
    """Reads back what somebody said here."""

    def __init__(self, client: discord.Client, directory: DiscordDirectory) -> None:
        self._client = client
        self._directory = directory

    async def page(
        self, author: WorkerRef, ref: ChannelRef, text: str | None, since: datetime | None = None
    ) -> HistoryPage:
        """Return the next page, with `since` of what was said from then on.

        A channel that is gone, or that the author cannot read, is `NotPermitted`.
        """
        channel = await self._directory.channel(ref)
        guild = self._client.get_guild(int(ref.workspace)) if channel else None
        if channel is None or guild is None or not await self._directory.is_member(author, ref):
            raise NotPermitted("the channel is gone or is not open to this person")
        parent = int(ref.channel)
        cursor = read_cursor(text) or Cursor(_own_place(guild, parent), threads=_open_threads(guild, parent))
        if not cursor.place and not cursor.threads:
            return HistoryPage((), (await self._more_threads(parent, cursor, since)).written())
        if not cursor.place:
            cursor = replace(cursor, place=cursor.threads[0], before=0, threads=cursor.threads[1:])
        with told():
            messages = await self._messages(cursor)
        place, us = Place(ref, cursor.place, channel.public), self._directory.listener(guild)
        events = [said(message, place, us) for message in messages]
        own = [e for e in events if e is not None and e.author == author and (since is None or e.said_at >= since)]
        left = _after(cursor, messages, since)
        if not left.place and not left.threads and left.archived is not None:
            left = await self._more_threads(parent, left, since)
        return HistoryPage(tuple(sorted(own, key=lambda e: e.ref)), left.written())

    async def _messages(self, cursor: Cursor) -> Sequence[Payload]:
        try:
            return await self._client.http.logs_from(cursor.place, PAGE, before=cursor.before or None)
        except discord.NotFound:  # a thread that is gone by now holds nothing
            return ()

    async def _more_threads(self, parent: int, cursor: Cursor, since: datetime | None) -> Cursor:
        """List the next archived threads: those archived before the moment from which on words are wanted hold none."""
        # the library's annotation wants an id there, Discord a moment
        before: Any = cursor.archived or None
        with told():
            page = await self._client.http.get_public_archived_threads(parent, before, PAGE)
        found = [(thread["thread_metadata"]["archive_timestamp"], int(thread["id"])) for thread in page["threads"]]
        wanted = tuple(id_ for moment, id_ in found if since is None or datetime.fromisoformat(moment) >= since)
        is_last = not page["has_more"] or len(wanted) < len(found) or not found
        return replace(cursor, threads=wanted, archived=None if is_last else found[-1][0])


def _own_place(guild: discord.Guild, channel: int) -> int:
    """Return where a channel's own messages stand; 0 for a forum, which has threads alone."""
    return channel if isinstance(guild.get_channel(channel), discord.abc.Messageable) else 0


def _open_threads(guild: discord.Guild, channel: int) -> tuple[int, ...]:
    return tuple(sorted(t.id for t in guild.threads if t.parent_id == channel and not t.is_private()))


def _after(cursor: Cursor, messages: Sequence[Payload], since: datetime | None) -> Cursor:
    """Return what is left once a page was read."""
    oldest = min((int(message["id"]) for message in messages), default=0)
    if len(messages) < PAGE or (since is not None and oldest < ids.snowflake_at(since)):
        return replace(cursor, place=0, before=0)
    return replace(cursor, before=oldest)
