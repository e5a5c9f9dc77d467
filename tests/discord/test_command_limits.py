"""The judge of an app's commands takes what the library registers and refuses each breach of a documented limit."""

from __future__ import annotations

import copy
from typing import Any

import discord
import pytest
from discord import app_commands

from tests.discord.command_limits import breaches_in_commands, faults_in_commands

Json = dict[str, Any]


def argument(name: str = "question", type_: int = 3, **more: Any) -> Json:
    return {"name": name, "type": type_, "description": "Words", **more}


LONG = [argument(f"a{n}", description="d" * 100) for n in range(4)]


def command(name: str = "double", *options: Json, **more: Any) -> Json:
    return {"name": name, "type": 1, "description": "Words", "options": list(options), "contexts": [0], **more}


@pytest.mark.anyio
async def test_what_the_library_registers_is_taken() -> None:
    where = app_commands.AppCommandContext(guild=True)
    group = app_commands.Group(name="double", description="An AI double", allowed_contexts=where)

    @group.command(name="ask", description="Ask somebody's double")
    async def ask(interaction: discord.Interaction, worker: discord.Member, question: str) -> None: ...

    async with discord.Client(intents=discord.Intents.none()) as client:
        tree = app_commands.CommandTree(client)

        @tree.context_menu(name="Never use this")
        @app_commands.allowed_contexts(guilds=True)
        async def never(interaction: discord.Interaction, message: discord.Message) -> None: ...

        tree.add_command(group)
        commands = [found.to_dict(tree) for found in tree._get_all_commands()]  # as `sync` sends them
    assert len(commands) == 2
    assert faults_in_commands(commands) == []
    assert breaches_in_commands(commands) == []


def test_commands_within_the_limits_are_taken() -> None:
    named = command(
        "分身",
        argument("ask", 1, options=[argument("worker", 6, required=True), argument(autocomplete=True)]),
        argument("grants", 2, options=[argument("give", 1)]),
        name_localizations={"zh-CN": "分身"},
        description_localizations={"zh-CN": "字"},
    )
    chosen = command("other", argument(choices=[{"name": "One", "value": "1"}], max_length=6000))
    menu_ = {"name": "Never use this", "type": 3, "contexts": [0]}
    assert faults_in_commands([named, chosen, menu_]) == []
    assert breaches_in_commands([named, chosen, menu_]) == []


@pytest.mark.parametrize(
    ("one", "fault"),
    [
        (command("Double"), "the name 'Double'"),
        (command("my double"), "the name 'my double'"),
        (command("d" * 33), "the name 'ddd"),
        (command(name_localizations={"zh-CN": "分 身"}), "the name '分 身'"),
        (command(name_localizations={"zh-Hans": "分身"}), "the locale 'zh-Hans'"),
        (command(description=""), "0 characters in a description"),
        (command(description="d" * 101), "101 characters in a description"),
        (command(description_localizations={"de": "d" * 101}), "101 characters in a description"),
        (command("double", *(argument(f"a{n}") for n in range(26))), "26 options"),
        (command("double", argument(), argument()), "option 'question' twice"),
        (command("double", argument("a"), argument("b", required=True)), "an option that must be given after one"),
        (command("double", argument("ask", 1), argument()), "subcommands beside options"),
        (command("double", argument("ask", 1, options=[argument("more", 1)])), "an option of type 1"),
        (command("double", argument("ask", 2, options=[argument()])), "an option of type 3"),
        (command("double", argument("ask", 2)), "a group without subcommands"),
        (command("double", argument(choices=[{"name": str(n), "value": "1"} for n in range(26)])), "26 choices"),
        (command("double", argument(choices=[{"name": "n" * 101, "value": "1"}])), "101 characters in a choice's name"),
        (command("double", argument("who", 6, autocomplete=True)), "choices or completion for an option of type 6"),
        (
            command("double", argument(autocomplete=True, choices=[{"name": "n", "value": "1"}])),
            "choices beside completion",
        ),
        (command("double", argument(max_length=6001)), "an option's length"),
        (command("double", *(argument(f"a{n}", 1, options=LONG) for n in range(20))), "8321 characters in 'double'"),
        ({"name": "Never use", "type": 3, "description": "words"}, "a description or options on 'Never use'"),
        ({"name": "n" * 33, "type": 3}, "the name 'nnn"),
        ({"name": "odd", "type": 4}, "a command of type 4"),
    ],
)
def test_a_command_beyond_a_limit_is_refused(one: Json, fault: str) -> None:
    assert any(found.startswith(fault) for found in faults_in_commands([one])), faults_in_commands([one])


def test_commands_are_judged_together() -> None:
    menus = [{"name": f"menu {n}", "type": 3} for n in range(16)]
    assert faults_in_commands(menus) == ["16 commands of type 3"]
    assert faults_in_commands([command(), copy.deepcopy(command())]) == ["command 'double' twice"]
    assert breaches_in_commands([command(contexts=None), command(contexts=[0, 1])]) == [
        "'double' outside servers",
        "'double' outside servers",
    ]
