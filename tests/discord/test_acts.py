"""People give commands in the local Discord, which the app answers in time or too late, by what it may send."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import discord
import pytest

from tests.discord.answering_app import QUIET, App, answering_app, refused, saying, showing, window
from tests.discord.faults import broken, cut
from tests.discord.interactions import LOADING
from tests.discord.limits import EPHEMERAL
from tests.discord.reading import buttons, is_alone, labels, links, words
from tests.discord.server import ADA, GARDEN, GUILD, SHED, WEI

pytestmark = pytest.mark.anyio


@pytest.fixture
async def app() -> AsyncIterator[App]:
    async with answering_app() as found:
        yield found


# ---------------------------------------------------------------- commands


async def test_a_command_reaches_the_app_and_its_answer_is_shown_to_one_person_alone(app: App) -> None:
    app.place.judging.is_sworn = True
    app.answers["ask"] = showing("# Your *double* says", r"a\_b\.")
    acted = await app.place.acting.command(WEI, GARDEN, "ask", person=ADA, question="When?")
    assert acted.answer == 4
    assert app.last.extras["question"] == "When?"
    assert (app.last.extras["person"].id, app.last.extras["person"].display_name) == (ADA, "Ada Brook")
    assert (app.last.user.id, app.last.guild_id, app.last.channel_id) == (WEI, GUILD, GARDEN)
    assert (app.last.locale.value, str(app.last.guild_locale)) == ("zh-CN", "en-US")
    (shown,) = app.place.reading.alone(WEI)
    assert is_alone(shown)
    assert labels(shown) == ["Press me"]
    assert links(shown) == ["https://understudy.example"]
    assert [button["custom_id"] for button in buttons(shown)] == ["press"]
    assert "a_b." in words(shown)
    assert app.place.reading.told(WEI) == [words(shown)]
    assert app.place.reading.channel(GARDEN) == []
    assert app.place.reading.alone(ADA) == []


async def test_a_command_is_given_only_as_discord_lets_people_give_it(app: App) -> None:
    acting = app.place.acting
    with pytest.raises(AssertionError, match="no command 'sing'"):
        await acting.command(WEI, GARDEN, "sing")
    with pytest.raises(AssertionError, match="to be given first"):
        await acting.command(WEI, GARDEN, "ask", person=ADA)
    with pytest.raises(AssertionError, match="no options"):
        await acting.command(WEI, GARDEN, "ask", person=ADA, question="When?", tone="kind")
    with pytest.raises(AssertionError, match="question is no int"):
        await acting.command(WEI, GARDEN, "ask", person=ADA, question=5)
    with pytest.raises(AssertionError, match="where they may not"):
        await acting.command(WEI, SHED, "ask", person=ADA, question="When?")
    with pytest.raises(AssertionError, match="no command 'ask'"):
        await acting.command(WEI, app.place.team.direct(WEI).id, "ask", person=ADA, question="When?")
    assert app.acts == []


async def test_a_command_can_be_given_in_a_thread(app: App) -> None:
    app.answers["Berlin"] = saying("done")
    root = await app.place.talking.say(WEI, GARDEN, "When does the shed open?")
    thread = await app.place.talking.start_thread(ADA, GARDEN, root)
    await app.place.acting.command(ADA, thread, "zone", zone="Berlin")
    assert isinstance(app.last.channel, discord.Thread)
    assert (app.last.channel.id, app.last.channel.parent_id) == (thread, GARDEN)


async def test_what_is_offered_while_an_option_is_typed(app: App) -> None:
    offered = await app.place.acting.complete(WEI, GARDEN, "double zone", "zone", "ber")
    assert [(one["name"], one["value"]) for one in offered] == [("ber…", "Europe/Berlin")]
    with pytest.raises(AssertionError, match="question has none"):
        await app.place.acting.complete(WEI, GARDEN, "ask", "question", "Wh")


async def test_a_command_on_a_message_brings_the_message(app: App) -> None:
    app.answers["never"] = saying("done")
    said = await app.place.talking.say(WEI, GARDEN, "The shed opens at eight.")
    await app.place.acting.menu(WEI, "Never use this", said)
    assert app.last.extras["message"].content == "The shed opens at eight."
    assert app.last.extras["message"].author.id == WEI
    assert app.last.data is not None
    assert app.last.data["target_id"] == str(said)  # type: ignore[typeddict-item] # a command on a message has one
    (shown,) = app.place.reading.alone(WEI)
    with pytest.raises(AssertionError, match="no app's commands"):
        await app.place.acting.menu(WEI, "Never use this", shown)
    with pytest.raises(AssertionError, match="no command 'Sing'"):
        await app.place.acting.menu(WEI, "Sing", said)


# ---------------------------------------------------------------- answers, in time and too late


async def test_an_answer_that_comes_later_takes_the_place_of_the_one_that_was_awaited(app: App) -> None:
    app.answers["Berlin"] = lambda interaction: interaction.response.defer(ephemeral=True)
    acted = await app.place.acting.command(WEI, GARDEN, "zone", zone="Berlin")
    assert acted.answer == 5
    assert app.place.reading.last(WEI)["flags"] == EPHEMERAL | LOADING
    await app.last.edit_original_response(view=window("At last"), allowed_mentions=QUIET)
    (shown,) = app.place.reading.alone(WEI)
    assert is_alone(shown)
    assert not shown["flags"] & LOADING
    assert "At last" in words(shown)
    more = await app.last.followup.send("And more", ephemeral=True, wait=True)
    assert [words(one) for one in app.place.reading.alone(WEI)][1:] == ["And more"]
    await more.edit(content="And other words")
    assert words(app.place.reading.last(WEI)) == "And other words"
    await more.delete()
    await app.last.delete_original_response()
    assert app.place.reading.alone(WEI) == []
    with pytest.raises(discord.NotFound) as gone:
        await app.last.edit_original_response(content="Too late")
    assert gone.value.code == 10008


async def test_what_was_awaited_is_there_whatever_is_changed_of_it_first(app: App) -> None:
    app.answers["Berlin"] = lambda interaction: interaction.response.defer(ephemeral=True)
    await app.place.acting.command(WEI, GARDEN, "zone", zone="Berlin")
    await app.last.edit_original_response(content="Words alone")
    assert app.place.reading.last(WEI)["flags"] == EPHEMERAL
    await app.place.acting.command(WEI, GARDEN, "zone", zone="Berlin")
    await app.last.followup.send("As more", ephemeral=True)
    assert app.place.reading.last(WEI)["flags"] == EPHEMERAL
    assert [words(one) for one in app.place.reading.alone(WEI)] == ["Words alone", "As more"]


async def test_an_act_changes_what_it_brought_about_alone(app: App) -> None:
    app.answers["Berlin"] = saying("done")
    await app.place.acting.command(WEI, GARDEN, "zone", zone="Berlin")
    other = app.place.reading.last(WEI)["id"]
    await app.place.acting.command(WEI, GARDEN, "zone", zone="Berlin")
    path = f"/webhooks/{app.last.application_id}/{app.last.token}/messages/{other}"
    assert await refused(app, "PATCH", path, {"content": "changed"}) == (404, 10008)
    assert await refused(app, "DELETE", path) == (404, 10008)
    assert [words(one) for one in app.place.reading.alone(WEI)] == ["done", "done"]


async def test_an_act_is_answered_once(app: App) -> None:
    app.answers["Berlin"] = saying("done")
    acted = await app.place.acting.command(WEI, GARDEN, "zone", zone="Berlin")
    body = {"type": 4, "data": {"content": "again", "flags": EPHEMERAL}}
    callback = f"/interactions/{acted.id}/{acted.token}/callback"
    assert await refused(app, "POST", callback, body) == (400, 40060)
    assert await refused(app, "POST", f"/interactions/{acted.id + 1}/{acted.token}/callback", body) == (404, 10062)
    assert [words(one) for one in app.place.reading.alone(WEI)] == ["done"]


async def test_a_token_lives_a_quarter_of_an_hour(app: App) -> None:
    app.answers["Berlin"] = saying("done")
    await app.place.acting.command(WEI, GARDEN, "zone", zone="Berlin")
    app.clock.advance(timedelta(minutes=14))
    await app.last.followup.send("in time", ephemeral=True)
    app.clock.advance(timedelta(minutes=2))
    with pytest.raises(discord.HTTPException) as late:
        await app.last.followup.send("too late", ephemeral=True)
    assert (late.value.status, late.value.code) == (401, 50027)
    with pytest.raises(discord.HTTPException):
        await app.last.edit_original_response(content="too late")
    assert [words(one) for one in app.place.reading.alone(WEI)] == ["done", "in time"]


async def test_an_act_that_nobody_answers_has_failed(app: App) -> None:
    waiting = asyncio.Event()
    codes: list[int] = []

    async def too_late(interaction: discord.Interaction[Any]) -> None:
        await waiting.wait()
        try:
            await interaction.response.send_message("done", ephemeral=True)
        except discord.HTTPException as late:
            codes.append(late.code)

    app.answers["Berlin"] = too_late
    app.place.interactions.patience = 0.05
    with pytest.raises(AssertionError, match="did not respond"):
        await app.place.acting.command(WEI, GARDEN, "zone", zone="Berlin")
    waiting.set()
    await app.place.api.until(lambda: app.place.api.calls[-1].asked.route == app.place.answers.callback)
    assert app.place.api.calls[-1].status == 404
    assert app.place.reading.alone(WEI) == []
    app.place.gateway.cut()
    with pytest.raises(AssertionError, match="it has no line"):
        await app.place.acting.command(WEI, GARDEN, "zone", zone="Berlin")
    await app.place.gateway.until(lambda: app.place.gateway.is_connected)


async def test_more_cannot_be_said_before_the_answer(app: App) -> None:
    async def hasty(interaction: discord.Interaction[Any]) -> None:
        path = f"/webhooks/{interaction.application_id}/{interaction.token}"
        codes.append(await refused(app, "POST", path, {"content": "hasty", "flags": EPHEMERAL}))
        await interaction.response.send_message("done", ephemeral=True)

    codes: list[tuple[int, int]] = []
    app.answers["Berlin"] = hasty
    await app.place.acting.command(WEI, GARDEN, "zone", zone="Berlin")
    assert codes == [(404, 10015)]


async def test_an_answer_meets_trouble(app: App) -> None:
    app.answers["Berlin"] = saying("done")
    app.place.api.trouble[app.place.answers.callback].append(broken(503))
    app.place.interactions.patience = 5.0
    acted = asyncio.create_task(app.place.acting.command(WEI, GARDEN, "zone", zone="Berlin"))
    await app.place.api.until(lambda: app.place.api.calls[-1].status == 503)
    async with aiohttp.ClientSession() as session:  # the app itself gives up at a 503; somebody answers for it
        callback = f"{app.place.api_url}/interactions/{app.last.id}/{app.last.token}/callback"
        async with session.post(callback, json={"type": 5, "data": {"flags": EPHEMERAL}}) as answer:
            assert answer.status == 204
    assert (await acted).answer == 5
    app.place.api.trouble[app.place.answers.follow_ups].append(cut(takes_effect=True))
    with pytest.raises((aiohttp.ClientError, OSError)):
        await app.last.followup.send("sent once", ephemeral=True)
    assert [words(one) for one in app.place.reading.alone(WEI)] == ["sent once"]


# ---------------------------------------------------------------- the judge


async def test_what_discord_refuses_is_refused_and_complained_of(app: App) -> None:
    async def wrong(interaction: discord.Interaction[Any]) -> None:
        with pytest.raises(discord.HTTPException) as refusal:
            await interaction.response.send_message("w" * 2001, ephemeral=True)
        codes.append(refusal.value.code)
        await interaction.response.send_message("w", ephemeral=True)

    codes: list[int] = []
    app.answers["Berlin"] = wrong
    await app.place.acting.command(WEI, GARDEN, "zone", zone="Berlin")
    with pytest.raises(discord.HTTPException):
        await app.last.edit_original_response(view=window(*["w" * 1400] * 3))
    with pytest.raises(discord.HTTPException):
        await app.last.followup.send("w" * 2001, ephemeral=True)
    assert codes == [50035]
    complaints = list(app.place.api.complaints)
    app.place.api.complaints.clear()
    assert [complaint.rpartition(": ")[2] for complaint in complaints] == [
        "2001 characters in content",
        "4200 characters in text displays",
        "a layout on a message that has content",
        "2001 characters in content",
    ]


async def test_what_the_app_has_sworn_never_to_send_is_complained_of(app: App) -> None:
    async def loud(interaction: discord.Interaction[Any]) -> None:
        with pytest.raises(discord.HTTPException):
            await interaction.response.send_message("for all", allowed_mentions=QUIET)
        with pytest.raises(discord.HTTPException):
            await interaction.response.send_message("@everyone", ephemeral=True)
        await interaction.response.send_message("alone", ephemeral=True, allowed_mentions=QUIET)

    app.place.judging.is_sworn = True
    app.answers["Berlin"] = loud
    await app.place.acting.command(WEI, GARDEN, "zone", zone="Berlin")
    garden = app.client.get_partial_messageable(GARDEN)
    with pytest.raises(discord.HTTPException):
        await garden.send("a link", allowed_mentions=QUIET)
    said = await garden.send("a link", allowed_mentions=QUIET, suppress_embeds=True)
    with pytest.raises(discord.HTTPException):
        await said.edit(content="another")
    complaints = list(app.place.api.complaints)
    app.place.api.complaints.clear()
    assert [complaint.rpartition(": ")[2] for complaint in complaints] == [
        "an answer for all",
        "a message without an empty allowed_mentions",
        "a public message whose links unfold",
        "a message without an empty allowed_mentions",
    ]


async def test_an_answer_for_all_stands_in_the_channel(app: App) -> None:
    app.answers["Berlin"] = lambda interaction: interaction.response.send_message("for all")
    await app.place.acting.command(WEI, GARDEN, "zone", zone="Berlin")
    assert [text for _, text in app.place.reading.channel(GARDEN)] == ["for all"]
    assert app.place.reading.alone(WEI) == []
    await app.last.delete_original_response()
    assert app.place.reading.channel(GARDEN) == []
