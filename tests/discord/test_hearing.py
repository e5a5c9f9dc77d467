"""What Discord tells reaches the core, and what it must not hear does not: over the real library and its gateway."""

from __future__ import annotations

import asyncio

import pytest

from adapters.discord import ids
from bot.errors import StoreError
from bot.events import AccessLost, Loss, MessageSaid
from bot.refs import MessageRef
from tests.cores import GatedCore
from tests.discord.installed import discord_heard
from tests.discord.objects import channel_object
from tests.discord.permissions import Can
from tests.discord.server import ADA, APP, GARDEN, GUILD, OWNER, SHED, WEI
from tests.discord.team import FORUM, PRIVATE_THREAD
from tests.local_platform import RecordingHandler

pytestmark = pytest.mark.anyio
HERE = ids.channel(GUILD, GARDEN)
ANOTHER = GUILD + 1


class LosingCore(RecordingHandler):
    """Says when it was told of so many losses."""

    def __init__(self) -> None:
        super().__init__()
        self._moved = asyncio.Event()

    async def access_lost(self, event: AccessLost) -> None:
        await super().access_lost(event)
        self._moved.set()

    async def has_lost(self, times: int) -> None:
        while len(self.lost) < times:
            await self._moved.wait()
            self._moved.clear()


def ref(message: int, place: int = GARDEN) -> MessageRef:
    return ids.message(HERE, message, place)


def lost(core: RecordingHandler) -> list[tuple[Loss, str, str]]:
    return [(e.loss, e.person.person if e.person else "", e.channel.channel if e.channel else "") for e in core.lost]


async def test_what_was_said_before_it_came_is_edited_and_deleted_all_the_same() -> None:
    async with discord_heard() as (discord, platform, core):
        said = [await discord.talking.say(ADA, GARDEN, text) for text in ("one", "two", "three", "four")]
        await platform.idle()
        core.events.clear()
        await discord.talking.edit(GARDEN, said[0], "one, better")
        await discord.talking.delete(GARDEN, said[1])
        await discord.talking.bulk_delete(GARDEN, *said[2:])
        await platform.idle()
        assert [(e.ref, e.text) for e in core.said] == [(ref(said[0]), "one, better")]
        assert [e.ref for e in core.deleted] == [ref(message) for message in said[1:]]


async def test_no_message_is_kept_in_the_librarys_memory() -> None:
    async with discord_heard() as (discord, platform, _):
        await discord.talking.say(ADA, GARDEN, "the key hangs by the door")
        assert list(platform.client.cached_messages) == []


async def test_a_preview_or_a_pin_is_no_edit() -> None:
    async with discord_heard() as (discord, platform, core):
        said = await discord.talking.say(ADA, GARDEN, "see https://a.example")
        await discord.talking.unfurl(GARDEN, said)
        await discord.talking.pin(GARDEN, said)
        await platform.idle()
        assert [e.text for e in core.said] == ["see https://a.example"]


async def test_programs_are_not_heard() -> None:
    async with discord_heard() as (discord, platform, core):
        discord.team.person(7, "Helper", "helper", is_bot=True)
        await discord.moving.join(7, GUILD)
        await discord.talking.say(7, GARDEN, f"<@{APP}> where is it?")
        await discord.talking.webhook_says(GARDEN, f"<@{APP}> where is it?")
        await platform.idle()
        assert core.events == []


async def test_a_thread_belongs_to_its_channel_and_a_private_one_is_not_heard() -> None:
    async with discord_heard() as (discord, platform, core):
        thread = await discord.talking.start_thread(ADA, GARDEN, name="open to all")
        hidden = await discord.talking.start_thread(ADA, GARDEN, name="between us", kind=PRIVATE_THREAD)
        said = await discord.talking.say(ADA, thread, "the key")
        kept = await discord.talking.say(ADA, hidden, "not for everyone")
        await discord.talking.delete(hidden, kept)
        await platform.idle()
        assert [(e.ref, e.thread) for e in core.said] == [(ref(said, thread), ids.thread(HERE, thread))]
        assert core.deleted == []


