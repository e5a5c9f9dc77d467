"""What was put into a form on Discord, as the core reads it, and what stands in its fields meanwhile. Pure.

A component's custom id says what stands in it, `<kind>:<name>:…`, so that a form is read without any memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, pairwise
from typing import Any

from adapters.chat.forms import Field, FileGiven
from bot.views import Choices, DateField, FileField, SecretField

MOST_IN_MENU = 25
TICKS, CHOICES, DAY, TEXT, SECRET, FILE = "ticks", "choices", "date", "text", "secret", "file"
"""What a component holds, as its custom id begins."""


def values(
    data: Mapping[str, Any], fields: Sequence[Field] = (), typed: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return what a submitted modal holds, by the names of its fields and in the core's types.

    `data` is the interaction's. Of a list of which only some menus stood in the modal, the rest is as it stands in
    `fields`. A file is a `FileGiven`, absent where none was chosen; a foreign component is passed over.
    """
    read: dict[str, Any] = {}
    chosen: dict[str, dict[int, list[str]]] = {}
    for component in data.get("components") or ():
        held = component.get("component")
        if not isinstance(held, Mapping):
            continue
        kind, name, rest = [*str(held.get("custom_id") or "").split(":", 2), "", ""][:3]
        if kind == CHOICES and name and rest.isdigit():
            chosen.setdefault(name, {})[int(rest)] = [str(one) for one in held.get("values") or ()]
        elif name:
            _read(kind, name, rest, held, data.get("resolved") or {}, read)
    for name, given in chosen.items():
        whole = [one for one in fields if isinstance(one, Choices) and one.name == name]
        read[name] = _put_together(whole[0], given, typed or {}) if whole else [*chain(*given.values())]
    return read


def current(fields: Sequence[Field], typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands in fields: what was typed, or else what the core proposed. Secrets and files stand nowhere."""
    standing: dict[str, Any] = {}
    for field in fields:
        match field:
            case SecretField() | FileField():
                continue
            case Choices():
                proposed: Any = [value for value, _, chosen in field.options if chosen]
            case DateField():
                proposed = field.value.isoformat()
            case _:
                proposed = field.value
        standing[field.name] = typed.get(field.name, proposed)
    return standing


def portions(field: Choices) -> list[Sequence[tuple[str, str, bool]]]:
    """The options of a list, menu by menu."""
    ends = [*range(0, len(field.options), MOST_IN_MENU), len(field.options)]
    return [field.options[start:end] for start, end in pairwise(ends)]


def _put_together(field: Choices, given: Mapping[int, Sequence[str]], typed: Mapping[str, Any]) -> list[str]:
    """What is chosen of a list: in the menus that were given what was chosen there, in the others what stands."""
    standing = current([field], typed)[field.name]
    return [
        value
        for number, some in enumerate(portions(field))
        for value, _, _ in some
        if value in given.get(number, standing)
    ]


def _read(
    kind: str, name: str, rest: str, given: Mapping[str, Any], resolved: Mapping[str, Any], read: dict[str, Any]
) -> None:
    chosen = [str(one) for one in given.get("values") or ()]
    match kind:
        case "ticks":
            read.update({one: one in chosen for one in name.split(",") if one})
        case "date":
            read[name] = str(given.get("value") or "").strip()
        case "text" | "secret":
            read[name] = str(given.get("value") or "")
        case "file" if chosen and rest.isdigit():
            file = (resolved.get("attachments") or {}).get(chosen[0])
            if isinstance(file, Mapping) and isinstance(file.get("url"), str):
                read[name] = FileGiven(file["url"], int(file.get("size") or 0), int(rest))
