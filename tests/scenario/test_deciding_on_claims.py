"""What a worker decides on claims: kept, dropped, chosen between, put right – each once, and obeyed for good."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.audit import Happening
from bot.profile.claims import ClaimChange, ClaimKind, ClaimOrigin, ClaimState
from bot.profile_decisions import MOST_CORRECTIONS
from bot.settling import awaits_word
from bot.views import Fold, Item
from tests.scenario.profile_stage import (
    BUDGET,
    CHAT,
    MARA,
    NEW_BUDGET,
    OTHER_BUDGET,
    PREFERENCE,
    RUNBOOK,
    STORES,
    button_in,
    claims_of,
    decide,
    learnt,
    opened,
    page,
    refreshed,
    say_all,
    seen,
    words_in,
)
from tests.scenario.stage_door import StageDoor, refused, said, shown

pytestmark = pytest.mark.anyio


@pytest.fixture(params=STORES)
async def door(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[StageDoor]:
    async with opened(request.param, tmp_path) as house:
        yield house


# ---------------------------------------------------------------- deciding


async def test_each_claim_is_shown_with_the_message_behind_it_and_kept_or_dropped_alone(door: StageDoor) -> None:
    record, *_ = await learnt(door, RUNBOOK, PREFERENCE, *CHAT)
    view = await page(door)
    texts = [e.text for e in view.elements if isinstance(e, Item)]
    assert RUNBOOK in texts
    assert PREFERENCE in texts
    folds = [e for e in view.elements if isinstance(e, Fold) and e.title == "The message behind it"]
    rows = [e for fold in folds for e in fold.elements if isinstance(e, Item)]
    assert {row.text for row in rows} == {RUNBOOK, PREFERENCE}
    assert any(record.ts in link.url for row in rows for link in row.links)
    found = await claims_of(door)
    assert said(await decide(door, "keep_claim", found[RUNBOOK])) == "Kept."
    assert said(await decide(door, "drop_claim", found[PREFERENCE]))
    after = await claims_of(door)
    assert (after[RUNBOOK].state, after[PREFERENCE].state) == (ClaimState.KEPT, ClaimState.GONE)
    assert "Dropped, and not used (1)" in words_in(await page(door))


async def test_a_second_click_and_a_stale_page_change_nothing(door: StageDoor) -> None:
    await learnt(door, RUNBOOK, *CHAT)
    claim = (await claims_of(door))[RUNBOOK]
    said(await decide(door, "drop_claim", claim))
    versions = len(await seen(door, lambda tx: tx.profile.versions()))
    assert refused(await decide(door, "drop_claim", claim)) == "stale"
    assert refused(await decide(door, "keep_claim", claim)) == "stale"  # the page of a minute ago
    assert len(await seen(door, lambda tx: tx.profile.versions())) == versions
    assert (await claims_of(door))[RUNBOOK].state is ClaimState.GONE


async def test_a_claim_that_went_gets_one_sentence(door: StageDoor) -> None:
    record, *_ = await learnt(door, RUNBOOK, *CHAT)
    claim = (await claims_of(door))[RUNBOOK]
    await door.delete(record)
    assert refused(await decide(door, "keep_claim", claim)) == "not_found"
    assert refused(await door.press("pia", "keep_claim", claim.id)) == "not_found"
    assert refused(await door.press("mara", "settle_claims", claim.id, holds="newer", rival="x")) == "not_found"
    odd: tuple[object, ...] = ("9" * 5_000, 3, [], {}, ["newer"])
    for holds in ("all", "", *odd):
        assert refused(await door.press("mara", "settle_claims", claim.id, holds=holds, rival="x")) == "bad_value"
    for rival in odd:
        assert refused(await door.press("mara", "settle_claims", claim.id, holds="newer", rival=rival)) == "not_found"
    for listed in odd:
        assert refused(await door.press("mara", "keep_claims", "", claims=listed, seen=listed)) == "not_found"


async def test_what_was_dropped_is_not_proposed_again_and_can_be_used_again(door: StageDoor) -> None:
    await learnt(door, RUNBOOK, *CHAT)
    said(await decide(door, "drop_claim", (await claims_of(door))[RUNBOOK]))
    await say_all(door, RUNBOOK)
    await refreshed(door)
    claim = (await claims_of(door))[RUNBOOK]
    assert claim.state is ClaimState.GONE
    said(await door.press("mara", "keep_claim", claim.id))
    assert (await claims_of(door))[RUNBOOK].state is ClaimState.KEPT


@pytest.mark.parametrize(
    ("holds", "left"),
    [
        ("newer", {OTHER_BUDGET}),
        ("older", {BUDGET}),
        ("both", {BUDGET, OTHER_BUDGET}),
        ("neither", set()),
    ],
)
async def test_a_contradiction_is_one_question(door: StageDoor, holds: str, left: set[str]) -> None:
    await learnt(door, BUDGET, *CHAT)
    await door.advance(days=1)
    await say_all(door, OTHER_BUDGET)
    await refreshed(door)
    view = await page(door)
    questions = [e for e in view.elements if isinstance(e, Item) and e.title == "Which of these holds?"]
    assert len(questions) == 1
    assert [b.values["holds"] for b in questions[0].buttons] == ["newer", "older", "both", "neither"]
    button = next(b for b in questions[0].buttons if b.values["holds"] == holds)
    said(await door.press("mara", button.name, button.target, **button.values))
    assert {c.statement for c in (await claims_of(door)).values() if c.state is ClaimState.KEPT} == left
    assert not any(map(awaits_word, (await claims_of(door)).values()))
    assert refused(await door.press("mara", button.name, button.target, **button.values)) == "stale"


async def test_what_changed_stands_beside_what_it_replaces(door: StageDoor) -> None:
    await learnt(door, BUDGET, *CHAT)
    said(await decide(door, "keep_claim", (await claims_of(door))[BUDGET]))
    await door.advance(days=1)
    await say_all(door, NEW_BUDGET)
    await refreshed(door)
    newer = (await claims_of(door))[NEW_BUDGET]
    assert newer.change is ClaimChange.CHANGED
    assert f"{NEW_BUDGET}\n\nUntil now: {BUDGET}" in words_in(await page(door))
    said(await decide(door, "keep_claim", newer))
    after = await claims_of(door)
    assert (after[NEW_BUDGET].state, after[BUDGET].state) == (ClaimState.KEPT, ClaimState.GONE)


async def test_what_nothing_has_spoken_for_in_long_fades_and_holds_again_by_the_workers_word(door: StageDoor) -> None:
    await learnt(door, RUNBOOK, *CHAT)
    said(await decide(door, "keep_claim", (await claims_of(door))[RUNBOOK]))
    await door.join("mara", until="2027-03-01")
    await door.advance(days=200)
    await say_all(door, *CHAT)
    await refreshed(door)
    claim = (await claims_of(door))[RUNBOOK]
    assert claim.change is ClaimChange.FADED
    said(await decide(door, "keep_claim", claim))
    await say_all(door, *CHAT)
    await refreshed(door)
    assert (await claims_of(door))[RUNBOOK].change is ClaimChange.NONE


async def test_a_dropped_claim_leaves_the_draft_that_rests_on_it(door: StageDoor) -> None:
    await learnt(door)
    correction = shown(await door.command("mara", f"correct {BUDGET}"))
    draft_id = await door.ask("jonas", "mara", "what is the retry budget of the relay by default?")
    assert BUDGET in (await door.draft(draft_id)).written
    remove = button_in(correction, "remove_correction")
    assert "made afresh" in said(await door.press("mara", remove.name, remove.target))
    await door.settle()
    draft = await door.draft(draft_id)
    assert not draft.claims
    assert BUDGET not in draft.written


async def test_every_decision_is_in_the_audit_chain_in_counts(door: StageDoor) -> None:
    await learnt(door, RUNBOOK, PREFERENCE, *CHAT)
    found = await claims_of(door)
    await decide(door, "keep_claim", found[RUNBOOK])
    await decide(door, "drop_claim", found[PREFERENCE])
    await door.command("mara", f"correct {BUDGET}")
    entries = [e.entry for e in await seen(door, lambda tx: tx.audit.entries())]
    assert [e.facts for e in entries if e.happening is Happening.CLAIMS_DECIDED] == [
        {"version": 2, "kept": 1, "dropped": 0},
        {"version": 3, "kept": 0, "dropped": 1},
    ]
    assert [e.facts for e in entries if e.happening is Happening.CORRECTED] == [{"version": 4, "dropped": 0}]
    told = json.dumps([e.facts for e in entries])
    assert not any(word in told for word in ("runbook", "migrations", "budget"))
    assert await seen(door, lambda tx: tx.audit.check() or "sound") == "sound"


# ---------------------------------------------------------------- putting right


async def test_a_correction_outranks_what_is_learnt_for_good(door: StageDoor) -> None:
    await learnt(door, BUDGET, *CHAT)
    said(await decide(door, "keep_claim", (await claims_of(door))[BUDGET]))
    view = shown(await door.command("mara", f"correct {OTHER_BUDGET}"))
    assert BUDGET in words_in(view)  # it gave way, and that is said
    assert "in every place your double may answer" in words_in(view)
    after = await claims_of(door)
    assert after[BUDGET].state is ClaimState.GONE
    told = after[OTHER_BUDGET]
    assert (told.kind, told.origin, told.state) == (ClaimKind.CORRECTION, ClaimOrigin.WORKER, ClaimState.KEPT)
    assert (told.shelf, told.evidence) == (None, ())
    await door.advance(days=1)
    await say_all(door, "The retry budget of the relay is 900 ms by default.", *CHAT)
    await refreshed(door)
    assert set(await claims_of(door)) == {BUDGET, OTHER_BUDGET}
    assert refused(await door.press("mara", "keep_claim", after[BUDGET].id)) == "put_right"
    await door.press("mara", "remove_correction", told.id)
    said(await door.press("mara", "keep_claim", after[BUDGET].id))


async def test_a_later_correction_takes_the_place_of_an_earlier_one(door: StageDoor) -> None:
    await learnt(door)
    await door.command("mara", f"correct {BUDGET}")
    view = shown(await door.command("mara", f"correct {OTHER_BUDGET}"))
    assert BUDGET in words_in(view)
    assert set(await claims_of(door)) == {OTHER_BUDGET}
    await door.press("mara", "correct", text=f"  {OTHER_BUDGET} ")  # told twice, kept once
    assert set(await claims_of(door)) == {OTHER_BUDGET}


async def test_only_so_many_things_are_put_right_until_one_of_them_goes(door: StageDoor) -> None:
    await learnt(door)
    await door.command("mara", f"correct {BUDGET}")
    (told,) = (await claims_of(door)).values()
    more = [replace(told, id=f"c_{n}", statement=f"Thing {n} is in drawer {n}.") for n in range(1, MOST_CORRECTIONS)]
    await door.core.stage.store.run(MARA, lambda tx: tx.profile.put(more))
    assert refused(await door.command("mara", f"correct {RUNBOOK}")) == "bad_value"
    assert len(await claims_of(door)) == MOST_CORRECTIONS
    shown(await door.command("mara", f"correct {BUDGET}"))  # told before
    shown(await door.command("mara", f"correct {OTHER_BUDGET}"))  # takes the other's place
    await door.press("mara", "remove_correction", "c_1")
    shown(await door.command("mara", f"correct {RUNBOOK}"))
    assert len(await claims_of(door)) == MOST_CORRECTIONS


@pytest.mark.parametrize(
    "text", ["   ", "x" * 301, "I don't trust <@jonas>", "He is really lazy.", "Jonas is annoying", "他很懒"]
)
async def test_some_things_are_not_put_right(door: StageDoor, text: str) -> None:
    await learnt(door)
    assert refused(await door.press("mara", "correct", text=text)) == "bad_value"
    assert not await claims_of(door)


async def test_what_is_never_to_be_used_is_not_put_right_either(door: StageDoor) -> None:
    await learnt(door, RUNBOOK, *CHAT)
    await door.press("mara", "never_keep", "topic", text="retry budget", kind="words")
    assert refused(await door.press("mara", "correct", text=BUDGET)) == "bad_value"
    assert refused(await door.command("pia", f"correct {BUDGET}")) == "bad_value"  # she has not joined
    assert not await door.holds("pia")


async def test_the_form_for_a_correction_opens_from_the_page_and_by_command(door: StageDoor) -> None:
    await learnt(door)
    for answer in (await door.command("mara", "correct"), await door.press("mara", "correct")):
        assert shown(answer).kind == "correct"
