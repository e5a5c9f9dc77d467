"""From what Slack sends to what the core understands. Pure.

A payload is the body of an `event_callback`, whichever way it came. What says nothing to the core gives None: other
people's bots, our own posts, joins, topics, direct messages, and everything of another organisation. Of what is said in
a channel that another organisation shares, only our own people's questions to Understudy count, so that they are
declined in private.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.slack.ids import PLATFORM, Installation, is_stamp, moment_of
from adapters.slack.notation import common
from adapters.slack.text import address_in
from bot.events import AccessLost, Loss, MessageDeleted, MessageSaid
from bot.refs import ChannelRef, ThreadRef

Payload = Mapping[str, Any]

SAID = frozenset({None, "thread_broadcast", "file_share", "me_message"})
"""The kinds of messages that are somebody's own words; every other one is Slack's or a program's."""

PUBLIC, PRIVATE = "channel", "group"
_CHANNEL_LOSSES = {
    "channel_archive": Loss.ARCHIVED,
    "channel_deleted": Loss.ARCHIVED,
    "group_archive": Loss.ARCHIVED,
    "group_deleted": Loss.ARCHIVED,
    "channel_left": Loss.UNINSTALLED,
    "group_left": Loss.UNINSTALLED,
    "channel_shared": Loss.SHARED,
    "channel_id_changed": Loss.SHARED,  # Slack's own word for: a private channel is being shared with others
    "channel_convert_to_private": Loss.MADE_PRIVATE,
}


@dataclass(frozen=True, slots=True)
class CameIn:
    """Understudy itself came into a channel."""

    channel: ChannelRef


Told = MessageSaid | MessageDeleted | AccessLost | CameIn


def told(body: Payload, here: Installation, *, lets_guests: bool = False) -> Told | None:
    """Return what a payload tells the core; None where that is nothing, or where it is not shaped as Slack's are."""
    event = body.get("event")
    if not isinstance(event, dict) or body.get("team_id") not in {here.team, None}:
        return None
    match event.get("type"):
        case "message":
            return _message(event, here, is_shared=_is_foreign(body, event, here))
        case "app_mention":
            return said(event, here, is_public=False)
        case "member_joined_channel":
            came = event.get("user") == here.user and not body.get("is_ext_shared_channel")
            return CameIn(here.channel(_channel(event))) if came and _channel(event) else None
        case _:
            return _lost(event, here, lets_guests=lets_guests)


def said(
    message: Payload, here: Installation, *, is_public: bool, channel: str = "", changed_at: str = ""
) -> MessageSaid | None:
    """Return the event that tells of a message as it stands, in an event or in a channel's history.

    `channel` is where it stands, unless it says so itself; `changed_at` the stamp of a change that it does not tell of.
    """
    author, stamp, where = message.get("user"), message.get("ts"), channel or _channel(message)
    if message.get("subtype") not in SAID or not is_somebodys(message, here) or not isinstance(author, str):
        return None
    if not where or not isinstance(stamp, str) or not is_stamp(stamp):
        return None
    text, root = _text(message), message.get("thread_ts")
    edited = message.get("edited")
    revised = edited.get("ts") if isinstance(edited, dict) else changed_at
    return MessageSaid(
        ref=here.message(where, stamp),
        author=here.person(author),
        text=common(text),
        said_at=moment_of(stamp),
        revised_at=max(moment_of(stamp), moment_of(revised)) if is_stamp(revised) else moment_of(stamp),
        thread=ThreadRef(here.channel(where), root) if is_stamp(root) and root != stamp else None,
        channel_is_public=is_public,
        address=address_in(text, here.user),
    )


def is_somebodys(message: Payload, here: Installation) -> bool:
    """Whether a message is the own words of a person of this organisation: no program's, no other organisation's."""
    author = message.get("user")
    if not author or author in {here.user, "USLACKBOT"} or message.get("bot_id") or message.get("bot_profile"):
        return False
    homes = {message.get(key) for key in ("user_team", "source_team", "team")} - {None, ""}
    return homes <= here.organisation


