"""How the local Slack brings its news: over the app's WebSockets or by signed posts, again until acknowledged."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout, WSMsgType, web

from tests.slack.shapes import Json

RETRIES = 3


class NotAcknowledged(AssertionError):
    """The app did not acknowledge what Slack sends once alone: a command, a button, a form."""


@dataclass(eq=False)
class Link:
    """One open WebSocket."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    gone: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(eq=False)
class Delivery:
    """One thing to bring: its kind in Socket Mode's words, its payload, and how often it was tried."""

    kind: str
    payload: Json
    envelope: str
    attempts: int = 0
    reason: str = ""
    answers: list[object] = field(default_factory=list)


class Deliveries:
    """Brings news by whichever way the app listens. What is not acknowledged stays owed and is brought again.

    Slack waits three seconds, then tries at once, after a minute and after five; here what is owed is tried before
    the next news or by `bring_again`, thrice at most. `copies` brings everything so many times, at once.
    """

    def __init__(self, signing_secret: str) -> None:
        self.signing_secret = signing_secret
        self.endpoint = ""
        self.patience = 30.0
        self.copies = 1
        self.open: list[Link] = []
        self.connected = asyncio.Event()
        self.links = 0
        self.brought: list[Delivery] = []
        self.owed: list[Delivery] = []
        self.dropped: list[Delivery] = []
        self.is_held = False
        self._begun = asyncio.Event()
        self._waiting: dict[str, list[asyncio.Future[Json]]] = {}
        self._turn = 0
        self._number = 0

    async def event(self, payload: Json) -> None:
        """Bring an event; what was owed before goes first."""
        delivery = self._new("events_api", payload)
        if self.is_held:
            self.owed.append(delivery)
            return
        await self.bring_again()
        await self._bring([delivery])

    async def bring_again(self, order: Iterable[Delivery] | None = None) -> None:
        """Try again what is owed, in its order or another."""
        due = list(self.owed if order is None else order)
        self.owed = [delivery for delivery in self.owed if delivery not in due]
        await self._bring(due)

    async def once(self, kind: str, payload: Json) -> Json:
        """Bring what is brought once alone, and return the acknowledgement's body."""
        answer = await self._attempt(self._new(kind, payload))
        if answer is None:
            raise NotAcknowledged(kind)
        return answer

    async def is_under_way(self) -> None:
        """Return once something is on its way that was not before."""
        self._begun.clear()
        await self._begun.wait()

    async def _bring(self, due: list[Delivery]) -> None:
        for delivery in due:
            for _ in range(max(1, self.copies) - 1):
                await self._attempt(delivery)
            if await self._attempt(delivery) is not None:
                continue
            (self.owed if delivery.attempts <= RETRIES else self.dropped).append(delivery)

    def _new(self, kind: str, payload: Json) -> Delivery:
        self._number += 1
        delivery = Delivery(kind, payload, f"envelope-{self._number}")
        self.brought.append(delivery)
        return delivery

    async def _attempt(self, delivery: Delivery) -> Json | None:
        """Return the acknowledgement's body, or None without one."""
        delivery.attempts += 1
        self._begun.set()
        try:
            answer = await (self._post(delivery) if self.endpoint else self._send(delivery))
        except (TimeoutError, ConnectionError, ClientError) as error:
            delivery.reason = "timeout" if isinstance(error, TimeoutError) else "http_error"
            answer = None
        delivery.answers.append(answer)
        return answer

    # ------------------------------------------------------------ by Socket Mode

    async def _send(self, delivery: Delivery) -> Json:
        """Send an envelope through one of the sockets, taken in turn."""
        self._turn += 1
        if not self.open:
            raise ConnectionError
        link = self.open[self._turn % len(self.open)]
        acknowledged: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(delivery.envelope, []).append(acknowledged)
        retry = {"retry_attempt": delivery.attempts - 1, "retry_reason": delivery.reason}
        envelope = {
            "envelope_id": delivery.envelope,
            "payload": delivery.payload,
            "type": delivery.kind,
            "accepts_response_payload": delivery.kind != "events_api",
            **(retry if delivery.kind == "events_api" else {}),
        }
        await link.socket.send_json(envelope)
        gone = asyncio.ensure_future(link.gone.wait())
        either: set[asyncio.Future[Any]] = {acknowledged, gone}
        await asyncio.wait(either, timeout=self.patience, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if not acknowledged.done():
            raise TimeoutError
        return acknowledged.result()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Be one WebSocket: hello, then acknowledgements until it is closed."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        link = Link(socket, request.transport)
        self.open.append(link)
        self.links += 1
        hello = {"type": "hello", "num_connections": len(self.open), "connection_info": {"app_id": "A0UNDER"}}
        await socket.send_json({**hello, "debug_info": {"host": "local", "approximate_connection_time": 18060}})
        self.connected.set()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledge(json.loads(message.data))
        finally:
            link.gone.set()
            self.open.remove(link)
        return socket

    def _acknowledge(self, answer: Json) -> None:
        for waiting in self._waiting.pop(answer["envelope_id"], []):
            if not waiting.done():
                waiting.set_result(answer.get("payload") or {})

    async def disconnect(self, reason: str, *, is_closing: bool = True) -> None:
        """Announce the end of every open socket, and close it as Slack does soon after."""
        self.connected.clear()
        for link in list(self.open):
            await link.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}})
            if is_closing:
                await link.socket.close()

    def cut(self) -> None:
        """Break every connection without a word."""
        self.connected.clear()
        for link in list(self.open):
            if link.transport is not None:
                link.transport.abort()

    # ------------------------------------------------------------ by HTTP

    async def _post(self, delivery: Delivery) -> Json:
        """Post signed, as Slack does; anything but 200 counts as failed."""
        headers = {}
        if delivery.kind == "events_api":
            body, content = json.dumps(delivery.payload), "application/json"
            if delivery.attempts > 1:
                reason = "http_timeout" if delivery.reason == "timeout" else "http_error"
                headers = {"x-slack-retry-num": str(delivery.attempts - 1), "x-slack-retry-reason": reason}
        else:
            is_command = delivery.kind == "slash_commands"
            form = delivery.payload if is_command else {"payload": json.dumps(delivery.payload)}
            body, content = urlencode(form), "application/x-www-form-urlencoded"
        status, answer = await self.post_raw(body, {"Content-Type": content, **self.signed(body), **headers})
        if status != 200:
            raise ConnectionError
        return answer

    def signed(self, body: str, at: float | None = None) -> dict[str, str]:
        """Return the two headers of a body signed at a moment, now if none is given."""
        stamp = str(int(time.time() if at is None else at))
        base = f"v0:{stamp}:{body}".encode()
        digest = hmac.new(self.signing_secret.encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    async def post_raw(self, body: str, headers: dict[str, str]) -> tuple[int, Json]:
        """Post anything to the app's endpoint; return the status and the JSON, if it is some."""
        async with (
            ClientSession(timeout=ClientTimeout(self.patience)) as session,
            session.post(self.endpoint, data=body.encode(), headers=headers) as response,
        ):
            text = await response.text()
            is_json = response.content_type == "application/json" and text
            answer: Any = json.loads(text) if is_json else {"text": text} if text else {}
            return response.status, answer
