"""Whose words a message holds: quotes, copied replies and what the double said itself are no evidence."""

from __future__ import annotations

import pytest

from bot.authorship import without_others, without_repeated
from bot.naming import is_a_label_line

REPLY = "From Mara Lind's own messages:\n\nMar 2 in #build:\nThe build cache lives in /var/cache/forge on the runner."


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("I like it.", "I like it."),
        ("> pia said this\nI like it.", "I like it."),
        ("&gt; pia said this\nI like it.", "I like it."),
        ("I like it.\n  > pia\n> said this\nA lot.", "I like it.\nA lot."),
        ("Mine.\n>>> all of this\nis somebody else's", "Mine."),
        ("> only somebody else's", ""),
        ("```\n> npm run\n```\nThat is the command.", "```\n> npm run\n```\nThat is the command."),
        ("a > b holds", "a > b holds"),
        ("See:\nJonas's AI double · read and approved by Jonas\nThe limit is 40.", "See:"),
        ("陈伟的 AI 分身 · 陈伟已审阅并同意\n上限是 40。", ""),
        ("Jonas's AI double got it wrong, the limit is 40.", "Jonas's AI double got it wrong, the limit is 40."),
        ("", ""),
    ],
)
def test_quoted_lines_and_copied_replies_are_left_out(text: str, own: str) -> None:
    assert without_others(text) == own
    assert without_others(own) == own


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("The build cache lives in /var/cache/forge on the runner.", ""),
        ("the build  cache lives in\n/var/cache/forge on the runner.", ""),
        ("Yes. The build cache lives in /var/cache/forge on the runner.", ""),
        ("The build cache lives in /var/cache/forge on the runner. I move it to /srv soon.", "I move it to /srv soon."),
        ("It moves on Monday to /srv.", "It moves on Monday to /srv."),
        ("On the runner.", "On the runner."),
    ],
)  # fmt: skip
def test_what_stands_in_a_reply_of_the_double_is_left_out(text: str, own: str) -> None:
    assert without_repeated(text, (REPLY,)) == own
    assert without_repeated(text, ()) == text


@pytest.mark.parametrize(
    "line", ["Mara's AI double · edited", "**AI double of Mara** · approved", "陈伟的 AI 分身 · 同意"]
)
def test_a_label_line_is_known_with_how_it_was_approved_alone(line: str) -> None:
    assert is_a_label_line(line)
    assert not is_a_label_line(line.partition(" · ")[0])
    assert not is_a_label_line(f"{'x' * 200}{line}")
