"""What Discord would refuse of components, by its component reference (autumn 2026): in messages and in modals.

Characters are counted in UTF-16 units, the stricter of the two readings of the reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.measures import count, over, twice, units

ROW, BUTTON, MENU, BOX, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, RULE = 1, 2, 3, 4, 9, 10, 11, 12, 13, 14
CONTAINER, LABEL, UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 17, 18, 19, 21, 22, 23
PICKERS = {5, 6, 7, 8}  # of users, roles, both, channels
MENUS = {MENU} | PICKERS
IN_CONTAINER = {ROW, SECTION, TEXT, GALLERY, FILE, RULE}
AT_TOP = IN_CONTAINER | {CONTAINER}
IN_LABEL = MENUS | {BOX, UPLOAD, RADIO, CHECKBOXES, CHECKBOX}
IN_MODAL = {TEXT, LABEL}
LINK = 5
COMPONENTS, TEXTS, ROWS, LABEL_TEXT, CUSTOM_ID = 40, 4000, 5, 45, 100
BUTTON_LABEL, URL, PLACEHOLDER, BOX_PLACEHOLDER, OPTION, HINT = 80, 512, 150, 100, 100, 100
_PICKED = {"custom_id", "min_values", "max_values", "required"}
_MENU_KEYS = _PICKED | {"placeholder", "disabled"}
KEYS = {
    ROW: {"components"},
    BUTTON: {"style", "label", "emoji", "custom_id", "url", "disabled"},
    MENU: _MENU_KEYS | {"options"},
    BOX: {"custom_id", "style", "min_length", "max_length", "required", "value", "placeholder", "label"},
    **{picker: _MENU_KEYS | {"default_values", "channel_types"} for picker in PICKERS},
    SECTION: {"components", "accessory"},
    TEXT: {"content"},
    THUMBNAIL: {"media", "description", "spoiler"},
    GALLERY: {"items"},
    FILE: {"file", "spoiler"},
    RULE: {"divider", "spacing"},
    CONTAINER: {"components", "accent_color", "spoiler"},
    LABEL: {"label", "description", "component"},
    UPLOAD: _PICKED,
    RADIO: {"custom_id", "options", "required"},
    CHECKBOXES: _PICKED | {"options"},
    CHECKBOX: {"custom_id", "default"},
}


def every(components: Any) -> Iterator[Mapping[str, Any]]:
    """Every component of a message or a modal, whatever it stands in, in the order in which they are read."""
    for component in components or ():
        yield component
        yield from every(component.get("components"))
        yield from every([component[part] for part in ("accessory", "component") if component.get(part)])


def faults_in_components(components: Any, *, laid_out: bool) -> Iterator[str]:
    """Say what Discord would refuse of a message's components; `laid_out`: the message carries IS_COMPONENTS_V2."""
    if not isinstance(components, list):
        yield f"components {components!r}"
        return
    if laid_out:
        yield from count(list(every(components)), COMPONENTS, "components in all")
    else:
        yield from count(components, ROWS, "rows", least=0)
    yield from _nested(components, AT_TOP if laid_out else {ROW}, "a message")
    yield from _in_all(components)


def faults_in_fields(components: Any) -> Iterator[str]:
    """Say what Discord would refuse of a modal's components."""
    yield from count(components, 5, "components in a modal")
    yield from _nested(components or (), IN_MODAL, "a modal")
    yield from _in_all(components or ())
    if any(component.get("disabled") for component in every(components)):
        yield "a disabled component in a modal"


def _in_all(components: Any) -> Iterator[str]:
    found = list(every(components))
    yield from twice((one["custom_id"] for one in found if one.get("custom_id")), "custom_id")
    yield from twice((one["id"] for one in found if one.get("id")), "id")
    shown = sum(units(str(one.get("content", ""))) for one in found if one.get("type") == TEXT)
    if shown > TEXTS:
        yield f"{shown} characters in text displays"


def _nested(components: Any, allowed: set[int], where: str) -> Iterator[str]:
    for component in components:
        kind = component.get("type")
        if kind not in allowed:
            yield f"a component of type {kind!r} in {where}"
            continue
        yield from (f"a component {kind}'s {key!r}" for key in set(component) - KEYS[kind] - {"type", "id"})
        if "custom_id" in KEYS[kind] and not _is_without_id(component):
            yield from _text(component.get("custom_id"), CUSTOM_ID, "custom_id")
        yield from _one(component)


def _is_without_id(component: Mapping[str, Any]) -> bool:
    return component["type"] == BUTTON and component.get("style") == LINK


