"""Which folds of a window stand open, and the marks by which a press on one is known. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import Counter

from adapters.chat.open_windows import Place

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
