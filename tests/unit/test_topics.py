"""Topics by themselves: which patterns may be compiled, what they may cost, and what counts as found in doubt."""

from __future__ import annotations

import resource
import time
from datetime import UTC, datetime

import pytest

from bot.profile.topics import SECONDS, Topic, TopicKind, held_by, is_in_doubt, is_slow, is_wellformed, touched, touches

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SLOW = r"(?:a|aa)+\d"
HEAVY = (
    "a{9999999}",
    "a{40000000}",
    "(a{100}){100}",
    "(?:(?:ab{40}){40}c){2,}d{3}",
    "a{,5000}",
    "a{3,5000}",
    "(?x)a{4 0 0 0}",
    "(?i-x:a)",
    "(?V0)(?V1)a",
    "(?au)a",
    "x" * 201,
)


def pattern(text: str) -> Topic:
    return Topic(f"t_{text}", TopicKind.PATTERN, text, NOON)


@pytest.mark.parametrize("text", HEAVY)
def test_a_pattern_that_is_costly_to_compile_or_none_at_all_is_refused_and_when_kept_before_counts_as_found(
    text: str,
) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert not is_wellformed(TopicKind.PATTERN, text)
    assert touches(pattern(text), "nothing of the kind")
    assert is_in_doubt(pattern(text), "nothing of the kind")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024, "no memory was spent on it"


@pytest.mark.parametrize(
    "text", [r"[0-9]{4}-[0-9]{2}-[0-9]{2}", r"\d{3}[ -]?\d{4}[ -]?\d{4}", r"\p{Lu}{2,6}-\d+", r"salar(?:y|ies)", "工资"]
)
def test_an_ordinary_pattern_is_wellformed_and_quick(text: str) -> None:
    assert is_wellformed(TopicKind.PATTERN, text)
    assert not is_slow(TopicKind.PATTERN, text)
    assert not touches(pattern(text), "nothing of the kind")


@pytest.mark.parametrize("text", [SLOW, r"(?:\w+\s?)+[#%]", r"(?:\d+)+[#%]", r"(?:[一-鿿]+)+[#%]", "(?R)"])
def test_a_pattern_that_is_slow_on_plain_text_of_some_kind_is_told(text: str) -> None:
    assert is_slow(TopicKind.PATTERN, text)


def test_all_patterns_share_one_time_and_what_is_not_looked_at_counts_as_found() -> None:
    topics = [*(pattern(f"{SLOW}{n}") for n in range(20)), pattern("never there")]
    began = time.thread_time()
    assert touched(topics, "a" * 300) == tuple(topics)
    assert time.thread_time() - began < 5 * SECONDS
    assert not held_by([pattern("never there")], "a" * 300)


def test_words_are_looked_for_when_the_time_of_the_patterns_is_spent() -> None:
    words = [Topic("t_1", TopicKind.WORDS, "salary", NOON), Topic("t_2", TopicKind.WORDS, "lunch", NOON)]
    text = f"{'a' * 300} the salary"
    assert touched([pattern(SLOW), *words], text) == (pattern(SLOW), words[0])
