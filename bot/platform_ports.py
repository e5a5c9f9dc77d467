"""What the core asks of a chat platform, and what a platform drives. Each docstring is a promise of the contract suite.

A platform's methods are asynchronous and never run inside a transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.events import AccessLost, ActionTaken, Command, MessageDeleted, MessageSaid, ThreadDeleted
from bot.labelling import LabelledReply
from bot.naming import name_of_channel, name_of_person
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef, WorkerRef
from bot.views import Answer, InboxItem, Notice, Refusal, View


@dataclass(frozen=True, slots=True)
class Person:
    """One person as their platform knows them. `time_zone` is an IANA name, `locale` a BCP 47 tag; empty if not told.

    Where `is_locale_own` is false, the language is only that of the place they are in; where `is_time_zone_own` is
    false, the time zone is the house's (`bot.platforms.Platforms`). Whatever people call themselves,
    `name` can stand in a sentence and in a label (`bot.naming.name_of_person`). Whose account was closed is not
    `is_active`; a guest is somebody from outside who was let into some channels.
    """

    ref: PersonRef
    name: str
    handle: str
    locale: str = "en"
    time_zone: str = "UTC"
    is_active: bool = True
    is_guest: bool = False
    is_locale_own: bool = True
    is_time_zone_own: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", name_of_person(self.name, self.handle, self.ref.person))


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel; `public` means that everyone of the workspace can read it. A direct message is no channel.

    `has_outsiders` holds where others can read it too – guests, another organisation – or where the platform cannot
    tell who can. `readers` is a mark, another whenever other people can read it; empty where that is exactly the
    workspace. `name` can stand in a sentence. A public one that Understudy is not in, and can go into by itself, has
    `is_entered` false.
    """

    ref: ChannelRef
    name: str
    public: bool
    has_outsiders: bool = False
    readers: str = ""
    is_entered: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", name_of_channel(self.name, self.ref.channel))


@dataclass(frozen=True, slots=True)
class Posted:
    """A double's reply as found on the platform: where, under which key, and whose double."""

    ref: MessageRef
    key: str
    worker: WorkerRef


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some of an author's earlier messages, and the cursor to go on with; None at the end."""

    messages: tuple[MessageSaid, ...]
    cursor: str | None


class Directory(Protocol):
    """Who and what there is on one platform. An unknown id gives None, never an error."""

    async def person(self, ref: PersonRef) -> Person | None:
        """Return a person."""
        ...

    def is_understudy(self, person: PersonRef) -> bool:
        """Whether this is Understudy itself, whose words are nobody's and ask nothing."""
        ...

    async def people_called(self, channel: ChannelRef, words: str) -> tuple[tuple[Person, str], ...]:
        """Return the people of the channel's workspace whose handle, name or first name `words` begins with.

        Each with the rest of the words; only those with the longest match, case ignored. Understudy itself never.
        """
        ...

    async def channel(self, ref: ChannelRef) -> Channel | None:
        """Return a channel that Understudy is in; None for one that is gone or archived."""
        ...

    async def channels_of(self, person: PersonRef) -> tuple[Channel, ...]:
        """Return the channels that both the person and Understudy are in, by name.

        Public ones of the person's that Understudy could `enter` may stand among them, with `is_entered` false.
        """
        ...

    async def is_member(self, person: PersonRef, channel: ChannelRef) -> bool:
        """Whether the person can read the channel."""
        ...

    async def is_away(self, person: PersonRef) -> bool:
        """Whether the person's own status, or do-not-disturb, says that they are away; false where nothing tells."""
        ...

    def tells_status(self) -> bool:
        """Whether anybody's status is told here at all: `is_away` never holds where none is."""
        ...

    def invitation(self) -> str:
        """Return what its people type to let Understudy into a private channel; empty where it is in every channel."""
        ...

    def link(self, ref: MessageRef) -> str:
        """Return the permalink of a message."""
        ...


