"""The line to Discord: signed in, resumed, begun anew, out of order, closed at a clean stop. Nothing is lost by it."""

from __future__ import annotations

import asyncio

import pytest

from adapters.discord import ids
from adapters.discord.access import Access
from adapters.discord.platform import DiscordWorkspaces
from bot.clock import TestClock
from bot.errors import NotPermitted, PlatformError, StoreError, Unreachable
from tests.cores import CountingCore, GatedCore
from tests.discord.installed import PATIENCE, discord_found, discord_heard, listening
from tests.discord.intents import Intent
from tests.discord.listening import pointed_at
from tests.discord.server import ADA, APP, GARDEN, GUILD, local_discord
from tests.discord.team import CONTENT_FLAGS, MEMBERS_FLAGS
from tests.local_platform import MONDAY, RecordingHandler

pytestmark = pytest.mark.anyio
MISSED, HEARD = ("missed", "discord", str(GUILD)), ("heard", "discord", str(GUILD))
PLAIN = Intent.GUILDS | Intent.MESSAGES


def texts(core: RecordingHandler) -> list[str]:
    return [event.text for event in core.said]


# ---------------------------------------------------------------- signing in


async def test_a_token_that_is_not_taken_is_not_permitted() -> None:
    async with local_discord() as discord:
        with pointed_at(discord):
            platform = DiscordWorkspaces(Access("another", discord.api_url, discord.gateway_url), TestClock(MONDAY))
            with pytest.raises(NotPermitted):
                await platform.sign_in()
            await platform.close()


@pytest.mark.parametrize(
    ("flags", "asked"),
    [
        (0, PLAIN),
        (1 << 14, PLAIN | Intent.MEMBERS),
        (1 << 15, PLAIN | Intent.MEMBERS),
        (1 << 18, PLAIN | Intent.CONTENT),
        (1 << 19, PLAIN | Intent.CONTENT),
        (MEMBERS_FLAGS | CONTENT_FLAGS, PLAIN | Intent.MEMBERS | Intent.CONTENT),
    ],
)
async def test_only_those_intents_are_asked_for_that_are_switched_on(flags: int, asked: Intent) -> None:
    async with discord_heard(flags=flags) as (discord, _, _):
        assert [session.intents for session in discord.gateway.sessions.values()] == [asked]


async def test_an_intent_that_was_switched_off_meanwhile_ends_the_line_with_its_name() -> None:
    async with discord_found() as (discord, platform):
        ready = asyncio.Event()
        running = asyncio.create_task(platform.run(RecordingHandler(), lambda _: ready.set()))
        await ready.wait()
        discord.team.app_flags = 0
        discord.gateway.invalidate()  # so that it has to begin anew
        with pytest.raises(PlatformError) as caught:
            await running
        assert caught.value.code == "no_intents"
        await platform.close()


async def test_what_is_said_between_signing_in_and_listening_is_heard() -> None:
    async with discord_found() as (discord, platform):
        core, ready = RecordingHandler(), asyncio.Event()
        first = await discord.talking.say(ADA, GARDEN, "before anybody listens")
        await discord.talking.edit(GARDEN, first, "before anybody listened")
        await discord.talking.delete(GARDEN, first)
        assert await platform.directory.channel(ids.channel(GUILD, GARDEN)) is not None
        running = asyncio.create_task(platform.run(core, lambda _: ready.set()))
        await ready.wait()
        await platform.idle()
        assert texts(core) == ["before anybody listens", "before anybody listened"]
        assert [event.ref for event in core.deleted] == [ids.message(ids.channel(GUILD, GARDEN), first, GARDEN)]
        assert MISSED in core.line
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await platform.close()


async def test_a_token_that_was_taken_away_ends_the_line() -> None:
    async with discord_found() as (discord, platform):
        ready = asyncio.Event()
        running = asyncio.create_task(platform.run(RecordingHandler(), lambda _: ready.set()))
        await ready.wait()
        await discord.gateway.close(4004)
        with pytest.raises(NotPermitted):
            await running
        await platform.close()


async def test_where_no_gateway_is_the_line_does_not_begin() -> None:
    async with local_discord(TestClock(MONDAY).now) as discord:
        discord.found_team()
        with pointed_at(discord):
            nowhere = Access(discord.token, discord.api_url, "ws://127.0.0.1:9/")
            platform = DiscordWorkspaces(nowhere, TestClock(MONDAY), patience=PATIENCE)
            with pytest.raises(Unreachable):
                await platform.sign_in()
            await platform.close()


# ---------------------------------------------------------------- cut, resumed, begun anew


async def test_the_core_hears_of_the_line_at_the_start_and_before_the_end() -> None:
    async with discord_heard() as (_, platform, core):
        await platform.idle()
    assert (core.line[0], core.line[-1]) == (MISSED, HEARD)


