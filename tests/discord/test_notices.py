"""Where people are told things in Discord: for a quarter of an hour beside what they did, else directly, or later."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.discord import ids
from bot.errors import Unreachable
from bot.refs import ThreadRef
from bot.views import Notice
from tests.discord.faults import Trouble, broken
from tests.discord.house import (
    BUILD,
    CACHE,
    CACHE_QUESTION,
    GUILD,
    JONAS,
    MARA,
    House,
    at_home,
    forge,
    house,
    learnt,
    review,
    sent,
)
from tests.discord.reading import labels, words

pytestmark = pytest.mark.anyio
DECIDES = "Mara Lind decides whether this goes out."
MESSAGE = "DELETE /channels/{channel}/messages/{message}"
MESSAGES = "POST /channels/{channel}/messages"
FAILED = "That went wrong on our side. Please try once more."
CLOSED = "Your direct messages are closed to this server, so this waited for you here:"


def close_messages(at: House, user: int) -> None:
    """Let somebody take no direct messages from the server's members."""
    at.discord.team.people[user].takes_dms = False


def notice(at: House, text: str, key: str = "k", **more: object) -> Notice:
    """Return a notice for Jonas."""
    made = Notice(at.person(JONAS), key, "waiting", text, at.clock.now())
    return replace(made, **more)  # type: ignore[arg-type]  # whatever a test wants different


def near(at: House) -> ThreadRef:
    """Return the place of a notice that is about #build."""
    return ThreadRef(ids.channel(GUILD, BUILD), "")


