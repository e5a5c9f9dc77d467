"""Reusable answers: let answer again by their worker, shown at once to who asks the same, and to nobody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.web.translate import channel_ref, person_ref
from bot.audit import AuditEntry, Happening
from bot.drafts import DraftState
from bot.messages import Span
from bot.ports import Transaction
from bot.preferences import Preferences
from bot.reusable import ReusableAnswer
from bot.reuse import Reuse, make_reusable
from bot.views import Choices, DateField, Element, Fold, Heading, Item, Notice, TextField, View
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, refused, said, shown

pytestmark = pytest.mark.anyio
TITLE = "Where does the build cache live on the runner?"
SAME = "where can I find the build cache on the runner?"
Break = Callable[[StageDoor], Awaitable[object]]


async def let_answer_again(door: StageDoor, **values: Any) -> str:
    """Let Mara join, be asked, and send her answer with the tick that it may answer again; return its id."""
    draft_id = await door.learn_and_ask(channel=values.pop("channel", "build"))
    said(await door.approve("mara", draft_id, **{"reuse": True, "titles": TITLE, **values}))
    (answer,) = await answers(door)
    return answer.id


async def answers(door: StageDoor) -> tuple[ReusableAnswer, ...]:
    return await door.core.stage.store.read(person_ref("mara"), lambda tx: tx.reusable.all()) or ()


async def change(door: StageDoor, **fields: Any) -> None:
    """Change the one reusable answer behind the curtain."""
    (answer,) = await answers(door)
    changed = replace(answer, **fields)
    await door.core.stage.store.run(person_ref("mara"), lambda tx: tx.reusable.put(changed))


async def ask(door: StageDoor, asker: str, question: str, channel: str = "build") -> Notice | None:
    """Ask in the open; return what is shown at once, if anything is."""
    before = {n.key for n in await door.notices_of(asker) if n.kind == "reused"}
    await door.say(asker, channel, f"@Understudy @mara {question}")
    await door.settle()
    new = [n for n in await door.notices_of(asker) if n.kind == "reused" and n.key not in before]
    return new[0] if new else None


def in_folds(view: View) -> list[Element]:
    return [e for fold in view.elements if isinstance(fold, Fold) for e in fold.elements]


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


async def have_its_source_said_in_private(door: StageDoor) -> None:
    said_there = await door.say("mara", "leads", CACHE)
    ref = replace((await answers(door))[0].sources[0].ref, channel=channel_ref("leads"), stamp=said_there.ts)
    (answer,) = await answers(door)
    await change(door, sources=(replace(answer.sources[0], ref=ref),))


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


async def let_answer_again_in(door: StageDoor) -> None:
    await door.say("mara", "build", CACHE)
    draft_id = await door.ask("jonas", "mara", CACHE_QUESTION)
    said(await door.approve("mara", draft_id, reuse=True, titles=TITLE))


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


async def test_the_window_offers_titles_the_fitting_channels_and_an_end_within_the_consent(door: StageDoor) -> None:
    await door.join("mara", channels=["build", "general", "leads"], until="2026-04-01")
    await door.say("mara", "build", CACHE)
    draft_id = await door.ask("jonas", "mara", CACHE_QUESTION)
    window = shown(await door.press("mara", "review", draft_id))
    (titles,) = [e for e in in_folds(window) if isinstance(e, TextField)]
    (channels,) = [e for e in in_folds(window) if isinstance(e, Choices)]
    (until,) = [e for e in in_folds(window) if isinstance(e, DateField)]
    assert titles.value == "", "the asker's words are not kept"
    assert {value: chosen for value, _, chosen in channels.options} == {"build": True, "general": False, "leads": False}
    assert (until.value.isoformat(), until.latest.isoformat()) == ("2026-04-01", "2026-04-01")


async def test_words_approved_for_a_private_channel_are_offered_there_alone(door: StageDoor) -> None:
    await door.join("mara", channels=["build", "leads"])
    await door.say("mara", "build", CACHE)
    draft_id = await door.ask("jonas", "mara", CACHE_QUESTION, "leads")
    window = shown(await door.press("mara", "review", draft_id))
    (channels,) = [e for e in in_folds(window) if isinstance(e, Choices)]
    assert [value for value, _, _ in channels.options] == ["leads"]
    values = {"reuse": True, "titles": TITLE, "reuse_channels": ["build"]}
    assert refused(await door.approve("mara", draft_id, **values)) == "bad_value"


@pytest.mark.parametrize(
    "wrong",
    [
        {"reuse": "yes"},
        {"titles": ""},
        {"titles": 7},
        {"titles": "\n".join(f"Where is key {n}?" for n in range(6))},
        {"titles": "Where is the key " + "of the door " * 20},
        {"titles": "Where is it?"},
        {"titles": "Can you open the door?"},
        {"reuse_channels": []},
        {"reuse_channels": ["leads"]},
        {"reuse_channels": "build"},
        {"reuse_until": "2026-03-01"},
        {"reuse_until": "2027-12-31"},
        {"reuse_until": "soon"},
    ],
    ids=str,
)
async def test_a_wrong_form_is_refused_in_one_sentence_and_nothing_is_sent(
    door: StageDoor, wrong: dict[str, Any]
) -> None:
    draft_id = await door.learn_and_ask()
    assert refused(await door.approve("mara", draft_id, **{"reuse": True, "titles": TITLE, **wrong})) == "bad_value"
    assert not await door.replies()
    assert (await door.draft(draft_id)).state is DraftState.PENDING
    assert await answers(door) == ()


async def test_without_the_tick_an_answer_is_sent_and_not_kept(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    said(await door.approve("mara", draft_id, reuse=False, titles=TITLE))
    assert await answers(door) == ()


@pytest.mark.parametrize("question", ["can you empty the build cache?", "what do you think of <@pia>?"])
async def test_what_is_for_the_person_is_not_offered_to_answer_again(door: StageDoor, question: str) -> None:
    await door.join("mara")
    draft_id = await door.ask("jonas", "mara", question)
    window = shown(await door.press("mara", "review", draft_id))
    assert not [e for e in in_folds(window) if isinstance(e, TextField)]
    values = {"text": "On Sundays.", "reuse": True, "titles": TITLE}
    assert refused(await door.approve("mara", draft_id, **values)) == "bad_value"


@pytest.mark.parametrize("button", ["undo", "retract"])
async def test_what_is_taken_back_answers_no_more(door: StageDoor, button: str) -> None:
    await let_answer_again(door)
    (draft,) = await door.drafts_of("mara")
    said(await door.press("mara", button, draft.id))
    assert await answers(door) == ()


async def test_the_worker_lists_changes_holds_back_uses_again_and_deletes_it(door: StageDoor) -> None:
    answer_id = await let_answer_again(door)
    await ask(door, "pia", SAME)
    view = shown(await door.command("mara", "answers"))
    (row,) = [e for e in view.elements if isinstance(e, Item)]
    assert row.title == TITLE
    assert CACHE in row.text
    assert {"#build", "shown 1 time", "until May 31"} <= set(row.details)
    home = await door.core.pipeline.home(person_ref("mara"))
    assert "What it may answer again" in [e.text for e in home.elements if isinstance(e, Heading)]
    assert refused(await door.press("pia", "change_answer", answer_id)) == "not_found"
    form = shown(await door.press("mara", "change_answer", answer_id))
    (titles,) = [e for e in form.elements if isinstance(e, TextField)]
    assert titles.value == TITLE
    values = {"titles": "Which bell rings?\nBell times", "reuse_channels": ["build"], "reuse_until": "2026-03-09"}
    assert said(await door.press("mara", "save_answer", answer_id, **values)) == "Saved."
    assert await ask(door, "pia", SAME) is None
    assert (await answers(door))[0].titles == ("Which bell rings?", "Bell times")
    assert refused(await door.press("mara", "save_answer", answer_id, titles="")) == "bad_value"
    said(await door.press("mara", "never_use_answer", answer_id))
    assert await ask(door, "jonas", "which bell rings?") is None
    said(await door.press("mara", "use_answer", answer_id))
    assert await ask(door, "jonas", "which bell rings?") is not None
    for person, code in (("pia", "not_found"), ("jonas", "not_found")):
        assert refused(await door.press(person, "delete_answer", answer_id)) == code
    said(await door.press("mara", "delete_answer", answer_id))
    assert await answers(door) == ()
    assert refused(await door.press("mara", "delete_answer", answer_id)) == "not_found"


async def test_nobody_but_its_worker_sees_a_list(door: StageDoor) -> None:
    await let_answer_again(door)
    for person in ("pia", "jonas"):
        view = shown(await door.command(person, "answers"))
        assert not [e for e in view.elements if isinstance(e, Item)]


async def test_the_words_go_with_the_message_they_rest_on_and_with_the_file(kept: StageDoor) -> None:
    await let_answer_again(kept)
    (message,) = await kept.core.stage.store.read(person_ref("mara"), lambda tx: tx.messages.page(Span(), 9)) or ()
    said(await kept.press("mara", "delete_message", f"build/{message.ref.stamp}"))
    assert await answers(kept) == ()


async def test_it_lasts_through_a_restart_over_encrypted_files(kept: StageDoor) -> None:
    await let_answer_again(kept)
    await kept.restart()
    assert await ask(kept, "pia", SAME) is not None


async def test_a_form_offers_no_place_in_which_a_source_may_not_be_read(door: StageDoor) -> None:
    await door.join("mara", channels=["build", "leads"])
    await let_answer_again_in(door)
    await have_its_source_said_in_private(door)
    form = shown(await door.press("mara", "change_answer", (await answers(door))[0].id))
    (channels,) = [e for e in form.elements if isinstance(e, Choices)]
    assert [value for value, _, _ in channels.options] == ["leads"]


async def test_an_approval_that_grew_old_before_it_was_posted_answers_no_more(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    pending = await door.draft(draft_id)
    approved = replace(pending, state=DraftState.APPROVED, decided_at=door.clock.now())
    reuse = Reuse((TITLE,), (channel_ref("build"),), door.clock.now() + timedelta(days=9))

    def approve(tx: Transaction) -> None:
        assert tx.drafts.move(approved, pending.state, pending.revision)
        tx.audit.append(AuditEntry(Happening.APPROVED, door.clock.now(), draft_id, {}))
        make_reusable(tx, approved, reuse, "everyone", door.clock.now())

    await door.core.stage.store.run(person_ref("mara"), approve)
    assert len(await answers(door)) == 1
    await door.advance(hours=25)
    assert (await door.draft(draft_id)).state is DraftState.EXPIRED
    assert await answers(door) == ()


async def test_deleting_an_answer_leaves_nothing_to_be_rewritten_later(kept: StageDoor) -> None:
    answer_id = await let_answer_again(kept)
    said(await kept.press("mara", "delete_answer", answer_id))
    assert await kept.core.stage.store.compact(person_ref("mara"), only_if_due=True) is None
