"""The recovery code: what it is made of, how it is typed, and what alone is kept of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.recovery import ALPHABET, GROUP, GROUPS, fits, new_code, read_code, seal_of, shown

CODE = "8MGSDXD0W3Y60M5Q5X07HRCW"


def test_a_code_is_six_groups_of_four_that_nobody_mistakes() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    for code in codes:
        groups = code.split("-")
        assert (len(groups), {len(group) for group in groups}) == (GROUPS, {GROUP})
        assert set(code) <= {*ALPHABET, "-"}
        assert not set(code) & set("ILOU")
        assert read_code(code) == code.replace("-", "")


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        shown(CODE),
        CODE.lower(),
        " ".join(CODE),
        shown(CODE).replace("-", " – "),
        CODE.replace("0", "O"),
        f" {CODE}\n",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == CODE


def test_every_single_slip_is_noticed() -> None:
    for place, right in enumerate(CODE):
        for wrong in set(ALPHABET) - {right}:
            assert read_code(CODE[:place] + wrong + CODE[place + 1 :]) is None


def test_nearly_every_swap_of_neighbours_is_noticed() -> None:
    swapped = [CODE[:n] + CODE[n + 1] + CODE[n] + CODE[n + 2 :] for n in range(len(CODE) - 1)]
    missed = [one for one in swapped if one != CODE and read_code(one) is not None]
    assert len(missed) <= 1  # the two ends of the alphabet


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_is_none(text: str) -> None:
    assert read_code(text) is None or len(read_code(text) or "") == GROUPS * GROUP


def test_what_is_kept_tells_the_code_and_nothing_else_does() -> None:
    code = new_code()
    seal = seal_of(code)
    assert code.replace("-", "") not in seal
    assert fits(seal, seal_of(code.lower().replace("-", " ")))
    assert not fits(seal, seal_of(new_code()))
    assert not fits("", seal)
    assert not fits("", seal_of(""))
    assert len(seal_of("\udcff no code at all")) == len(seal)
