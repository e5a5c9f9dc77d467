"""Replies as Discord posts them: the label first, nobody pinged, no link but the sources, found by their button."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.lengths import length
from adapters.discord import ids, replies
from adapters.discord.replies import Mark
from bot.errors import NotPermitted
from bot.labelling import CitedSource, LabelledReply, label
from bot.words import Words

GUILD, CHANNEL, ADA = 900_000_000_000_000_001, 900_000_000_000_000_002, 900_000_000_000_000_003
WEI = 900_000_000_000_000_004
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PLACE = ids.channel(GUILD, CHANNEL)
EN, ZH = Words("en"), Words("zh-Hans")
HOSTILE = "@everyone <@900000000000000004> <!channel> [your wiki](https://evil.example) ||hidden|| # big"
SOURCE = "https://discord.example/channels/1/2/3"


def reply(body: str, sources: int = 1, name: str = "Mara Lind's AI double", key: str = "d_1.1") -> LabelledReply:
    return label(
        worker=ids.person(GUILD, ADA),
        thread=ids.thread(PLACE, 77),
        key=key,
        label_text=name,
        manner="approved as written",
        body=body,
        sources=tuple(
            CitedSource(ids.message(PLACE, n, CHANNEL), f"{SOURCE}{n}", NOW - timedelta(days=n)) for n in range(sources)
        ),
    )


def said(shown: LabelledReply, words: Words = EN, question: str = "") -> str:
    return replies.content(shown, {str(WEI): "陈伟"}, words, NOW, question)


def test_the_label_stands_first_then_the_words_and_beneath_them_the_days_they_rest_on() -> None:
    first, body, foot = said(reply("Behind the shed.", sources=2)).split("\n")
    assert first == "Mara Lind's AI double · approved as written"
    assert body == "Behind the shed."
    assert foot == f"-# Sources: [Mar 2](<{SOURCE}0>) · [Mar 1](<{SOURCE}1>)"
    assert said(reply("在棚子后面。"), ZH).endswith(f"-# 来源： [3月2日](<{SOURCE}0>)")


def test_without_sources_nothing_stands_beneath() -> None:
    assert said(reply("Behind the shed.", sources=0)).split("\n")[1:] == ["Behind the shed."]


def test_a_link_to_the_question_stands_before_the_sources() -> None:
    lines = said(reply("Behind the shed."), question="https://discord.example/channels/1/2/9").split("\n")
    assert lines[2] == "-# [to this question](<https://discord.example/channels/1/2/9>)"
    assert lines[3].startswith("-# Sources:")


def test_nothing_in_the_words_is_a_ping_a_link_or_markup() -> None:
    shown = said(reply(HOSTILE, sources=0))
    assert "<@" not in shown
    assert "<!" not in shown
    assert "陈伟" in shown
    assert r"\@everyone" in shown
    assert r"\[your wiki\]" in shown
    assert r"\|\|hidden\|\|" in shown


def test_sources_give_way_where_there_is_no_room_and_words_never_do() -> None:
    crowded = said(reply("x" * 1_700, sources=12))
    assert len(crowded) <= 2000
    assert crowded.count("](<") < 12
    assert "x" * 1_700 in crowded
    full = said(reply("x" * 1_950))
    assert full.endswith("x" * 1_950)


def test_words_that_do_not_fit_are_refused_and_not_cut() -> None:
    for body in (
        "x" * 2_000,
        "_" * 1_100,
        "🤖" * 1_000,
    ):  # escapes, and characters of two units, count as Discord counts
        with pytest.raises(NotPermitted) as refused:
            said(reply(body))
        assert refused.value.code == "too_long"


@given(st.text(st.sampled_from("ab_*~<@[/:.-#>\n 字🤖"), min_size=1, max_size=2_000))
def test_whatever_there_is_said_to_be_room_for_fits_beneath_the_longest_label(text: str) -> None:
    name = "M" * 60
    room = replies.room_for(text)
    assert room <= replies.room_for("") == 1_700
    words = text[: max(0, room)]
    if not words.strip() or len(words) > replies.room_for(words):
        return
    longest = label(
        worker=ids.person(GUILD, ADA),
        thread=ids.thread(PLACE, 77),
        key="d_1.1",
        label_text=f"{name}'s AI double",
        manner=f"edited and approved by {name}",
        body=words,
        sources=(),
    )
    assert length(said(longest)) <= 2_000


def test_a_name_that_discord_takes_from_no_webhook_is_none() -> None:
    assert replies.name_over(reply("Yes.")) == "Mara Lind's AI double"
    for name in ("Discordia's AI double", "CLYDE's AI double", f"{'M' * 70}'s AI double"):
        assert replies.name_over(reply("Yes.", name=name)) == ""
    assert replies.name_over(reply("Yes.", name="M" * 80)) == "M" * 80


@given(
    st.integers(0, 2**63),
    st.integers(0, 2**63),
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=50),
)
def test_a_mark_is_read_as_it_was_written_and_fits_into_a_buttons_id(worker: int, root: int, key: str) -> None:
    mark = Mark(worker, root, key)
    assert len(mark.written()) <= 100
    assert replies.read_mark(mark.written()) == mark


@pytest.mark.parametrize(
    "foreign", ["", "reply:1:2:", "reply:x:2:k", "reply:1:2", "reply:1:2:a b", "m|1|k", "reply:1:2:k\n"]
)
def test_what_is_no_mark_is_read_as_none(foreign: str) -> None:
    assert replies.read_mark(foreign) is None


def test_a_reply_is_found_by_its_one_button_whatever_stands_beside_it() -> None:
    row = replies.reply_view(reply("Yes."), 77, EN).to_components()
    assert [[button["label"] for button in one["components"]] for one in row] == [["Not right"]]
    assert replies.mark_in({"components": [{"type": 1, "components": [{"type": 2, "url": "x"}]}, *row]}) == Mark(
        ADA, 77, "d_1.1"
    )
    assert replies.mark_in({"components": []}) is None
    assert replies.mark_in({}) is None


def test_the_general_notice_has_a_button_that_tells_more() -> None:
    ((row),) = replies.here_view(GUILD, ZH).to_components()
    assert row["components"][0]["label"] == "什么是 AI 分身？"
    assert len(row["components"][0]["custom_id"]) <= 100
