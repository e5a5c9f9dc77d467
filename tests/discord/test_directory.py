"""Who and what there is on Discord, and who can read what, as its guilds are made."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.discord import ids
from adapters.discord.directory import DiscordDirectory
from adapters.discord.platform import DiscordWorkspaces
from bot.platform_ports import Channel, Person
from bot.refs import ChannelRef, MessageRef, PersonRef
from tests.discord.faults import broken
from tests.discord.installed import discord_heard
from tests.discord.permissions import EVERYONE, Can
from tests.discord.server import ADA, APP, GARDEN, GUILD, OWNER, SHED, WEI, LocalDiscord
from tests.discord.team import ANNOUNCEMENT, CATEGORY, PRIVATE_THREAD, VOICE

pytestmark = pytest.mark.anyio
THERE, HIDDEN = ids.channel(GUILD, GARDEN), ids.channel(GUILD, SHED)
ADAS, WEIS = ids.person(GUILD, ADA), ids.person(GUILD, WEI)
HELPER = 77


class At:
    """A guild, and what Understudy knows of it."""

    def __init__(self, discord: LocalDiscord, platform: DiscordWorkspaces) -> None:
        self.discord = discord
        self.platform = platform
        assert isinstance(platform.directory, DiscordDirectory)
        self.directory = platform.directory

    async def channel(self, ref: ChannelRef = THERE) -> Channel:
        found = await self.directory.channel(ref)
        assert found is not None
        return found

    async def person(self, ref: PersonRef = ADAS) -> Person:
        found = await self.directory.person(ref)
        assert found is not None
        return found

    async def called(self, words: str) -> list[tuple[str, str]]:
        return [(person.name, rest) for person, rest in await self.directory.people_called(THERE, words)]


@pytest.fixture
async def at() -> AsyncIterator[At]:
    async with discord_heard() as (discord, platform, _):
        yield At(discord, platform)


# ---------------------------------------------------------------- people


async def test_people_are_called_as_the_guild_calls_them(at: At) -> None:
    await at.discord.moving.rename(ADA, GUILD, nick="Ada of the Pears")
    found = await at.person()
    assert (found.name, found.handle) == ("Ada of the Pears", "ada")
    assert await at.called("Ada of the Pears, where?") == [("Ada of the Pears", "where?")]
    assert await at.called("ada where?") == [("Ada of the Pears", "where?")]


async def test_a_language_is_known_once_somebody_did_something_else_a_communitys_is_taken(at: At) -> None:
    found = await at.person()
    assert (found.locale, found.time_zone, found.is_locale_own) == ("", "", False)
    await at.discord.moving.change_guild(GUILD, features={"COMMUNITY"}, locale="de")
    found = await at.person()
    assert (found.locale, found.is_locale_own) == ("de", False)
    at.platform.locales.note(ADAS, "zh-CN")
    found = await at.person()
    assert (found.locale, found.is_locale_own) == ("zh-CN", True)
    assert (await at.person(WEIS)).locale == "de"


async def test_nobody_asks_a_bot(at: At) -> None:
    at.discord.team.person(HELPER, "Ada Robot", "adabot", is_bot=True)
    await at.discord.moving.join(HELPER, GUILD)
    assert await at.called("Ada Robot, where?") == [("Ada Brook", "Robot, where?")]
    assert await at.called("adabot where?") == []
    assert await at.called("understudy where?") == []


@pytest.mark.parametrize("flags", [None, 0])
async def test_whoever_comes_is_known_and_whoever_goes_is_not(flags: int | None) -> None:
    async with discord_heard(flags=flags) as (discord, platform, _):
        at = At(discord, platform)
        discord.team.person(HELPER, "Tom", "tom")
        assert await at.directory.person(ids.person(GUILD, HELPER)) is None
        at.directory.forget()  # as half a minute later
        await discord.moving.join(HELPER, GUILD)
        assert (await at.person(ids.person(GUILD, HELPER))).name == "Tom"
        at.directory.forget()
        await discord.moving.leave(HELPER, GUILD)
        assert await at.directory.person(ids.person(GUILD, HELPER)) is None


# ---------------------------------------------------------------- channels


async def test_what_people_write_in_is_a_channel_and_nothing_else_is(at: At) -> None:
    team = at.discord.moving
    news = await team.open_channel(GUILD, "news", kind=ANNOUNCEMENT)
    voice = await team.open_channel(GUILD, "table", kind=VOICE)
    shelf = await team.open_channel(GUILD, "shelf", kind=CATEGORY)
    thread = await at.discord.talking.start_thread(ADA, GARDEN, name="pears")
    assert (await at.channel(ids.channel(GUILD, news))).public
    assert (await at.channel(ids.channel(GUILD, voice))).name == "table"
    for none in (shelf, thread):
        assert await at.directory.channel(ids.channel(GUILD, none)) is None


async def test_a_public_channel_is_read_by_exactly_the_workspace(at: At) -> None:
    assert await at.channel() == Channel(THERE, "garden", public=True)


@pytest.mark.parametrize("feature", ["DISCOVERABLE", "PREVIEW_ENABLED"])
async def test_where_anybody_can_look_in_there_are_outsiders(at: At, feature: str) -> None:
    await at.discord.moving.change_guild(GUILD, features={"COMMUNITY", feature})
    assert (await at.channel()).has_outsiders
    assert not (await at.channel(HIDDEN)).has_outsiders


async def test_the_mark_of_a_private_channel_is_another_when_others_can_read_it(at: At) -> None:
    marks = [(await at.channel(HIDDEN)).readers]
    assert not (await at.channel(HIDDEN)).public
    await at.discord.moving.allow(WEI, SHED)
    marks.append((await at.channel(HIDDEN)).readers)
    await at.discord.moving.deny(WEI, SHED, Can.HISTORY)
    marks.append((await at.channel(HIDDEN)).readers)
    await at.discord.moving.allow(HELPER, SHED)  # who is not there
    assert (await at.channel(HIDDEN)).readers == marks[-1]
    assert len(set(marks)) == 3
    assert all(marks)


async def test_whoever_is_denied_a_public_channel_makes_it_private(at: At) -> None:
    await at.discord.moving.deny(WEI, GARDEN, Can.HISTORY)
    assert not (await at.channel()).public
    assert not await at.directory.is_member(WEIS, THERE)
    assert await at.directory.is_member(ADAS, THERE)
    await at.discord.moving.forget_overwrite(WEI, GARDEN)
    assert (await at.channel()).public


async def test_where_people_also_talk_reading_takes_coming_in(at: At) -> None:
    table = ids.channel(GUILD, await at.discord.moving.open_channel(GUILD, "table", kind=VOICE))
    assert not (await at.channel(table)).public
    await at.discord.moving.change_role(GUILD, GUILD, EVERYONE | Can.CONNECT)
    assert (await at.channel(table)).public
    await at.discord.moving.deny(WEI, int(table.channel), Can.CONNECT)
    assert not await at.directory.is_member(WEIS, table)
    assert await at.directory.is_member(ADAS, table)


async def test_the_owner_reads_everything(at: At) -> None:
    owner = ids.person(GUILD, OWNER)
    assert [c.ref for c in await at.directory.channels_of(owner)] == [THERE, HIDDEN]
    await at.discord.moving.change_guild(GUILD, owner=WEI)
    assert await at.directory.is_member(WEIS, HIDDEN)
    assert not await at.directory.is_member(owner, HIDDEN)


async def test_where_the_bot_sees_nothing_it_is_not(at: At) -> None:
    await at.discord.moving.deny(APP, SHED)
    assert await at.directory.channel(HIDDEN) is None
    assert [c.ref for c in await at.directory.channels_of(ADAS)] == [THERE]
    await at.discord.moving.allow(APP, SHED)
    assert [c.ref for c in await at.directory.channels_of(ADAS)] == [THERE, HIDDEN]


async def test_what_is_no_id_of_discords_is_not_there(at: At) -> None:
    for other in ("U404", "", "1" * 30, "-1", "1.0"):
        assert await at.directory.channel(ChannelRef("discord", str(GUILD), other)) is None
        assert await at.directory.person(PersonRef("discord", str(GUILD), other)) is None
        assert await at.directory.channels_of(PersonRef("discord", other, str(ADA))) == ()
        assert await at.directory.people_called(ChannelRef("discord", other, "1"), "ada") == ()
    assert await at.directory.person(PersonRef("slack", str(GUILD), str(ADA))) is None


async def test_a_permalink_leads_to_where_the_message_stands(at: At) -> None:
    in_thread = ids.message(THERE, 5, 4)
    assert at.directory.link(in_thread) == f"https://discord.com/channels/{GUILD}/4/5"
    assert at.directory.link(MessageRef(THERE, "?")) == f"https://discord.com/channels/{GUILD}/{GARDEN}"


async def test_a_private_thread_of_a_public_channel_is_nowhere_though_discord_is_asked() -> None:
    async with discord_heard() as (discord, platform, core):
        hidden = await discord.talking.start_thread(ADA, GARDEN, name="between us", kind=PRIVATE_THREAD)
        said = await discord.talking.say(ADA, hidden, "not for everyone")
        await discord.talking.archive_thread(hidden)
        await discord.talking.delete(hidden, said)
        await platform.idle()
        assert core.events == []


async def test_a_place_that_discord_cannot_tell_for_now_is_asked_for_again() -> None:
    async with discord_heard() as (discord, platform, core):
        thread = await discord.talking.start_thread(ADA, GARDEN, name="pears")
        said = await discord.talking.say(ADA, thread, "they are ripe")
        await discord.talking.archive_thread(thread)
        discord.api.trouble["GET /channels/{channel}"].append(broken(503))
        await discord.talking.delete(thread, said)
        await platform.idle()
        assert core.deleted == []
        await discord.talking.say(ADA, GARDEN, "anything else")
        await platform.idle()
        assert [e.ref for e in core.deleted] == [ids.message(THERE, said, thread)]
