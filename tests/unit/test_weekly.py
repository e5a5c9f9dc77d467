"""The weekly note: when it is due, what it counts, and which chain still contains its head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.audit import AuditEntry, ChainedEntry, ChainHead, Happening, link
from bot.schedule import WorkingHours
from bot.weekly import COUNTS, SO_FAR, Beside, WeeklyNote, is_contained, is_due, note_of, week_of
from bot.words import catalogue, shipped_locales

pytestmark = pytest.mark.promise(14, "the weekly note: when, what is counted, and which chains contain its head")

FRIDAY = datetime(2026, 3, 6, 8, 0, tzinfo=UTC)
HOURS = WorkingHours()
KEY = bytes(range(32))
NOTE = WeeklyNote("2026-W10", FRIDAY, 2, "ab" * 32)


def chain(*happened: tuple[Happening, Mapping[str, int | str]]) -> tuple[list[ChainedEntry], ChainHead]:
    head: ChainHead | None = None
    entries = []
    for number, (happening, facts) in enumerate(happened):
        entry, head = link(KEY, head, AuditEntry(happening, FRIDAY + timedelta(minutes=number), "", {**facts}))
        entries.append(entry)
    assert head is not None
    return entries, head


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (FRIDAY, True),
        (FRIDAY - timedelta(seconds=1), False),
        (FRIDAY + timedelta(hours=9) - timedelta(seconds=1), True),
        (FRIDAY + timedelta(hours=9), False),
        (FRIDAY - timedelta(days=1), False),
        (FRIDAY + timedelta(days=1), False),
    ],
)
def test_a_note_is_due_in_the_workers_hours_of_friday(now: datetime, due: bool) -> None:
    assert is_due(now, "Europe/Berlin", HOURS, ()) is due


@pytest.mark.parametrize(
    ("days", "day"),
    [({0, 1, 2, 3}, 3), ({6, 0, 1, 2, 3}, 3), ({5, 6}, 6), ({4, 5, 6}, 4)],
)
def test_where_friday_is_free_it_is_the_last_working_day_before_it(days: set[int], day: int) -> None:
    hours = WorkingHours(time(9), time(18), frozenset(days))
    monday = datetime(2026, 3, 2, 10, tzinfo=UTC)
    due = [n for n in range(7) if is_due(monday + timedelta(days=n), "UTC", hours, ())]
    assert due == [day]


def test_none_is_due_for_a_week_that_has_one_nor_for_one_before_it() -> None:
    assert not is_due(FRIDAY, "Europe/Berlin", HOURS, [NOTE])
    assert is_due(FRIDAY + timedelta(days=7), "Europe/Berlin", HOURS, [NOTE])
    assert not is_due(FRIDAY - timedelta(days=7), "Europe/Berlin", HOURS, [NOTE])


def test_weeks_of_different_years_come_in_their_order() -> None:
    weeks = [week_of(date(2026, 12, 25)), week_of(date(2027, 1, 1)), week_of(date(2027, 1, 8))]
    assert weeks == ["2026-W52", "2026-W53", "2027-W01"]


def test_what_the_chain_records_since_the_last_note_is_counted_and_nothing_before() -> None:
    entries, head = chain(
        (Happening.JOINED, {}),
        (Happening.POSTED, {}),
        (Happening.ASKED, {}),
        (Happening.DRAFTED, {}),
        (Happening.EDITED, {}),
        (Happening.POSTED, {}),
        (Happening.DENIED, {}),
        (Happening.RETRACTED, {}),
        (Happening.UNDONE, {}),
        (Happening.REUSED, {}),
        (Happening.REFRESHED, {"new": 2, "changed": 3, "messages": 40}),
        (Happening.CLAIMS_DECIDED, {"kept": 5, "dropped": 1}),
        (Happening.CLAIMS_DECIDED, {"removed": 1}),
        (Happening.FORGOTTEN, {"messages": 7}),
        (Happening.FORGOTTEN, {"messages": "7"}),
    )
    note = note_of(entries, head, replace(NOTE, length=2, counts={SO_FAR: 3}), Beside(9, 4, 5), FRIDAY, "2026-W11")
    assert (note.week, note.at, note.length, note.mac) == ("2026-W11", FRIDAY, len(entries), head.mac)
    assert note.counts == {
        "messages": 9,
        "asked": 1,
        "refused": 4,
        "drafted": 1,
        "posted": 1,
        "edited": 1,
        "denied": 1,
        "taken_back": 2,
        "reused": 1,
        "learnt": 5,
        "dropped": 2,
        "forgotten": 7,
        "removed": 2,
        SO_FAR: 5,
    }
    assert list(note.counts) == [*COUNTS, SO_FAR]
    assert note_of(entries, head, None, Beside(), FRIDAY, "2026-W11").counts["posted"] == 2
    fewer = note_of(entries, head, replace(NOTE, counts={SO_FAR: 9}), Beside(0, 0, 5), FRIDAY, "2026-W11")
    assert "removed" not in fewer.counts, "less was redacted than before"
    assert note_of(entries[:1], head, None, Beside(), FRIDAY, "2026-W11").counts == {SO_FAR: 0}


def test_everything_counted_has_a_name_in_every_language() -> None:
    for locale in shipped_locales():
        assert all(f"weekly.count_{name}" in catalogue(locale) for name in COUNTS)


def test_a_chain_that_goes_on_contains_an_earlier_head_and_one_cut_exchanged_or_forged_does_not() -> None:
    entries, _ = chain(*[(Happening.POSTED, {"n": n}) for n in range(5)])
    note = replace(NOTE, length=3, mac=entries[2].mac)
    assert is_contained(note, entries)
    assert is_contained(note, entries[:3])
    assert not is_contained(note, entries[:2]), "cut"
    assert not is_contained(note, [entries[0], *entries[2:]]), "dropped"
    assert not is_contained(note, [*entries[:2], entries[3], entries[2]]), "swapped"
    forged, _ = chain(*[(Happening.POSTED, {"n": 9 - n}) for n in range(5)])
    assert not is_contained(note, forged), "written anew"
    assert not is_contained(replace(note, length=0), entries)
    assert not is_contained(note, [])


@pytest.mark.parametrize("length", [0, 1, 2, 3])
def test_each_entry_after_the_last_note_counts_and_none_up_to_it(length: int) -> None:
    entries, head = chain(*[(Happening.POSTED, {})] * 3)
    before = replace(NOTE, length=length, counts={}) if length else None
    note = note_of(entries, head, before, Beside(removed_in_all=4), FRIDAY, "2026-W11")
    assert note.counts.get("posted", 0) == 3 - length
    assert note.counts["removed"] == 4, "nothing was said of it before"


def test_the_latest_of_several_notes_says_whether_one_is_due() -> None:
    notes = [replace(NOTE, week="2026-W08"), replace(NOTE, week="2026-W09"), replace(NOTE, week="2026-W10")]
    assert not is_due(FRIDAY, "Europe/Berlin", HOURS, notes)
    assert is_due(FRIDAY, "Europe/Berlin", HOURS, notes[:2])
    assert NOTE.week == "2026-W10"


def test_every_length_up_to_the_end_is_contained_at_its_own_place_alone() -> None:
    entries, _ = chain(*[(Happening.POSTED, {})] * 5)
    for length in range(1, 6):
        note = replace(NOTE, length=length, mac=entries[length - 1].mac)
        assert is_contained(note, entries)
        assert not is_contained(replace(note, mac="0" * 64), entries)
        assert not is_contained(replace(note, mac="g"), entries)
    for length in (-1, 0):
        assert not is_contained(replace(NOTE, length=length, mac=entries[length - 1].mac), entries)
