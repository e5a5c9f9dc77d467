"""The local Discord's REST API: which route, with which token, what came in, and what goes wrong on demand."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import traceback
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.discord.faults import Trouble
from tests.discord.team import Json, Refused

Handler = Callable[["Asked"], Awaitable[object]]
Judge = Callable[["Asked"], Iterable[str]]
LIMIT = 50
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Asked:
    """A call as it came in: `route` is `METHOD /path/{template}`, `path` what stood in its places."""

    method: str
    route: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None
    files: tuple[tuple[str, bytes], ...] = ()

    def id(self, name: str) -> int:
        """Return an id out of the address."""
        return snowflake_in(self.path[name])


@dataclass(frozen=True)
class Call:
    """A call, and how it was answered: 0 as the status where the line was cut."""

    asked: Asked
    status: int
    answer: Any = None


def snowflake_in(value: object) -> int:
    """Read an id as Discord does; anything else is a bad form."""
    text = str(value)
    if not re.fullmatch(r"[0-9]{1,20}", text):
        raise invalid(f'Value "{text}" is not snowflake.')
    return int(text)


def invalid(*complaints: str) -> Refused:
    """Return the refusal of a body or an address that is not as it has to be."""
    errors = {"_errors": [{"code": "INVALID", "message": complaint} for complaint in complaints]}
    return Refused(400, 50035, "Invalid Form Body", errors=errors)


def limit_of(query: Mapping[str, str], *, usual: int, most: int) -> int:
    """Return how many things a call wants on a page."""
    limit = int(query.get("limit") or usual)
    if not 1 <= limit <= most:
        raise invalid(f"int value should be between 1 and {most}.")
    return limit


def is_true(value: str | None) -> bool:
    """Whether an argument in an address says yes."""
    return (value or "").lower() in {"true", "1"}


def unknown(what: str, code: int) -> Refused:
    """Return the refusal of what is not there."""
    return Refused(404, code, f"Unknown {what}")


class RestApi:
    """Answers `/api/v10/…`. `trouble` is what the next calls of a route meet; `calls` is the journal.

    `judge` sees every call before it takes effect; what it says against one answers it with a 400 and stands in
    `complaints`, as do routes that nobody offers and handlers that fail: they fail the test at the end.
    """

    def __init__(self, token: str) -> None:
        self.token = token
        self.is_revoked = False
        self.trouble: dict[str, deque[Trouble]] = defaultdict(deque)
        self.calls: list[Call] = []
        self.complaints: list[str] = []
        self.judge: Judge = lambda _asked: ()
        self._routes: list[tuple[str, str, re.Pattern[str], Handler, bool]] = []
        self._next_call = asyncio.Event()

    def add(self, method: str, template: str, handler: Handler, *, is_open: bool = False) -> None:
        """Offer a route; of two that fit, the one with fewer places is taken. An open one needs no bot token."""
        pattern = re.compile(_PLACE.sub(r"(?P<\1>[^/]+)", template))
        self._routes.append((method, template, pattern, handler, is_open))
        self._routes.sort(key=lambda route: route[1].count("{"))

    def called(self, route: str) -> list[Asked]:
        """Return every call of a route that went well."""
        return [call.asked for call in self.calls if call.asked.route == route and 200 <= call.status < 300]

    async def until(self, condition: Callable[[], object]) -> None:
        """Return as soon as something holds that a call brings about."""
        async with asyncio.timeout(60):
            while not condition():
                await self._next_call.wait()

    def woken(self) -> None:
        """Let those who wait look again."""
        self._next_call.set()
        self._next_call = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        path = "/" + request.match_info["path"]
        route, handler, places, is_open = self._found(request.method, path)
        body, files = await read_body(request)
        asked = Asked(request.method, route, places, dict(request.query), body, files)
        waiting = self.trouble.get(route)
        trouble = waiting.popleft() if waiting else None
        if trouble is not None and not trouble.takes_effect:
            return self._troubled(request, asked, trouble)
        status, answer = await self._outcome(asked, handler, _allowed(request, self, is_open=is_open))
        if trouble is not None:
            return self._troubled(request, asked, trouble)
        self.calls.append(Call(asked, status, answer))
        self.woken()
        return _response(status, answer, self._limits(route))

    def _found(self, method: str, path: str) -> tuple[str, Handler, Mapping[str, str], bool]:
        for offered, template, pattern, handler, is_open in self._routes:
            found = pattern.fullmatch(path) if offered == method else None
            if found:
                return f"{method} {template}", handler, found.groupdict(), is_open
        return f"{method} {path}", self._nothing_there, {}, False

    async def _nothing_there(self, asked: Asked) -> object:
        self.complaints.append(f"nobody offers {asked.route}")
        raise Refused(404, 0, "404: Not Found")

    async def _outcome(self, asked: Asked, handler: Handler, refusal: Refused | None) -> tuple[int, Any]:
        try:
            self._judge(asked, refusal)
            answer = await handler(asked)
        except Refused as refused:
            return refused.status, refused.body
        except Exception:  # noqa: BLE001 - a 500 would be repeated by the library; it is told at the test's end
            self.complaints.append(f"{asked.route} failed: {traceback.format_exc()}")
            return 418, {"message": "the local Discord failed", "code": 0}
        return (204, None) if answer is None else (200, answer)

    def _judge(self, asked: Asked, refusal: Refused | None) -> None:
        if refusal is not None:
            raise refusal
        complaints = list(self.judge(asked))
        if complaints:
            self.complaints += [f"{asked.route}: {complaint}" for complaint in complaints]
            raise invalid(*complaints)

    def _troubled(self, request: web.Request, asked: Asked, trouble: Trouble) -> web.StreamResponse:
        self.calls.append(Call(asked, 0 if trouble.is_cut else trouble.status))
        self.woken()
        return trouble.answer(request)

    def _limits(self, route: str) -> dict[str, str]:
        bucket = hashlib.sha256(route.encode()).hexdigest()[:32]
        return {
            "X-RateLimit-Limit": str(LIMIT),
            "X-RateLimit-Remaining": str(LIMIT - 1),
            "X-RateLimit-Reset": "4102444800.000",
            "X-RateLimit-Reset-After": "1.000",
            "X-RateLimit-Bucket": bucket,
        }


def _allowed(request: web.Request, api: RestApi, *, is_open: bool) -> Refused | None:
    is_known = request.headers.get("Authorization") == f"Bot {api.token}" and not api.is_revoked
    return None if is_open or is_known else Refused(401, 0, "401: Unauthorized")


def _response(status: int, answer: object, headers: dict[str, str]) -> web.Response:
    if status == 204:
        return web.Response(status=204, headers=headers)
    body = json.dumps(answer, ensure_ascii=False).encode()
    return web.Response(status=status, body=body, headers={**headers, "Content-Type": "application/json"})


async def read_body(request: web.Request) -> tuple[Json | list[Json] | None, tuple[tuple[str, bytes], ...]]:
    """Return what a call carries: as JSON, or as JSON with files beside it."""
    if request.content_type == "multipart/form-data":
        body: Json | list[Json] | None = None
        files: list[tuple[str, bytes]] = []
        async for part in await request.multipart():
            content = bytes(await part.read(decode=True))  # type: ignore[union-attr] # Discord's parts are not nested
            if getattr(part, "name", "") == "payload_json":
                body = json.loads(content)
            else:
                files.append((getattr(part, "filename", "") or "", content))
        return body, tuple(files)
    if not request.can_read_body:
        return None, ()
    return json.loads(await request.read() or b"null"), ()
