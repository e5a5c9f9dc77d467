"""The platforms that run in this process, found by the name that stands in every reference."""

from __future__ import annotations

from bot.errors import PlatformError
from bot.ports import Channel, ChatPlatform, Person
from bot.refs import ChannelRef, PersonRef
from bot.words import Words


class Platforms:
    """All platforms of this process, and the few questions every service asks them."""

    def __init__(self, *platforms: ChatPlatform) -> None:
        self._by_name = {platform.name: platform for platform in platforms}

    def of(self, ref: PersonRef | ChannelRef) -> ChatPlatform:
        """Return the platform a reference belongs to; one that does not run here is a `PlatformError`."""
        platform = self._by_name.get(ref.platform)
        if platform is None:
            raise PlatformError("the platform of this reference does not run here", code="no_platform")
        return platform

    async def person(self, ref: PersonRef) -> Person:
        """Return a person; one the platform no longer knows is called by their id."""
        return await self.of(ref).directory.person(ref) or Person(ref, ref.person, ref.person)

    async def channel(self, ref: ChannelRef) -> Channel | None:
        """Return a channel that Understudy is in."""
        return await self.of(ref).directory.channel(ref)

    async def words_for(self, ref: PersonRef) -> Words:
        """Return the words for a reader, in their language and time zone."""
        person = await self.person(ref)
        return Words(person.locale, person.time_zone)
