"""Which folds of a window stand open, and the marks by which a press on one is known. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from adapters.chat.open_windows import Place
from bot.views import Element, Fold, Item

_OPEN, _CLOSED = "▾", "▸"


class Folds:
    """The folds of one place, met in the order in which they stand.

    A fold is known by its title without figures, and by how many of that title came before it: it stays what it was
    when a count in its title changes.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._titles: Counter[str] = Counter()

    def meet(self, title: str, *, is_open: bool) -> tuple[str, bool]:
        """Return the mark of the next fold, and whether it stands open now; `is_open` is how the core has it."""
        name = re.sub(r"\d+", "", title)
        self._titles[name] += 1
        mark = hashlib.sha256(f"{name}#{self._titles[name]}".encode()).hexdigest()[:12]
        return mark, is_open != (mark in self._place.toggled)


def labelled(title: str, *, is_open: bool) -> str:
    """Return what stands on the button that opens or closes a fold."""
    return f"{_OPEN if is_open else _CLOSED} {title}"


def paired(elements: Sequence[Element], a_row: int) -> Iterator[tuple[Element, Fold | None]]:
    """Yield elements in their order, and with a list's row the fold that follows it, where its buttons leave it room.

    Such a fold's button stands among them. `a_row` is how many buttons stand beside each other.
    """
    taken = False
    for element, following in zip_longest(elements, elements[1:]):
        if taken:
            taken = False
            continue
        buttons = len(element.buttons) + bool(element.facts) if isinstance(element, Item) else 0
        fold = following if isinstance(following, Fold) and 0 < buttons < a_row else None
        taken = fold is not None
        yield element, fold
