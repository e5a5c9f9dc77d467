"""Topics that a worker never wants used: words, or a pattern. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TopicKind(StrEnum):
    """How a topic is written."""

    WORDS = "words"  # all of these words, in any order and form
    PATTERN = "pattern"  # a regular expression


@dataclass(frozen=True, slots=True)
class Topic:
    """What is never to be used; `text` is as the worker wrote it."""

    id: str
    kind: TopicKind
    text: str
    since: datetime