@pytest.mark.parametrize("is_told", [True, False])
async def test_not_even_a_private_thread_that_the_bot_was_let_into_is_heard(is_told: bool) -> None:
    async with discord_heard() as (discord, platform, core):
        hidden = await discord.talking.start_thread(ADA, GARDEN, name="between us", kind=PRIVATE_THREAD)
        discord.team.channels[hidden].participants.add(APP)
        if is_told:
            await discord.gateway.tell("THREAD_CREATE", channel_object(discord.team, discord.team.channels[hidden]))
        kept = await discord.talking.say(ADA, hidden, f"<@{APP}> where is it?")
        await discord.talking.delete(hidden, kept)
        await discord.gateway.quiet()
        await platform.idle()
        assert (platform.client.get_channel(hidden) is not None) == is_told
        assert core.events == []


async def test_what_is_taken_away_in_an_archived_thread_is_told_of_where_it_stood() -> None:
    async with discord_heard() as (discord, platform, core):
        thread = await discord.talking.start_thread(ADA, GARDEN, name="about pears")
        said = await discord.talking.say(ADA, thread, "they are ripe")
        await discord.talking.archive_thread(thread)
        await discord.talking.delete(thread, said)
        await platform.idle()
        assert [e.ref for e in core.deleted] == [ref(said, thread)]


async def test_a_forum_is_a_channel_whose_posts_are_threads() -> None:
    async with discord_heard() as (discord, platform, core):
        forum = await discord.moving.open_channel(GUILD, "questions", kind=FORUM)
        place = ids.channel(GUILD, forum)
        assert place in [c.ref for c in await platform.directory.channels_of(ids.person(GUILD, ADA))]
        post = await discord.talking.start_thread(ADA, forum, name="where is the key?")
        said = await discord.talking.say(ADA, post, "I looked everywhere")
        await platform.idle()
        assert [e.ref for e in core.said] == [ids.message(place, message, post) for message in (post, said)]
        assert {e.thread for e in core.said} == {ids.thread(place, post)}


async def test_a_question_shows_that_something_is_being_done_and_other_words_do_not() -> None:
    core = GatedCore()
    async with discord_heard(core) as (discord, _, _):
        asked = "POST /channels/{channel}/typing"
        core.may_go_on.set()
        await discord.talking.say(ADA, GARDEN, "the key hangs by the door")
        assert discord.api.called(asked) == []
        core.may_go_on.clear()
        await discord.talking.say(WEI, GARDEN, f"<@{APP}> <@{ADA}> where is it?")
        await discord.api.until(lambda: discord.api.called(asked))
        core.may_go_on.set()


# ---------------------------------------------------------------- what is lost


@pytest.mark.promise(3, "Discord's members who leave, are kicked or banned")
async def test_whoever_leaves_or_is_banned_has_lost_everything() -> None:
    async with discord_heard() as (discord, platform, core):
        await discord.moving.leave(WEI, GUILD)
        await discord.moving.ban(ADA, GUILD)
        await platform.idle()
        assert lost(core) == [(Loss.DEACTIVATED, str(WEI), ""), (Loss.DEACTIVATED, str(ADA), "")]
        assert await platform.directory.person(ids.person(GUILD, WEI)) is None


@pytest.mark.promise(3, "roles taken away on Discord, and what they may do")
async def test_who_lost_a_role_lost_the_channels_that_it_alone_opened() -> None:
    async with discord_heard() as (discord, platform, core):
        keeper = await discord.moving.create_role(GUILD, "Keeper")
        await discord.moving.allow(keeper, SHED)
        await discord.moving.change_roles(WEI, GUILD, keeper)
        await platform.idle()
        assert await platform.directory.is_member(ids.person(GUILD, WEI), ids.channel(GUILD, SHED))
        assert core.lost == []
        await discord.moving.change_roles(WEI, GUILD)
        await platform.idle()
        assert lost(core) == [(Loss.LEFT, str(WEI), str(SHED))]
        await discord.moving.change_roles(WEI, GUILD, keeper)
        await discord.moving.delete_role(GUILD, keeper)
        await platform.idle()
        assert lost(core)[1:] == [(Loss.LEFT, str(WEI), str(SHED))]


async def test_a_role_that_the_bot_saw_a_channel_by_is_lost_by_everybody() -> None:
    async with discord_heard() as (discord, platform, core):
        own = discord.team.guilds[GUILD].members[APP].roles
        seer = await discord.moving.create_role(GUILD, "Seer")
        await discord.moving.change_roles(APP, GUILD, *own, seer)
        await discord.moving.allow(seer, SHED)
        await discord.moving.forget_overwrite(APP, SHED)
        await platform.idle()
        assert core.lost == []
        await discord.moving.change_roles(APP, GUILD, *(own - {seer}))
        await platform.idle()
        assert lost(core) == [(Loss.UNINSTALLED, "", str(SHED))]


