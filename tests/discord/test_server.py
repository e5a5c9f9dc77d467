"""The local Discord's gateway behaves as Discord's does, seen through the real library: what other tests rest on."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest

from bot.clock import TestClock
from tests.discord.listening import Heard, connected, pointed_at
from tests.discord.permissions import Can
from tests.discord.server import ADA, APP, GARDEN, GUILD, OWNER, SHED, WEI, LocalDiscord, local_discord
from tests.local_platform import MONDAY

pytestmark = pytest.mark.anyio
PLAIN = discord.Intents(guilds=True, guild_messages=True)


@pytest.fixture
async def place() -> AsyncIterator[LocalDiscord]:
    async with local_discord(TestClock(MONDAY).now) as found:
        found.found_team()
        yield found


# ---------------------------------------------------------------- signing in


async def test_a_client_logs_in_and_knows_the_guild_its_channels_and_members(place: LocalDiscord) -> None:
    async with connected(place) as client:
        (guild,) = client.guilds
        assert (guild.id, guild.owner_id) == (GUILD, OWNER)
        assert [channel.id for channel in guild.text_channels] == [GARDEN, SHED]
        assert {member.id for member in guild.members} == {ADA, WEI, OWNER, APP}
        ada, wei, shed = guild.get_member(ADA), guild.get_member(WEI), guild.get_channel(SHED)
        assert ada is not None
        assert wei is not None
        assert shed is not None
        assert (ada.display_name, ada.name, wei.display_name) == ("Ada Brook", "ada", "陈伟")
        assert shed.permissions_for(ada).read_message_history
        assert not shed.permissions_for(wei).view_channel
        assert (await client.application_info()).flags.gateway_message_content_limited


async def test_another_token_is_refused(place: LocalDiscord) -> None:
    with pointed_at(place):
        client = Heard()
        with pytest.raises(discord.LoginFailure):
            await client.login("another")
        await client.close()


async def test_privileged_intents_are_refused_that_the_application_has_not_switched_on(place: LocalDiscord) -> None:
    place.team.app_flags = 0
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with connected(place):
            pass
    async with connected(place, PLAIN) as client:
        assert client.user is not None
        assert client.user.id == APP


async def test_without_the_intent_of_members_nobody_else_is_known_and_nobodys_leaving_told(place: LocalDiscord) -> None:
    async with connected(place, PLAIN) as client:
        assert [member.id for member in client.guilds[0].members] == [APP]
        await place.moving.leave(WEI, GUILD)
        assert client.heard("raw_member_remove") == []
        (found,) = await client.guilds[0].query_members("ada", cache=False)
        assert found.id == ADA


async def test_without_the_intent_of_content_only_what_mentions_the_bot_has_words(place: LocalDiscord) -> None:
    async with connected(place, PLAIN) as client:
        await place.talking.say(ADA, GARDEN, "the key hangs by the door")
        await place.talking.say(ADA, GARDEN, f"<@{APP}> where?")
        assert [message.content for message in client.heard("message")] == ["", f"<@{APP}> where?"]


# ---------------------------------------------------------------- events


async def test_what_people_say_and_do_is_told_as_it_happens(place: LocalDiscord) -> None:
    async with connected(place) as client:
        said = [await place.talking.say(ADA, GARDEN, text) for text in ("one", "two", "three", "four")]
        answer = await place.talking.say(WEI, GARDEN, f"<@{ADA}> yes", reply_to=said[0])
        await place.talking.edit(GARDEN, said[1], "two, better")
        await place.talking.unfurl(GARDEN, said[1])
        await place.talking.delete(GARDEN, said[0])
        await place.talking.bulk_delete(GARDEN, *said[2:])
        messages = client.heard("message")
        assert [message.id for message in messages] == [*said, answer]
        assert messages[0].author.display_name == "Ada Brook"
        assert messages[0].created_at < messages[1].created_at
        assert [user.id for user in messages[-1].mentions] == [ADA]
        assert messages[-1].reference.message_id == said[0]
        edited, unfurled = client.heard("raw_message_edit")
        assert (edited.message.content, unfurled.message.content) == ("two, better", "two, better")
        assert edited.message.edited_at == unfurled.message.edited_at > messages[-1].created_at
        assert [event.message_id for event in client.heard("raw_message_delete")] == [said[0]]
        assert [event.message_ids for event in client.heard("raw_bulk_message_delete")] == [set(said[2:])]


async def test_a_thread_at_a_message_has_its_id_and_is_heard_like_a_channel(place: LocalDiscord) -> None:
    async with connected(place) as client:
        root = await place.talking.say(ADA, GARDEN, "who has the key?")
        thread = await place.talking.start_thread(WEI, GARDEN, root)
        said = await place.talking.say(WEI, thread, "I do")
        assert thread == root
        created = client.heard("thread_create")[0]
        assert (created.id, created.parent_id, created.owner_id) == (root, GARDEN, WEI)
        assert client.heard("raw_message_edit")[0].message.flags.has_thread
        starter, last = client.heard("message")[1:]
        assert starter.type is discord.MessageType.thread_starter_message
        assert (last.id, last.channel.id) == (said, thread)
        await place.talking.archive_thread(thread)
        await place.talking.say(ADA, thread, "thanks")
        assert [event.data["thread_metadata"]["archived"] for event in client.heard("raw_thread_update")] == [
            True,
            False,
        ]


async def test_where_the_bot_cannot_see_nothing_is_heard_until_it_can(place: LocalDiscord) -> None:
    async with connected(place) as client:
        await place.moving.deny(APP, SHED)
        await place.talking.say(ADA, SHED, "between us")
        assert client.heard("message") == []
        await place.moving.allow(APP, SHED)
        await place.talking.say(ADA, SHED, "come in")
        assert [message.content for message in client.heard("message")] == ["come in"]


async def test_who_can_read_a_channel_changes_with_overwrites_and_roles(place: LocalDiscord) -> None:
    async with connected(place) as client:
        guild = client.guilds[0]
        wei, garden, shed = guild.get_member(WEI), guild.get_channel(GARDEN), guild.get_channel(SHED)
        assert wei is not None
        assert garden is not None
        assert shed is not None
        keeper = await place.moving.create_role(GUILD, "Keeper")
        await place.moving.allow(keeper, SHED)
        assert not shed.permissions_for(wei).view_channel
        await place.moving.change_roles(WEI, GUILD, keeper)
        assert shed.permissions_for(wei).view_channel
        assert WEI in place.team.readers(place.team.channels[SHED])
        await place.moving.deny(WEI, GARDEN, Can.HISTORY)
        assert not garden.permissions_for(wei).read_message_history
        await place.moving.forget_overwrite(WEI, GARDEN)
        await place.moving.deny(keeper, GARDEN)
        assert not garden.permissions_for(wei).view_channel
        assert place.team.readers(place.team.channels[GARDEN]) == {ADA, OWNER, APP}
        await place.moving.make_private(GARDEN)
        assert not garden.permissions_for(guild.default_role).view_channel
        assert place.team.readers(place.team.channels[GARDEN]) == {ADA, OWNER, APP}
        await place.moving.delete_role(GUILD, keeper)
        assert not shed.permissions_for(wei).view_channel


async def test_comings_and_goings_are_told(place: LocalDiscord) -> None:
    async with connected(place) as client:
        await place.moving.rename(WEI, GUILD, nick="Wei")
        await place.moving.ban(WEI, GUILD)
        await place.moving.join(WEI, GUILD)
        orchard = await place.moving.open_channel(GUILD, "orchard")
        await place.moving.delete_channel(orchard)
        await place.moving.lose(GUILD)
        await place.moving.find_again(GUILD)
        await place.moving.remove_bot(GUILD)
        assert client.heard("member_update")[0].id == WEI
        assert client.heard("raw_member_remove")[0].user.id == WEI
        assert client.counted("member_join", "guild_channel_create", "guild_channel_delete") == [1, 1, 1]
        assert client.counted("guild_unavailable", "guild_available", "guild_remove") == [1, 2, 1]


# ---------------------------------------------------------------- the line


async def test_after_a_cut_the_session_is_resumed_and_what_was_missed_is_told_in_order(place: LocalDiscord) -> None:
    async with connected(place) as client:
        await place.talking.say(ADA, GARDEN, "before")
        place.gateway.hold()
        place.gateway.cut()
        for text in ("meanwhile", "and on"):
            await place.talking.say(ADA, GARDEN, text)
        assert len(client.heard("message")) == 1
        place.gateway.release()
        await place.gateway.until(lambda: place.gateway.resumed == 1)
        await place.talking.say(ADA, GARDEN, "after")
        assert [m.content for m in client.heard("message")] == ["before", "meanwhile", "and on", "after"]
        assert client.counted("ready", "resumed", "disconnect") == [1, 1, 1]
        assert place.gateway.identified == 1


async def test_a_client_that_is_asked_to_reconnect_resumes(place: LocalDiscord) -> None:
    async with connected(place) as client:
        place.gateway.reconnect()
        await place.gateway.until(lambda: place.gateway.resumed == 1)
        await place.talking.say(ADA, GARDEN, "still there?")
        assert [message.content for message in client.heard("message")] == ["still there?"]


async def test_a_session_that_is_lost_is_begun_anew_and_what_was_missed_is_not_told(place: LocalDiscord) -> None:
    async with connected(place) as client:
        place.gateway.hold()
        place.gateway.cut()
        await place.talking.say(ADA, GARDEN, "unheard")
        place.gateway.forget()
        place.gateway.release()
        await place.gateway.until(lambda: place.gateway.identified == 2)
        await place.talking.say(ADA, GARDEN, "heard")
        assert [message.content for message in client.heard("message")] == ["heard"]
        place.gateway.invalidate()
        await place.gateway.until(lambda: place.gateway.identified == 3)
        assert place.gateway.resumed == 0


async def test_a_session_that_was_closed_for_good_cannot_be_resumed_and_one_that_broke_can(
    place: LocalDiscord,
) -> None:
    async with aiohttp.ClientSession() as web:
        for code, answer in ((4000, "RESUMED"), (1000, None)):
            session = await begun(web, place, code)
            line = await web.ws_connect(place.gateway_url)
            assert (await line.receive_json())["op"] == 10
            await line.send_json({"op": 6, "d": {"token": place.token, "session_id": session, "seq": 2}})
            assert (await line.receive_json())["t"] == answer
            await line.close()


async def begun(web: aiohttp.ClientSession, place: LocalDiscord, code: int) -> str:
    """Begin a session by hand and close its line; return its id."""
    line = await web.ws_connect(place.gateway_url)
    assert (await line.receive_json())["op"] == 10
    await line.send_json({"op": 2, "d": {"token": place.token, "intents": 1}})
    ready, guild = await line.receive_json(), await line.receive_json()
    assert (ready["t"], guild["t"]) == ("READY", "GUILD_CREATE")
    await line.close(code=code)
    return str(ready["d"]["session_id"])


async def test_a_file_can_be_fetched(place: LocalDiscord) -> None:
    async with connected(place) as client:
        await place.talking.share_file(ADA, GARDEN, "here", "vault.zip", b"sealed")
        (attachment,) = client.heard("message")[0].attachments
        assert (attachment.filename, attachment.size, await attachment.read()) == ("vault.zip", 6, b"sealed")


# ---------------------------------------------------------------- complaints


async def asked(place: LocalDiscord, path: str) -> tuple[int, int]:
    """Ask for something by hand; return the status and Discord's code."""
    async with aiohttp.ClientSession() as web:
        reply = await web.get(place.api_url + path, headers={"Authorization": f"Bot {place.token}"})
        assert reply.headers["Content-Type"] == "application/json"
        return reply.status, (await reply.json())["code"]


async def test_what_nobody_offers_fails_the_test_at_its_end() -> None:
    async with local_discord() as place:
        assert await asked(place, "/stickers/1") == (404, 0)
        assert place.api.complaints == ["nobody offers GET /stickers/1"]
        place.api.complaints.clear()


async def test_what_the_judge_says_is_answered_and_fails_the_test_at_its_end() -> None:
    async with local_discord() as place:
        place.api.judge = lambda asked: ["too much"] if asked.method == "GET" else []
        assert await asked(place, "/users/@me") == (400, 50035)
        assert place.api.complaints == ["GET /users/@me: too much"]
        place.api.complaints.clear()


async def test_a_complaint_fails_the_test() -> None:
    serving = local_discord()
    place = await serving.__aenter__()
    place.api.complaints.append("too much")
    with pytest.raises(AssertionError, match="too much"):
        await serving.__aexit__(None, None, None)
