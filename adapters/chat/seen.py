"""What a look at a platform brings."""

from __future__ import annotations

from dataclasses import dataclass


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
