"""A worker's time zone and language, on a platform that tells neither: what they chose, else what the house says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.web.translate import person_ref
from bot.events import Loss
from bot.policy import Policy
from bot.preferences import Preferences
from bot.views import Choices, Facts, Item, Refusal, TextField, View
from storage.memory import MemoryStore
from storage.store import SqliteStore
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, refused, said, shown, stage_door
from tests.scenario.taking_along import contents_of

pytestmark = pytest.mark.anyio
POLICY = Policy(time_zone="Asia/Kolkata", locale="en")
SENTENCE = (
    "There is no time zone “{}”. Write one by its name, such as Europe/Berlin, America/New_York or Asia/Shanghai."
)


@pytest.fixture(params=["memory", "files"])
async def door(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[StageDoor]:
    """A house in Kolkata, whose platform tells nothing of Mara but the language of her last step."""
    store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "double", ballast_bytes=4096)
    async with stage_door(tmp_path, store, POLICY) as opened:
        opened.line.untold = {"mara": "en-GB"}
        yield opened


async def preferences(door: StageDoor, person: str = "mara") -> Preferences:
    kept = await door.core.stage.store.read(person_ref(person), lambda tx: tx.keepsakes.preferences())
    assert kept is not None
    return kept


def zone_fields(view: View) -> list[TextField]:
    return [e for e in view.elements if isinstance(e, TextField) and e.name == "time_zone"]


async def proposed(door: StageDoor, person: str = "mara") -> list[str]:
    return [field.value for field in zone_fields(shown(await door.command(person, "join")))]


def zones_told(view: View) -> list[str]:
    rows = [row for e in view.elements if isinstance(e, Facts) for row in e.rows]
    return [value for name, value in rows if name == "Time zone"]


async def helped(door: StageDoor, person: str) -> dict[str, str]:
    (facts,) = [e for e in shown(await door.command(person, "help")).elements if isinstance(e, Facts)]
    return dict(facts.rows)


# ---------------------------------------------------------------- the form


async def test_the_form_asks_for_a_time_zone_where_the_platform_tells_none_and_nowhere_else(door: StageDoor) -> None:
    (field,) = zone_fields(shown(await door.command("mara", "join")))
    assert (field.label, field.value) == ("My time zone", "Asia/Kolkata")
    assert "Europe/Berlin" in field.hint
    assert await proposed(door, "jonas") == []


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (" europe/berlin ", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("America/New York", "America/New_York"),
        ("new york", "America/New_York"),
        ("UTC", "UTC"),
    ],
)
async def test_the_chosen_time_zone_is_on_the_receipt_on_the_page_and_in_the_next_form(
    door: StageDoor, written: str, zone: str
) -> None:
    assert zones_told(await door.join("mara", time_zone=written)) == [zone]
    assert zones_told(shown(await door.command("mara", "status"))) == [zone]
    assert await proposed(door) == [zone]


@pytest.mark.parametrize("written", ["Mars/Olympus", "Europe", "GMT+8", "/etc/passwd", "../UTC", "Berlin " * 9])
async def test_a_time_zone_that_there_is_none_is_refused_and_nobody_joins(door: StageDoor, written: str) -> None:
    refusal = await door.submit_form("mara", time_zone=written)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.sentence) == ("bad_value", SENTENCE.format(written[:60]))
    assert not await door.holds("mara")


@pytest.mark.parametrize("written", [5, None, ["UTC"], {"a": 1}, True])
async def test_what_is_no_text_is_no_time_zone(door: StageDoor, written: Any) -> None:
    assert refused(await door.submit_form("mara", time_zone=written)) == "bad_value"
    assert not await door.holds("mara")


async def test_who_leaves_it_empty_goes_by_the_houses_until_they_choose(door: StageDoor) -> None:
    assert zones_told(await door.join("mara", time_zone="")) == ["Asia/Kolkata"]
    assert (await preferences(door)).time_zone == ""
    await door.join("mara", time_zone="Europe/Berlin")
    await door.join("mara", time_zone="")
    await door.join("mara")
    assert (await preferences(door)).time_zone == "Europe/Berlin"


async def test_where_the_platform_tells_it_nothing_is_noted_whatever_is_sent(door: StageDoor) -> None:
    receipt = await door.join("jonas", time_zone="Mars/Olympus")
    assert zones_told(receipt) == zones_told(shown(await door.command("jonas", "status"))) == []
    kept = await preferences(door, "jonas")
    assert (kept.time_zone, kept.locale) == ("", "")


async def test_what_was_chosen_is_in_what_the_worker_takes_along(door: StageDoor) -> None:
    await door.join("mara", time_zone="Europe/Berlin")
    (told,) = (await contents_of(door)).preferences
    assert (told.time_zone, told.locale) == ("Europe/Berlin", "en-GB")


async def test_what_was_chosen_goes_with_everything_else_on_leaving(door: StageDoor) -> None:
    await door.join("mara", time_zone="Europe/Berlin")
    await door.press("mara", "leave", "leave")
    assert not await door.holds("mara")
    assert await proposed(door) == ["Asia/Kolkata"]


# ---------------------------------------------------------------- what follows it


async def test_lapses_working_hours_and_days_follow_it(door: StageDoor) -> None:
    await door.join("mara", time_zone="Asia/Shanghai")  # it is 17:00 there
    await door.say("mara", "build", CACHE)
    first = await door.draft(await door.ask("jonas", "mara", CACHE_QUESTION))
    assert first.lapses_at == datetime(2026, 3, 4, 10, tzinfo=UTC), "Wednesday, 18:00 in Shanghai"
    assert [n.kind for n in await door.notices_of("mara")] == ["announcement"]
    await door.press("mara", "deny", first.id)
    await door.advance(hours=2)  # 19:00 in Shanghai, 16:30 in Kolkata
    second = await door.draft(await door.ask("pia", "mara", CACHE_QUESTION))
    assert second.lapses_at == datetime(2026, 3, 5, 10, tzinfo=UTC)
    assert [n for n in await door.notices_of("mara") if n.kind == "announcement" and not n.is_over] == []
    await door.advance_to(datetime(2026, 3, 3, 1, 1, tzinfo=UTC))  # 09:01 in Shanghai, 06:31 in Kolkata
    assert len([n for n in await door.notices_of("mara") if n.kind == "announcement" and not n.is_over]) == 1
    await door.advance_to(datetime(2026, 3, 3, 17, tzinfo=UTC))  # the 4th in Shanghai, still the 3rd in Kolkata
    assert "Mar 5" in said(await door.command("mara", "away until tomorrow"))


async def test_the_last_day_that_is_agreed_to_ends_where_the_worker_is(door: StageDoor) -> None:
    await door.join("mara", time_zone="Asia/Shanghai", until="2026-03-20")
    grants = await door.core.stage.store.read(person_ref("mara"), lambda tx: tx.consent.all())
    assert {g.ends_at for g in grants or ()} == {datetime(2026, 3, 20, 16, tzinfo=UTC)}
    said(await door.command("mara", "timezone America/New_York"))
    later = await door.core.stage.store.read(person_ref("mara"), lambda tx: tx.consent.all())
    assert later == grants, "another time zone moves no end"


async def test_the_form_is_read_on_the_day_it_is_in_the_time_zone_that_it_brings(door: StageDoor) -> None:
    await door.advance_to(datetime(2026, 3, 2, 20, tzinfo=UTC))  # the 3rd in Kolkata, still the 2nd in New York
    assert refused(await door.submit_form("mara", until="2026-03-02")) == "bad_value"
    await door.join("mara", until="2026-03-02", time_zone="America/New_York")


# ---------------------------------------------------------------- /double timezone


async def test_the_command_shows_and_sets_it(door: StageDoor) -> None:
    await door.join("mara")
    assert "You have chosen no time zone" in (told := said(await door.command("mara", "timezone")))
    assert "Asia/Kolkata, where it is 14:30 now" in told
    told = said(await door.command("mara", "timezone  berlin "))
    assert told.startswith("From now on your time zone is Europe/Berlin, where it is 10:00 now.")
    told = said(await door.command("mara", "timezone"))
    assert told.startswith("Your time zone is Europe/Berlin, where it is 10:00 now.")
    assert await proposed(door) == ["Europe/Berlin"]


async def test_the_command_refuses_what_is_no_time_zone_and_changes_nothing(door: StageDoor) -> None:
    await door.join("mara", time_zone="Europe/Berlin")
    refusal = await door.command("mara", "timezone Mars/Olympus")
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.sentence) == ("bad_value", SENTENCE.format("Mars/Olympus"))
    assert (await preferences(door)).time_zone == "Europe/Berlin"


@pytest.mark.parametrize("typed", ["timezone", "timezone Europe/Berlin"])
async def test_the_command_is_for_those_who_joined(door: StageDoor, typed: str) -> None:
    assert refused(await door.command("mara", typed)) == "not_found"
    assert not await door.holds("mara")


@pytest.mark.parametrize("typed", ["timezone", "timezone Europe/Berlin", "timezone Mars/Olympus"])
async def test_the_command_is_declined_where_the_platform_tells_it(door: StageDoor, typed: str) -> None:
    await door.join("jonas")
    refusal = await door.command("jonas", typed)
    assert isinstance(refusal, Refusal)
    told = "Your time zone, America/New_York, is the one in your account here: change it there."
    assert (refusal.code, refusal.sentence) == ("told_elsewhere", told)
    assert (await preferences(door, "jonas")).time_zone == ""


async def test_help_lists_it_where_it_has_a_meaning(door: StageDoor) -> None:
    mara, jonas = await helped(door, "mara"), await helped(door, "jonas")
    assert mara.keys() - jonas.keys() == {"/double timezone [name]"}
    assert not jonas.keys() - mara.keys()


# ---------------------------------------------------------------- the language


async def waiting(door: StageDoor) -> str:
    await door.say("mara", "build", CACHE)
    await door.ask("jonas", "mara", CACHE_QUESTION)
    return (await door.notice("mara", "announcement")).text


async def test_notices_after_a_restart_speak_the_language_of_the_step_by_which_the_worker_joined(
    door: StageDoor,
) -> None:
    door.line.untold["mara"] = "zh-CN"
    await door.join("mara", time_zone="Europe/Berlin")
    door.line.untold["mara"], door.line.spoken_here = "", "en-US"  # the process forgets; the workspace speaks English
    await door.restart()
    assert "草稿" in await waiting(door)


async def test_a_later_step_in_another_language_counts_at_once(door: StageDoor) -> None:
    door.line.untold["mara"] = "zh-CN"
    await door.join("mara", time_zone="Europe/Berlin")
    door.line.untold["mara"] = "en-GB"
    assert "draft" in await waiting(door)


async def test_a_language_that_is_only_the_places_is_never_noted(door: StageDoor) -> None:
    door.line.untold["mara"], door.line.spoken_here = "", "zh-CN"
    view = shown(await door.command("mara", "join"))
    assert view.title == "你的分身", "but spoken, where nothing else is known"
    await door.join("mara")
    assert (await preferences(door)).locale == ""


async def test_who_is_not_known_at_all_is_spoken_to_as_the_house_says(tmp_path: Path) -> None:
    async with stage_door(tmp_path, MemoryStore(), replace(POLICY, locale="zh-Hans")) as door:
        door.line.untold["mara"] = ""
        (channels,) = [e for e in shown(await door.command("mara", "join")).elements if isinstance(e, Choices)]
        assert channels.label == "在这些频道"
        stranger = await door.core.stage.platforms.person(person_ref("nobody"))
        assert (stranger.name, stranger.locale, stranger.time_zone) == ("nobody", "zh-Hans", "Asia/Kolkata")


async def test_what_everybody_reads_does_not_tell_by_its_language_or_days_which_asker_joined(door: StageDoor) -> None:
    await door.join("mara", time_zone="Europe/Berlin")
    await door.advance_to(datetime(2026, 3, 2, 17, 30, tzinfo=UTC))  # tomorrow already in Auckland
    await door.say("mara", "build", CACHE)
    door.line.untold |= {"jonas": "zh-CN", "pia": ""}
    await door.join("jonas", time_zone="Pacific/Auckland")
    door.line.untold["jonas"] = ""  # the process forgets
    await door.restart()
    for asker in ("jonas", "pia"):
        await door.approve("mara", await door.ask(asker, "mara", CACHE_QUESTION))
    joined, stranger = await door.replies()
    assert joined.text == stranger.text
    assert joined.text.startswith("Mara Lind's AI double")
    assert any("是否" in notice.text or "分身" in notice.text for notice in await door.notices_of("jonas"))


async def test_what_was_chosen_still_counts_once_the_account_is_closed(door: StageDoor) -> None:
    await door.join("mara", time_zone="Europe/Berlin")
    await door.lose(Loss.DEACTIVATED, "mara")
    await door.line.workspace.run(lambda w: w._database.execute("DELETE FROM people WHERE id = ?", ["mara"]))
    gone = await door.core.stage.platforms.person(person_ref("mara"))
    assert (gone.time_zone, gone.locale) == ("Europe/Berlin", "en-GB")
    assert [e.text for e in (await door.core.pipeline.home(person_ref("mara"))).elements if isinstance(e, Item)]
