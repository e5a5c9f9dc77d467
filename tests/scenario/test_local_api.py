"""The local workspace's JSON API: what is said, shown and acted on, and that nothing said is lost."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock, TestClock
from bot.errors import StoreError
from bot.refs import PersonRef
from bot.views import Answer, Button, InboxItem, Notice, Refusal, SourceShown, Text, View
from tests.local_platform import MONDAY, RecordingHandler, served

pytestmark = pytest.mark.anyio
WEI = PersonRef("local", "local", "U2")


async def test_people_and_channels_come_and_are_listed(tmp_path: Path) -> None:
    async with served(tmp_path, RecordingHandler()) as (_, client):
        await client.found_team()
        people = (await client.get("/api/people")).body["people"]
        assert [(p["id"], p["handle"], p["bot"]) for p in people] == [
            ("U1", "ada", False),
            ("U2", "wei", False),
            ("UNDERSTUDY", "understudy", True),
        ]
        made = await client.post("/api/people", name="Ben Field")
        assert made.status == 201
        assert made.body["id"]
        assert made.body["handle"] == "ben"
        garden = (await client.get("/api/channels?as=U2")).body["channels"]
        assert [c["name"] for c in garden] == ["garden"]
        assert made.body["id"] in garden[0]["members"]
        assert [c["name"] for c in (await client.get("/api/channels")).body["channels"]] == ["garden", "shed"]


async def test_a_message_is_said_edited_and_deleted_by_its_author_alone(tmp_path: Path) -> None:
    handler = RecordingHandler()
    async with served(tmp_path, handler) as (_, client):
        await client.found_team()
        said = await client.say("U1", "C1", "hello @wei\u202e")
        assert said["text"] == "hello <@U2>"
        assert said["id"] == f"C1/{said['ts']}"
        assert (said["thread"], said["label"], said["sources"], said["edited"]) == (None, None, [], None)
        for path in (f"/api/messages/{said['id']}", f"/api/messages/C1%2F{said['ts']}"):
            assert (await client.send("PATCH", path, json={"as": "U2", "text": "mine"})).code == "not_author"
            assert (await client.send("DELETE", path, json={"as": "U2"})).code == "not_author"
            edited = await client.send("PATCH", path, json={"as": "U1", "text": f"hello {path[-20:-14]}"})
            assert edited.body["edited"]
        assert (await client.send("DELETE", f"/api/messages/{said['id']}?as=U1")).status == 200
        assert (await client.send("DELETE", f"/api/messages/{said['id']}", json={"as": "U1"})).code == "unknown_message"
        assert len(handler.deleted) == 1


async def test_an_edit_that_changes_nothing_is_no_event(tmp_path: Path) -> None:
    handler = RecordingHandler()
    async with served(tmp_path, handler) as (_, client):
        await client.found_team()
        said = await client.say("U1", "C1", "hello")
        reply = await client.send("PATCH", f"/api/messages/{said['id']}", json={"as": "U1", "text": " hello "})
        assert reply.body == said
        assert len(handler.events) == 1


async def test_a_thread_is_named_by_an_id_or_a_stamp_and_read_alone(tmp_path: Path) -> None:
    async with served(tmp_path, RecordingHandler()) as (_, client):
        await client.found_team()
        root, other = await client.say("U1", "C1", "root"), await client.say("U1", "C1", "other")
        first = await client.say("U2", "C1", "first", thread=root["id"])
        second = await client.say("U1", "C1", "second", thread=first["ts"])
        assert first["thread"] == second["thread"] == root["id"]
        listed = (await client.get(f"/api/channels/C1/messages?as=U1&thread={root['id']}")).body["messages"]
        assert [m["text"] for m in listed] == ["root", "first", "second"]
        newest = (await client.get("/api/channels/C1/messages?as=U1&limit=1")).body["messages"]
        assert [m["text"] for m in newest] == ["other"]
        before = (await client.get(f"/api/channels/C1/messages?as=U1&limit=1&before={other['id']}")).body["messages"]
        assert [m["text"] for m in before] == ["root", "first", "second"]


async def test_a_deleted_root_keeps_its_replies_and_not_its_words(tmp_path: Path) -> None:
    async with served(tmp_path, RecordingHandler()) as (_, client):
        await client.found_team()
        root = await client.say("U1", "C1", "marmalade")
        await client.say("U2", "C1", "reply", thread=root["id"])
        await client.send("DELETE", f"/api/messages/{root['id']}", json={"as": "U1"})
        place, reply = (await client.get("/api/channels/C1/messages?as=U2")).body["messages"]
        assert place["deleted"]
        assert "marmalade" not in place["text"]
        assert reply["thread"] == root["id"]


async def test_a_private_channel_does_not_exist_for_others(tmp_path: Path) -> None:
    async with served(tmp_path, RecordingHandler()) as (_, client):
        await client.found_team()
        said = await client.say("U1", "C2", "secret")
        hidden = await client.get("/api/channels/C2/messages?as=U2")
        missing = await client.get("/api/channels/C404/messages?as=U2")
        assert (hidden.status, hidden.body) == (missing.status, missing.body)
        assert (await client.get("/api/channels/C2/messages")).status == 404
        edit = await client.send("PATCH", f"/api/messages/{said['id']}", json={"as": "U2", "text": "x"})
        assert edit.code == "unknown_message"
        assert len((await client.get("/api/channels/C2/messages?as=U1")).body["messages"]) == 1


async def test_commands_and_actions_reach_the_core_as_they_were_sent(tmp_path: Path) -> None:
    handler = RecordingHandler()
    async with served(tmp_path, handler) as (_, client):
        await client.found_team()
        for text in ("/double ask wei where?", "ask wei where?"):
            assert (await client.post("/api/commands", **{"as": "U1", "channel": "C1", "text": text})).status == 200
        assert [c.text for c in handler.commands] == ["ask wei where?"] * 2
        await client.post("/api/commands", **{"as": "U1", "channel": "C1", "text": "/double"})
        assert handler.commands[-1].text == ""
        values = {"text": "as it is\n", "n": [1, {"x": None}]}
        await client.post("/api/actions", **{"as": "U2", "id": "d_1", "action": "edit", "values": values})
        (action,) = handler.actions
        assert (action.person, action.name, action.target, action.values) == (WEI, "edit", "d_1", values)


@pytest.mark.parametrize(
    ("code", "status"),
    [("not_yours", 403), ("not_found", 404), ("stale", 409), ("too_late", 409), ("already", 409), ("bad_value", 400)],
)
async def test_what_the_core_declines_is_a_4xx_in_its_own_sentence(tmp_path: Path, code: str, status: int) -> None:
    async with served(tmp_path, RecordingHandler(answer=Refusal(code, "No, because."))) as (_, client):
        await client.found_team()
        for path, more in (("/api/actions", {"action": "approve"}), ("/api/commands", {"channel": "C1", "text": "x"})):
            reply = await client.post(path, **{"as": "U1", "id": "d_1", **more})
            assert (reply.status, reply.body) == (status, {"error": {"code": code, "sentence": "No, because."}})


async def test_a_view_is_rendered_with_the_type_of_each_element(tmp_path: Path) -> None:
    shown = View("status", "Title", (Text("Hello", "notice"),), (Button("join", "Join", look="primary"),))
    async with served(tmp_path, RecordingHandler(answer=Answer(view=shown))) as (_, client):
        await client.found_team()
        reply = await client.post("/api/commands", **{"as": "U1", "channel": "C1", "text": ""})
        assert set(reply.body) == {"view"}
        assert reply.body["view"]["elements"] == [{"type": "text", "text": "Hello", "look": "notice"}]
        assert reply.body["view"]["buttons"][0]["name"] == "join"


async def test_the_inbox_joins_what_waits_with_what_was_told_newest_first(tmp_path: Path) -> None:
    source = SourceShown("C1/1.2", "http://x", "words", MONDAY, "#garden")
    item = InboxItem(
        "d_1", "draft", "pending", "A draft", MONDAY, "Where?", (source,), (), (Button("approve", "Send"),)
    )
    async with served(tmp_path, RecordingHandler(items=(item,))) as (platform, client):
        await client.found_team()
        later = MONDAY + timedelta(minutes=5)
        await platform.tell(Notice(WEI, "drafts", "draft", "A draft is waiting.", later, is_over=True))
        await platform.tell(Notice(WEI, "d_1", "waiting", "the same draft as the item", later))
        first, second = (await client.get("/api/inbox?as=U2")).body["items"]
        assert (first["id"], first["state"], first["actions"]) == ("drafts", "over", ["dismiss"])
        assert (second["id"], second["actions"], second["question"]) == ("d_1", ["approve"], "Where?")
        assert second["sources"][0]["said_at"] == MONDAY.isoformat()
        await client.post("/api/actions", **{"as": "U2", "id": "drafts", "action": "dismiss"})
        assert [i["id"] for i in (await client.get("/api/inbox?as=U2")).body["items"]] == ["d_1"]


async def test_the_test_clock_moves_and_due_work_has_run(tmp_path: Path) -> None:
    handler, clock = RecordingHandler(), TestClock(MONDAY)
    async with served(tmp_path, handler, clock) as (_, client):
        reply = await client.post("/api/clock", advance_seconds=90)
        assert reply.body == {"now": (MONDAY + timedelta(seconds=90)).isoformat()}
        assert handler.settled == 1
        assert (await client.get("/api/idle")).status == 200
        assert handler.settled == 2


async def test_a_real_clock_cannot_be_moved(tmp_path: Path) -> None:
    async with served(tmp_path, RecordingHandler(), SystemClock()) as (_, client):
        reply = await client.post("/api/clock", advance_seconds=90)
        assert (reply.status, reply.code) == (403, "no_test_clock")


async def test_whoever_waits_for_a_change_hears_of_it_at_once(tmp_path: Path) -> None:
    async with served(tmp_path, RecordingHandler()) as (_, client):
        await client.found_team()
        revision = (await client.get("/api/state")).body["revision"]
        assert (await client.get(f"/api/changes?since={revision}&wait=0")).body == {"revision": revision}
        waiting = asyncio.create_task(client.get(f"/api/changes?since={revision}"))
        await client.get("/healthz")
        await client.say("U1", "C1", "hello")
        assert (await asyncio.wait_for(waiting, 5)).body["revision"] > revision


async def test_stopping_does_not_wait_for_those_who_wait(tmp_path: Path) -> None:
    async with served(tmp_path, RecordingHandler()) as (platform, client):
        waiting = asyncio.create_task(client.get(f"/api/changes?since={platform.changes.revision}"))
        await client.get("/healthz")
        platform.changes.close()
        assert (await asyncio.wait_for(waiting, 5)).status == 200


@pytest.mark.promise(21, "events the core could not take")
async def test_what_the_core_could_not_take_is_told_again_in_order(tmp_path: Path) -> None:
    handler = RecordingHandler(failure=StoreError("the disk is full", "full"))
    async with served(tmp_path, handler) as (_, client):
        await client.found_team()
        said = await client.say("U1", "C1", "first")
        gone = await client.say("U1", "C1", "second")
        await client.send("DELETE", f"/api/messages/{gone['id']}", json={"as": "U1"})
        assert handler.events == []
        handler.failure = None
        await client.get("/api/idle")
        assert [e.ref.stamp for e in handler.events] == [said["ts"], gone["ts"]]
        assert [e.ref.stamp for e in handler.deleted] == [gone["ts"]]
        await client.get("/api/idle")
        assert len(handler.events) == 2


@pytest.mark.promise(21, "events owed at a restart")
async def test_what_was_said_before_a_crash_is_told_at_the_next_start(tmp_path: Path) -> None:
    broken = RecordingHandler(failure=RuntimeError("killed"))
    async with served(tmp_path, broken) as (_, client):
        await client.found_team()
        said = await client.say("U1", "C1", "hello")
        await client.send("PATCH", f"/api/messages/{said['id']}", json={"as": "U1", "text": "hello again"})
    handler = RecordingHandler()
    async with served(tmp_path, handler) as (_, client):
        assert {e.text for e in handler.said} == {"hello again"}
        listed = (await client.get("/api/channels/C1/messages?as=U1")).body["messages"]
        assert [m["text"] for m in listed] == ["hello again"]
    again = RecordingHandler()
    async with served(tmp_path, again):
        assert again.events == []


async def test_an_unexpected_failure_is_one_line_without_content(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    handler = RecordingHandler(failure=RuntimeError("marmalade"))
    async with served(tmp_path, handler) as (_, client):
        await client.found_team()
        with caplog.at_level(logging.DEBUG):
            reply = await client.post("/api/commands", **{"as": "U1", "channel": "C1", "text": "marmalade"})
    assert (reply.status, reply.code) == (500, "internal")
    assert "marmalade" not in json.dumps(reply.body)
    ours = [record for record in caplog.records if record.name.startswith("understudy")]
    assert [record.getMessage() for record in ours] == ["POST /api/commands failed: RuntimeError"]
    assert "marmalade" not in caplog.text


async def test_a_full_disk_is_said_as_a_4xx(tmp_path: Path) -> None:
    async with served(tmp_path, RecordingHandler()) as (platform, client):
        await client.found_team()
        await platform.workspace.run(lambda w: w._database.execute("PRAGMA max_page_count = 60").fetchone())
        reply = None
        for number in range(200):
            reply = await client.post("/api/messages", **{"as": "U1", "channel": "C1", "text": f"{number} " * 900})
            if reply.status != 201:
                break
        assert reply is not None
        assert (reply.status, reply.code) == (409, "workspace_full")
        assert (await client.get("/api/channels/C1/messages?as=U1")).status == 200


async def test_a_hundred_messages_at_once_are_all_told_once(tmp_path: Path) -> None:
    handler = RecordingHandler()
    async with served(tmp_path, handler) as (_, client):
        await client.found_team()
        said = await asyncio.gather(*(client.say("U1", "C1", f"thought {n}") for n in range(100)))
        assert len({m["id"] for m in said}) == 100
        assert sorted(e.ref.stamp for e in handler.said) == sorted(m["ts"] for m in said)


async def test_an_edit_that_the_core_could_not_take_is_told_again(tmp_path: Path) -> None:
    handler = RecordingHandler()
    async with served(tmp_path, handler) as (_, client):
        await client.found_team()
        said = await client.say("U1", "C1", "hello")
        handler.failure = StoreError("the disk is full", "full")
        await client.send("PATCH", f"/api/messages/{said['id']}", json={"as": "U1", "text": "hello again"})
        handler.failure = None
        await client.say("U2", "C1", "good morning")
        assert [e.text for e in handler.said] == ["hello", "good morning", "hello again"]
