"""The elements of a view as Slack's blocks, in groups that belong together on one page.

A fold is a button that shows or hides what is beneath it. One that follows a row of buttons stands in that row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from adapters.chat.folding import Folds, labelled, paired
from adapters.chat.lengths import cut, length
from adapters.chat.open_windows import OpenWindows, Place
from adapters.slack import fields
from adapters.slack.buttons import A_ROW, DO, FOLD, FOOT, button, own, rows
from adapters.slack.marking import HEADER, SECTION, escaped, link, marked_up, named, pieces, plain, quoted
from bot.views import Button, Element, Empty, Facts, FileField, Fold, Heading, Item, Text
from bot.words import Words

Block = dict[str, Any]
Group = list[Block]
CONTEXT, FACT, MOST_FACTS = 2000, 1900, 10


@dataclass(slots=True)
class Making:
    """What is needed while a place is made: for whom, what they unfolded, and running numbers for buttons."""

    place: Place
    words: Words
    windows: OpenWindows
    takes_files: bool
    numbers: Iterator[int] = field(default_factory=count)
    folds: Folds = field(init=False)

    def __post_init__(self) -> None:
        self.folds = Folds(self.place)

    @property
    def about(self) -> str:
        """What the view is about, for the marks of its fields."""
        return f"{self.place.view.kind}|{self.place.view.target}"

    def button(self, shown: Button, *, is_foot: bool = False) -> Block:
        """Return one of the core's buttons under an id of its own."""
        action_id = f"{FOOT if is_foot else DO}{next(self.numbers)}"
        return button(shown, action_id, self.place.view.target, self.words, self.windows)

    def toggle(self, title: str, *, is_open: bool) -> tuple[Block, bool]:
        """Return the button of a fold, and whether the fold stands open now."""
        mark, stands_open = self.folds.meet(title, is_open=is_open)
        return own(f"{FOLD}{mark}", labelled(title, is_open=stands_open)), stands_open


def groups(elements: Sequence[Element], making: Making) -> Iterator[Group]:
    """Yield the blocks of elements, each group to stay on one page; a long text alone is more than one group."""
    for element, fold in paired(elements, A_ROW):
        if isinstance(element, Item):
            yield from _item(element, fold, making)
        elif isinstance(element, Fold):
            toggle, is_open = making.toggle(element.title, is_open=element.is_open)
            yield list(rows([toggle]))
            yield from _unfolded(element, making) if is_open else ()
        else:
            yield from _simple(element, making)


def _simple(element: Element, making: Making) -> Iterator[Group]:
    match element:
        case Heading():
            yield [{"type": "header", "text": plain(element.text, HEADER)}]
        case Text():
            yield from ([block] for block in _text(element))
        case Facts():
            yield from _facts(element.rows)
        case Empty():
            texts = sections(named(element.text)) if element.text.strip() else []
            yield [*texts, *rows([making.button(one) for one in element.buttons])]
        case FileField() if not making.takes_files:
            yield context(escaped(making.words.say("slack.no_files", what=element.label)))
        case Fold() | Item():
            return
        case _:
            yield [fields.block(element, making.about, making.place.typed, making.words)]


def sections(marked: str) -> Group:
    """Return an escaped text as sections."""
    return [{"type": "section", "text": marked_up(piece)} for piece in pieces(marked)]


def context(marked: str) -> Group:
    """Return an escaped text in small print."""
    return [{"type": "context", "elements": [marked_up(piece)]} for piece in pieces(marked, CONTEXT)]


def _text(element: Text) -> Group:
    marked = named(element.text)
    match element.look:
        case "small":
            return context(marked)
        case "quote":
            return [block for piece in pieces(marked, SECTION - 200) for block in sections(quoted(piece))]
        case "notice":
            return sections(f"⚠️ {marked}")
        case "strong":
            return sections(_strong(marked))
        case _:
            return sections(marked)


def _strong(marked: str) -> str:
    return f"*{marked}*" if marked.strip() and not re.search(r"[*\n]", marked) and marked == marked.strip() else marked


def _facts(facts: Sequence[tuple[str, str]]) -> Iterator[Group]:
    """Short facts side by side, ten to a section; a long one has a section of its own."""
    shown = [f"{_strong(named(label))}\n{named(value) or '–'}" for label, value in facts]
    short: list[str] = []
    for text in shown:
        if length(text) > FACT:
            yield from ([block] for block in sections(text))
        else:
            short.append(text)
    for start in range(0, len(short), MOST_FACTS):
        yield [{"type": "section", "fields": [marked_up(text) for text in short[start : start + MOST_FACTS]]}]


def _item(item: Item, fold: Fold | None, making: Making) -> Iterator[Group]:
    """One row of a list: its words, small facts and links, its buttons – and, unfolded, what is beneath it."""
    elements = [making.button(one) for one in item.buttons]
    receipt = inner = False
    if item.facts:
        toggle, receipt = making.toggle(making.words.say("windows.receipt"), is_open=False)
        elements.append(toggle)
    if fold is not None:
        toggle, inner = making.toggle(fold.title, is_open=fold.is_open)
        elements.append(toggle)
    lines = [line for line in (_strong(named(item.title)), named(item.text)) if line.strip()]
    words = sections("\n".join(lines)) if lines else []
    if len(words) == 1 and len(elements) == 1:
        words[0]["accessory"] = elements.pop()
    yield [*words, *_details(item), *rows(elements)]
    if receipt:
        yield from _facts(item.facts)
    if inner and fold is not None:
        yield from _unfolded(fold, making)


def _details(item: Item) -> Group:
    room = CONTEXT // 2
    shown = [named(cut(detail, room)) for detail in item.details] + [link(one.url, one.label) for one in item.links]
    lines: list[str] = []
    for detail in filter(str.strip, shown):
        if lines and length(lines[-1]) + length(detail) + 3 <= CONTEXT:
            lines[-1] += f" · {detail}"
        else:
            lines.append(detail)
    return [block for line in lines for block in context(line)]


def _unfolded(fold: Fold, making: Making) -> Iterator[Group]:
    yield from groups(fold.elements, making)
    yield [{"type": "divider"}]
