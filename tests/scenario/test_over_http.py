"""One day of the team over real HTTP: the JSON API that the page and scripts use, with the whole core behind it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from adapters.web.platform import LocalWorkspace
from bot.clock import TestClock
from bot.compose import compose_core, running
from bot.policy import Policy
from storage.memory import MemoryStore
from tests.local_platform import MONDAY, LocalClient
from tests.scenario.stage_door import CACHE, CACHE_QUESTION

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[LocalClient]:
    """Serve the whole bot on a free port, with Ada and Ben in `build`."""
    clock = TestClock(MONDAY)
    platform = LocalWorkspace(folder, clock, 0)
    core = compose_core(MemoryStore(), clock, Policy(), platform)
    async with running(core) as pipeline, ClientSession() as session:
        ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        serving = asyncio.create_task(platform.run(pipeline, ready.set_result))
        client = LocalClient(session, await ready)
        await client.post("/api/people", id="ada", name="Ada Brook", handle="ada", time_zone="Europe/Berlin")
        await client.post("/api/people", id="ben", name="Ben Field", handle="ben", time_zone="America/New_York")
        await client.post("/api/channels", id="build", name="build")
        try:
            yield client
        finally:
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving
    await platform.close()


async def act(client: LocalClient, person: str, action: str, target: str = "", **values: Any) -> Any:
    body = {"as": person, "id": target, "action": action, "values": values}
    return await client.send("POST", "/api/actions", json=body)


async def items(client: LocalClient, person: str) -> list[dict[str, Any]]:
    await client.get("/api/idle")
    return list((await client.get(f"/api/inbox?as={person}")).body["items"])


async def test_a_day_of_the_team(tmp_path: Path) -> None:
    async with house(tmp_path) as client:
        command = {"as": "ada", "channel": "build", "text": "/double join"}
        form = (await client.send("POST", "/api/commands", json=command)).body["view"]
        assert form["kind"] == "join"
        terms = {"learn": True, "draft": True, "channels": ["build"], "until": "2026-05-01", "earlier": False}
        receipt = await act(client, "ada", "consent", "consent", **terms, **form["buttons"][0]["values"])
        assert receipt.body["view"]["kind"] == "joined"
        source = await client.say("ada", "build", CACHE)
        await client.post("/api/clock", advance_seconds=300)
        question = await client.say("ben", "build", f"@Understudy @ada {CACHE_QUESTION}")
        assert question["text"].startswith("<@UNDERSTUDY> <@ada>")
        (waiting,) = await items(client, "ben")
        assert (waiting["kind"], waiting["actions"]) == ("waiting", ["cancel", "ask_yourself"])
        assert waiting["text"] == "Ada Brook decides whether this goes out. Lapses Wed 12:00 your time."
        draft = next(item for item in await items(client, "ada") if item["kind"] == "draft")
        assert draft["question"] == CACHE_QUESTION
        assert [s["id"] for s in draft["sources"]] == [source["id"]]
        assert (await act(client, "ben", "approve", draft["id"])).code == "not_found"
        assert (await act(client, "ada", "approve", draft["id"])).body["view"]["kind"] == "sent"
        *_, reply = (await client.get("/api/channels/build/messages?as=ben")).body["messages"]
        assert (reply["label"], reply["thread"]) == ("Ada Brook's AI double", question["id"])
        assert reply["text"].startswith("Ada Brook's AI double · read and approved by Ada Brook\n")
        assert [s["id"] for s in reply["sources"]] == [source["id"]]
        assert (await act(client, "ada", "undo", draft["id"])).body["view"]["kind"] == "review"
        assert len((await client.get("/api/channels/build/messages?as=ben")).body["messages"]) == 2
        edited = await act(client, "ada", "edit", draft["id"], text="In /var/cache/forge.")
        assert edited.status == 200
        await client.post("/api/clock", advance_seconds=60)
        assert (await act(client, "ada", "undo", draft["id"])).code == "too_late"
        assert (await act(client, "ada", "retract", draft["id"])).status == 200
        *_, reply = (await client.get("/api/channels/build/messages?as=ben")).body["messages"]
        assert reply["text"] == "Ada Brook took this back."
        left = await act(client, "ada", "leave", "leave")
        assert left.body["view"]["kind"] == "receipt"
        await client.say("ben", "build", f"@Understudy @ada {CACHE_QUESTION}")
        told = [item["text"] for item in await items(client, "ben")]
        assert "No double answers for Ada Brook here. Please ask them." in told


async def test_the_api_takes_the_short_forms_that_scripts_send(tmp_path: Path) -> None:
    async with house(tmp_path) as client:
        assert (await act(client, "ada", "consent", learn=True, draft=True, channels=["build"])).status == 200
        await client.say("ada", "build", CACHE)
        await client.say("ben", "build", f"@Understudy @ada {CACHE_QUESTION}")
        draft = next(item for item in await items(client, "ada") if item["kind"] == "draft")
        assert (await act(client, "ada", "deny", draft["id"])).status == 200
        for _ in range(7):
            await client.post("/api/clock", advance_seconds=86_400)
        assert [i["text"] for i in await items(client, "ben")] == ["No answer this time. Please ask Ada Brook."]


@pytest.mark.promise(7, "over the local API: spying refused, nothing drafted, listed for the worker with a mute")
async def test_what_no_double_answers_is_refused_and_listed_over_http(tmp_path: Path) -> None:
    refused = "A double answers about the work, never about a person. Please ask Ada Brook."
    async with house(tmp_path) as client:
        await act(client, "ada", "consent", learn=True, draft=True, channels=["build"])
        await client.say("ada", "build", CACHE)
        for question in ("when do you usually leave?", "what do you think of @ben?", "做我的朋友吧"):
            await client.say("ben", "build", f"@Understudy @ada {question}")
            command = {"as": "ben", "channel": "build", "text": f"/double ask ada {question}"}
            assert (await client.send("POST", "/api/commands", json=command)).body["text"] == refused
        assert [item["text"] for item in await items(client, "ben")] == [refused]
        assert [item for item in await items(client, "ada") if item["kind"] == "draft"] == []
        home = json.dumps((await client.get("/api/home?as=ada")).body, ensure_ascii=False)
        assert home.count('"mute_asker"') == Policy().asks_a_day, "as many as one may ask in a day"
        assert "when do you usually leave?" in home
        assert "mute_asker" not in json.dumps((await client.get("/api/home?as=ben")).body)
        who = {"as": "ben", "channel": "build", "text": "/double ask ada are you really Ada?"}
        said = (await client.send("POST", "/api/commands", json=who)).body["text"]
        assert said == "No. I'm Ada Brook's AI double."


@pytest.mark.promise(13, "over the local API: a flagged draft says so, and cannot be let answer again")
async def test_what_only_the_person_should_say_is_flagged_over_http(tmp_path: Path) -> None:
    async with house(tmp_path) as client:
        await act(client, "ada", "consent", learn=True, draft=True, channels=["build"])
        await client.say("ben", "build", "@Understudy @ada do you promise the cache fix by Friday?")
        (draft,) = [item for item in await items(client, "ada") if item["kind"] == "draft"]
        assert any("promise or a date" in reason for reason in draft["reasons"])
        values = {"text": "By Friday.", "reuse": True, "titles": "When is the cache fix ready?"}
        assert (await act(client, "ada", "approve", draft["id"], **values)).code == "flagged"
        assert len((await client.get("/api/channels/build/messages?as=ben")).body["messages"]) == 1
