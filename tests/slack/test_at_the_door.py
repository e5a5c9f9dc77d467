"""What Slack brings: signed or not, twice, late, out of order, while the core fails. It is stored once, or refused."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import time
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.events import MessageSaid
from tests.local_platform import RecordingHandler
from tests.promised import Figures, Sized
from tests.slack.installed import HTTP, SOCKET
from tests.slack.news import News
from tests.slack.server import LocalSlack
from tests.slack.shapes import Json, filled
from tests.slack.under_test import slack_heard

pytestmark = pytest.mark.anyio
WAYS = pytest.mark.parametrize("way", [SOCKET, HTTP])


class SlowCore(RecordingHandler):
    """Takes no message in until it may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go_on = asyncio.Event()

    async def message_said(self, event: MessageSaid) -> None:
        await self.may_go_on.wait()
        await super().message_said(event)


def event(slack: LocalSlack, text: str = "the key hangs by the door") -> str:
    """Return the body of an event, as it is signed."""
    said = filled("message", user="U1", text=text, ts=slack.team.stamp(), team=slack.team.id)
    where = {"channel": "C1", "channel_type": "channel", "event_ts": said["ts"]}
    return json.dumps(slack.news.wrapped({**said, **where}))


async def test_only_what_slack_signed_is_taken() -> None:
    async with slack_heard(HTTP) as (slack, _, handler):
        body, door = event(slack), slack.deliveries
        signed = door.signed(body)
        kind = {"Content-Type": "application/json"}
        forged = [
            kind,
            {**kind, **signed, "X-Slack-Signature": "v0=" + "0" * 64},
            {**kind, **signed, "X-Slack-Signature": signed["X-Slack-Signature"].replace("v0", "v1")},
            {**kind, **door.signed(body + " ")},
            {**kind, **door.signed(body, time.time() - 301)},
            {**kind, **door.signed(body, time.time() + 301)},
            {**kind, **signed, "X-Slack-Request-Timestamp": "soon"},
        ]
        for headers in forged:
            status, _ = await door.post_raw(body, headers)
            assert 400 <= status < 500
        assert handler.events == []
        assert (await door.post_raw(body, {**kind, **signed}))[0] == 200
        assert len(handler.said) == 1


async def test_a_replayed_request_changes_nothing() -> None:
    async with slack_heard(HTTP) as (slack, _, handler):
        body = event(slack)
        headers = {"Content-Type": "application/json", **slack.deliveries.signed(body)}
        for _ in range(3):
            assert (await slack.deliveries.post_raw(body, headers))[0] == 200
        assert len(handler.said) == 1


async def test_slacks_check_of_the_address_is_answered() -> None:
    async with slack_heard(HTTP) as (slack, _, _handler):
        body = json.dumps({"type": "url_verification", "token": "t", "challenge": "a-challenge"})
        headers = {"Content-Type": "application/json", **slack.deliveries.signed(body)}
        status, answer = await slack.deliveries.post_raw(body, headers)
        assert status == 200
        assert "a-challenge" in str(answer)


async def test_what_is_no_json_or_no_form_is_refused() -> None:
    async with slack_heard(HTTP) as (slack, _, handler):
        for body, kind in (
            ("{", "application/json"),
            ("payload=%7B", "application/x-www-form-urlencoded"),
            ("", "a/b"),
        ):
            status, _ = await slack.deliveries.post_raw(body, {"Content-Type": kind, **slack.deliveries.signed(body)})
            assert status in {200, 400, 401, 404, 415}
        assert handler.events == []


@WAYS
@pytest.mark.promise(16, "Slack's acknowledgement while the store fails")
async def test_nothing_is_acknowledged_that_was_not_stored(way: str) -> None:
    async with slack_heard(way) as (slack, _, handler):
        slack.deliveries.patience = 3.0
        handler.failure = StoreError("the disk is full", "full")
        await slack.talking.say("U1", "C1", "by the door")
        (owed,) = slack.deliveries.owed
        assert (owed.attempts, handler.said) == (1, [])
        handler.failure = None
        slack.deliveries.patience = 30.0
        await slack.deliveries.bring_again()
        assert [said.text for said in handler.said] == ["by the door"]
        assert slack.deliveries.owed == []


