"""What is found of what a worker wants never learnt: whole words however they are joined, patterns, and doubt."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.never_learn import finder
from bot.profile.topics import Topic, TopicKind

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def words(text: str) -> Topic:
    return Topic("t", TopicKind.WORDS, text, NOON)


def pattern(text: str) -> Topic:
    return Topic("t", TopicKind.PATTERN, text, NOON)


def found(text: str, *wanted: Topic) -> list[str]:
    return [text[start:end] for start, end in finder(wanted)(text)]


@pytest.mark.parametrize(
    ("wanted", "text", "taken"),
    [
        ("Blue Fox", "the blue fox and BLUE-FOX and blue_fox", ["blue fox", "BLUE-FOX", "blue_fox"]),
        ("blue fox", "blue \n fox", ["blue \n fox"]),
        ("blue fox", "blue    fox, bluefox, blue, the fox", []),
        ("fox", "foxes, outfox, fox7, 7fox", []),
        ("fox", "(fox) fox: _fox_", ["fox", "fox", "fox"]),
        ("项目蓝", "这个项目蓝天", ["项目蓝"]),
        ("蓝 a", "蓝 a, 蓝 ab, b蓝 a", ["蓝 a", "蓝 a"]),
        ("a 蓝", "a 蓝, ba 蓝, a 蓝b", ["a 蓝", "a 蓝"]),
        ("项目a", "项目ab, 项目a", ["项目a"]),
        ("a项目", "ba项目, a项目", ["a项目"]),
        ("c++", "c++, c++x, ac++", ["c++", "c++"]),
        ("+c", "x+c, +c, +cx", ["+c", "+c"]),
        ("a.b", "a.b axb", ["a.b"]),
    ],
)
def test_words_are_found_whole_in_their_order_whatever_joins_them(wanted: str, text: str, taken: list[str]) -> None:
    assert found(text, words(wanted)) == taken


def test_all_that_is_wanted_is_found_words_and_patterns() -> None:
    text = "fox 17 and Ticket-4 and owl"
    assert found(text, words("fox"), pattern(r"ticket-\d|z*"), words("owl")) == ["fox", "Ticket-4", "owl"]
    assert found(text) == []


def test_a_pattern_that_cannot_be_looked_for_lets_nothing_through() -> None:
    assert found("some words", words("some"), pattern("(")) == ["some words"]
    assert found("", pattern("(")) == [""]
