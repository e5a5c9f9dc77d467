"""From what the tests of one run did to what is said of each promise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tests.promises.catalogue import Part, Promise
from tests.promises.record import Case, Figure


class Verdict(StrEnum):
    """What is said of a promise or a part of it."""

    KEPT = "kept"
    SO_FAR = "kept, as far as it is built"
    NOT_BUILT = "not built"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Trial:
    """What was tried in one way: how many tests, how many of them could not run here, and their figures together."""

    tried: str
    tests: int
    skipped: int
    failed: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a run found of one promise."""

    promise: Promise
    verdict: Verdict
    parts: tuple[tuple[Part, Verdict], ...]
    trials: tuple[Trial, ...]
    broken_by: tuple[str, ...]
    """The tests that failed, and the parts that no test has shown."""


def judge(promise: Promise, run: Iterable[Case]) -> Finding:
    """Say what a run found of a promise: nothing that is built is kept unless a test that ran has shown it."""
    cases = [case for case in run if any(number == promise.number for number, _ in case.marks)]
    parts = tuple((part, _of_part(part, cases)) for part in promise.parts)
    failed = [case.test for case in cases if case.outcome == "failed"]
    unshown = [f"nothing has shown: {part.says}" for part, verdict in parts if verdict is Verdict.BROKEN]
    broken_by = (*failed, *(unshown if not failed else ()))
    return Finding(promise, _of_whole(parts, broken_by), parts, _trials(promise.number, cases), broken_by)


def _of_part(part: Part, cases: list[Case]) -> Verdict:
    if not part.is_built:
        return Verdict.NOT_BUILT
    outcomes = [case.outcome for case in cases if part.is_shown_by(case.test)]
    return Verdict.KEPT if "passed" in outcomes and "failed" not in outcomes else Verdict.BROKEN


def _of_whole(parts: tuple[tuple[Part, Verdict], ...], broken_by: tuple[str, ...]) -> Verdict:
    found = {verdict for _, verdict in parts}
    if broken_by:
        return Verdict.BROKEN
    if found == {Verdict.NOT_BUILT}:
        return Verdict.NOT_BUILT
    return Verdict.SO_FAR if Verdict.NOT_BUILT in found else Verdict.KEPT


def _trials(number: int, cases: list[Case]) -> tuple[Trial, ...]:
    grouped: dict[str, list[Case]] = {}
    for case in cases:
        for marked, tried in case.marks:
            if marked == number:
                grouped.setdefault(tried, []).append(case)
    return tuple(_trial(tried, together) for tried, together in sorted(grouped.items()))


def _trial(tried: str, cases: list[Case]) -> Trial:
    outcomes = [case.outcome for case in cases]
    noted = [figure for case in cases for figure in case.figures]
    return Trial(tried, len(cases), outcomes.count("skipped"), outcomes.count("failed"), _together(noted))


def _together(noted: list[Figure]) -> tuple[Figure, ...]:
    """Whole numbers of one kind are added up; anything else is said once for each value."""
    values: dict[str, list[int | float | str]] = {}
    for what, value in noted:
        values.setdefault(what, []).append(value)
    return tuple((what, _one(of_kind)) for what, of_kind in values.items())


def _one(values: list[int | float | str]) -> int | float | str:
    counts = [value for value in values if isinstance(value, int)]
    if len(counts) == len(values):
        return sum(counts)
    return values[0] if len(values) == 1 else " / ".join(dict.fromkeys(map(str, values)))
