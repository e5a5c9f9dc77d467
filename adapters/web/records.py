"""What the local workspace keeps, in its own words: people, channels, messages."""

from __future__ import annotations

from dataclasses import dataclass

WORKSPACE = "local"
UNDERSTUDY = "UNDERSTUDY"


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One person of the team. `handle` is unique, lower case; `role` is a word for the reader, or empty.

    A guest reads only the channels they are in, public ones too. One whose account is deactivated does nothing here.
    """

    id: str
    name: str
    handle: str
    locale: str = "en"
    time_zone: str = "UTC"
    role: str = ""
    is_guest: bool = False
    is_deactivated: bool = False

    @property
    def is_bot(self) -> bool:
        """Whether this is Understudy itself."""
        return self.id == UNDERSTUDY


@dataclass(frozen=True, slots=True)
class ChannelRecord:
    """One channel with the ids of its members; Understudy is in every channel and not counted among them.

    One that is shared is read by another organisation too. `guests` are the ids of the workspace's guests, wherever
    they are.
    """

    id: str
    name: str
    is_private: bool = False
    purpose: str = ""
    members: tuple[str, ...] = ()
    is_shared: bool = False
    guests: frozenset[str] = frozenset()

    @property
    def guests_here(self) -> tuple[str, ...]:
        """The guests among its members."""
        return tuple(person for person in self.members if person in self.guests)

    @property
    def has_outsiders(self) -> bool:
        """Whether people who cannot read every public channel can read this one."""
        return self.is_shared or bool(self.guests_here)

    def is_readable_by(self, person: str | None) -> bool:
        """Whether a person can read it: its members, and a public channel everyone but guests."""
        return person in self.members or not (self.is_private or person in self.guests)


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """What a double's reply cites: a message id, its permalink, and when it was said (ISO 8601)."""

    id: str
    url: str
    said_at: str


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """One message. `ts`, `thread` (the root's ts) and `edited` are stamps; the last two are empty where there is none.

    `key` and `worker` mark a double's reply. A deleted message that still has replies stays as an empty place.
    """

    channel: str
    ts: str
    author: str
    text: str
    thread: str = ""
    edited: str = ""
    label: str = ""
    sources: tuple[SourceRecord, ...] = ()
    key: str = ""
    worker: str = ""
    is_deleted: bool = False
    is_retracted: bool = False

    @property
    def id(self) -> str:
        """The message's id across the workspace: `<channel>/<ts>`."""
        return f"{self.channel}/{self.ts}"


UNDERSTUDY_PERSON = PersonRecord(UNDERSTUDY, "Understudy", "understudy")
