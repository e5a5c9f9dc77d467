"""The strings that recall is measured on: they can be read, and none of them is a key as it stands in the file."""

from __future__ import annotations

import random

from benchmarks.redaction import NONE, UNSEEN, Line, read
from bot.redaction import redact


def lines() -> list[Line]:
    return list(read(UNSEEN, random.Random(1)))


def test_every_line_can_be_read_and_holds_its_value() -> None:
    found = lines()
    assert found
    assert all(line.text and line.kind and line.language and line.value in line.text for line in found)
    assert any(line.kind == NONE for line in found)


def test_no_key_stands_in_the_file_as_it_is_written() -> None:
    reasons = {removal.reason for removal in redact(UNSEEN.read_text("utf8")).removed}
    assert not reasons & {"key", "private_key"}


def test_a_value_counts_as_found_only_if_no_part_of_it_is_left() -> None:
    value = "tiger" + "2024"
    assert Line(f"password: {value}", value, "password", "en").is_caught
    assert not Line(f"it was {value}", value, "password", "en").is_caught
    assert not Line(f"password: {value}, or {value}77", value, "password", "en").is_caught
