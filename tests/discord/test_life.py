"""A double's whole life in Discord alone, by the real composition: from joining to the receipt of leaving."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.discord.house import (
    BUILD,
    CACHE,
    CACHE_QUESTION,
    GUILD,
    JONAS,
    LANGUAGES,
    MARA,
    answered,
    house,
    review,
    sayer,
)
from tests.discord.permissions import Can
from tests.discord.reading import labels, words

pytestmark = pytest.mark.anyio


@pytest.mark.promise(9, "the label in a whole conversation in Discord")
@LANGUAGES
async def test_a_question_becomes_a_labelled_reply_that_its_worker_wrote(tmp_path: Path, locale: str) -> None:
    say = sayer(locale)
    async with house(tmp_path, locale=locale) as at:
        receipt = await at.join(MARA)
        assert say("consent.joined_title") in words(receipt)
        said = await at.say(MARA, CACHE)
        question = await at.ask(JONAS)
        assert "Mara Lind decides whether this goes out." in at.told(JONAS)
        assert CACHE not in str(at.discord.reading.direct(MARA))  # a message announces, and holds no content
        window = await review(at, locale)
        assert words(window).count("where does the build cache live") == 1
        await at.press(MARA, say("discord.edit_button"))
        drafted = at.discord.reading.typed(MARA, "text")
        await at.submit(MARA, text=f"{drafted}\nAsk <@{JONAS}> & me if it <is> *not*.")
        (reply,) = at.replies()
        assert words(reply).startswith("Mara Lind's AI double")
        assert "edited" in words(reply).splitlines()[0]
        assert "Ask Jonas Okafor & me if it <is> *not*." in words(reply)
        assert f"/channels/{GUILD}/{BUILD}/{said}" in reply["content"]
        assert f"/channels/{GUILD}/{BUILD}/{question}" in reply["content"]
        assert reply["mentions"] == []
        assert "Mara Lind's double has answered." in at.told(JONAS)


@LANGUAGES
async def test_a_draft_is_sent_as_it_stands_and_undone_within_ten_seconds_without_a_trace(
    tmp_path: Path, locale: str
) -> None:
    async with house(tmp_path, locale=locale) as at:
        reply = await answered(at, locale)
        assert CACHE in words(reply)
        assert "Jonas Okafor" not in words(reply)
        window = await at.press(MARA, sayer(locale)("review.undo_button"))
        assert at.replies() == []
        assert len(at.discord.reading.messages(BUILD)) == 2
        assert sayer(locale)("review.send_button") in labels(window)


async def test_a_denied_draft_is_not_posted_and_the_asker_is_told_no_more_than_that(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        await at.say(MARA, CACHE)
        await at.ask(JONAS)
        await review(at)
        await at.press(MARA, "Deny")
        assert at.replies() == []
        await at.advance(days=3)
        assert "No answer this time. Please ask Mara Lind." in at.told(JONAS)


async def test_where_no_webhook_is_permitted_the_same_words_are_posted_and_taken_back(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.discord.moving.deny(at.bot, BUILD, Can.MANAGE_WEBHOOKS)
        reply = await answered(at)
        assert (reply["author"]["id"], words(reply).splitlines()[0]) == (
            str(at.bot),
            "Mara Lind's AI double · read and approved by Mara Lind",
        )
        await at.advance(minutes=5)
        await at.press_on(JONAS, "Not right", reply)
        await at.choose(MARA, "Take back", reply)
        assert at.replies() == []
        assert (int(reply["id"]), "Mara Lind took this back.") in at.discord.reading.channel(BUILD)


@LANGUAGES
async def test_a_reply_is_taken_back_by_its_menu_and_leaves_the_line_that_says_so(tmp_path: Path, locale: str) -> None:
    take_back = sayer(locale)("steps.command_take_back")
    async with house(tmp_path, locale=locale) as at:
        reply = await answered(at, locale)
        await at.advance(minutes=5)
        await at.choose(JONAS, "Take back", reply)
        assert len(at.replies()) == 1
        await at.choose(MARA, take_back, reply)
        assert at.replies() == []
        (line,) = [text for id_, text in at.discord.reading.channel(BUILD) if id_ == int(reply["id"])]
        assert line == "Mara Lind took this back."


async def test_what_is_no_reply_is_not_taken_back(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        said = await at.say(MARA, "Is the oven off?")
        shown = await at.choose(MARA, "Take back", said)
        assert shown is not None
        assert words(shown) == "This is not a reply of an AI double."


async def test_a_reply_is_taken_back_on_ones_own_page_which_is_shown_anew(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        reply = await answered(at)
        await at.advance(minutes=5)
        await at.command(MARA, "home")
        await at.press_and_mean_it(MARA, "Take back")
        assert at.replies() == []
        assert (int(reply["id"]), "Mara Lind took this back.") in at.discord.reading.channel(BUILD)
        assert "Take back" not in labels(at.discord.reading.last(MARA))


async def test_never_use_this_stands_in_the_menu_of_ones_own_message_alone(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        said = await at.say(MARA, CACHE)
        refused = await at.choose(JONAS, "Never use this", said)
        assert refused is not None
        assert "not your message" in words(refused)
        assert CACHE in words(await at.command(MARA, "try", question=CACHE_QUESTION))
        await at.choose(MARA, "Never use this", said)
        await at.ask(JONAS)
        assert CACHE not in words(await review(at))


async def test_a_message_in_a_thread_is_held_back_by_its_menu_too(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        root = await at.say(JONAS, "about the cache")
        thread = await at.discord.talking.start_thread(JONAS, BUILD, root, "The cache")
        said = await at.say(MARA, CACHE, thread)
        assert CACHE in words(await at.command(MARA, "try", question=CACHE_QUESTION))
        await at.choose(MARA, "Never use this", said)
        assert CACHE not in words(await at.command(MARA, "try", question=CACHE_QUESTION))


async def test_a_reader_says_that_a_reply_is_not_right_and_its_worker_hears_it_once(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        reply = await answered(at)
        before = len(at.discord.reading.told(MARA))
        for _ in range(2):
            told = await at.press_on(JONAS, "Not right", reply)
            assert "Mara Lind was told" in words(told)
        heard = at.discord.reading.told(MARA)[before:]
        assert len(heard) == 1
        assert "Jonas" not in heard[0]
        assert [labels(one) for one in at.replies()] == [["Not right"]]


async def test_an_edit_and_a_deletion_are_followed(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        said = await at.say(MARA, "The build cache lives in /tmp on the runner.")
        gone = await at.say(MARA, "The build cache key of the runner is blue.")
        await at.discord.talking.edit(BUILD, said, CACHE)
        await at.discord.talking.delete(BUILD, gone)
        await at.settle()
        await at.ask(JONAS)
        window = words(await review(at))
        assert CACHE in window
        assert "/tmp" not in window
        assert "blue" not in window


async def test_a_paused_double_gives_the_usual_no_until_it_is_resumed(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        await at.say(MARA, CACHE)
        await at.command(MARA, "pause")
        await at.ask(JONAS)
        assert "No double answers for Mara Lind here. Please ask them." in at.told(JONAS)
        await at.command(MARA, "resume")
        await at.ask(JONAS)
        assert "Mara Lind decides" in at.told(JONAS)


@LANGUAGES
async def test_leaving_erases_everything_takes_the_replies_back_and_gives_a_receipt(
    tmp_path: Path, locale: str
) -> None:
    async with house(tmp_path, locale=locale) as at:
        reply = await answered(at, locale)
        await at.command(MARA, "mine")
        assert CACHE in at.alone(MARA)
        await at.command(MARA, "leave")
        receipt = await at.submit(MARA, retract=True)
        assert re.search(r"1 message|1 条", words(receipt))
        assert (int(reply["id"]), "Mara Lind took this back.") in at.discord.reading.channel(BUILD)
        assert await at.core.stage.store.workers() == ()
        assert CACHE not in at.alone(MARA), "nothing that was erased stays before anybody"
        await at.ask(JONAS)
        assert "No double answers for Mara Lind here. Please ask them." in at.told(JONAS)


@pytest.mark.promise(1, "another person's press on a window, in Discord")
async def test_a_window_is_of_whoever_opened_it_and_of_nobody_else(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.command(MARA, "join")
        window = at.discord.reading.last(MARA)
        at.discord.interactions.show_alone(
            await at.discord.acting.command(JONAS, BUILD, "help"), components=window["components"], flags=1 << 15
        )  # as if somebody had forged the window
        assert "too old to go on in" in words(await at.press(JONAS, "Agree"))
        assert await at.core.stage.store.workers() == ()


@LANGUAGES
async def test_whoever_mentions_a_worker_who_is_away_is_offered_their_double_alone(tmp_path: Path, locale: str) -> None:
    async with house(tmp_path, locale=locale) as at:
        await at.join(MARA)
        await at.say(MARA, CACHE)
        await at.command(MARA, "away", until="2026-03-06")
        await at.say(JONAS, f"<@{MARA}> {CACHE_QUESTION}")
        assert "Mara Lind is away" in at.told(JONAS)
        assert "is away" not in str(at.discord.reading.channel(BUILD))
        await at.press_told(JONAS, "Ask the double")
        assert CACHE in words(await review(at, locale))
        await at.press(MARA, sayer(locale)("review.send_button"))
        assert [words(reply).startswith("Mara Lind's AI double") for reply in at.replies()] == [True]


@LANGUAGES
async def test_a_worker_who_chose_so_sees_the_draft_in_their_direct_messages(tmp_path: Path, locale: str) -> None:
    say = sayer(locale)
    async with house(tmp_path, locale=locale) as at:
        await at.join(MARA)
        await at.say(MARA, CACHE)
        await at.command(MARA, "home")
        shown = await at.press_and_mean_it(MARA, say("home.drafts_show_button"))
        assert say("home.drafts_hide_button") in labels(shown)
        await at.ask(JONAS)
        assert "/var/cache/forge" in str(at.discord.reading.direct(MARA))
        await at.press(MARA, say("home.drafts_hide_button"))
        assert "/var/cache/forge" not in str(at.discord.reading.direct(MARA))
