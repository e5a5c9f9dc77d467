"""Topics that a worker never wants used: words, or a pattern. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from math import prod
from typing import Final

import regex

from bot.clock import Allowance
from bot.terms import query_terms, terms

MOST = 50
LONGEST = 200
MOST_REPEATS = 1_000
"""A repeat is unrolled when a pattern is compiled, nested ones many times over: `a{9999999}` takes gigabytes."""

SECONDS = 0.05
"""All patterns together have so long for one text. What is not looked at by then counts as found in it: what is in
doubt is held back."""

SAMPLE_SECONDS = SECONDS / 10
"""A pattern that takes longer over a single sample is too slow to be kept among others."""

_RUNS: Final = ("a" * 300, "ab " * 300, "0123456789" * 30, "构建缓存每周日清空" * 40, "a.b-c_d@e/f " * 50)
_SAMPLES: Final = tuple(run + end for run in _RUNS for end in ("", "!\x1f"))  # what nearly fits takes the longest

_UNUSABLE: Final = (regex.error, ValueError, OverflowError, MemoryError, RecursionError)
_IN_BRACES: Final = regex.compile(r"\{([^{}]*)\}")
_IS_VERBOSE: Final = regex.compile(r"\(\?[A-Za-z0-9-]*x")  # blanks and remarks may then stand within a number


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
    return _is_in(text, "", SECONDS) is False


def is_slow(kind: TopicKind, text: str) -> bool:
    """Whether a well-formed topic takes too long over plain text of some kind, whatever its worker ever said."""
    return kind is TopicKind.PATTERN and any(_is_in(text, sample, SAMPLE_SECONDS) is None for sample in _SAMPLES)


def touches(topic: Topic, text: str) -> bool:
    """Whether a text is about a topic."""
    return held_by((topic,), text)


def touched(topics: Iterable[Topic], text: str) -> tuple[Topic, ...]:
    """Return the topics that a text is about."""
    look = _Look(text)
    return tuple(topic for topic in topics if look.finds(topic) is not False)


def held_by(topics: Iterable[Topic], text: str) -> bool:
    """Whether a question or an answer is about something that is never to be used."""
    look = _Look(text)
    return any(look.finds(topic) is not False for topic in topics)


def is_in_doubt(topic: Topic, text: str) -> bool:
    """Whether a pattern takes too long over a text: it then counts as found, whatever stands there."""
    return _Look(text).finds(topic) is None


def places(pattern: str, text: str, seconds: float) -> list[tuple[int, int]] | None:
    """Return where a pattern is found in a text, blanks left out; None if that cannot be told, or not in time."""
    if seconds <= 0:
        return None
    try:
        found = [match.span() for match in _compiled(pattern).finditer(text, timeout=seconds)]
    except (*_UNUSABLE, TimeoutError):
        return None
    return [(start, end) for start, end in found if start < end]


class _Look:
    """One text, looked at for many topics: its words are told apart once, and all patterns share one time."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._allowance = Allowance(SECONDS)

    def finds(self, topic: Topic) -> bool | None:
        """Whether the text is about a topic; None if that cannot be told, or not in time."""
        if topic.kind is TopicKind.WORDS:
            return _sought(topic.text) <= self._terms
        left = self._allowance.left
        return _is_in(topic.text, self._text, left) if left > 0 else None

    @cached_property
    def _terms(self) -> frozenset[str]:
        return frozenset(terms(self._text))


def _is_in(pattern: str, text: str, seconds: float) -> bool | None:
    """Whether a pattern is found in a text; None if it is no pattern that can be used, or takes longer than this."""
    try:
        return _compiled(pattern).search(text, timeout=seconds) is not None
    except (*_UNUSABLE, TimeoutError):
        return None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> regex.Pattern[str]:
    if not _is_modest(pattern):
        raise ValueError("the pattern is too long or repeats too often to be compiled")
    return regex.compile(pattern, regex.IGNORECASE)


def _is_modest(pattern: str) -> bool:
    """Whether a pattern may be compiled: as if each of its repeats stood within all the others."""
    if len(pattern) > LONGEST or _IS_VERBOSE.search(pattern):
        return False
    counts = [max(map(int, regex.findall("[0-9]+", braces)), default=1) for braces in _IN_BRACES.findall(pattern)]
    return prod(max(count, 1) for count in counts) <= MOST_REPEATS


@lru_cache(maxsize=256)
def _sought(words: str) -> frozenset[str]:
    return frozenset(query_terms(words) or terms(words))
