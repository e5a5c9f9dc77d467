"""Views as Slack's modals and home tabs: at most a hundred blocks a page, the way to the others beneath. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adapters.chat.open_windows import OpenWindows, Place
from adapters.slack.blocks import Block, Group, Making, groups, sections
from adapters.slack.buttons import PAGE, held, own, rows
from adapters.slack.fields import FIELDS
from adapters.slack.marking import HEADER, SECTION, cut, length, named, plain
from bot.views import Button, Element, Fold, TextField, View
from bot.words import Words

MOST_BLOCKS, TITLE, METADATA = 100, 24, 3000
MOST_CHARACTERS = 80_000
"""A page's JSON; Slack takes some three times as much, and a phone shows much less at once."""
CALLBACK = "window"
CLOSE = "close"
_SHORT = {
    "profile": "slack.title_profile",
    "profile_compared": "slack.title_compared",
    "explain": "slack.title_explain",
    "forget": "slack.title_forget",
    "mine": "slack.title_mine",
    "review": "slack.title_review",
    "leave": "slack.title_leave",
    "secret": "slack.title_secret",
    "answer_form": "slack.title_answer",
    "never": "slack.title_never",
}
"""Words for a window's head where the title is too long for Slack; a title that fits stands as it is."""


@dataclass(frozen=True, slots=True)
class _Foot:
    """What a view's buttons become: one that Slack submits, one that closes, and the others in rows."""

    submit: Button | None
    close: Button | None
    others: tuple[Button, ...]


def modal(place: Place, words: Words, windows: OpenWindows, *, takes_files: bool = True) -> dict[str, Any]:
    """Return a place as a modal; its reader's place is found again by the key in `private_metadata`."""
    view, making = place.view, Making(place, words, windows, takes_files)
    foot = _foot(view)
    if foot.submit is None and _has_fields(view.elements):
        foot = _Foot(Button(CLOSE, words.say("slack.done")), foot.close, foot.others)
    metadata = {"key": place.key}
    if foot.submit is not None:
        metadata["submit"] = held(foot.submit, view.target, METADATA - 200, windows)
    made = {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": plain(title(view, words), TITLE),
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


def title(view: View, words: Words) -> str:
    """Return what stands in the head of a window: its title, a shorter word for it, or the title cut."""
    if length(view.title) <= TITLE:
        return view.title
    return words.say(_SHORT[view.kind]) if view.kind in _SHORT else cut(view.title, TITLE)


def read_metadata(view: dict[str, Any]) -> tuple[str, str]:
    """Return a window's key and what its submit button holds; empty where it is no window of ours."""
    try:
        found = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return "", ""
    return (str(found.get("key", "")), str(found.get("submit", ""))) if isinstance(found, dict) else ("", "")


def _packed(metadata: dict[str, str]) -> str:
    return json.dumps(metadata, ensure_ascii=False, separators=(",", ":"))


def _foot(view: View) -> _Foot:
    """A button that asks once more cannot be Slack's own: it stands in a row."""
    closing = [one for one in view.buttons if one.name == CLOSE]
    acting = [one for one in view.buttons if one.name != CLOSE]
    primary = [one for one in acting if one.look == "primary" and not one.confirm]
    spare = [one for one in acting if not one.confirm] if _has_fields(view.elements) else []
    submit = next(iter([*primary, *spare]), None)
    others = tuple(one for one in acting if one is not submit)
    return _Foot(submit, next(iter(closing), None), others)


def _has_fields(elements: Sequence[Element]) -> bool:
    return any(_has_fields(one.elements) if isinstance(one, Fold) else isinstance(one, FIELDS) for one in elements)


def _blocks(place: Place, making: Making, buttons: Sequence[Button], head: Block | None = None) -> list[Block]:
    """Return one page: what is to be said first, the elements, and the buttons at the foot.

    Beneath a box to write in they come before what is folded away, so that nothing unfolded pushes them out of sight.
    """
    elements = place.view.elements
    top: Group = [head] if head else []
    if place.notice:
        top += sections(named(cut(place.notice, SECTION // 2)))
    early = _writing_ends(elements)
    before = list(groups(elements[:early], making))
    row = [list(rows([making.button(one, is_foot=True) for one in buttons]))] if buttons else []
    after = list(groups(elements[early:], making))
    if early:
        return _page(place, making, top, [*before, *row, *after], [])
    return _page(place, making, top, after, [block for group in row for block in group])


def _writing_ends(elements: Sequence[Element]) -> int:
    """Return where the folds begin in a view whose matter is a box to write in; 0 for any other view."""
    folds = [at for at, one in enumerate(elements) if isinstance(one, Fold)]
    first = folds[0] if folds else len(elements)
    is_writing = any(isinstance(one, TextField) and one.lines > 1 for one in elements[:first])
    return first if is_writing else 0


def _page(place: Place, making: Making, top: Group, body: list[Group], foot: Group) -> list[Block]:
    pages = _paged(body, MOST_BLOCKS - len(top) - len(foot) - 1)
    place.page = min(place.page, len(pages) - 1)
    say = making.words.say
    turns = [own(f"{PAGE}{place.page - 1}", say("slack.back_button"))] if place.page else []
    if place.page < len(pages) - 1:
        turns.append(own(f"{PAGE}{place.page + 1}", say("slack.more_button")))
    shown = [*top, *pages[place.page], *rows(turns), *foot]
    return shown or sections(named(place.view.title))


def _paged(body: list[Group], room: int) -> list[list[Block]]:
    pages: list[list[Block]] = [[]]
    size = 0
    for group in body:
        for part in [group] if len(group) <= room else [[block] for block in group]:
            weight = len(json.dumps(part, ensure_ascii=False))
            if pages[-1] and (len(pages[-1]) + len(part) > room or size + weight > MOST_CHARACTERS):
                pages.append([])
                size = 0
            pages[-1] += part
            size += weight
    return pages
