"""The table of redaction as rows become rules: which of them are tried on a text, and how long a token is."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

import bot
from bot.patterns import Pattern
from bot.redaction import Redaction, redact
from bot.redaction_rules import MOST, Rule, Table, compiled, edition, standard_table, table

KEY = "‹key removed›"
TOKEN: dict[str, Any] = {"id": "t", "prefixes": ["zq_", "zq_long_"], "alphabet": "lower", "least": 8}


def taken_out(text: str, **changed: Any) -> str:
    return redact(text, Redaction((), table=Table(compiled([{**TOKEN, **changed}]))))


def rule(name: str, *anchors: str, is_cased: bool = False) -> Rule:
    return Rule(name, "key", anchors, Pattern("x"), is_cased=is_cased)


@pytest.mark.parametrize(
    ("text", "looks", "tried"),
    [
        ("nothing of it", (), ""),
        ("an apple", (), "a"),
        ("an APPLE", (), "a"),
        ("a Pear", (), "p"),
        ("a pear", (), ""),
        ("a Pear and an apple", (), "pa"),
        ("plum, apple, cherry", (), "ac"),
        ("cherry", ("*digits",), "cd"),
        ("CHERRY *DIGITS", (), "cd"),
        ("", ("*digits",), "d"),
        ("", ("*cased",), ""),
    ],
)
def test_rows_are_tried_in_their_order_where_one_of_their_anchors_stands(
    text: str, looks: tuple[str, ...], tried: str
) -> None:
    rows = Table(
        [
            rule("p", "Pear", "*cased", is_cased=True),
            rule("a", "plum", "apple"),
            rule("c", "cherry"),
            Rule("d", "key", ("*digits",), Pattern("x")),
        ]
    )
    assert "".join(found.id for found in rows.worth_trying(text, frozenset(looks))) == tried


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("see zq_abcdefg7 there", f"see {KEY} there"),
        ("see zq_abcdef7 there", "see zq_abcdef7 there"),
        ("see zq_long_abcdefg7 there", f"see {KEY} there"),
        ("see azq_abcdefg7 there", "see azq_abcdefg7 there"),
        ("see _zq_abcdefg7 there", "see _zq_abcdefg7 there"),
        ("see -zq_abcdefg7 there", f"see -{KEY} there"),
        ("see ZQ_abcdefg7 there", "see ZQ_abcdefg7 there"),
        ("see zq_abcdefgh there", "see zq_abcdefgh there"),
        ("see zq_7abcdefg there", f"see {KEY} there"),
    ],
)
def test_a_token_is_known_by_its_beginning_and_has_its_length_and_a_digit(text: str, left: str) -> None:
    assert taken_out(text) == left


def test_a_digit_of_its_beginning_makes_no_token() -> None:
    assert taken_out("q8_abcdefgh", prefixes=["q8_"]) == "q8_abcdefgh"
    assert taken_out("zq8abcdefgh", prefixes=["zq8"]) == "zq8abcdefgh"
    assert taken_out("zq_8abcdefgh", prefixes=["zq_8"]) == KEY


def test_a_token_is_no_longer_than_most() -> None:
    assert MOST == 400
    value = "7" * MOST
    assert taken_out(f"zq_{value}") == KEY
    assert taken_out(f"zq_{value}b") == f"{KEY}b"
    assert taken_out(f"zq_long_{value}b", alphabet="word") == f"{KEY}b", "it is known by the longest beginning"


def test_so_many_signs_may_come_before_what_a_token_is_known_by() -> None:
    assert taken_out("see abczq_abcdefg7", within=3) == f"see {KEY}"
    assert taken_out("see abzq_abcdefg7", within=3) == "see abzq_abcdefg7"
    assert taken_out("see zq_abcdefg7", within=3) == "see zq_abcdefg7"


def test_a_row_says_what_it_finds_and_how() -> None:
    token, named = compiled([TOKEN, {**TOKEN, "reason": "code"}])
    assert (token.id, token.reason, token.anchors, token.is_cased) == ("t", "key", ("zq_", "zq_long_"), True)
    assert named.reason == "code"
    written = {"id": "r", "reason": "password", "anchors": ["pw"], "pattern": "(?P<value>x)"}
    plain, cased = compiled([written, {**written, "cased": True, "check": "is_odd"}])
    assert (plain.id, plain.reason, plain.anchors, plain.is_cased) == ("r", "password", ("pw",), False)
    assert plain.check is None
    assert cased.is_cased is True
    assert cased.check is not None
    assert "pattern" not in repr(plain), "a table is shown without its patterns"


@pytest.mark.parametrize("missing", ["id", "prefixes", "alphabet", "least"])
def test_a_row_of_which_something_is_missing_is_refused(missing: str) -> None:
    with pytest.raises(KeyError):
        compiled([{name: value for name, value in TOKEN.items() if name != missing}])


def test_a_pattern_that_is_none_is_refused_at_its_first_use() -> None:
    (broken,) = compiled([{"id": "r", "reason": "key", "anchors": ["z"], "pattern": "("}])
    with pytest.raises(re.error):
        broken.pattern.search("z")


def test_the_table_that_is_shipped_has_tokens_first_and_an_edition_of_its_words() -> None:
    written = (Path(bot.__file__).parent / "rules" / "redaction.toml").read_bytes()
    assert edition() == hashlib.sha256(written).hexdigest()[:16]
    assert standard_table() is standard_table(), "it is read anew for each text"
    assert edition() is edition()
    rows = table()
    assert [row["id"] for row in rows] == [rule.id for rule in standard_table().rules]
    firsts = ["prefixes" in row for row in rows]
    assert firsts == sorted(firsts, reverse=True)
    assert (firsts[0], firsts[-1]) == (True, False)
