"""Reading whom a question is for."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.asking import Address, read_address

MENTION = re.compile(r"<@[A-Za-z0-9_-]+(?:\|[^>]*)?>")


@pytest.mark.parametrize(
    ("text", "mentioned", "question"),
    [
        ("<@U1> where is the wiki?", ("U1",), "where is the wiki?"),
        ("  <@U1>, where is the wiki?", ("U1",), "where is the wiki?"),
        ("<@U1>: where?", ("U1",), "where?"),
        ("<@U1> – where?", ("U1",), "where?"),
        ("<@U1>，限流是多少？", ("U1",), "限流是多少？"),
        ("<@U1|mara> where?", ("U1",), "where?"),
        ("<@U1> <@U2> where?", ("U1", "U2"), "where?"),
        ("<@U1> and <@U2> where?", ("U1", "U2"), "where?"),
        ("<@U1> AND <@U2>, <@U3> where?", ("U1", "U2", "U3"), "where?"),
        ("<@U1>和 <@U2> 在哪？", ("U1", "U2"), "在哪？"),
        ("<@U1> <@U1> where?", ("U1",), "where?"),
        ("<@U1> what did <@U2> decide?", ("U1",), "what did <@U2> decide?"),
        ("<@U1> who knows better, <@U2>?", ("U1",), "who knows better, <@U2>?"),
        ("<@U1> and then what?", ("U1",), "and then what?"),
        ("<@U1>", ("U1",), ""),
        ("what is the budget, <@U1>?", ("U1",), "what is the budget?"),
        ("what is the budget, <@U1|mara> ?", ("U1",), "what is the budget?"),
        ("what is the budget <@U1>", ("U1",), "what is the budget"),
        ("Hi <@U1>, where?", ("U1",), "where?"),
        ("hello , <@U1> where?", ("U1",), "where?"),
        ("你好，<@U1> 在哪？", ("U1",), "在哪？"),
        ("history of <@U1> here", (), "history of <@U1> here"),
        ("what did <@U1> decide?", (), "what did <@U1> decide?"),
        ("mara where is the wiki?", (), "mara where is the wiki?"),
        (", : where?", (), "where?"),
        ("<#C1> where?", (), "<#C1> where?"),
        ("", (), ""),
        (" \n", (), ""),
    ],
)
def test_the_people_at_the_head_are_asked_and_the_rest_is_the_question(
    text: str, mentioned: tuple[str, ...], question: str
) -> None:
    assert read_address(text) == Address(mentioned, question)


PIECES = st.sampled_from(
    ["<@U1>", "<@U2|mara>", "<@", ">", " ", ",", "，", "and ", "和", "where is it", "?", "\n", "<#C1>"]
)


@given(st.lists(PIECES | st.text(max_size=4), max_size=12).map("".join))
def test_nobody_is_asked_who_is_not_mentioned_and_no_word_is_invented(text: str) -> None:
    address = read_address(text)
    assert len(set(address.mentioned)) == len(address.mentioned)
    assert all(re.search(f"<@{re.escape(person)}[|>]", text) for person in address.mentioned)
    assert address.question == address.question.strip()
    outside = iter(text)
    assert all(character in outside for character in address.question), "the question keeps the order of the words"


@given(st.text(max_size=60).filter(lambda text: not MENTION.search(text)))
def test_without_a_mention_nobody_is_asked(text: str) -> None:
    assert read_address(text).mentioned == ()


@pytest.mark.timeout(5)
@pytest.mark.parametrize("piece", ["<@a|", "<@a>", "<@a> and ", " , ", "<@", "x <@a> "])
def test_a_megabyte_of_hostile_text_is_read_in_no_time(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert set(read_address(text).mentioned) <= {"a"}
