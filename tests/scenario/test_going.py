"""People who go, in the local workspace: out of a channel, or altogether, over real HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.local_platform import RecordingHandler, served

pytestmark = pytest.mark.anyio


async def test_whoever_leaves_a_channel_is_no_member_and_comes_back_by_speaking(tmp_path: Path) -> None:
    async with served(tmp_path, RecordingHandler()) as (_, client):
        await client.found_team()
        left = await client.post("/api/channels/C1/leave", **{"as": "U1"})
        assert (left.status, left.body["members"]) == (200, ["U2"])
        await client.say("U1", "C1", "back again")
        channels = (await client.get("/api/channels")).body["channels"]
        assert next(c["members"] for c in channels if c["id"] == "C1") == ["U1", "U2"]


async def test_a_channel_one_is_not_in_cannot_be_left_and_a_private_one_does_not_exist(tmp_path: Path) -> None:
    handler = RecordingHandler()
    async with served(tmp_path, handler) as (_, client):
        await client.found_team()
        assert (await client.post("/api/channels/C2/leave", **{"as": "U2"})).code == "unknown_channel"
        assert (await client.post("/api/channels/C9/leave", **{"as": "U1"})).code == "unknown_channel"
        assert (await client.post("/api/channels/C1/leave", **{"as": "UNDERSTUDY"})).code == "cannot_play"
        assert handler.lost == []


async def test_members_who_are_taken_out_of_a_channel_are_told_to_the_core(tmp_path: Path) -> None:
    handler = RecordingHandler()
    async with served(tmp_path, handler) as (_, client):
        await client.found_team()
        await client.send("PATCH", "/api/channels/C1", json={"members": ["U2"]})
        assert [(e.loss.value, e.person and e.person.person) for e in handler.lost] == [("left", "U1")]


async def test_nobody_plays_whose_account_is_closed_until_it_is_opened_again(tmp_path: Path) -> None:
    handler = RecordingHandler()
    async with served(tmp_path, handler) as (_, client):
        await client.found_team()
        closed = await client.send("PATCH", "/api/people/U1", json={"active": False})
        assert (closed.status, closed.body["active"]) == (200, False)
        said = await client.post("/api/messages", **{"as": "U1", "channel": "C1", "text": "still here"})
        assert (said.status, said.code) == (403, "deactivated")
        opened = await client.send("PATCH", "/api/people/U1", json={"active": True})
        assert opened.body["active"]
        assert await client.say("U1", "C1", "back")
        assert len(handler.lost) == 1, "an account that was opened is told as one that was closed"


@pytest.mark.parametrize(
    ("person", "body", "code"),
    [
        ("U9", {"active": False}, "unknown_person"),
        ("UNDERSTUDY", {"active": False}, "unknown_person"),
        ("U1", {}, "active_wrong"),
        ("U1", {"active": "no"}, "field_flag"),
    ],
)
async def test_an_account_that_cannot_be_changed_is_left_as_it_is(
    tmp_path: Path, person: str, body: dict[str, object], code: str
) -> None:
    handler = RecordingHandler()
    async with served(tmp_path, handler) as (_, client):
        await client.found_team()
        assert (await client.send("PATCH", f"/api/people/{person}", json=body)).code == code
        assert handler.lost == []
