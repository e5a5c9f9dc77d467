"""The voice: how a worker writes, as counts and features – never as words that could be read back. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted of the writing on one shelf."""

    messages: int = 0
