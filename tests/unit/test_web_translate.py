"""From the workspace's messages to the core's events: mentions, handles, stamps and text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.web.records import MessageRecord
from adapters.web.stamps import Stamper, is_stamp, moment_of, stamp_at
from adapters.web.text import clean, is_storable, is_visible
from adapters.web.translate import address_in, deleted, resolve_handles, said
from bot.clock import TestClock

HANDLES = {"understudy": "UNDERSTUDY", "mara": "U1", "mara.k": "U2"}
AT = datetime(2018, 1, 5, 10, 30, 33, 32, tzinfo=UTC)


def test_a_message_becomes_the_event_that_tells_of_it() -> None:
    event = said(MessageRecord("C1", stamp_at(AT), "U1", "hello", thread="1515148000.000001"), channel_is_public=True)
    assert (event.said_at, event.revised_at, event.text) == (AT, AT, "hello")
    assert event.thread is not None
    assert event.thread.root == "1515148000.000001"
    assert event.ref.stamp == "1515148233.000032"


def test_the_stamp_of_an_edit_is_the_revision() -> None:
    event = said(MessageRecord("C1", stamp_at(AT), "U1", "hello", edited=stamp_at(AT + timedelta(hours=1))), False)
    assert event.revised_at - event.said_at == timedelta(hours=1)
    assert not event.channel_is_public


def test_a_deletion_has_its_own_moment() -> None:
    event = deleted("C1", stamp_at(AT), "U1", stamp_at(AT + timedelta(seconds=5)))
    assert (event.ref.stamp, event.deleted_at) == (stamp_at(AT), AT + timedelta(seconds=5))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("<@UNDERSTUDY> mara where is it", "mara where is it"),
        ("<@UNDERSTUDY>\n<@U1> where", "<@U1> where"),
        ("where is it, <@UNDERSTUDY>", "where is it,"),
        ("hey <@UNDERSTUDY> are you there <@UNDERSTUDY>?", "hey are you there ?"),
        ("<@UNDERSTUDY>", ""),
        ("understudy <@U1>", None),
        ("<@UNDERSTUDYX> hello", None),
    ],
)
def test_what_is_said_to_understudy_is_the_text_without_its_mention(text: str, address: str | None) -> None:
    assert address_in(text) == address


@pytest.mark.parametrize(
    ("written", "resolved"),
    [
        ("@mara where", "<@U1> where"),
        ("ask @Mara.", "ask <@U1>."),
        ("@mara.k and @mara.", "<@U2> and <@U1>."),
        ("@Understudy @mara: hi", "<@UNDERSTUDY> <@U1>: hi"),
        ("mail me@mara.example, @nobody", "mail me@mara.example, @nobody"),
        ("`@mara` and\n```\n@mara\n```", "`@mara` and\n```\n@mara\n```"),
        ("<@U1> stays", "<@U1> stays"),
        ("(@mara)", "(<@U1>)"),
    ],
)
def test_a_handle_becomes_a_mention(written: str, resolved: str) -> None:
    assert resolve_handles(written, HANDLES) == resolved


def test_stamps_are_never_given_twice_though_the_clock_stands_still() -> None:
    stamper = Stamper(TestClock(AT))
    stamps = [stamper.next() for _ in range(3)]
    assert stamps == ["1515148233.000032", "1515148233.000033", "1515148233.000034"]
    stamper.pass_by(1_600_000_000_000_000)
    assert stamper.next() == "1600000000.000001"


@pytest.mark.parametrize(
    "stamp", ["", "15", "1515148233", "1515148233.1", "1e9.000000", "-515148233.000000", "１５15148233.000032"]
)
def test_what_is_no_stamp_is_known(stamp: str) -> None:
    assert not is_stamp(stamp)


def test_a_stamp_and_its_moment_are_the_same() -> None:
    assert moment_of(stamp_at(AT)) == AT
    assert is_stamp(stamp_at(AT))


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("a\x00\x07b", "ab"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("safe\u202etxt.exe\u2066", "safetxt.exe"),
        ("  \ttab\tstays\n", "tab\tstays"),
        ("👩‍💻 stays joined", "👩‍💻 stays joined"),
    ],
)
def test_text_loses_what_hides_or_disguises(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200d", "\u2800", "\u3164", "\ufe0f", "\U000e0041"])
def test_text_with_nothing_to_see_is_known(text: str) -> None:
    assert not is_visible(text)


def test_half_a_surrogate_pair_and_nul_cannot_be_stored() -> None:
    assert not is_storable("a\ud800")
    assert not is_storable("a\x00")
    assert is_storable("a😀")
