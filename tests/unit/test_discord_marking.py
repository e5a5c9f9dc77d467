"""What people wrote, as Discord shows it: plain, whatever marks are in it, and never longer than it takes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord import marking
from adapters.discord.marking import (
    PIECE,
    TEXT,
    escaped,
    gathered,
    heading,
    link,
    looking,
    named,
    pieces,
    quoted,
    small,
)
from tests.measures import units

marks = st.text("\\*_~`|<>[]()#:@-+./ \nx1é🎭", max_size=60)
LIVE = {
    "a ping of all": r"(?<!\\)@(everyone|here)",
    "a mention, an emoji, a time or a command": r"(?<!\\)<",
    "bold, italics, underlining": r"(?<!\\)[*_]",
    "struck out": r"(?<!\\)~",
    "code": r"(?<!\\)`",
    "a spoiler": r"(?<!\\)\|",
    "a masked link": r"(?<!\\)[\[\]]",
    "an address": r"(?<!\\):(?=//)",
    "an emoji's name": r"(?<!\\):(?=[\w+-]+:)",
    "a heading, a list, a quotation": r"(?m)^[ \t]*[-#>+]",
    "a numbered list": r"(?m)^[ \t]*\d+[.)]",
}


def unescaped(marked: str) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", marked)


def faults_in(marked: str) -> list[str]:
    """What is still alive in an escaped text, a pair of backslashes counting as two plain characters."""
    bare = marked.replace("\\\\", "··")
    return [what for what, pattern in LIVE.items() if re.search(pattern, bare)]


@given(st.one_of(marks, st.text(max_size=60)))
@settings(max_examples=200)
def test_whatever_was_written_is_plain_and_reads_as_it_was_written(text: str) -> None:
    assert not faults_in(escaped(text))
    assert unescaped(escaped(text)) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@everyone and @here", r"\@everyone and \@here"),
        ("<@123> <@&5> <#7> <:a:9> <t:1:R> </double:3>", r"\<@123> \<@&5> \<#7> \<\:a:9> \<t\:1:R> \</double:3>"),
        ("# a\n-# b\n> c\n>>> d\n- e\n1. f", "\\# a\n\\-# b\n\\> c\n\\>>> d\n\\- e\n1\\. f"),
        ("[here](https://evil.example)", r"\[here\](https\://evil.example)"),
        ("discord.gg/abc or discord.com/invite/abc", r"discord\.gg/abc or discord\.com/invite/abc"),
        (":smile: at 10:30", r"\:smile: at 10:30"),
        ("the relay's budget is 250 ms - by default (#build).", "the relay's budget is 250 ms - by default (#build)."),
        ("说好的：《周报》", "说好的：《周报》"),
    ],
)
def test_marks_are_escaped_and_plain_words_are_left_alone(text: str, shown: str) -> None:
    assert escaped(text) == shown


def test_in_a_window_people_and_channels_are_shown_by_their_names() -> None:
    assert named("ask <@123> in <#45>, not <@&6> or @everyone") == r"ask <@123> in <#45>, not \<@&6> or \@everyone"


@given(st.one_of(marks, st.text(max_size=60)), st.integers(1, 200), st.integers(20, 400))
@settings(max_examples=100)
def test_a_long_text_is_split_without_anything_coming_alive(text: str, times: int, limit: int) -> None:
    said = named(f"{text}<@12345>" * times)
    parts = list(pieces(said, limit))
    assert all(units(part) <= limit for part in parts)
    assert not [fault for part in parts for fault in faults_in(part.replace("<@12345>", "·"))]
    assert sum(part.count("<@12345>") for part in parts) == times
    assert _seen("".join(parts)) == _seen(said)


def _seen(marked: str) -> str:
    """What is read of a text, without the blanks at which it may be split."""
    return "".join(unescaped(marked).split())


@pytest.mark.parametrize("look", [quoted, small])
@pytest.mark.parametrize("text", ["a\n", "a" * 50, "\n", "one\ntwo ", "*"])
def test_a_long_text_keeps_its_look_on_every_line_and_fits(look: object, text: str) -> None:
    looks = quoted if look is quoted else small
    mark = "> " if look is quoted else "-# "
    for times in (1, 90, 3000):
        parts = list(looking(escaped(text * times), looks))
        assert all(units(part) <= TEXT for part in parts)
        assert all(line.startswith(mark) for part in parts for line in part.split("\n") if line.strip())


def test_texts_are_gathered_as_far_as_there_is_room_and_nothing_is_lost() -> None:
    parts = [f"{n}" * 500 for n in range(9)] + ["", "  "]
    together = list(gathered(parts))
    assert "\n".join(together).split("\n") == parts[:9]
    assert all(len(one) < TEXT for one in together)
    assert len(together) == 2


def test_a_heading_is_one_line_and_never_empty() -> None:
    assert heading("What *it*\nlearnt") == r"### What \*it\* learnt"
    assert heading(" \n", 2) == "## –"


@pytest.mark.parametrize(
    "url", ["javascript:x", "https://a b", "https://a)", "https://a>", "ftp://a", "", "https://" + "a" * 600]
)
def test_an_address_that_is_none_is_not_made_a_link(url: str) -> None:
    assert link(url, "here [*now*]") == r"here \[\*now\*\]"


def test_a_link_shows_its_label_and_nothing_of_what_it_leads_to() -> None:
    assert link("https://discord.com/channels/1/2/3", "a [b]*") == r"[a (b)\*](<https://discord.com/channels/1/2/3>)"
    assert PIECE < TEXT < marking.DISPLAYED
