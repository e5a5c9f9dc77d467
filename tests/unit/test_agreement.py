"""What a worker agrees to: the form, the exact words, and the grants that come of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agreement import (
    BEGINNING,
    Terms,
    agreement_hash,
    agreement_text,
    grants_for,
    proposed_until,
    read_form,
    terms_in_force,
)
from bot.consent import Closure, Grant, Purpose, closed
from bot.drafts import text_digest
from bot.policy import Policy
from bot.ports import Channel
from bot.refs import ChannelRef, PersonRef
from bot.views import Refusal
from bot.words import Words

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY, DAY = NOON.date(), timedelta(days=1)
MARA = PersonRef("local", "team", "mara")
BUILD, LEADS = ChannelRef("local", "team", "build"), ChannelRef("local", "team", "leads")
OPEN_TO = (Channel(BUILD, "build", public=True), Channel(LEADS, "leads", public=False))
WORDS, POLICY = Words(), Policy()
PROPOSED = proposed_until(TODAY, POLICY, MARA)
BOTH = Terms(learn=True, draft=True, channels=(BUILD, LEADS), until=TODAY + 30 * DAY, earlier=False)


def read(**values: Any) -> Terms | Refusal:
    return read_form({"learn": True, "channels": ["build"], **values}, OPEN_TO, WORDS, TODAY, POLICY, proposed=PROPOSED)


def given_for(
    terms: Terms, before: tuple[Grant, ...] = (), now: datetime = NOON, zone: str = "UTC"
) -> tuple[Grant, ...]:
    return grants_for(MARA, terms, before, now, zone, "ab" * 32)


# ---------------------------------------------------------------- the form


def test_a_whole_form_is_read() -> None:
    form = {"learn": True, "draft": True, "channels": ["leads", "build"], "until": "2026-04-01", "earlier": True}
    terms = read_form(form, OPEN_TO, WORDS, TODAY, POLICY, proposed=PROPOSED)
    assert terms == Terms(learn=True, draft=True, channels=(LEADS, BUILD), until=date(2026, 4, 1), earlier=True)


@pytest.mark.promise(2, "what the form proposes")
def test_nothing_is_ticked_that_was_not_ticked() -> None:
    assert read() == Terms(learn=True, draft=False, channels=(BUILD,), until=PROPOSED, earlier=False)
    form: dict[str, Any] = {"draft": True, "channels": ["build"]}
    terms = read_form(form, OPEN_TO, WORDS, TODAY, POLICY, proposed=PROPOSED)
    assert terms == Terms(learn=False, draft=True, channels=(BUILD,), until=PROPOSED, earlier=False)
    nothing = read_form({"channels": ["build"]}, OPEN_TO, WORDS, TODAY, POLICY, proposed=PROPOSED)
    assert nothing == Refusal("bad_value", WORDS.say("consent.nothing_ticked"))


@pytest.mark.parametrize("until", [None, ""])
def test_without_a_day_it_is_the_one_the_form_proposes(until: str | None) -> None:
    terms = read(until=until)
    assert isinstance(terms, Terms)
    assert terms.until == PROPOSED


@pytest.mark.parametrize("days", [0, 1, 365])
def test_a_last_day_from_today_to_the_latest_is_taken(days: int) -> None:
    terms = read(until=(TODAY + days * DAY).isoformat())
    assert isinstance(terms, Terms)
    assert terms.until == TODAY + days * DAY


def test_a_channel_named_twice_counts_once() -> None:
    terms = read(channels=["build", "leads", "build"])
    assert isinstance(terms, Terms)
    assert terms.channels == (BUILD, LEADS)


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"learn": "true"}, "tick_wrong"),
        ({"draft": 1}, "tick_wrong"),
        ({"earlier": None}, "tick_wrong"),
        ({"learn": False}, "nothing_ticked"),
        ({"channels": "build"}, "channels_wrong"),
        ({"channels": {"build": True}}, "channels_wrong"),
        ({"channels": ["build", 3]}, "channels_wrong"),
        ({"channels": None}, "channels_wrong"),
        ({"channels": []}, "no_channel"),
        ({"channels": ["build", "attic"]}, "channel_unknown"),
        ({"channels": [""]}, "channel_unknown"),
    ],
)
def test_a_wrong_part_is_refused_with_what_to_do(wrong: dict[str, Any], key: str) -> None:
    assert read(**wrong) == Refusal("bad_value", WORDS.say(f"consent.{key}"))


@pytest.mark.parametrize(
    "until",
    ["2026-03-01", "2027-03-03", "9999-12-31", "2026-02-30", "tomorrow", "0", 20260401, True, ["2026-04-01"], "\x00"],
)
def test_a_last_day_that_is_none_or_out_of_reach_is_refused_with_the_latest(until: object) -> None:
    assert read(until=until) == Refusal("bad_value", WORDS.say("consent.until_wrong", latest="Mar 2, 2027"))


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["build", "2026-04-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from(["learn", "draft", "channels", "until", "earlier", "more"]), JUNK))
@pytest.mark.promise(2, "forms of any content, by chance")
def test_whatever_a_form_sends_it_is_terms_within_reach_or_a_refusal(values: dict[str, Any]) -> None:
    terms = read_form(values, OPEN_TO, WORDS, TODAY, POLICY, proposed=PROPOSED)
    if isinstance(terms, Refusal):
        assert (terms.code, bool(terms.sentence)) == ("bad_value", True)
        return
    assert terms.purposes
    assert terms.learn is values.get("learn", False)
    assert terms.draft is values.get("draft", False)
    assert set(terms.channels) <= {BUILD, LEADS}
    assert TODAY <= terms.until <= TODAY + 365 * DAY


# ---------------------------------------------------------------- the words


@pytest.mark.promise(2, "the receipt and its hash")
def test_the_hash_is_of_the_exact_words_shown() -> None:
    assert agreement_hash(WORDS, POLICY) == text_digest(agreement_text(WORDS, POLICY))
    assert "30" in agreement_text(WORDS, POLICY)


@pytest.mark.promise(2, "the receipt and its hash")
def test_another_promise_is_another_hash() -> None:
    assert agreement_hash(WORDS, replace(POLICY, asleep=31 * DAY)) != agreement_hash(WORDS, POLICY)


# ---------------------------------------------------------------- the grants


@pytest.mark.parametrize(
    ("learn", "draft", "purposes"),
    [
        (True, False, {Purpose.LOG, Purpose.PROFILE}),
        (False, True, {Purpose.ANSWER}),
        (True, True, set(Purpose)),
    ],
)
@pytest.mark.promise(2, "each tick alone")
def test_each_tick_gives_its_own_purposes_in_each_channel(learn: bool, draft: bool, purposes: set[Purpose]) -> None:
    made = given_for(replace(BOTH, learn=learn, draft=draft))
    assert {(g.purpose, g.channel) for g in made} == {(p, c) for p in purposes for c in (BUILD, LEADS)}
    assert len({g.id for g in made}) == len(made)


def test_a_grant_says_who_from_when_until_when_and_to_which_words() -> None:
    for grant in given_for(BOTH):
        assert (grant.worker, grant.given_at, grant.covers_from, grant.words_hash) == (MARA, NOON, NOON, "ab" * 32)
        assert (grant.ends_at, grant.closed_at) == (datetime(2026, 4, 2, tzinfo=UTC), None)


def test_the_last_day_ends_at_the_workers_own_midnight() -> None:
    ends = {g.ends_at for g in given_for(replace(BOTH, until=date(2026, 4, 1)), zone="Asia/Shanghai")}
    assert ends == {datetime(2026, 4, 1, 16, tzinfo=UTC)}


@pytest.mark.promise(2, "earlier messages, asked for and not")
def test_earlier_messages_are_covered_only_if_asked_for_and_only_by_the_log() -> None:
    covers = {g.purpose: g.covers_from for g in given_for(replace(BOTH, earlier=True))}
    assert covers == {Purpose.LOG: BEGINNING, Purpose.PROFILE: NOON, Purpose.ANSWER: NOON}


def test_a_channel_logged_without_a_break_is_covered_from_where_it_was() -> None:
    before = given_for(replace(BOTH, channels=(BUILD,)))
    after = {g.channel: g.covers_from for g in given_for(BOTH, before, NOON + DAY) if g.purpose is Purpose.LOG}
    assert after == {BUILD: NOON, LEADS: NOON + DAY}


def test_what_was_said_in_a_break_is_never_covered_afterwards() -> None:
    paused = tuple(closed(g, NOON + DAY, Closure.PAUSED) for g in given_for(BOTH))
    assert {g.covers_from for g in given_for(BOTH, paused, NOON + 3 * DAY)} == {NOON + 3 * DAY}
    ended = given_for(BOTH)
    assert {g.covers_from for g in given_for(BOTH, ended, NOON + 40 * DAY)} == {NOON + 40 * DAY}


def test_answering_before_is_no_logging_before() -> None:
    before = given_for(replace(BOTH, learn=False))
    assert {g.covers_from for g in given_for(BOTH, before, NOON + DAY)} == {NOON + DAY}


# ---------------------------------------------------------------- what holds


@given(
    st.sampled_from([(True, False), (False, True), (True, True)]),
    st.sampled_from([(BUILD,), (LEADS,), (BUILD, LEADS)]),
    st.integers(0, 365),
    st.booleans(),
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Shanghai", "America/Los_Angeles"]),
)
def test_what_was_agreed_to_is_what_the_form_shows_again(
    ticks: tuple[bool, bool], channels: tuple[ChannelRef, ...], days: int, earlier: bool, zone: str
) -> None:
    learn, draft = ticks
    terms = Terms(learn, draft, channels, TODAY + days * DAY, earlier)
    assert terms_in_force(given_for(terms, zone=zone), NOON, zone) == replace(terms, earlier=earlier and learn)


def test_terms_that_ended_or_were_closed_hold_no_more() -> None:
    made = given_for(BOTH)
    assert terms_in_force(made, NOON + 31 * DAY, "UTC") is None
    assert terms_in_force([closed(g, NOON + DAY, Closure.LEFT) for g in made], NOON + DAY, "UTC") is None
    assert terms_in_force([], NOON, "UTC") is None


def test_a_purpose_that_was_closed_alone_is_ticked_no_more() -> None:
    made = [closed(g, NOON, Closure.CHANGED) if g.purpose is Purpose.ANSWER else g for g in given_for(BOTH)]
    terms = terms_in_force(made, NOON, "UTC")
    assert terms is not None
    assert (terms.learn, terms.draft) == (True, False)
