"""What Understudy posts where everybody reads it: a double's approved reply, once, and one general notice a channel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from adapters.chat.mentions import channels_in, mentioned
from adapters.chat.rhythm import Rhythm
from adapters.slack import replies
from adapters.slack.calls import Calls, next_cursor
from adapters.slack.directory import SlackDirectory
from adapters.slack.ids import Installation
from adapters.slack.marking import escaped, marked_up
from bot.clock import Clock
from bot.errors import NotPermitted, PlatformError, Unreachable
from bot.labelling import LabelledReply
from bot.platform_ports import Posted
from bot.refs import ChannelRef, MessageRef, ThreadRef
from bot.reply_button import not_right_button
from bot.words import Words

WHOLE_POST_SECONDS = 45
"""So long posting may take, reading back included: less than `bot.policy.Policy.read_back_after`."""

HERE_EVENT = "understudy_here"
_MOST_PAGES, _CHANNEL_PAGES = 25, 2
_REFUSED_CHANGES = frozenset({"cant_delete_message", "cant_update_message", "edit_window_closed"})


class Posting:
    """Posts, reads back and takes away. `words` are those of the whole workspace, for what is said to all of it."""

    def __init__(
        self,
        calls: Calls,
        here: Installation,
        directory: SlackDirectory,
        words: Words,
        clock: Clock,
        *,
        shows_names: bool,
    ) -> None:
        self._calls = calls
        self._here = here
        self._directory = directory
        self._words = words
        self._clock = clock
        self._shows_names = shows_names and "chat:write.customize" in here.scopes
        self._rhythm = Rhythm(1.0)
        self._announcing = asyncio.Lock()  # whoever lets us in, and Slack, both say that we came

    async def post(self, reply: LabelledReply) -> MessageRef:
        """Post a reply unless it stands in its thread already. The audience must be what it was approved for.

        What takes too long is cut off, and `Unreachable`: the core then reads the thread back.
        """
        try:
            async with asyncio.timeout(WHOLE_POST_SECONDS):
                return await self._post(reply)
        except TimeoutError:
            raise Unreachable("slack took too long to post") from None

    async def posted_in(self, thread: ThreadRef) -> tuple[Posted, ...]:
        """Read the thread back: every double's reply that stands in it now."""
        found = [self._posted(message, thread) async for message in self._standing_in(thread)]
        return tuple(posted for posted in found if posted)

    async def retract(self, ref: MessageRef, notice: str | None) -> None:
        """Take a reply away, leaving `notice` or no trace.

        A post under another name may not let itself be deleted, nor an old one be changed: then the other is done.
        """
        place = {"channel": ref.channel.channel, "ts": ref.stamp}
        said = escaped(notice or self._words.say("slack_channel.taken_away"))
        put = {**place, "text": said, "blocks": [{"type": "section", "text": marked_up(said)}], "metadata": {}}
        ways: list[tuple[str, dict[str, Any]]] = [("chat.delete", place), ("chat.update", put)]
        for number, (method, arguments) in enumerate(ways if notice is None else reversed(ways)):
            try:
                await self._calls.call(method, **arguments)
                return
            except NotPermitted as error:
                if error.code == "message_not_found":
                    return
                if error.code not in _REFUSED_CHANGES or number:
                    raise

    async def announce(self, channel: ChannelRef) -> None:
        """Say once, to a whole channel, that Understudy is in it and what that means; never whose words it keeps."""
        async with self._announcing:
            await self._announce(channel)

    async def _announce(self, channel: ChannelRef) -> None:
        async for message in self._pages("conversations.history", _CHANNEL_PAGES, channel=channel.channel):
            if self._is_ours(message) and _event_type(message) == HERE_EVENT:
                return
        found = await self._directory.channel(channel)
        if found is None:
            return
        said = escaped(self._words.say("slack_channel.is_here", name=found.name))
        await self._rhythm.turn(channel.channel)
        await self._calls.call(
            "chat.postMessage",
            channel=channel.channel,
            text=said,
            blocks=[{"type": "section", "text": marked_up(said)}],
            metadata={"event_type": HERE_EVENT, "event_payload": {"kind": "notice"}},
            unfurl_links=False,
            unfurl_media=False,
        )

    async def _post(self, reply: LabelledReply) -> MessageRef:
        standing = await self.posted_in(reply.thread)
        earlier = next((posted.ref for posted in standing if posted.key == reply.key), None)
        if earlier is not None:
            return earlier
        channel = reply.thread.channel
        before = await self._directory.channel(channel)
        self._directory.look_again(channel.channel)
        if before != await self._directory.channel(channel):
            raise PlatformError("who can read the channel has just changed", "audience_changed")
        words = Words(self._words.locale)
        arguments = replies.arguments(
            reply,
            await self._names(reply),
            words,
            self._clock.now(),
            (not_right_button(reply, words),),
            under_its_name=self._shows_names,
        )
        await self._rhythm.turn(channel.channel)
        answer = await self._calls.call("chat.postMessage", **arguments)
        return MessageRef(channel, str(answer["ts"]))

    async def _names(self, reply: LabelledReply) -> dict[str, str]:
        """Return what the people and channels are called that a reply mentions, by their ids."""
        people = [(id_, await self._directory.person(self._here.person(id_))) for id_ in mentioned(reply.text)]
        places = [(id_, await self._directory.channel(self._here.channel(id_))) for id_ in channels_in(reply.text)]
        return {id_: found.name for id_, found in (*people, *places) if found is not None}

    async def _standing_in(self, thread: ThreadRef) -> AsyncIterator[Mapping[str, Any]]:
        """Yield what stands in a thread, or of the channel itself what was said last."""
        place: dict[str, Any] = {"channel": thread.channel.channel}
        pages = (
            self._pages("conversations.replies", _MOST_PAGES, **place, ts=thread.root)
            if thread.root
            else self._pages("conversations.history", _CHANNEL_PAGES, **place)
        )
        async for message in pages:
            if thread.root or message.get("thread_ts") in {None, message.get("ts")}:
                yield message

    async def _pages(self, method: str, most: int, **arguments: Any) -> AsyncIterator[Mapping[str, Any]]:
        """Yield the messages of so many pages; of a thread that is longer not all can be told, which is an error."""
        is_cut = False
        async for page in self._calls.pages(method, most, **arguments, include_all_metadata=True):
            for message in page.get("messages") or ():
                yield message
            is_cut = bool(next_cursor(page))
        if is_cut and method == "conversations.replies":
            raise PlatformError("the thread is too long to be read back", "too_long")

    def _posted(self, message: Mapping[str, Any], thread: ThreadRef) -> Posted | None:
        payload = (message.get("metadata") or {}).get("event_payload") or {}
        if not self._is_ours(message) or _event_type(message) != replies.EVENT_TYPE:
            return None
        key, worker = payload.get("key"), payload.get("worker")
        if not isinstance(key, str) or not isinstance(worker, str):
            return None
        return Posted(MessageRef(thread.channel, str(message["ts"])), key, self._here.person(worker))

    def _is_ours(self, message: Mapping[str, Any]) -> bool:
        """Whether Understudy posted it: metadata alone tells nothing, for any app may write some."""
        return message.get("bot_id") == self._here.bot or message.get("user") == self._here.user


def _event_type(message: Mapping[str, Any]) -> str:
    """What the metadata of a message says it is; empty where there is none."""
    return str((message.get("metadata") or {}).get("event_type") or "")
