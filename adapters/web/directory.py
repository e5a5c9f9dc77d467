"""Who and what there is in the local workspace."""

from __future__ import annotations

from collections.abc import Callable

from adapters.web import translate
from adapters.web.records import UNDERSTUDY, WORKSPACE
from adapters.web.translate import PLATFORM, message_id
from adapters.web.workspace import WorkspaceThread
from bot.calling import called
from bot.ports import Channel, Person
from bot.refs import ChannelRef, MessageRef, PersonRef


class LocalDirectory:
    """The workspace's people and channels. `address` tells where the page stands, for permalinks."""

    def __init__(self, workspace: WorkspaceThread, address: Callable[[], str]) -> None:
        self._workspace = workspace
        self._address = address

    async def person(self, ref: PersonRef) -> Person | None:
        """Return a person."""
        if not _is_local(ref):
            return None
        found = await self._workspace.run(lambda w: w.team.person(ref.person))
        return translate.person(found) if found else None

    def is_understudy(self, person: PersonRef) -> bool:
        """Whether this is Understudy itself."""
        return _is_local(person) and person.person == UNDERSTUDY

    async def people_called(self, channel: ChannelRef, words: str) -> tuple[tuple[Person, str], ...]:
        """Return the people whose handle, name or first name the words begin with, the longest match alone."""
        if not _is_local(channel):
            return ()
        people = await self._workspace.run(lambda w: w.team.people())
        return called((translate.person(record) for record in people if not record.is_bot), words)

    async def channel(self, ref: ChannelRef) -> Channel | None:
        """Return a channel."""
        if not _is_local(ref):
            return None
        found = await self._workspace.run(lambda w: w.team.channel(ref.channel))
        return translate.channel(found) if found else None

    async def channels_of(self, person: PersonRef) -> tuple[Channel, ...]:
        """Return the channels a person is a member of, by name; Understudy is in every one."""
        if not _is_local(person):
            return ()
        channels = await self._workspace.run(lambda w: w.team.channels())
        return tuple(translate.channel(c) for c in channels if person.person in c.members)

    async def is_member(self, person: PersonRef, channel: ChannelRef) -> bool:
        """Whether the person can read the channel."""
        if not (_is_local(person) and _is_local(channel)):
            return False
        found = await self._workspace.run(lambda w: (w.team.person(person.person), w.team.channel(channel.channel)))
        return found[0] is not None and found[1] is not None and found[1].is_readable_by(person.person)

    async def is_away(self, person: PersonRef) -> bool:
        """Nobody is away here by a status: there is none."""
        del person
        return False

    def tells_status(self) -> bool:
        """Whether anybody's status is told: there is none."""
        return False

    def invitation(self) -> str:
        """Nobody has to let Understudy in: it is in every channel."""
        return ""

    def link(self, ref: MessageRef) -> str:
        """Return the permalink of a message on this machine's page."""
        return f"{self._address()}/#/c/{message_id(ref)}"


def _is_local(ref: PersonRef | ChannelRef) -> bool:
    return ref.platform == PLATFORM and ref.workspace == WORKSPACE
