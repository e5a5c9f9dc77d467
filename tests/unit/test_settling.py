"""What a worker decides on claims: what gives way, what is asked next, and what can rest on a claim no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.consent import Shelf
from bot.drafts import Draft, DraftState
from bot.ports import Transaction
from bot.profile.claims import Claim, ClaimChange, ClaimKind, ClaimState
from bot.profile.versions import Cause
from bot.refreshing import last_refresh
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef
from bot.reusable import ReusableAnswer
from bot.settling import ANY, Holds, drop, keep, mark_of, settle
from bot.versioning import MOST_VERSIONS, record_version, roll_back
from storage.memory_state import State
from storage.memory_transaction import MemoryTransaction

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MARA, JONAS = PersonRef("local", "w", "mara"), PersonRef("local", "w", "jonas")
BUILD = ChannelRef("local", "w", "build")


def budget(milliseconds: int, days: int, **changes: object) -> Claim:
    at, refs = NOW - timedelta(days=days), (MessageRef(BUILD, f"{milliseconds}.0001"),)
    text = f"The retry budget of the relay is {milliseconds} ms by default."
    claim = Claim(f"c{milliseconds}", ClaimKind.KNOWS, text, Shelf(BUILD, public=True), refs, refs, at, at)
    return replace(claim, **changes)  # type: ignore[arg-type]


def file_with(*claims: Claim) -> Transaction:
    tx: Transaction = MemoryTransaction(MARA, State())
    tx.profile.put(claims)
    return tx


def standing(tx: Transaction) -> dict[str, Claim]:
    return {claim.id: claim for claim in tx.profile.claims()}


def a_draft(tx: Transaction, *claims: str, state: DraftState = DraftState.PENDING) -> Draft:
    draft = Draft(
        id="d1",
        worker=MARA,
        asker=JONAS,
        thread=ThreadRef(BUILD, "9.0001"),
        question_ref=None,
        question="how much?",
        state=state,
        asked_at=NOW,
        lapses_at=NOW + timedelta(days=2),
        written="250 ms",
        claims=claims,
        revision=1,
    )
    tx.drafts.add(draft)
    return draft


def test_of_three_that_contradict_each_other_the_next_two_are_asked_about() -> None:
    rivals = {"change": ClaimChange.CONTRADICTED, "state": ClaimState.KEPT}
    tx = file_with(
        budget(250, 3, rival="c400", **rivals),
        budget(400, 2, rival="c900", **rivals),
        budget(900, 1, rival="c400", **rivals),
    )
    assert settle(tx, "c900", "c400", Holds.NEWER, NOW).count == 2
    left = standing(tx)
    assert left["c400"].state is ClaimState.GONE
    assert (left["c250"].change, left["c250"].rival) == (ClaimChange.CONTRADICTED, "c900")
    assert settle(tx, "c250", "c900", Holds.OLDER, NOW).count == 2
    assert {c.id: c.state for c in tx.profile.claims()} == {
        "c250": ClaimState.KEPT,
        "c400": ClaimState.GONE,
        "c900": ClaimState.GONE,
    }


def test_what_lost_its_rival_waits_as_new_or_rests() -> None:
    tx = file_with(
        budget(250, 2, rival="c400", change=ClaimChange.CONTRADICTED),
        budget(400, 1, rival="c250", change=ClaimChange.CONTRADICTED),
    )
    drop(tx, {"c400": ANY}, NOW)
    assert (standing(tx)["c250"].change, standing(tx)["c250"].rival) == (ClaimChange.NEW, "")


def test_two_claims_are_settled_once() -> None:
    tx = file_with(
        budget(250, 2, rival="c400", change=ClaimChange.CONTRADICTED, state=ClaimState.GONE),
        budget(400, 1, rival="c250", change=ClaimChange.CONTRADICTED),
    )
    assert settle(tx, "c400", "c250", Holds.BOTH, NOW).count == 0
    assert standing(tx)["c250"].state is ClaimState.GONE
    assert settle(tx, "c400", "c400", Holds.BOTH, NOW).count == 0


def test_a_decision_is_bound_to_how_the_claim_was_read() -> None:
    claim = budget(250, 1)
    tx = file_with(replace(claim, change=ClaimChange.FADED))
    assert keep(tx, {claim.id: mark_of(claim)}, NOW).count == 0
    assert keep(tx, {claim.id: mark_of(standing(tx)[claim.id])}, NOW).count == 1


def test_a_reusable_answer_that_rested_on_a_dropped_claim_ends() -> None:
    tx = file_with(budget(250, 1), budget(400, 1))
    draft = a_draft(tx, "c250", state=DraftState.POSTED)
    answer = ReusableAnswer(
        "r1", draft.id, ("how much",), "250 ms", False, (), (BUILD,), "everyone", NOW, NOW + timedelta(days=9)
    )
    tx.reusable.put(answer)
    drop(tx, {"c400": ANY}, NOW)
    assert tx.reusable.all() == (answer,)
    drop(tx, {"c250": ANY}, NOW)
    assert not tx.reusable.all()


def test_going_back_to_a_version_voids_the_draft_that_rests_on_what_is_dropped_by_it() -> None:
    tx = file_with()
    record_version(tx, Cause.REFRESHED, NOW)
    tx.profile.put([budget(250, 1)])
    a_draft(tx, "c250")
    assert roll_back(tx, 1, NOW) is not None
    found = tx.drafts.get("d1")
    assert found is not None
    assert (found.state, found.written) == (DraftState.ASKED, "")


# ---------------------------------------------------------------- versions


def test_only_so_many_versions_are_kept_and_when_the_profile_was_refreshed_stays_known() -> None:
    tx = file_with(budget(250, 2))
    record_version(tx, Cause.REFRESHED, NOW - timedelta(days=1))
    for _ in range(MOST_VERSIONS + 5):
        record_version(tx, Cause.DECIDED, NOW)
    numbers = [version.number for version in tx.profile.versions()]
    assert numbers == [1, *range(7, MOST_VERSIONS + 7)]
    assert last_refresh(tx) == NOW - timedelta(days=1)
    assert roll_back(tx, 2, NOW) is None
