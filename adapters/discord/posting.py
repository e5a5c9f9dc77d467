"""What Understudy posts where everybody reads it: a double's approved reply, once, and one general notice a guild.

A reply stands in the thread that hangs from the question where there is one; otherwise in the channel itself, as an
answer to the question.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import discord

from adapters.chat.mentions import channels_in, mentioned
from adapters.discord import ids, replies
from adapters.discord.directory import DiscordDirectory
from adapters.discord.failures import UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, code_of, told
from adapters.discord.marking import escaped
from adapters.discord.places import Place, Places
from adapters.discord.webhooks import Hook, Hooked, Webhooks
from bot.clock import Clock
from bot.errors import NotPermitted, PlatformError, Unreachable
from bot.labelling import LabelledReply
from bot.platform_ports import Posted
from bot.refs import ChannelRef, MessageRef, ThreadRef
from bot.words import Words

WHOLE_POST_SECONDS = 45
"""So long posting may take, reading back included: less than `bot.policy.Policy.read_back_after`."""

MOST_PAGES, CHANNEL_PAGES = 25, 2
_ARCHIVED = 50083
Payload = Mapping[str, Any]


class Posting:
    """Posts, reads back and takes away. `words` are those of everybody, for what is said to all."""

    def __init__(self, client: discord.Client, directory: DiscordDirectory, words: Words, clock: Clock) -> None:
        self._client = client
        self._directory = directory
        self._words = words
        self._clock = clock
        self._webhooks = Webhooks(client)
        self._places = Places(client)

    async def post(self, reply: LabelledReply) -> MessageRef:
        """Post a reply unless it stands there already.

        What takes too long is cut off, and `Unreachable`: the core then reads it back.
        """
        try:
            async with asyncio.timeout(WHOLE_POST_SECONDS):
                with told():
                    return await self._post(reply)
        except TimeoutError:
            raise Unreachable("discord took too long to post") from None

    async def posted_in(self, thread: ThreadRef) -> tuple[Posted, ...]:
        """Read back every double's reply that stands in a thread, or beneath a message, now.

        With an empty root, those of the channel's newest messages that answer none. Where there is more between the
        question and now than can be read, that is an error.
        """
        with told():
            place = await self._places.of(thread)
            pages = MOST_PAGES if place.root else CHANNEL_PAGES
            return tuple(
                [p async for p in self._places.standing(thread.channel, place, pages, wants_all=bool(place.root))]
            )

    async def retract(self, ref: MessageRef, notice: str | None) -> None:
        """Take a reply away, leaving `notice` or no trace; anybody else's message is `NotPermitted`."""
        spot = ids.spot(ref.stamp)
        if spot is None:
            raise NotPermitted("this is no message of discord's")
        try:
            with told():
                message: Payload = {**await self._client.http.get_message(spot.place, spot.message)}
                await self._unarchived(spot.place, lambda: self._put(ref, spot, message, notice))
        except NotPermitted as error:
            if error.code != code_of(UNKNOWN_MESSAGE):
                raise

    async def announce(self, guild: discord.Guild) -> None:
        """Say to a guild that let Understudy in that it is there and what that means; never whose words it keeps."""
        channel = self._directory.open_channel_of(guild)
        if channel is None:
            return
        said = escaped(self._words.say("discord_channel.is_here", name=guild.name))
        with told():
            await channel.send(
                said,
                view=replies.here_view(guild.id, self._words),
                allowed_mentions=discord.AllowedMentions.none(),
                suppress_embeds=True,
                nonce=_nonce(f"here {guild.id} {guild.me.joined_at}"),
            )

    async def close(self) -> None:
        """Close the connections."""
        await self._webhooks.close()

    async def _post(self, reply: LabelledReply) -> MessageRef:
        channel = reply.thread.channel
        if await self._directory.channel(channel) is None:
            raise NotPermitted("the channel is gone")
        place = await self._places.of(reply.thread)
        async for posted in self._places.standing(channel, place, CHANNEL_PAGES + 1, wants_all=False):
            if posted.key == reply.key:
                return posted.ref
        hook = await self._hook(channel, reply)
        names, words, now = await self._names(reply), Words(self._words.locale), self._clock.now()
        question = "" if place.is_thread or not place.root or not hook else self._link(reply.thread)
        said = replies.content(reply, names, words, now, question)
        view = replies.reply_view(reply, place.root, words)
        message = await (
            self._by_webhook(hook, place, reply, said, view) if hook else self._as_bot(place, reply, said, view)
        )
        return ids.message(channel, message, place.where)

    async def _as_bot(self, place: Place, reply: LabelledReply, said: str, view: discord.ui.View) -> int:
        where = self._client.get_partial_messageable(place.where)
        answers: dict[str, Any] = {}
        if place.root and not place.is_thread:
            reference = discord.MessageReference(
                message_id=place.root, channel_id=place.where, fail_if_not_exists=False
            )
            answers = {"reference": reference, "mention_author": False}
        sent = await where.send(
            said,
            view=view,
            allowed_mentions=discord.AllowedMentions.none(),
            suppress_embeds=True,
            nonce=_nonce(reply.key),
            **answers,
        )
        return sent.id

    async def _by_webhook(
        self, hook: Hook, place: Place, reply: LabelledReply, said: str, view: discord.ui.View
    ) -> int:
        body = {
            "content": said,
            "username": replies.name_over(reply),
            "allowed_mentions": {"parse": []},
            "flags": discord.MessageFlags(suppress_embeds=True).value,
            "components": view.to_components(),
        }
        try:
            return await self._webhooks.send(hook, body, place.where if place.is_thread else 0)
        except NotPermitted as error:
            if error.code == code_of(UNKNOWN_WEBHOOK):  # the next attempt makes another
                raise PlatformError("the webhook is gone", error.code) from None
            raise

    async def _hook(self, ref: ChannelRef, reply: LabelledReply) -> Hook | None:
        channel = self._client.get_channel(int(ref.channel))
        if not isinstance(channel, Hooked) or not replies.name_over(reply):
            return None
        return await self._webhooks.of(channel)

    async def _put(self, ref: MessageRef, spot: ids.Spot, message: Payload, notice: str | None) -> None:
        if not self._places.is_ours(message):
            raise NotPermitted("this is somebody else's message")
        hook = await self._hook_of(ref.channel, message)
        thread = discord.Object(spot.place) if spot.place != int(ref.channel.channel) else discord.utils.MISSING
        if notice is None:
            if hook:
                await hook.delete_message(spot.message, thread=thread)
            else:
                await self._client.http.delete_message(spot.place, spot.message)
            return
        none, said = discord.AllowedMentions.none(), escaped(notice)
        if hook:
            await hook.edit_message(spot.message, content=said, view=None, allowed_mentions=none, thread=thread)
        else:
            where = self._client.get_partial_messageable(spot.place)
            await where.get_partial_message(spot.message).edit(content=said, view=None, allowed_mentions=none)

    async def _hook_of(self, ref: ChannelRef, message: Payload) -> discord.Webhook | None:
        """Return the webhook that posted a message, with what lets us change it; None for the bot's own post."""
        if not message.get("webhook_id"):
            return None
        for hook in await self._client.http.channel_webhooks(int(ref.channel)):
            if str(hook["id"]) == str(message["webhook_id"]) and hook.get("token"):
                return discord.Webhook.partial(int(hook["id"]), str(hook["token"]), client=self._client)
        raise NotPermitted("the webhook that posted it is gone", code_of(UNKNOWN_WEBHOOK))

    async def _unarchived(self, place: int, work: Callable[[], Awaitable[None]]) -> None:
        """Do something in a thread; one that was archived is opened again for it."""
        try:
            await work()
        except discord.HTTPException as error:
            if error.code != _ARCHIVED:
                raise
            await self._client.http.edit_channel(place, archived=False)
            await work()

    async def _names(self, reply: LabelledReply) -> dict[str, str]:
        """Return what the people and channels are called that a reply mentions, by their ids."""
        workspace = reply.thread.channel.workspace
        people = [
            (id_, await self._directory.person(ids.person(int(workspace), int(id_))))
            for id_ in mentioned(reply.text)
            if ids.snowflake(id_) is not None
        ]
        places = [
            (id_, await self._directory.channel(ids.channel(int(workspace), int(id_))))
            for id_ in channels_in(reply.text)
            if ids.snowflake(id_) is not None
        ]
        return {id_: found.name for id_, found in (*people, *places) if found is not None}

    def _link(self, thread: ThreadRef) -> str:
        return self._directory.link(MessageRef(thread.channel, thread.root))


def _nonce(key: str) -> str:
    """Return what Discord knows a repeated post by: at most 25 characters."""
    return hashlib.sha256(key.encode()).hexdigest()[:24]
