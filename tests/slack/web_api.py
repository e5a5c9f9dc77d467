"""The local Slack's Web API: which method, with which token and scopes, how often, and what goes wrong on demand."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.slack.shapes import Json
from tests.slack.team import Refused, Team

Method = Callable[[Json], Awaitable[Json]]
NESTED = frozenset({"attachments", "blocks", "files", "metadata", "view"})  # sent as JSON within a form
WITHOUT_SCOPE = frozenset(
    {"api.test", "auth.test", "chat.getPermalink", "views.open", "views.push", "views.update", "views.publish"}
)


@dataclass(frozen=True)
class Call:
    """A call as it came in, and how it was answered: `ok` or an error's code."""

    method: str
    arguments: Json
    outcome: str


@dataclass
class Trouble:
    """What goes wrong with the next calls of a method; each is used once."""

    code: str = ""
    status: int = 200
    retry_after: int = 0
    is_cut: bool = False
    takes_effect: bool = False


@dataclass
class WebApi:
    """Answers `/api/<method>`. `trouble` is what the next calls of a method meet; `calls` is the journal."""

    team: Team
    bot_token: str
    app_token: str
    scopes: set[str] = field(default_factory=set)
    methods: dict[str, tuple[Method, str]] = field(default_factory=dict)
    trouble: dict[str, deque[Trouble]] = field(default_factory=lambda: defaultdict(deque))
    calls: list[Call] = field(default_factory=list)
    is_revoked: bool = False
    _next_call: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, condition: Callable[[], object]) -> None:
        """Return as soon as something holds that a call brings about."""
        async with asyncio.timeout(60):
            while not condition():
                await self._next_call.wait()

    def woken(self) -> None:
        """Let those who wait look again."""
        self._next_call.set()
        self._next_call = asyncio.Event()

    def add(self, name: str, method: Method, scope: str = "") -> None:
        """Offer a method that needs a scope; `*` within it stands for the kind of the conversation."""
        assert scope or name in WITHOUT_SCOPE or name == "apps.connections.open", name
        self.methods[name] = (method, scope)

    def called(self, method: str) -> list[Json]:
        """Return the arguments of every call of a method that went well."""
        return [call.arguments for call in self.calls if (call.method, call.outcome) == (method, "ok")]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        name = request.match_info["method"]
        arguments = await read_arguments(request)
        trouble = self.trouble[name].popleft() if self.trouble[name] else None
        if trouble is not None and not trouble.takes_effect:
            return self._troubled(request, name, arguments, trouble)
        body = await self._outcome(name, arguments, _token_of(request, arguments))
        self.calls.append(Call(name, arguments, "ok" if body["ok"] else str(body["error"])))
        self.woken()
        if trouble is not None:
            return self._troubled(request, name, arguments, trouble)
        scopes = ",".join(sorted(self.scopes))
        return web.json_response(body, headers={"x-oauth-scopes": scopes, "x-accepted-oauth-scopes": ""})

    async def _outcome(self, name: str, arguments: Json, token: str) -> Json:
        try:
            method, scope = self._found(name)
            self._check_token(name, token)
            self._check_scope(scope, arguments)
            return {"ok": True, **await method(arguments)}
        except Refused as refused:
            return {"ok": False, "error": refused.code, **refused.more}

    def _found(self, name: str) -> tuple[Method, str]:
        if name not in self.methods:
            raise Refused("unknown_method", req_method=name)
        return self.methods[name]

    def _check_token(self, name: str, token: str) -> None:
        if not token:
            raise Refused("not_authed")
        wanted, other = self.bot_token, self.app_token
        if name == "apps.connections.open":
            wanted, other = other, wanted
        if token == other:
            raise Refused("not_allowed_token_type")
        if token != wanted:
            raise Refused("invalid_auth")
        if self.is_revoked:
            raise Refused("token_revoked")

    def _check_scope(self, scope: str, arguments: Json) -> None:
        if "*" in scope:
            channel = self.team.conversations.get(str(arguments.get("channel", "")))
            if channel is None:
                return
            scope = scope.replace("*", channel.scope_word)
        if scope and scope not in self.scopes:
            raise Refused("missing_scope", needed=scope, provided=",".join(sorted(self.scopes)))

    def _troubled(self, request: web.Request, name: str, arguments: Json, trouble: Trouble) -> web.StreamResponse:
        self.calls.append(Call(name, arguments, trouble.code or "cut"))
        if trouble.is_cut and request.transport is not None:
            request.transport.abort()
        headers = {"Retry-After": str(trouble.retry_after)} if trouble.status == 429 else {}
        return web.json_response({"ok": False, "error": trouble.code}, status=trouble.status, headers=headers)


def limited(retry_after: int = 0) -> Trouble:
    """Return one 429, with the seconds to wait."""
    return Trouble("ratelimited", 429, retry_after)


def _token_of(request: web.Request, arguments: Json) -> str:
    header = request.headers.get("Authorization", "")
    return header.removeprefix("Bearer ") if header else str(arguments.pop("token", ""))


async def read_arguments(request: web.Request) -> Json:
    """Return what a call carries, however it is sent: in the address, in a form or as JSON."""
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        found |= await request.json()
    elif request.can_read_body:
        found |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return {name: _nested(name, value) for name, value in found.items()}


def _nested(name: str, value: Any) -> Any:
    return json.loads(value) if name in NESTED and isinstance(value, str) else value


def is_true(value: object) -> bool:
    """Whether an argument says yes, in a form or in JSON."""
    return value in {True, "1", "true", "True"}