class ChatPlatform(Protocol):
    """One chat platform. Failures are `PlatformError`: `Unreachable` (it may have taken effect), `NotPermitted`."""

    @property
    def name(self) -> str:
        """The platform's name, as it stands in references."""
        ...

    @property
    def directory(self) -> Directory:
        """Who and what there is."""
        ...

    def room_for(self, words: str) -> int:
        """How many characters of a worker's own a reply may have: of just these words, if they are written out at once.

        What is longer cannot be posted. Without words it is the most there can be.
        """
        ...

    @property
    def hears_all(self) -> bool:
        """Whether it hears what people say without mentioning Understudy; where not, nothing can be learnt."""
        ...

    async def run(self, handler: EventHandler, ready: Callable[[str], None]) -> None:
        """Serve until cancelled, giving every event to the handler; call `ready` with an address once it listens."""
        ...

    async def enter(self, channel: ChannelRef) -> None:
        """Go into a public channel that a worker chose; harmless where Understudy is in it, else `NotPermitted`."""
        ...

    async def post(self, reply: LabelledReply) -> MessageRef:
        """Post a reply in its thread with its key in the metadata, links and pings inert; return where it stands."""
        ...

    async def posted_in(self, thread: ThreadRef) -> tuple[Posted, ...]:
        """Read the thread back: every double's reply that stands in it now."""
        ...

    async def retract(self, ref: MessageRef, notice: str | None) -> None:
        """Take a reply away, leaving `notice` in its place, or no trace if that is None. Repeating it is harmless."""
        ...

    async def tell(self, notice: Notice) -> None:
        """Show a notice to one person alone, in place of an earlier one with the same key; without text, nothing."""
        ...

    async def is_rehearsal(self) -> bool:
        """Whether this is a loaded export, in which nobody consented: nothing may be taken out of it."""
        ...

    async def history(
        self, author: WorkerRef, channel: ChannelRef, cursor: str | None, since: datetime | None = None
    ) -> HistoryPage:
        """Read one author's earlier messages in one channel, a page at a time, nobody else's.

        Pages may go forth or back in time. With `since`, those alone that were said from that moment on; it is given
        anew with each cursor.
        """
        ...


class EventHandler(Protocol):
    """What an adapter drives. When a call returns, what it reported is stored durably or was declined for good."""

    async def message_said(self, event: MessageSaid) -> None:
        """Take note of a message, new or edited."""
        ...

    async def message_deleted(self, event: MessageDeleted) -> None:
        """Take note of a deletion."""
        ...

    async def thread_deleted(self, event: ThreadDeleted) -> None:
        """Take note of the deletion of all that was said in a thread."""
        ...

    async def access_lost(self, event: AccessLost) -> None:
        """Freeze at once what rests on access that is gone: nothing there is used any more when the call returns."""
        ...

    async def command(self, command: Command) -> Answer | Refusal:
        """Answer `/double …`, to the one who typed it."""
        ...

    async def act(self, action: ActionTaken) -> Answer | Refusal:
        """Carry out a button or a form."""
        ...

    async def inbox(self, person: PersonRef) -> tuple[InboxItem, ...]:
        """Return what waits for a person and what they may still act on, newest first."""
        ...

    async def home(self, person: PersonRef, channel: ChannelRef | None = None) -> View:
        """Return the person's own page, "My double"."""
        ...

    async def heard(self, platform: str, workspace: str) -> None:
        """Take note that the line to a workspace is up, and all that was said there up to now has come in.

        To be called at least once a minute while it is up, and before it is closed. It may be called with every event:
        what is kept durably is one moment a workspace, at most once a minute. A platform that owes its events, and so
        can miss none, never calls it.
        """
        ...

    async def missed(self, platform: str, workspace: str) -> None:
        """Let what was said since a workspace was last heard be read from its history, for those who let it be logged.

        To be called each time the line is up again – at a start, and after it was renewed – once new events come in
        and before `heard` is called again. The very first time there is nothing to be read.
        """
        ...

    async def settle(self) -> None:
        """Return once all that is due has run and no work is under way."""
        ...
