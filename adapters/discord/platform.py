"""Discord as a chat platform of the core: every guild that the bot of one token is in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import discord

from adapters.chat.open_windows import OpenWindows
from adapters.discord import ids, replies
from adapters.discord.access import Access
from adapters.discord.client import DiscordClient, Patience, switches
from adapters.discord.directory import DiscordDirectory
from adapters.discord.discretion import hush
from adapters.discord.door import Door
from adapters.discord.early import Early
from adapters.discord.failures import failure, told
from adapters.discord.hearing import Hearing
from adapters.discord.history import History
from adapters.discord.interacting import Interacting
from adapters.discord.lines import Lines
from adapters.discord.locales import Locales
from adapters.discord.posting import Posting
from adapters.discord.slash import sync
from adapters.discord.telling import Telling
from adapters.discord.transfers import download
from adapters.discord.watching import Watching
from bot.clock import Clock
from bot.errors import NotPermitted, PlatformError, Unreachable
from bot.labelling import LabelledReply
from bot.platform_ports import Directory, EventHandler, HistoryPage, Posted
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef, WorkerRef
from bot.views import Notice
from bot.words import Words

log = logging.getLogger("understudy.discord")


LONGEST_START = 60.0
"""Seconds that Discord may take until it has told of all guilds."""

NO_INTENTS, NOT_LET_IN = "no_intents", "not_let_in"
_TOKEN_REFUSED = 4004


@dataclass(frozen=True, slots=True)
class _Rooms:
    """What is there once Discord has said who we are."""

    client: DiscordClient
    connection: asyncio.Task[None]
    early: Early
    watching: Watching
    directory: DiscordDirectory
    posting: Posting
    history: History
    telling: Telling


class DiscordWorkspaces:
    """The guilds of one bot. `sign_in` comes first; `locale` is the language of what is said to a whole channel."""

    def __init__(self, access: Access, clock: Clock, *, locale: str = "en", patience: Patience | None = None) -> None:
        self._access = access
        self._clock = clock
        self._words = Words(locale)
        self._patience = patience or Patience()
        self._locales = Locales()
        self._windows = OpenWindows()
        self._found: _Rooms | None = None
        self._door: Door | None = None

    @property
    def name(self) -> str:
        """The platform's name, as it stands in references."""
        return ids.PLATFORM

    @property
    def directory(self) -> Directory:
        """Who and what there is."""
        return self._rooms.directory

    @property
    def locales(self) -> Locales:
        """In which language people were last seen to read Discord."""
        return self._locales

    @property
    def client(self) -> DiscordClient:
        """The library's client."""
        return self._rooms.client

    def room_for(self, words: str) -> int:
        """How many characters of a worker's own a reply may have: what has to be escaped takes the room of two."""
        return replies.room_for(words)

    @property
    def hears_all(self) -> bool:
        """Whether it hears what does not mention it: where the intent of message content is switched on."""
        return self._rooms.client.switches.content

    async def sign_in(self) -> None:
        """Learn from Discord who we are, what we may hear and what there is. A refused token is `NotPermitted`.

        The line is open from then on, for without it nothing can be told of any guild; what comes in by it is kept
        until `run`.
        """
        hush()
        client = DiscordClient(self._access, await switches(self._access), self._patience)
        try:
            with told():
                await client.login(self._access.token)
        except PlatformError:
            await client.close()
            raise
        watching = Watching(knows_members=client.switches.members)
        directory = DiscordDirectory(client, watching, self._locales, self._access.web_url)
        posting = Posting(client, directory, self._words, self._clock)
        telling = Telling(client, self._windows, self._words_for, self._clock)
        client.ears = early = Early()
        connection = asyncio.create_task(client.connect())
        history = History(client, directory)
        self._found = _Rooms(client, connection, early, watching, directory, posting, history, telling)
        await self._first_told(connection)

    async def run(self, handler: EventHandler, ready: Callable[[str], None]) -> None:
        """Listen until cancelled; then nothing more is taken in, and what was begun is finished."""
        client, watching, directory = self._rooms.client, self._rooms.watching, self._rooms.directory

        async def is_up() -> bool:
            return await client.is_up() and await hearing.idle()

        lines = Lines(handler, directory.forget, is_up)
        hearing = Hearing(handler, client, directory, watching, self._clock, lines.missed)
        steps = Interacting(
            self,
            handler,
            client,
            self._windows,
            self._rooms.telling,
            self._locales,
            self._clock,
            download,
            patience=self._patience.for_answers,
        )
        door = Door(client, hearing, watching, lines, self._rooms.posting.announce, steps)
        client.ears = self._door = door
        carrying, connection = asyncio.create_task(hearing.carry()), self._rooms.connection
        try:
            self._rooms.early.hand_over(door)
            await self._list_commands()
            ready(self._access.web_url)
            await asyncio.wait({connection})
            raise _ended(connection)
        finally:
            await lines.close()
            await door.shut()
            carrying.cancel()
            await client.close()
            await asyncio.gather(carrying, connection, return_exceptions=True)

    async def idle(self) -> None:
        """Return once nothing is under way of what has come in."""
        if self._door is not None:
            await self._door.idle()

    async def enter(self, channel: ChannelRef) -> None:
        """Do nothing where Understudy is: it is in each channel that it can view, and can go into no other."""
        if await self._rooms.directory.channel(channel) is None:
            raise NotPermitted("understudy is in no such channel", "elsewhere")

    async def post(self, reply: LabelledReply) -> MessageRef:
        """Post a reply in its thread; one that stands there already under the same key is not posted again."""
        return await self._rooms.posting.post(reply)

    async def posted_in(self, thread: ThreadRef) -> tuple[Posted, ...]:
        """Read the thread back: every double's reply that stands in it now."""
        return await self._rooms.posting.posted_in(thread)

    async def retract(self, ref: MessageRef, notice: str | None) -> None:
        """Take a double's reply away, leaving `notice` or no trace; anybody else's message is `NotPermitted`."""
        await self._rooms.posting.retract(ref, notice)

    async def tell(self, notice: Notice) -> None:
        """Show a notice to one person alone; a person who is not here is `NotPermitted`."""
        guild = ids.snowflake(notice.to.workspace) if notice.to.platform == ids.PLATFORM else None
        if guild is None or self._rooms.client.get_guild(guild) is None:
            raise NotPermitted("understudy is not in this guild", "elsewhere")
        await self._rooms.telling.tell(notice)

    async def is_rehearsal(self) -> bool:
        """Whether a loaded export is played: never in Discord."""
        return False

    async def history(
        self, author: WorkerRef, channel: ChannelRef, cursor: str | None, since: datetime | None = None
    ) -> HistoryPage:
        """Read one author's earlier messages in one channel, from the newest page back."""
        return await self._rooms.history.page(author, channel, cursor, since)

    async def close(self) -> None:
        """Close the connections."""
        if self._found is not None:
            await self._found.posting.close()
            await self._found.client.close()
            await asyncio.gather(self._found.connection, return_exceptions=True)

    @property
    def _rooms(self) -> _Rooms:
        if self._found is None:
            raise PlatformError("discord was not signed in to", "not_signed_in")
        return self._found

    async def _words_for(self, person: PersonRef) -> Words:
        """Return what says sentences to somebody: as they were last seen to read, whatever Discord tells of them now.

        Whoever has just done something is answered even where nothing is told of their guild for a while.
        """
        own = self._locales.of(person)
        if own:
            return Words(own, "UTC")
        found = await self._rooms.directory.person(person)
        return Words(found.locale or self._words.locale, "UTC") if found else self._words

    async def _list_commands(self) -> None:
        """Let Discord list our commands as they are now; where that fails, it lists what it did before."""
        client = self._rooms.client
        try:
            with told():
                await sync(client.http, client.application_id or 0)
        except PlatformError as error:
            log.warning("the commands could not be listed anew: %s", error.code)

    async def _first_told(self, connection: asyncio.Task[None]) -> None:
        """Return once Discord has told what there is."""
        is_ready = asyncio.create_task(self._rooms.client.wait_until_ready())
        try:
            done, _ = await asyncio.wait(
                {connection, is_ready}, timeout=LONGEST_START, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            is_ready.cancel()
        if connection.done():
            raise _ended(connection)
        if not done:
            raise Unreachable("discord's gateway does not say what there is", "no_gateway")


def _ended(connection: asyncio.Task[None]) -> PlatformError:
    """Return why the library has given up the line."""
    error = connection.exception()
    match error:
        case discord.PrivilegedIntentsRequired():
            return PlatformError("an intent was switched off for discord's application", NO_INTENTS)
        case discord.ConnectionClosed(code=code) if code == _TOKEN_REFUSED:
            return NotPermitted("discord refuses the token", "unauthorized")
        case discord.DiscordException() | OSError():
            return failure(error)
        case _:  # without an error of its own, or with one of the library's while it tried to connect at first
            return Unreachable("the line to discord has ended", NOT_LET_IN)
