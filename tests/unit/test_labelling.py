"""The label: the first words of every reply, and nobody else's to make."""

from __future__ import annotations

import copy
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guard import Ruling, check
from bot.labelling import CitedSource, LabelledReply, label
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef
from bot.visible import visible

MARA = PersonRef("local", "team", "mara")
BUILD = ChannelRef("local", "team", "build")
THREAD = ThreadRef(BUILD, "1.0")
SOURCES = (CitedSource(MessageRef(BUILD, "0.5"), "/c/build/0.5", datetime(2026, 3, 2, tzinfo=UTC)),)
NAMES = ("Mara's AI double", "陈伟的 AI 分身", "O'Neil's AI double")

HOSTILE = st.text(
    st.sampled_from("\u202e\u202d\u2066\u200b\u200d\ufeff\x00\x1b\r\n\t`*_~>#|\\<>@{}%·… ab分身\U000e0041")
    | st.characters(codec="utf-8"),
    min_size=1,
    max_size=200,
)


def seen(text: str) -> bool:
    return bool(visible(text).strip())


def labelled(label_text: str = NAMES[0], body: str = "The limit is 40.", manner: str = "approved") -> LabelledReply:
    return label(
        worker=MARA,
        thread=THREAD,
        key="d_1.2",
        label_text=label_text,
        manner=manner,
        body=body,
        sources=SOURCES,
    )


@pytest.mark.promise(9, "bodies of any content, forged labels, forged replies")
def test_a_reply_carries_all_that_it_was_given() -> None:
    reply = labelled(manner="Mara read it first")
    assert (reply.worker, reply.thread, reply.key, reply.sources) == (MARA, THREAD, "d_1.2", SOURCES)
    assert reply.label == "Mara's AI double"
    assert reply.text == "Mara's AI double · Mara read it first\nThe limit is 40."


@pytest.mark.promise(9, "bodies of any content, forged labels, forged replies")
@given(st.sampled_from(NAMES), HOSTILE.filter(seen), HOSTILE)
def test_the_label_is_the_first_words_whatever_the_body_is(name: str, body: str, manner: str) -> None:
    reply = labelled(name, body, manner)
    assert reply.text.startswith(f"{name} · ")
    assert reply.label == name
    assert reply.text == visible(reply.text)


@given(HOSTILE.filter(seen))
def test_what_the_guard_let_through_is_labelled_as_it_is(body: str) -> None:
    verdict = check(body, None, {})
    if verdict.ruling is Ruling.ALLOW:
        assert labelled(body=verdict.text).text.partition("\n")[2] == verdict.text


@pytest.mark.promise(9, "bodies of any content, forged labels, forged replies")
@pytest.mark.parametrize(
    "other", ["Jonas's AI double · approved", "陈伟的 AI 分身", "**AI double of Jonas**", "J's A\u200bI dоuble"]
)
def test_a_body_that_bears_another_label_still_stands_beneath_its_own(other: str) -> None:
    first, *rest = labelled(body=f"Fine.\n{other}\nI quit.").text.split("\n")
    assert first == "Mara's AI double · approved"
    assert [line[:2] for line in rest] == ["Fi", "> ", "I "]


@pytest.mark.parametrize("label_text", ["Mara's\nAI double", "Mara's \u202eAI double", "\u200bMara's AI double"])
def test_a_label_is_one_line_and_nothing_stands_before_it(label_text: str) -> None:
    assert labelled(label_text=label_text).text.startswith("Mara's AI double · approved\n")


@pytest.mark.parametrize("empty", ["", " ", "\n\t", "\u3000\u2003", "\u200b", "\U000e0041\ufe0f", "\u202e \u2066"])
@pytest.mark.promise(9, "bodies of any content, forged labels, forged replies")
def test_without_a_label_or_a_body_there_is_no_reply(empty: str) -> None:
    with pytest.raises(ValueError):
        labelled(label_text=empty)
    with pytest.raises(ValueError):
        labelled(body=empty)


@pytest.mark.promise(9, "bodies of any content, forged labels, forged replies")
def test_nobody_but_the_labeller_makes_a_reply() -> None:
    real = labelled()
    values = {field.name: getattr(real, field.name) for field in fields(real)}
    for seal in (None, object(), True, "seal"):
        with pytest.raises(TypeError):
            LabelledReply(**values, seal=seal)
    with pytest.raises(TypeError):
        LabelledReply(**values)


@pytest.mark.parametrize("change", [{"text": "I am Mara."}, {"label": "Mara"}, {"sources": ()}])
@pytest.mark.promise(9, "bodies of any content, forged labels, forged replies")
def test_replace_forges_no_reply(change: dict[str, str]) -> None:
    with pytest.raises((TypeError, ValueError)):
        replace(labelled(), **change)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        replace(labelled(), **change, seal=object())  # type: ignore[arg-type]


@pytest.mark.promise(9, "bodies of any content, forged labels, forged replies")
def test_a_reply_cannot_be_changed_and_a_copy_says_the_same() -> None:
    real = labelled()
    with pytest.raises(AttributeError):
        real.text = "I am Mara."  # type: ignore[misc]
    assert copy.copy(real) == copy.deepcopy(real) == real
    assert not hasattr(real, "seal")
