"""What a look at a platform brings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that was looked at, and the sentence about it, for whoever runs Understudy."""

    is_well: bool
    sentence: str


def well(sentence: str) -> Seen:
    """Say that something is as it should be, or what is good to know."""
    return Seen(is_well=True, sentence=sentence)


def ill(sentence: str) -> Seen:
    """Say what is not as it should be, and what to do about it."""
    return Seen(is_well=False, sentence=sentence)


def listed(names: Iterable[str]) -> str:
    """Return some names in their order, with commas between them; of many, the first and how many more there are."""
    found = sorted(names)
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return ", ".join(found[:MOST_NAMED]) + more
