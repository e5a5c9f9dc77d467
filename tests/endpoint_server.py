"""An OpenAI-compatible endpoint on loopback that answers, and misbehaves, exactly as a test says: bytes on a socket."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Reply = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
DRIP_SECONDS = 0.02
BLOCK = b" " * 65_536


@dataclass(frozen=True)
class Received:
    """A request as it came in."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]


@dataclass
class EndpointServer:
    """Gives its replies in order, and the last one again and again; every connection ends with its reply."""

    address: str = ""
    replies: deque[Reply] = field(default_factory=deque)
    received: list[Received] = field(default_factory=list)
    flooded: int = 0

    def will(self, *replies: Reply) -> None:
        """Set what comes next."""
        self.replies = deque(replies)

    def flood(self, total: int, *, is_declared: bool) -> Reply:
        """Send a JSON text of so many bytes, in blocks, and count those that were taken."""

        async def reply(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            length = f"Content-Length: {total}\r\n" if is_declared else ""
            writer.write(f"HTTP/1.1 200 OK\r\n{length}Connection: close\r\n\r\n".encode())
            for _ in range(total // len(BLOCK)):
                writer.write(BLOCK)
                await writer.drain()
                self.flooded += len(BLOCK)

        return reply

    async def serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read one request and reply."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in head[1:] if line)}
            sent = await reader.readexactly(int(headers["content-length"]))
            self.received.append(Received(head[0].split()[1], headers, json.loads(sent)))
            reply = self.replies.popleft() if len(self.replies) > 1 else self.replies[0]
            await reply(reader, writer)
        with suppress(ConnectionError):
            writer.close()
            await writer.wait_closed()


@asynccontextmanager
async def endpoint_server() -> AsyncIterator[EndpointServer]:
    """Serve until the end of the block, then end every connection."""
    endpoint = EndpointServer()
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        await endpoint.serve_one(reader, writer)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    endpoint.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield endpoint
    finally:
        server.close()
        await asyncio.gather(*tasks)


def raw(written: bytes) -> Reply:
    """Send these bytes and hang up."""

    async def reply(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(written)
        await writer.drain()

    return reply


def status(code: int, body: object = None, **headers: str) -> Reply:
    """Send a status with a JSON body and headers, whose names are written with underscores."""
    text = json.dumps({} if body is None else body)
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {code} Some Reason\r\n{lines}Content-Length: {len(text)}\r\nConnection: close\r\n\r\n"
    return raw((head + text).encode("latin-1"))


def complaint(code: int, message: str) -> Reply:
    """Refuse as OpenAI does."""
    return status(code, {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}})


def said(text: object, finish: object = "stop", usage: object = None, **message: object) -> Reply:
    """Answer a chat completion."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text, **message}, "finish_reason": finish}
    return status(200, {"id": "1", "object": "chat.completion", "choices": [choice], "usage": usage})


def embedded(*vectors: object, places: list[object] | None = None, usage: object = None) -> Reply:
    """Answer with embeddings, in places that are those of the list if not said otherwise."""
    where = list(range(len(vectors))) if places is None else places
    data = [{"object": "embedding", "index": i, "embedding": v} for i, v in zip(where, vectors, strict=True)]
    return status(200, {"object": "list", "data": data, "usage": usage})


async def silence(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Say nothing until the other side has gone."""
    await reader.read()


async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send a byte every 20 ms, without end: no single wait is long."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    loop = asyncio.get_running_loop()

    def drip() -> None:
        if not writer.is_closing():
            writer.write(b" ")
            loop.call_later(DRIP_SECONDS, drip)

    drip()
    await reader.read()
