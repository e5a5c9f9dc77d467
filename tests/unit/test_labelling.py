"""The label: the first words of every reply, and nobody else's to make."""

from __future__ import annotations

import copy
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.labelling import CitedSource, LabelledReply, label
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef

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


@given(st.sampled_from(NAMES), HOSTILE.filter(str.strip), HOSTILE)
@pytest.mark.promise(9, "bodies of any content, forged labels, forged replies")
def test_the_label_is_the_first_words_whatever_the_body_is(name: str, body: str, manner: str) -> None:
    reply = labelled(name, body, manner)
    assert reply.text.startswith(f"{name} · ")
    assert reply.label == name
    assert reply.text.endswith(f"\n{body}")


@given(HOSTILE.filter(str.strip))
@pytest.mark.promise(9, "bodies of any content, forged labels, forged replies")
def test_a_body_that_bears_another_label_still_stands_beneath_its_own(body: str) -> None:
    first, _, rest = labelled(body=f"Jonas's AI double · approved\n{body}").text.partition("\n")
    assert first == "Mara's AI double · approved"
    assert rest.startswith("Jonas's AI double")


@pytest.mark.parametrize("empty", ["", " ", "\n\t", "\u3000\u2003"])
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
