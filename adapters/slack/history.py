"""One author's earlier messages in one channel, a page a call, from the newest back: the channel's own and in threads.

A cursor is what is still to be read, as JSON: it holds stamps alone and never expires, for pages are cut by time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack.calls import Calls
from adapters.slack.directory import SlackDirectory
from adapters.slack.ids import Installation, is_stamp
from adapters.slack.translate import said
from bot.errors import NotPermitted, PlatformError
from bot.platform_ports import HistoryPage
from bot.refs import ChannelRef, WorkerRef

PAGE = 200


@dataclass(frozen=True, slots=True)
class Cursor:
    """What is still to be read: threads, the first one from after `after` on, then the channel before `before`.

    An empty `before` is the channel's newest message; `is_last` says that nothing before the threads is left.
    """

    before: str = ""
    threads: tuple[str, ...] = ()
    after: str = ""
    is_last: bool = False

    def written(self) -> str | None:
        """Return it as text; None where nothing is left to read."""
        if self.is_last and not self.threads:
            return None
        return json.dumps([self.before, self.threads, self.after, self.is_last], separators=(",", ":"))


def read_cursor(text: str | None) -> Cursor:
    """Read a cursor; what is none of ours begins anew, for a message that comes twice is stored once."""
    try:
        before, threads, after, is_last = json.loads(text or "")
        return Cursor(str(before), tuple(map(str, threads)), str(after), bool(is_last))
    except (ValueError, TypeError):
        return Cursor()


class History:
    """Reads back what somebody said here."""

    def __init__(self, calls: Calls, here: Installation, directory: SlackDirectory) -> None:
        self._calls = calls
        self._here = here
        self._directory = directory

    async def page(self, author: WorkerRef, ref: ChannelRef, text: str | None) -> HistoryPage:
        """Return the next page. A channel that is gone, or that the author cannot read, is `NotPermitted`."""
        channel = await self._directory.channel(ref)
        if channel is None or not await self._directory.is_member(author, ref):
            raise NotPermitted("the channel is gone or is not open to this person")
        cursor = read_cursor(text)
        found, left = await (self._thread if cursor.threads else self._channel)(ref, author.person, cursor)
        events = [said(message, self._here, is_public=channel.public, channel=ref.channel) for message in found]
        own = sorted((e for e in events if e is not None and e.author == author), key=lambda e: e.ref)
        return HistoryPage(tuple(own), left.written())

    async def _channel(
        self, ref: ChannelRef, author: str, cursor: Cursor
    ) -> tuple[Sequence[Mapping[str, Any]], Cursor]:
        """Read a page of the channel; the threads on it that the author may have spoken in are read next."""
        page = await self._calls.call(
            "conversations.history", channel=ref.channel, limit=PAGE, latest=cursor.before or None, inclusive=False
        )
        messages = page.get("messages") or ()
        oldest = min((m["ts"] for m in messages if is_stamp(m.get("ts"))), default="")
        threads = tuple(m["ts"] for m in messages if is_stamp(m.get("ts")) and _may_speak_in(m, author))
        is_last = not page.get("has_more") or not oldest
        return messages, Cursor(before=oldest, threads=threads, is_last=is_last)

    async def _thread(
        self, ref: ChannelRef, _author: str, cursor: Cursor
    ) -> tuple[Sequence[Mapping[str, Any]], Cursor]:
        """Read a page of a thread, from its oldest reply on. A thread that is gone by now holds nothing."""
        root, *others = cursor.threads
        try:
            page = await self._calls.call(
                "conversations.replies", channel=ref.channel, ts=root, limit=PAGE, oldest=cursor.after or None
            )
        except PlatformError as error:
            if error.code not in {"thread_not_found", "message_not_found"}:
                raise
            page = {}
        replies = [m for m in page.get("messages") or () if is_stamp(m.get("ts")) and m["ts"] != root]
        newest = max((m["ts"] for m in replies), default="")
        if page.get("has_more") and newest > cursor.after:
            return replies, replace(cursor, after=newest)
        return replies, replace(cursor, threads=tuple(others), after="")


def _may_speak_in(message: Mapping[str, Any], author: str) -> bool:
    """Whether somebody may have spoken in the thread beneath a message: Slack names but a few of who did."""
    if not message.get("reply_count") or message.get("thread_ts") not in {None, message.get("ts")}:
        return False
    named = message.get("reply_users") or ()
    return author in named or int(message.get("reply_users_count") or 0) > len(named) or not named
