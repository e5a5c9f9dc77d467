"""Every promise of the profile and of the reusable answers, over every store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.consent import Shelf
from bot.errors import StoreError
from bot.ports import Store
from bot.profile.claims import Claim, ClaimChange, ClaimKind, ClaimOrigin, ClaimState
from bot.profile.versions import Cause, ProfileVersion
from bot.profile.voice import Tally
from bot.reusable import ReusableAnswer
from tests.contract.store_makers import (
    GENERAL,
    MINUTE,
    NOON,
    PRIVATE,
    PUBLIC,
    SECRET,
    WORKER,
    answer,
    claim,
    read,
    ref,
    tally,
    write,
)

# ---------------------------------------------------------------- claims

WHOLE = claim(
    kind=ClaimKind.PREFERS,
    statement="Sie mag 你好 🙂 \x00 '; --",
    shelf=PRIVATE,
    worded_by=(ref(2, SECRET), ref(1, SECRET)),
    evidence=(ref(3, SECRET), ref(2, SECRET), ref(1, SECRET)),
    state=ClaimState.GONE,
    origin=ClaimOrigin.MODEL,
    change=ClaimChange.CONTRADICTED,
    rival="c7",
)
TOLD = claim(kind=ClaimKind.CORRECTION, shelf=None, worded_by=(), evidence=(), origin=ClaimOrigin.WORKER, source="d1")


@pytest.mark.parametrize("kept", [claim(), WHOLE, TOLD])
def test_a_claim_comes_back_as_kept(store: Store, kept: Claim) -> None:
    write(store, lambda tx: tx.profile.put([kept]))
    assert read(store, lambda tx: tx.profile.claims()) == (kept,)


def test_claims_come_by_when_they_were_first_seen_and_those_of_one_moment_as_they_came(store: Store) -> None:
    tied = claim(7, first_seen=claim(2).first_seen)
    write(store, lambda tx: tx.profile.put(iter([claim(3), claim(2), tied, claim(1)])))
    write(store, lambda tx: tx.profile.put([claim(2, state=ClaimState.KEPT)]))
    claims = read(store, lambda tx: tx.profile.claims())
    assert claims == (claim(1), claim(2, state=ClaimState.KEPT), tied, claim(3))


def test_a_claim_takes_the_place_of_the_one_with_its_id(store: Store) -> None:
    later = claim(1, statement="other", first_seen=NOON + timedelta(days=1))
    write(store, lambda tx: tx.profile.put([claim(1), claim(2)]))
    write(store, lambda tx: tx.profile.put([later]))
    assert read(store, lambda tx: tx.profile.claims()) == (claim(2), later)


def test_dropped_claims_are_gone_and_counted(store: Store) -> None:
    write(store, lambda tx: tx.profile.put([claim(1), claim(2), claim(3)]))
    assert write(store, lambda tx: tx.profile.drop(["c1", "c3", "c1", "unknown"])) == 2
    assert write(store, lambda tx: tx.profile.drop([])) == 0
    assert read(store, lambda tx: tx.profile.claims()) == (claim(2),)


def test_half_a_surrogate_pair_in_a_claim_becomes_the_replacement_character(store: Store) -> None:
    write(store, lambda tx: tx.profile.put([claim(statement="a\ud83db")]))
    write(store, lambda tx: tx.reusable.put(answer(text="a\ud83db", titles=("c\ud83d",))))
    assert "\ufffd" in read(store, lambda tx: tx.profile.claims())[0].statement
    (kept,) = read(store, lambda tx: tx.reusable.all())
    assert "\ufffd" in kept.text
    assert "\ufffd" in kept.titles[0]


# ---------------------------------------------------------------- the voice


def test_the_voice_is_kept_shelf_by_shelf_and_replaced(store: Store) -> None:
    closed = Shelf(GENERAL, public=False)
    assert read(store, lambda tx: tx.profile.voice()) == {}
    for shelf, counted in ((PUBLIC, tally()), (closed, tally()), (PRIVATE, Tally(1)), (PUBLIC, Tally(9))):
        with store.writing(WORKER) as tx:
            tx.profile.put_voice(shelf, counted)
    assert read(store, lambda t: t.profile.voice()) == {PUBLIC: Tally(9), closed: tally(), PRIVATE: Tally(1)}


def test_an_empty_tally_takes_a_shelf_away(store: Store) -> None:
    with store.writing(WORKER) as tx:
        tx.profile.put_voice(PUBLIC, Tally(5))
        tx.profile.put_voice(PRIVATE, Tally(1))
        tx.profile.put_voice(PUBLIC, Tally())
        tx.profile.put_voice(Shelf(GENERAL, public=False), Tally())
    assert read(store, lambda t: t.profile.voice()) == {PRIVATE: Tally(1)}


# ---------------------------------------------------------------- versions


def test_versions_come_back_as_kept_and_oldest_first(store: Store) -> None:
    states = {"c1": ClaimState.KEPT, "c2": ClaimState.WAITING}
    first = ProfileVersion(1, NOON, Cause.REFRESHED, 100, states, {"words": 11.3, "emoji": 0.1 + 0.2})
    second = ProfileVersion(2, NOON + MINUTE, Cause.ROLLED_BACK, 0)
    for version in (second, first):
        with store.writing(WORKER) as tx:
            tx.profile.add_version(version)
    assert read(store, lambda t: t.profile.versions()) == (first, second)


def test_the_last_version_is_that_with_the_highest_number(store: Store) -> None:
    assert read(store, lambda tx: tx.profile.last_version()) is None
    assert read(store, lambda tx: tx.profile.last_version(Cause.REFRESHED)) is None
    causes = {9: Cause.REFRESHED, 10: Cause.REFRESHED, 11: Cause.DECIDED, 2: Cause.REFRESHED}
    states, traits = {"c1": ClaimState.KEPT}, {"words": 1.5}
    versions = {number: ProfileVersion(number, NOON, cause, 7, states, traits) for number, cause in causes.items()}
    for version in versions.values():
        with store.writing(WORKER) as tx:
            tx.profile.add_version(version)
    assert read(store, lambda tx: tx.profile.last_version()) == versions[11]
    assert read(store, lambda tx: tx.profile.last_version(Cause.REFRESHED)) == versions[10]
    assert read(store, lambda tx: tx.profile.last_version(Cause.ROLLED_BACK)) is None
    returned = read(store, lambda tx: tx.profile.last_version())
    assert returned is not None
    returned.states.clear()
    assert read(store, lambda tx: tx.profile.last_version()) == versions[11]


def test_old_versions_are_erased_but_for_the_last_of_each_cause(store: Store) -> None:
    causes = {1: Cause.REFRESHED, 2: Cause.REFRESHED, 3: Cause.CORRECTED, 4: Cause.DECIDED, 5: Cause.DECIDED}
    for number, cause in causes.items():
        with store.writing(WORKER) as tx:
            tx.profile.add_version(ProfileVersion(number, NOON, cause, 1))
    assert write(store, lambda tx: tx.profile.drop_versions(1)) == 0
    assert write(store, lambda tx: tx.profile.drop_versions(5)) == 2
    assert [version.number for version in read(store, lambda tx: tx.profile.versions())] == [2, 3, 5]
    assert write(store, lambda tx: tx.profile.drop_versions(-3)) == 0
    assert store.compact(WORKER, only_if_due=True) is None
    assert write(store, lambda tx: tx.profile.erase_versions()) == 3
    assert store.compact(WORKER, only_if_due=True) is not None
    assert read(store, lambda tx: tx.profile.versions()) == ()
    assert write(store, lambda tx: tx.profile.erase_versions()) == 0


def test_a_versions_number_is_taken_once(store: Store) -> None:
    write(store, lambda tx: tx.profile.add_version(ProfileVersion(1, NOON, Cause.REFRESHED, 1)))
    with pytest.raises(StoreError):
        write(store, lambda tx: tx.profile.add_version(ProfileVersion(1, NOON, Cause.DECIDED, 2)))
    assert [v.messages for v in read(store, lambda tx: tx.profile.versions())] == [1]


def test_a_version_handed_in_or_out_cannot_be_changed_afterwards(store: Store) -> None:
    given = ProfileVersion(1, NOON, Cause.REFRESHED, 1, {"c1": ClaimState.KEPT}, {"words": 1.5})
    write(store, lambda tx: tx.profile.add_version(given))
    given.states.clear()
    given.traits.clear()
    (returned,) = read(store, lambda tx: tx.profile.versions())
    returned.states.clear()
    returned.traits["more"] = 1
    (kept,) = read(store, lambda tx: tx.profile.versions())
    assert (kept.states, kept.traits) == ({"c1": ClaimState.KEPT}, {"words": 1.5})


# ---------------------------------------------------------------- reusable answers


@pytest.mark.parametrize(
    "kept", [answer(), answer(is_edited=True, sources=(), is_withheld=True, served=3, showings=())]
)
def test_a_reusable_answer_comes_back_as_kept(store: Store, kept: ReusableAnswer) -> None:
    write(store, lambda tx: tx.reusable.put(kept))
    assert read(store, lambda tx: tx.reusable.all()) == (kept,)


def test_reusable_answers_come_by_when_they_were_approved_each_once(store: Store) -> None:
    tied = answer(7, approved_at=answer(2).approved_at)
    for one in (answer(3), answer(2), tied, answer(1), answer(2, served=1)):
        with store.writing(WORKER) as tx:
            tx.reusable.put(one)
    assert read(store, lambda t: t.reusable.all()) == (answer(1), answer(2, served=1), tied, answer(3))


def test_dropped_answers_are_gone_and_counted(store: Store) -> None:
    with store.writing(WORKER) as tx:
        tx.reusable.put(answer(1))
        tx.reusable.put(answer(2))
    assert write(store, lambda t: t.reusable.drop(["r1", "r1", "unknown"])) == 1
    assert read(store, lambda t: t.reusable.all()) == (answer(2),)
