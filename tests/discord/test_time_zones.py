"""A worker's time zone and language in Discord, which tells neither: chosen in the form, the same after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.clock import TestClock
from bot.policy import Policy
from tests.discord.house import BUILD, CACHE, JONAS, MARA, MONDAY, House, at_home, house
from tests.discord.listening import pointed_at
from tests.discord.reading import words
from tests.discord.server import ADA, GARDEN, WEI, local_discord

pytestmark = pytest.mark.anyio
KOLKATA = Policy(time_zone="Asia/Kolkata")


async def open_form(at: House) -> None:
    await at.command(MARA, "join")
    await at.press(MARA, "Agree")


async def test_the_form_proposes_the_operators_time_zone_and_takes_the_workers(tmp_path: Path) -> None:
    async with house(tmp_path, policy=KOLKATA) as at:
        await open_form(at)
        assert at.discord.reading.typed(MARA, "time_zone") == "Asia/Kolkata"
        receipt = await at.submit(MARA, learn=True, channels=[str(BUILD)], time_zone="berlin")
        assert "Europe/Berlin" in words(receipt)
        assert "Your time zone is Europe/Berlin, where it is 10:00 now." in words(await at.command(MARA, "timezone"))
        shown = words(await at.command(MARA, "timezone", zone="Asia/Shanghai"))
        assert "From now on your time zone is Asia/Shanghai, where it is 17:00 now." in shown


async def test_an_asker_whose_time_zone_nobody_knows_is_told_by_which_one_it_lapses(tmp_path: Path) -> None:
    async with house(tmp_path, policy=KOLKATA) as at:
        await at.join(MARA)
        await at.say(MARA, CACHE)
        await at.ask(JONAS)
        assert "Lapses Wed 18:00 in Asia/Kolkata." in at.told(JONAS)
        await at.join(JONAS, time_zone="Asia/Shanghai")
        await at.ask(JONAS, "and where does the build cache live when it is empty?")
        assert "Lapses Wed 20:30 your time." in at.told(JONAS)


async def test_a_time_zone_that_there_is_none_is_refused_in_a_sentence(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await open_form(at)
        await at.submit(MARA, learn=True, channels=[str(BUILD)], time_zone="Mars/Olympus")
        assert "There is no time zone “Mars/Olympus”." in at.alone(MARA)
        assert await at.core.stage.store.workers() == ()


async def test_after_a_restart_notices_speak_the_language_that_the_worker_joined_in(tmp_path: Path) -> None:
    clock = TestClock(MONDAY)
    async with local_discord(clock.now) as discord:
        discord.found_team()
        with pointed_at(discord):
            async with at_home(tmp_path, discord, clock) as at:
                await at.command(WEI, "join", GARDEN)
                await at.press(WEI, "同意")
                await at.submit(WEI, learn=True, draft=True, channels=[str(GARDEN)])
                await at.say(WEI, CACHE, GARDEN)
            async with at_home(tmp_path, discord, clock) as again:
                await again.ask(ADA, worker=WEI, place=GARDEN)
                assert "草稿" in words(discord.reading.direct(WEI)[-1])
