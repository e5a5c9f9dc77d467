"""A double's whole life in Slack alone, by the real composition: from joining to the receipt of leaving."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bot.words import Words
from tests.slack.house import BUILD, CACHE, CACHE_QUESTION, JONAS, MARA, House, house
from tests.slack.installed import HTTP, SOCKET
from tests.slack.reading import labels, words
from tests.slack.shapes import Json

pytestmark = pytest.mark.anyio
LANGUAGES = pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
WAYS = pytest.mark.parametrize("way", [SOCKET, HTTP])


def sayer(locale: str) -> Any:
    """Return what says the catalogue's sentences as a reader of that language has them."""
    return Words(locale, "Europe/Berlin").say


async def review(at: House, locale: str = "en-US") -> Json:
    """Let Mara open the review window from the message that says a draft is waiting."""
    window = await at.press_told(MARA, sayer(locale)("asking.review_button"))
    assert window is not None
    return window


async def answered(at: House, locale: str = "en-US") -> Json:
    """Let Mara join and talk, Jonas ask, and Mara send the draft as it is; return the reply."""
    await at.join(MARA)
    await at.say(MARA, CACHE)
    await at.ask(JONAS)
    await review(at, locale)
    await at.submit(MARA)
    (reply,) = at.slack.reading.replies(BUILD)
    return reply


@pytest.mark.promise(9, "the label in text and metadata of a whole conversation in Slack")
@LANGUAGES
@WAYS
async def test_a_question_becomes_a_labelled_reply_that_its_worker_wrote(tmp_path: Path, way: str, locale: str) -> None:
    say = sayer(locale)
    async with house(tmp_path, way, locale=locale) as at:
        receipt = await at.join(MARA)
        assert say("consent.joined_title") in words(receipt)
        said = await at.say(MARA, CACHE)
        question = await at.ask(JONAS)
        assert "Mara Lind decides whether this goes out." in at.alone(JONAS)
        assert CACHE not in str(at.slack.reading.direct(MARA))  # a message announces, and holds no content
        window = await review(at, locale)
        assert words(window).count("where does the build cache live") == 1
        drafted = at.slack.reading.typed(MARA, say("review.draft_label"))
        await at.submit(MARA, text=f"{drafted}\nAsk <@{JONAS}> & me if it <is> not.")
        (reply,) = at.slack.reading.replies(BUILD)
        assert reply["text"].startswith("Mara Lind's AI double")
        assert "edited" in reply["text"].splitlines()[0]
        assert "Ask Jonas Okafor &amp; me if it &lt;is&gt; not." in reply["text"]
        assert reply["thread_ts"] == question
        assert reply["metadata"]["event_payload"]["worker"] == MARA
        assert set(reply["metadata"]["event_payload"]) == {"key", "worker"}  # ids only
        assert f"/archives/{BUILD}/p{said.replace('.', '')}" in str(reply["blocks"])
        posted = at.slack.api.called("chat.postMessage")[-1]
        assert (posted["unfurl_links"], posted["unfurl_media"]) == (False, False)
        assert "Mara Lind's double has answered." in at.alone(JONAS)


@LANGUAGES
async def test_what_was_sent_is_undone_within_ten_seconds_without_a_trace(tmp_path: Path, locale: str) -> None:
    async with house(tmp_path, locale=locale) as at:
        await answered(at, locale)
        await at.press(MARA, sayer(locale)("review.undo_button"))
        assert at.slack.reading.replies(BUILD) == []
        assert len(at.slack.reading.channel(BUILD)) == 2


@LANGUAGES
async def test_a_reply_is_taken_back_by_its_shortcut_and_leaves_the_line_that_says_so(
    tmp_path: Path, locale: str
) -> None:
    async with house(tmp_path, locale=locale) as at:
        reply = await answered(at, locale)
        await at.advance(minutes=5)
        await at.slack.acting.shortcut(JONAS, "take_back", BUILD, reply["ts"])
        await at.settle()
        assert len(at.slack.reading.replies(BUILD)) == 1
        await at.slack.acting.shortcut(MARA, "take_back", BUILD, reply["ts"])
        await at.until(lambda: not at.slack.reading.replies(BUILD))
        (line,) = [text for ts, text in at.slack.reading.channel(BUILD) if ts == reply["ts"]]
        assert line == "Mara Lind took this back."
        assert labels(at.slack.reading.message(BUILD, reply["ts"])) == []


