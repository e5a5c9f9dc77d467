"""The line to Slack: refreshed, cut, too busy, silent after a post, closed at a clean stop. Nothing is lost by that."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.slack.platform import SlackWorkspace
from bot.clock import TestClock
from bot.errors import NotPermitted, PlatformError, Unreachable
from bot.labelling import CitedSource, LabelledReply, label
from bot.refs import MessageRef
from bot.views import Notice
from tests.cores import GatedCore
from tests.local_platform import MONDAY
from tests.promised import Figures, Sized
from tests.slack.house import BUILD, CACHE, JONAS, MARA, house
from tests.slack.installed import HTTP, SOCKET, access, listening
from tests.slack.reading import words
from tests.slack.server import local_slack
from tests.slack.under_test import slack_heard
from tests.slack.web_api import Trouble, limited

pytestmark = pytest.mark.anyio
WAYS = pytest.mark.parametrize("way", [SOCKET, HTTP])


def reply_to(platform: SlackWorkspace, root: str, key: str = "d_1.1") -> LabelledReply:
    here = platform.installation
    source = CitedSource(MessageRef(here.channel("C1"), root), "http://127.0.0.1/x", MONDAY)
    return label(
        worker=here.person("U1"),
        thread=here.thread("C1", root),
        key=key,
        label_text="Ada Brook's AI double",
        manner="approved as written",
        body="Behind the shed.",
        sources=(source,),
    )


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_refreshed_socket_loses_nothing(reason: str) -> None:
    async with slack_heard(SOCKET) as (slack, _, handler):
        for number in range(3):
            await slack.talking.say("U1", "C1", f"before {number}")
            await slack.deliveries.disconnect(reason, is_closing=False)
            await slack.listening()
            await slack.talking.say("U1", "C1", f"after {number}")
        assert [said.text for said in handler.said] == [f"{w} {n}" for n in range(3) for w in ("before", "after")]
        assert slack.deliveries.owed == []


async def test_a_closed_socket_is_opened_anew_and_what_was_owed_comes() -> None:
    async with slack_heard(SOCKET) as (slack, _, handler):
        await slack.deliveries.disconnect("refresh_requested")
        await slack.talking.say("U1", "C1", "while it was closed")
        await slack.listening()
        await slack.deliveries.bring_again()
        assert [said.text for said in handler.said] == ["while it was closed"]


async def test_an_event_under_way_on_a_socket_that_ends_is_brought_again_and_heard_once() -> None:
    core = GatedCore()
    async with slack_heard(SOCKET, core) as (slack, _, handler):
        saying = asyncio.ensure_future(slack.talking.say("U1", "C1", "by the door"))
        await core.is_asked.wait()
        slack.deliveries.cut()
        await saying
        core.may_go_on.set()
        await slack.listening()
        await slack.deliveries.bring_again()
        assert [said.text for said in handler.said] == ["by the door"]


@WAYS
async def test_a_clean_stop_finishes_and_acknowledges_what_it_has_begun(way: str) -> None:
    core, clock = GatedCore(), TestClock(MONDAY)
    async with local_slack(clock.now) as slack:
        slack.found_team()
        platform = SlackWorkspace(access(slack, way), clock)
        await platform.sign_in()
        async with listening(slack, platform, core):
            saying = asyncio.ensure_future(slack.talking.say("U1", "C1", "by the door"))
            await core.is_asked.wait()
            asyncio.get_running_loop().call_later(0.05, core.may_go_on.set)
        await saying
        assert [said.text for said in core.said] == ["by the door"]
        assert slack.deliveries.owed == []
        slack.deliveries.patience = 1.0
        await slack.talking.say("U1", "C1", "too late")
        assert len(slack.deliveries.owed) == 1


async def test_slack_is_asked_again_no_sooner_than_it_says() -> None:
    async with slack_heard(SOCKET) as (slack, platform, _):
        root = await slack.talking.say("U2", "C1", "where?")
        slack.api.trouble["chat.postMessage"].append(limited(1))
        begun = asyncio.get_running_loop().time()
        await platform.post(reply_to(platform, root))
        assert asyncio.get_running_loop().time() - begun >= 1
        assert len(slack.reading.replies("C1")) == 1
        slack.api.trouble["chat.postMessage"].append(limited(3600))
        with pytest.raises(PlatformError) as caught:
            await platform.post(reply_to(platform, root, "d_2.1"))
        assert caught.value.code == "rate_limited"
        assert len(slack.reading.replies("C1")) == 1


@pytest.mark.promise(17, "Slack's lost answers to a post, and the key in its metadata")
async def test_a_post_whose_answer_was_lost_is_never_made_twice(figures: Figures, sized: Sized) -> None:
    async with slack_heard(SOCKET) as (slack, platform, _):
        count = sized(quick=4, full=40)
        for number in range(count):
            root = await slack.talking.say("U2", "C1", "where?")
            reply = reply_to(platform, root, f"d_{number}.1")
            is_posted = number % 2 == 0
            slack.api.trouble["chat.postMessage"].append(Trouble(is_cut=True, takes_effect=is_posted))
            with pytest.raises(Unreachable):
                await platform.post(reply)
            assert len(await platform.posted_in(reply.thread)) == is_posted
            await platform.post(reply)
            assert [posted.key for posted in await platform.posted_in(reply.thread)] == [reply.key]
        assert len(slack.reading.replies("C1")) == count
        figures("answers to a post that were lost", count)


@pytest.mark.parametrize("code", ["is_archived", "not_in_channel", "restricted_action", "token_revoked"])
async def test_what_slack_forbids_is_not_permitted(code: str) -> None:
    async with slack_heard(SOCKET) as (slack, platform, _):
        root = await slack.talking.say("U2", "C1", "where?")
        slack.api.trouble["chat.postMessage"].append(Trouble(code))
        with pytest.raises(NotPermitted):
            await platform.post(reply_to(platform, root))
        assert slack.reading.replies("C1") == []


async def test_a_reply_whose_answer_was_lost_is_read_back_and_stands_once_in_the_end(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        await at.say(MARA, CACHE)
        await at.ask(JONAS)
        await at.press_told(MARA, "Review")
        at.slack.api.trouble["chat.postMessage"].append(Trouble(is_cut=True, takes_effect=True))
        await at.submit(MARA)
        await at.advance(minutes=10)
        assert len(at.slack.reading.replies(BUILD)) == 1
        assert "Mara Lind's double has answered." in at.alone(JONAS)


async def test_a_window_that_is_late_for_its_three_seconds_is_told_in_private(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        at.slack.api.trouble["views.open"].append(Trouble("expired_trigger_id"))
        await at.command(MARA, "join")
        assert at.on_top(MARA) is None
        assert at.alone(MARA)


async def test_a_slow_answer_opens_a_window_that_says_so_within_the_three_seconds(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        may_go_on = asyncio.Event()
        own, scope = at.slack.api.methods["users.conversations"]

        async def slow(arguments: dict[str, object]) -> dict[str, object]:
            await may_go_on.wait()
            return await own(arguments)

        at.slack.api.methods["users.conversations"] = (slow, scope)
        await at.slack.acting.command(MARA, BUILD, "join")
        await at.until(lambda: at.slack.team.modals[MARA])
        assert "Learn from me" not in words(at.slack.reading.modal(MARA))
        may_go_on.set()
        await at.until(lambda: "Learn from me" in words(at.slack.reading.modal(MARA)))


async def test_access_that_ended_while_nobody_listened_is_found_out(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        await at.say(MARA, CACHE)
        await at.slack.deliveries.disconnect("refresh_requested")
        at.slack.team.people[MARA].is_active = False
        await at.slack.listening()
        at.clock.advance(timedelta(days=1, hours=1))
        await at.settle()
        await at.ask(JONAS)
        assert "No double answers for Mara Lind here." in at.alone(JONAS)


@pytest.mark.promise(3, "Slack's app taken out of the workspace, its tokens revoked")
async def test_a_double_rests_at_once_when_the_app_is_taken_out(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        await at.say(MARA, CACHE)
        await at.slack.talking.uninstall()
        await at.settle()
        await at.ask(JONAS)
        assert "No double answers for Mara Lind here." in at.alone(JONAS)


@pytest.mark.promise(21, "Slack's socket closed for ten minutes, and what it no longer brings")
async def test_what_was_said_while_the_socket_was_closed_is_read_afterwards(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        await at.say(MARA, "before the gap")
        await at.slack.deliveries.disconnect("refresh_requested")
        at.clock.advance(timedelta(minutes=5))
        await at.slack.talking.say(MARA, BUILD, CACHE)
        await at.slack.talking.say(JONAS, BUILD, "quicksilver, which is nobody's business")
        at.slack.deliveries.owed.clear()  # Slack has tried often enough
        at.clock.advance(timedelta(minutes=5))
        await at.slack.listening()
        await at.until(lambda: at.slack.api.called("conversations.history"))
        await at.settle()
        shown = words(await at.home(MARA))
        assert CACHE in shown
        assert "quicksilver" not in shown


async def test_a_notice_whose_forerunner_cannot_be_taken_away_stands_once() -> None:
    async with slack_heard(SOCKET) as (slack, platform, _):
        notice = Notice(platform.installation.person("U1"), "k", "waiting", "One.", MONDAY)
        await platform.tell(notice)
        slack.api.trouble["chat.delete"].append(Trouble(is_cut=True))
        await platform.tell(replace(notice, text="Two."))
        assert [words(one) for one in slack.reading.direct("U1")] == ["One.\nOne.", "Two.\nTwo."]


async def test_a_notice_that_could_not_be_taken_away_goes_at_the_next_attempt() -> None:
    async with slack_heard(SOCKET) as (slack, platform, _):
        notice = Notice(platform.installation.person("U1"), "k", "waiting", "One.", MONDAY)
        await platform.tell(notice)
        slack.api.trouble["chat.delete"].append(Trouble(is_cut=True))
        with pytest.raises(Unreachable):
            await platform.tell(replace(notice, text=""))
        await platform.tell(replace(notice, text=""))
        assert slack.reading.direct("U1") == []
