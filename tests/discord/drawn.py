"""What the adapter draws, as Discord gets it: layouts and modals as JSON, what they say, what is sent of a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from discord import ui

from adapters.chat.open_windows import OpenWindows
from adapters.discord.buttons import Holding, read
from tests.discord.component_limits import BUTTON, LINK, every
from tests.discord.forms import Form, begun, put, sent
from tests.discord.limits import LAID_OUT, faults_in_message, faults_in_modal
from tests.discord.team import Json


def components_of(view: ui.LayoutView) -> list[Json]:
    """Return a layout's components."""
    return list(view.to_components())  # type: ignore[no-untyped-call]  # the library tells its type nowhere


def laid_out(view: ui.LayoutView) -> Json:
    """Return a layout as a message has it."""
    return {"components": components_of(view), "flags": LAID_OUT}


def faults_in(shown: ui.LayoutView | ui.Modal) -> list[str]:
    """Return why Discord would refuse it."""
    return faults_in_modal(shown.to_dict()) if isinstance(shown, ui.Modal) else faults_in_message(laid_out(shown))


def buttons_in(view: ui.LayoutView) -> list[Json]:
    """Return the buttons of a layout, in their order, without links."""
    found = every(components_of(view))
    return [dict(one) for one in found if one["type"] == BUTTON and one["style"] != LINK]


def held_in(view: ui.LayoutView, windows: OpenWindows) -> Iterator[tuple[str, Holding]]:
    """Every button of a layout: its label, and what it holds."""
    for one in buttons_in(view):
        held = read(one["custom_id"], windows)
        assert held is not None, one
        yield one["label"], held


def texts_in(view: ui.LayoutView | ui.Modal) -> str:
    """Return what a layout or a modal says in its texts, as it is sent."""
    components = view.to_dict()["components"] if isinstance(view, ui.Modal) else components_of(view)
    return "\n".join(one["content"] for one in every(components) if "content" in one)


def submitted(modal: ui.Modal, typed: Mapping[str, Any] | None = None, files: Mapping[str, Json] | None = None) -> Json:
    """Return what comes of a modal that is sent, its fields filled in by their names; `files` are attachments."""
    data: Json = modal.to_dict()
    for number, one in enumerate(every(data["components"]), 1):
        one.setdefault("id", number)  # type: ignore[attr-defined]  # made here, by nobody else to be read
    form = Form(None, data, begun(data))  # type: ignore[arg-type]  # nothing is asked of the interaction
    for name, value in (typed or {}).items():
        put(form, name, value)
    uploads = {
        field: [file["id"]] for field in form.typed for name, file in (files or {}).items() if name in field.split(":")
    }
    return {**sent(form, uploads), "resolved": {"attachments": {file["id"]: file for file in (files or {}).values()}}}