def _one(component: Mapping[str, Any]) -> Iterator[str]:
    match component["type"]:
        case 1 | 9 | 12 | 17 | 18:
            yield from _holding(component)
        case 2:
            yield from _button(component)
        case 4:
            yield from _box(component)
        case 10:
            yield from _text(component.get("content"), TEXTS, "a text display")
        case 14:
            yield from [] if component.get("spacing", 1) in {1, 2} else ["a separator's spacing"]
        case 3 | 5 | 6 | 7 | 8 | 19 | 21 | 22:
            yield from _choosing(component)


def _holding(component: Mapping[str, Any]) -> Iterator[str]:
    held = component.get("components")
    match component["type"]:
        case 1:
            yield from _row(held)
        case 9:
            yield from count(held, 3, "texts in a section")
            yield from _nested(held or (), {TEXT}, "a section")
            yield from _nested([component.get("accessory") or {}], {BUTTON, THUMBNAIL}, "a section's accessory")
        case 12:
            yield from count(component.get("items"), 10, "items in a gallery")
        case 17:
            yield from count(held, COMPONENTS, "components in a container")
            yield from _nested(held or (), IN_CONTAINER, "a container")
        case 18:
            yield from _text(component.get("label"), LABEL_TEXT, "a label")
            yield from over(component.get("description") or "", HINT, "a label's description")
            yield from _nested([component.get("component") or {}], IN_LABEL, "a label")


def _row(held: Any) -> Iterator[str]:
    is_menu = isinstance(held, list) and any(one.get("type") in MENUS for one in held)
    yield from count(held, 1 if is_menu else 5, "components in a row")
    yield from _nested(held or (), MENUS if is_menu else {BUTTON}, "a row")


def _button(button: Mapping[str, Any]) -> Iterator[str]:
    style = button.get("style")
    if style not in {1, 2, 3, 4, LINK}:
        yield f"a button's style {style!r}"
    if (style == LINK) != ("url" in button) or (style == LINK and "custom_id" in button):
        yield "a button that is neither one to press nor a link"
    yield from over(button.get("url") or "", URL, "a button's url")
    if not button.get("emoji"):
        yield from _text(button.get("label"), BUTTON_LABEL, "a button's label")
    else:
        yield from over(button.get("label") or "", BUTTON_LABEL, "a button's label")


def _box(box: Mapping[str, Any]) -> Iterator[str]:
    least, most = box.get("min_length") or 0, box.get("max_length", TEXTS)
    if box.get("style") not in {1, 2}:
        yield f"a box's style {box.get('style')!r}"
    if most is None or not 0 <= least <= TEXTS or not 1 <= most <= TEXTS or least > most:
        yield f"a box's length of {least} to {most}"
    yield from over(box.get("value") or "", min(most or TEXTS, TEXTS), "a box's value")
    yield from over(box.get("placeholder") or "", BOX_PLACEHOLDER, "a box's placeholder")
    if box.get("label") is not None:
        yield "a label on a box"


def _choosing(component: Mapping[str, Any]) -> Iterator[str]:
    options = component.get("options") or []
    yield from over(component.get("placeholder") or "", PLACEHOLDER, "placeholder")
    match component["type"]:
        case 3:
            yield from _options(component, 25, least=1, chosen=component.get("max_values") or 1)
            yield from _range(component, 25, len(options))
        case 5 | 6 | 7 | 8:
            yield from _range(component, 25, 25)
        case 19:
            yield from _range(component, 10, 10)
        case 21:
            yield from _options(component, 10, least=2, chosen=1)
        case 22:
            yield from _options(component, 10, least=1, chosen=component.get("max_values") or len(options))
            yield from _range(component, 10, len(options))


def _range(component: Mapping[str, Any], most: int, offered: int) -> Iterator[str]:
    """Judge how many may be chosen; a value that is none stands for Discord's own."""
    is_required = component.get("required") in {None, True}
    least, upper = component.get("min_values"), component.get("max_values")
    if least is not None and not (1 if is_required else 0) <= least <= most:
        yield f"min_values {least}"
    if upper is not None and (not 1 <= upper <= most or upper < (least or 0) or upper > offered):
        yield f"max_values {upper}"


def _options(component: Mapping[str, Any], most: int, *, least: int, chosen: int) -> Iterator[str]:
    yield from count(component.get("options"), most, "options", least=least)
    options = component.get("options") or ()
    for option in options:
        yield from (
            f"an option's {key!r}" for key in set(option) - {"label", "value", "description", "default", "emoji"}
        )
        yield from _text(option.get("label"), OPTION, "an option's label")
        yield from _text(option.get("value"), OPTION, "an option's value")
        yield from over(option.get("description") or "", HINT, "an option's description")
    yield from twice((option.get("value") for option in options), "option value")
    if sum(bool(option.get("default")) for option in options) > chosen:
        yield "more options chosen than may be"


def _text(text: Any, most: int, where: str) -> Iterator[str]:
    if not isinstance(text, str) or not text.strip() or units(text) > most:
        yield f"{units(text) if isinstance(text, str) else text!r} characters in {where}"
