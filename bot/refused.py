"""A question that was refused because no double takes it, as its worker may read of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.refs import ChannelRef, PersonRef

MOST_KEPT = 50
"""Refused questions that stay known of one worker: the newest."""


@dataclass(frozen=True, slots=True)
class RefusedQuestion:
    """One question: its category (a table in `bot/rules/guard/`), when, who asked where, and in which words.

    Words, asker and channel are kept no longer than a draft would have waited (`until`); then only what is left of it.
    """

    id: str
    category: str
    at: datetime
    until: datetime
    asker: PersonRef | None
    channel: ChannelRef | None
    words: str

    def worn_off(self) -> RefusedQuestion:
        """Return what stays of it after its time: the category and when."""
        return replace(self, asker=None, channel=None, words="")
