"""Topics that a worker never wants used: words, or a pattern. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

import regex

from bot.terms import query_terms, terms

LONGEST = 200
SECONDS = 0.05
"""A pattern that takes longer over one message counts as found in it: what is in doubt is held back."""


class TopicKind(StrEnum):
    """How a topic is written."""

    WORDS = "words"  # all of these words, in any order and form
    PATTERN = "pattern"  # a regular expression, found anywhere, upper and lower case alike


@dataclass(frozen=True, slots=True)
class Topic:
    """What is never to be used; `text` is as the worker wrote it."""

    id: str
    kind: TopicKind
    text: str
    since: datetime


def is_wellformed(kind: TopicKind, text: str) -> bool:
    """Whether a topic can be looked for at all: words that say something, or a pattern that holds and finds not all."""
    if not text.strip() or len(text) > LONGEST:
        return False
    if kind is TopicKind.WORDS:
        return bool(terms(text))
    try:
        return _compiled(text).search("", timeout=SECONDS) is None
    except (regex.error, TimeoutError):
        return False


def touches(topic: Topic, text: str) -> bool:
    """Whether a text is about a topic."""
    if topic.kind is TopicKind.WORDS:
        return _sought(topic.text) <= set(terms(text))
    try:
        return _compiled(topic.text).search(text, timeout=SECONDS) is not None
    except (regex.error, TimeoutError):
        return True


def touched(topics: Iterable[Topic], text: str) -> tuple[Topic, ...]:
    """Return the topics that a text is about."""
    return tuple(topic for topic in topics if touches(topic, text))


def held_by(topics: Iterable[Topic], text: str) -> bool:
    """Whether a question or an answer is about something that is never to be used."""
    return any(touches(topic, text) for topic in topics)


def is_in_doubt(topic: Topic, text: str) -> bool:
    """Whether a pattern takes too long over a text: it then counts as found, whatever stands there."""
    try:
        if topic.kind is TopicKind.PATTERN:
            _compiled(topic.text).search(text, timeout=SECONDS)
    except (regex.error, TimeoutError):
        return True
    return False


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern, regex.IGNORECASE)


@lru_cache(maxsize=256)
def _sought(words: str) -> frozenset[str]:
    return frozenset(query_terms(words) or terms(words))