async def test_a_reply_is_taken_back_in_the_home_tab(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        reply = await answered(at)
        await at.advance(minutes=5)
        await at.home(MARA)
        await at.press_home(MARA, "Take back")
        assert at.slack.reading.replies(BUILD) == []
        assert (reply["ts"], "Mara Lind took this back.") in at.slack.reading.channel(BUILD)


async def test_never_use_this_is_a_shortcut_on_ones_own_message_alone(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        said = await at.say(MARA, CACHE)
        await at.slack.acting.shortcut(JONAS, "never_use", BUILD, said)
        await at.slack.acting.shortcut(MARA, "never_use", BUILD, said)
        await at.settle()
        await at.ask(JONAS)
        window = await review(at)
        assert CACHE not in words(window)


async def test_a_reader_says_that_a_reply_is_not_right_and_its_worker_hears_it_once(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        reply = await answered(at)
        before = len(at.slack.reading.told(MARA))
        for _ in range(2):
            await at.slack.press_on(JONAS, BUILD, reply["ts"], "Not right")
            await at.settle()
        await at.until(lambda: at.alone(JONAS).count("Mara Lind was told") == 2)
        told = at.slack.reading.told(MARA)[before:]
        assert len(told) == 1
        assert "Jonas" not in told[0]
        assert labels(at.slack.reading.message(BUILD, reply["ts"])) == ["Not right"]


async def test_an_edit_and_a_deletion_are_followed(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        said = await at.say(MARA, "The build cache lives in /tmp on the runner.")
        gone = await at.say(MARA, "The build cache key of the runner is blue.")
        await at.slack.talking.edit(BUILD, said, CACHE)
        await at.slack.talking.unfurl(BUILD, said)
        await at.slack.talking.delete(BUILD, gone)
        await at.ask(JONAS)
        window = words(await review(at))
        assert CACHE in window
        assert "/tmp" not in window
        assert "blue" not in window


async def test_a_root_with_replies_is_forgotten_when_it_is_deleted(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        root = await at.say(MARA, CACHE)
        await at.say(JONAS, "good to know", root)
        await at.slack.talking.delete(BUILD, root)
        await at.settle()
        assert CACHE not in words(await at.home(MARA))


async def test_a_paused_double_gives_the_usual_no_until_it_is_resumed(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        await at.say(MARA, CACHE)
        await at.command(MARA, "pause")
        await at.ask(JONAS)
        assert "No double answers for Mara Lind here. Please ask them." in at.alone(JONAS)
        await at.command(MARA, "resume")
        await at.ask(JONAS)
        assert "Mara Lind decides" in at.alone(JONAS)


async def test_leaving_erases_everything_takes_the_replies_back_and_gives_a_receipt(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        reply = await answered(at)
        await at.command(MARA, "leave")
        receipt = await at.submit(MARA, retract=True)
        assert receipt is not None
        assert re.search(r"1 message", words(receipt))
        assert "Nobody was told." in words(receipt)
        assert (reply["ts"], "Mara Lind took this back.") in at.slack.reading.channel(BUILD)
        assert await at.core.stage.store.workers() == ()
        await at.ask(JONAS)
        assert "No double answers for Mara Lind here. Please ask them." in at.alone(JONAS)


async def test_an_export_comes_as_a_sealed_file_into_the_workers_own_messages(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        await at.say(MARA, CACHE)
        window = await at.command(MARA, "export")
        assert window is not None
        await at.submit(MARA, passphrase="correct horse battery staple", again="correct horse battery staple")
        await at.until(lambda: any(file.shared_in for file in at.slack.team.files.values()))
        (file,) = at.slack.team.files.values()
        assert file.shared_in == [at.slack.team.direct(MARA).id]
        assert file.content.startswith(b"age-encryption.org/v1")
        assert CACHE.encode() not in file.content


@pytest.mark.promise(1, "another person's click on a form, and a form of another workspace, in Slack")
async def test_a_form_enrols_whoever_sends_it_and_nobody_else(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.command(MARA, "join")
        view = at.slack.reading.modal(MARA)
        at.slack.team.modals[JONAS].append(view)  # as if somebody had forged the window's id
        await at.submit(JONAS, learn=True, draft=True, channels=[BUILD])
        assert set(await at.core.stage.store.workers()) <= {at.person(JONAS)}
        at.slack.team.id = "T0ELSEWHERE"
        await at.submit(MARA, learn=True, draft=True, channels=[BUILD])
        assert set(await at.core.stage.store.workers()) <= {at.person(JONAS)}


@LANGUAGES
async def test_whoever_mentions_a_worker_who_is_away_is_offered_their_double_alone(tmp_path: Path, locale: str) -> None:
    async with house(tmp_path, locale=locale) as at:
        await at.join(MARA)
        await at.say(MARA, CACHE)
        await at.command(MARA, "away until 2026-03-06")
        await at.say(JONAS, f"<@{MARA}> {CACHE_QUESTION}")
        await at.until(lambda: "Mara Lind is away" in at.alone(JONAS))
        assert "is away" not in str(at.slack.reading.channel(BUILD))
        await at.press_told(JONAS, "Ask the double")
        assert CACHE in words(await review(at, locale))
        await at.submit(MARA)
        (reply,) = at.slack.reading.replies(BUILD)
        assert reply["text"].startswith("Mara Lind's AI double")


@LANGUAGES
async def test_a_worker_who_chose_so_sees_the_draft_in_their_direct_messages(tmp_path: Path, locale: str) -> None:
    say = sayer(locale)
    async with house(tmp_path, locale=locale) as at:
        await at.join(MARA)
        await at.say(MARA, CACHE)
        await at.home(MARA)
        await at.press_home(MARA, say("home.drafts_show_button"))
        await at.ask(JONAS)
        await at.until(lambda: CACHE in str(at.slack.reading.direct(MARA)))
        await at.press_home(MARA, say("home.drafts_hide_button"))
        await at.until(lambda: CACHE not in str(at.slack.reading.direct(MARA)))


async def test_in_an_enterprise_people_are_told_apart_by_its_id_and_the_teams(tmp_path: Path) -> None:
    async with house(tmp_path, enterprise="E0ORG") as at:
        reply = await answered(at)
        assert reply["text"].startswith("Mara Lind's AI double")
        (worker,) = await at.core.stage.store.workers()
        assert worker.workspace == f"E0ORG.{at.slack.team.id}"
