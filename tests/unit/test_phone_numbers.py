"""What is a telephone number and what is a run of digits: by its plan, its groups, and the words before it."""

from __future__ import annotations

import pytest

from bot.phone_numbers import is_phone_number, known_regions, phone_numbers

BARE = "212" + "5550187"
MOBILE = "138" + "12345678"
ABROAD = "151 " + "23456789"


@pytest.mark.parametrize(
    ("written", "before", "regions", "is_one"),
    [
        # begun with a sign: whatever its region, and where nobody has it yet too
        (f"+49 {ABROAD}", "", (), True),
        (f"＋49 {ABROAD}", "", (), True),
        (f"(+49) {ABROAD}", "", (), True),
        (f"（+49) {ABROAD}", "", (), True),
        ("+49 " + "1999 999999", "", (), True),
        ("+1 23", "call ", ("US",), False),
        ("+999 " + "123456789", "call ", ("US",), False),
        # as dialled from home to abroad
        (f"0049 {ABROAD}", "", (), True),
        (f"(0049) {ABROAD}", "", (), True),
        (f"（0049) {ABROAD}", "", (), True),
        ("001 212 555 0187", "", (), True),
        (f"0009 {ABROAD}", "", (), False),
        (f"00999 {ABROAD}", "", ("US",), False),
        (f"049 {ABROAD}", "", (), False),
        # a Chinese mobile, where numbers of China are looked for
        (MOBILE, "", ("CN",), True),
        (MOBILE, "", ("US", "CN"), True),
        (MOBILE, "", ("US",), False),
        (f"{MOBILE}9", "", ("CN",), False),
        # as written at home: grouped as its plan groups it, or said to be one
        ("212-555-0187", "", ("US",), True),
        ("(212) 555-0187", "", ("US",), True),
        ("212.555.0187", "", ("US",), True),
        ("212 555 0187", "", ("GB", "US"), True),
        ("212 555 0187", "", ("GB",), False),
        ("212 555 0187", "", (), False),
        ("212/555/0187", "", ("US",), False),
        ("21-2555-0187", "row ", ("US",), False),
        ("21-2555-0187", "call ", ("US",), True),
        (BARE, "row ", ("US",), False),
        (BARE, "call ", ("US",), True),
        (BARE, "Mobile (mine): ", ("US",), True),
        (BARE, "电话 ", ("US",), True),
        (BARE, "call\nrow ", ("US",), False),
        ("212-555-018", "call ", ("US",), False),
        ("123-456-7890", "call ", ("US",), False),
    ],
)
def test_a_run_of_digits_is_a_number_or_none(written: str, before: str, regions: tuple[str, ...], is_one: bool) -> None:
    assert is_phone_number(written, before, regions) is is_one


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"ring +49 {ABROAD}.", [f"+49 {ABROAD}"]),
        (f"ring +49 {ABROAD} (home)", [f"+49 {ABROAD}"]),
        (f"+49 {ABROAD}", [f"+49 {ABROAD}"]),
        (f"+49 {ABROAD}, +49 {ABROAD}", [f"+49 {ABROAD}"] * 2),
        (f"call {BARE}\nrow {BARE}", [BARE]),
        (f"call me any time at {BARE}", [BARE]),
        (f"call {'x ' * 12}{BARE}", []),
        (f"{BARE} was called", []),
        ("nothing of it, 12345 is none", []),
    ],
)
def test_numbers_are_found_where_they_stand_to_their_last_digit(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in phone_numbers(text, ("US",))] == found


@pytest.mark.parametrize("earlier", ["", "and so on, " * 9])
def test_a_word_says_what_a_number_is_from_four_and_twenty_signs_before_it_on(earlier: str) -> None:
    word = "whatsapp"
    for between, is_said in ((24 - len(word), True), (25 - len(word), False)):
        text = f"{earlier}{word}{'-' * (between - 1)} {BARE}"
        assert bool(phone_numbers(text, ("US",))) is is_said


def test_the_regions_are_two_capital_letters_each() -> None:
    assert all(len(region) == 2 and region.isupper() for region in known_regions())
    assert len(known_regions()) > 200
    assert known_regions() is known_regions(), "they are read anew for each text"
