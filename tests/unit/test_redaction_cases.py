"""Single cases of what counts as a password, a key, a code or a number of somebody's, and what only looks like one."""

from __future__ import annotations

import random

import pytest

from benchmarks.fake_secrets import made
from bot.phone_numbers import known_regions
from bot.redaction import Redaction, redact

CHANCE = random.Random(4)
WORD, PIN, CHOSEN = "sword" + "fish", "48" + "2913", "tiger" + "2024!"
PHRASE = "correct-horse-" + "battery-staple"
SIGNS = "i(EG7" + made({"alphabet": "printable", "length": 30}, CHANCE)
LONG = "aB" + made({"alphabet": "letters", "length": 24}, CHANCE).title() + "7"
HEX = made({"alphabet": "hex", "length": 32}, CHANCE) + "0a1b"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("the new password: {}", WORD),
        ("PASSWORD={}", WORD),
        ('password: "{}", and so on', WORD),
        ("the vault passphrase: {}", PHRASE),
        ("the password is `{}` there", WORD),
        ("the password of the box is {}, not to be told", PIN),
        ("use {} as the password", CHOSEN),
        ("密码是{}", WORD),
        ("密码{}", PIN),
        ("支付密码是 {}，别告诉别人", PIN),
        ("SECRET_KEY = '{}'", SIGNS),
        ("the signing key is {} for now", LONG),
        ("token: {}", HEX),
        ("my api key is {}", "123e4567-" + "e89b-12d3-a456-426614174000"),
        ("login code: {}", "4829" + "13"),
        ("recovery code is {}", "8f3a-" + "92bc"),
        ("root/{} on that box", CHOSEN),
        ("psql postgres://mara:{}@db/app", "a@b" + "c9"),
        ("passport: {}", "C01X0" + "0T47"),
        ("password is {}", "!!##" + "%%&&"),
        ("password is {} and stays", "hunTER" + "Fish"),
    ],
)
def test_a_secret_goes(text: str, value: str) -> None:
    assert value not in redact(text.replace("{}", value))


@pytest.mark.parametrize(
    "text",
    [
        "password: swordfish (see the wiki for why)",
        "password: abc",
        "password: ab-cd and then some",
        "let password: swordfish",
        "password: schön",
        "password: ‹password removed›",
        "the password is 2nd on the list",
        "the password is 2026-03-12 old",
        "the password is fairly long",
        "password: 2nd",
        "password = 1.2.3",
        "the password 3rd party",
        "use that as the password",
        "密码 v2",
        "密码是 2026-03-12 改的",
        "密码是 null",
        'password: "it is the same as before"',
        'password: "one two three four five six seven eight nine ten eleven"',
        "token: build-7-of-12",
        "key: 1.2.3.4.5.6.7",
        "the key is retry-after-30-seconds-v2-of-the-client",
        "secret: aaaaaaaaaaaaaaaa11",
        "api key: process.env.API_KEY_2",
        "the API key is 2026-03-12T10:00:00",
        "verification code is 2026",
        "the security code is 42",
        "the login code is 3rd",
        "reset code is broken",
        "login with google2",
        "admin/users2",
        "passport 12",
        "?token=abcdef",
        "Cookie: consent=acceptedalways",
        "see <https://example.org/list?list=PLXr4KViVC0qIgkwFFzM0weaoOfAl16Y>",
        "THIS_IS_A_LONG_CONSTANT_NAME_2_OF_3_IN_CAPITALS",
        "a" * 30 + "B1c2D3e4",
        "sk-learn-contrib-project-template",
        "4111 1111 1111 1112 is no card",
        "0000000000000000",
    ],
)
def test_what_only_looks_like_one_stays(text: str) -> None:
    assert redact(text) == text


def test_a_part_of_an_address_is_no_heap() -> None:
    document = made({"alphabet": "mixed", "length": 44}, random.Random(8)) + "a1B2c3D4"
    assert document in redact(f"https://example.org/d?id=x,{document}")
    assert document not in redact(f"here: {document}")


@pytest.mark.parametrize(
    "text",
    [
        "+1 23",
        "(+99) 123 456 789 012 345",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20",
        "rows 2125550187 of it",
        "at 2017-05-11 12:30:15",
        "+999 123 456 789",
    ],
)
def test_a_run_of_digits_is_no_phone_number(text: str) -> None:
    assert redact(text, Redaction(("US",))) == text


def test_a_number_is_a_phone_number_where_the_words_before_it_say_so() -> None:
    bare = "212" + "5550187"
    assert redact(f"call {bare} now", Redaction(("US",))) == "call ‹phone number removed› now"
    assert redact(f"row {bare} now", Redaction(("US",))) == f"row {bare} now"


def test_a_long_list_of_numbers_goes_to_its_last() -> None:
    numbers = [f"+49 151 {23000000 + number}" for number in range(1_000)]
    redacted = redact("\n".join(numbers))
    assert not any(number in redacted for number in numbers)
    assert len(redacted.removed) == 1_000


def test_regions_are_those_with_a_numbering_plan() -> None:
    assert {"US", "GB", "CN", "DE"} <= known_regions()
    assert "XX" not in known_regions()


@pytest.mark.parametrize(
    ("text", "recipe"),
    [
        ("卡号是{}没错", {"check": "is_card", "shape": "4##############?"}),
        ("他的{}别外传", {"check": "cn.ric", "shape": "11010519900307###?"}),
        ("发到{}吧", [{"alphabet": "lower", "length": 8}, {"text": "@qq.com"}]),
        ("机器人{}在用", [{"alphabet": "digits", "length": 9}, {"text": ":AA"}, {"alphabet": "lower", "length": 33}]),
        ("打{}找我", {"text": "138" + "12345678"}),
        ("电话:{}谢谢", {"text": "138" + "12345678"}),
        ("卡号{}是公司的", {"check": "is_card", "shape": "6222 #### #### #### ##?"}),
    ],
)
def test_chinese_words_right_beside_a_value_do_not_hide_it(text: str, recipe: dict[str, str]) -> None:
    value = made(recipe, CHANCE)
    assert value not in redact(text.replace("{}", value))
