"""Where a consent stands, what can be renewed or resumed, and until when what lapsed is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.consent import Closure, Grant, Purpose, closed
from bot.refs import ChannelRef, PersonRef
from bot.standing import (
    Keeping,
    Standing,
    channels_kept_until,
    channels_lapsed,
    ended_on_their_day,
    erased_at,
    is_empty,
    last_agreed,
    paused_grants,
    standing_of,
)

pytestmark = pytest.mark.promise(2, "where a consent stands at every edge, and until when what lapsed is kept")

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)
END = NOON + 90 * DAY
MARA = PersonRef("local", "team", "mara")
BUILD, LEADS = ChannelRef("local", "team", "build"), ChannelRef("local", "team", "leads")
LOG = Grant("log", MARA, Purpose.LOG, BUILD, NOON, NOON, END, "ab" * 32)
ANSWER = replace(LOG, id="answer", purpose=Purpose.ANSWER)
OTHER = replace(LOG, id="other", channel=LEADS)
KEEPING = Keeping(30 * DAY, 14 * DAY)


def keeping(_: Grant) -> Keeping:
    return KEEPING


def empty(grant: Grant, at: datetime, closure: Closure) -> Grant:
    return replace(grant, id=f"{grant.id}x", given_at=at, covers_from=at, closed_at=at, closure=closure)


@pytest.mark.parametrize(
    ("grants", "now", "standing"),
    [
        ([], NOON, Standing.ASLEEP),
        ([LOG], NOON, Standing.IN_FORCE),
        ([LOG], END - TICK, Standing.IN_FORCE),
        ([LOG], NOON - DAY, Standing.IN_FORCE),
        ([LOG], END, Standing.ASLEEP),
        ([closed(LOG, END, Closure.ENDED)], NOON, Standing.ASLEEP),
        ([closed(LOG, NOON + DAY, Closure.PAUSED)], NOON + DAY, Standing.PAUSED),
        ([closed(LOG, NOON + DAY, Closure.PAUSED)], END, Standing.ASLEEP),
        ([closed(LOG, NOON + DAY, Closure.PAUSED), OTHER], NOON + DAY, Standing.IN_FORCE),
        ([closed(LOG, NOON + DAY, Closure.FROZEN)], NOON + DAY, Standing.FROZEN),
        ([closed(LOG, NOON + DAY, Closure.OUTDATED)], NOON + DAY, Standing.OUTDATED),
        ([closed(LOG, NOON + DAY, Closure.LEFT), OTHER], NOON + DAY, Standing.LEAVING),
        ([closed(LOG, NOON + DAY, Closure.FROZEN), OTHER], NOON + 2 * DAY, Standing.IN_FORCE),
        ([closed(LOG, NOON + DAY, Closure.FROZEN), OTHER], END, Standing.ASLEEP),
    ],
)
def test_a_consent_stands_as_what_came_last(grants: list[Grant], now: datetime, standing: Standing) -> None:
    assert standing_of(grants, now) is standing


def test_what_was_paused_last_can_be_resumed_and_what_was_given_since_ends_that() -> None:
    early, late = closed(OTHER, NOON + DAY, Closure.PAUSED), closed(LOG, NOON + 2 * DAY, Closure.PAUSED)
    assert paused_grants([early, late]) == (late,)
    assert paused_grants([late, replace(ANSWER, given_at=NOON + 2 * DAY)]) == ()
    assert paused_grants([late, replace(ANSWER, given_at=NOON + DAY)]) == (late,)
    assert paused_grants([LOG]) == ()


def test_an_empty_interval_takes_back_a_pause_for_its_own_purpose_and_channel_alone() -> None:
    paused = tuple(closed(g, NOON + DAY, Closure.PAUSED) for g in (LOG, ANSWER, OTHER))
    frozen = empty(LOG, NOON + 3 * DAY, Closure.FROZEN)
    assert is_empty(frozen)
    assert not is_empty(LOG)
    assert paused_grants([*paused, frozen]) == paused[1:]
    assert standing_of([paused[0], frozen], NOON + 3 * DAY) is Standing.FROZEN


def test_what_was_changed_by_a_clock_set_back_takes_back_no_pause() -> None:
    changed = closed(replace(LOG, id="later", given_at=NOON + 2 * DAY), NOON + DAY, Closure.CHANGED)
    paused = closed(LOG, NOON + DAY, Closure.PAUSED)
    assert is_empty(changed)
    assert paused_grants([changed, paused]) == (paused,)


def test_a_pause_of_the_moment_it_was_given_can_still_be_resumed() -> None:
    at_once = closed(LOG, NOON, Closure.PAUSED)
    assert paused_grants([at_once]) == (at_once,)


def test_what_holds_can_be_renewed_or_else_what_held_to_its_day() -> None:
    over = replace(OTHER, ends_at=NOON + DAY)
    assert last_agreed([LOG, ANSWER, over], NOON + 2 * DAY) == (LOG, ANSWER)
    assert last_agreed([LOG, ANSWER, over], END) == (LOG, ANSWER)
    assert last_agreed([closed(LOG, NOON + DAY, Closure.FROZEN), over], NOON + 2 * DAY) == (over,)
    paused = closed(LOG, NOON + DAY, Closure.PAUSED)
    assert last_agreed([paused, over], NOON + 2 * DAY) == (paused,)
    assert last_agreed([], NOON) == ()


def test_an_end_is_recorded_once_and_on_its_day() -> None:
    assert ended_on_their_day([LOG], END - TICK) == ()
    assert ended_on_their_day([LOG, closed(ANSWER, NOON + DAY, Closure.PAUSED)], END) == ("log",)
    assert ended_on_their_day([closed(LOG, END, Closure.ENDED)], END) == ()


@pytest.mark.parametrize(
    ("grants", "now", "at"),
    [
        ([], NOON, None),
        ([LOG], NOON, None),
        ([LOG], END, END + 30 * DAY),
        ([closed(LOG, END, Closure.ENDED)], END, END + 30 * DAY),
        ([closed(LOG, NOON + DAY, Closure.PAUSED)], NOON + 5 * DAY, None),
        ([closed(LOG, NOON + DAY, Closure.PAUSED)], END, END + 30 * DAY),
        ([closed(LOG, NOON + DAY, Closure.FROZEN)], NOON + DAY, NOON + 15 * DAY),
        ([closed(LOG, NOON + DAY, Closure.OUTDATED)], NOON + DAY, NOON + 31 * DAY),
        ([closed(LOG, NOON + DAY, Closure.FROZEN), replace(OTHER, ends_at=NOON + DAY)], NOON + DAY, NOON + 31 * DAY),
        ([closed(LOG, NOON + DAY, Closure.LEFT)], NOON + 2 * DAY, NOON + 2 * DAY),
        ([closed(LOG, NOON + DAY, Closure.RENEWED), replace(LOG, given_at=NOON + DAY)], NOON + DAY, None),
    ],
)
def test_everything_is_erased_after_the_days_agreed_to(grants: list[Grant], now: datetime, at: datetime | None) -> None:
    assert erased_at(grants, now, keeping) == at


def test_a_channel_in_which_nothing_is_logged_any_more_is_kept_as_long_as_was_agreed() -> None:
    frozen, over = closed(LOG, NOON + DAY, Closure.FROZEN), replace(OTHER, ends_at=NOON + 2 * DAY)
    now = NOON + 3 * DAY
    assert channels_kept_until([frozen, over, ANSWER], now, keeping) == {BUILD: NOON + 15 * DAY, LEADS: NOON + 32 * DAY}
    assert channels_lapsed([frozen, over, ANSWER], NOON + 15 * DAY, keeping) == (BUILD,)
    again = replace(LOG, id="again", given_at=now)
    assert channels_kept_until([frozen, again], now, keeping) == {}
    paused = closed(LOG, NOON + DAY, Closure.PAUSED)
    assert channels_kept_until([paused], now, keeping) == {}
    assert channels_kept_until([paused], END, keeping) == {BUILD: END + 30 * DAY}
    assert channels_kept_until([ANSWER], END, keeping) == {}


@given(
    st.lists(
        st.builds(
            lambda base, given, closure, cut: (
                closed(replace(base, given_at=NOON + given * DAY), NOON + (given + cut) * DAY, closure)
                if closure
                else replace(base, given_at=NOON + given * DAY)
            ),
            st.sampled_from([LOG, ANSWER, OTHER]),
            st.integers(0, 60),
            st.sampled_from([None, *Closure]),
            st.integers(0, 60),
        ),
        min_size=1,
        max_size=6,
    ),
    st.integers(0, 400),
)
def test_whatever_happened_something_holds_or_can_be_resumed_or_a_day_of_erasure_is_set(
    grants: list[Grant], days: int
) -> None:
    now = NOON + days * DAY
    standing, at = standing_of(grants, now), erased_at(grants, now, keeping)
    assert (at is None) is (standing in {Standing.IN_FORCE, Standing.PAUSED})
    if standing not in {Standing.IN_FORCE, Standing.LEAVING}:
        assert not any(g.is_in_force(now) for g in grants)
    if standing in {Standing.ASLEEP, Standing.FROZEN, Standing.OUTDATED}:
        assert at is not None
        assert at <= max(g.ends_at for g in grants) + 30 * DAY, "kept for longer than agreed to"


def test_a_day_after_its_end_a_consent_is_over_as_on_the_day_itself() -> None:
    paused, late = closed(LOG, NOON + DAY, Closure.PAUSED), END + DAY
    assert standing_of([paused], late) is Standing.ASLEEP
    assert ended_on_their_day([LOG, paused], late) == ("log",)
    assert channels_kept_until([paused], late, keeping) == {BUILD: END + KEEPING.asleep}
    assert channels_lapsed([paused], END + KEEPING.asleep + DAY, keeping) == (BUILD,)


def test_a_channel_holds_messages_by_its_grant_to_log_alone() -> None:
    for purpose in (Purpose.PROFILE, Purpose.ANSWER):
        assert channels_kept_until([LOG, replace(OTHER, purpose=purpose)], END, keeping).keys() == {BUILD}


@pytest.mark.parametrize("closure", [closure for closure in Closure if closure is not Closure.PAUSED])
@pytest.mark.parametrize("days", [1, 2])
def test_only_a_pause_can_be_resumed_whatever_else_ended_then_or_later(closure: Closure, days: int) -> None:
    paused = closed(LOG, NOON + DAY, Closure.PAUSED)
    assert paused_grants([paused, closed(OTHER, NOON + days * DAY, closure)]) == (paused,)


def test_all_that_held_to_the_same_day_can_be_renewed_together() -> None:
    same_day = replace(OTHER, ends_at=datetime.fromisoformat(END.isoformat()))
    assert last_agreed([LOG, same_day], END) == (LOG, same_day)
