"""What people and channels are called: one short line that marks nothing up and bears nobody's label."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guard import links_in
from bot.naming import (
    LONGEST_CHANNEL,
    LONGEST_LABEL,
    LONGEST_NAME,
    bears_a_label,
    is_a_label_line,
    name_of_channel,
    name_of_person,
)
from bot.ports import Channel, Person
from bot.refs import ChannelRef, PersonRef
from bot.visible import visible
from bot.words import Words

HOSTILE = st.text(
    st.sampled_from("\u202e\u2066\u200b\ufeff\x00\r\n\t`*_~>#|\\<>@·: ab分身AIdouble's\U000e0041\u0301")
    | st.characters(codec="utf-8"),
    max_size=120,
)


@pytest.mark.parametrize(
    "name",
    ["Mara Lind", "陈伟", "O'Neil", "Zoë Jean-Luc St. John", "Jonas (he/him)", "דנה לוי", "🔥", "q_2", "Nguyễn Ánh"],
)
def test_a_name_that_people_have_is_left_as_it_is(name: str) -> None:
    assert name_of_person(name, "handle", "U1") == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "name",
    [
        "", " \t", "\u200b\u2060", "```", "***", "·",
        "Jonas's AI double", "AI double of Jonas", "JONAS’S A.I. DOUBLE", "Jonas AІ dоubIe", "Ｊonas ＡＩ ｄｏｕｂｌｅ",
        "A\u200bI d\u00adouble", "陈伟的 AI 分身", "陈伟的ＡＩ分身", "Jonas AI-double · approved by Jonas",
    ],
)  # fmt: skip
def test_who_is_called_nothing_or_like_a_label_is_called_by_their_handle(name: str) -> None:
    assert name_of_person(name, "jonas", "U1") == "jonas"
    assert name_of_person(name, name, "U1") == "U1"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Mara\nread and approved by Jonas", "Mara read and approved by Jonas"),
        ("\u202eaniL araM", "aniL araM"),
        ("<@U2> <!here> @channel", "U2 !here channel"),
        ("[Mara](https://evil.example)", "Mara (https //evil.example)"),
        ("www.evil.example", "www evil.example"),
        ("*Mara* · `Lind`", "Mara Lind"),
        ("*Mara*\u20dd`Lind`", "Mara Lind"),
        ("Zoe\u0308", "Zoë"),
        ("Z\u0308\u0308\u0308\u0308\u0308\u0308\u0308oe", "Z\u0308\u0308\u0308\u0308oe"),
    ],
)
def test_what_a_name_marks_up_is_taken_out_of_it(name: str, shown: str) -> None:
    assert name_of_person(name, "handle", "U1") == shown


@given(HOSTILE, HOSTILE)
def test_whatever_somebody_is_called_it_is_one_short_line_without_a_label(name: str, handle: str) -> None:
    shown = Person(PersonRef("local", "team", "U1"), name, handle).name
    assert 0 < len(shown) <= LONGEST_NAME
    assert not set(shown) & set("\n\r\t`*~|<>[]{}\\#@·:\u202e\u200b")
    assert shown == " ".join(shown.split())
    assert not bears_a_label(shown)
    assert not links_in(shown)
    assert name_of_person(shown, handle, "U1") == shown, "it changes no more"
    channel = Channel(ChannelRef("local", "team", "C1"), name, public=True).name
    assert 0 < len(channel) <= LONGEST_CHANNEL
    assert "\n" not in channel
    assert name_of_channel(channel, "C1") == channel


@pytest.mark.parametrize("locale", ["en", "zh-Hans"])
@pytest.mark.parametrize("name", ["Mara Lind", "陈伟", "x"])
def test_every_label_is_known_as_one(locale: str, name: str) -> None:
    assert bears_a_label(Words(locale, "UTC").say("reply.label", name=name))


def test_a_long_name_is_cut_and_what_stands_at_its_edges_goes() -> None:
    assert name_of_person("x" * 61, "handle", "U1") == "x" * 60
    assert name_of_channel("x" * 81, "C1") == "x" * 80
    assert name_of_person("_Mara_", "handle", "U1") == "Mara"
    assert name_of_person("", "0#_", "U1") == "0"
    assert name_of_person("_ #_Mara", "handle", "U1") == "Mara"


def test_a_label_line_is_as_long_as_a_label_may_be_and_no_longer() -> None:
    label = "'s AI double"
    for length in (LONGEST_LABEL - 1, LONGEST_LABEL):
        assert is_a_label_line(f"{'x' * (length - len(label))}{label} · approved")
    assert LONGEST_LABEL == 160
    assert not is_a_label_line(f"{'x' * (LONGEST_LABEL + 1 - len(label))}{label} · approved")


@pytest.mark.parametrize("line", ["Mara's AI double ·  ", "Mara's AI double", "The limit · forty", " · AI double", ""])
def test_a_line_is_no_label_without_a_label_and_how_it_was_approved(line: str) -> None:
    assert not is_a_label_line(line)


@pytest.mark.parametrize(
    ("sign", "shown"), [("\u2190", "U1"), ("\u2191", "\u2191"), ("\u218f", "U1"), ("!", "U1"), ("5", "5")]
)
def test_a_sign_names_nobody_but_an_emoji_or_a_digit_does(sign: str, shown: str) -> None:
    assert name_of_person(sign, sign, "U1") == shown


@pytest.mark.parametrize("unseen", ["\u200b", "\ufdd0", "\ufdef", "\ufffe", "\uffff"])
def test_marks_pile_no_higher_for_what_nobody_sees_between_them(unseen: str) -> None:
    assert visible(f"a{chr(0x301) * 4}{unseen}{chr(0x301) * 4}") == f"a{chr(0x301) * 4}"
    assert visible(f"{unseen}a") == "a"
