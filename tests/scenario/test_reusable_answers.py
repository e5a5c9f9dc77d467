"""Reusable answers: let answer again by their worker, shown at once to who asks the same, and to nobody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from adapters.web.translate import channel_ref, person_ref
from bot.audit import Happening
from bot.drafts import DraftState
from bot.preferences import Preferences
from tests.scenario.answering_again import (
    SAME,
    TITLE,
    answers,
    ask,
    change,
    have_its_source_said_in_private,
    let_answer_again,
    let_answer_again_in,
)
from tests.scenario.stage_door import CACHE, StageDoor, refused, said

pytestmark = pytest.mark.anyio
Break = Callable[[StageDoor], Awaitable[object]]


async def test_who_asks_the_same_is_shown_the_answer_at_once_and_nobody_else_is(door: StageDoor) -> None:
    answer_id = await let_answer_again(door)
    posted = len(await door.messages())
    notice = await ask(door, "pia", SAME)
    assert notice is not None
    reply = notice.reply
    assert reply is not None
    assert reply.label == "Mara Lind's AI double"
    assert reply.text.startswith(f"{reply.label} · approved for “{TITLE}”, Mar 2\n")
    assert CACHE in reply.text
    assert [source.url for source in reply.sources]
    assert [b.name for b in notice.buttons] == ["reused_enough", "ask_all_the_same"]
    assert len(await door.messages()) == posted + 1, "only the question is new in the channel"
    for other in ("jonas", "wei", "mara"):
        assert not [n for n in await door.notices_of(other) if n.kind == "reused"]
    assert [d.asker.person for d in await door.drafts_of("mara")] == ["jonas"]
    (answer,) = await answers(door)
    assert answer.served == 1
    happened = await door.happenings(answer_id)
    assert happened == [Happening.MADE_REUSABLE, Happening.REUSED]


@pytest.mark.parametrize(
    "question",
    [
        "where did the build cache live on the runner?",
        "where does the test cache live on the runner?",
        "why does the build cache live on the runner?",
        "where does the build cache live on the runner and who empties it?",
    ],
)
async def test_anything_less_than_a_close_match_becomes_a_draft(door: StageDoor, question: str) -> None:
    await let_answer_again(door)
    assert await ask(door, "pia", question) is None
    assert len(await door.drafts_of("mara")) == 2


async def mute(door: StageDoor) -> None:
    muted = Preferences(muted=frozenset({person_ref("pia")}))
    await door.core.stage.store.run(person_ref("mara"), lambda tx: tx.keepsakes.set_preferences(muted))


async def pause(door: StageDoor) -> None:
    await door.advance(minutes=1)
    await door.command("mara", "pause")


async def pause_what_rests_on_nothing(door: StageDoor) -> None:
    await change(door, sources=())
    await pause(door)


async def end(door: StageDoor) -> None:
    await change(door, ends_at=door.clock.now())


async def move_elsewhere(door: StageDoor) -> None:
    await change(door, channels=(channel_ref("general"),))


async def never_use(door: StageDoor) -> None:
    (answer,) = await answers(door)
    said(await door.press("mara", "never_use_answer", answer.id))


async def edit_the_source(door: StageDoor) -> None:
    await door.edit((await door.messages())[0], f"{CACHE} No, on Monday.")


async def delete_the_source(door: StageDoor) -> None:
    await door.delete((await door.messages())[0])


async def hold_back_the_source(door: StageDoor) -> None:
    (answer,) = await answers(door)
    refs = [source.ref for source in answer.sources]
    await door.core.stage.store.run(person_ref("mara"), lambda tx: tx.usage.withhold(refs, "worker"))


async def have_it_approved_for_fewer(door: StageDoor) -> None:
    await change(door, audience=f"members of {channel_ref('leads')}")


RULES: tuple[Break, ...] = (
    mute, pause, pause_what_rests_on_nothing,
    end, move_elsewhere, never_use, edit_the_source, delete_the_source, hold_back_the_source,
    have_it_approved_for_fewer, have_its_source_said_in_private,
)  # fmt: skip


@pytest.mark.parametrize("broken", RULES, ids=lambda rule: rule.__name__)
async def test_whatever_speaks_against_it_the_question_goes_the_ordinary_way(door: StageDoor, broken: Break) -> None:
    await door.join("mara", channels=["build", "leads"])
    await let_answer_again_in(door)
    await broken(door)
    assert await ask(door, "pia", SAME) is None
    (notice,) = await door.notices_of("pia")
    assert notice.kind in {"waiting", "no"}
    assert "approved" not in notice.text


async def test_with_all_rules_kept_the_same_house_shows_it(door: StageDoor) -> None:
    await door.join("mara", channels=["build", "leads"])
    await let_answer_again_in(door)
    assert await ask(door, "pia", SAME) is not None


async def test_it_counts_as_one_ask_of_the_asker_and_as_no_draft_of_the_worker(door: StageDoor) -> None:
    await let_answer_again(door)
    for _ in range(door.policy.asks_a_day):
        assert await ask(door, "pia", SAME) is not None
    assert await ask(door, "pia", SAME) is None
    assert (await door.notice("pia", "no")).text == (
        "You have asked Mara Lind's double enough for today. Please ask Mara Lind, or try tomorrow."
    )
    assert len(await door.drafts_of("mara")) == 1
    await door.advance(days=1)
    assert await ask(door, "pia", SAME) is not None


async def test_asking_all_the_same_makes_a_draft_and_counts_once(door: StageDoor) -> None:
    await let_answer_again(door)
    for number in range(door.policy.asks_a_day):
        notice = await ask(door, "pia", SAME)
        assert notice is not None, number
        if number:
            said(await door.press("pia", "reused_enough", notice.key))
        else:
            said(await door.press("pia", "ask_all_the_same", notice.key))
            await door.settle()
            assert "decides whether this goes out" in (await door.notice("pia", "waiting")).text
            assert refused(await door.press("pia", "ask_all_the_same", notice.key)) == "too_late"
    assert not [n for n in await door.notices_of("pia") if n.kind == "reused"]
    assert [d.state for d in await door.drafts_of("mara") if d.asker.person == "pia"] == [DraftState.PENDING]
    assert await ask(door, "pia", SAME) is None


async def test_a_button_that_outlives_the_process_says_ask_again_and_can_be_closed(door: StageDoor) -> None:
    await let_answer_again(door)
    notice = await ask(door, "pia", SAME)
    assert notice is not None
    assert refused(await door.press("jonas", "ask_all_the_same", notice.key)) == "too_late"
    await door.restart()
    assert refused(await door.press("pia", "ask_all_the_same", notice.key)) == "too_late"
    assert refused(await door.press("pia", "reused_enough", "drafts")) == "not_found"
    said(await door.press("pia", "reused_enough", notice.key))
    assert not [n for n in await door.notices_of("pia") if n.kind == "reused"]


async def test_a_question_told_twice_is_answered_once(door: StageDoor) -> None:
    await let_answer_again(door)
    question = await door.say("pia", "build", f"@Understudy @mara {SAME}")
    await door.core.pipeline.message_said(await door.event_of(question))
    assert len([n for n in await door.notices_of("pia") if n.kind == "reused"]) == 1
    assert (await answers(door))[0].served == 1


async def test_an_edited_question_is_asked_anew_and_a_deleted_one_takes_its_answer_along(door: StageDoor) -> None:
    await let_answer_again(door)
    question = await door.say("pia", "build", f"@Understudy @mara {SAME}")
    edited = await door.edit(question, "@Understudy @mara why does the build cache live on the runner?")
    await door.settle()
    assert not [n for n in await door.notices_of("pia") if n.kind == "reused"]
    assert [d.question for d in await door.drafts_of("mara")][-1] == "why does the build cache live on the runner?"
    await door.delete(edited)
    again = await door.say("pia", "build", f"@Understudy @mara {SAME}")
    await door.delete(again)
    assert not [n for n in await door.notices_of("pia") if n.kind == "reused"]


async def test_a_command_is_answered_at_once_too(door: StageDoor) -> None:
    await let_answer_again(door)
    assert "approved this answer before" in said(await door.command("pia", f"ask mara {SAME}"))
    assert (await door.notice("pia", "reused")).reply is not None
