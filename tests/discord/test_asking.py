"""Ways of asking a double in Discord, and who hears the uniform no, or nothing at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.policy import Policy
from bot.words import Words
from tests.discord.house import (
    BUILD,
    CACHE,
    CACHE_QUESTION,
    GUILD,
    JONAS,
    LEADS,
    MARA,
    WEI,
    at_home,
    forge,
    house,
    learnt,
    review,
    sent,
)
from tests.discord.interactions import interaction_object
from tests.discord.reading import labels, words

pytestmark = pytest.mark.anyio
NO = "No double answers for Mara Lind here. Please ask them."
NOTHING_WAITS = "Nothing waits."
DECIDES = "Mara Lind decides whether this goes out."


@pytest.mark.parametrize("name", [f"<@{MARA}>", f"<@!{MARA}>", "mara", "Mara Lind:", "@mara"])
async def test_a_double_is_asked_by_mention_and_by_name(tmp_path: Path, name: str) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        await at.say(JONAS, f"<@{at.bot}> {name} {CACHE_QUESTION}")
        assert at.told(JONAS).count(DECIDES) == 1
        assert [words(m) for m in at.discord.reading.direct(MARA)] == ["A draft is waiting (#build).\nReview"]


async def test_whoever_asks_by_command_is_answered_alone_and_once_and_the_reply_tells_the_question(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        await at.command(JONAS, "ask", person=MARA, question=CACHE_QUESTION)
        assert at.told(JONAS).count(DECIDES) == 1
        assert at.discord.reading.direct(JONAS) == []
        assert len(at.discord.reading.messages(BUILD)) == 1
        reply = await sent(at)
        assert CACHE_QUESTION in words(reply)
        assert not reply.get("message_reference")
        assert "has answered" in at.alone(JONAS)
        assert at.alone(JONAS).count("Mara Lind") == 1, "in the place of the first notice"


async def test_a_command_in_a_thread_is_answered_in_that_thread(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        root = await at.say(JONAS, "about the cache")
        thread = await at.discord.talking.start_thread(JONAS, BUILD, root, "The cache")
        await at.settle()
        await at.command(JONAS, "ask", thread, person=MARA, question=CACHE_QUESTION)
        await review(at)
        await at.press(MARA, "Send as my double")
        (reply,) = at.replies(thread)
        assert CACHE_QUESTION in words(reply)
        assert at.replies() == []


@pytest.mark.promise(11, "a private thread in Discord")
async def test_in_a_private_thread_nobodys_double_is_asked(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        thread = await at.discord.talking.start_thread(JONAS, BUILD, name="Between us", kind=12)
        await at.settle()
        told = await at.command(JONAS, "ask", thread, person=MARA, question=CACHE_QUESTION)
        assert "In a private thread nobody's double answers." in words(told)
        assert at.discord.reading.direct(MARA) == []
        assert "My double" in words(await at.command(MARA, "home"))


async def test_in_a_thread_where_a_double_has_spoken_understudys_mention_is_enough(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        root = await at.ask(JONAS)
        thread = await at.discord.talking.start_thread(JONAS, BUILD, root, "The cache")
        await at.settle()
        await review(at)
        await at.press(MARA, "Send as my double")
        assert len(at.replies(thread)) == 1
        await at.say(JONAS, f"<@{at.bot}> and when is the build cache on the runner emptied?", thread)
        await review(at)
        await at.press(MARA, "Send as my double")
        assert len(at.replies(thread)) == 2


async def test_a_step_that_discord_brings_twice_is_one_question(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        given = await at.discord.acting.command(JONAS, BUILD, "ask", person=MARA, question=CACHE_QUESTION)
        at.discord.gateway.send("INTERACTION_CREATE", interaction_object(at.discord.team, given))
        await at.settle()
        assert [words(m) for m in at.discord.reading.direct(MARA)] == ["A draft is waiting (#build).\nReview"]
        assert at.told(JONAS).count(DECIDES) == 1


async def test_an_edited_question_is_redrafted_and_a_deleted_one_withdrawn(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        asked = await at.ask(JONAS, "where does the cache live?")
        await at.discord.talking.edit(BUILD, asked, f"<@{at.bot}> <@{MARA}> when is the build cache emptied?")
        await at.settle()
        assert "when is the build cache emptied?" in words(await review(at))
        await at.discord.talking.delete(BUILD, asked)
        await at.settle()
        assert NOTHING_WAITS in words(await at.command(MARA, "home"))


async def test_what_an_asker_cancels_is_withdrawn_and_its_buttons_go(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        await at.command(JONAS, "ask", person=MARA, question=CACHE_QUESTION)
        shown = await at.press(JONAS, "Cancel")
        assert labels(shown) == []
        assert DECIDES not in at.told(JONAS)
        assert NOTHING_WAITS in words(await at.command(MARA, "home"))


async def test_what_is_cancelled_in_direct_messages_loses_its_buttons_there(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        await at.ask(JONAS)
        await at.press_told(JONAS, "Cancel")
        assert [labels(message) for message in at.discord.reading.direct(JONAS)] == [[]]
        assert NOTHING_WAITS in words(await at.command(MARA, "home"))


async def test_of_several_who_are_meant_the_asker_picks_one(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        await at.join(WEI)
        await at.say(JONAS, f"<@{at.bot}> <@{MARA}> <@{WEI}> {CACHE_QUESTION}")
        assert "One at a time:" in at.told(JONAS)
        await at.press_told(JONAS, "Mara Lind")
        assert "One at a time:" not in at.told(JONAS)
        assert at.told(JONAS).count(DECIDES) == 1
        assert CACHE in words(await review(at))


async def test_other_bots_webhooks_and_understudy_itself_are_never_answered(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        at.discord.team.person(1_400_000_000_000_000_599, None, "other", is_bot=True)
        await at.discord.moving.join(1_400_000_000_000_000_599, GUILD)
        for author in (1_400_000_000_000_000_599, at.bot):
            await at.say(author, f"<@{at.bot}> <@{MARA}> {CACHE_QUESTION}")
        await at.discord.talking.webhook_says(BUILD, f"<@{at.bot}> <@{MARA}> {CACHE_QUESTION}")
        await at.settle()
        assert at.discord.reading.direct(MARA) == []
        assert at.replies() == []


async def test_somebody_who_never_joined_and_somebody_who_only_learns_give_the_same_no(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA, draft=False)
        await at.ask(JONAS, worker=MARA)
        await at.ask(JONAS, worker=WEI)
        told = [words(message) for message in at.discord.reading.direct(JONAS)]
        assert told == [NO, NO.replace("Mara Lind", "陈伟")]
        for worker in (MARA, WEI):
            assert NO.replace("Mara Lind", "Mara Lind" if worker == MARA else "陈伟") in words(
                await at.command(JONAS, "ask", person=worker, question=CACHE_QUESTION)
            )


async def test_whoever_asks_again_gets_the_same_no_again_and_where_they_asked(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        for question in (CACHE_QUESTION, "And when is it emptied?"):
            assert words(await at.command(JONAS, "ask", person=MARA, question=question)) == NO
        assert at.alone(JONAS).count(NO) == 1
        before = at.discord.reading.last(JONAS)["id"]
        await at.ask(JONAS)
        assert at.discord.reading.last(JONAS)["id"] != before, "beneath the question"
        assert at.alone(JONAS) == NO


async def test_a_thread_takes_no_more_replies_of_doubles_than_its_cap(tmp_path: Path) -> None:
    async with house(tmp_path, policy=Policy(asks_a_day=50, drafts_a_day=50)) as at:
        await learnt(at)
        root = await at.say(JONAS, "about the cache")
        thread = await at.discord.talking.start_thread(JONAS, BUILD, root, "The cache")
        for _ in range(6):
            await at.ask(JONAS, place=thread)
            if len(at.replies(thread)) < 5:
                await review(at)
                await at.press(MARA, "Send as my double")
        assert len(at.replies(thread)) == 5


@pytest.mark.promise(11, "a private channel's words in Discord")
async def test_what_is_said_in_a_private_channel_is_used_there_alone(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA, channels=[str(BUILD), str(LEADS)])
        await at.say(MARA, CACHE, LEADS)
        await at.ask(JONAS)
        assert CACHE not in words(await review(at))
        await at.ask(JONAS, place=LEADS)
        await at.command(MARA, "home")
        await at.press(MARA, "Review")
        assert CACHE in at.alone(MARA)


@pytest.mark.promise(11, "a Discord channel that becomes private")
async def test_a_channel_that_becomes_private_is_not_answered_from_any_more(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        await at.discord.moving.make_private(BUILD)
        await at.settle()
        await at.discord.moving.allow(JONAS, LEADS)
        await at.ask(JONAS, place=LEADS)
        assert NO in at.told(JONAS)


@pytest.mark.promise(11, "a worker who left the Discord server")
async def test_whoever_leaves_the_server_is_not_answered_for(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        await at.discord.moving.leave(MARA, GUILD)
        await at.settle()
        await at.say(JONAS, f"<@{at.bot}> <@{MARA}> {CACHE_QUESTION}")
        assert DECIDES not in at.told(JONAS)
        assert at.replies() == []


async def test_without_any_privileged_intent_a_question_is_asked_and_answered_in_its_workers_own_words(
    tmp_path: Path,
) -> None:
    async with forge(flags=0) as (discord, clock), at_home(tmp_path, discord, clock) as at:
        await at.command(MARA, "join")
        assert Words().say("consent.hears_mentions_alone") in at.alone(MARA)
        await at.press(MARA, "Agree")
        await at.submit(MARA, learn=True, draft=True, channels=[str(BUILD)])
        await at.say(MARA, CACHE)
        await at.ask(JONAS)
        assert "Mara Lind sees your question and may answer it." in at.told(JONAS)
        assert CACHE_QUESTION in words(await review(at))
        await at.press(MARA, "Send as my double")
        written = "In /var/cache/forge, ask me for the key."
        await at.submit(MARA, text=written)
        (reply,) = at.replies()
        assert written in words(reply)
        assert CACHE not in words(await at.command(MARA, "mine"))


async def test_whoever_reads_that_understudy_has_come_asks_what_it_is_in_private(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.discord.moving.remove_bot(GUILD)
        await at.settle()
        await at.discord.moving.add_bot(GUILD)
        await at.settle()
        (told,) = at.discord.reading.messages(BUILD)
        assert "nobody can see who did" in words(told)
        shown = await at.press_on(JONAS, "What is an AI double?", told)
        assert labels(shown) == ["Join"]
        assert "Agree and join …" in labels(await at.press(JONAS, "Join"))
        assert len(at.discord.reading.messages(BUILD)) == 1
        assert at.alone(MARA) == ""