@pytest.mark.promise(21, "Discord's line cut and resumed")
@pytest.mark.parametrize("way", ["cut", "asked"])
async def test_a_line_that_is_resumed_has_missed_nothing(way: str) -> None:
    async with discord_heard() as (discord, platform, core):
        await discord.talking.say(ADA, GARDEN, "before")
        if way == "cut":
            discord.gateway.hold()
            discord.gateway.cut()
            await discord.talking.say(ADA, GARDEN, "meanwhile")
            discord.gateway.release()
        else:
            discord.gateway.reconnect()
        await discord.gateway.until(lambda: discord.gateway.resumed == 1)
        await discord.talking.say(ADA, GARDEN, "after")
        await platform.idle()
        assert texts(core) == ["before", *(["meanwhile"] if way == "cut" else []), "after"]
    assert core.line == [MISSED, HEARD]


@pytest.mark.promise(21, "Discord's session that could not be resumed")
@pytest.mark.parametrize("way", ["invalidated", "forgotten"])
async def test_a_line_that_is_begun_anew_may_have_missed_something_once(way: str) -> None:
    core = CountingCore("missed", 2)
    async with discord_heard(core) as (discord, platform, _):
        await discord.talking.say(ADA, GARDEN, "before")
        discord.gateway.hold()
        if way == "invalidated":
            discord.gateway.invalidate()
        else:
            discord.gateway.forget()
            discord.gateway.cut()
        await discord.talking.say(ADA, GARDEN, "meanwhile")
        discord.gateway.release()
        await core.is_told.wait()
        await discord.talking.say(ADA, GARDEN, "after")
        await platform.idle()
        assert texts(core) == ["before", "after"]
    assert core.line == [MISSED, MISSED, HEARD]


async def test_a_guild_that_was_out_of_order_may_have_missed_something_once() -> None:
    core = CountingCore("missed", 2)
    async with discord_heard(core) as (discord, platform, _):
        await discord.moving.lose(GUILD)
        with pytest.raises(Unreachable):
            await platform.directory.channels_of(ids.person(GUILD, ADA))
        await discord.moving.find_again(GUILD)
        await core.is_told.wait()
        assert await platform.directory.channels_of(ids.person(GUILD, ADA))
    assert core.line == [MISSED, MISSED, HEARD]


async def test_a_guild_that_is_out_of_order_is_not_heard_and_its_channels_are_not_gone() -> None:
    async with discord_heard() as (discord, platform, core):
        await discord.moving.lose(GUILD)
        with pytest.raises(Unreachable):
            await platform.directory.channel(ids.channel(GUILD, GARDEN))
    assert core.line == [MISSED]


# ---------------------------------------------------------------- whether it is up


async def test_a_line_is_up_when_a_heartbeat_is_acknowledged() -> None:
    async with discord_heard() as (discord, platform, _):
        assert await platform.client.is_up()
        discord.gateway.hold()
        discord.gateway.cut()
        await discord.gateway.until(lambda: not discord.gateway.is_connected)
        assert not await platform.client.is_up()
        discord.gateway.release()
        await discord.gateway.until(lambda: discord.gateway.resumed == 1)
        await discord.gateway.quiet()
        assert await platform.client.is_up()


async def test_however_many_guilds_ask_at_once_whether_the_line_is_up_it_is_asked_once() -> None:
    async with discord_heard() as (discord, platform, _):
        await platform.client.is_up()
        before = discord.gateway.beats
        assert all(await asyncio.gather(*(platform.client.is_up() for _ in range(100))))
        assert discord.gateway.beats == before + 1


async def test_the_line_is_not_heard_at_the_end_while_something_waits_that_failed() -> None:
    async with discord_heard() as (discord, platform, core):
        await platform.idle()
        core.failure = StoreError("the disk is full", "full")
        await discord.talking.say(ADA, GARDEN, "by the door")
        await platform.idle()
        core.failure = None
    assert core.line == [MISSED]


# ---------------------------------------------------------------- the end


@pytest.mark.parametrize("is_cut", [False, True])
async def test_a_clean_stop_finishes_what_it_has_begun_and_takes_nothing_more(*, is_cut: bool) -> None:
    core = GatedCore()
    async with discord_found() as (discord, platform):
        async with listening(platform, core):
            await discord.talking.say(ADA, GARDEN, "by the door")
            await core.is_asked.wait()
            if is_cut:
                discord.gateway.hold()
                discord.gateway.cut()
            asyncio.get_running_loop().call_later(0.05, core.may_go_on.set)
        assert texts(core) == ["by the door"]
        await discord.talking.say(ADA, GARDEN, "too late")
        assert texts(core) == ["by the door"]
        assert not discord.gateway.is_connected


async def test_nothing_that_was_said_or_the_token_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    async with discord_heard() as (discord, platform, core):
        core.failure = StoreError("the disk is full", "full")
        await discord.talking.say(ADA, GARDEN, f"<@{APP}> quicksilver")
        discord.gateway.reconnect()
        await discord.gateway.until(lambda: discord.gateway.resumed == 1)
        await platform.idle()
        token = discord.token
    shown = "\n".join(f"{record.name} {record.getMessage()} {record.exc_info}" for record in caplog.records)
    assert "could not be taken in" in shown
    for secret in ("quicksilver", token, "Ada"):
        assert secret not in shown