async def test_bots_read_nothing_and_lose_nothing() -> None:
    async with discord_heard() as (discord, platform, core):
        discord.team.person(7, "Helper", "helper", is_bot=True)
        shed = ids.channel(GUILD, SHED)
        before = await platform.directory.channel(shed)
        await discord.moving.join(7, GUILD)
        await discord.moving.allow(7, SHED)
        assert await platform.directory.channel(shed) == before
        await discord.moving.deny(7, SHED)
        await discord.moving.leave(7, GUILD)
        await platform.idle()
        assert core.lost == []


async def test_everyone_who_may_read_no_longer_is_told_of_one_by_one() -> None:
    async with discord_heard() as (discord, platform, core):
        await discord.moving.change_role(GUILD, GUILD, Can.SEND)
        await platform.idle()
        gone = [(Loss.LEFT, str(ADA), str(GARDEN)), (Loss.LEFT, str(WEI), str(GARDEN))]
        assert lost(core)[:3] == [*gone, (Loss.MADE_PRIVATE, "", str(GARDEN))]


async def test_a_channel_that_is_gone_or_shut_to_the_bot_is_lost_by_everybody() -> None:
    async with discord_heard() as (discord, platform, core):
        await discord.moving.deny(APP, SHED)
        await discord.moving.delete_channel(GARDEN)
        await platform.idle()
        assert lost(core) == [(Loss.UNINSTALLED, "", str(SHED)), (Loss.ARCHIVED, "", str(GARDEN))]
        for channel in (SHED, GARDEN):
            assert await platform.directory.channel(ids.channel(GUILD, channel)) is None


@pytest.mark.promise(3, "Discord's bot kicked from a guild")
async def test_a_guild_that_puts_the_bot_out_is_lost_and_one_that_is_out_of_order_is_not() -> None:
    async with discord_heard() as (discord, platform, core):
        await discord.moving.lose(GUILD)
        await discord.moving.find_again(GUILD)
        await platform.idle()
        assert core.lost == []
        await discord.moving.remove_bot(GUILD)
        await platform.idle()
        assert core.lost == [AccessLost("discord", str(GUILD), Loss.UNINSTALLED)]
        assert await platform.directory.person(ids.person(GUILD, ADA)) is None


async def test_what_was_lost_while_the_line_was_down_is_found_out_when_it_is_up_again() -> None:
    core = LosingCore()
    async with discord_heard(core) as (discord, _, _):
        discord.gateway.hold()
        discord.gateway.forget()
        discord.gateway.cut()
        await discord.moving.leave(WEI, GUILD)
        await discord.moving.deny(ADA, GARDEN)
        discord.gateway.release()
        await discord.gateway.until(lambda: discord.gateway.identified == 2)
        await core.has_lost(3)
        assert lost(core) == [
            (Loss.DEACTIVATED, str(WEI), ""),
            (Loss.LEFT, str(ADA), str(GARDEN)),
            (Loss.MADE_PRIVATE, "", str(GARDEN)),
        ]


async def test_what_was_lost_while_a_guild_was_out_of_order_is_found_out_when_it_is_back() -> None:
    core = LosingCore()
    async with discord_heard(core) as (discord, platform, _):
        place = await discord.moving.open_channel(GUILD, "pond")
        await discord.moving.lose(GUILD)
        del discord.team.guilds[GUILD].members[WEI], discord.team.channels[place]
        await discord.moving.find_again(GUILD)
        await core.has_lost(2)
        assert lost(core) == [(Loss.DEACTIVATED, str(WEI), ""), (Loss.ARCHIVED, "", str(place))]
        assert await platform.directory.person(ids.person(GUILD, WEI)) is None
        assert await platform.directory.channel(ids.channel(GUILD, place)) is None
        found = await platform.directory.channel(ids.channel(GUILD, SHED))
        assert found is not None
        assert not found.has_outsiders  # everybody is known again


