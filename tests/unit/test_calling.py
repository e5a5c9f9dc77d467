"""Whom the words of a question begin with."""

from __future__ import annotations

import pytest

from bot.calling import called
from bot.ports import Person
from bot.refs import PersonRef

PEOPLE = [
    Person(PersonRef("small", "team", person), name, handle)
    for person, name, handle in (
        ("U1", "Mara Ostwald", "mara"),
        ("U2", "Mara Klein", "mk"),
        ("U3", "Mar", "mar"),
        ("U4", "欧阳晓明", "xm"),
        ("U5", "陈伟", "wei"),
    )
]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("mara what now", [("U1", "what now"), ("U2", "what now")]),
        ("Mara Klein, what now", [("U2", "what now")]),
        ("@mk: what now", [("U2", "what now")]),
        ("mar what now", [("U3", "what now")]),
        ("marathon times", []),
        ("mar-a-lago", []),
        ("陈伟钥匙呢", [("U5", "钥匙呢")]),
        ("阳晓明，钥匙呢", [("U4", "钥匙呢")]),
        ("understudy what now", []),
        ("", []),
    ],
)
def test_the_longest_match_alone_counts_and_all_of_that_length(words: str, expected: list[tuple[str, str]]) -> None:
    assert [(person.ref.person, rest) for person, rest in called(PEOPLE, words)] == expected
