"""What the local Discord's gateway keeps of an app: its open line, and the session that may outlive it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field

from aiohttp import web

from tests.discord.intents import Intent
from tests.discord.team import Json

DISPATCH = 0
PATIENCE = 30.0


@dataclass(eq=False)
class Link:
    """One open WebSocket, and what still has to go out by it."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    outbox: asyncio.Queue[Json | bytes] = field(default_factory=asyncio.Queue)

    def ask(self, sequence: int) -> None:
        """Ask, by a ping whose answer the library sends between two events, how far it has come.

        A heartbeat would be asked for in Discord's own words; but the library allows itself 110 of those a minute.
        """
        self.outbox.put_nowait(str(sequence).encode())

    def send(self, op: int, data: object = None, sequence: int | None = None, kind: str | None = None) -> None:
        """Let something go out, after what was sent before."""
        self.outbox.put_nowait({"op": op, "d": data, "s": sequence, "t": kind})

    async def write(self) -> None:
        """Write what is sent, in order, until the socket is gone."""
        while not self.socket.closed:
            try:
                found = await self.outbox.get()
                if isinstance(found, bytes):
                    await self.socket.ping(found)
                else:
                    await self.socket.send_str(json.dumps(found, ensure_ascii=False))
            except ConnectionError:
                return


@dataclass(eq=False)
class Session:
    """What one IDENTIFY began: every event since, and how far the app has come with them."""

    id: str
    intents: Intent
    events: list[tuple[str, Json]] = field(default_factory=list)
    reached: int = 0
    link: Link | None = None
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, kind: str, data: Json) -> None:
        """Bring an event now, or when the session is resumed; ask how far the app has come."""
        self.events.append((kind, data))
        if self.link is not None:
            self.link.send(DISPATCH, data, len(self.events), kind)
            self.link.ask(len(self.events))

    def reach(self, sequence: int) -> None:
        """Take note that the app has read this event and all before."""
        self.reached = max(self.reached, sequence)
        self.woken()

    def woken(self) -> None:
        """Let those who wait look again."""
        self.moved.set()
        self.moved = asyncio.Event()

    async def arrival(self) -> None:
        """Return once the app has read every event up to now, or has no line."""
        wanted = len(self.events)
        async with asyncio.timeout(PATIENCE):
            while self.reached < wanted and self.link is not None:
                await self.moved.wait()
