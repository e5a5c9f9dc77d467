"""Views as Slack's modals and home tabs: at most a hundred blocks a page, the way to the others beneath. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from adapters.chat.forms import CLOSE, Foot, foot_of, has_fields, title, writing_ends
from adapters.chat.lengths import cut, length
from adapters.chat.open_windows import OpenWindows, Place
from adapters.chat.paging import paged
from adapters.slack.blocks import Block, Group, Making, groups, sections
from adapters.slack.buttons import PAGE, held, own, rows
from adapters.slack.marking import HEADER, SECTION, named, plain
from bot.views import Button
from bot.words import Words

MOST_BLOCKS, TITLE, METADATA = 100, 24, 3000
MOST_CHARACTERS = 80_000
"""A page's JSON; Slack takes some three times as much, and a phone shows much less at once."""
CALLBACK = "window"


def modal(place: Place, words: Words, windows: OpenWindows, *, takes_files: bool = True) -> dict[str, Any]:
    """Return a place as a modal; its reader's place is found again by the key in `private_metadata`."""
    view, making = place.view, Making(place, words, windows, takes_files)
    foot = foot_of(view)
    if foot.submit is None and has_fields(view.elements):
        foot = Foot(Button(CLOSE, words.say("windows.done")), foot.close, foot.others)
    metadata = {"key": place.key}
    if foot.submit is not None:
        metadata["submit"] = held(foot.submit, view.target, METADATA, windows)
        if length(_packed(metadata)) > METADATA:  # within JSON once more, each quote and line end is longer than itself
            metadata["submit"] = held(foot.submit, view.target, 0, windows)
    made = {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": plain(title(view, words, TITLE), TITLE),
        "close": plain(foot.close.label if foot.close else words.say("slack.close"), TITLE),
        "private_metadata": _packed(metadata),
        "blocks": _blocks(place, making, foot.others),
    }
    return {**made, "submit": plain(foot.submit.label, TITLE)} if foot.submit is not None else made


def home_tab(place: Place, words: Words, windows: OpenWindows) -> dict[str, Any]:
    """Return a place as somebody's home tab, with its title on top."""
    making = Making(place, words, windows, takes_files=False)
    head = {"type": "header", "text": plain(place.view.title, HEADER)}
    return {
        "type": "home",
        "private_metadata": _packed({"key": place.key}),
        "blocks": _blocks(place, making, place.view.buttons, head),
    }


def read_metadata(view: dict[str, Any]) -> tuple[str, str]:
    """Return a window's key and what its submit button holds; empty where it is no window of ours."""
    try:
        found = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return "", ""
    return (str(found.get("key", "")), str(found.get("submit", ""))) if isinstance(found, dict) else ("", "")


def _packed(metadata: dict[str, str]) -> str:
    return json.dumps(metadata, ensure_ascii=False, separators=(",", ":"))


def _blocks(place: Place, making: Making, buttons: Sequence[Button], head: Block | None = None) -> list[Block]:
    """Return one page: what is to be said first, the elements, and the buttons at the foot.

    Beneath a box to write in they come before what is folded away, so that nothing unfolded pushes them out of sight.
    """
    elements = place.view.elements
    top: Group = [head] if head else []
    if place.notice:
        top += sections(named(cut(place.notice, SECTION // 2)))
    early = writing_ends(elements)
    before = list(groups(elements[:early], making))
    row = [list(rows([making.button(one, is_foot=True) for one in buttons]))] if buttons else []
    after = list(groups(elements[early:], making))
    if early:
        return _page(place, making, top, [*before, *row, *after], [])
    return _page(place, making, top, after, [block for group in row for block in group])


def _page(place: Place, making: Making, top: Group, body: list[Group], foot: Group) -> list[Block]:
    pages = paged(body, _size, (MOST_BLOCKS - len(top) - len(foot) - 1, MOST_CHARACTERS))
    place.page = min(place.page, len(pages) - 1)
    say = making.words.say
    turns = [own(f"{PAGE}{place.page - 1}", say("windows.back_button"))] if place.page else []
    if place.page < len(pages) - 1:
        turns.append(own(f"{PAGE}{place.page + 1}", say("windows.more_button")))
    shown = [*top, *pages[place.page], *rows(turns), *foot]
    return shown or sections(named(place.view.title))


def _size(part: Group) -> tuple[int, int]:
    return len(part), len(json.dumps(part, ensure_ascii=False))
