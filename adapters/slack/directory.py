"""Who and what there is in a Slack workspace, and who can read what.

What was asked is remembered for a minute at most, and no longer than until an event says that it changed; where events
may have been missed, everything is asked anew. Channels shared with another organisation are none of ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

from adapters.chat.short_memory import ShortMemory
from adapters.slack.calls import Calls
from adapters.slack.ids import Installation
from adapters.slack.people import People
from bot.calling import called
from bot.clock import Clock
from bot.errors import PlatformError
from bot.platform_ports import Channel, Person
from bot.refs import ChannelRef, MessageRef, PersonRef

_SECONDS, _MOST_CHANNELS = 60.0, 500
_GONE = frozenset(
    {"channel_not_found", "fetch_members_failed", "method_not_supported_for_channel_type", "missing_scope"}
)
_AWAY = frozenset({":palm_tree:", ":face_with_thermometer:"})
"""What Slack itself puts into a status for *Vacationing* and *Out sick*."""


class SlackDirectory:
    """The workspace that a bot token is of, as its bot sees it."""

    def __init__(self, calls: Calls, here: Installation, clock: Clock) -> None:
        self._calls = calls
        self._here = here
        self._clock = clock
        self.people = People(calls, here)
        self._channels: ShortMemory[Mapping[str, Any] | None] = ShortMemory(_SECONDS, _MOST_CHANNELS)
        self._members: ShortMemory[frozenset[str] | None] = ShortMemory(_SECONDS, _MOST_CHANNELS)

    async def person(self, ref: PersonRef) -> Person | None:
        """Return a person."""
        account = await self.people.account(ref.person) if self._here.is_home_of(ref) else None
        return account.person if account else None

    def is_understudy(self, person: PersonRef) -> bool:
        """Whether this is Understudy itself."""
        return person == self._here.person(self._here.user)

    async def people_called(self, channel: ChannelRef, words: str) -> tuple[tuple[Person, str], ...]:
        """Return the people whose handle, name or first name the words begin with, the longest match alone."""
        if not self._here.is_home_of(channel):
            return ()
        everybody = await self.people.everybody()
        return called((a.person for a in everybody if a.person.is_active and not a.is_bot), words)

    async def channel(self, ref: ChannelRef) -> Channel | None:
        """Return a channel that Understudy is in, and that no other organisation shares."""
        info = await self._info(ref.channel) if self._here.is_home_of(ref) else None
        if info is None or not info.get("is_member"):
            return None
        is_public = not info.get("is_private")
        others = await self._others(ref.channel, is_public=is_public)
        outsiders = None if others is None else await self.people.outsiders_among(others)
        has_outsiders = outsiders is None or bool(outsiders) or bool(info.get("is_org_shared"))
        shown = sorted(others or ()) + sorted(map(str, info.get("shared_team_ids") or ()))
        readers = hashlib.sha256("|".join(shown).encode()).hexdigest()[:12] if shown else ""
        return Channel(ref, str(info.get("name") or ""), is_public, has_outsiders, readers)

    async def channels_of(self, person: PersonRef) -> tuple[Channel, ...]:
        """Return the person's channels by name: those Understudy is in, and the public ones it can go into."""
        if not self._here.is_home_of(person) or await self.person(person) is None:
            return ()
        own = {channel["id"] async for channel in self._conversations(None)}
        found = [
            Channel(
                self._here.channel(channel["id"]),
                str(channel.get("name") or ""),
                not channel.get("is_private"),
                has_outsiders=bool(channel.get("is_org_shared")),
                is_entered=channel["id"] in own,
            )
            async for channel in self._conversations(person.person)
        ]
        return tuple(sorted((c for c in found if c.is_entered or c.public), key=lambda c: (c.name, c.ref)))

    async def is_member(self, person: PersonRef, channel: ChannelRef) -> bool:
        """Whether the person can read the channel: a public one everybody can, except guests who are not in it."""
        if not (self._here.is_home_of(person) and self._here.is_home_of(channel)):
            return False
        info, account = await self._info(channel.channel), await self.people.account(person.person)
        if info is None or account is None or not account.person.is_active:
            return False
        if not info.get("is_private") and not account.person.is_guest:
            return True
        return person.person in (await self._members_of(channel.channel) or ())

    async def is_away(self, person: PersonRef) -> bool:
        """Whether a status of Slack's own says so, or do-not-disturb where we may read it."""
        account = await self.people.account(person.person) if self._here.is_home_of(person) else None
        if account is None:
            return False
        now = int(self._clock.now().timestamp())
        if account.status in _AWAY and (not account.status_ends or now < account.status_ends):
            return True
        if "dnd:read" not in self._here.scopes:
            return False
        rest = await self._calls.call("dnd.info", user=person.person)
        starts, ends = (int(rest.get(f"next_dnd_{end}_ts") or 0) for end in ("start", "end"))
        return bool(rest.get("dnd_enabled")) and starts <= now < ends

    def tells_status(self) -> bool:
        """Whether anybody's status is told: with what Slack tells of a person."""
        return True

    def invitation(self) -> str:
        """Return what is typed into a private channel to let Understudy in; empty where it may not read such ones."""
        return f"/invite @{self._here.handle}" if "groups:read" in self._here.scopes else ""

    def link(self, ref: MessageRef) -> str:
        """Return the permalink of a message."""
        return f"{self._here.url}archives/{ref.channel.channel}/p{ref.stamp.replace('.', '')}"

    def note(self, event: Mapping[str, Any]) -> None:
        """Forget what an event says has changed; nothing that comes after it is decided by what was before."""
        kind, subtype = str(event.get("type")), event.get("subtype")
        if kind in {"user_change", "team_join"} and isinstance(event.get("user"), dict):
            self.people.note(event["user"])
        if kind not in {"message", "app_mention"} or str(subtype).startswith(("channel_", "group_")):
            where = event.get("channel")
            found = where.get("id") if isinstance(where, dict) else where
            if isinstance(found, str):
                self.look_again(found)

    def look_again(self, channel: str) -> None:
        """Ask anew for one channel."""
        self._channels.drop(channel)
        self._members.drop(channel)

    def forget(self) -> None:
        """Ask anew for everything: events may have been missed."""
        self.people.forget()
        self._channels.clear()
        self._members.clear()

    async def _info(self, channel: str) -> Mapping[str, Any] | None:
        """Return what Slack says of a channel; None for a direct message, one that is gone, or one that is shared."""
        return await self._channels.get(channel, lambda: self._ask_about(channel))

    async def _ask_about(self, channel: str) -> Mapping[str, Any] | None:
        try:
            info = (await self._calls.call("conversations.info", channel=channel)).get("channel") or {}
        except PlatformError as error:
            if error.code in _GONE:
                return None
            raise
        return info if _is_ours(info) else None

    async def _others(self, channel: str, *, is_public: bool) -> frozenset[str] | None:
        """Return who can read a channel besides what its kind says: members, of a public one the outsiders among them.

        None where that cannot be told.
        """
        members = await self._members_of(channel)
        return await self.people.outsiders_among(members) if is_public and members is not None else members

    async def _members_of(self, channel: str) -> frozenset[str] | None:
        return await self._members.get(channel, lambda: self._ask_who_is_in(channel))

    async def _ask_who_is_in(self, channel: str) -> frozenset[str] | None:
        found: list[str] = []
        try:
            async for page in self._calls.pages("conversations.members", channel=channel):
                found += page.get("members") or ()
        except PlatformError as error:
            if error.code in _GONE:
                return None
            raise
        return frozenset(found)

    async def _conversations(self, user: str | None) -> AsyncIterator[Mapping[str, Any]]:
        kinds = "public_channel,private_channel" if "groups:read" in self._here.scopes else "public_channel"
        pages = self._calls.pages("users.conversations", user=user, types=kinds, exclude_archived=True)
        async for page in pages:
            for channel in page.get("channels") or ():
                if _is_ours(channel):
                    yield channel


def _is_ours(info: Mapping[str, Any]) -> bool:
    """Whether it is a channel, open, and of this organisation alone."""
    keys = ("is_archived", "is_im", "is_mpim", "is_ext_shared", "is_pending_ext_shared")
    return bool(info.get("id")) and not any(info.get(key) for key in keys)
