"""Buttons: what a view's button is on Slack, what it holds, and the windows' own buttons for folds and pages. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from adapters.chat.lengths import length
from adapters.chat.open_windows import OpenWindows, packed, unpacked
from adapters.slack.marking import plain
from bot.views import Button
from bot.words import Words

DO, FOOT, FOLD, PAGE = "do:", "do:foot:", "win:fold:", "win:page:"
A_ROW = 5
LABEL, VALUE = 75, 2000
_CONFIRM_TITLE, _CONFIRM_TEXT, _CONFIRM_LABEL = 100, 300, 30
_KEPT = "kept:"


def button(shown: Button, action_id: str, about: str, words: Words, windows: OpenWindows) -> dict[str, Any]:
    """Return a button of the core's; `about` is the target of the view it stands in, for one without its own."""
    element: dict[str, Any] = {
        "type": "button",
        "action_id": action_id,
        "text": plain(shown.label, LABEL),
        "value": held(shown, about, VALUE, windows),
    }
    if shown.look in {"primary", "danger"}:
        element["style"] = shown.look
    if shown.confirm:
        element["confirm"] = _confirm(shown, words)
    return element


def _confirm(shown: Button, words: Words) -> dict[str, Any]:
    fits = length(shown.label) <= _CONFIRM_LABEL
    return {
        "title": plain(words.say("windows.confirm_title"), _CONFIRM_TITLE),
        "text": plain(shown.confirm, _CONFIRM_TEXT),
        "confirm": plain(shown.label if fits else words.say("windows.go_on"), _CONFIRM_LABEL),
        "deny": plain(words.say("windows.never_mind"), _CONFIRM_LABEL),
        "style": "danger" if shown.look == "danger" else "primary",
    }


def held(shown: Button, about: str, limit: int, windows: OpenWindows) -> str:
    """Return what a button holds, in at most `limit` units: itself, or where it is kept."""
    whole = packed(shown.name, shown.target or about, shown.values)
    return whole if length(whole) <= limit else f"{_KEPT}{windows.keep(whole)}"


def read(value: str, windows: OpenWindows) -> tuple[str, str, dict[str, str]] | None:
    """Return name, target and values of a pressed button; None where they are not known any more, or never were."""
    if value.startswith(_KEPT):
        value = windows.kept(value.removeprefix(_KEPT)) or ""
    return unpacked(value)


def own(action_id: str, label: str) -> dict[str, Any]:
    """Return a button of the window itself."""
    return {"type": "button", "action_id": action_id, "text": plain(label, LABEL)}


def rows(elements: Sequence[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    """Yield rows of at most five buttons."""
    for start in range(0, len(elements), A_ROW):
        yield {"type": "actions", "elements": list(elements[start : start + A_ROW])}
