"""The elements of a view as Discord's components, in groups that belong together on one page.

A fold is a button that shows or hides what is beneath it. One that follows a row of buttons stands in that row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from discord import ui

from adapters.chat.folding import Folds, labelled, paired
from adapters.chat.lengths import cut, length
from adapters.chat.open_windows import OpenWindows, Place
from adapters.discord.buttons import (
    A_ROW,
    DO,
    FOLD,
    FOOT,
    OPEN,
    Drawn,
    Holding,
    button,
    numbered,
    of_button,
    rows,
)
from adapters.discord.fields import told
from adapters.discord.marking import (
    PIECE,
    escaped,
    gathered,
    heading,
    link,
    looking,
    named,
    pieces,
    quoted,
    shown,
    small,
    strong,
)
from adapters.discord.sheets import fold_sheets
from bot.views import Button, Element, Empty, Facts, Fold, Heading, Item, Text
from bot.words import Words

Group = list[ui.Item[Any]]
_DETAIL = 300


@dataclass(slots=True)
class Making:
    """What is needed while a place is made: for whom, what they unfolded, and what its buttons hold so far."""

    place: Place
    words: Words
    windows: OpenWindows
    before: Counter[str] = field(default_factory=Counter)
    folds: Folds = field(init=False)

    def __post_init__(self) -> None:
        self.folds = Folds(self.place)

    @property
    def guild(self) -> str:
        """The guild that the window belongs to."""
        return self.place.reader.workspace

    def button(self, shown: Button, *, is_foot: bool = False) -> Drawn:
        """Return one of the core's buttons."""
        kind = FOOT if is_foot else DO
        held = of_button(shown, kind, self.guild, self.place.key, self.place.view.target)
        return self._made(held, shown.label, shown.look)

    def own(self, kind: str, part: str, label: str, look: str = "plain") -> Drawn:
        """Return a button of the window itself."""
        return self._made(Holding(kind, self.guild, self.place.key, part), label, look)

    def toggle(self, title: str, *, is_open: bool) -> tuple[Drawn, bool, str]:
        """Return the button of a fold, whether the fold stands open now, and its mark."""
        mark, stands_open = self.folds.meet(title, is_open=is_open)
        return self.own(FOLD, mark, labelled(title, is_open=stands_open)), stands_open, mark

    def _made(self, held: Holding, label: str, look: str) -> Drawn:
        return button(numbered(held, self.before), label, self.windows, look)


def groups(elements: Sequence[Element], making: Making) -> Iterator[Group]:
    """Yield the components of elements, each group to stay on one page; a long text alone is more than one group."""
    for element, fold in paired(elements, A_ROW):
        if isinstance(element, Item):
            yield from _item(element, fold, making)
        elif isinstance(element, Fold):
            toggle, is_open, mark = making.toggle(element.title, is_open=element.is_open)
            yield [*rows([toggle])]
            yield from _unfolded(element, mark, making) if is_open else ()
        else:
            yield from _simple(element, making)


def texts(marked: Iterable[str]) -> Group:
    """Return marked up texts, each by itself."""
    return [ui.TextDisplay(shown(one)) for one in marked]


def size(part: Group) -> tuple[int, int]:
    """Return how many components a group is, with those that they hold, and how many characters it shows."""
    every = [*part]
    for one in part:
        if isinstance(one, ui.ActionRow):
            every += one.children
        elif isinstance(one, ui.Section):
            every += [*one.children, one.accessory]
    return len(every), sum(length(one.content) for one in every if isinstance(one, ui.TextDisplay))


def paragraph(element: Text) -> Iterator[str]:
    """Yield a paragraph in pieces, marked up as it looks."""
    marked = shown(named(element.text))
    match element.look:
        case "small":
            yield from looking(marked, small)
        case "quote":
            yield from looking(marked, quoted)
        case "notice":
            yield from pieces(f"⚠️ {marked}")
        case "strong":
            yield from map(strong, pieces(marked))
        case _:
            yield from pieces(marked)


def _simple(element: Element, making: Making) -> Iterator[Group]:
    match element:
        case Heading():
            yield [ui.TextDisplay(heading(element.text))]
        case Text():
            yield from ([one] for one in texts(paragraph(element)))
        case Facts():
            yield from _facts(element.rows, making)
        case Empty():
            said = texts(pieces(named(element.text))) if element.text.strip() else []
            yield [*said, *rows([making.button(one) for one in element.buttons])]
        case Fold() | Item():
            return
        case _:
            yield from ([one] for one in texts(told(element, making.place.typed, making.words)))


def _facts(facts: Sequence[tuple[str, str]], making: Making) -> Iterator[Group]:
    """Short facts, a line each, as many to a text as it has room for."""
    say = making.words.say
    lines = [say("discord.labelled", label=strong(named(label)), value=shown(named(value))) for label, value in facts]
    yield from ([one] for one in texts(gathered(piece for line in lines for piece in pieces(line))))


def _item(item: Item, fold: Fold | None, making: Making) -> Iterator[Group]:
    """One row of a list: its words, small facts and links, its buttons – and, unfolded, what is beneath it."""
    elements = [making.button(one) for one in item.buttons]
    receipt = inner = False
    mark = ""
    if item.facts:
        toggle, receipt, _ = making.toggle(making.words.say("windows.receipt"), is_open=False)
        elements.append(toggle)
    if fold is not None:
        toggle, inner, mark = making.toggle(fold.title, is_open=fold.is_open)
        elements.append(toggle)
    words = texts(gathered([*map(strong, pieces(named(item.title))), *pieces(named(item.text)), *_details(item)]))
    yield from ([one] for one in words[:-1])
    yield [*words[-1:], *rows(elements)]
    if receipt:
        yield from _facts(item.facts, making)
    if inner and fold is not None:
        yield from _unfolded(fold, mark, making)


def _details(item: Item) -> Iterator[str]:
    details = [escaped(cut(" ".join(one.split()), _DETAIL)) for one in item.details]
    links = [link(one.url, cut(" ".join(one.label.split()), _DETAIL)) for one in item.links]
    line = ""
    for detail in filter(str.strip, (*details, *links)):
        if line and length(line) + length(detail) + 3 > PIECE:
            yield small(line)
            line = ""
        line = f"{line} · {detail}" if line else detail
    if line:
        yield small(line)


def _unfolded(fold: Fold, mark: str, making: Making) -> Iterator[Group]:
    yield from groups(fold.elements, making)
    opening = fold_sheets(mark, fold, making.place, making.words)
    if opening:
        yield [*rows([fill_in(making, one.part, number, len(opening)) for number, one in enumerate(opening, 1)])]
    yield [ui.Separator()]


def fill_in(making: Making, part: str, number: int, most: int) -> Drawn:
    """Return the button that opens a sheet whose sending only notes what was put in it."""
    is_only = most == 1
    label = (
        making.words.say("discord.fill_in_button") if is_only else making.words.say("discord.fill_in_part", n=number)
    )
    return making.own(OPEN, part, label)
