"""`/double` as the local Discord lists it: sent when it differs, offered in servers alone, in whoever's language."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.discord.slash import SUBCOMMANDS, commands, differs
from bot.words import Words
from tests.discord.faults import Trouble
from tests.discord.house import BUILD, GUILD, MARA, WEI, at_home, forge, house
from tests.discord.reading import words

pytestmark = pytest.mark.anyio
LIST = "PUT /applications/{app}/commands"


async def test_the_commands_are_sent_once_and_again_only_where_discord_lists_something_else(tmp_path: Path) -> None:
    async with forge() as (discord, clock):
        for _ in range(2):
            async with at_home(tmp_path, discord, clock):
                assert len(discord.api.called(LIST)) == 1
        discord.app.commands[0][0]["options"].pop()
        async with at_home(tmp_path, discord, clock):
            assert len(discord.api.called(LIST)) == 2
        assert not differs(discord.app.commands[0], commands())


async def test_where_the_commands_cannot_be_listed_everything_else_goes_on(tmp_path: Path) -> None:
    async with forge() as (discord, clock):
        async with at_home(tmp_path, discord, clock):
            pass
        discord.app.commands[0][0]["options"].pop()
        discord.api.trouble[LIST].append(Trouble(403))
        async with at_home(tmp_path, discord, clock) as at:
            assert "You have joined" in words(await at.join(MARA))


@pytest.mark.parametrize("name", [one.name for one in SUBCOMMANDS if not any(o.is_required for o in one.options)])
async def test_every_command_that_needs_no_more_is_answered_to_whoever_gives_it_alone(
    tmp_path: Path, name: str
) -> None:
    async with house(tmp_path) as at:
        shown = await at.command(WEI, name)
        assert words(shown)
        assert at.discord.reading.messages(BUILD) == []
        assert at.told(MARA) == ""


async def test_time_zones_are_proposed_in_the_language_of_whoever_types(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        offered = await at.discord.acting.complete(WEI, BUILD, "timezone", "zone", "上海")
        assert offered[0] == {"name": "Asia/Shanghai (上海)", "value": "Asia/Shanghai"}
        offered = await at.discord.acting.complete(MARA, BUILD, "timezone", "zone", "berl")
        assert [one["value"] for one in offered] == ["Europe/Berlin"]


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
async def test_where_only_the_commands_are_nobody_joins_and_whoever_had_can_still_leave(
    tmp_path: Path, locale: str
) -> None:
    async with house(tmp_path, locale=locale) as at:
        await at.join(MARA)
        await at.discord.moving.remove_bot(GUILD)
        await at.settle()
        said = words(await at.command(MARA, "join"))
        assert said == Words(locale).say("discord.not_in_server")
        await at.command(MARA, "leave")
        await at.submit(MARA)
        assert await at.core.stage.store.workers() == ()
