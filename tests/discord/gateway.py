"""The local Discord's gateway: sessions that are opened, cut, resumed or lost, and the events each is told."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable

from aiohttp import WSCloseCode, WSMsgType, web

from tests.discord.intents import PRIVILEGED, Intent, is_heard, shown_to
from tests.discord.objects import guild_created, members_called, user_object
from tests.discord.sessions import DISPATCH, Link, Session
from tests.discord.team import CONTENT_FLAGS, MEMBERS_FLAGS, Json, Team

HEARTBEAT, IDENTIFY, PRESENCE, RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK = 1, 2, 3, 6, 7, 8, 9, 10, 11
CHUNK = 1000


class Gateway:
    """Serves `/gateway/`. `identified` and `resumed` count how often the app did so."""

    def __init__(self, team: Team, token: str, address: str) -> None:
        self.url = f"{address.replace('http', 'ws', 1)}/gateway/"
        self.sessions: dict[str, Session] = {}
        self.beats = 0
        self.identified = 0
        self.resumed = 0
        self.is_forgetful = False
        self.outages: set[int] = set()
        self._team = team
        self._token = token
        self._links: set[Link] = set()
        self._open = asyncio.Event()
        self._open.set()
        self._moved = asyncio.Event()

    # ------------------------------------------------------------ events

    def send(self, kind: str, data: Json) -> None:
        """Bring an event to every session that hears of such, without waiting: its cause may be a call of the app."""
        for session in self.sessions.values():
            if is_heard(self._team, session.intents, kind, data):
                session.tell(kind, shown_to(self._team, session.intents, kind, data))

    async def tell(self, kind: str, data: Json) -> None:
        """Bring an event, and return once the app has read it or is away."""
        self.send(kind, data)
        await self.quiet()

    async def quiet(self) -> None:
        """Return once the app has read everything that it was told."""
        for session in list(self.sessions.values()):
            await session.arrival()

    # ------------------------------------------------------------ the line

    @property
    def is_connected(self) -> bool:
        """Whether a session is under way on an open line."""
        return any(session.link for session in self.sessions.values())

    async def until(self, condition: Callable[[], object]) -> None:
        """Return as soon as something holds that the app's opening, resuming or leaving brings about."""
        async with asyncio.timeout(60):
            while not condition():
                await self._moved.wait()

    def hold(self) -> None:
        """Let whoever connects wait for the first word; what is told meanwhile is told on resuming."""
        self._open.clear()

    def release(self) -> None:
        """End the wait."""
        self._open.set()

    def cut(self) -> None:
        """Break every connection without a word."""
        for link in list(self._links):
            if link.transport is not None:
                link.transport.abort()
        for session in self.sessions.values():
            session.link = None
            session.woken()

    def reconnect(self) -> None:
        """Ask the app to connect anew and resume, as Discord does every few hours."""
        for session in self.sessions.values():
            if session.link is not None:
                session.link.send(RECONNECT)

    def invalidate(self) -> None:
        """End every session while its line is open: the app has to begin anew, and missed what it was not told."""
        for session in list(self.sessions.values()):
            if session.link is not None:
                session.link.send(INVALID, data=False)
        self.forget()

    def forget(self) -> None:
        """Let no session be resumed that was begun before."""
        for session in self.sessions.values():
            session.link = None
            session.woken()
        self.sessions.clear()

    async def close(self, code: int) -> None:
        """Close every connection with one of Discord's codes."""
        for link in list(self._links):
            await link.socket.close(code=code)

    # ------------------------------------------------------------ one connection

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Be one WebSocket, from HELLO until it is closed."""
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        link = Link(socket, request.transport)
        self._links.add(link)
        writing = asyncio.ensure_future(link.write())
        session: Session | None = None
        try:
            await self._open.wait()
            link.send(HELLO, {"heartbeat_interval": 41250})
            async for message in socket:
                if message.type is WSMsgType.PONG and session is not None:
                    session.reach(int(message.data))
                elif message.type is WSMsgType.TEXT:
                    session = await self._heard(link, session, json.loads(message.data))
        finally:
            writing.cancel()
            self._links.discard(link)
            self._left(link, session)
        return socket

    def _left(self, link: Link, session: Session | None) -> None:
        if session is None:
            return
        if session.link is link:
            session.link = None
        if link.socket.close_code in {
            WSCloseCode.OK,
            WSCloseCode.GOING_AWAY,
        }:  # as Discord says: nothing to resume then
            self.sessions.pop(session.id, None)
        session.woken()
        self._woken()

    async def _heard(self, link: Link, session: Session | None, said: Json) -> Session | None:
        op, data = said["op"], said["d"]
        if op == HEARTBEAT:
            self.beats += 1
            link.send(ACK)
        elif op == IDENTIFY:
            return await self._identify(link, data)
        elif op == RESUME:
            return await self._resume(link, data)
        elif op == MEMBERS and session is not None:
            self._bring_members(session, data)
        elif op != PRESENCE:
            await link.socket.close(code=4001)
        return session

    async def _identify(self, link: Link, data: Json) -> Session | None:
        intents = Intent(data["intents"])
        if data["token"] != self._token:
            await link.socket.close(code=4004)
            return None
        granted = (Intent.MEMBERS if self._team.app_flags & MEMBERS_FLAGS else Intent(0)) | (
            Intent.CONTENT if self._team.app_flags & CONTENT_FLAGS else Intent(0)
        )
        if intents & PRIVILEGED & ~granted:
            await link.socket.close(code=4014)
            return None
        session = Session(secrets.token_hex(16), intents, link=link)
        self.sessions[session.id] = session
        self.identified += 1
        self._begin(session)
        self._woken()
        return session

    def _begin(self, session: Session) -> None:
        team = self._team
        guilds = [guild for guild in team.guilds.values() if team.bot in guild.members]
        ready = {
            "v": 10,
            "user": {**user_object(team.people[team.bot]), "verified": True, "mfa_enabled": True, "flags": 0},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "session_type": "normal",
            "application": {"id": str(team.app), "flags": team.app_flags},
            "private_channels": [],
        }
        session.tell("READY", ready)
        for guild in guilds:
            if guild.id not in self.outages:
                session.tell("GUILD_CREATE", {**guild_created(team, guild), "unavailable": False})

    async def _resume(self, link: Link, data: Json) -> Session | None:
        if data["token"] != self._token:
            await link.socket.close(code=4004)
            return None
        session = self.sessions.get(data["session_id"])
        if session is None or self.is_forgetful:
            link.send(INVALID, data=False)
            return None
        session.link = link
        for number, (kind, event) in enumerate(session.events, 1):
            if number > data["seq"]:
                link.send(DISPATCH, event, number, kind)
        session.tell("RESUMED", {})
        self.resumed += 1
        self._woken()
        return session

    def _bring_members(self, session: Session, data: Json) -> None:
        """Answer a request for members: by their ids, by the beginning of a name, or all of them if it may."""
        team, guild = self._team, self._team.guilds[int(data["guild_id"])]
        wanted = [str(user) for user in data.get("user_ids") or []]
        query, limit = str(data.get("query") or ""), int(data.get("limit") or 0)
        if not wanted and not (query and limit) and Intent.MEMBERS not in session.intents:
            return
        found = members_called(team, guild, query)
        found = [m for m in found if m["user"]["id"] in wanted] if wanted else found[: limit or None]
        chunks = [found[at : at + CHUNK] for at in range(0, len(found), CHUNK)] or [[]]
        for index, members in enumerate(chunks):
            facts = {"chunk_index": index, "chunk_count": len(chunks), "nonce": data.get("nonce")}
            session.tell("GUILD_MEMBERS_CHUNK", {"guild_id": str(guild.id), "members": members, **facts})

    def _woken(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()
