"""What Slack sends of a window's fields: `state.values`, with what stood in them or what somebody put there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def state_of(view: Mapping[str, Any], typed: Mapping[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    """Return the state of every field of a view; `typed` by the fields' names: text, day, ticks, options, or files."""
    return {
        block["block_id"]: {block["element"]["action_id"]: _stands(block, typed or {})}
        for block in view["blocks"]
        if block["type"] == "input"
    }


def name_of(block: Mapping[str, Any]) -> str:
    """The name of the field in an input block."""
    return str(block["block_id"].split(":")[2])


def buttons_in(view: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every button of a view or message, in their order."""
    for block in view["blocks"]:
        held = [*block.get("elements", ()), *filter(None, [block.get("accessory")])]
        yield from (element for element in held if element["type"] == "button")


def words_in(shown: Any) -> str:
    """Every word that a view or message shows."""
    if isinstance(shown, Mapping):
        own = [shown["text"]] if isinstance(shown.get("text"), str) else []
        return "\n".join([*own, *(words_in(part) for part in shown.values())])
    return "\n".join(map(words_in, shown)) if isinstance(shown, list) else ""


def _stands(block: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    element, name = block["element"], name_of(block)
    match element["type"]:
        case "plain_text_input":
            return {"type": element["type"], "value": typed.get(name, element.get("initial_value")) or None}
        case "datepicker":
            return {"type": element["type"], "selected_date": typed.get(name, element.get("initial_date")) or None}
        case "file_input":
            return {"type": element["type"], "files": typed.get(name, [])}
        case _:
            return {"type": element["type"], "selected_options": _chosen(element, typed.get(name))}


def _chosen(element: Mapping[str, Any], wanted: Any) -> list[dict[str, Any]]:
    options = list(element.get("options", ()))
    options += [option for group in element.get("option_groups", ()) for option in group["options"]]
    if wanted is None:
        return list(element.get("initial_options", ()))
    if isinstance(wanted, bool):
        return options if wanted else []
    return [option for option in options if option["value"] in wanted]