def _message(event: Payload, here: Installation, *, is_shared: bool) -> Told | None:
    kind, where = event.get("subtype"), _channel(event)
    if event.get("channel_type") not in {PUBLIC, PRIVATE} or not where:
        return None
    is_public = event.get("channel_type") == PUBLIC
    if kind in _CHANNEL_LOSSES:
        return _gone(_CHANNEL_LOSSES[str(kind)], where, here)
    if kind == "message_deleted":  # heard of in a shared channel too: it may have been another kind of channel before
        return _deleted(event, where, here, event.get("deleted_ts"))
    now, before = _inner(event, "message"), _inner(event, "previous_message")
    if kind == "message_changed" and now.get("subtype") == "tombstone":  # left of a deleted message that had replies
        return _deleted(event, where, here, now.get("ts"))
    if kind != "message_changed":
        found = said(event, here, is_public=is_public)
        return found if found is None or not is_shared or found.address is not None else None
    if is_shared:
        return None
    if before and _text(now) == _text(before):  # a preview came, or a count of replies changed
        return None
    return said(now, here, is_public=is_public, channel=where, changed_at=str(event.get("event_ts", "")))


def _deleted(event: Payload, where: str, here: Installation, stamp: Any) -> MessageDeleted | None:
    """A deletion; who had said it is known where Slack still shows it, and no one of the core's for our own posts."""
    before, at = _inner(event, "previous_message"), event.get("event_ts", event.get("ts"))
    if not is_stamp(stamp):
        return None
    is_ours = before.get("user") == here.user or before.get("bot_id") == here.bot
    if before and not is_ours and not is_somebodys(before, here):
        return None
    author = here.person(before["user"]) if before.get("user") and not is_ours else None
    return MessageDeleted(here.message(where, stamp), author, moment_of(at if is_stamp(at) else stamp))


def _lost(event: Payload, here: Installation, *, lets_guests: bool) -> AccessLost | None:
    kind, where = str(event.get("type")), _channel(event)
    if kind == "user_change":
        return _changed(_inner(event, "user"), here, lets_guests=lets_guests)
    if kind == "member_left_channel" and where:
        person = event.get("user")
        if person == here.user:
            return _gone(Loss.UNINSTALLED, where, here)
        return _of(here, Loss.LEFT, str(person), where) if person else None
    if kind in _CHANNEL_LOSSES:
        return _gone(_CHANNEL_LOSSES[kind], where or str(event.get("old_channel_id", "")), here)
    revoked = _inner(event, "tokens").get("bot")
    if kind == "app_uninstalled" or (kind == "tokens_revoked" and revoked):
        return _of(here, Loss.UNINSTALLED)
    return None


def _changed(user: Payload, here: Installation, *, lets_guests: bool) -> AccessLost | None:
    person = user.get("id")
    if not isinstance(person, str) or user.get("team_id") not in {*here.organisation, None}:
        return None
    if user.get("deleted"):
        return _of(here, Loss.DEACTIVATED, person)
    return _of(here, Loss.RESTRICTED, person) if is_guest(user) and not lets_guests else None


def is_guest(user: Payload) -> bool:
    """Whether an account is a guest's, of one channel or of several."""
    return bool(user.get("is_restricted") or user.get("is_ultra_restricted"))


def _gone(loss: Loss, channel: str, here: Installation) -> AccessLost | None:
    return _of(here, loss, "", channel) if channel else None


def _of(here: Installation, loss: Loss, person: str = "", channel: str = "") -> AccessLost:
    return AccessLost(
        PLATFORM,
        here.workspace,
        loss,
        here.person(person) if person else None,
        here.channel(channel) if channel else None,
    )


def _is_foreign(body: Payload, event: Payload, here: Installation) -> bool:
    homes = {event.get("user_team"), event.get("source_team")} - {None, ""}
    return bool(body.get("is_ext_shared_channel")) or not homes <= here.organisation


def _channel(event: Payload) -> str:
    """The id of the channel an event is about: Slack sends it alone, or within what it tells of the channel."""
    found = event.get("channel")
    inner = found.get("id") if isinstance(found, dict) else found
    return inner if isinstance(inner, str) else ""


def _inner(event: Payload, key: str) -> Payload:
    found = event.get(key)
    return found if isinstance(found, dict) else {}


def _text(message: Payload) -> str:
    text = message.get("text")
    return text if isinstance(text, str) else ""
