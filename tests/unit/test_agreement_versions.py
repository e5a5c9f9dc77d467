"""The words of the agreement are of a version: whoever changes what they promise has to say so."""

from __future__ import annotations

import re
from pathlib import Path

from bot.agreement import STANDS_FROM, VERSION
from bot.drafts import text_digest
from bot.words import catalogue, shipped_locales

PAGE = Path(__file__).resolve().parents[2] / "docs" / "consent.md"
SENTENCES = ("agreement", "agreement_no_model", "agreement_local_model", "agreement_vendor_model")
OF_VERSION_2 = "976a30dd6eb5882f6062b3bc3b4703a2695b20d3fb931d805fda70bc75fe17df"


def test_words_that_change_are_a_new_version_with_a_line_in_its_page() -> None:
    whole = "\n".join(str(catalogue(loc)[f"consent.{name}"]) for loc in shipped_locales() for name in SENTENCES)
    assert (VERSION, text_digest(whole)) == (2, OF_VERSION_2), "new words: raise VERSION, tell it in docs/consent.md"


def test_the_page_tells_what_each_version_changed_and_none_is_left_out() -> None:
    told = [int(number) for number in re.findall(r"^\| (\d+) \|", PAGE.read_text("utf-8"), re.MULTILINE)]
    assert told == list(range(1, VERSION + 1))
    assert 1 <= STANDS_FROM <= VERSION


def test_what_was_agreed_to_under_the_first_words_still_holds() -> None:
    """None of the changes so far takes anything from a worker; one that does raises `STANDS_FROM`, and says so here."""
    assert STANDS_FROM == 1
