"""What is taken out of a text before anything is kept, row by row of the table, and what is left alone."""

from __future__ import annotations

import copy
import random
import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.fake_secrets import made
from bot.marks import REASONS, mark, marks_in, without_marks
from bot.redaction import RedactedText, Redaction, holds_secret, redact
from bot.redaction_rules import ALPHABETS, Table, compiled, standard_table, table
from bot.words import catalogue, shipped_locales
from tests.promised import Figures, Sized

ROWS = table()
_SMALL = {"upper": "upper", "hex": "hex", "hexdash": "hex", "hexlower": "hex", "uuid": "hex"}


def token_examples(row: dict[str, Any], chance: random.Random) -> list[tuple[str, str]]:
    """A text and its value for every prefix; of small letters where it may be, so that no other row finds it."""
    letters = _SMALL.get(row["alphabet"], "lower")
    examples = []
    for prefix in row["prefixes"]:
        before = made({"alphabet": "lower", "length": row.get("within", 0)}, chance)
        after = made({"alphabet": letters, "length": row["least"] - 1}, chance) + "7"
        value = f"{before}{prefix}{after}"
        examples.append((f"use {value} please", value))
    return examples


def examples(row: dict[str, Any], seed: int = 1) -> list[tuple[str, str]]:
    chance = random.Random(f"{row['id']} {seed}")
    if "prefixes" in row:
        return token_examples(row, chance)
    value = made(row["value"], chance)
    return [(row["example"].replace("{value}", value), value)]


def ids(row: dict[str, Any]) -> str:
    return str(row["id"])


# ---------------------------------------------------------------- the table


@pytest.mark.promise(5, "each row of the redaction table: its example found with it, and not without it")
@pytest.mark.parametrize("row", ROWS, ids=ids)
def test_each_row_finds_its_example_and_no_other_row_does(row: dict[str, Any], figures: Figures) -> None:
    without = Redaction((), table=Table(compiled(r for r in ROWS if r["id"] != row["id"])))
    found = examples(row)
    for text, value in found:
        redacted = redact(text)
        assert value not in redacted
        assert redacted.removed[0].reason == row.get("reason", "key")
        assert value in redact(text, without), "another row finds it too: one of them is not needed"
    figures("examples of rows", len(found))


def test_rows_have_names_of_their_own_and_reasons_that_can_be_told() -> None:
    names = [row["id"] for row in ROWS]
    assert len(names) == len(set(names))
    assert {rule.reason for rule in standard_table().rules} <= set(REASONS)
    for locale in shipped_locales():
        keys = catalogue(locale)
        assert all(f"redaction.count_{r}" in keys and f"secret.sort_{r}" in keys for r in REASONS)


def test_only_the_value_goes_and_the_words_around_it_stay() -> None:
    value = "tiger" + "2024"
    said = f"The password for the staging host is {value}, ask me when it fails."
    assert redact(said) == "The password for the staging host is ‹password removed›, ask me when it fails."
    zh = f"测试库的密码是{value}，别外传"
    assert redact(zh) == "测试库的密码是‹已移除：密码›，别外传"


def test_a_value_goes_wherever_else_it_stands_in_the_same_text() -> None:
    value = "tiger" + "2024"
    said = redact(f"password: {value}\nso {value} it is, not {value}x")
    assert said == f"password: ‹password removed›\nso ‹password removed› it is, not {value}x"
    assert len(said.removed) == 2


