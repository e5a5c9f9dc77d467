"""The local Discord's REST API behaves as Discord's does, seen through the real library: what other tests rest on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import discord
import pytest
from aiohttp import ClientError
from discord import app_commands

from bot.clock import TestClock
from tests.discord.faults import broken, cut, limited
from tests.discord.listening import Heard, connected
from tests.discord.permissions import Can
from tests.discord.server import ADA, APP, GARDEN, GUILD, SHED, WEI, LocalDiscord, local_discord
from tests.local_platform import MONDAY

pytestmark = pytest.mark.anyio
POST = "POST /channels/{channel}/messages"


class Bench:
    """A client that is signed in, and the place it is signed in to."""

    def __init__(self, place: LocalDiscord, client: Heard, clock: TestClock) -> None:
        self.place, self.client, self.clock = place, client, clock

    def channel(self, id_: int) -> discord.TextChannel:
        found = self.client.get_channel(id_)
        assert isinstance(found, discord.TextChannel)
        return found

    def said(self, channel: int) -> list[str]:
        return [message["content"] for message in self.place.team.channels[channel].messages.values()]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    clock = TestClock(MONDAY)
    async with local_discord(clock.now) as place:
        place.found_team()
        async with connected(place) as client:
            yield Bench(place, client, clock)


# ---------------------------------------------------------------- messages


async def test_the_bot_says_edits_and_deletes_and_hears_of_it(bench: Bench) -> None:
    root = await bench.place.talking.say(WEI, GARDEN, "where is it?")
    garden = bench.channel(GARDEN)
    sent = await garden.send(
        f"behind <@{WEI}>'s shed",
        reference=garden.get_partial_message(root).to_reference(fail_if_not_exists=False),
        allowed_mentions=discord.AllowedMentions.none(),
        suppress_embeds=True,
    )
    assert sent.reference is not None
    assert (sent.reference.message_id, sent.mentions, sent.flags.suppress_embeds) == (root, [], True)
    edited = await sent.edit(content="behind the shed")
    assert edited.edited_at is not None
    assert bench.said(GARDEN) == ["where is it?", "behind the shed"]
    await sent.delete()
    await bench.place.gateway.quiet()
    assert bench.said(GARDEN) == ["where is it?"]
    assert bench.client.counted("message", "raw_message_edit", "raw_message_delete") == [2, 1, 1]
    with pytest.raises(discord.NotFound, match="10008"):
        await garden.fetch_message(sent.id)


async def test_only_ones_own_messages_can_be_edited_and_others_deleted_with_the_permission_for_it(bench: Bench) -> None:
    root = await bench.place.talking.say(WEI, GARDEN, "where is it?")
    message = await bench.channel(GARDEN).fetch_message(root)
    with pytest.raises(discord.Forbidden, match="50005"):
        await message.edit(content="nowhere")
    with pytest.raises(discord.Forbidden, match="50013"):
        await message.delete()
    await bench.place.moving.allow(APP, GARDEN, Can.MANAGE_MESSAGES)
    await message.delete()
    assert bench.said(GARDEN) == []


async def test_history_is_read_page_by_page_from_either_end(bench: Bench) -> None:
    ids = [await bench.place.talking.say(ADA, GARDEN, f"thought {n}") for n in range(105)]
    garden = bench.channel(GARDEN)
    assert [m.id async for m in garden.history(limit=None)] == ids[::-1]
    assert [m.id async for m in garden.history(limit=None, oldest_first=True)] == ids
    after = discord.Object(ids[49])
    assert [m.id async for m in garden.history(limit=3, after=after, oldest_first=True)] == ids[50:53]
    assert [m.id async for m in garden.history(limit=3, before=after)] == ids[46:49][::-1]
    assert sorted([m.id async for m in garden.history(limit=5, around=after)]) == ids[47:52]


async def test_what_the_bot_may_not_see_read_or_write_is_refused_as_discord_does(bench: Bench) -> None:
    said = await bench.place.talking.say(ADA, SHED, "between us")
    shed = bench.channel(SHED)
    await bench.place.moving.deny(APP, SHED, Can.HISTORY)
    assert [m async for m in shed.history()] == []
    with pytest.raises(discord.Forbidden, match="50013"):
        await shed.fetch_message(said)
    await bench.place.moving.deny(APP, SHED, Can.SEND)
    with pytest.raises(discord.Forbidden, match="50013"):
        await shed.send("hello")
    await bench.place.moving.deny(APP, SHED, Can.VIEW)
    for refused in (shed.send("hello"), bench.client.fetch_channel(SHED), shed.webhooks()):
        with pytest.raises(discord.Forbidden, match="50001"):
            await refused
    with pytest.raises(discord.NotFound, match="10003"):
        await bench.client.fetch_channel(4)


async def test_words_are_hidden_from_an_application_without_the_content_intent(bench: Bench) -> None:
    await bench.place.talking.say(ADA, GARDEN, "the key hangs by the door")
    await bench.channel(GARDEN).send("so it does")
    bench.place.team.app_flags = 0
    assert [m.content async for m in bench.channel(GARDEN).history()] == ["so it does", ""]


async def test_components_get_ids_and_stay(bench: Bench) -> None:
    button: discord.ui.Button[discord.ui.LayoutView] = discord.ui.Button(label="Press")
    view = discord.ui.LayoutView()
    view.add_item(discord.ui.Container(discord.ui.TextDisplay("a window"), discord.ui.ActionRow(button)))
    await bench.channel(GARDEN).send(view=view)
    (message,) = bench.place.team.channels[GARDEN].messages.values()
    (container,) = message["components"]
    assert [container["id"], *(part["id"] for part in container["components"])] == [1, 2, 3]
    assert message["flags"] == 1 << 15


# ---------------------------------------------------------------- what goes wrong


async def test_a_limited_call_is_made_again_by_the_library(bench: Bench) -> None:
    bench.place.api.trouble[POST].append(limited())
    await bench.channel(GARDEN).send("hello")
    assert [call.status for call in bench.place.api.calls if call.asked.route == POST] == [429, 200]
    assert bench.said(GARDEN) == ["hello"]


async def test_a_call_that_failed_after_it_took_effect_posts_twice_unless_a_nonce_is_enforced(bench: Bench) -> None:
    bench.place.api.trouble[POST].append(broken(502, takes_effect=True))
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=GARDEN)
    await bench.client.http.request(route, json={"content": "without"})
    bench.place.api.trouble[POST].append(broken(502, takes_effect=True))
    await bench.channel(GARDEN).send("with", nonce="d_1.1")
    assert bench.said(GARDEN) == ["without", "without", "with"]
    bench.clock.advance(timedelta(minutes=6))
    await bench.channel(GARDEN).send("much later", nonce="d_1.1")
    assert bench.said(GARDEN)[-1] == "much later"


async def test_a_line_that_breaks_raises_whether_or_not_the_call_took_effect(bench: Bench) -> None:
    for takes_effect in (False, True):
        bench.place.api.trouble[POST].append(cut(takes_effect=takes_effect))
        with pytest.raises(ClientError):
            await bench.channel(GARDEN).send(f"{takes_effect}")
    assert bench.said(GARDEN) == ["True"]


# ---------------------------------------------------------------- direct messages


async def test_direct_messages_reach_those_who_take_them_and_share_a_guild(bench: Bench) -> None:
    ada = await bench.client.fetch_user(ADA)
    await ada.send("waiting for you")
    assert bench.said(bench.place.team.direct(ADA).id) == ["waiting for you"]
    bench.place.team.people[ADA].takes_dms = False
    with pytest.raises(discord.Forbidden, match="50007"):
        await ada.send("again")
    wei = await bench.client.fetch_user(WEI)
    await bench.place.moving.leave(WEI, GUILD)
    with pytest.raises(discord.Forbidden, match="50278"):
        await wei.send("come back")


# ---------------------------------------------------------------- guilds and threads


async def test_members_are_fetched_one_by_one_and_searched(bench: Bench) -> None:
    guild = bench.client.guilds[0]
    assert (await guild.fetch_member(WEI)).display_name == "陈伟"
    assert {member.id async for member in guild.fetch_members()} == set(bench.place.team.guilds[GUILD].members)
    await bench.place.moving.leave(WEI, GUILD)
    with pytest.raises(discord.NotFound, match="10007"):
        await guild.fetch_member(WEI)
    with pytest.raises(discord.NotFound, match="10013"):
        await guild.fetch_member(404)
    assert [c.id for c in await guild.fetch_channels()] == [GARDEN, SHED]
    assert (await bench.client.fetch_guild(GUILD)).approximate_member_count == 3
    with pytest.raises(discord.NotFound, match="10004"):
        await bench.client.fetch_guild(4)


async def test_threads_are_listed_while_active_and_page_by_page_once_archived(bench: Bench) -> None:
    ids = []
    for number in range(3):
        root = await bench.place.talking.say(ADA, GARDEN, f"question {number}")
        ids.append(await bench.place.talking.start_thread(ADA, GARDEN, root))
    hidden = await bench.place.talking.start_thread(ADA, GARDEN, kind=12)
    for thread in ids[:2]:
        await bench.place.talking.archive_thread(thread)
    garden = bench.channel(GARDEN)
    assert [thread.id for thread in await bench.client.guilds[0].active_threads()] == [ids[2]]
    (newest,) = [thread async for thread in garden.archived_threads(limit=1)]
    assert newest.id == ids[1]
    before = newest.archive_timestamp
    assert [thread.id async for thread in garden.archived_threads(limit=1, before=before)] == [ids[0]]
    assert [thread.id async for thread in garden.archived_threads(limit=None)] == ids[1::-1]
    with pytest.raises(discord.Forbidden, match="50001"):
        await bench.client.fetch_channel(hidden)
    opened = await (await garden.send("a question")).create_thread(name="A question")
    assert (opened.parent_id, opened.owner_id) == (GARDEN, APP)
    assert {thread.id for thread in await bench.client.guilds[0].active_threads()} == {ids[2], opened.id}


async def test_what_stands_in_an_archived_thread_can_be_changed_once_it_is_open_again(bench: Bench) -> None:
    root = await bench.place.talking.say(ADA, GARDEN, "who has the key?")
    number = await bench.place.talking.start_thread(ADA, GARDEN, root)
    thread = bench.client.get_channel(number)
    assert isinstance(thread, discord.Thread)
    sent = await thread.send("I do")
    await bench.place.talking.archive_thread(number)
    for refused in (sent.edit(content="I don't"), sent.delete()):
        with pytest.raises(discord.HTTPException, match="50083"):
            await refused
    await thread.edit(archived=False)
    await sent.edit(content="I don't")
    await bench.place.talking.lock_thread(number)
    with pytest.raises(discord.Forbidden, match="50013"):
        await thread.edit(archived=False)
    with pytest.raises(discord.Forbidden, match="160005"):
        await thread.send("hello?")
    assert bench.said(number) == ["", "I don't"]


# ---------------------------------------------------------------- webhooks


async def test_a_webhook_posts_edits_and_deletes_under_a_name_of_its_own(bench: Bench) -> None:
    root = await bench.place.talking.say(WEI, GARDEN, "where is it?")
    thread = await bench.place.talking.start_thread(WEI, GARDEN, root)
    hook = await bench.channel(GARDEN).create_webhook(name="Understudy", avatar=b"\x89PNG\r\n\x1a\n")
    assert [found.token for found in await bench.channel(GARDEN).webhooks()] == [hook.token]
    sent = await hook.send(
        "behind the shed", username="Ada Brook's AI double", wait=True, thread=discord.Object(thread)
    )
    await hook.edit_message(sent.id, content="in the shed", thread=discord.Object(thread))
    found = await hook.fetch_message(sent.id, thread=discord.Object(thread))
    assert (found.content, found.author.name, found.application_id) == ("in the shed", "Ada Brook's AI double", APP)
    heard = bench.client.heard("message")[-1]
    assert (heard.webhook_id, heard.author.name) == (hook.id, "Ada Brook's AI double")
    await hook.delete_message(sent.id, thread=discord.Object(thread))
    assert bench.said(thread) == [""]
    with pytest.raises(discord.HTTPException, match="clyde"):
        await hook.send("x", username="Clyde's AI double", wait=True)
    bench.place.api.complaints.clear()
    await hook.delete()
    with pytest.raises(discord.NotFound, match="10015"):
        await hook.send("x", wait=True)


async def test_webhooks_need_their_permission_and_their_token(bench: Bench) -> None:
    hook = await bench.channel(GARDEN).create_webhook(name="Understudy")
    another = discord.Webhook.partial(hook.id, "another", client=bench.client)
    with pytest.raises(discord.HTTPException, match="50027"):
        await another.send("x", wait=True)
    await bench.place.moving.deny(APP, GARDEN, Can.MANAGE_WEBHOOKS)
    with pytest.raises(discord.Forbidden, match="50013"):
        await bench.channel(GARDEN).webhooks()


# ---------------------------------------------------------------- commands


async def test_commands_are_written_and_read_back_with_their_translations(bench: Bench) -> None:
    tree = app_commands.CommandTree(bench.client)

    @tree.command(name=app_commands.locale_str("double"), description="Your AI double")
    async def double(interaction: discord.Interaction, question: str) -> None:
        """Do nothing."""

    class Chinese(app_commands.Translator):
        async def translate(
            self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
        ) -> str | None:
            return "替身" if locale is discord.Locale.chinese and str(string) == "double" else None

    await tree.set_translator(Chinese())
    (first,) = await tree.sync()
    (again,) = await tree.sync()
    assert first.id == again.id
    (fetched,) = await tree.fetch_commands()
    assert fetched.name_localizations == {}
    (command,) = bench.place.app.commands[0]
    assert command["name_localizations"] == {"zh-CN": "替身"}
    assert await tree.fetch_commands(guild=discord.Object(GUILD)) == []
