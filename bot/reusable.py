"""Reusable answers: an approved answer that its worker lets answer the same question again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.drafts import Source
from bot.refs import ChannelRef, PersonRef


@dataclass(frozen=True, slots=True)
class Showing:
    """To whom an answer was shown, for which question, and when; no words."""

    asker: PersonRef
    question_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReusableAnswer:
    """One answer. `titles` are in the worker's words, the first one shown, each a way to ask the question.

    It is shown in `channels` alone, until `ends_at`, while every source stands unchanged and may be read there, and as
    long as it is not held back (`is_withheld`). The question it was first given to is not kept.
    """

    id: str
    draft_id: str
    titles: tuple[str, ...]
    text: str
    is_edited: bool
    sources: tuple[Source, ...]
    channels: tuple[ChannelRef, ...]
    audience: str  # who could read the place it was approved for (`bot.evidence`)
    approved_at: datetime
    ends_at: datetime
    is_withheld: bool = False
    served: int = 0
    showings: tuple[Showing, ...] = ()  # the latest (`bot.reuse`)
