"""The core hears when the line to Slack is up, and when something may have been missed."""

from __future__ import annotations

import asyncio

import pytest

from adapters.chat.line import Line
from adapters.slack.calls import Calls
from adapters.slack.directory import SlackDirectory
from adapters.slack.ids import Installation
from bot.clock import TestClock
from bot.errors import StoreError
from tests.cores import CountingCore
from tests.local_platform import MONDAY
from tests.slack.installed import HTTP, SOCKET
from tests.slack.under_test import slack_heard

pytestmark = pytest.mark.anyio
HERE = Installation("T1", "", "UBOT", "BBOT", "understudy", "https://team.example/")
MISSED, HEARD = ("missed", "slack", "T1"), ("heard", "slack", "T1")


class Wire:
    """A line that a test cuts and mends, looked at all the time."""

    def __init__(self) -> None:
        self.core = CountingCore("heard", 3)
        self.is_up = True
        self.calls = Calls("xoxb-1", "http://127.0.0.1:9/api/")
        directory = SlackDirectory(self.calls, HERE, TestClock(MONDAY))
        self.line = Line(self.core, "slack", "T1", directory.forget, self._asked, every_seconds=0)

    async def _asked(self) -> bool:
        return self.is_up


async def test_first_what_was_missed_is_told_and_then_that_the_line_is_up() -> None:
    wire = Wire()
    for _ in range(3):
        assert await wire.line.tell()
    assert wire.core.line == [MISSED, HEARD, HEARD]


async def test_a_line_that_is_down_is_not_heard_and_is_missed_once_it_is_renewed() -> None:
    wire = Wire()
    await wire.line.tell()
    wire.is_up = False
    await wire.line.tell()
    assert wire.core.line == [MISSED]
    wire.is_up = True
    wire.line.renewed()
    for _ in range(2):
        await wire.line.tell()
    assert wire.core.line == [MISSED, MISSED, HEARD]


async def test_what_the_core_could_not_note_is_told_again_before_anything_else() -> None:
    wire = Wire()
    wire.core.failure = StoreError("the disk is full", "full")
    assert not await wire.line.tell()
    assert not await wire.line.tell()
    wire.core.failure = None
    assert await wire.line.tell()
    assert wire.core.line == [MISSED]


async def test_it_is_kept_until_it_is_stopped() -> None:
    wire = Wire()
    keeping = asyncio.ensure_future(wire.line.keep())
    await wire.core.is_told.wait()
    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping
    assert wire.core.line[:2] == [MISSED, HEARD]


@pytest.mark.parametrize("way", [SOCKET, HTTP])
async def test_the_core_hears_of_the_line_at_the_start_and_before_the_end(way: str) -> None:
    async with slack_heard(way) as (_, platform, core):
        workspace = platform.installation.workspace
    assert core.line[0] == ("missed", "slack", workspace)
    assert core.line[-1] in {("heard", "slack", workspace), ("missed", "slack", workspace)}


async def test_a_socket_that_was_opened_anew_may_have_missed_something() -> None:
    core = CountingCore("missed", 2)
    async with slack_heard(SOCKET, core) as (slack, _, _):
        await slack.talking.say("U1", "C1", "before")
        slack.deliveries.cut()
        await slack.listening()
        await core.is_told.wait()
