"""Places as what Discord shows: a message for one person's eyes, and modals with the fields. Pure.

A view that is nothing but a short form opens as its modal. Any other is a message, at most forty components and four
thousand characters a page, whose buttons open the modals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from discord import ui

from adapters.chat.forms import FIELDS, Field, fields_in, foot_of, is_large, title, writing_ends
from adapters.chat.lengths import cut
from adapters.chat.open_windows import OpenWindows, Place
from adapters.chat.paging import paged
from adapters.discord.buttons import (
    BACK,
    LABEL,
    NOTE,
    OPEN,
    PAGE,
    SEND,
    Drawn,
    Holding,
    button,
    of_button,
    rows,
    written,
)
from adapters.discord.fields import Row, is_whole, left_out, told
from adapters.discord.fields import rows as rows_of
from adapters.discord.marking import DISPLAYED, heading, looking, named, pieces, shown, small, strong
from adapters.discord.parts import Group, Making, fill_in, groups, paragraph, size, texts
from adapters.discord.sheets import MOST_ROWS, fold_sheets, sheets, standing, unfolded
from bot.views import Button, Element, Empty, Fold, Heading, Item, Text, Tick, View
from bot.words import Words

MOST_COMPONENTS, TITLE = 40, 45
_NOTICE = 800
_TURNS = 3
"""A row of two buttons, to the pages before and after."""


def message(place: Place, words: Words, windows: OpenWindows) -> ui.LayoutView:
    """Return a place as a message.

    Beneath a box to write in the buttons come before what is folded away, so that nothing unfolded pushes them out of
    sight.
    """
    making, elements = Making(place, words, windows), place.view.elements
    top = [heading(place.view.title, 2)] if place.view.title.strip() else []
    if place.notice:
        top.append(next(pieces(f"⚠️ {named(place.notice)}", _NOTICE)))
    early = writing_ends(elements)
    before = list(groups(elements[:early], making))
    foot: Group = [*rows(_foot(making))]
    after = list(groups(elements[early:], making))
    if early:
        return _page(making, texts(top), [*before, foot, *after], [])
    return _page(making, texts(top), after, foot)


def at_once(place: Place, words: Words, windows: OpenWindows) -> ui.Modal | None:
    """Return a place as a modal alone; None for one that is more than a short form, or of which something would be cut.

    A draft that can be sent as it stands is no such form.
    """
    foot, elements = foot_of(place.view), place.view.elements
    fields = [one for one in elements if isinstance(one, FIELDS)]
    is_form = all(isinstance(one, (Heading, Text, *FIELDS)) for one in elements) and all(map(is_whole, fields))
    if not is_form or not fields or foot.submit is None or foot.others or _is_written(place):
        return None
    said = [*paragraph(Text(place.notice, "notice"))] if place.notice else []
    parts: list[ui.Item[Any]] = []
    for element in elements:
        if isinstance(element, Heading):
            said.append(heading(element.text))
        elif isinstance(element, Text):
            said += paragraph(element)
        elif isinstance(element, FIELDS):
            made, beside = _rows_of(element, fields, place, words)
            said += beside
            parts += [*_joined(said if made else []), *made]
            said = [] if made else said
    parts += _joined(said)
    if len(parts) > MOST_ROWS or size(parts)[1] > DISPLAYED:
        return None
    return _modal(place, _sending(place, foot.submit, ""), parts, words, windows)


def form(place: Place, part: str, words: Words, windows: OpenWindows) -> ui.Modal | None:
    """Return a sheet of a place's fields as a modal; None where there is no such sheet now."""
    own, submit = sheets(place, words), foot_of(place.view).submit
    if submit is not None and own and own[-1].part == part:
        return _modal(place, _sending(place, submit, part), own[-1].rows, words, windows)
    folded = [one for mark, fold in unfolded(place) for one in fold_sheets(mark, fold, place, words)]
    sheet = next((one for one in (*own, *folded) if one.part == part), None)
    held = Holding(NOTE, place.reader.workspace, place.key, part)
    return _modal(place, held, sheet.rows, words, windows) if sheet is not None else None


