"""The local workspace as the suites drive it: served over real HTTP, with a core behind it that only takes notes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from adapters.web.platform import LocalWorkspace
from bot.clock import Clock, TestClock
from bot.events import AccessLost, ActionTaken, Command, MessageDeleted, MessageSaid, ThreadDeleted
from bot.refs import ChannelRef, PersonRef
from bot.views import Answer, InboxItem, Refusal, Text, View
from tests.running_platform import until_left

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class RecordingHandler:
    """A core that takes notes of what it hears. What it answers, and whether it fails, is set by the test."""

    events: list[MessageSaid | MessageDeleted] = field(default_factory=list)
    lost: list[AccessLost] = field(default_factory=list)
    threads_deleted: list[ThreadDeleted] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    actions: list[ActionTaken] = field(default_factory=list)
    answer: Answer | Refusal = Answer(text="done")  # noqa: RUF009 - an immutable value
    items: tuple[InboxItem, ...] = ()
    failure: Exception | None = None
    settled: int = 0
    line: list[tuple[str, str, str]] = field(default_factory=list)

    async def message_said(self, event: MessageSaid) -> None:
        self._note(event)

    async def thread_deleted(self, event: ThreadDeleted) -> None:
        self._fail()
        self.threads_deleted.append(event)

    async def message_deleted(self, event: MessageDeleted) -> None:
        self._note(event)

    async def access_lost(self, event: AccessLost) -> None:
        self._fail()
        self.lost.append(event)

    async def command(self, command: Command) -> Answer | Refusal:
        self._fail()
        self.commands.append(command)
        return self.answer

    async def act(self, action: ActionTaken) -> Answer | Refusal:
        self._fail()
        self.actions.append(action)
        return self.answer

    async def inbox(self, person: PersonRef) -> tuple[InboxItem, ...]:
        return self.items

    async def home(self, person: PersonRef, channel: ChannelRef | None = None) -> View:
        return View("home", "My double", (Text("Nothing yet"),))

    async def heard(self, platform: str, workspace: str) -> None:
        self._fail()
        self.line.append(("heard", platform, workspace))

    async def missed(self, platform: str, workspace: str) -> None:
        self._fail()
        self.line.append(("missed", platform, workspace))

    async def settle(self) -> None:
        self.settled += 1

    @property
    def said(self) -> list[MessageSaid]:
        return [event for event in self.events if isinstance(event, MessageSaid)]

    @property
    def deleted(self) -> list[MessageDeleted]:
        return [event for event in self.events if isinstance(event, MessageDeleted)]

    def _note(self, event: MessageSaid | MessageDeleted) -> None:
        self._fail()
        self.events.append(event)

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure


@dataclass
class Reply:
    """What came back: the status, the headers, and the JSON, or None where it is none."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def code(self) -> str:
        """The error's code; a sentence must stand beside it."""
        error = self.body["error"]
        assert error["sentence"]
        return str(error["code"])


class LocalClient:
    """Speaks JSON with a served workspace."""

    def __init__(self, session: ClientSession, address: str) -> None:
        self._session = session
        self.address = address

    async def get(self, path: str, **headers: str) -> Reply:
        return await self.send("GET", path, headers=headers)

    async def post(self, path: str, **body: Any) -> Reply:
        return await self.send("POST", path, json=body)

    async def say(self, person: str, channel: str, text: str, **more: Any) -> dict[str, Any]:
        reply = await self.send("POST", "/api/messages", json={"as": person, "channel": channel, "text": text, **more})
        assert reply.status == 201, reply.body
        return dict(reply.body)

    async def send(self, method: str, path: str, **options: Any) -> Reply:
        async with self._session.request(method, self.address + path, **options) as response:
            is_json = response.content_type == "application/json"
            body = await response.json() if is_json else await response.text()
            return Reply(response.status, body, dict(response.headers))

    async def found_team(self) -> None:
        """Let two people and two channels in: U1 and U2, public C1, private C2 of U1 alone."""
        await self.post("/api/people", id="U1", name="Ada Brook", handle="ada")
        await self.post("/api/people", id="U2", name="陈伟", handle="wei", locale="zh-CN", time_zone="Asia/Shanghai")
        await self.post("/api/channels", id="C1", name="garden")
        await self.post("/api/channels", id="C2", name="shed", private=True, members=["U1"])


@asynccontextmanager
async def served(
    folder: Path, handler: RecordingHandler, clock: Clock | None = None, locale: str = "en"
) -> AsyncIterator[tuple[LocalWorkspace, LocalClient]]:
    """Serve a workspace on a free port; leaving the block cancels `run` as the process's end would."""
    platform = LocalWorkspace(folder, clock or TestClock(MONDAY), 0, locale=locale)
    try:
        async with until_left(platform, handler) as address, ClientSession() as session:
            yield platform, LocalClient(session, address)
    finally:
        await platform.close()
