"""What a whole channel sees of Understudy besides replies: one notice that it came, and a status for every mention."""

from __future__ import annotations

import pytest

from adapters.slack.platform import SlackWorkspace
from bot.clock import TestClock
from bot.errors import NotPermitted, PlatformError
from bot.labelling import CitedSource, LabelledReply, label
from bot.refs import MessageRef
from tests.local_platform import MONDAY, RecordingHandler
from tests.slack.installed import SOCKET, access, listening
from tests.slack.server import LocalSlack, local_slack
from tests.slack.under_test import slack_heard
from tests.slack.web_api import Trouble

pytestmark = pytest.mark.anyio
IS_HERE = (
    "Understudy is in #orchard. It keeps nobody's words unless they privately asked it to, and nobody can see who did."
)


def reply(platform: SlackWorkspace, root: str) -> LabelledReply:
    here = platform.installation
    return label(
        worker=here.person("U1"),
        thread=here.thread("C1", root),
        key="d_1.1",
        label_text="Ada Brook's AI double",
        manner="approved as written",
        body="Behind the shed.",
        sources=(CitedSource(MessageRef(here.channel("C1"), root), "http://127.0.0.1/x", MONDAY),),
    )


def notices(slack: LocalSlack, channel: str = "C3") -> list[str]:
    return [text for _, text in slack.reading.channel(channel) if text.startswith(IS_HERE)]


async def test_coming_into_a_channel_is_said_there_once_however_it_came_about() -> None:
    async with slack_heard(SOCKET) as (slack, platform, _):
        slack.team.channel("C3", "orchard", "U1")
        bot = slack.team.bot_user
        await platform.enter(platform.installation.channel("C3"))
        await slack.news.quiet()
        assert len(notices(slack)) == 1
        await platform.enter(platform.installation.channel("C3"))
        await slack.talking.leave(bot, "C3")
        await slack.talking.join(bot, "C3", "U1")
        await slack.news.quiet()
        assert len(notices(slack)) == 1


async def test_whoever_lets_it_into_a_private_channel_lets_it_say_so() -> None:
    async with slack_heard(SOCKET) as (slack, _, core):
        slack.team.channel("C3", "orchard", "U1", is_private=True)
        await slack.talking.join(slack.team.bot_user, "C3", "U1")
        await slack.news.quiet()
        assert len(notices(slack)) == 1
        assert core.events == [], "its own words are nobody's"


async def test_a_channel_in_which_it_may_not_speak_is_not_spoken_in_and_the_event_is_over() -> None:
    async with slack_heard(SOCKET) as (slack, _, _core):
        slack.team.channel("C3", "orchard", "U1")
        slack.api.trouble["chat.postMessage"].append(Trouble("restricted_action"))
        await slack.talking.join(slack.team.bot_user, "C3", "U1")
        await slack.news.quiet()
        assert notices(slack) == []
        assert slack.deliveries.owed == []


async def test_a_notice_that_could_not_be_posted_is_posted_when_slack_brings_the_event_again() -> None:
    async with slack_heard(SOCKET) as (slack, _, _core):
        slack.team.channel("C3", "orchard", "U1")
        slack.deliveries.patience = 3.0
        slack.api.trouble["chat.postMessage"].append(Trouble("internal_error", 500))
        await slack.talking.join(slack.team.bot_user, "C3", "U1")
        await slack.deliveries.bring_again()
        await slack.news.quiet()
        assert len(notices(slack)) == 1


async def test_every_mention_shows_the_same_status_and_it_ends() -> None:
    async with slack_heard(SOCKET) as (slack, _, core):
        bot = slack.team.bot_user
        root = await slack.talking.say("U2", "C1", f"<@{bot}> <@U1> where is the key?")
        await slack.talking.say("U2", "C1", f"<@{bot}> <@U2> where is the key?", root)
        await slack.talking.say("U2", "C1", "nobody is asked")
        await slack.api.until(lambda: len(slack.chat.statuses) >= 4)
        shown = [(status["thread_ts"], status["status"]) for status in slack.chat.statuses]
        assert sorted(shown) == sorted([(root, "is looking"), (root, "")] * 2)
        assert len(core.said) == 3


async def test_a_status_that_cannot_be_set_costs_no_question() -> None:
    async with slack_heard(SOCKET) as (slack, _, core):
        slack.api.trouble["assistant.threads.setStatus"] += [
            Trouble("invalid_thread_ts"),
            Trouble("internal_error", 500),
        ]
        await slack.talking.say("U2", "C1", f"<@{slack.team.bot_user}> <@U1> where?")
        assert [said.address for said in core.said] == ["<@U1> where?"]


async def test_a_post_under_a_name_that_cannot_be_deleted_loses_its_words_instead() -> None:
    clock = TestClock(MONDAY)
    async with local_slack(clock.now) as slack:
        slack.found_team()
        slack.chat.names_stay = True
        platform = SlackWorkspace(access(slack, shows_names=True), clock)
        await platform.sign_in()
        async with listening(slack, platform, RecordingHandler()):
            root = await slack.talking.say("U2", "C1", "where?")
            ref = await platform.post(reply(platform, root))
            assert slack.reading.message("C1", ref.stamp)["username"] == "Ada Brook's AI double"
            assert [posted.ref for posted in await platform.posted_in(reply(platform, root).thread)] == [ref]
            await platform.retract(ref, None)
            assert slack.reading.channel("C1")[-1] == (ref.stamp, "This was taken back.")
            assert await platform.posted_in(reply(platform, root).thread) == ()


async def test_nothing_is_posted_where_others_can_read_by_now_than_it_was_approved_for() -> None:
    async with slack_heard(SOCKET) as (slack, platform, _):
        root = await slack.talking.say("U2", "C1", "where?")
        assert await platform.directory.channel(platform.installation.channel("C1")) is not None
        slack.team.conversations["C1"].is_private = True  # and no event told of it yet
        with pytest.raises(PlatformError) as caught:
            await platform.post(reply(platform, root))
        assert caught.value.code == "audience_changed"
        assert len(slack.reading.channel("C1")) == 1


async def test_a_reference_of_another_workspace_is_none_of_its_business() -> None:
    async with slack_heard(SOCKET) as (_, platform, _core):
        here = platform.installation
        ref = MessageRef(type(here.channel("C1"))("slack", "T9", "C1"), "1772442000.000100")
        with pytest.raises(NotPermitted):
            await platform.retract(ref, None)
        assert await platform.directory.channel(ref.channel) is None
