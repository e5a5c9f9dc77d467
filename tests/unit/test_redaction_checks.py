"""Each look at what a pattern found, at its edges: one sign more or fewer decides.

In a text of these cases the value stands between « and »; `"«…»"` says that it was quoted.
"""

from __future__ import annotations

import re
import string

import pytest
from stdnum import luhn

from bot.redaction_checks import check_named

WORD = "sword" + "fish"
HEAP = "abcD1efG2" + "hiJ3klM"
SIGNS = "{aB1!cD2@eF3#gH4$iJ5^kL6"


def is_one(check: str, text: str) -> bool:
    """Whether a check says yes to the value that stands between the marks."""
    before, _, rest = text.partition("«")
    value, _, after = rest.partition("»")
    is_quoted = before.endswith('"')
    quote = '"' if is_quoted else ""
    found = re.compile(f"(?P<quote>{quote})(?P<value>.{{{len(value)}}})", re.DOTALL).match(
        f"{before}{value}{after}", len(before) - len(quote)
    )
    assert found is not None
    return check_named(check)(found)


def each(check: str, good: str, bad: str) -> list[tuple[str, str, bool]]:
    """Cases of one check, one a line; `·` stands for a line break within one."""
    return [
        (check, text.replace("·", "\n"), is_good)
        for texts, is_good in ((good, True), (bad, False))
        for text in texts.strip("\n").splitlines()
    ]


PASSWORD_GIVEN = each(
    "is_password_given",
    f"""
password: «tiger2024»
password: «1234» and more
password: «12345» and more
password: «!!##%&#&» and more
password: «tiger!lily» and more
password: «!!##%&» and more
password: «abc1» and more
password: "«abcd»" and more
password: "«ab-cdefghijk»" and more
password: "«ab-cdefghijklm»" and more
a=«{WORD}», and more
a=«{WORD}»,x more
password=«{WORD}», and more
password: «{WORD}»
password: «{WORD}»·and more
f(x)·password: «{WORD}»
f(·password: «{WORD}»
password: «abcde»
""",
    f"""
password: «a1»
password: «$tiger2024»
password: «SHA256»
password: "«123»"
password: "«!!##%»"
password: "«abc»"
password: "«schön»"
password: "«ab-cdefghij»"
password: "«a-bcdefghijkl»"
password: «abcd»
a=«{WORD}»/more
a:«{WORD}», and more
ax«{WORD}», and more
a=«abcd», and more
password: «{WORD}» is it
let password: «{WORD}»
a·(«{WORD}»
a·let password: «{WORD}»
password: «ab1» and more
password: «12th» and more
password: «v1.2.3» and more
""",
)
PASSWORD_TOLD = each(
    "is_password_told",
    """
the password is «tiger2024»
the password is «1234»
the password is «1830»
the password is "«abcd»"
the password is "«abcdef»"
""",
    """
the password is «$tiger2024»
the password is «sha256»
the password is "«12th»"
the password is «2026»
the password is «abcd»
the password is "«abc»"
the password is "«schöne»"
the password is "«ab-cd»"
""",
)
PASSWORDS_BY_LOOK = [
    *each(
        "is_password_bare",
        "«ab1cd» password\n«hunTER2» password\n«hunTER» password",
        "«ab1c» pw\n«$ab1cd» pw\n«sha256» pw\n«abcdef» pw",
    ),
    *each(
        "is_password_strong",
        "«abc1def!» is it\n«Abc1def» is it\n«ABCDEF1» is it\n«abc1d#f» is it",
        "«abc1def» x\n«abcdef#x» x\n«1234!5» x\n«sha256!» x\n«Abcdefg» x",
    ),
    *each(
        "is_password_zh",
        f"密码是«{WORD}»\n密码是«abcde»\n密码是«tiger2024»\n密码是«1234»",
        "密码是«abcd»\n密码是«ab-cde»\n密码是«2026»\n密码是«SHA256»\n密码是«$abc12»\n密码是«a1»",
    ),
    *each(
        "is_phrase",
        '"«tiger lily»"\n"«Tiger THE lily»"\n"«a1 b2 c3 d4 e5 f6 g7 h8 i9 j0»"',
        '"«tiger»"\n"«tiger the»"\n"«tiger lily the a»"\n"«a1 b2 c3 d4 e5 f6 g7 h8 i9 j0 k1»"\n"«$tiger lily»"',
    ),
    *each("is_odd", "x «abc1»\nx «aBaC»\nx «1.2.3x»", "x «abc»\nx «Password»\nx «1.2.3»\nx «v1.2»\nx «$abc1»"),
    *each("is_given", f"-p «{WORD}»", "-p «Secret»\n-p «$SECRET»\n-p «»"),
    *each("is_no_blank", f"x «{WORD}»\nx «secret»", "x «»\nx «‹password»\nx «removed›»\nx «<password>»"),
]
KEYS = each(
    "is_key",
    f"""
key «a1b2c3d4e5»
key «deadbeefdeadb-12»
key «deadbeefdeadbeefde-12»
key "«{SIGNS}»"
key "«{SIGNS}mN7»"
key "«{{{string.ascii_letters[:13]}12{string.ascii_letters[:8]}»"
key «abcdefghijklmnopqrstuvW1»
key «abcdefghijklmnopqrstuvWxyz1»
key «aaaa1111bbccddee»
key «1234567890ab»
key «1234567890Ab»
key «alphabetalphabet-30x9»
key «alphabet-betamax-30x-9y8»
key «abcdefghijklmno-betamax-30x9»
key «alpha-beta-gamma-3x-9y-8z»
key «123e4567-e89b-12d3-a456-426614174000»
""",
    f"""
key «a1b2c3d4e»
key «$a1b2c3d4e5»
key "«$a1b2c3d4e5»"
key «deadbeef-12»
key «deadbeefdead-12»
key «{SIGNS}»
key "«{SIGNS[:-1]}»"
key "«{{{string.ascii_letters[:12]}12{string.ascii_letters[:9]}»"
key "«{{aB1()cD2@eF3#gH4$iJ5^kL6»"
key «abcdefghijklmnopqrstuV1»
key «abcdefghijklmnopqrstuvwX»
key «abcdefghijklmnopqrstuvw1»
key «ABCDEFGHIJKLMNOPQRSTUVW1»
key «1234567890a»
key «aaaaaaaa11»
key «aabb112211»
key «alphabet-betamax-30x9»
key «alpha-beta-gamma-3x-9y»
key «abcdefghijklmn-betamax-30x9»
key «1.2.3.4.5.6.7»
""",
)
CODES = each(
    "is_code",
    "code «1234»\ncode «12345678»\ncode «12 34»\ncode «1234#»\ncode «ab1c»\ncode «ab1cd»\ncode «20260»",
    "code «123»\ncode «123456789»\ncode «2026»\ncode «ab1»\ncode «abcd»\ncode «12th»",
)
HEAPS = each(
    "is_heap",
    f"""
«{HEAP}»
«{HEAP}==»
«{HEAP}4»
see «{HEAP}»
https://x.example «{HEAP}»
see http://a.example then x/«{HEAP}»
«aBC1DbEF2GHcI3JKd»
«abcdefG1H2J3K»
«abc-D1efG2hJ3_Kl»
«abc-D1efG2hiJ3k_lM»
""",
    f"""
https://x.example/«{HEAP}»
see https://x.example/«{HEAP}»
«abcD1efG2hiJklMn»
«abcD1efG2hiJ3klm»
«aBC1DbEF2GHcI3JK»
«aBcD1e2FaBcD1e2F»
«abcdefgH1J2K3L»
«abc-D1efG2hi/J3k_lM»
«abc-D1-fG2hi/J3k/lM»
«abc-D1-fG2hi_J3k_lM»
«abc_D1efG2hi_J3k_lM»
«abc/D1efG2hi/J3k/lM»
«abc-D1efG2hi-J3k-lM»
«abc-D1fG2hiJ3_K»
""",
)
IDENTITIES = each(
    "is_identity",
    "no «12345a»\nno «123456»\nno «12-34-5a»\nno «12345abcdefghijklmno»",
    "no «12345»\nno «1234ab»\nno «12345abcdefghijklmnop»",
)


