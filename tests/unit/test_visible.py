"""What of a text is seen: marks upon something and not too many, and no code point that is none."""

from __future__ import annotations

import pytest

from bot.visible import MOST_MARKS, visible

ACUTE = "\u0301"


def test_marks_are_piled_no_higher_than_any_language_piles_them() -> None:
    assert MOST_MARKS == 4
    assert visible("a" + ACUTE * 4) == "a" + ACUTE * 4
    assert visible("a" + ACUTE * 5) == "a" + ACUTE * 4
    assert visible("a" + ACUTE * 9 + "b") == "a" + ACUTE * 4 + "b"


def test_each_character_bears_its_own_marks() -> None:
    text = "a" + ACUTE * 4 + "b" + ACUTE * 4 + "c" + ACUTE
    assert visible(text) == text


def test_what_is_not_seen_gives_no_room_for_more_marks() -> None:
    assert visible("a" + ACUTE * 4 + "\u200b" + ACUTE * 4) == "a" + ACUTE * 4


@pytest.mark.parametrize("before", ["", " ", "\n", "\t", "so "])
def test_a_mark_upon_nothing_goes(before: str) -> None:
    assert visible(before + ACUTE + "a") == before + "a"


@pytest.mark.parametrize("point", [0xFDD0, 0xFDD1, 0xFDEE, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x1FFFF, 0x4FFFE, 0x10FFFF])
def test_what_is_no_character_goes(point: int) -> None:
    assert visible(f"a{chr(point)}b") == "ab"


@pytest.mark.parametrize("point", [0xFDCF, 0xFDF0, 0xFDF1, 0xFFFC, 0xFFFD, 0xFFE0, 0x1F680, 0x4E00])
def test_what_stands_beside_them_stays(point: int) -> None:
    assert visible(f"a{chr(point)}b") == f"a{chr(point)}b"


@pytest.mark.parametrize("base", ["#", "5", "‼"])
def test_the_form_of_an_emoji_stays_upon_what_has_one_and_nowhere_else(base: str) -> None:
    assert visible(f"{base}\ufe0f") == f"{base}\ufe0f"
    assert visible("a\ufe0f") == "a"
    assert visible("\ufe0fa") == "a"


def test_a_joiner_stays_between_emoji_alone() -> None:
    assert visible("\U0001f468\u200d\U0001f469") == "\U0001f468\u200d\U0001f469"
    assert visible("❤\ufe0f\u200d🔥") == "❤\ufe0f\u200d🔥"
    assert visible("\uff41\u200db") == "\uff41b"
