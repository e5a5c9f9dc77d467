"""`/double` as Discord lists it, and what each of its subcommands means in the core's words."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from adapters.discord.slash import (
    NEVER_USE,
    SUBCOMMANDS,
    TAKE_BACK,
    commands,
    differs,
    name_on_message,
    proposals,
    words_of,
)
from bot.words import Words

ENGLISH, CHINESE = Words("en-US"), Words("zh-CN")
OPTION_NAME = re.compile(r"[-_\w]{1,32}")


def typed(subcommand: str, **options: Any) -> dict[str, Any]:
    """What Discord sends of `/double`, as far as it is read."""
    given = [{"name": name, "type": 3, "value": value} for name, value in options.items()]
    return {"id": "1", "name": "double", "type": 1, "options": [{"name": subcommand, "type": 1, "options": given}]}


@pytest.mark.parametrize(
    ("subcommand", "options", "words"),
    [
        ("join", {}, "join"),
        ("ask", {"person": "42", "question": " where is the key? "}, "ask <@42> where is the key?"),
        ("mine", {}, "mine"),
        ("mine", {"words": "build cache"}, "mine build cache"),
        ("profile", {}, "profile"),
        ("profile", {"refresh": True}, "profile refresh"),
        ("profile", {"refresh": False}, "profile"),
        ("correct", {"what": "The key is green."}, "correct The key is green."),
        ("never", {"topic": "pay"}, "never pay"),
        ("never-learn", {"phrase": "pay"}, "never-learn pay"),
        ("never-learn", {}, "never-learn"),
        ("away", {}, "away"),
        ("away", {"until": "Friday"}, "away until Friday"),
        ("away", {"until": "until Friday"}, "away until Friday"),
        ("away", {"until": "off"}, "away off"),
        ("timezone", {}, "timezone"),
        ("timezone", {"zone": "Europe/Berlin"}, "timezone Europe/Berlin"),
    ],
)
def test_a_subcommand_stands_for_words_that_the_core_reads(
    subcommand: str, options: dict[str, Any], words: str
) -> None:
    assert words_of(typed(subcommand, **options), ENGLISH) == words


def test_somebody_who_is_back_says_so_in_their_own_language() -> None:
    off = CHINESE.say("away.off_word")
    assert words_of(typed("away", until=off), CHINESE) == "away off"
    assert words_of(typed("away", until=f"{CHINESE.say('away.until_word')} 周五"), CHINESE) == "away until 周五"


@pytest.mark.parametrize(
    "data", [{}, {"name": "treble"}, {"name": "double"}, typed("dance"), {"name": "double", "type": 2}]
)
def test_what_is_no_subcommand_of_ours_means_nothing(data: dict[str, Any]) -> None:
    assert words_of(data, ENGLISH) is None
    assert proposals(data, ENGLISH) == []


def test_the_commands_can_be_used_in_servers_alone() -> None:
    for command in commands():
        assert (command["contexts"], command["integration_types"]) == ([0], [0])


def test_what_is_told_of_each_command_stands_in_chinese_too_and_fits() -> None:
    group, *on_messages = commands()
    for part in [group, *group["options"], *(o for one in group["options"] for o in one["options"])]:
        told = [part["description"], *part["description_localizations"].values()]
        assert all(0 < len(text) <= 100 for text in told)
        assert set(part["description_localizations"]) == {"zh-CN", "zh-TW"}
    for command in on_messages:
        names = [command["name"], *command["name_localizations"].values()]
        assert all(0 < len(name) <= 32 for name in names)
        assert len(set(names)) == 2
        assert "description" not in command


def test_the_names_of_options_are_such_as_discord_takes_and_what_must_be_given_comes_first() -> None:
    for one in commands()[0]["options"]:
        for option in one["options"]:
            for name in (option["name"], *option["name_localizations"].values()):
                assert OPTION_NAME.fullmatch(name)
                assert name == name.lower()
        needed = [option["required"] for option in one["options"]]
        assert needed == sorted(needed, reverse=True)
    assert len(SUBCOMMANDS) <= 25


def test_what_discord_has_already_is_not_sent_again() -> None:
    wanted = commands()
    found = copy.deepcopy(wanted)[::-1]
    for number, command in enumerate(found):  # as Discord gives it back: with ids, defaults, and nothing that is empty
        command |= {"id": str(number), "version": "7", "nsfw": False, "default_member_permissions": None}
        command.setdefault("description", "")
    assert not differs(found, wanted)


@pytest.mark.parametrize("change", ["description", "option", "localization", "context", "gone", "more", "length"])
def test_whatever_else_discord_has_is_replaced(change: str) -> None:
    wanted, found = commands(), commands()
    match change:
        case "description":
            found[0]["description"] = "an older one"
        case "option":
            del found[0]["options"][0]["options"][1]
        case "localization":
            found[0]["options"][2]["description_localizations"]["zh-CN"] = "旧的"
        case "context":
            found[1]["contexts"] = [0, 1]
        case "gone":
            found.pop()
        case "more":
            found.append({"type": 1, "name": "treble", "description": "an older command"})
        case "length":
            found[0]["options"][0]["options"][1]["max_length"] = 6000
    assert differs(found, wanted)


@pytest.mark.parametrize(("name", "is_called"), [("Never use this", NEVER_USE), ("Take back", TAKE_BACK)])
def test_a_command_on_a_message_is_known_by_its_name(name: str, is_called: str) -> None:
    assert name_on_message({"type": 3, "name": name}) == is_called
    assert name_on_message({"type": 2, "name": name}) is None


def test_a_time_zone_is_proposed_by_its_city_in_the_readers_language() -> None:
    assert [one.value for one in proposals(typed("timezone", zone="berl"), ENGLISH)] == ["Europe/Berlin"]
    first = proposals(typed("timezone", zone="上海"), CHINESE)[0]
    assert (first.value, first.name) == ("Asia/Shanghai", "Asia/Shanghai (上海)")
    assert [one.value for one in proposals(typed("timezone", zone="new_y"), ENGLISH)] == ["America/New_York"]


def test_as_many_time_zones_are_proposed_as_discord_takes() -> None:
    assert len(proposals(typed("timezone", zone="america"), ENGLISH)) == 25
    assert 0 < len(proposals(typed("timezone"), ENGLISH)) <= 25
    assert proposals(typed("timezone", zone="nowhere at all"), ENGLISH) == []
