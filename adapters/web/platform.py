"""The local workspace as a chat platform of the core."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from adapters.web import translate
from adapters.web.changes import Changes
from adapters.web.directory import LocalDirectory
from adapters.web.records import MessageRecord
from adapters.web.stamps import microseconds, stamp_at
from adapters.web.translate import PLATFORM, message_ref
from adapters.web.workspace import Workspace, WorkspaceThread
from bot.clock import Clock
from bot.errors import NotPermitted
from bot.guard import LIMIT
from bot.labelling import LabelledReply
from bot.ports import Directory, EventHandler, HistoryPage, Posted
from bot.refs import ChannelRef, MessageRef, ThreadRef, WorkerRef
from bot.views import Notice

HISTORY_PAGE = 200


class LocalWorkspace:
    """A small team chat on this machine alone. `folder` is where its own file stands; port 0 takes any free port.

    Understudy is the person `UNDERSTUDY` here and is in every channel. `locale` and `time_zone` are those of people
    who come without their own.
    """

    def __init__(self, folder: Path, clock: Clock, port: int, *, locale: str = "en", time_zone: str = "UTC") -> None:
        self.clock = clock
        self.port = port
        self.locale = locale
        self.time_zone = time_zone
        self.workspace = WorkspaceThread(folder, clock)
        self.changes = Changes()
        self._directory = LocalDirectory(self.workspace, lambda: self.address)

    @property
    def name(self) -> str:
        """The platform's name, as it stands in references."""
        return PLATFORM

    @property
    def directory(self) -> Directory:
        """Who and what there is."""
        return self._directory

    @property
    def address(self) -> str:
        """Where the page stands."""
        return f"http://127.0.0.1:{self.port}"

    async def run(self, handler: EventHandler, ready: Callable[[str], None]) -> None:
        """Tell the handler what it has not heard of yet, then serve the page until cancelled.

        A taken port is a `PlatformError` with code `port_taken`.
        """
        from adapters.web.server import serve  # noqa: PLC0415 - the HTTP library is only loaded by who serves

        await serve(self, handler, ready)

    def room_for(self, words: str) -> int:
        """As much as the box in which a draft is edited takes."""
        del words
        return LIMIT

    @property
    def hears_all(self) -> bool:
        """Whether it hears what does not mention it: always."""
        return True

    async def enter(self, channel: ChannelRef) -> None:
        """Be in a channel, as Understudy is in every one here; one that is not here is `NotPermitted`."""
        if await self._directory.channel(channel) is None:
            raise NotPermitted("the channel is gone")

    async def post(self, reply: LabelledReply) -> MessageRef:
        """Post a reply in its thread; a reply that stands there already under the same key is not posted again."""

        def post(workspace: Workspace) -> MessageRecord:
            if earlier := workspace.conversation.find_key(reply.key):
                return earlier
            _check_place(workspace, reply.thread)
            names = {person.id: translate.person(person).name for person in workspace.team.people()}
            message = translate.reply(reply, workspace.stamper.next(), names)
            workspace.conversation.add(message)
            return message

        message = await self.workspace.run(post)
        self.changes.announce()
        return message_ref(message.channel, message.ts)

    async def posted_in(self, thread: ThreadRef) -> tuple[Posted, ...]:
        """Read the thread back: every double's reply that stands in it now."""
        found = await self.workspace.run(
            lambda w: w.conversation.replies_by_doubles(thread.channel.channel, thread.root)
        )
        return tuple(map(translate.posted, found))

    async def retract(self, ref: MessageRef, notice: str | None) -> None:
        """Take a double's reply away, leaving `notice` or no trace; anybody else's message is `NotPermitted`."""

        def retract(workspace: Workspace) -> None:
            message = workspace.conversation.find(ref.channel.channel, ref.stamp)
            if message is None or message.is_deleted or (message.is_retracted and notice is not None):
                return
            if not message.key:
                raise NotPermitted("only a double's reply can be taken back")
            workspace.conversation.retract(message, notice, workspace.stamper.next())

        await self.workspace.run(retract)
        self.changes.announce()

    async def tell(self, notice: Notice) -> None:
        """Show a notice to one person alone; a person who is not here is `NotPermitted`."""

        def tell(workspace: Workspace) -> None:
            if workspace.team.person(notice.to.person) is None:
                raise NotPermitted("the person is not in this workspace")
            workspace.notices.put(notice)

        await self.workspace.run(tell)
        self.changes.announce()

    async def is_rehearsal(self) -> bool:
        """Whether a loaded export is played."""
        return await self.workspace.run(lambda workspace: workspace.is_rehearsal)

    async def history(
        self, author: WorkerRef, channel: ChannelRef, cursor: str | None, since: datetime | None = None
    ) -> HistoryPage:
        """Read one author's messages in one channel, oldest first; the cursor is the last stamp read."""

        def read(workspace: Workspace) -> tuple[tuple[MessageRecord, ...], bool]:
            found = workspace.team.channel(channel.channel)
            if found is None or not found.is_readable_by(author.person):
                raise NotPermitted("the channel is gone or is not open to this person")
            first = microseconds(stamp_at(since)) - 1 if since else -1
            after = microseconds(cursor) if cursor else first
            page = workspace.conversation.by_author(author.person, channel.channel, after, HISTORY_PAGE)
            return page, not found.is_private

        page, is_public = await self.workspace.run(read)
        is_last = len(page) < HISTORY_PAGE
        return HistoryPage(tuple(translate.said(m, is_public) for m in page), None if is_last else page[-1].ts)

    async def close(self) -> None:
        """Close the workspace's file; what was begun is finished first."""
        await asyncio.to_thread(self.workspace.close)


def _check_place(workspace: Workspace, thread: ThreadRef) -> None:
    if workspace.team.channel(thread.channel.channel) is None:
        raise NotPermitted("the channel is gone")
    if thread.root and workspace.conversation.find(thread.channel.channel, thread.root) is None:
        raise NotPermitted("the thread is gone")
