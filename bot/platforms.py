"""The platforms that run in this process, found by the name that stands in every reference."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import PlatformError
from bot.offload import StoreThreads
from bot.policy import Policy
from bot.ports import Channel, ChatPlatform, Person
from bot.preferences import Preferences
from bot.refs import ChannelRef, PersonRef
from bot.words import Words


class Platforms:
    """All platforms of this process, and the few questions every service asks them.

    What a platform does not tell of a worker stands in their file, if they noted it when they joined; for everybody
    else the house's own time zone and language count.
    """

    def __init__(self, store: StoreThreads, policy: Policy, *platforms: ChatPlatform) -> None:
        self._store = store
        self._policy = policy
        self._by_name = {platform.name: platform for platform in platforms}

    def of(self, ref: PersonRef | ChannelRef) -> ChatPlatform:
        """Return the platform a reference belongs to; one that does not run here is a `PlatformError`."""
        platform = self._by_name.get(ref.platform)
        if platform is None:
            raise PlatformError("the platform of this reference does not run here", code="no_platform")
        return platform

    async def person(self, ref: PersonRef) -> Person:
        """Return a person, with a time zone and a language; one the platform no longer knows is called by their id."""
        told = await self.told(ref)
        own = told.locale if told.is_locale_own else ""
        if told.time_zone and own:
            return told
        noted = await self._store.read(ref, lambda tx: tx.keepsakes.preferences()) or Preferences()
        return replace(
            told,
            time_zone=told.time_zone or noted.time_zone or self._policy.time_zone,
            is_time_zone_own=bool(told.time_zone or noted.time_zone),
            locale=own or noted.locale or told.locale or self._policy.locale,
        )

    async def told(self, ref: PersonRef) -> Person:
        """Return what the platform alone tells of a person."""
        unknown = Person(ref, ref.person, ref.person, locale="", time_zone="")
        return await self.of(ref).directory.person(ref) or unknown

    async def channel(self, ref: ChannelRef) -> Channel | None:
        """Return a channel that Understudy is in."""
        return await self.of(ref).directory.channel(ref)

    async def words_in_public(self, ref: PersonRef) -> Words:
        """Return the words for what a person is answered before others, by what the platform alone tells of them.

        What stands in somebody's file is left out: it would show everybody that they joined.
        """
        told = await self.told(ref)
        return Words(told.locale or self._policy.locale, told.time_zone or self._policy.time_zone)

    async def words_for(self, ref: PersonRef) -> Words:
        """Return the words for a reader, in their language and time zone."""
        person = await self.person(ref)
        return Words(person.locale, person.time_zone)
