"""The fields of a view as Slack's input blocks, and what was put in them as the core reads it. Pure.

A block's id says what stands in it, `field:<kind>:<name>:<mark>`, so that an answer is read without any memory. The
mark is another whenever the core proposes another value: Slack keeps what was typed under an id that stays the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from adapters.chat import forms
from adapters.chat.forms import Field, FileGiven, is_needed
from adapters.chat.lengths import cut
from adapters.slack.marking import plain
from bot.views import Choices, DateField, FileField, SecretField, TextField, Tick
from bot.words import Words

MOST_BOXES, MOST_IN_GROUP, OPTION_TEXT, OPTION_VALUE = 10, 100, 75, 150
LONGEST_INPUT, LONGEST_LABEL = 3000, 2000
ACTION = "v"
_PREFIX = "field"
_TICKED, _NO_OPTION = "yes", "-"


def block(field: Field, about: str, typed: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """Return the input block of a field of the view `about`; what was typed already stands in it instead of its value.

    The value of an option is a platform's own id, of at most 150 characters.
    """
    hint = field.hint
    if isinstance(field, SecretField):
        hint = words.in_a_row((hint, words.say("slack.secret_hint")))
    return {
        "type": "input",
        "block_id": f"{_PREFIX}:{_kind(field)}:{field.name}:{_mark(field, about)}",
        "label": plain(field.label, LONGEST_LABEL),
        "element": {**_element(field, typed.get(field.name), words), "action_id": ACTION},
        "optional": not is_needed(field),
        **({"hint": plain(hint, LONGEST_LABEL)} if hint else {}),
    }


def values(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands in the fields of a view, from its `state.values`, by their names and in the core's types.

    A file is a `FileGiven`; of a field in which nothing was chosen, the value says so; a foreign block is passed over.
    """
    read = {}
    for block_id, actions in state.items():
        prefix, kind, name, mark = [*block_id.split(":", 3), "", "", ""][:4]
        given = actions.get(ACTION)
        if prefix == _PREFIX and isinstance(given, dict) and name:
            value = _value(kind, given, mark)
            if value is not None:
                read[name] = value
    return read


def lasting(read: Mapping[str, Any], state: Mapping[str, Any]) -> dict[str, Any]:
    """Return of what was read all that may be remembered while a window is open: no secret, and no file."""
    fleeting = {block_id.split(":")[2] for block_id in state if block_id.split(":")[1:2] in (["secret"], ["file"])}
    return forms.lasting(read, fleeting)


def first_field(state: Mapping[str, Any]) -> str:
    """Return the id of a form's first field; empty where it has none."""
    return next((block_id for block_id in state if block_id.startswith(f"{_PREFIX}:")), "")


def _kind(field: Field) -> str:
    return {Tick: "tick", Choices: "choices", DateField: "date", TextField: "text", SecretField: "secret"}.get(
        type(field), "file"
    )


def _mark(field: Field, about: str) -> str:
    proposed = field.options if isinstance(field, Choices) else getattr(field, "value", "")
    mark = hashlib.sha256(repr((about, field.name, proposed)).encode()).hexdigest()[:12]
    return f"{mark}:{field.limit}" if isinstance(field, FileField) else mark


def _element(field: Field, typed: Any, words: Words) -> dict[str, Any]:
    match field:
        case Tick():
            return _boxes([_option(_TICKED, words.say("slack.ticked"))], [field.value if typed is None else typed])
        case Choices():
            chosen = [value in typed if isinstance(typed, list) else was for value, _, was in field.options]
            options = [_option(value, label) for value, label, _ in field.options]
            return _boxes(options, chosen) if 0 < len(options) <= MOST_BOXES else _menu(options, chosen, words)
        case DateField():
            day = field.value.isoformat() if typed is None else typed
            return {"type": "datepicker", **({"initial_date": day} if _is_day(day) else {})}
        case TextField():
            box = {"type": "plain_text_input", "multiline": field.lines > 1}
            most = min(field.limit, LONGEST_INPUT)
            initial = cut(field.value if typed is None else typed, most)
            return {**box, "max_length": most, **({"initial_value": initial} if initial else {})}
        case SecretField():
            return {"type": "plain_text_input", "max_length": min(field.limit, LONGEST_INPUT)}
        case FileField():
            return {"type": "file_input", "max_files": 1}


def _option(value: str, label: str) -> dict[str, Any]:
    return {"text": plain(label, OPTION_TEXT), "value": value}


def _boxes(options: Sequence[dict[str, Any]], chosen: Sequence[bool]) -> dict[str, Any]:
    initial = [option for option, is_chosen in zip(options, chosen, strict=True) if is_chosen]
    return {"type": "checkboxes", "options": list(options), **({"initial_options": initial} if initial else {})}


def _menu(options: Sequence[dict[str, Any]], chosen: Sequence[bool], words: Words) -> dict[str, Any]:
    """Many options, in groups of a hundred; Slack demands one option, so an empty list says that there is none."""
    shown = list(options) or [_option(_NO_OPTION, words.say("windows.no_option"))]
    initial = [option for option, is_chosen in zip(options, chosen, strict=True) if is_chosen]
    groups = [
        {
            "label": plain(f"{start + 1}–{min(start + MOST_IN_GROUP, len(shown))}"),
            "options": shown[start : start + MOST_IN_GROUP],
        }
        for start in range(0, len(shown), MOST_IN_GROUP)
    ]
    held = {"options": shown} if len(groups) == 1 else {"option_groups": groups}
    return {"type": "multi_static_select", **held, **({"initial_options": initial} if initial else {})}


def _value(kind: str, given: Mapping[str, Any], mark: str) -> Any:
    match kind:
        case "tick":
            return bool(given.get("selected_options"))
        case "choices":
            return [option["value"] for option in given.get("selected_options") or () if option["value"] != _NO_OPTION]
        case "date":
            return given.get("selected_date") or ""
        case "text" | "secret":
            return given.get("value") or ""
        case "file":
            return _file(given, mark)
        case _:
            return None


def _file(given: Mapping[str, Any], mark: str) -> FileGiven | None:
    files, limit = list(given.get("files") or []), mark.partition(":")[2]
    url = files[0].get("url_private_download") or files[0].get("url_private") if files else None
    if not isinstance(url, str) or not limit.isdigit():
        return None
    return FileGiven(url, int(files[0].get("size") or 0), int(limit))


def _is_day(day: Any) -> bool:
    try:
        return isinstance(day, str) and bool(date.fromisoformat(day))
    except ValueError:
        return False
