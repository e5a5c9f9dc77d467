"""Commands as Discord lets people give them: found by name, each option in its type, what is needed given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.discord.command_limits import GROUP, SLASH, SUB
from tests.discord.objects import channel_object, member_object, role_object, user_object
from tests.discord.team import Guild, Json, Team
from tests.measures import units

STRING, INTEGER, BOOLEAN, PERSON, CHANNEL, ROLE, MENTIONABLE, NUMBER = 3, 4, 5, 6, 7, 8, 9, 10
_TYPES: Mapping[int, tuple[type, ...]] = {STRING: (str,), INTEGER: (int,), BOOLEAN: (bool,), NUMBER: (int, float)}


def found(commands: Sequence[Json], name: str) -> list[Json]:
    """Return the way to a command that is typed, by its name or how it ends: the command, its group, the subcommand."""
    ways = [way for command in commands if command["type"] == SLASH for way in _ways(command)]
    wanted = name.split()
    fitting = [way for way in ways if [part["name"] for part in way][-len(wanted) :] == wanted]
    assert fitting, f"no command {name!r} among {[' '.join(part['name'] for part in way) for way in ways]}"
    assert len(fitting) == 1, f"several commands {name!r}"
    return fitting[0]


def _ways(part: Json) -> Iterator[list[Json]]:
    inner = [option for option in part.get("options") or () if option["type"] in {SUB, GROUP}]
    if not inner:
        yield [part]
    for option in inner:
        yield from ([part, *way] for way in _ways(option))


def given(team: Team, guild: Guild | None, way: Sequence[Json], values: Mapping[str, Any], focused: str = "") -> Json:
    """Return what the app is told of a command with its options; `focused` is the option that is still being typed."""
    command, last = way[0], way[-1]
    offered = {option["name"]: option for option in last.get("options") or ()}
    assert set(values) <= set(offered), f"no options {sorted(set(values) - set(offered))} among {sorted(offered)}"
    left = [name for name, option in offered.items() if option.get("required") and values.get(name) in {None, ""}]
    assert focused or not left, f"to be given first: {left}"
    options = [
        {
            "name": name,
            "type": option["type"],
            "value": values[name] if name == focused else _value(option, values[name]),
            **({"focused": True} if name == focused else {}),
        }
        for name, option in offered.items()
        if values.get(name) is not None
    ]
    for part in reversed(way[1:]):
        options = [{"name": part["name"], "type": part["type"], "options": options}]
    resolved = {} if focused else _resolved(team, guild, offered, values)
    return {
        "id": command["id"],
        "name": command["name"],
        "type": command["type"],
        **({"guild_id": command["guild_id"]} if "guild_id" in command else {}),
        **({"options": options} if options else {}),
        **({"resolved": resolved} if resolved else {}),
    }


def _value(option: Json, value: Any) -> Any:
    name, kind = option["name"], option["type"]
    if kind in {PERSON, CHANNEL, ROLE, MENTIONABLE}:
        return str(value)
    assert isinstance(value, _TYPES[kind]), f"{name} is no {type(value).__name__}"
    assert kind == BOOLEAN or not isinstance(value, bool), f"{name} is no bool"
    if kind == STRING:
        least, most = option.get("min_length") or 0, option.get("max_length") or 6000
        assert least <= units(str(value)) <= most, f"{name} has {units(str(value))} characters"
    elif kind in {INTEGER, NUMBER}:
        low, high = option.get("min_value"), option.get("max_value")
        assert low is None or value >= low, f"{name} is {value}"
        assert high is None or value <= high, f"{name} is {value}"
    choices = [choice["value"] for choice in option.get("choices") or ()]
    assert not choices or value in choices, f"{name} is none of {choices}"
    return value


def _resolved(team: Team, guild: Guild | None, offered: Mapping[str, Json], values: Mapping[str, Any]) -> Json:
    """Return whom and what the options name, as the app is told of them beside."""
    resolved: dict[str, Json] = {}
    for name, value in values.items():
        kind, id_ = offered[name]["type"], str(value)
        if kind in {PERSON, MENTIONABLE} and value in team.people:
            resolved.setdefault("users", {})[id_] = user_object(team.people[value])
            if guild is not None and value in guild.members:
                member = member_object(team, guild.members[value], with_user=False)
                resolved.setdefault("members", {})[id_] = {**member, "permissions": "0"}
        elif kind == CHANNEL:
            resolved.setdefault("channels", {})[id_] = {
                **channel_object(team, team.channels[value]),
                "permissions": "0",
            }
        elif kind in {ROLE, MENTIONABLE} and guild is not None:
            resolved.setdefault("roles", {})[id_] = role_object(guild, guild.roles[value])
    return resolved