async def test_for_a_quarter_of_an_hour_a_notice_stands_beside_what_its_reader_did_and_then_in_their_messages(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as at:
        await at.command(JONAS, "help")
        await at.platform.tell(notice(at, "First.", "a", near=near(at)))
        at.clock.advance(timedelta(minutes=13))
        await at.platform.tell(notice(at, "Second.", "b", near=near(at)))
        assert "First." in at.alone(JONAS)
        assert "Second." in at.alone(JONAS)
        await at.platform.tell(notice(at, "First, changed.", "a", near=near(at)))
        assert "First." not in at.alone(JONAS)
        at.clock.advance(timedelta(minutes=2))
        await at.platform.tell(notice(at, "Second, changed.", "b", near=near(at)))
        assert [words(one) for one in at.discord.reading.direct(JONAS)] == ["Second, changed."]


async def test_a_notice_that_is_near_nothing_is_told_directly_whatever_its_reader_does(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.command(JONAS, "help")
        await at.platform.tell(notice(at, "By itself."))
        assert "By itself." not in at.alone(JONAS)
        assert [words(one) for one in at.discord.reading.direct(JONAS)] == ["By itself."]


async def test_a_quiet_notice_changes_the_one_before_and_a_loud_one_rings_anew(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.platform.tell(notice(at, "One."))
        (first,) = at.discord.reading.direct(JONAS)
        await at.platform.tell(notice(at, "Two.", quiet=True))
        (changed,) = at.discord.reading.direct(JONAS)
        assert (changed["id"], words(changed)) == (first["id"], "Two.")
        await at.platform.tell(notice(at, "Three."))
        (anew,) = at.discord.reading.direct(JONAS)
        assert anew["id"] != first["id"]
        await at.platform.tell(notice(at, "Quiet from the beginning.", "other", quiet=True))
        rings = [not one["flags"] & 1 << 12 for one in at.discord.reading.direct(JONAS)]
        assert rings == [True, False]


async def test_beside_a_step_too_a_quiet_notice_changes_the_one_before_and_a_loud_one_stands_beneath_it_all(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as at:
        await at.command(JONAS, "help")
        await at.platform.tell(notice(at, "One.", near=near(at)))
        first = at.discord.reading.last(JONAS)
        await at.platform.tell(notice(at, "Two.", near=near(at), quiet=True))
        assert (at.discord.reading.last(JONAS)["id"], at.alone(JONAS).count("Two.")) == (first["id"], 1)
        await at.platform.tell(notice(at, "Three.", near=near(at)))
        assert at.discord.reading.last(JONAS)["id"] != first["id"]
        assert words(at.discord.reading.last(JONAS)) == "Three."
        assert "Two." not in at.alone(JONAS)


async def test_a_notice_without_a_text_takes_away_what_stood_there_and_may_come_twice(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.platform.tell(notice(at, "Directly."))
        await at.command(JONAS, "help")
        await at.platform.tell(notice(at, "Beside.", "b", near=near(at)))
        for _ in range(2):
            await at.platform.tell(notice(at, ""))
            await at.platform.tell(notice(at, "", "b", near=near(at)))
        assert at.discord.reading.direct(JONAS) == []
        assert "Beside." not in at.alone(JONAS)


async def test_a_notice_whose_forerunner_cannot_be_taken_away_is_told_and_not_told_again(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.platform.tell(notice(at, "One."))
        at.discord.api.trouble[MESSAGE].append(Trouble(503))
        await at.platform.tell(notice(at, "Two."))
        assert [words(one) for one in at.discord.reading.direct(JONAS)] == ["One.", "Two."]


async def test_what_could_not_be_taken_away_is_taken_away_at_the_next_attempt(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.platform.tell(notice(at, "One."))
        at.discord.api.trouble[MESSAGE].append(Trouble(503))
        with pytest.raises(Unreachable):
            await at.platform.tell(notice(at, ""))
        await at.platform.tell(notice(at, ""))
        assert at.discord.reading.direct(JONAS) == []


async def test_what_its_reader_has_taken_away_is_told_anew(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.platform.tell(notice(at, "One."))
        direct = at.discord.team.direct(JONAS)
        direct.messages.clear()
        await at.platform.tell(notice(at, "Two.", quiet=True))
        assert [words(one) for one in at.discord.reading.direct(JONAS)] == ["Two."]


async def test_closed_messages_are_tried_once_and_what_waited_is_told_at_the_next_command(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        close_messages(at, MARA)
        await learnt(at)
        await at.ask(JONAS)
        tried = [call for call in at.discord.api.calls if call.status == 403]
        await at.advance(hours=3)
        assert [call for call in at.discord.api.calls if call.status == 403] == tried, "never tried again by itself"
        assert len(tried) == 1
        await at.command(MARA, "status")
        assert CLOSED in at.alone(MARA)
        assert "A draft is waiting (#build)." in at.alone(MARA)
        assert CACHE in words(await review(at))
        await at.command(MARA, "status")
        assert at.alone(MARA).count(CLOSED) == 1, "told once"


async def test_what_waited_is_told_once_to_whoever_does_two_things_at_once(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        close_messages(at, JONAS)
        await at.platform.tell(notice(at, "Directly."))
        await asyncio.gather(*(at.discord.acting.command(JONAS, BUILD, "status") for _ in range(2)))
        await at.settle()
        assert at.alone(JONAS).count("Directly.") == 1
        assert at.alone(JONAS).count(CLOSED) == 1


async def test_what_could_not_be_shown_waits_for_the_next_step(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        close_messages(at, JONAS)
        await at.platform.tell(notice(at, "One."))
        await at.platform.tell(notice(at, "Two.", "b"))
        at.discord.api.trouble[at.discord.answers.follow_ups].append(Trouble(404))
        await at.command(JONAS, "status")
        assert "One." not in at.alone(JONAS)
        await at.command(JONAS, "status")
        assert (at.alone(JONAS).count("One."), at.alone(JONAS).count("Two.")) == (1, 1)


async def test_what_was_settled_before_it_could_be_told_is_not_told_any_more(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        close_messages(at, MARA)
        await learnt(at)
        asked = await at.ask(JONAS)
        await at.discord.talking.delete(BUILD, asked)
        await at.settle()
        await at.command(MARA, "status")
        assert "waiting" not in at.alone(MARA)


async def test_buttons_lead_where_they_led_after_a_restart_and_an_older_window_is_opened_anew(tmp_path: Path) -> None:
    async with forge() as (discord, clock):
        async with at_home(tmp_path, discord, clock) as at:
            await learnt(at)
            await at.ask(JONAS)
            await at.command(MARA, "home")
        async with at_home(tmp_path, discord, clock) as at:
            assert "too old to go on in" in words(await at.press(MARA, "Away"))
            reply = await sent(at)
        async with at_home(tmp_path, discord, clock) as at:
            assert "Mara Lind was told" in words(await at.press_on(JONAS, "Not right", reply))
            await at.press_told(MARA, "Have a look")
            assert "/var/cache/forge" in at.alone(MARA)


async def test_a_form_that_was_open_over_a_restart_is_carried_out(tmp_path: Path) -> None:
    async with forge() as (discord, clock):
        async with at_home(tmp_path, discord, clock) as at:
            await learnt(at)
            await at.command(MARA, "leave")
        async with at_home(tmp_path, discord, clock) as at:
            receipt = await at.submit(MARA)
            assert "1 message" in words(receipt)
            assert await at.core.stage.store.workers() == ()


async def test_an_ended_notice_loses_its_buttons_in_direct_messages_after_a_restart_too(tmp_path: Path) -> None:
    async with forge() as (discord, clock):
        async with at_home(tmp_path, discord, clock) as at:
            await learnt(at)
            asked = await at.ask(JONAS)
            (announced,) = at.discord.reading.direct(MARA)
        async with at_home(tmp_path, discord, clock) as at:
            await at.discord.talking.delete(BUILD, asked)
            await at.settle()
            await at.press_on(MARA, "Review", announced)
            (shown,) = at.discord.reading.direct(MARA)
            assert labels(shown) == []


async def test_what_takes_long_is_first_told_to_take_a_moment_and_shown_where_it_was_asked_for(tmp_path: Path) -> None:
    async with forge() as (discord, clock), at_home(tmp_path, discord, clock, patience=0) as at:
        receipt = await at.join(MARA)
        assert "You have joined" in words(receipt)
        await at.say(MARA, CACHE)
        window = await at.command(MARA, "away")
        assert "custom_id" not in window, "a form can only be the first answer"
        await at.press(MARA, "Save")
        assert "until the end of Mar 9" in words(await at.submit(MARA, away=True))
        await at.ask(JONAS)
        reply = await sent(at)
        assert "Mara Lind was told" in words(await at.press_on(JONAS, "Not right", reply))
        assert [labels(one) for one in at.replies()] == [["Not right"]]


async def test_whoever_has_left_the_server_is_served_no_more_in_direct_messages_either(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        await at.ask(JONAS)
        await at.discord.moving.leave(JONAS, GUILD)
        await at.settle()
        told = await at.press_told(JONAS, "Cancel")
        assert words(told) == "Understudy serves the members of this server alone."


async def test_every_step_is_answered_while_the_server_is_out_of_order(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        await at.ask(JONAS)
        await at.discord.moving.lose(GUILD)
        await at.discord.acting.press(MARA, at.discord.reading.direct(MARA)[-1], "Review")
        await at.platform.idle()
        assert at.alone(MARA).endswith(FAILED)
        await at.discord.acting.command(JONAS, BUILD, "status")
        await at.platform.idle()
        assert at.discord.reading.alone(JONAS)


async def test_what_discord_took_before_it_failed_is_shown_once(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await learnt(at)
        at.discord.api.trouble[at.discord.answers.callback].append(broken(takes_effect=True))
        await at.command(JONAS, "ask", person=MARA, question=CACHE_QUESTION)
        assert at.alone(JONAS).count(DECIDES) == 1
        await at.press(JONAS, "Cancel")
        assert DECIDES not in at.alone(JONAS)
        at.discord.api.trouble[MESSAGES].append(broken(takes_effect=True))
        await at.platform.tell(notice(at, "By itself."))
        assert [words(one) for one in at.discord.reading.direct(JONAS)] == ["By itself."]


async def test_what_cannot_be_shown_in_answer_to_a_step_is_told_directly(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.command(JONAS, "help")
        at.discord.api.trouble[at.discord.answers.follow_ups].append(Trouble(404))
        await at.platform.tell(notice(at, "Beside.", near=near(at)))
        assert [words(one) for one in at.discord.reading.direct(JONAS)] == ["Beside."]
        assert "Beside." not in at.alone(JONAS)
