"""Files over the local workspace's API: sent with a form, handed over as a download, and bounded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from aiohttp import FormData

from adapters.web import reading
from bot.views import Answer, FileField, HandedFile, SecretField, View
from tests.local_platform import LocalClient, RecordingHandler, served

pytestmark = pytest.mark.anyio


def form(request: object, **files: bytes) -> FormData:
    made = FormData()
    made.add_field("request", json.dumps(request), content_type="application/json")
    for name, data in files.items():
        made.add_field(name, data, filename="x.age", content_type="application/octet-stream")
    return made


async def send(client: LocalClient, data: FormData | bytes, kind: str = "") -> tuple[int, str]:
    headers = {"Content-Type": kind} if kind else {}
    reply = await client.send("POST", "/api/actions", data=data, headers=headers)
    return reply.status, reply.body.get("error", {}).get("code", "")


REQUEST = {"as": "U1", "id": "consent", "action": "consent", "values": {"learn": True, "vault": "overwritten"}}


async def test_a_file_comes_to_the_core_as_its_bytes(tmp_path: Path) -> None:
    handler = RecordingHandler()
    async with served(tmp_path, handler) as (_, client):
        await client.found_team()
        data = bytes(range(256)) * 4_000
        assert await send(client, form(REQUEST, vault=data)) == (200, "")
        (action,) = handler.actions
        assert action.values == {"learn": True, "vault": data}


async def test_what_is_no_form_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = RecordingHandler()
    async with served(tmp_path, handler) as (_, client):
        await client.found_team()
        assert await send(client, b"nothing of the kind", "multipart/form-data; boundary=x") == (400, "json_wrong")
        assert await send(client, b"nothing of the kind", "multipart/form-data") == (400, "json_wrong")
        assert (await send(client, form([1]))) == (400, "json_object")
        assert (await send(client, form({"values": {"x": "a" * 300_000}}))) == (413, "body_large")
        assert (await send(client, form(REQUEST, a=b"", b=b"", c=b"", d=b"", e=b""))) == (400, "json_wrong")
        last = FormData()
        last.add_field("vault", b"x", filename="x")
        last.add_field("request", json.dumps(REQUEST))
        assert await send(client, last) == (400, "json_wrong")
        monkeypatch.setattr(reading, "FILES_LIMIT", 10)
        assert (await send(client, form(REQUEST, vault=bytes(11)))) == (413, "body_large")
        assert (await send(client, form(REQUEST, vault=bytes(6), other=bytes(6)))) == (413, "body_large")
        assert not handler.actions
        assert (await client.post("/api/messages", **{"as": "U1", "channel": "C1", "text": "x"})).status == 201


async def test_a_file_is_handed_over_as_a_download_that_nobody_keeps(tmp_path: Path) -> None:
    content = b"age-encryption.org/v1\n" + bytes(100)
    handler = RecordingHandler(answer=Answer(file=HandedFile("mine.age", "application/octet-stream", content)))
    async with served(tmp_path, handler) as (_, client):
        await client.found_team()
        reply = await client.send("POST", "/api/actions", json=REQUEST)
        assert reply.body.encode() == content
        assert reply.headers["Content-Disposition"] == 'attachment; filename="mine.age"'
        assert reply.headers["Cache-Control"] == "no-store"
        assert reply.headers["Content-Type"] == "application/octet-stream"


async def test_the_fields_for_a_file_and_a_secret_reach_the_page(tmp_path: Path) -> None:
    fields = (SecretField("passphrase", "Passphrase", "hint", 10), FileField("vault", "File", ".age", 100))
    handler = RecordingHandler(answer=Answer(view=View("x", "X", fields)))
    async with served(tmp_path, handler) as (_, client):
        await client.found_team()
        view = (await client.post("/api/actions", **REQUEST)).body["view"]
        assert view["elements"] == [
            {"type": "secretfield", "name": "passphrase", "label": "Passphrase", "hint": "hint", "limit": 10},
            {"type": "filefield", "name": "vault", "label": "File", "ending": ".age", "limit": 100, "hint": ""},
        ]
