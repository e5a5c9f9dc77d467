"""One author's earlier messages in one channel, a page a call, from the newest back: the channel's own and in threads.

A cursor is what is still to be read, as JSON: it holds stamps alone and never expires, for pages are cut by time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.calls import PAGE, Calls
from adapters.slack.directory import SlackDirectory
from adapters.slack.ids import Installation, is_stamp, stamp_at
from adapters.slack.translate import said
from bot.errors import NotPermitted, PlatformError
from bot.platform_ports import HistoryPage
from bot.refs import ChannelRef, WorkerRef

THREADS_BACK = timedelta(days=3)
"""How long before the moment from which on words are wanted a thread may have begun that is still looked into."""
_EVER = "9999999999.999999"
"""Later than anything: with `oldest` alone Slack may begin at that end, with both ends it begins at this one."""
_MICROSECOND = timedelta(microseconds=1)


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

    async def page(
        self, author: WorkerRef, ref: ChannelRef, text: str | None, since: datetime | None = None
    ) -> HistoryPage:
        """Return the next page. A channel that is gone, or that the author cannot read, is `NotPermitted`.

        With `since`, what was said from then on, replies in threads that began up to `THREADS_BACK` before included.
        """
        channel = await self._directory.channel(ref)
        if channel is None or not await self._directory.is_member(author, ref):
            raise NotPermitted("the channel is gone or is not open to this person")
        cursor = read_cursor(text)
        found, left = await (self._thread if cursor.threads else self._channel)(ref, author.person, cursor, since)
        events = [said(message, self._here, is_public=channel.public, channel=ref.channel) for message in found]
        own = [e for e in events if e is not None and e.author == author and (since is None or e.said_at >= since)]
        return HistoryPage(tuple(sorted(own, key=lambda e: e.ref)), left.written())

    async def _channel(
        self, ref: ChannelRef, author: str, cursor: Cursor, since: datetime | None
    ) -> tuple[Sequence[Mapping[str, Any]], Cursor]:
        """Read a page of the channel; the threads on it that the author may have spoken in are read next."""
        page = await self._calls.call(
            "conversations.history",
            channel=ref.channel,
            limit=PAGE,
            latest=cursor.before or (_EVER if since else None),
            oldest=stamp_at(since - THREADS_BACK) if since else None,
            inclusive=False,
        )
        messages = page.get("messages") or ()
        oldest = min((m["ts"] for m in messages if is_stamp(m.get("ts"))), default="")
        threads = tuple(m["ts"] for m in messages if is_stamp(m.get("ts")) and _may_speak_in(m, author, since))
        is_last = not page.get("has_more") or not oldest
        return messages, Cursor(before=oldest, threads=threads, is_last=is_last)

    async def _thread(
        self, ref: ChannelRef, _author: str, cursor: Cursor, since: datetime | None
    ) -> tuple[Sequence[Mapping[str, Any]], Cursor]:
        """Read a page of a thread, from its oldest reply on. A thread that is gone by now holds nothing."""
        root, *others = cursor.threads
        first = stamp_at(since - _MICROSECOND) if since else ""  # `oldest` itself is left out
        oldest = max(cursor.after, first) or None
        try:
            page = await self._calls.call(
                "conversations.replies", channel=ref.channel, ts=root, limit=PAGE, oldest=oldest
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


def _may_speak_in(message: Mapping[str, Any], author: str, since: datetime | None) -> bool:
    """Whether somebody may have spoken since then in the thread beneath a message: Slack names but a few of who did."""
    latest = message.get("latest_reply")
    if since is not None and is_stamp(latest) and latest < stamp_at(since):
        return False
    if not message.get("reply_count") or message.get("thread_ts") not in {None, message.get("ts")}:
        return False
    named = message.get("reply_users") or ()
    return author in named or int(message.get("reply_users_count") or 0) > len(named) or not named