def question(held: Holding, asked: str, words: Words, windows: OpenWindows) -> ui.LayoutView:
    """Return what asks whether a press is meant: *Yes* does it, *Never mind* leads back to what stood there."""
    yes = button(held.meant(), words.say("windows.go_on"), windows, "danger")
    no = button(Holding(BACK, held.guild, held.key), words.say("windows.never_mind"), windows)
    said = texts([heading(words.say("windows.confirm_title")), *pieces(named(asked))][:2])
    return _laid_out([*said, *rows([yes, no])])


def asked_first(view: View, held: Holding) -> str:
    """Return what the button that holds this asks before anything is done; empty where the view has no such button."""
    for one in (*view.buttons, *_buttons_in(view.elements)):
        if one.confirm and (one.name, one.target or view.target, one.values) == (held.name, held.target, held.values):
            return one.confirm
    return ""


def _foot(making: Making) -> Iterator[Drawn]:
    """The buttons at the foot. What sends the form opens its last sheet; a draft can also be sent as it stands."""
    place, say = making.place, making.words.say
    foot, own = foot_of(place.view), sheets(place, making.words)
    is_written, submit = _is_written(place), foot.submit
    notes = own if submit is None else own[:-1]
    if submit is not None and (is_written or not own):
        yield making.button(submit, is_foot=True)
    for number, sheet in enumerate(notes, 1):
        yield fill_in(making, sheet.part, number, len(notes))
    if submit is not None and own:
        label = (
            say("discord.edit_button") if is_written else say("discord.open_form", label=cut(submit.label, LABEL - 3))
        )
        yield making.own(OPEN, own[-1].part, label, "plain" if is_written else submit.look)
    yield from (making.button(one, is_foot=True) for one in foot.others)
    if foot.close is not None:
        yield making.button(foot.close)


def _is_written(place: Place) -> bool:
    """Whether the box that a view is about has words in it already."""
    stands = standing(place)
    return any(is_large(one) and str(stands.get(one.name, "")).strip() for one in fields_in(place.view.elements))


def _rows_of(field: Field, fields: Sequence[Field], place: Place, words: Words) -> tuple[list[Row], list[str]]:
    """Return the rows of a field in a form, all ticks with the first of them, and what is to be said above them."""
    if isinstance(field, Tick):
        ticks = [one for one in fields if isinstance(one, Tick)]
        said = [f"{strong(named(one.label))}\n{small(named(hint))}" for one in ticks if (hint := left_out(one, words))]
        return (list(rows_of(ticks, place.typed, words)), said) if field is ticks[0] else ([], [])
    made = list(rows_of([field], place.typed, words))
    if not made:
        return [], list(told(field, place.typed, words))
    return made, list(looking(named(left_out(field, words)), small))


def _joined(said: Sequence[str]) -> Group:
    return [ui.TextDisplay("\n".join(said))] if said else []


def _sending(place: Place, submit: Button, part: str) -> Holding:
    return replace(of_button(submit, SEND, place.reader.workspace, place.key, place.view.target), part=part)


def _modal(place: Place, held: Holding, parts: Sequence[ui.Item[Any]], words: Words, windows: OpenWindows) -> ui.Modal:
    made = ui.Modal(title=shown(title(place.view, words, TITLE)), timeout=None, custom_id=written(held, windows))
    for part in parts:
        made.add_item(part)
    return made


def _page(making: Making, top: Group, body: list[Group], foot: Group) -> ui.LayoutView:
    place, say = making.place, making.words.say
    taken, characters = size([*top, *foot])
    pages = paged(body, size, (MOST_COMPONENTS - 1 - _TURNS - taken, DISPLAYED - characters))
    place.page = min(place.page, len(pages) - 1)
    turns = [making.own(PAGE, str(place.page - 1), say("windows.back_button"))] if place.page else []
    if place.page < len(pages) - 1:
        turns.append(making.own(PAGE, str(place.page + 1), say("windows.more_button")))
    return _laid_out([*top, *pages[place.page], *rows(turns), *foot])


def _laid_out(parts: Group) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*(parts or texts([""]))))
    return view


def _buttons_in(elements: Sequence[Element]) -> Iterator[Button]:
    for element in elements:
        if isinstance(element, (Item, Empty)):
            yield from element.buttons
        elif isinstance(element, Fold):
            yield from _buttons_in(element.elements)
