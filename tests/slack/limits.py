"""The judge of all that goes to Slack: `slack_sdk.models` where it looks, and the limits it misses.

`faults_in_view` and `faults_in_message` return what Slack would refuse, in words; nothing for what it would take.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from tests.measures import count, over, twice, units

TEXT, HEADER, LABEL, CONTEXT, FIELD = 3000, 150, 2000, 2000, 2000
BUTTON_LABEL, BUTTON_VALUE, OPTION, OPTION_VALUE, ID, CORNER = 75, 2000, 75, 150, 255, 24
SURFACES = {
    "section": {"modal", "home", "message"},
    "context": {"modal", "home", "message"},
    "actions": {"modal", "home", "message"},
    "header": {"modal", "home", "message"},
    "divider": {"modal", "home", "message"},
    "input": {"modal", "home"},
}
IN_ACTIONS = {"button", "checkboxes", "datepicker", "multi_static_select"}
IN_INPUT = {"plain_text_input", "checkboxes", "datepicker", "multi_static_select", "file_input"}
IN_SECTION = {"button", "checkboxes", "datepicker", "multi_static_select"}
KEYS = {
    "section": {"type", "block_id", "text", "fields", "accessory", "expand"},
    "context": {"type", "block_id", "elements"},
    "actions": {"type", "block_id", "elements"},
    "header": {"type", "block_id", "text"},
    "divider": {"type", "block_id"},
    "input": {"type", "block_id", "label", "element", "hint", "optional", "dispatch_action"},
}


def faults_in_view(view: Mapping[str, Any]) -> list[str]:
    """Return why Slack would refuse a view; nothing if it would take it."""
    kind = view.get("type")
    if kind not in {"modal", "home"}:
        return [f"a view of type {kind!r}"]
    found = list(_blocks(view.get("blocks"), str(kind), 100))
    found += over(view.get("private_metadata", ""), 3000, "private_metadata")
    found += over(view.get("callback_id", ""), ID, "callback_id")
    known = {"type", "callback_id", "title", "close", "submit", "private_metadata", "blocks"}
    known |= {"clear_on_close", "notify_on_close", "external_id"}
    found += [f"a view's {key!r}" for key in set(view) - known]
    if kind == "modal":
        found += list(_text(view.get("title"), CORNER, "title", plain=True))
        for corner in ("close", "submit"):
            found += list(_text(view[corner], CORNER, corner, plain=True)) if corner in view else []
        if any(block.get("type") == "input" for block in view.get("blocks", ())) and "submit" not in view:
            found.append("inputs without submit")
    elif {"title", "close", "submit"} & set(view):
        found.append("a home tab with a title or corner buttons")
    if len(json.dumps(view, ensure_ascii=False).encode()) > 250_000:
        found.append("a view of more than 250 kB")
    return found + _models(lambda: View(**view).validate_json())


def faults_in_message(message: Mapping[str, Any]) -> list[str]:
    """Return why Slack would refuse a message's text and blocks, or what would be wrong with them."""
    found = list(_blocks(message["blocks"], "message", 50)) if message.get("blocks") else []
    if not str(message.get("text", "")).strip():
        found.append("a message without a text for screen readers")
    found += over(message.get("text", ""), 4000, "text")
    return found


def _blocks(blocks: Any, surface: str, most: int) -> Iterator[str]:
    if not isinstance(blocks, list) or not 1 <= len(blocks) <= most:
        yield f"{len(blocks) if isinstance(blocks, list) else blocks!r} blocks"
        return
    for block in blocks:
        yield from _block(block, surface)
        yield from _models(lambda b=block: _parsed(b))
    yield from twice((b["block_id"] for b in blocks if "block_id" in b), "block_id")
    yield from twice((e["action_id"] for b in blocks if b.get("type") != "input" for e in _held(b)), "action_id")


def _parsed(block: Mapping[str, Any]) -> None:
    parsed = Block.parse(dict(block))
    if parsed is None:
        raise SlackObjectFormationError("an unknown block")
    parsed.validate_json()


def _block(block: Mapping[str, Any], surface: str) -> Iterator[str]:
    kind = block.get("type", "")
    if surface not in SURFACES.get(kind, set()):
        yield f"a block of type {kind!r} in a {surface}"
        return
    yield from (f"a {kind}'s {key!r}" for key in set(block) - KEYS[kind])
    yield from over(block.get("block_id", ""), ID, "block_id")
    match kind:
        case "section":
            yield from _section(block)
        case "header":
            yield from _text(block.get("text"), HEADER, "header", plain=True)
        case "context":
            yield from count(block.get("elements"), 10, "context")
            for element in block.get("elements", ()):
                yield from _text(element, CONTEXT, "context")
        case "actions":
            yield from count(block.get("elements"), 5, "buttons in a row")
            for element in block.get("elements", ()):
                yield from _element(element, IN_ACTIONS)
        case "input":
            yield from _text(block.get("label"), LABEL, "label", plain=True)
            yield from _text(block["hint"], LABEL, "hint", plain=True) if "hint" in block else ()
            yield from _element(block.get("element", {}), IN_INPUT)


