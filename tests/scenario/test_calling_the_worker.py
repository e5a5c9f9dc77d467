"""When the worker is disturbed: in their hours, once, without content, and not too often."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.policy import Policy
from bot.views import Notice
from storage.memory import MemoryStore
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, said, stage_door

pytestmark = pytest.mark.anyio


def rung(door: StageDoor) -> list[Notice]:
    """What Mara's bell rang for."""
    return [n for n in door.line.told if n.to.person == "mara" and n.text and not n.quiet]


def told_quietly(door: StageDoor) -> list[str]:
    return [n.text for n in door.line.told if n.to.person == "mara" and n.text and n.quiet]


async def prepare(door: StageDoor) -> None:
    await door.join("mara", channels=["build", "general"])
    await door.say("mara", "build", CACHE)


async def test_the_notification_says_where_and_nothing_else(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    (notice,) = rung(door)
    assert notice.text == "A draft is waiting (#build)."
    assert [(b.name, b.label, b.target) for b in notice.buttons] == [("review", "Review", draft_id)]
    assert notice.links == ()


@pytest.mark.parametrize(
    ("asked_at", "opens_at"),
    [
        ("2026-03-02T17:00:00", "2026-03-03T08:00:00"),  # 18:00 in Berlin, closing time
        ("2026-03-03T07:59:59", "2026-03-03T08:00:00"),  # a second before nine
        ("2026-03-06T20:00:00", "2026-03-09T08:00:00"),  # Friday night
        ("2026-03-28T12:00:00", "2026-03-30T07:00:00"),  # over the change to summer time
    ],
)
async def test_outside_working_hours_nothing_rings_until_they_open(
    door: StageDoor, asked_at: str, opens_at: str
) -> None:
    await prepare(door)
    await door.advance_to(datetime.fromisoformat(asked_at).replace(tzinfo=UTC))
    await door.ask("jonas", "mara", CACHE_QUESTION)
    assert (await door.inbox("mara"))[0].kind == "draft", "the draft waits where the worker may look"
    opening = datetime.fromisoformat(opens_at).replace(tzinfo=UTC)
    await door.advance(seconds=(opening - door.clock.now()).total_seconds() - 1)
    assert await door.notices_of("mara") == ()
    await door.advance(seconds=1)
    assert [n.text for n in rung(door)] == ["A draft is waiting (#build)."]
    await door.advance(hours=1)
    assert len(rung(door)) == 1


async def test_the_first_draft_rings_and_further_ones_join_its_notice_quietly(door: StageDoor) -> None:
    await prepare(door)
    await door.ask("jonas", "mara", CACHE_QUESTION)
    await door.ask("pia", "mara", CACHE_QUESTION, "general")
    await door.ask("wei", "mara", CACHE_QUESTION)
    assert [n.text for n in rung(door)] == ["A draft is waiting (#build)."]
    assert told_quietly(door)[-1] == "3 drafts are waiting (#build, #general)."
    (notice,) = await door.notices_of("mara")
    assert [b.name for b in notice.buttons] == ["home"]


async def test_what_came_in_at_night_rings_once_for_all(door: StageDoor) -> None:
    await prepare(door)
    await door.advance_to(datetime(2026, 3, 2, 20, 0, tzinfo=UTC))
    for asker in ("jonas", "pia", "wei"):
        await door.ask(asker, "mara", CACHE_QUESTION)
    await door.advance_to(datetime(2026, 3, 3, 8, 0, tzinfo=UTC))
    assert [n.text for n in rung(door)] == ["3 drafts are waiting (#build)."]


async def test_after_the_last_decision_the_notice_is_gone_and_the_next_draft_rings_again(door: StageDoor) -> None:
    await prepare(door)
    for asker in ("jonas", "pia"):
        await door.press("mara", "deny", await door.ask(asker, "mara", CACHE_QUESTION))
        assert await door.notices_of("mara") == ()
    assert len(rung(door)) == 2


async def test_deciding_one_of_several_keeps_the_notice_true(door: StageDoor) -> None:
    await prepare(door)
    first = await door.ask("jonas", "mara", CACHE_QUESTION)
    second = await door.ask("pia", "mara", CACHE_QUESTION)
    await door.approve("mara", first)
    (notice,) = await door.notices_of("mara")
    assert (notice.text, notice.buttons[0].target) == ("A draft is waiting (#build).", second)
    assert len(rung(door)) == 1


async def test_a_bell_that_has_rung_is_not_made_quiet_by_a_later_round(door: StageDoor) -> None:
    await door.learn_and_ask()
    await door.advance(minutes=1)
    (notice,) = await door.notices_of("mara")
    assert not notice.quiet


async def test_a_redraft_does_not_ring_again(door: StageDoor) -> None:
    await prepare(door)
    question = await door.say("jonas", "build", f"@Understudy @mara {CACHE_QUESTION}")
    await door.settle()
    await door.edit(question, "@Understudy @mara how often is the build cache emptied?")
    await door.settle()
    assert len(rung(door)) == 1


async def test_the_sixth_question_of_a_day_hears_that_the_double_has_enough(door: StageDoor) -> None:
    await prepare(door)
    for asker in ("jonas", "pia", "wei", "jonas", "wei"):
        await door.ask(asker, "mara", CACHE_QUESTION)
    await door.say("pia", "build", f"@Understudy @mara {CACHE_QUESTION}")
    assert (await door.notice("pia", "no")).text == "Mara Lind's double has enough for today."
    assert len(await door.drafts_of("mara")) == 5
    await door.advance_to(datetime(2026, 3, 2, 22, 59, tzinfo=UTC))
    assert said(await door.command("pia", f"ask mara {CACHE_QUESTION}")).endswith("enough for today.")
    await door.advance(minutes=1)
    assert "decides" in said(await door.command("pia", f"ask mara {CACHE_QUESTION}")), "midnight in Berlin"


async def test_one_asker_gets_three_questions_a_day(door: StageDoor) -> None:
    await prepare(door)
    for _ in range(3):
        await door.ask("jonas", "mara", CACHE_QUESTION)
    await door.say("jonas", "build", f"@Understudy @mara {CACHE_QUESTION}")
    sentence = "You have asked Mara Lind's double enough for today. Please ask Mara Lind, or try tomorrow."
    assert (await door.notice("jonas", "no")).text == sentence
    assert await door.ask("pia", "mara", CACHE_QUESTION)
    await door.advance(days=1)
    assert await door.ask("jonas", "mara", CACHE_QUESTION)


async def test_cancelling_does_not_give_a_question_back(door: StageDoor) -> None:
    await prepare(door)
    for _ in range(3):
        await door.press("jonas", "cancel", await door.ask("jonas", "mara", CACHE_QUESTION))
    await door.say("jonas", "build", f"@Understudy @mara {CACHE_QUESTION}")
    assert "enough for today" in (await door.notice("jonas", "no")).text


async def test_the_limits_are_the_operators_to_set(tmp_path: Path) -> None:
    async with stage_door(tmp_path, MemoryStore(), Policy(drafts_a_day=1)) as door:
        await prepare(door)
        await door.ask("jonas", "mara", CACHE_QUESTION)
        await door.say("pia", "build", f"@Understudy @mara {CACHE_QUESTION}")
        assert (await door.notice("pia", "no")).text == "Mara Lind's double has enough for today."


async def test_muted_and_refused_questions_do_not_count(door: StageDoor) -> None:
    await prepare(door)
    await door.press("mara", "mute", await door.ask("jonas", "mara", CACHE_QUESTION))
    for _ in range(6):
        await door.say("jonas", "build", f"@Understudy @mara {CACHE_QUESTION}")
    assert await door.ask("pia", "mara", CACHE_QUESTION)
