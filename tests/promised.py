"""What a test of a promise has at hand: the mark that says which promise it shows, its figures, and its size.

`@pytest.mark.promise(4, "2,000 planted words, every decrypted page searched")` names the promise by its number in
docs/promises.md, and what is tried. `figures("words found before", 2_000)` notes what was measured; `sized(quick=100,
full=10_000)` gives how much to try: little in `make test`, all of it in `make promises`.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

FULL = "UNDERSTUDY_PROMISES_IN_FULL"
FIGURES = pytest.StashKey[list[tuple[str, str]]]()

Figures = Callable[[str, object], None]
Sized = Callable[..., int]


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Return what notes a figure: what was counted, and how many."""
    noted = request.node.stash.setdefault(FIGURES, [])

    def note(what: str, value: object) -> None:
        noted.append((what, f"{value:,}" if isinstance(value, int | float) else str(value)))

    return note


@pytest.fixture
def sized() -> Sized:
    """Return what says how much is to be tried: `sized(quick=100, full=10_000)`."""
    in_full = bool(os.environ.get(FULL))

    def size(*, quick: int, full: int) -> int:
        return full if in_full else quick

    return size
