"""The workspace's store as a whole, and the one thread that may touch it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlcipher3 import dbapi2

from adapters.web.conversation import Conversation
from adapters.web.notice_board import NoticeBoard
from adapters.web.stamps import Stamper
from adapters.web.tables import open_database, platform_error, remove_database
from adapters.web.team import Team
from bot.clock import Clock

T = TypeVar("T")


class Workspace:
    """The local workspace's own store. Synchronous, used from one thread at a time; failures are `PlatformError`.

    A rehearsal is a workspace that was filled from a chat export.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._database = open_database(folder)
        self.team = Team(self._database)
        self.conversation = Conversation(self._database)
        self.notices = NoticeBoard(self._database)
        self.stamper = Stamper(clock, self.conversation.last_stamp())

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all that is done in the block, or nothing of it."""
        try:
            with self._database.atomic():
                yield
        except dbapi2.Error as error:
            raise platform_error(error) from error

    def clear(self) -> None:
        """Forget everyone and everything that was said; within a transaction it can still be taken back."""
        for table in self._database.tables:
            self._database.execute(f"DELETE FROM {table.name}")  # noqa: S608 - our own tables

    @property
    def is_empty(self) -> bool:
        """Whether nobody is here yet."""
        return len(self.team.people()) == 1

    @property
    def is_rehearsal(self) -> bool:
        """Whether it was filled from a chat export."""
        return self.fact("is_rehearsal") == "yes"

    def fact(self, name: str) -> str:
        """Return a fact noted about the workspace; empty if it never was."""
        row = self._database.execute("SELECT value FROM meta WHERE name = ?", [name]).fetchone()
        return str(row[0]) if row else ""

    def note(self, name: str, value: str) -> None:
        """Note a fact about the workspace."""
        self._database.table("meta").upsert({"name": name, "value": value})

    def close(self) -> None:
        """Close the file."""
        self._database.close()


class WorkspaceThread:
    """Runs work on the workspace, in order, on a thread of its own, so that the event loop never waits for a disk."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="workspace")
        self._is_closed = False
        self._workspace = self._thread.submit(Workspace, folder, clock).result()

    async def run(self, work: Callable[[Workspace], T]) -> T:
        """Run a piece of work and return what it returns; the database's failures become `PlatformError`."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work, self._workspace)
        except dbapi2.Error as error:
            raise platform_error(error) from error

    def close(self) -> None:
        """Finish what was begun and close the file; once more is harmless."""
        if not self._is_closed:
            self._is_closed = True
            self._thread.submit(self._workspace.close).result()
            self._thread.shutdown()


def reset_workspace(folder: Path) -> None:
    """Delete the workspace with all that was said in it."""
    remove_database(folder)
