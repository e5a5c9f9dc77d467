"""Cores that take notes, and that a test can wait for or hold up."""

from __future__ import annotations

import asyncio

from bot.events import MessageSaid
from tests.local_platform import RecordingHandler


class CountingCore(RecordingHandler):
    """Says when it was told of the line so many times."""

    def __init__(self, kind: str, times: int) -> None:
        super().__init__()
        self.is_told = asyncio.Event()
        self._wanted = (kind, times)

    async def heard(self, platform: str, workspace: str) -> None:
        await super().heard(platform, workspace)
        self._look()

    async def missed(self, platform: str, workspace: str) -> None:
        await super().missed(platform, workspace)
        self._look()

    def _look(self) -> None:
        kind, times = self._wanted
        if [told for told, *_ in self.line].count(kind) >= times:
            self.is_told.set()


class GatedCore(RecordingHandler):
    """Says when it is asked, and takes the message in when it may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.is_asked, self.may_go_on = asyncio.Event(), asyncio.Event()

    async def message_said(self, event: MessageSaid) -> None:
        self.is_asked.set()
        await self.may_go_on.wait()
        await super().message_said(event)
