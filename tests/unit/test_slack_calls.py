from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from adapters.chat.rhythm import Rhythm
from adapters.chat.short_memory import ShortMemory
from adapters.slack.calls import Calls, failure
from adapters.slack.discretion import LIBRARY_LOG, hush
from bot.errors import NotPermitted, PlatformError, RateLimited, Unreachable

pytestmark = pytest.mark.anyio
MARK = "zanzibar-7731"


class Pauses:
    """Waits for nothing and remembers for how long it was to wait."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@asynccontextmanager
async def answering(*answers: web.Response, pause: Pauses | None = None) -> AsyncIterator[tuple[Calls, list[str]]]:
    """Serve these answers, one a call, whatever is called; give the methods that were."""
    waiting, called = list(answers), list[str]()

    async def answer(request: web.Request) -> web.Response:
        called.append(request.path.rpartition("/")[2])
        return waiting.pop(0)

    app = web.Application()
    app.router.add_route("*", "/api/{method}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    calls = Calls("xoxb-1", f"http://127.0.0.1:{runner.addresses[0][1]}/api/", pause=pause or Pauses())
    try:
        yield calls, called
    finally:
        await calls.close()
        await runner.cleanup()


def ok(**more: Any) -> web.Response:
    return web.json_response({"ok": True, **more})


def no(error: str, status: int = 200, **headers: str) -> web.Response:
    return web.json_response({"ok": False, "error": error}, status=status, headers=headers)


async def test_what_slack_answers_comes_back() -> None:
    async with answering(ok(user={"id": "U1"})) as (calls, called):
        assert (await calls.call("users.info", user="U1"))["user"] == {"id": "U1"}
        assert called == ["users.info"]


async def test_a_method_that_is_shut_for_a_while_is_waited_for_and_the_others_are_not() -> None:
    pauses = Pauses()
    shut = no("ratelimited", 429, **{"Retry-After": "7"})
    async with answering(shut, ok(n=1), ok(n=2), pause=pauses) as (calls, called):
        assert (await calls.call("users.info", user="U1"))["n"] == 1
        assert (await calls.call("conversations.info", channel="C1"))["n"] == 2
        assert called == ["users.info", "users.info", "conversations.info"]
        (waited,) = pauses.seconds
        assert 6 < waited <= 7


async def test_a_method_that_is_shut_for_long_is_not_waited_for() -> None:
    pauses = Pauses()
    async with answering(no("ratelimited", 429, **{"Retry-After": "300"}), pause=pauses) as (calls, called):
        for _ in range(2):
            with pytest.raises(RateLimited) as caught:
                await calls.call("conversations.history", channel="C1")
            assert 290 < caught.value.retry_after <= 300
        assert called == ["conversations.history"]
        assert pauses.seconds == []


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (no("channel_not_found"), NotPermitted, "channel_not_found"),
        (no("restricted_action_read_only_channel"), NotPermitted, "restricted_action_read_only_channel"),
        (no("invalid_blocks"), PlatformError, "invalid_blocks"),
        (no("internal_error"), Unreachable, "unreachable"),
        (web.Response(status=503, text="down"), Unreachable, "unreachable"),
        (web.Response(text="<html>hello</html>", content_type="text/html"), Unreachable, "unreachable"),
        (web.Response(text="{", content_type="application/json"), Unreachable, "unreachable"),
        (no(f"the word {MARK}"), Unreachable, "unreachable"),
    ],
)
async def test_a_failure_is_one_of_the_cores_and_quotes_nothing(
    answer: web.Response, kind: type[PlatformError], code: str
) -> None:
    async with answering(answer) as (calls, called):
        with pytest.raises(PlatformError) as caught:
            await calls.call("chat.postMessage", channel="C1", text=MARK)
        assert (type(caught.value), caught.value.code) == (kind, code)
        assert MARK not in str(caught.value)
        assert len(called) == 1


async def test_nobody_there_is_unreachable() -> None:
    calls = Calls("xoxb-1", "http://127.0.0.1:9/api/")
    with pytest.raises(Unreachable):
        await calls.call("auth.test")
    await calls.close()


def test_a_failing_server_leaves_open_whether_it_took_effect() -> None:
    assert isinstance(failure("", 502), Unreachable)
    assert isinstance(failure("not_in_channel", 200), NotPermitted)


async def test_turns_in_one_channel_are_a_while_apart_and_another_channels_are_not() -> None:
    pauses = Pauses()
    rhythm = Rhythm(1.0, pause=pauses)
    for key in ("C1", "C2", "C1", "C1"):
        await rhythm.turn(key)
    assert [round(seconds) for seconds in pauses.seconds] == [1, 2]


async def test_what_changed_while_it_was_asked_for_is_asked_for_again() -> None:
    memory: ShortMemory[int] = ShortMemory(60, 10)
    answers = iter([1, 2, 3])

    async def ask() -> int:
        found = next(answers)
        if found == 1:
            memory.drop("other")
        return found

    assert [await memory.get("C1", ask) for _ in range(2)] == [2, 2]
    memory.drop("C1")
    assert await memory.get("C1", ask) == 3


async def test_a_memory_is_short_and_bounded() -> None:
    now, asked = [0.0], list[str]()
    memory: ShortMemory[str] = ShortMemory(60, 2, lambda: now[0])

    async def known(key: str) -> str:
        async def ask() -> str:
            asked.append(key)
            return key

        return await memory.get(key, ask)

    for key in ("a", "b", "a", "c", "a"):
        await known(key)
    assert asked == ["a", "b", "c", "a"]
    now[0] = 61
    await known("a")
    assert asked[4:] == ["a"]


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING])
async def test_no_word_and_no_token_of_a_call_is_logged(level: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(level)
    hush()
    async with answering(no("invalid_blocks"), no("internal_error", 500)) as (calls, _):
        for _ in range(2):
            with pytest.raises(PlatformError):
                await calls.call("chat.postMessage", channel="C1", text=MARK)
    LIBRARY_LOG.warning("Skipped: %s", MARK)
    LIBRARY_LOG.error("Failed to run: %s", MARK)
    try:
        int(MARK)
    except ValueError:
        LIBRARY_LOG.exception("failed on %s with xoxb-1", MARK)
    assert [record.getMessage() for record in caplog.records if "library" in record.getMessage()] == [
        "the library reported an error",
        "the library reported ValueError",
    ]
    assert MARK not in caplog.text
    assert "xoxb-1" not in caplog.text
