"""A modal as somebody has it before them: what stands in its fields, what they put there, what is sent of it. Pure.

A field is known by its custom id, by its name in that (`<kind>:<name>:…`), or by the beginning of its label.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.discord.component_limits import BOX, CHECKBOX, CHECKBOXES, LABEL, MENU, RADIO, TEXTS, UPLOAD
from tests.discord.team import Json
from tests.measures import units

if TYPE_CHECKING:
    from tests.discord.interactions import Interaction

SHORT = 1
_SEVERAL = {MENU, CHECKBOXES}


@dataclass(eq=False)
class Form:
    """A modal that is open before somebody. `typed` are its fields' values by their custom ids."""

    interaction: Interaction
    data: Json
    typed: dict[str, Any]


def fields_of(form: Json) -> Iterator[tuple[str, Json]]:
    """Every field of a modal, with its label."""
    yield from ((part["label"], part["component"]) for part in form["components"] if part["type"] == LABEL)


def begun(form: Json) -> dict[str, Any]:
    """Return what stands in a modal's fields as it opens, by their custom ids."""
    return {field["custom_id"]: _beginning(field) for _, field in fields_of(form)}


def _beginning(field: Json) -> Any:
    chosen = [option["value"] for option in field.get("options") or () if option.get("default")]
    match field["type"]:
        case 4:  # a box
            return field.get("value") or ""
        case 21:  # one of a list
            return chosen[0] if chosen else None
        case 23:  # a single tick
            return bool(field.get("default"))
        case _:
            return chosen


def put(form: Form, name: str, value: Any) -> None:
    """Put something in a field: words, whether it is ticked, options, or (name, content) of a file.

    The name may be that of one option, to be ticked or not; a list that needed several menus is filled in as one.
    """
    called = [field for label, field in fields_of(form.data) if is_called(field["custom_id"], name)]
    called = called or [field for label, field in fields_of(form.data) if label.startswith(name)][:1]
    if len(called) > 1:
        _put_in_menus(form, called, list(value))
    elif called:
        form.typed[called[0]["custom_id"]] = _put(called[0], value)
    else:
        _tick(form, name, is_ticked=bool(value))


def is_called(id_: str, name: str) -> bool:
    """Whether a field is meant by a name: its custom id, or what stands in it behind the first colon."""
    return name == id_ or name in id_.split(":")[1:2]


def _put_in_menus(form: Form, menus: Sequence[Json], wanted: list[str]) -> None:
    for menu in menus:
        own = {option["value"] for option in menu["options"]}
        form.typed[menu["custom_id"]] = [one for one in wanted if one in own]
    left = set(wanted) - {one for menu in menus for one in form.typed[menu["custom_id"]]}
    assert not left, f"no options {sorted(left)} in any of the menus"


def _tick(form: Form, name: str, *, is_ticked: bool) -> None:
    for _, field in fields_of(form.data):
        for option in field.get("options") or ():
            if option["value"] == name or option["label"].startswith(name):
                assert field["type"] in _SEVERAL, f"{name!r} is one of several to choose from"
                kept = [one for one in form.typed[field["custom_id"]] if one != option["value"]]
                form.typed[field["custom_id"]] = [*kept, option["value"]] if is_ticked else kept
                return
    raise AssertionError(f"no field {name!r} among {sorted(form.typed)}")


def _put(field: Json, value: Any) -> Any:
    match field["type"]:
        case 4:  # a box
            most = field.get("max_length") or TEXTS
            assert units(str(value)) <= most, f"nobody can put {units(str(value))} characters in a box of {most}"
            assert field["style"] != SHORT or "\n" not in str(value), "a box of one line"
            return str(value)
        case 19:  # files
            files = [value] if isinstance(value, tuple) else list(value or ())
            assert len(files) <= (field.get("max_values") or 1), "more files than may be given"
            return files
        case 21:  # one of a list
            return _option(field, value) if value else None
        case 23:  # a single tick
            return bool(value)
        case 3 | 22:
            if isinstance(value, bool):
                return [option["value"] for option in field["options"]] if value else []
            return [_option(field, one) for one in ([value] if isinstance(value, str) else value)]
        case _:
            return [str(one) for one in value]


def _option(field: Json, wanted: str) -> str:
    options: Sequence[Mapping[str, str]] = field["options"]
    exact = [one["value"] for one in options if wanted in {one["value"], one["label"]}]
    found = exact or [one["value"] for one in options if one["label"].startswith(wanted)]
    assert found, f"no option {wanted!r} among {[one['label'] for one in options]}"
    return found[0]


def missing(form: Form) -> list[str]:
    """Return what has to be done before a modal can be sent, by the labels of the fields."""
    found = []
    for label, field in fields_of(form.data):
        value, kind = form.typed[field["custom_id"]], field["type"]
        if kind == CHECKBOX:
            continue
        is_required = field.get("required") in {None, True}
        least = field.get("min_length" if kind == BOX else "min_values")
        least = (1 if is_required else 0) if least is None else least
        most = field.get("max_values") or (1 if kind in {MENU, UPLOAD} else None)
        size = len(value or ())
        if (is_required and not value) or (size and size < least):
            found.append(label)
        if kind not in {BOX, RADIO} and most is not None and size > most:
            found.append(f"{label} (at most {most})")
    return found


def sent(form: Form, files: Mapping[str, Sequence[str]]) -> Json:
    """Return what Discord sends of a modal; `files` are the ids of what was uploaded, by the fields' custom ids."""
    return {
        "custom_id": form.data["custom_id"],
        "components": [_sent(part, form.typed, files) for part in form.data["components"]],
    }


def _sent(part: Json, typed: Mapping[str, Any], files: Mapping[str, Sequence[str]]) -> Json:
    known = {"type": part["type"], "id": part["id"]}
    if part["type"] != LABEL:
        return known
    field = part["component"]
    value = typed[field["custom_id"]]
    if field["type"] == UPLOAD:
        value = list(files.get(field["custom_id"], ()))
    key = "value" if field["type"] in {BOX, RADIO, CHECKBOX} else "values"
    return {
        **known,
        "component": {"type": field["type"], "id": field["id"], "custom_id": field["custom_id"], key: value},
    }