ORDINARY = """
the password is wrong
password reset does not work for me
I forgot my password again, sorry
the password must have 8 characters at least
please change your password: the old one has expired
the token expired after 30 days
the API key is in the vault
the key is to retry with backoff
key takeaways: 3 things
my password manager is 1Password
password policy: 12+ characters
def login(user, password):
password = get_password()
password=os.environ["DB_PASSWORD"]
"password": "string"
password=$PASSWORD
password: <your password>
password: ********
token: ${{ secrets.TOKEN }}
the code is 404
error code: 50012
the code for the parser is 1200 lines
build 20260312 is out, version 1.2.3.4567
commit 3f2a9c1d8e7b6a5f4e3d2c1b0a9f8e7d6c5b4a39 broke it
uuid 123e4567-e89b-12d3-a456-426614174000
order 1234567890 shipped, took 1512345678 ms
ip 192.168.10.12 port 8080
call at 10:30 on 2026-03-12
see issue #1234567
write to ops@company.example about the invoice
https://docs.example/document/d/1aBcD3fGhIjKlMnOpQrStUvWxYz0123456789abcd/edit
use sk-learn-contrib-project-template
api-gateway-2024-migration-plan-final-v2
user: mara / jonas
密码错误
密码忘了，重置一下
请输入密码
密码至少8位
密码是加密存储的
验证码收不到
验证码 5 分钟有效
口令红包抢到了
账号 admin 没有权限
电话会议改到 15:30
卡号校验用 Luhn
手机号必填
""".strip().splitlines()


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert redact(text) == text


# ---------------------------------------------------------------- numbers of persons


@pytest.mark.parametrize(
    ("text", "number", "regions"),
    [
        ("my number is {}", "(212) 555-0187", ("US",)),
        ("call me at {}", "+49 151 23456789", ("US",)),
        ("call me at {}", "0049 151 23456789", ("US",)),
        ("the line is {}", "(0044) 20 7946 0958", ()),
        ("ring {} tomorrow", "020 7946 0958", ("GB",)),
        ("手机{}，有事打我", "138" + "12345678", ("CN",)),
        ("电话 {}", "010-62345678", ("CN",)),
        ("mobil {}", "0151 23456789", ("DE",)),
    ],
)
def test_a_phone_number_goes_by_the_plans_of_the_chosen_regions(
    text: str, number: str, regions: tuple[str, ...]
) -> None:
    said = text.format(number)
    assert number not in redact(said, Redaction(regions))
    if not number.startswith(("+", "00", "(00")):
        assert redact(said, Redaction(("SG",))) == said


@pytest.mark.parametrize(
    "before", ["phone is ", f"{'x ' * 10}phone is ", f"{'x ' * 11}phone is ", f"{'x ' * 30}phone is "]
)
def test_a_number_is_known_by_the_words_before_it_wherever_it_stands_in_a_text(before: str) -> None:
    number = "202" + "4561111"
    assert number not in redact(f"{before}{number}", Redaction(("US",)))
    assert number in redact(f"phone {'x ' * 12}{number}", Redaction(("US",)))


def test_a_private_address_goes_and_one_at_work_stays() -> None:
    private = "jane.doe" + "@gmail.com"
    assert redact(f"mail {private} or billing@company.example") == (
        "mail ‹private address removed› or billing@company.example"
    )


def test_a_number_with_a_wrong_check_digit_stays() -> None:
    card = made({"check": "is_card", "shape": "4##############?"}, random.Random(3))
    wrong = card[:-1] + str((int(card[-1]) + 1) % 10)
    assert card not in redact(f"paid with {card} today")
    assert wrong in redact(f"paid with {wrong} today")


# ---------------------------------------------------------------- properties

_WORD = st.sampled_from(
    [*" ".join(ORDINARY).split(), "token", "secret:", "密码是", "pwd=", "\n", "login", "is", "‹", "›"]
)
_PIECES = st.lists(st.one_of(_WORD, st.integers(0, len(ROWS) - 1)), max_size=12)


def told(pieces: list[str | int], seed: int) -> tuple[str, list[str]]:
    """A text of ordinary words and of examples of rows, and the values in it."""
    said, values = [], []
    for piece in pieces:
        if isinstance(piece, int):
            text, value = examples(ROWS[piece], seed)[0]
            said.append(text)
            values.append(value)
        else:
            said.append(piece)
    return "\n".join(said), values


@given(_PIECES, st.integers(0, 3))
def test_redaction_leaves_no_value_and_changes_nothing_the_second_time(pieces: list[str | int], seed: int) -> None:
    text, values = told(pieces, seed)
    redacted = redact(text)
    assert not any(value in redacted for value in values)
    assert redact(redacted) == redacted
    assert not redact(redacted).removed