def _section(block: Mapping[str, Any]) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield "a section without words"
    yield from _text(block["text"], TEXT, "section") if "text" in block else ()
    if "fields" in block:
        yield from count(block["fields"], 10, "fields")
        for one in block["fields"]:
            yield from _text(one, FIELD, "field")
    yield from _element(block["accessory"], IN_SECTION) if "accessory" in block else ()


def _element(element: Mapping[str, Any], allowed: set[str]) -> Iterator[str]:
    kind = element.get("type", "")
    if kind not in allowed:
        yield f"an element of type {kind!r}"
        return
    if not 1 <= units(element.get("action_id", "")) <= ID:
        yield "an action_id that is missing or too long"
    yield from _confirm(element["confirm"]) if "confirm" in element else ()
    match kind:
        case "button":
            yield from _button(element)
        case "checkboxes":
            yield from _options(element, 10, marked=True)
        case "multi_static_select":
            yield from _menu(element)
        case "datepicker":
            yield from _day(element)
        case "plain_text_input":
            yield from _box(element)
        case "file_input":
            yield from [] if 1 <= element.get("max_files", 10) <= 10 else ["a number of files"]


def _button(element: Mapping[str, Any]) -> Iterator[str]:
    yield from _text(element.get("text"), BUTTON_LABEL, "button", plain=True)
    yield from over(element.get("value", ""), BUTTON_VALUE, "value")
    if element.get("style", "primary") not in {"primary", "danger"}:
        yield "a button's style"


def _options(held: Mapping[str, Any], most: int, *, marked: bool = False) -> Iterator[str]:
    options = held.get("options")
    yield from count(options, most, "options")
    for option in options or ():
        yield from _text(option.get("text"), OPTION, "option", plain=not marked)
        yield from (
            _text(option["description"], OPTION, "description", plain=not marked) if "description" in option else ()
        )
        if not 1 <= units(option.get("value", "")) <= OPTION_VALUE:
            yield "an option's value"
    yield from twice((option["value"] for option in options or ()), "option value")
    yield from _initial(held, options or [])


def _menu(element: Mapping[str, Any]) -> Iterator[str]:
    if ("options" in element) == ("option_groups" in element):
        yield "a menu with both options and groups, or neither"
    elif "options" in element:
        yield from _options(element, 100)
    else:
        yield from count(element["option_groups"], 100, "groups")
        for group in element["option_groups"]:
            yield from _text(group.get("label"), OPTION, "group", plain=True)
            yield from _options(group, 100)
        yield from _initial(element, [option for group in element["option_groups"] for option in group["options"]])


def _initial(held: Mapping[str, Any], options: Sequence[Any]) -> Iterator[str]:
    initial = held.get("initial_options")
    if initial is not None and (not initial or any(option not in options for option in initial)):
        yield "initial options that are not among the options"


def _day(element: Mapping[str, Any]) -> Iterator[str]:
    if "initial_date" in element:
        try:
            date.fromisoformat(element["initial_date"])
        except ValueError:
            yield "a day that is none"


def _box(element: Mapping[str, Any]) -> Iterator[str]:
    most = element.get("max_length", TEXT)
    if not 1 <= most <= TEXT:
        yield "a box's length"
    yield from over(element.get("initial_value", ""), most, "initial_value")


def _confirm(confirm: Mapping[str, Any]) -> Iterator[str]:
    for part, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        yield from _text(confirm.get(part), most, f"confirm {part}", plain=True)


def _text(text: Any, most: int, where: str, *, plain: bool = False) -> Iterator[str]:
    if not isinstance(text, dict) or text.get("type") not in ({"plain_text"} if plain else {"plain_text", "mrkdwn"}):
        yield f"no text object in {where}"
        return
    if set(text) - {"type", "text", "emoji" if text["type"] == "plain_text" else "verbatim"}:
        yield f"a text object with foreign keys in {where}"
    if not 1 <= units(text.get("text", "")) <= most or not text["text"].strip():
        yield f"{units(text.get('text', ''))} characters in {where}"


def _held(block: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*block.get("elements", ()), *filter(None, [block.get("accessory")])] if block["type"] != "context" else []


def _models(judge: Any) -> list[str]:
    try:
        judge()
    except SlackObjectFormationError as refused:
        return [f"slack_sdk: {refused}"]
    return []
