"""The local workspace's doors: foreign pages and hosts, bodies that are no JSON, wrong fields, wrong files."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.web.platform import LocalWorkspace
from adapters.web.tables import FILE_NAME
from bot.clock import TestClock
from bot.errors import PlatformError
from tests.local_platform import MONDAY, LocalClient, RecordingHandler, Reply, served

pytestmark = pytest.mark.anyio


async def send_raw(client: LocalClient, body: bytes, kind: str = "application/json") -> Reply:
    return await client.send("POST", "/api/messages", data=body, headers={"Content-Type": kind})


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/api/people", {"id": "U1", "name": "X", "handle": "x"}, 409, "id_taken"),
        ("/api/people", {"id": "UNDERSTUDY", "name": "X", "handle": "x"}, 409, "id_taken"),
        ("/api/people", {"name": "X", "handle": "understudy"}, 409, "handle_taken"),
        ("/api/people", {"name": "ADA brook", "handle": "x"}, 409, "name_taken"),
        ("/api/people", {"name": "X", "handle": "no spaces"}, 400, "handle_wrong"),
        ("/api/people", {"name": "\u200b", "handle": "x"}, 400, "field_text"),
        ("/api/people", {"name": "x" * 61, "handle": "x"}, 400, "field_long"),
        ("/api/people", {"name": ["X"], "handle": "x"}, 400, "field_text"),
        ("/api/people", {"id": "a/b", "name": "X", "handle": "x"}, 400, "field_id"),
        ("/api/people", {"name": "X", "handle": "x", "locale": "klingon!"}, 400, "locale_wrong"),
        ("/api/people", {"name": "X", "handle": "x", "time_zone": "../etc"}, 400, "time_zone_wrong"),
        ("/api/channels", {"id": "C1", "name": "x"}, 409, "id_taken"),
        ("/api/channels", {"name": "Garden"}, 409, "name_taken"),
        ("/api/channels", {"name": "x", "private": True}, 400, "members_missing"),
        ("/api/channels", {"name": "x", "private": "yes"}, 400, "field_flag"),
        ("/api/channels", {"name": "x", "members": "U1"}, 400, "field_list"),
        ("/api/channels", {"name": "x", "members": ["U404"]}, 404, "unknown_person"),
        ("/api/messages", {"as": "U404", "channel": "C1", "text": "x"}, 404, "unknown_person"),
        ("/api/messages", {"as": "UNDERSTUDY", "channel": "C1", "text": "x"}, 403, "cannot_play"),
        ("/api/messages", {"as": "U1", "channel": "C404", "text": "x"}, 404, "unknown_channel"),
        ("/api/messages", {"as": "U2", "channel": "C2", "text": "x"}, 404, "unknown_channel"),
        ("/api/messages", {"as": "U1", "channel": "C1", "text": "x", "thread": "C1/1.2"}, 404, "unknown_thread"),
        ("/api/messages", {"as": "U1", "channel": "C1", "text": ""}, 400, "text_empty"),
        ("/api/messages", {"as": "U1", "channel": "C1", "text": "\u0007\u200b\u202e"}, 400, "text_empty"),
        ("/api/messages", {"as": "U1", "channel": "C1", "text": "x" * 4_001}, 400, "text_long"),
        ("/api/messages", {"as": "U1", "channel": "C1", "text": "a\u0000b"}, 400, "text_broken"),
        ("/api/messages", {"as": "U1", "channel": "C1", "text": "a\ud800"}, 400, "text_broken"),
        ("/api/messages", {"as": "U1", "channel": "C1", "text": 5}, 400, "field_text"),
        ("/api/messages", {"as": "U1", "channel": "C1"}, 400, "field_text"),
        ("/api/commands", {"as": "U2", "channel": "C2", "text": "status"}, 404, "unknown_channel"),
        ("/api/commands", {"as": "U2", "channel": "C1", "text": 5}, 400, "field_text"),
        ("/api/actions", {"as": "U1", "id": "d_1", "action": "approve", "values": []}, 400, "field_object"),
        ("/api/actions", {"as": "U1", "id": "d_1", "action": ""}, 400, "field_text"),
        ("/api/actions", {"as": "U1", "id": "d_1", "action": "edit", "values": {"text": "\ud800"}}, 400, "text_broken"),
        ("/api/clock", {"advance_seconds": -1}, 400, "field_seconds"),
        ("/api/clock", {"advance_seconds": True}, 400, "field_seconds"),
        ("/api/clock", {"advance_seconds": 1e300}, 400, "field_seconds"),
    ],
)
async def test_a_wrong_request_is_refused_with_a_code_and_a_sentence(
    tmp_path: Path, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    handler = RecordingHandler()
    async with served(tmp_path, handler) as (_, client):
        await client.found_team()
        reply = await client.post(path, **body)
        assert (reply.status, reply.code) == (status, code)
        assert not handler.events + handler.commands + handler.actions
        assert (await client.get("/api/channels/C1/messages?as=U1")).body == {"messages": []}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "json_wrong"),
        (b"{", 400, "json_wrong"),
        (b'{"as": NaN}', 400, "json_wrong"),
        (b"\xff\xfe", 400, "json_wrong"),
        (b"[" * 100_000, 400, "json_wrong"),
        (b'{"n": ' + b"9" * 5_000 + b"}", 400, "json_wrong"),
        (b"[]", 400, "json_object"),
        (b"null", 400, "json_object"),
        (json.dumps({"a": [[[[[[[[[[[[[1]]]]]]]]]]]]]}).encode(), 400, "json_deep"),
        (b'{"text": "' + b"x" * 1_000_000 + b'"}', 413, "body_large"),
    ],
)
async def test_a_body_that_is_no_small_json_object_is_refused(
    tmp_path: Path, body: bytes, status: int, code: str
) -> None:
    async with served(tmp_path, RecordingHandler()) as (_, client):
        reply = await send_raw(client, body)
        assert (reply.status, reply.code) == (status, code)


async def test_a_refusal_is_said_in_the_played_persons_language_and_else_in_the_workspaces(tmp_path: Path) -> None:
    async with served(tmp_path, RecordingHandler(), locale="zh-Hans") as (_, client):
        await client.found_team()
        await client.post("/api/people", id="U9", name="Ann", handle="ann", locale="en")
        assert (await client.get("/nowhere")).body["error"]["sentence"] == "这个地址上什么都没有。"
        assert (await client.get("/api/inbox?as=nobody")).body["error"]["sentence"] == "这里没有这个人。"
        refused = await client.post("/api/messages", **{"as": "U9", "channel": "nowhere", "text": "hello"})
        assert refused.body["error"]["sentence"] == "There is no such channel here."


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_a_body_that_a_foreign_form_could_send_is_refused(tmp_path: Path, kind: str) -> None:
    async with served(tmp_path, RecordingHandler()) as (_, client):
        await client.found_team()
        body = json.dumps({"as": "U1", "channel": "C1", "text": "x"}).encode()
        reply = await send_raw(client, body, kind)
        assert (reply.status, reply.code) == (415, "json_only")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil:80", "[::2]", "", "127.0.0.2"]
)
async def test_a_foreign_host_is_refused(tmp_path: Path, host: str) -> None:
    async with served(tmp_path, RecordingHandler()) as (_, client):
        for path in ("/api/people", "/", "/nowhere"):
            reply = await client.get(path, Host=host)
            assert (reply.status, reply.code) == (403, "foreign_host")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1", "[::1]:8080", "LOCALHOST"])
async def test_this_machines_own_names_are_heard(tmp_path: Path, host: str) -> None:
    async with served(tmp_path, RecordingHandler()) as (_, client):
        assert (await client.get("/healthz", Host=host)).status == 200


@pytest.mark.parametrize("origin", ["null", "https://evil.example", "http://127.0.0.1:1", "http://localhost", ""])
async def test_a_foreign_page_is_refused(tmp_path: Path, origin: str) -> None:
    async with served(tmp_path, RecordingHandler()) as (_, client):
        reply = await client.get("/api/people", Origin=origin)
        assert (reply.status, reply.code) == (403, "foreign_origin")


async def test_its_own_page_is_heard(tmp_path: Path) -> None:
    async with served(tmp_path, RecordingHandler()) as (_, client):
        assert (await client.get("/api/people", Origin=client.address)).status == 200


async def test_every_answer_forbids_what_a_page_could_be_tricked_into(tmp_path: Path) -> None:
    async with served(tmp_path, RecordingHandler()) as (_, client):
        for path in ("/healthz", "/nowhere", "/api/messages"):
            headers = (await client.get(path)).headers
            assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
            assert "unsafe" not in headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["Cache-Control"] == "no-store"


async def test_unknown_addresses_and_methods_answer_in_the_same_form(tmp_path: Path) -> None:
    async with served(tmp_path, RecordingHandler()) as (_, client):
        assert (await client.get("/../../etc/passwd")).code == "no_such_page"
        assert (await client.get("/..%2f..%2fserver.py")).code == "no_such_page"
        assert (await client.get("/api/messages")).code == "no_such_method"
        assert (await client.get("/api/channels/%00/messages")).status == 404
        assert (await client.get("/api/channels/%ED%A0%80/messages")).status == 404
        assert (await client.get("/api/inbox?as=%00")).code == "text_broken"
        assert (await client.send("PATCH", "/api/messages/%2F", json={"as": "U1", "text": "x"})).status == 404


async def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    async with served(tmp_path / "one", RecordingHandler()) as (platform, _):
        other = LocalWorkspace(tmp_path / "two", TestClock(MONDAY), platform.port)
        with pytest.raises(PlatformError, match="is taken") as caught:
            await other.run(RecordingHandler(), print)
        assert caught.value.code == "port_taken"
        await other.close()


@pytest.mark.parametrize(
    "content", [b"not a database, whatever its name says" * 200, b"SQLite format 3\x00" + bytes(4080)]
)
async def test_a_file_that_is_no_workspace_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(PlatformError) as caught:
        LocalWorkspace(tmp_path, TestClock(MONDAY), 0)
    assert caught.value.code == "workspace_damaged"
    assert (tmp_path / FILE_NAME).read_bytes() == content


async def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as foreign:
        foreign.execute("CREATE TABLE recipes (name TEXT)")
        foreign.commit()
    content = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(PlatformError, match="another program"):
        LocalWorkspace(tmp_path, TestClock(MONDAY), 0)
    assert (tmp_path / FILE_NAME).read_bytes() == content
