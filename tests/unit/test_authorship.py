"""Whose words a message holds: quotes, copied replies and what the double said itself are no evidence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.authorship import own_part, without_others, without_repeated
from bot.drafts import Draft, DraftState
from bot.events import MessageSaid
from bot.naming import is_a_label_line
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef
from storage.memory import MemoryStore

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


def test_one_short_line_of_code_opens_and_closes_its_own_fence() -> None:
    assert without_others("```a``` is it\n> quoted\nMine.") == "```a``` is it\nMine."
    assert without_others("``` one ``` two ```\n> code\n```\nMine.") == "``` one ``` two ```\n> code\n```\nMine."


def test_what_is_left_alone_keeps_its_white_space_and_what_is_cut_loses_it_at_the_ends() -> None:
    assert without_others(" a\n\nb \n") == " a\n\nb \n"
    assert without_others("> x\n\nb \n") == "b"
    long = "\n".join(["", *map(str, range(400)), ""])
    assert without_others(long) == long
    assert without_repeated("Two sentences of mine.  And they stay as spaced.", (REPLY,)) == (
        "Two sentences of mine.  And they stay as spaced."
    )


@pytest.mark.parametrize("length", [19, 20, 21])
def test_a_sentence_of_twenty_characters_is_long_enough_to_be_known_again(length: int) -> None:
    sentence = "X" + "x" * (length - 2) + "."
    assert (without_repeated(sentence, (sentence,)) == "") is (length >= 20)
    beside = "This one is mine and is long enough. "
    assert (sentence in without_repeated(beside + sentence, (sentence,))) is (length < 20)


@pytest.mark.parametrize("length", [19, 20])
def test_nothing_is_left_where_what_is_left_says_too_little(length: int) -> None:
    own = "Y" + "y" * (length - 2) + "."
    assert without_repeated(f"{REPLY.splitlines()[-1]} {own}", (REPLY,)) == (own if length == 20 else "")


WORKER = PersonRef("local", "team", "mara")
CHANNEL = ChannelRef("local", "team", "build")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def said(text: str, stamp: str = "9.0") -> MessageSaid:
    return MessageSaid(MessageRef(CHANNEL, stamp), WORKER, text, NOON, NOON, None, channel_is_public=True)


def with_a_reply_at(stamp: str, written: str) -> MemoryStore:
    store = MemoryStore()
    store.enrol(WORKER)
    posted = Draft(
        id="d1",
        worker=WORKER,
        asker=PersonRef("local", "team", "jonas"),
        thread=ThreadRef(CHANNEL, "1.0"),
        question_ref=None,
        question="",
        state=DraftState.POSTED,
        asked_at=NOON,
        lapses_at=NOON,
        written=written,
        posted_ref=MessageRef(CHANNEL, stamp),
    )
    with store.writing(WORKER) as tx:
        tx.drafts.add(posted)
    return store


def test_a_message_of_ones_own_stays_the_very_message() -> None:
    with with_a_reply_at("2.0", "It was moved to the second disk.").reading(WORKER) as tx:
        message = said("The cache lives on the runner now.")
        assert own_part(tx, message) is message


def test_a_message_keeps_its_own_part_and_one_without_any_is_none() -> None:
    with with_a_reply_at("2.0", "It was moved to the second disk.").reading(WORKER) as tx:
        mixed = own_part(tx, said("It was moved to the second disk. I checked that this morning."))
        assert mixed is not None
        assert mixed.text == "I checked that this morning."
        assert own_part(tx, said("It was moved to the second disk.")) is None
        assert own_part(tx, said("> only somebody else's")) is None
        answered = own_part(tx, said("> where is it?\nOn the runner, I think."))
        assert answered is not None
        assert answered.text == "On the runner, I think."


@pytest.mark.parametrize("length", [19, 20, 21])
def test_a_message_is_looked_at_from_twenty_characters_on(length: int) -> None:
    words = "X" + "x" * (length - 2) + "."
    with with_a_reply_at("2.0", words).reading(WORKER) as tx:
        assert (own_part(tx, said(words)) is None) is (length >= 20)


@pytest.mark.parametrize("stamp", ["1.0", "9.0", "99.0"])
def test_the_reply_whose_own_words_are_logged_is_not_held_against_them(stamp: str) -> None:
    words = "It was moved to the second disk."
    with with_a_reply_at(stamp, words).reading(WORKER) as tx:
        assert (own_part(tx, said(words, "9.0")) is None) is (stamp != "9.0")