@WAYS
async def test_an_event_is_acknowledged_only_after_the_core_has_returned(way: str) -> None:
    core = SlowCore()
    async with slack_heard(way, core) as (slack, _, handler):
        saying = asyncio.ensure_future(slack.talking.say("U1", "C1", "by the door"))
        await slack.deliveries.is_under_way()
        assert not saying.done()
        core.may_go_on.set()
        await saying
        assert len(handler.said) == 1


@WAYS
async def test_retries_say_how_often_and_are_one_event(way: str) -> None:
    async with slack_heard(way) as (slack, _, handler):
        slack.deliveries.copies = 4
        await slack.talking.say("U1", "C1", "by the door")
        await slack.talking.say("U1", "C1", f"<@{slack.team.bot_user}> where?")
        assert [said.text for said in handler.said] == ["by the door", f"<@{slack.team.bot_user}> where?"]


@WAYS
@pytest.mark.promise(18, "Slack's events in one to four copies, in any order")
async def test_whatever_the_order_the_newest_text_wins_and_what_is_deleted_stays_so(
    way: str, figures: Figures, sized: Sized
) -> None:
    async with slack_heard(way) as (slack, _, handler):
        count = sized(quick=5, full=200)
        dice = random.Random(7)
        for _ in range(count):
            slack.deliveries.is_held = True
            ts = await slack.talking.say("U1", "C1", "by the door")
            await slack.talking.edit("C1", ts, "behind the door")
            await slack.talking.delete("C1", ts)
            slack.deliveries.is_held = False
            order = [one for one in slack.deliveries.owed for _ in range(dice.randint(1, 4))]
            dice.shuffle(order)
            before = len(handler.events)
            for one in order:
                await slack.deliveries.bring_again([one])
            told = handler.events[before:]
            assert len(told) == 3
            assert {e.ref.stamp for e in told} == {ts}
            revisions = {e.text: e.revised_at for e in told if isinstance(e, MessageSaid)}
            assert revisions["behind the door"] > revisions["by the door"]
        figures("messages said, edited and deleted, shuffled", count)


async def test_ids_of_two_workspaces_are_told_apart() -> None:
    async with slack_heard(SOCKET) as (slack, _, handler):
        body = json.loads(event(slack))
        await slack.deliveries.event({**body, "team_id": "T0ELSEWHERE", "event_id": "Ev1"})
        await slack.deliveries.event(body)
        assert [said.ref.channel.workspace for said in handler.said] == [slack.team.id]


ODD: list[Json] = [
    {},
    {"type": "message"},
    {"type": "message", "channel": "C1", "channel_type": "channel", "ts": "now", "user": "U1", "text": "x"},
    {"type": "message", "channel": ["C1"], "channel_type": "channel", "ts": "1.000001", "user": {}, "text": 7},
    {"type": "message", "subtype": "message_changed", "channel": "C1", "channel_type": "channel", "message": None},
    {"type": "message", "subtype": "message_deleted", "channel": "C1", "channel_type": "channel"},
    {"type": "user_change", "user": None},
    {"type": "tokens_revoked", "tokens": []},
    {"type": "member_left_channel"},
    {"type": "channel_archive", "channel": None},
    {"type": "app_mention", "text": None},
    {"type": "something_new", "text": "x"},
]


@WAYS
async def test_an_odd_event_says_nothing_and_is_acknowledged(way: str) -> None:
    async with slack_heard(way) as (slack, _, handler):
        news: News = slack.news
        for number, odd in zip(itertools.count(), ODD, strict=False):
            await slack.deliveries.event({**news.wrapped(odd), "event_id": f"Ev-odd-{number}"})
        assert (handler.events, handler.lost) == ([], [])
        assert slack.deliveries.owed == []


async def test_no_words_and_no_tokens_reach_the_logs(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    for way in (SOCKET, HTTP):
        async with slack_heard(way) as (slack, _, handler):
            await slack.talking.say("U1", "C1", "quicksilver in cupboard nine")
            handler.failure = StoreError("the disk is full", "full")
            slack.deliveries.patience = 3.0
            await slack.talking.say("U1", "C1", "quicksilver in cupboard ten")
            handler.failure = None
            secrets = (slack.bot_token, slack.app_token, slack.signing_secret, "quicksilver", "Ada Brook")
        told = "\n".join(f"{record.name} {record.getMessage()} {record.exc_text}" for record in caplog.records)
        assert [secret for secret in secrets if secret in told] == []
