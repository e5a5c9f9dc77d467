"""A whole conversation against a Slack that is not ours, `emulate`, and what stands there in the end, read back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from bot.clock import TestClock
from bot.policy import Policy
from bot.schedule import WorkingHours
from tests.aimock import find_node as find_node_with_npm
from tests.slack.emulated import Outside, find_node, outside_slack, standing
from tests.slack.house import CACHE, CACHE_QUESTION, House, at_home
from tests.slack.installed import HTTP

pytestmark = pytest.mark.anyio
ALWAYS = Policy(hours=WorkingHours(time(0), time(23, 59), frozenset(range(7))))  # emulate has the real time


@asynccontextmanager
async def outside(folder: Path) -> AsyncIterator[tuple[House, Outside, str, str, str]]:
    """Let everything live in `emulate`; with it come Mara's id, Jonas's, and the channel's."""
    node = find_node() if find_node_with_npm() else None
    if node is None:
        pytest.skip("this machine has no Node.js 22.15 or newer with npm, which emulate needs")
    async with outside_slack(node, folder) as (slack, emulate):
        ids = {person.handle: person.id for person in slack.team.people.values()}
        (channel,) = slack.team.conversations
        clock = TestClock(datetime.now(UTC).replace(microsecond=0))  # emulate's stamps begin with whole seconds
        async with at_home(folder, slack, clock, HTTP, ALWAYS) as at:
            yield at, emulate, ids["mara"], ids["jonas"], channel


async def test_join_talk_edit_delete_ask_review_post_take_back_and_leave(tmp_path: Path) -> None:
    async with outside(tmp_path) as (at, emulate, mara, jonas, build):
        token = at.slack.bot_token
        await at.command(mara, "join", build)
        await at.submit(mara, learn=True, draft=True, channels=[build])
        await at.slack.acting.close(mara)

        said = await at.say(mara, "The build cache lives in /tmp on the runner.", channel=build)
        gone = await at.say(mara, "The build cache key of the runner is blue.", channel=build)
        await at.slack.talking.edit(build, said, CACHE)
        await at.slack.talking.delete(build, gone)
        question = await at.say(jonas, f"<@{at.bot}> <@{mara}> {CACHE_QUESTION}", channel=build)
        await at.press_told(mara, "Review")
        await at.submit(mara)

        now = {message["ts"]: message for message in await standing(emulate, token, build)}
        assert now[said]["text"] == CACHE
        assert gone not in now
        (reply,) = [m for m in now.values() if m.get("thread_ts") == question and m["ts"] != question]
        assert reply["user"] == at.bot
        assert reply["text"].startswith("Mara Lind's AI double")
        assert CACHE in reply["text"]
        assert reply["metadata"]["event_type"] == "understudy_reply"
        assert (reply["unfurl_links"], reply["unfurl_media"]) == (False, False)

        await at.advance(minutes=5)
        await at.home(mara)
        await at.press_home(mara, "Take back")
        (taken,) = [m for m in await standing(emulate, token, build) if m["ts"] == reply["ts"]]
        assert taken["text"] == "Mara Lind took this back."
        assert CACHE not in str(taken)

        await at.command(mara, "leave", build)
        await at.submit(mara)
        assert await at.core.stage.store.workers() == ()
        assert [m["text"] for m in await standing(emulate, token, build) if m["ts"] == said] == [CACHE]  # Slack's own
