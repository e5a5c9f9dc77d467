"""The weekly note: on Friday, once, without content in the notice, with the head of the chain to compare."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.web.translate import person_ref
from bot.audit import AuditEntry, Happening
from bot.views import Fold, Item, Text
from bot.weekly import KEPT, WeeklyNote
from tests.scenario.life_of_a_consent import LAST_MOMENT, all_of, button, page, told
from tests.scenario.stage_door import CACHE, StageDoor, shown

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.promise(14, "a note on Friday, once a week, with the chain's head; cut, exchanged and forged chains"),
]
FRIDAY = datetime(2026, 3, 6, 8, 0, tzinfo=UTC)  # 09:00 in Berlin
WEEK = timedelta(days=7)


async def notes(door: StageDoor) -> tuple[WeeklyNote, ...]:
    return await door.core.stage.store.read(person_ref("mara"), lambda tx: tx.notes.all()) or ()


async def texts(door: StageDoor) -> list[str]:
    return [e.text for e in all_of(shown(await door.press("mara", "weekly")), Text)]


async def facts(door: StageDoor) -> dict[str, str]:
    view = shown(await door.press("mara", "weekly"))
    return {label: value for e in view.elements if type(e).__name__ == "Facts" for label, value in e.rows}  # type: ignore[union-attr]


async def test_it_comes_on_friday_in_the_workers_hours_once_and_says_nothing_of_its_content(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.approve("mara", draft_id)
    await door.advance_to(FRIDAY - timedelta(seconds=1))
    assert await notes(door) == ()
    await door.advance(seconds=1)
    (notice,) = await told(door, "weekly")
    assert (notice.text, notice.quiet) == ("Your weekly note is here.", True)
    (note,) = await notes(door)
    for _ in range(9):
        await door.advance(hours=1)
        await door.restart()
    assert await notes(door) == (note,)
    assert [n.at for n in await told(door, "weekly")] == [notice.at]


async def test_it_tells_in_counts_what_happened_and_where_the_chain_ends(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.approve("mara", draft_id)
    await door.ask("pia", "mara", "where does the build cache live?")
    await door.advance_to(FRIDAY)
    (note,) = await notes(door)
    rows = await facts(door)
    assert await told(door, "weekly") == [], "a note that is being read is still told of"
    assert rows["Messages logged"] == "1"
    assert (rows["Questions to your double"], rows["Replies posted"]) == ("2", "1")
    assert (rows["Entries"], rows["Last link, to copy and compare"]) == (str(note.length), note.mac)
    assert len(note.mac) == 64
    assert not [t for t in await texts(door) if CACHE in t]
    await door.say("mara", "build", "of the second week")
    await door.advance_to(FRIDAY + WEEK)
    rows = await facts(door)
    assert "Replies posted" not in rows, "what the last note told is told again"
    assert rows["Messages logged"] == "1"


async def test_a_week_in_which_nothing_happened_brings_no_note(door: StageDoor) -> None:
    await door.join("mara")
    await door.advance_to(FRIDAY)
    assert len(await notes(door)) == 1
    await door.advance_to(FRIDAY + WEEK)
    assert len(await notes(door)) == 1


async def test_neither_a_restart_nor_a_jump_of_the_clock_brings_a_second_note(door: StageDoor) -> None:
    await door.join("mara")
    await door.advance_to(FRIDAY)
    await door.say("mara", "build", "after the note")
    for back in (timedelta(hours=1), WEEK, 3 * WEEK):
        door.clock._now = FRIDAY - back
        await door.restart()
        assert len(await notes(door)) == 1
    door.clock._now = FRIDAY + 4 * WEEK
    await door.restart()
    await door.advance(hours=2)
    assert [n.week for n in await notes(door)] == ["2026-W10", "2026-W14"]


async def test_none_comes_while_the_double_is_asleep_and_none_to_who_has_not_joined(door: StageDoor) -> None:
    await door.join("mara")
    await door.advance_to(LAST_MOMENT + timedelta(days=2, hours=11))  # a Friday
    assert door.clock.now().weekday() == 4
    assert await notes(door) == ()
    assert await told(door, "weekly") == []


async def test_only_the_newest_twelve_are_kept(door: StageDoor) -> None:
    await door.join("mara", until="2026-12-31")
    for week in range(KEPT + 3):
        await door.advance_to(FRIDAY + week * WEEK)
        await door.say("mara", "build", f"said in week {week}")
    kept = await notes(door)
    assert len(kept) == KEPT
    assert kept[-1].week == "2026-W24"


async def test_the_page_says_whether_todays_chain_still_contains_the_last_head(door: StageDoor) -> None:
    await door.join("mara")
    await door.advance_to(FRIDAY)
    await door.command("mara", "pause")
    (row,) = [i for i in all_of(await page(door), Item) if i.text.startswith("Weekly note of Mar 6")]
    assert row.text.endswith("all still there.")
    assert shown(await door.press("mara", button(row, "weekly").name)).kind == "weekly"
    assert any(t.startswith("Checked just now: every link of your chain") for t in await texts(door))


async def test_a_chain_that_was_written_anew_does_not_contain_an_earlier_head(door: StageDoor) -> None:
    await door.learn_and_ask()
    await door.advance_to(FRIDAY)

    def forge(tx: Any) -> None:  # with the worker's own key, as only who runs the server could
        kept = [c.entry for c in tx.audit.entries()]
        tx.audit._state.audit.clear()
        tx.audit._state.audit_head = None
        for entry in kept[:-1]:
            tx.audit.append(entry)
        tx.audit.append(AuditEntry(Happening.PAUSED, door.clock.now(), "", {"grants": 1}))

    await door.core.stage.store.run(person_ref("mara"), forge)
    assert any("does not contain the link below any more" in t for t in await texts(door))
    (row,) = [i for i in all_of(await page(door), Item) if i.text.startswith("Weekly note of")]
    assert "does not contain its" in row.text


async def test_earlier_notes_stay_to_be_compared(door: StageDoor) -> None:
    await door.join("mara", until="2026-12-31")
    for week in range(3):
        await door.advance_to(FRIDAY + week * WEEK)
        await door.say("mara", "build", f"said in week {week}")
    view = shown(await door.press("mara", "weekly"))
    (earlier,) = [e for e in view.elements if isinstance(e, Fold)]
    rows = [e for e in earlier.elements if isinstance(e, Item)]
    assert [(r.text, r.details) for r in rows] == [
        ("Mar 13", ("still in your chain",)),
        ("Mar 6", ("still in your chain",)),
    ]


async def test_whoever_has_no_note_is_told_when_one_comes(door: StageDoor) -> None:
    await door.join("mara")
    view = shown(await door.press("mara", "weekly"))
    assert "every Friday" in view.elements[0].text  # type: ignore[union-attr]