@pytest.mark.parametrize(
    ("check", "text", "is_good"),
    [*PASSWORD_GIVEN, *PASSWORD_TOLD, *PASSWORDS_BY_LOOK, *KEYS, *CODES, *HEAPS, *IDENTITIES],
)
def test_a_value_is_known_at_every_edge(check: str, text: str, is_good: bool) -> None:
    assert is_one(check, text) is is_good


@pytest.mark.parametrize(("length", "is_good"), [(12, False), (13, True), (16, True), (19, True), (20, False)])
def test_a_card_has_thirteen_to_nineteen_digits_that_add_up(length: int, is_good: bool) -> None:
    begun = ("4012" * 5)[: length - 1]
    number = begun + luhn.calc_check_digit(begun)
    assert is_one("is_card", f"paid with «{number}»") is is_good
    assert is_one("is_card", f"paid with «{number[:4]} {number[4:8]}-{number[8:]}»") is is_good
    wrong = begun + str((int(number[-1]) + 1) % 10)
    assert not is_one("is_card", f"paid with «{wrong}»")


def test_one_digit_again_and_again_is_no_card_and_two_may_be() -> None:
    assert luhn.is_valid("0" * 16)
    assert not is_one("is_card", f"paid with «{'0' * 16}»")
    two = next(n for n in (f"{k:016b}" for k in range(1, 9_999)) if luhn.is_valid(n))
    assert is_one("is_card", f"paid with «{two}»")


def test_a_check_that_is_not_of_this_house_is_python_stdnums() -> None:
    assert is_one("iban", "to «DE89370400440532013000»")
    assert not is_one("iban", "to «DE88370400440532013000»")