async def test_a_guild_that_put_the_bot_out_while_the_line_was_down_is_lost_when_it_is_up_again() -> None:
    core = LosingCore()
    async with discord_heard(core) as (discord, _, _):
        discord.gateway.hold()
        discord.gateway.forget()
        discord.gateway.cut()
        await discord.moving.remove_bot(GUILD)
        discord.gateway.release()
        await core.has_lost(1)
        assert core.lost == [AccessLost("discord", str(GUILD), Loss.UNINSTALLED)]


async def test_a_guild_that_lets_the_bot_in_is_told_once_what_it_is_and_is_heard() -> None:
    async with discord_heard() as (discord, platform, core):
        discord.team.guild(ANOTHER, "Orchard", OWNER)
        place = await discord.moving.open_channel(ANOTHER, "pears")
        await discord.moving.add_bot(ANOTHER)
        await discord.api.until(lambda: discord.api.called("POST /channels/{channel}/messages"))
        await discord.talking.say(OWNER, place, "they are ripe")
        await platform.idle()
        assert [e.ref.channel for e in core.said] == [ids.channel(ANOTHER, place)]
        assert len(discord.api.called("POST /channels/{channel}/messages")) == 1
        assert ("missed", "discord", str(ANOTHER)) in core.line


# ---------------------------------------------------------------- intents that are not switched on


async def test_without_privileged_intents_questions_are_heard_and_nothing_else() -> None:
    async with discord_heard(flags=0) as (discord, platform, core):
        await discord.talking.say(ADA, GARDEN, "the key hangs by the door")
        await discord.talking.say(WEI, GARDEN, f"<@{APP}> <@{ADA}> where is it?")
        await platform.idle()
        assert [e.address for e in core.said] == [f"<@{ADA}> where is it?"]
        assert not platform.hears_all


async def test_without_the_intent_of_members_people_are_asked_for() -> None:
    async with discord_heard(flags=0) as (discord, platform, core):
        directory, ada, wei = platform.directory, ids.person(GUILD, ADA), ids.person(GUILD, WEI)
        shed = ids.channel(GUILD, SHED)
        found = [await directory.people_called(HERE, words) for words in ("Ada, where?", "陈伟钥匙在哪里？", "nobody")]
        assert [[(p.name, rest) for p, rest in people] for people in found] == [
            [("Ada Brook", "where?")],
            [("陈伟", "钥匙在哪里？")],
            [],
        ]
        assert await directory.person(ada) == found[0][0][0]
        assert await directory.is_member(ada, shed)
        assert not await directory.is_member(wei, shed)
        private, public = await directory.channel(shed), await directory.channel(HERE)
        assert private is not None
        assert public is not None
        assert (private.has_outsiders, public.has_outsiders) == (True, False)
        await discord.moving.deny(WEI, GARDEN)
        await platform.idle()
        assert lost(core) == [(Loss.MADE_PRIVATE, "", str(GARDEN))]


async def test_a_thread_that_is_deleted_whole_is_told_and_a_private_one_is_not() -> None:
    async with discord_heard() as (discord, platform, core):
        root = await discord.talking.say(ADA, GARDEN, "who has the key?")
        thread = await discord.talking.start_thread(ADA, GARDEN, root)
        private = await discord.talking.start_thread(ADA, GARDEN, kind=PRIVATE_THREAD)
        for one in (thread, private):
            await discord.talking.delete_thread(one)
        await platform.idle()
        assert [event.thread for event in core.threads_deleted] == [ids.thread(HERE, thread)]


# ---------------------------------------------------------------- a core that fails


@pytest.mark.promise(16, "Discord's events while the store fails")
async def test_while_the_core_fails_everything_waits_in_its_order() -> None:
    async with discord_heard() as (discord, platform, core):
        core.failure = StoreError("the disk is full", "full")
        said = await discord.talking.say(ADA, GARDEN, "by the door")
        await discord.talking.edit(GARDEN, said, "behind the door")
        await discord.talking.delete(GARDEN, said)
        await discord.moving.leave(ADA, GUILD)
        await platform.idle()
        assert (core.events, core.lost) == ([], [])
        core.failure = None
        await discord.talking.say(WEI, GARDEN, "anything else")
        await platform.idle()
        texts = [e.text if isinstance(e, MessageSaid) else "deleted" for e in core.events]
        assert texts == ["by the door", "behind the door", "deleted", "anything else"]
        assert lost(core) == [(Loss.DEACTIVATED, str(ADA), "")]
