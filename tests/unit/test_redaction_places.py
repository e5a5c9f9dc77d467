"""Where exactly a value begins and ends, what is done about values that touch, and what is made of one."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redaction import RedactedText, Redaction, Removal, holds_secret, redact
from bot.redaction_rules import Table, compiled

Span = tuple[int, int]
NO_TABLE = Table(())
OWN = "‹removed›"
KEY, KEY_ZH = "‹key removed›", "‹已移除：密钥›"


def own(*spans: Span) -> Redaction:
    """What is looked for: some places of a text, in its first pass alone."""
    passes = iter([spans])
    return Redaction((), lambda _: next(passes, ()), table=NO_TABLE)


def rule(pattern: str, reason: str = "key", **more: Any) -> Redaction:
    """What is looked for: one row."""
    row = {"id": "row", "reason": reason, "anchors": ["z"], "pattern": pattern, **more}
    return Redaction((), table=Table(compiled([row])))


def one_at_a_time(wanted: str) -> Callable[[str], list[Span]]:
    """Finds the first of some words alone, so that each pass takes out one."""
    return lambda text: [(at, at + len(wanted))] if (at := text.find(wanted)) >= 0 else []


@pytest.mark.parametrize(
    ("spans", "left"),
    [
        ([(0, 3), (3, 6)], f"{OWN}{OWN}ghij"),
        ([(0, 3), (2, 6)], f"{OWN}ghij"),
        ([(0, 6), (2, 4)], f"{OWN}ghij"),
        ([(0, 6), (2, 4), (5, 8)], f"{OWN}ij"),
        ([(2, 4), (0, 1)], f"{OWN}b{OWN}efghij"),
        ([(4, 6), (4, 8)], f"abcd{OWN}ij"),
        ([(0, 10)], OWN),
        ([(9, 10)], f"abcdefghi{OWN}"),
    ],
)
def test_what_overlaps_is_taken_out_as_one_and_what_touches_is_not(spans: list[Span], left: str) -> None:
    redacted = redact("abcdefghij", own(*spans))
    assert redacted == left
    assert redacted.removed == (Removal("own", "own"),) * left.count(OWN)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6)), max_size=6))
def test_exactly_what_is_found_is_taken_out_whatever_it_overlaps(found: list[tuple[int, int]]) -> None:
    text = "abcdefghijklmnopqrstuvwxyz"
    spans = [(start, start + length) for start, length in found]
    gone = {at for start, end in spans for at in range(start, end)}
    redacted = redact(text, own(*spans))
    assert redacted.replace(OWN, "") == "".join(c for at, c in enumerate(text) if at not in gone)


def test_an_overlap_is_named_after_what_begins_first_and_is_longest_there() -> None:
    rows: list[dict[str, Any]] = [
        {"id": "short", "reason": "code", "anchors": ["z"], "pattern": "(?P<value>z1234)"},
        {"id": "long", "reason": "key", "anchors": ["z"], "pattern": "(?P<value>z123456)"},
        {"id": "late", "reason": "password", "anchors": ["z"], "pattern": "(?P<value>56789)"},
    ]
    redacted = redact("so z123456789 it is", Redaction((), table=Table(compiled(rows))))
    assert redacted == f"so {KEY} it is"
    assert redacted.removed == (Removal("key", "long"),)


@pytest.mark.parametrize(
    ("start", "end", "is_taken"),
    [(0, 2, True), (0, 3, False), (10, 11, False), (20, 22, False), (21, 22, True), (1, 22, False)],
)
def test_a_mark_is_never_taken_out_and_what_touches_it_is(start: int, end: int, is_taken: bool) -> None:
    text = "ab‹password removed›cd"
    assert (text[2], text[19]) == ("‹", "›")
    start, end = (start, end) if end < 20 else (start - 1, end)
    assert (redact(text, own((start, end))) != text) is is_taken


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("zz=abcdef and abcdef", f"zz={KEY} and {KEY}"),
        ("zz=abcde and abcde", f"zz={KEY} and abcde"),
        ("abcdef zz=abcdef", f"{KEY} zz={KEY}"),
        ("xabcdef zz=abcdef", f"xabcdef zz={KEY}"),
        ("1xabcdef zz=abcdef", f"1xabcdef zz={KEY}"),
        ("zz=abcdef xabcdef abcdefx 1abcdef abcdef1", f"zz={KEY} xabcdef abcdefx 1abcdef abcdef1"),
        ("zz=abcdef 好abcdef好 éabcdef", f"zz={KEY_ZH} 好{KEY_ZH}好 é{KEY_ZH}"),
        ("zz=abcdef -abcdef, abcdef-abcdef", f"zz={KEY} -{KEY}, {KEY}-{KEY}"),
        ("zz=abcabcabc abcabcabc", f"zz={KEY} {KEY}"),
    ],
)
def test_a_value_goes_wherever_it_stands_alone(text: str, left: str) -> None:
    assert redact(text, rule("zz=(?P<value>[a-z]+)")) == left


def test_what_is_said_again_is_found_where_it_overlaps_itself() -> None:
    looked_for = rule("zz=(?P<value>[.-]+)")
    assert redact("zz=--..-- --..--..--", looked_for) == f"zz={KEY} {KEY}"
    assert redact("zz=------ -------", looked_for) == f"zz={KEY} {KEY}"


def test_what_is_never_to_be_learnt_is_not_looked_for_once_more() -> None:
    assert redact("abcdef abcdef", own((0, 6))) == f"{OWN} abcdef"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("z=abc.", f"z={KEY}."),
        ("z=abc.;) and", f"z={KEY}.;) and"),
        ("z=。，", "z=。，"),
        ("z=", "z="),
        ("Z=abc z=abc", f"Z={KEY} z={KEY}"),
    ],
)
def test_the_stop_after_a_value_belongs_to_the_sentence(text: str, left: str) -> None:
    assert redact(text, rule(r"[zZ]=(?P<value>[a-z.;)。，]*)")) == left


def test_a_row_with_a_check_takes_out_what_passes_it_alone() -> None:
    checked = rule(r"z=(?P<value>\w+)", check="is_no_blank")
    assert redact("z=abc z=XXXX", checked) == f"z={KEY} z=XXXX"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("q.q.q.qrest stays", f"{OWN}.{OWN}.{OWN}.{OWN}rest stays"),
        ("q.q.q.q.qrest stays", f"{OWN}.{OWN}.{OWN}.{OWN}.{OWN} stays"),
        ("q.q.q.q.qrest", f"{OWN}.{OWN}.{OWN}.{OWN}.{OWN}"),
        ("q.q.q.q.q\nstays", f"{OWN}.{OWN}.{OWN}.{OWN}.{OWN}\nstays"),
        ("q.q.q.q.q.q.q stays", f"{OWN}.{OWN}.{OWN}.{OWN}.{OWN} stays"),
        ("q q q q q q stays", f"{OWN} {OWN} {OWN} {OWN} {OWN} {OWN} stays"),
    ],
)
def test_a_chain_is_followed_through_four_passes_and_then_goes_to_its_next_space(text: str, left: str) -> None:
    redacted = redact(text, Redaction((), one_at_a_time("q"), table=NO_TABLE))
    assert redacted == left
    assert len(redacted.removed) == left.count(OWN)


def test_a_text_without_any_is_returned_as_it_is_and_says_so() -> None:
    redacted = redact("nothing to see", Redaction())
    assert (redacted, redacted.removed, type(redacted)) == ("nothing to see", (), RedactedText)


@pytest.mark.parametrize(
    ("reason", "length", "key", "is_known_again"),
    [
        ("key", 20, b"k" * 32, True),
        ("key", 19, b"k" * 32, False),
        ("private_key", 20, b"k" * 32, True),
        ("password", 20, b"k" * 32, False),
        ("key", 20, b"", False),
    ],
)
def test_a_long_key_alone_has_a_fingerprint_and_only_by_the_workers_own_key(
    reason: str, length: int, key: bytes, is_known_again: bool
) -> None:
    value = ("abcdefghij" * 2)[:length]
    looked_for = rule("zz=(?P<value>[a-z]+)", reason)
    (removal,) = redact(f"zz={value}", Redaction((), key=key, table=looked_for.table)).removed
    wanted = hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:16] if is_known_again else ""
    assert removal == Removal(reason, "row", wanted)


def test_half_a_pair_in_a_key_is_no_failure() -> None:
    looked_for = rule("zz=(?P<value>.+)")
    (removal,) = redact(f"zz=\ud800{'a' * 30}", Redaction((), key=b"k", table=looked_for.table)).removed
    assert len(removal.fingerprint) == 16


def test_telephone_numbers_are_looked_for_where_there_are_digits_enough() -> None:
    number = "+49 151 " + "23456789"
    redacted = redact(f"at {number} there", Redaction((), table=NO_TABLE))
    assert redacted == "at ‹phone number removed› there"
    assert redacted.removed == (Removal("phone", "phone"),)
    digits = rule(r"(?P<value>\d[\d ]+\d)", anchors=["*digits"])
    assert redact("12 34 5", digits) == "12 34 5"
    assert redact("12 34 56", digits) == KEY


def test_rows_may_ask_for_a_look_of_a_text() -> None:
    for anchor, text in (("*long", "a" * 30), ("*capitals", "ABCDEF12G")):
        looked_for = rule("(?P<value>[A-Za-z0-9]+)", anchors=[anchor])
        assert redact(text, looked_for) == KEY
        assert redact(text[1:], looked_for) == text[1:]


def test_sorts_are_told_in_the_order_of_their_names_each_once() -> None:
    looked_for = Redaction((), one_at_a_time("q"), table=rule("zz=(?P<value>[a-z]+)").table)
    assert holds_secret("q q zz=abc", looked_for) == ("key", "own")
    assert holds_secret("zz", looked_for) == ()
