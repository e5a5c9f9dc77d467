"""From what Discord brings of a person's own steps – command, button, form, menu – to what the core hears. Pure.

What names a guild that is none of ours, or is shaped otherwise than Discord's, gives None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import discord

from adapters.discord import ids, replies, slash
from adapters.discord.buttons import TOLD, Holding
from adapters.discord.notation import common
from bot.events import ActionTaken, Command
from bot.refs import ChannelRef, PersonRef, ThreadRef
from bot.words import Words

HOME = "home"
Interaction = discord.Interaction[Any]


@dataclass(frozen=True, slots=True)
class Where:
    """Where a step was taken: the channel and, in a thread of it, the thread. A private thread is nobody's place."""

    channel: ChannelRef
    thread: ThreadRef | None = None
    is_private_thread: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """A message in whose menu something was chosen: its stamp, its author, and what it says it is a reply of."""

    stamp: str
    author: PersonRef
    mark: replies.Mark | None


def person(interaction: Interaction, guild: str = "") -> PersonRef:
    """Return who did something; `guild` is what a button in direct messages holds."""
    return PersonRef(ids.PLATFORM, str(interaction.guild_id or guild), str(interaction.user.id))


def where(interaction: Interaction) -> Where | None:
    """Return where something was done; None in direct messages."""
    guild, channel = interaction.guild_id, interaction.channel
    if guild is None or channel is None:
        return None
    if not isinstance(channel, discord.Thread):
        return Where(ids.channel(guild, channel.id))
    parent = ids.channel(guild, channel.parent_id)
    if channel.is_private():
        return Where(parent, is_private_thread=True)
    return Where(parent, ids.thread(parent, channel.id))


def command(interaction: Interaction, who: PersonRef, place: Where, words: Words) -> Command | ActionTaken | None:
    """Return `/double …` as the core hears it; *home* is no command of the core's, but its page."""
    said = slash.words_of(data_of(interaction), words)
    if said is None:
        return None
    if said == HOME:
        return ActionTaken(who, HOME, "", {}, place.channel)
    return Command(who, place.channel, common(said, {}), place.thread)


def chosen(
    interaction: Interaction, place: Where, who: PersonRef, is_ours: Callable[[Mapping[str, Any]], bool]
) -> Chosen | None:
    """Return the message in whose menu something was chosen; `is_ours` tells whether Understudy posted it."""
    data = data_of(interaction)
    target = ids.snowflake(str(data.get("target_id") or ""))
    messages = (data.get("resolved") or {}).get("messages") or {}
    message = messages.get(str(target))
    if target is None or not isinstance(message, Mapping) or interaction.channel is None:
        return None
    author = str((message.get("author") or {}).get("id") or "")
    stamp = ids.message(place.channel, target, interaction.channel.id).stamp
    mark = replies.mark_in(message) if is_ours(message) else None
    return Chosen(stamp, PersonRef(who.platform, who.workspace, author), mark)


def beneath_reply(custom_id: str, guild: int | None) -> Holding | None:
    """Return what the button beneath a double's reply holds: that it is not right."""
    mark = replies.read_mark(custom_id)
    if mark is None:
        return None
    return Holding(TOLD, str(guild or ""), "", "", "not_right", mark.key, {"worker": str(mark.worker)})


def data_of(interaction: Interaction) -> Mapping[str, Any]:
    """Return what an interaction holds, as Discord sent it."""
    data = interaction.data
    return data if isinstance(data, Mapping) else {}
