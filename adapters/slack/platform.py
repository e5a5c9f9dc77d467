"""Slack as a chat platform of the core: one workspace, as the bot that its token is of."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from adapters.chat.line import Line
from adapters.chat.open_windows import OpenWindows
from adapters.slack.access import Access
from adapters.slack.app import Door, bolt_app
from adapters.slack.calls import Calls
from adapters.slack.directory import SlackDirectory
from adapters.slack.discretion import hush
from adapters.slack.hearing import Hearing
from adapters.slack.history import History
from adapters.slack.ids import PLATFORM, Installation
from adapters.slack.interacting import Interacting
from adapters.slack.listening import http_mode, socket_mode
from adapters.slack.posting import Posting
from adapters.slack.telling import Telling
from adapters.slack.transfers import SlackTransfers
from bot.clock import Clock
from bot.errors import NotPermitted, PlatformError
from bot.guard import LIMIT
from bot.labelling import LabelledReply
from bot.platform_ports import Directory, EventHandler, HistoryPage, Posted
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef, WorkerRef
from bot.views import Notice
from bot.words import Words

log = logging.getLogger("understudy.slack")
IsUp = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class _Rooms:
    """What is there once Slack has said who we are."""

    here: Installation
    directory: SlackDirectory
    posting: Posting
    history: History
    transfers: SlackTransfers
    telling: Telling


class SlackWorkspace:
    """A Slack workspace. `sign_in` comes first; `locale` is the language of what is said to a whole channel.

    `lets_guests`: guests may have doubles too.
    """

    def __init__(
        self,
        access: Access,
        clock: Clock,
        *,
        locale: str = "en",
        lets_guests: bool = False,
        ping_seconds: float = 10,
    ) -> None:
        self._access = access
        self._clock = clock
        self._words = Words(locale)
        self._lets_guests = lets_guests
        self._ping_seconds = ping_seconds
        self._calls = Calls(access.bot_token, access.api_url)
        self._windows = OpenWindows()
        self._found: _Rooms | None = None
        self._line: Line | None = None

    @property
    def name(self) -> str:
        """The platform's name, as it stands in references."""
        return PLATFORM

    @property
    def directory(self) -> Directory:
        """Who and what there is."""
        return self._rooms.directory

    def room_for(self, words: str) -> int:
        """As much as a draft may have: Slack has more room."""
        del words
        return LIMIT

    @property
    def hears_all(self) -> bool:
        """Whether it hears what does not mention it: always, the core's scopes let it."""
        return True

    @property
    def installation(self) -> Installation:
        """Where Understudy is installed, and as whom."""
        return self._rooms.here

    async def sign_in(self) -> None:
        """Learn from Slack who we are and what we may do. A token that is not taken is `NotPermitted`."""
        hush()
        told, headers = await self._calls.call_with_headers("auth.test")
        here = Installation(
            team=str(told.get("team_id") or ""),
            enterprise=str(told.get("enterprise_id") or ""),
            user=str(told.get("user_id") or ""),
            bot=str(told.get("bot_id") or ""),
            handle=str(told.get("user") or ""),
            url=f"{str(told.get('url') or '').rstrip('/')}/",
            scopes=frozenset(filter(None, (scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")))),
        )
        if not (here.team and here.user and here.bot):
            raise NotPermitted("the slack token is no bot's", "not_a_bot")
        directory = SlackDirectory(self._calls, here, self._clock)
        transfers = SlackTransfers(self._calls, self._access.bot_token, self._calls.client.base_url)
        self._found = _Rooms(
            here,
            directory,
            Posting(self._calls, here, directory, self._words, self._clock, shows_names=self._access.shows_names),
            History(self._calls, here, directory),
            transfers,
            Telling(self._calls, transfers, self._windows, self._words_for, self._clock),
        )

    async def run(self, handler: EventHandler, ready: Callable[[str], None]) -> None:
        """Listen until cancelled; then nothing more is taken in, and what was begun is finished."""
        rooms = self._rooms
        interacting = Interacting(self, handler, rooms.here, self._calls, rooms.transfers, self._windows, rooms.telling)
        thinking = self._words.say("slack_channel.thinking")
        hearing = Hearing(
            handler,
            rooms.here,
            self._calls,
            rooms.directory,
            rooms.posting,
            thinking,
            lets_guests=self._lets_guests,
        )
        door = Door(hearing, interacting)
        async with self._listening(door) as (address, is_up):
            line = Line(handler, PLATFORM, rooms.here.workspace, rooms.directory.forget, is_up)
            self._line = line
            beside = [asyncio.create_task(line.keep()), asyncio.create_task(self._warm())]
            try:
                ready(address)
                await asyncio.Event().wait()
            finally:
                await _ended(beside)
                await door.shut()
                await line.tell()

    async def enter(self, channel: ChannelRef) -> None:
        """Go into a public channel, and say in it that Understudy is there; harmless where it is in it already."""
        self._check_home(channel)
        if await self._rooms.directory.channel(channel) is not None:
            return
        await self._calls.call("conversations.join", channel=channel.channel)
        self._rooms.directory.look_again(channel.channel)
        try:
            await self._rooms.posting.announce(channel)
        except PlatformError as error:  # Slack tells us that we came in: then it is said
            log.info("a channel could not be told that Understudy is in it: %s", error.code)

    async def post(self, reply: LabelledReply) -> MessageRef:
        """Post a reply in its thread; one that stands there already under the same key is not posted again."""
        self._check_home(reply.thread.channel)
        return await self._rooms.posting.post(reply)

    async def posted_in(self, thread: ThreadRef) -> tuple[Posted, ...]:
        """Read the thread back: every double's reply that stands in it now."""
        self._check_home(thread.channel)
        return await self._rooms.posting.posted_in(thread)

    async def retract(self, ref: MessageRef, notice: str | None) -> None:
        """Take a double's reply away, leaving `notice` or no trace; anybody else's message is `NotPermitted`."""
        self._check_home(ref.channel)
        await self._rooms.posting.retract(ref, notice)

    async def tell(self, notice: Notice) -> None:
        """Show a notice to one person alone; a person who is not here is `NotPermitted`."""
        self._check_home(notice.to)
        await self._rooms.telling.tell(notice)

    async def is_rehearsal(self) -> bool:
        """Whether a loaded export is played: never in Slack."""
        return False

    async def history(
        self, author: WorkerRef, channel: ChannelRef, cursor: str | None, since: datetime | None = None
    ) -> HistoryPage:
        """Read one author's earlier messages in one channel, from the newest page back."""
        return await self._rooms.history.page(author, channel, cursor, since)

    async def close(self) -> None:
        """Close the connections."""
        await self._calls.close()

    @property
    def _rooms(self) -> _Rooms:
        if self._found is None:
            raise PlatformError("slack was not signed in to", "not_signed_in")
        return self._found

    @asynccontextmanager
    async def _listening(self, door: Door) -> AsyncIterator[tuple[str, IsUp]]:
        """Listen in the way that was set; give an address, and what tells whether Slack can reach us."""
        app = bolt_app(self._calls, door, self._access.signing_secret)
        if not self._access.app_token:
            async with http_mode(app, self._access) as address:
                yield address, _always
            return
        async with socket_mode(app, self._calls, self._access, self._connected, self._ping_seconds) as is_up:
            yield self._rooms.here.url, is_up

    def _connected(self) -> None:
        if self._line is not None:  # the first connection comes before there is one
            self._line.renewed()

    async def _warm(self) -> None:
        """Learn who there is before somebody is asked for by name."""
        try:
            await self._rooms.directory.people.everybody()
        except PlatformError as error:
            log.warning("the people of the workspace could not be read yet: %s", error.code)

    async def _words_for(self, person: PersonRef) -> Words:
        found = await self._rooms.directory.person(person)
        return Words(found.locale, found.time_zone) if found else self._words

    def _check_home(self, ref: PersonRef | ChannelRef) -> None:
        if not self._rooms.here.is_home_of(ref):
            raise NotPermitted("a reference of another workspace", "elsewhere")


async def _always() -> bool:
    """Whether requests can reach us, as far as we can tell."""
    return True


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
