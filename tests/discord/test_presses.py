"""People press the buttons of an app in the local Discord and fill in its modals."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from typing import Any

import aiohttp
import discord
import pytest
from discord import ui

from tests.discord.answering_app import QUIET, App, answering_app, asking, saying, showing, window
from tests.discord.reading import fields_in, is_alone, labels, words
from tests.discord.server import ADA, GARDEN, GUILD, SHED, WEI

pytestmark = pytest.mark.anyio


@pytest.fixture
async def app() -> AsyncIterator[App]:
    async with answering_app() as found:
        yield found


# ---------------------------------------------------------------- presses


async def test_a_button_on_what_one_person_alone_sees_changes_it(app: App) -> None:
    app.place.judging.is_sworn = True
    app.answers["Berlin"] = showing("First")
    await app.place.acting.command(WEI, GARDEN, "zone", zone="Berlin")
    shown = app.place.reading.last(WEI)
    app.answers["press"] = lambda interaction: interaction.response.edit_message(
        view=window("Second", press="again"), allowed_mentions=QUIET
    )
    acted = await app.place.acting.press(WEI, shown, "Press")
    assert acted.answer == 7
    assert app.last.message is not None
    assert app.last.message.id == int(shown["id"])
    assert app.last.message.flags.ephemeral
    assert app.place.reading.alone(WEI) == [shown]
    assert "Second" in words(shown)
    assert is_alone(shown)
    app.answers["again"] = lambda interaction: interaction.response.defer()
    assert (await app.place.acting.press(WEI, int(shown["id"]), "Press")).answer == 6
    await app.last.edit_original_response(view=window("Third"), allowed_mentions=QUIET)
    assert "Third" in words(shown)
    with pytest.raises(AssertionError, match="another alone"):
        await app.place.acting.press(ADA, shown, "Press")
    with pytest.raises(AssertionError, match="no button 'Read'"):
        await app.place.acting.press(WEI, shown, "Read")


async def test_a_button_in_direct_messages_and_in_a_channel(app: App) -> None:
    guild = app.client.get_guild(GUILD)
    assert guild is not None
    garden = guild.get_channel(GARDEN)
    ada = guild.get_member(ADA)
    assert isinstance(garden, discord.TextChannel)
    assert ada is not None
    view: ui.View = ui.View(timeout=None)
    view.add_item(ui.Button(label="Not right", custom_id="wrong"))
    view.add_item(ui.Button(label="Later", custom_id="later", disabled=True))
    await ada.send("A draft waits", view=view)
    await garden.send("An answer", view=view)
    app.answers["wrong"] = saying("noted")
    (direct,) = app.place.reading.direct(ADA)
    await app.place.acting.press(ADA, direct, "Not")
    assert (app.last.guild_id, app.last.user.id, type(app.last.user)) == (None, ADA, discord.User)
    assert (app.last.context.dm_channel, app.last.channel_id) == (True, app.place.team.direct(ADA).id)
    (reply,) = app.place.reading.replies(GARDEN)
    await app.place.acting.press(WEI, reply, "Not")
    assert (app.last.guild_id, type(app.last.user)) == (GUILD, discord.Member)
    assert [words(one) for one in app.place.reading.alone(WEI)] == ["noted"]
    assert [words(one) for one in app.place.reading.alone(ADA)] == ["noted"]
    with pytest.raises(AssertionError, match="cannot be pressed"):
        await app.place.acting.press(WEI, reply, "Later")
    with pytest.raises(AssertionError, match="cannot see"):
        await app.place.acting.press(WEI, direct, "Not")
    app.answers["wrong"] = lambda interaction: interaction.response.edit_message(content="Corrected", view=None)
    await app.place.acting.press(ADA, reply, "Not")
    assert app.place.reading.channel(GARDEN) == [(int(reply["id"]), "Corrected")]
    assert labels(reply) == []
    assert app.client.heard("raw_message_edit")[-1].message_id == int(reply["id"])


async def test_a_change_is_judged_with_what_stands(app: App) -> None:
    async def wrong(interaction: discord.Interaction[Any]) -> None:
        with pytest.raises(discord.HTTPException) as refusal:
            await interaction.response.edit_message(view=window(*["w" * 1400] * 3))
        assert refusal.value.code == 50035
        await interaction.response.edit_message(view=window("Second"))

    app.answers["Berlin"] = showing("First")
    app.answers["press"] = wrong
    await app.place.acting.command(WEI, GARDEN, "zone", zone="Berlin")
    await app.place.acting.press(WEI, app.place.reading.last(WEI), "Press")
    assert "Second" in words(app.place.reading.last(WEI))
    (complaint,) = app.place.api.complaints
    app.place.api.complaints.clear()
    assert complaint.endswith("4200 characters in text displays")


async def test_a_list_on_a_message(app: App) -> None:
    def offering(interaction: discord.Interaction[Any]) -> Awaitable[object]:
        view: ui.View = ui.View(timeout=None)
        options = [discord.SelectOption(label=one) for one in ("#garden", "#shed")]
        view.add_item(ui.Select(custom_id="where", placeholder="Where", options=options, max_values=2))
        return interaction.response.send_message("Where?", view=view, ephemeral=True)

    app.answers["Berlin"] = offering
    app.answers["where"] = saying("noted")
    await app.place.acting.command(WEI, GARDEN, "zone", zone="Berlin")
    await app.place.acting.choose(WEI, app.place.reading.last(WEI), "Where", "#shed")
    assert app.last.data is not None
    assert app.last.data["values"] == ["#shed"]  # type: ignore[typeddict-item] # a list has values


# ---------------------------------------------------------------- modals


async def test_a_modal_is_filled_in_and_sent(app: App) -> None:
    app.answers["Berlin"] = asking()
    app.answers["form"] = saying("thank you")
    reading = app.place.reading
    assert (await app.place.acting.command(WEI, GARDEN, "zone", zone="Berlin")).answer == 9
    assert fields_in(reading.modal(WEI)) == ["Your words", "What it may", "Where", "A vault"]
    assert "What it does" in words(reading.modal(WEI))
    assert reading.typed(WEI, "ticks") == ["learn"]
    with pytest.raises(AssertionError, match="to be filled in first: \\['Your words'\\]"):
        await app.place.acting.submit(WEI)
    with pytest.raises(AssertionError, match="no field 'tone'"):
        app.place.acting.fill(WEI, tone="kind")
    with pytest.raises(AssertionError, match="21 characters in a box of 20"):
        app.place.acting.fill(WEI, text="w" * 21)
    app.place.acting.fill(WEI, {"Your": "some"}, draft=True, learn=False, channels=["#garden", "#shed"])
    await app.place.acting.submit(WEI, text="other words", vault=("mine.age", b"sealed"))
    assert not reading.has_modal(WEI)
    assert app.last.type is discord.InteractionType.modal_submit
    data: Any = app.last.data
    sent = {part["component"]["custom_id"]: part["component"] for part in data["components"] if "component" in part}
    assert sent["field:text"]["value"] == "other words"
    assert sent["field:ticks"]["values"] == ["draft"]
    assert sent["field:channels"]["values"] == [str(GARDEN), str(SHED)]
    (attached,) = data["resolved"]["attachments"].values()
    assert (attached["id"], attached["filename"], attached["size"]) == (sent["field:vault"]["values"][0], "mine.age", 6)
    async with aiohttp.ClientSession() as session, session.get(attached["url"]) as answer:
        assert await answer.read() == b"sealed"
    assert [words(one) for one in reading.alone(WEI)] == ["thank you"]


async def test_a_modal_that_is_closed_tells_nobody(app: App) -> None:
    app.answers["Berlin"] = asking()
    await app.place.acting.command(WEI, GARDEN, "zone", zone="Berlin")
    app.place.acting.cancel(WEI)
    assert len(app.acts) == 1
    assert not app.place.reading.has_modal(WEI)
    with pytest.raises(AssertionError, match="no modal is open"):
        await app.place.acting.submit(WEI, text="words")


async def test_a_modal_from_a_button_can_change_the_message_beneath(app: App) -> None:
    app.answers["Berlin"] = showing("First")
    app.answers["press"] = asking()
    app.answers["form"] = lambda interaction: interaction.response.edit_message(view=window("Second"))
    await app.place.acting.command(WEI, GARDEN, "zone", zone="Berlin")
    await app.place.acting.press(WEI, app.place.reading.last(WEI), "Press")
    assert (await app.place.acting.submit(WEI, text="words")).answer == 7
    (shown,) = app.place.reading.alone(WEI)
    assert "Second" in words(shown)


async def test_a_modal_that_nobody_answers_stays_open(app: App) -> None:
    async def silence(_: discord.Interaction[Any]) -> None:
        return

    app.answers["Berlin"] = asking()
    app.answers["form"] = silence
    await app.place.acting.command(WEI, GARDEN, "zone", zone="Berlin")
    app.place.interactions.patience = 0.05
    with pytest.raises(AssertionError, match="did not respond"):
        await app.place.acting.submit(WEI, text="words")
    assert app.place.reading.typed(WEI, "text") == "words"
