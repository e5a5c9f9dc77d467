"""docs/threat-model.md says the same as the window in which people join, and the figures of the code."""

from __future__ import annotations

import re

import pytest

from bot.words import Words
from storage.cover import STEP_PAGES
from storage.files import FEWEST_SPARES, FILES_AT_A_TIME
from tests.architecture.source import ROOT

PAGE = (ROOT / "docs" / "threat-model.md").read_text("utf-8")


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_what_cannot_be_promised_is_said_word_for_word(language: str) -> None:
    _, _, said = flat(Words(language, "UTC").say("consent.explain_limits")).replace("：", ": ", 1).partition(": ")
    assert len(said) > 100
    assert said[1:] in flat(PAGE)


def test_readme_and_the_page_for_who_was_ordered_lead_there() -> None:
    assert "docs/threat-model.md" in (ROOT / "README.md").read_text("utf-8")
    assert "threat-model.md" in (ROOT / "docs" / "ordered-to.md").read_text("utf-8")


def test_the_figures_are_those_of_the_code() -> None:
    assert (FILES_AT_A_TIME, FEWEST_SPARES, STEP_PAGES * 4096) == (16, 4, 1 << 20)
    for said in ("multiple of sixteen", "fewer than four are spare", "more than twelve joined", "1 MiB"):
        assert said in PAGE