@given(st.text(max_size=200))
def test_any_text_is_redacted_once_and_for_all(text: str) -> None:
    redacted = redact(text)
    assert redact(redacted) == redacted
    if not redacted.removed:
        assert redacted == text


@pytest.mark.promise(5, "texts of 40,000 characters that nearly match, each read in time")
def test_long_texts_that_nearly_match_take_no_long_time(sized: Sized, figures: Figures) -> None:
    size = sized(quick=8_000, full=40_000)
    begun = [
        *(
            "password " * 3,
            "password for the ",
            "key of ",
            "a@",
            "://",
            "-----BEGIN PRIVATE KEY-----",
            "1 ",
            "1-",
            "+1",
        ),
        *(
            "密码",
            "密码是 ",
            "账号",
            "eyJ",
            "user: ",
            "curl -u ",
            "mysql -p",
            "<password>",
            "token=",
            "4111 ",
            "A",
            "aB3",
        ),
        *(
            "login a password ",
            "seed phrase: abc ",
            "&token=",
            "x.",
            "验证码",
            "--token ",
            "Cookie: a",
            "is the ",
            "AA11 ",
        ),
    ]
    slowest = 0.0
    for piece in dict.fromkeys(begun):
        text = (piece * size)[:size]
        start = time.thread_time()
        redact(text)
        slowest = max(slowest, time.thread_time() - start)
    figures("slowest of these texts, seconds", round(slowest, 2))
    assert slowest < 4


def test_marks_are_found_again_and_nothing_is_found_by_them() -> None:
    for reason in REASONS:
        for language in ("so it is", "就是这样"):
            made_mark = mark(reason, language)
            assert marks_in(f"a {made_mark} b") == [(2, 2 + len(made_mark))]
            assert without_marks(f"a {made_mark} b") == "a  b"


# ---------------------------------------------------------------- what is made of a value


def test_nobody_but_redaction_makes_a_redacted_text() -> None:
    for seal in (None, object(), "seal"):
        with pytest.raises(TypeError):
            RedactedText("words", (), seal)
    real = redact("words")
    assert copy.copy(real) is copy.deepcopy(real) is real


def test_a_long_key_is_known_again_by_its_fingerprint_and_nothing_else_is() -> None:
    key, password = made({"alphabet": "lower", "length": 30}, random.Random(1)) + "77", "tiger" + "2024"
    said = f"client_secret: {key}"
    (one,), (again,) = (redact(said, Redaction(key=b"k" * 32)).removed for _ in range(2))
    (other,) = redact(said, Redaction(key=b"o" * 32)).removed
    assert one.fingerprint == again.fingerprint != other.fingerprint
    assert len(one.fingerprint) == 16
    assert redact(said).removed[0].fingerprint == ""
    assert redact(f"password: {password}", Redaction(key=b"k" * 32)).removed[0].fingerprint == ""
    assert key not in repr(one)


def test_the_sorts_of_secrets_in_a_text_are_told_once_each() -> None:
    assert holds_secret("password: " + "tiger" + "2024, pwd: " + "lion" + "2025, +49 151 23456789") == (
        "password",
        "phone",
    )
    assert holds_secret("nothing to see") == ()


def test_every_alphabet_of_a_row_is_known() -> None:
    assert {row["alphabet"] for row in ROWS if "alphabet" in row} <= ALPHABETS.keys()


def test_a_chain_of_values_without_a_space_is_taken_out_as_one() -> None:
    """Each value taken out lays the next one bare; a chain made on purpose must not be gone through link by link."""
    chain = ("pw:" + "A1" + "z" * 98) * 50
    redacted = redact(f"see {chain} there")
    assert "zz" not in redacted
    assert (redacted[:4], redacted[-6:]) == ("see ", " there")
    assert len(redacted.removed) < 10


def test_no_value_is_remembered_in_a_compiled_pattern() -> None:
    value = made({"alphabet": "mixed", "length": 30}, random.Random(3))
    redact(f"token={value} and once more {value}")
    assert not [key for key in re._cache if value in str(key)]  # type: ignore[attr-defined]
