"""What the judges of a platform's limits measure with: each yields a fault in words, nothing where all is well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any


def units(text: str) -> int:
    """How long a text is in UTF-16 units, as a client counts it."""
    return len(text.encode("utf-16-le")) // 2


def over(text: str, most: int, where: str) -> list[str]:
    """Say where a text is longer than it may be."""
    return [f"{units(text)} characters in {where}"] if units(text) > most else []


def count(things: Any, most: int, where: str, *, least: int = 1) -> Iterator[str]:
    """Say where a list is none, or holds too few or too many."""
    if not isinstance(things, list) or not least <= len(things) <= most:
        yield f"{len(things) if isinstance(things, list) else things!r} {where}"


def twice(ids: Iterable[Any], where: str) -> Iterator[str]:
    """Say what stands more than once though it must be the only one."""
    yield from (f"{where} {one!r} twice" for one, times in Counter(ids).items() if times > 1)
