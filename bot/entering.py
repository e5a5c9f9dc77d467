"""Going into the public channels that a worker chose: before anything is agreed to, and nothing says for whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.errors import PlatformError
from bot.ports import Channel
from bot.refs import ChannelRef
from bot.stage import Stage
from bot.views import Choices, Refusal
from bot.words import Words


def channels_field(
    channels: Iterable[Channel], chosen: Collection[ChannelRef], words: Words, invitation: str
) -> Choices:
    """Return the field in which a worker chooses channels; it says of which ones Understudy would come into.

    `invitation` is what is typed to let Understudy into a private channel that is not listed (`bot.ports.Directory`).
    """
    shown = tuple(channels)
    hint = [words.say("consent.channels_hint")]
    if any(not channel.is_entered for channel in shown):
        hint.append(words.say("consent.channels_hint_enter"))
    if invitation:
        hint.append(words.say("consent.channels_hint_invite", invitation=invitation))
    options = tuple((c.ref.channel, _as_option(c, words), c.ref in chosen) for c in shown)
    return Choices("channels", words.say("consent.channels_label"), options, words.in_a_row(hint))


async def enter(stage: Stage, channels: Iterable[Channel], words: Words) -> tuple[Channel, ...] | Refusal:
    """Go into those channels in which Understudy is not yet; return them, or the refusal of the first that fails."""
    entered = []
    for channel in channels:
        if channel.is_entered:
            continue
        try:
            await stage.platforms.of(channel.ref).enter(channel.ref)
        except PlatformError:
            return Refusal("cannot_enter", words.say("consent.cannot_enter", where=channel_label(channel)))
        entered.append(channel)
    return tuple(entered)


def channel_label(channel: Channel) -> str:
    """Return a channel's name with the sign of who can read it."""
    return f"#{channel.name}" if channel.public else f"🔒 {channel.name}"


def _as_option(channel: Channel, words: Words) -> str:
    label = channel_label(channel)
    return label if channel.is_entered else words.say("consent.channel_to_enter", where=label)
