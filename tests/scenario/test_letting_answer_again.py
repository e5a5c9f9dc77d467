"""Letting an answer answer again: what the review window offers, and what its worker can do about it later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.web.translate import channel_ref, person_ref
from bot.audit import AuditEntry, Happening
from bot.drafts import DraftState
from bot.messages import Span
from bot.ports import Transaction
from bot.redaction import redact
from bot.reuse import Reuse, make_reusable
from bot.views import Choices, DateField, Heading, Item, TextField
from tests.scenario.answering_again import (
    SAME,
    TITLE,
    answers,
    ask,
    have_its_source_said_in_private,
    in_folds,
    let_answer_again,
    let_answer_again_in,
)
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, refused, said, shown

pytestmark = pytest.mark.anyio


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
        {"titles": "Can you water the tomatoes?"},
        {"reuse_channels": []},
        {"reuse_channels": ["leads"]},
        {"reuse_channels": "build"},
        {"reuse_channels": [[]]},
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


@pytest.mark.parametrize("question", ["can you empty the build cache?", "can you water it?"])
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
    assert {"#build", "shown 1 time", "until May 26"} <= set(row.details)
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


async def test_the_words_go_with_the_message_they_rest_on(kept: StageDoor) -> None:
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
    reuse = Reuse((redact(TITLE),), (channel_ref("build"),), door.clock.now() + timedelta(days=9))

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
