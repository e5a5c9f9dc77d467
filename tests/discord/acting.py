"""What people do with the app in the local Discord: commands, presses, forms. Each call returns once it has answered.

    await acting.command(ADA, GARDEN, "ask", person=WEI, question="When does the shed open?")
    await acting.press(WEI, reading.direct(WEI)[-1], "Review")        # a message or its id, how the label begins
    await acting.submit(WEI, text="At eight.", learn=True)            # fill in the modal by its fields' names, send it
    acting.fill(WEI, {"What you say": "…"}); acting.cancel(WEI)       # by labels; a modal that is closed tells nobody
    await acting.menu(WEI, "Never use this", message)
    await acting.complete(WEI, GARDEN, "timezone", "zone", "ber")     # what is offered while an option is being typed

An answer that comes later (kinds 5 and 6) has to be waited for by the app's own `idle()`. Whoever acts has to see what
they act on and may do only what Discord's clients let people do: anything else is a mistake of the test.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.discord.component_limits import BUTTON, LINK, MENU, every
from tests.discord.forms import Form, missing, put, sent
from tests.discord.interactions import UPLOAD, Interaction, Interactions
from tests.discord.invoking import found, given
from tests.discord.limits import COMMAND, COMPLETION, PRESS, SUBMIT
from tests.discord.objects import attachment_object, user_object
from tests.discord.permissions import Can
from tests.discord.team import DM, Channel, Json, Team

ON_MESSAGE = 3
IN_GUILDS, IN_DIRECT = 0, 1


class Acting:
    """People use the app. `commands` are those the app has registered, by guild, 0 for everywhere."""

    def __init__(self, team: Team, commands: Mapping[int, list[Json]], interactions: Interactions) -> None:
        self._team = team
        self._commands = commands
        self._interactions = interactions

    # ------------------------------------------------------------ commands

    async def command(self, person: int, channel: int, name: str, /, **options: Any) -> Interaction:
        """Give a command that is typed, by its name or its last words; people, channels and roles by their ids."""
        place = self._place(person, channel)
        data = given(self._team, self._team.guilds.get(place.guild), found(self._offered(place), name), options)
        return await self._interactions.act(person, place, COMMAND, data)

    async def complete(
        self, person: int, channel: int, name: str, option: str, typed: str, /, **others: Any
    ) -> list[Json]:
        """Type into an option, and return what is offered: each with a name and a value."""
        place = self._place(person, channel)
        way = found(self._offered(place), name)
        assert any(one["name"] == option and one.get("autocomplete") for one in way[-1]["options"]), (
            f"{option} has none"
        )
        values = {**others, option: typed}
        data = given(self._team, self._team.guilds.get(place.guild), way, values, option)
        return (await self._interactions.act(person, place, COMPLETION, data)).choices

    async def menu(self, person: int, name: str, message: Json | int) -> Interaction:
        """Choose a command in a message's menu, by its name in whatever language."""
        place, target = self._seen(person, message)
        assert not self._interactions.is_alone(target), "no app's commands are offered on what one person alone sees"
        offered = [one for one in self._offered(place) if one["type"] == ON_MESSAGE]
        fitting = [one for one in offered if name in {one["name"], *(one.get("name_localizations") or {}).values()}]
        assert fitting, f"no command {name!r} on a message among {[one['name'] for one in offered]}"
        known: Json = {key: fitting[0][key] for key in ("id", "name", "type", "guild_id") if key in fitting[0]}
        resolved = {"messages": {target["id"]: dict(target)}}
        author = self._team.people.get(int(target["author"]["id"]))
        if author is not None:
            resolved["users"] = {str(author.id): user_object(author)}
        data = {**known, "target_id": target["id"], "resolved": resolved}
        return await self._interactions.act(person, place, COMMAND, data)

    def _offered(self, place: Channel) -> list[Json]:
        """Return the commands that can be given in a place."""
        context = IN_DIRECT if place.kind == DM else IN_GUILDS
        own = self._commands.get(place.guild, []) if place.guild else []
        everywhere = [one for one in self._commands.get(0, []) if context in _contexts(one)]
        return [*own, *everywhere]

    # ------------------------------------------------------------ what stands on messages

    async def press(self, person: int, message: Json | int, label: str) -> Interaction:
        """Press the button whose label begins so."""
        place, pressed = self._seen(person, message)
        button = labelled(pressed, label)
        data = {"component_type": BUTTON, "custom_id": button["custom_id"], "id": button["id"]}
        return await self._interactions.act(person, place, PRESS, data, pressed)

    async def choose(self, person: int, message: Json | int, placeholder: str, *labels: str) -> Interaction:
        """Choose in the list of a message whose placeholder begins so."""
        place, pressed = self._seen(person, message)
        menus = [one for one in every(pressed["components"]) if one["type"] == MENU]
        menu = next(one for one in menus if (one.get("placeholder") or "").startswith(placeholder))
        values = [option["value"] for option in menu["options"] if option["label"].startswith(labels)]
        assert len(values) == len(labels), f"not all of {labels} are offered"
        data = {"component_type": MENU, "custom_id": menu["custom_id"], "id": menu["id"], "values": values}
        return await self._interactions.act(person, place, PRESS, data, pressed)

    # ------------------------------------------------------------ forms

    def fill(self, person: int, fields: Mapping[str, Any] | None = None, /, **named: Any) -> None:
        """Fill in fields of the modal that is open, each by its name or the beginning of its label."""
        form = self._form(person)
        for name, value in {**(fields or {}), **named}.items():
            put(form, name, value)

    async def submit(self, person: int, fields: Mapping[str, Any] | None = None, /, **named: Any) -> Interaction:
        """Fill in the modal that is open and send it; what must be filled in must be. It closes once it is answered."""
        self.fill(person, fields, **named)
        form = self._form(person)
        assert not missing(form), f"to be filled in first: {missing(form)}"
        data = self._sent(form)
        of = form.interaction
        done = await self._interactions.act(person, of.channel, SUBMIT, data, of.message)
        if self._interactions.forms.get(person) is form:
            del self._interactions.forms[person]
        return done

    def cancel(self, person: int) -> None:
        """Close the modal that is open; the app is not told."""
        self._form(person)
        del self._interactions.forms[person]

    def _form(self, person: int) -> Form:
        assert person in self._interactions.forms, "no modal is open"
        return self._interactions.forms[person]

    def _sent(self, form: Form) -> Json:
        """Upload a form's files and return what the app is told of it."""
        files: dict[str, list[str]] = {}
        for id_, value in form.typed.items():
            if isinstance(value, list) and value and isinstance(value[0], tuple):
                files[id_] = [self._uploaded(name, content) for name, content in value]
        data = sent(form, files)
        attached = [file for ids in files.values() for file in ids]
        if attached:
            shown = {id_: {**attachment_object(self._team, int(id_)), "ephemeral": True} for id_ in attached}
            data["resolved"] = {"attachments": shown}
        return data

    def _uploaded(self, name: str, content: bytes) -> str:
        assert len(content) <= UPLOAD, "nobody can upload a file as large as that"
        return str(self._team.file(name, content))

    # ------------------------------------------------------------ where people are

    def _place(self, person: int, channel: int) -> Channel:
        """Return where somebody acts, if they can."""
        place = self._team.channels[channel]
        need = Can.VIEW | Can.USE_COMMANDS
        assert need in self._team.may(person, place), "nobody gives a command where they may not"
        return place

    def _seen(self, person: int, message: Json | int) -> tuple[Channel, Json]:
        """Return a message that somebody sees, with where it stands."""
        id_ = message if isinstance(message, int) else int(message["id"])
        for shown in self._interactions.alone:
            if int(shown.message["id"]) == id_:
                assert shown.person == person, "nobody acts on what another alone was shown"
                return shown.channel, shown.message
        for place in self._team.channels.values():
            if id_ in place.messages:
                need = Can.VIEW | Can.HISTORY
                assert need in self._team.may(person, place), "nobody acts on what they cannot see"
                return place, place.messages[id_]
        raise AssertionError("that message stands nowhere")


def _contexts(command: Json) -> list[int]:
    if command.get("contexts") is not None:
        return list(command["contexts"])
    return [IN_GUILDS, *([IN_DIRECT] if command.get("dm_permission", True) else [])]


def labelled(message: Json, label: str) -> Json:
    """Return the button that can be pressed whose label begins so."""
    buttons = [dict(one) for one in every(message["components"]) if one["type"] == BUTTON and one["style"] != LINK]
    found_ = [one for one in buttons if (one.get("label") or "").startswith(label)]
    assert found_, f"no button {label!r} among {[one.get('label') for one in buttons]}"
    assert not found_[0].get("disabled"), f"{label!r} cannot be pressed"
    return found_[0]
