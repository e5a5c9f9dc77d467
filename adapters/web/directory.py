"""Who and what there is in the local workspace."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

from adapters.web import translate
from adapters.web.records import WORKSPACE, PersonRecord
from adapters.web.translate import PLATFORM, message_id
from adapters.web.workspace import WorkspaceThread
from bot.ports import Channel, Person
from bot.refs import ChannelRef, MessageRef, PersonRef

_SEPARATORS = " \t\n,:;，：、"


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

    async def people_called(self, channel: ChannelRef, words: str) -> tuple[tuple[Person, str], ...]:
        """Return the people whose handle, name or first name the words begin with, the longest match alone."""
        if not _is_local(channel):
            return ()
        people = await self._workspace.run(lambda w: w.team.people())
        return tuple((translate.person(record), rest) for record, rest in called(people, words))

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

    def link(self, ref: MessageRef) -> str:
        """Return the permalink of a message on this machine's page."""
        return f"{self._address()}/#/c/{message_id(ref)}"


def called(people: Iterable[PersonRecord], words: str) -> tuple[tuple[PersonRecord, str], ...]:
    """Return whom some words begin with, and the rest of the words; only the longest match counts. Pure."""
    start = words.lstrip(_SEPARATORS).removeprefix("@")
    found = [(length, record) for record in people if not record.is_bot and (length := _match(record, start))]
    longest = max((length for length, _ in found), default=0)
    return tuple((record, start[length:].lstrip(_SEPARATORS)) for length, record in found if length == longest)


def _match(record: PersonRecord, words: str) -> int:
    """How many characters of the words are the person's handle, name or first name; 0 for none."""
    first = next(iter(record.name.split()), "")
    given = record.name[1:] if _is_ideograph(record.name[:1]) and len(record.name) == len(first) > 2 else ""
    names = (record.handle, record.name, first, given)
    return max((len(name) for name in names if _begins(words, name)), default=0)


def _begins(words: str, name: str) -> bool:
    if not name or words[: len(name)].casefold() != name.casefold():
        return False
    rest = words[len(name) :]
    # Chinese writes no space after a name; elsewhere a name must not be the beginning of a longer word.
    return not rest or not (rest[0].isalnum() or rest[0] in "_-") or _is_ideograph(name[-1]) or _is_ideograph(rest[0])


def _is_ideograph(character: str) -> bool:
    return bool(character) and unicodedata.name(character, "").startswith(("CJK", "HIRAGANA", "KATAKANA"))


def _is_local(ref: PersonRef | ChannelRef) -> bool:
    return ref.platform == PLATFORM and ref.workspace == WORKSPACE
