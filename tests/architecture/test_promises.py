"""Every promise has a number, a sentence and tests that show it, and the page says what they found."""

from __future__ import annotations

import re

import pytest

from tests.architecture.source import ROOT
from tests.promises.catalogue import Part, Promise, chapters, promises
from tests.promises.marks import Marked, marked_tests
from tests.promises.page import page
from tests.promises.record import Case
from tests.promises.verdicts import Verdict, judge

MARKED = marked_tests()
BUILT = [(promise, part) for promise in promises() for part in promise.parts if part.is_built]
SHOWN = "tests/unit/test_a.py::test_one[a]"
MADE_UP = Promise(1, "One", "It is so.", (Part("in small", ("tests/unit/test_a.py",)), Part("in full", ())))


def test_the_promises_are_numbered_without_a_gap() -> None:
    assert [promise.number for promise in promises()] == list(range(1, 24))


def test_every_mark_names_a_promise_and_says_in_a_phrase_what_is_tried() -> None:
    known = {promise.number for promise in promises()}
    assert not [mark for mark in MARKED if mark.number not in known or not _is_phrase(mark)]


def _is_phrase(mark: Marked) -> bool:
    return 8 <= len(mark.tried) <= 140 and not mark.tried.endswith(".")


@pytest.mark.parametrize(("promise", "part"), BUILT)
def test_every_part_that_is_built_is_shown_by_a_test(promise: Promise, part: Part) -> None:
    assert any(mark.number == promise.number and part.is_shown_by(mark.test) for mark in MARKED), part.says


@pytest.mark.parametrize("promise", promises(), ids=lambda promise: promise.number)
def test_the_page_tells_of_every_promise_and_none_is_broken(promise: Promise) -> None:
    written = (ROOT / "docs" / "promises.md").read_text("utf-8")
    assert f"\n### {promise.number}. {promise.title}\n\n{promise.sentence}\n" in written
    (line,) = re.findall(rf"^\| {promise.number} \|.*$", written, re.MULTILINE)
    assert "**broken**" not in line
    assert all(f"| {part.says} | " in written for part in promise.parts)


def test_what_a_test_that_ran_has_shown_is_kept_as_far_as_it_is_built() -> None:
    assert judge(MADE_UP, [Case(SHOWN, [(1, "something")])]).verdict is Verdict.SO_FAR


@pytest.mark.parametrize(
    "run",
    [
        [],
        [Case(SHOWN, [(1, "something")], "skipped")],
        [Case(SHOWN, [(2, "something")])],
        [Case("tests/unit/test_b.py::test_one", [(1, "something")])],
        [Case(SHOWN, [(1, "something")]), Case("tests/unit/test_b.py::test_one", [(1, "more")], "failed")],
    ],
    ids=["nothing ran", "skipped", "another promise's", "another part's", "one failed"],
)
def test_what_no_test_has_shown_and_what_one_disproves_is_broken(run: list[Case]) -> None:
    finding = judge(MADE_UP, run)
    assert finding.verdict is Verdict.BROKEN
    assert finding.broken_by


def test_what_does_not_exist_is_not_built_and_breaks_nothing() -> None:
    none_built = Promise(1, "One", "It is so.", (Part("in full", ()),))
    assert judge(none_built, []).verdict is Verdict.NOT_BUILT


def test_a_figure_of_several_cases_is_one() -> None:
    counted = [Case(SHOWN, [(1, "kills")], figures=[("kills", n), ("share", f"{n} %")]) for n in (2, 3)]
    (trial,) = judge(MADE_UP, counted).trials
    assert (trial.tests, trial.figures) == (2, (("kills", 5), ("share", "2 % / 3 %")))


def test_a_page_says_which_promise_is_broken_and_why() -> None:
    findings = {promise.number: judge(promise, []) for promise in promises()}
    written = page(chapters(), findings, [("tried on", "a Monday")])
    assert "- tried on: a Monday\n" in written
    assert "| 4 | [Erased is erased](#4-erased-is-erased) | **broken** | – |" in written
    assert "Broken: nothing has shown: No planted word is left in any decrypted page" in written
