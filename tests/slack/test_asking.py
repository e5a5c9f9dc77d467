"""Ways of asking a double in Slack, and who hears the uniform no, or nothing at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.policy import Policy
from tests.slack.house import BUILD, CACHE, CACHE_QUESTION, JONAS, LEADS, MARA, WEI, House, house
from tests.slack.reading import words

pytestmark = pytest.mark.anyio
NO = "No double answers for Mara Lind here. Please ask them."
NOTHING_WAITS = "Nothing waits."
DECIDES = "Mara Lind decides whether this goes out."


async def learnt(at: House) -> None:
    """Let Mara join and say what she will be asked for."""
    await at.join(MARA)
    await at.say(MARA, CACHE)


@pytest.mark.parametrize("name", [f"<@{MARA}>", "mara", "Mara Lind:", "@mara"])
async def test_a_double_is_asked_by_mention_and_by_name(tmp_path: Path, name: str) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        await at.say(JONAS, f"<@{at.bot}> {name} {CACHE_QUESTION}")
        assert at.alone(JONAS).count(DECIDES) >= 1
        assert [m["text"] for m in at.slack.reading.direct(MARA)] == ["A draft is waiting (#build)."]


async def test_a_double_is_asked_by_command_and_its_reply_tells_the_question(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        await at.command(JONAS, f"ask mara {CACHE_QUESTION}")
        await at.press_told(MARA, "Review")
        await at.submit(MARA)
        (reply,) = at.slack.reading.replies(BUILD)
        assert CACHE_QUESTION in reply["text"]
        assert "thread_ts" not in reply


async def test_in_a_thread_where_a_double_has_spoken_understudys_mention_is_enough(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        root = await at.ask(JONAS)
        await at.press_told(MARA, "Review")
        await at.submit(MARA)
        await at.say(JONAS, f"<@{at.bot}> and when is the build cache on the runner emptied?", root)
        await at.press_told(MARA, "Review")
        await at.submit(MARA)
        assert [m["thread_ts"] for m in at.slack.reading.replies(BUILD)] == [root, root]


async def test_a_mention_that_comes_twice_is_one_question(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        at.slack.deliveries.copies = 3
        await at.ask(JONAS)
        assert [m["text"] for m in at.slack.reading.direct(MARA)] == ["A draft is waiting (#build)."]
        assert at.slack.deliveries.owed == []


async def test_an_edited_question_is_redrafted_and_a_deleted_one_withdrawn(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        asked = await at.ask(JONAS, "where does the cache live?")
        await at.slack.talking.edit(BUILD, asked, f"<@{at.bot}> <@{MARA}> when is the build cache emptied?")
        await at.settle()
        window = await at.press_told(MARA, "Review")
        assert "when is the build cache emptied?" in words(window)
        await at.slack.talking.delete(BUILD, asked)
        await at.settle()
        assert NOTHING_WAITS in words(await at.home(MARA))


async def test_what_an_asker_cancels_is_withdrawn_and_its_buttons_go(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        await at.ask(JONAS)
        await at.press_told(JONAS, "Cancel")
        assert NOTHING_WAITS in words(await at.home(MARA))


async def test_other_bots_and_understudy_itself_are_never_answered(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        for has_user in (True, False):
            await at.slack.talking.bot_says(BUILD, f"<@{at.bot}> <@{MARA}> {CACHE_QUESTION}", has_user=has_user)
        await at.settle()
        assert at.slack.reading.direct(MARA) == []
        assert at.slack.team.ephemerals == []
        assert at.slack.reading.replies(BUILD) == []


@pytest.mark.promise(11, "a Slack channel that becomes shared with another organisation")
async def test_in_a_channel_that_is_shared_with_another_organisation_nothing_is_kept_and_nobody_answered(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        await at.slack.talking.share(BUILD)
        await at.say(MARA, "The quicksilver stands in cupboard nine.")
        await at.ask(JONAS)
        assert "quicksilver" not in words(await at.home(MARA))
        assert DECIDES not in at.alone(JONAS)
        assert at.slack.reading.replies(BUILD) == []


async def test_a_person_of_another_organisation_is_not_heard(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        at.slack.team.person("U0FAR", "Far Away", "far", team="T0ELSEWHERE", is_stranger=True)
        at.slack.team.conversations[BUILD].members.add("U0FAR")
        await at.ask("U0FAR")
        assert at.slack.reading.direct(MARA) == []


async def test_guests_have_no_double_and_hear_why_when_they_join(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        at.slack.team.people[JONAS].is_guest = True
        window = await at.command(JONAS, "join")
        assert "guest" in words(window).lower()
        assert "Learn from me" not in words(window)
        assert await at.core.stage.store.workers() == ()


async def test_a_double_rests_once_its_worker_is_made_a_guest(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        await at.slack.talking.change_person(MARA, is_guest=True)
        await at.ask(JONAS)
        assert NO in at.alone(JONAS)


@pytest.mark.promise(11, "a guest's question in Slack, and a channel that guests cannot read")
async def test_a_guest_who_asks_reads_nothing_from_where_they_cannot_read(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA, channels=[BUILD, LEADS])
        at.slack.team.channel("C0OPEN", "open", MARA, JONAS, WEI, at.bot)
        await at.slack.talking.change_person(WEI, is_guest=True)
        await at.slack.talking.leave(WEI, BUILD)
        await at.say(MARA, CACHE)
        await at.command(MARA, "join")
        await at.submit(MARA, channels=[BUILD, "C0OPEN"])
        await at.slack.acting.close(MARA)
        await at.say(WEI, f"<@{at.bot}> <@{MARA}> {CACHE_QUESTION}", channel="C0OPEN")
        assert "/var/cache/forge" not in str(at.slack.reading.alone(WEI))
        window = await at.press_told(MARA, "Review")
        assert CACHE not in words(window)


async def test_somebody_who_never_joined_and_somebody_who_only_learns_give_the_same_no(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA, draft=False)
        await at.ask(JONAS, worker=MARA)
        await at.ask(JONAS, worker=WEI)
        said = [m["text"] for m in at.slack.reading.alone(JONAS)]
        assert said == [NO, NO.replace("Mara Lind", "陈伟")]


async def test_a_thread_takes_no_more_replies_of_doubles_than_its_cap(tmp_path: Path) -> None:
    async with house(tmp_path, policy=Policy(asks_a_day=50, drafts_a_day=50)) as at:
        await learnt(at)
        root = await at.say(JONAS, "about the cache")
        for _ in range(6):
            await at.ask(JONAS, thread=root)
            if len(at.slack.reading.replies(BUILD)) < 5:
                await at.press_told(MARA, "Review")
                await at.submit(MARA)
                await at.slack.acting.close(MARA)
        assert len(at.slack.reading.replies(BUILD)) == 5


@pytest.mark.promise(11, "a private channel's words in Slack")
async def test_what_is_said_in_a_private_channel_is_used_there_alone(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA, channels=[BUILD, LEADS])
        await at.say(MARA, CACHE, channel=LEADS)
        await at.ask(JONAS)
        window = await at.press_told(MARA, "Review")
        assert CACHE not in words(window)
