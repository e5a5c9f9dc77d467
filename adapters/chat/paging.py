"""A window's matter on pages as large as a platform takes them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
Size = tuple[int, ...]


def paged(body: Sequence[list[T]], size_of: Callable[[list[T]], Size], room: Size) -> list[list[T]]:
    """Return pages of groups, each group whole on one page unless it is larger than a page; at least one page.

    A size is as many numbers as `room` has, none of which may be exceeded; only what cannot be parted may be larger.
    """
    pages: list[list[T]] = [[]]
    taken: Size = (0,) * len(room)
    for group in body:
        whole = _fits(size_of(group), room)
        for part in [group] if whole else [[one] for one in group]:
            size = size_of(part)
            together = tuple(a + b for a, b in zip(taken, size, strict=True))
            if pages[-1] and not _fits(together, room):
                pages.append([])
                together = size
            pages[-1] += part
            taken = together
    return pages


def _fits(size: Size, room: Size) -> bool:
    return all(one <= most for one, most in zip(size, room, strict=True))
