"""A view's fields on sheets, each a modal: at most five rows on one. Pure.

The last sheet of a form does what its button says; those before it, and those of what was unfolded, only note what was
put in them. Secrets and files stand on the last one alone, for nothing but its sending may ever carry them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.chat.folding import Folds
from adapters.chat.forms import FIELDS, Field, fields_in, lasting
from adapters.chat.open_windows import Place
from adapters.discord.fields import Row, rows
from adapters.discord.filled_in import current, values
from bot.views import Element, FileField, Fold, SecretField
from bot.words import Words

MOST_ROWS = 5
FLEETING = (SecretField, FileField)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A modal's worth of fields. `part` tells it from the form's others; the only one of its form has none."""

    part: str
    rows: tuple[Row, ...]


def sheets(place: Place, words: Words) -> tuple[Sheet, ...]:
    """Return the sheets of a place's own form, with the secrets and files of what is unfolded on the last of them."""
    own = _own_fields(place.view.elements)
    kept = list(rows([one for one in own if not isinstance(one, FLEETING)], place.typed, words))
    once = list(rows([one for one in _shown_fields(place) if isinstance(one, FLEETING)], place.typed, words))
    if len(kept) + len(once) <= MOST_ROWS:
        return (Sheet("", (*kept, *once)),) if kept or once else ()
    parts = [*_by_five(kept), *_by_five(once)]
    return tuple(Sheet(str(number), part) for number, part in enumerate(parts, 1))


def fold_sheets(mark: str, fold: Fold, place: Place, words: Words) -> tuple[Sheet, ...]:
    """Return the sheets of what stands in a fold, without its secrets and files and without folds in it."""
    kept = [one for one in _own_fields(fold.elements) if not isinstance(one, FLEETING)]
    parts = _by_five(list(rows(kept, place.typed, words)))
    return tuple(Sheet(f"{mark}.{number}", part) for number, part in enumerate(parts, 1))


def unfolded(place: Place) -> tuple[tuple[str, Fold], ...]:
    """Return the folds that stand open in a place, those within open ones too, each with its mark."""
    return tuple(_unfolded(place.view.elements, Folds(place)))


def standing(place: Place) -> dict[str, Any]:
    """Return what stands in all the fields that a place shows, and what was typed into those that are folded away."""
    return {**place.typed, **current(_shown_fields(place), place.typed)}


def filled_in(place: Place, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands in a place's fields with what a submitted modal's `data` holds; it stays typed.

    Secrets and files are returned, and remembered nowhere.
    """
    every = list(fields_in(place.view.elements))
    read = values(data, every, place.typed)
    place.typed.update(lasting(read, {one.name for one in every if isinstance(one, FLEETING)}))
    return {**standing(place), **read}


def _shown_fields(place: Place) -> list[Field]:
    folded = [field for _, fold in unfolded(place) for field in _own_fields(fold.elements)]
    return [*_own_fields(place.view.elements), *folded]


def _own_fields(elements: Sequence[Element]) -> list[Field]:
    return [one for one in elements if isinstance(one, FIELDS)]


def _unfolded(elements: Sequence[Element], folds: Folds) -> Iterator[tuple[str, Fold]]:
    for element in elements:
        if isinstance(element, Fold):
            mark, is_open = folds.meet(element.title, is_open=element.is_open)
            if is_open:
                yield mark, element
                yield from _unfolded(element.elements, folds)


def _by_five(some: Sequence[Row]) -> list[tuple[Row, ...]]:
    return [tuple(some[start : start + MOST_ROWS]) for start in range(0, len(some), MOST_ROWS)]
