"""Versions of a profile: what held at a moment, by the ids of claims and in figures – never in words. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.profile.claims import ClaimState


class Cause(StrEnum):
    """Why there is a new version."""

    REFRESHED = "refreshed"
    DECIDED = "decided"  # the worker kept or dropped claims
    CORRECTED = "corrected"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True, slots=True)
class ProfileVersion:
    """One version. A claim that is erased is erased from every version, for its words stand in none of them.

    `messages` is how many messages had been read by then, `traits` the voice in figures (`bot.profile.voice`).
    """

    number: int
    at: datetime
    cause: Cause
    messages: int
    states: dict[str, ClaimState] = field(default_factory=dict)
    traits: dict[str, float] = field(default_factory=dict)
