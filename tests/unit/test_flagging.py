"""What a worker is told before sending: what the texts are flagged for now, and whatever else was noted."""

from __future__ import annotations

import pytest

from bot.flagging import flagged_for, is_flag, with_flags
from bot.words import Words

PAY, PRAISE = "what does Tom earn?", "Great work on the demo!"


def test_flags_are_those_of_the_texts_as_they_stand_and_come_first() -> None:
    reasons = ("review.no_model", "guard.flag_praise", "guard.link_removed")
    assert with_flags(reasons, PAY, "Ask payroll.") == ("guard.flag_pay", "review.no_model", "guard.link_removed")
    assert with_flags(("guard.flag_pay",), "where is the cache?", "In /var.") == ()


@pytest.mark.parametrize(
    ("key", "is_one"),
    [
        ("guard.flag_pay", True),
        ("guard.flag_", False),
        ("guard.link_removed", False),
        ("review.flag_pay", False),
        ("zone.flag_pay", False),
        ("guard.zflag_pay", False),
        ("guard", False),
        ("", False),
    ],
)
def test_a_flag_is_told_from_other_reasons(key: str, is_one: bool) -> None:
    assert is_flag(key) is is_one


def test_what_was_noted_and_what_stands_there_now_are_told_once_each() -> None:
    words = Words("en", "UTC")
    pay, praise = words.say("guard.kind_pay"), words.say("guard.kind_praise")
    assert flagged_for(words, PRAISE, reasons=("guard.flag_pay", "guard.flag_praise", "review.no_model")) == (
        words.listed([pay, praise])
    )
    assert flagged_for(words, "where is the cache?") == ""
