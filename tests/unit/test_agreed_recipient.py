"""Which language model may read a worker's words: what they are told of it, what the form takes and what holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.agreement import (
    Terms,
    agreement_hash,
    agreement_text,
    first_given,
    grants_for,
    lets_model_read_by_default,
    present_hashes,
    proposed_until,
    read_form,
    shown_model,
    shown_vendor,
    terms_in_force,
    text_agreed_to,
    words_to_agree,
)
from bot.consent import Grant, Purpose
from bot.model import ModelIdentity
from bot.policy import Policy
from bot.ports import Channel
from bot.refs import ChannelRef, PersonRef
from bot.words import Words, shipped_locales

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY, DAY = NOON.date(), timedelta(days=1)
MARA = PersonRef("local", "team", "mara")
BUILD, GARDEN, LEADS = (ChannelRef("local", "team", name) for name in ("build", "garden", "leads"))
WORDS, POLICY = Words(), Policy(asleep=31 * DAY, frozen=14 * DAY)
OWN = ModelIdentity("llama", "this house", is_local=True, embedding="minilm")
VENDOR = ModelIdentity("grand-1", "Acme", region="eu-west", embedding="grand-1")
EVERYONE = (None, OWN, VENDOR, replace(VENDOR, region=""))
TERMS = Terms(learn=True, draft=True, channels=(BUILD,), until=TODAY + 30 * DAY, earlier=False, model=True)


def read(identity: ModelIdentity | None, **values: Any) -> bool:
    """Return whether the model may read the words after a form."""
    form = {"learn": True, "channels": ["build"], **values}
    proposed = proposed_until(TODAY, POLICY, MARA)
    terms = read_form(form, (Channel(BUILD, "build", public=True),), WORDS, TODAY, POLICY, identity, proposed=proposed)
    assert isinstance(terms, Terms), terms
    return terms.model


def given(terms: Terms, identity: ModelIdentity | None) -> tuple[Grant, ...]:
    return grants_for(MARA, terms, (), NOON, "UTC", "ab" * 32, identity)


# ---------------------------------------------------------------- what is said


def test_the_words_name_the_model_whose_it_is_and_how_long_what_lapsed_is_kept() -> None:
    texts = [agreement_text(WORDS, POLICY, identity) for identity in EVERYONE]
    assert len(set(texts)) == 4
    for text in texts:
        assert "31" in text
        assert "14" in text
    none, own, vendor, nowhere = texts
    assert not any(name in none for name in ("llama", "Acme", "grand-1"))
    assert ("llama + minilm" in own, "this house" in own) == (True, False)
    assert ("grand-1" in vendor, "Acme" in vendor, "eu-west" in vendor) == (True, True, True)
    assert ("Acme" in nowhere, "eu-west" in nowhere) == (True, False)


def test_a_model_is_shown_by_the_names_there_are_each_once() -> None:
    assert [shown_model(m) for m in (OWN, VENDOR)] == ["llama + minilm", "grand-1"]
    assert [shown_model(m) for m in (replace(OWN, model=""), replace(OWN, embedding=""))] == ["minilm", "llama"]
    assert shown_vendor(VENDOR, WORDS) == WORDS.say("consent.vendor_and_region", vendor="Acme", region="eu-west")
    assert shown_vendor(replace(VENDOR, region=""), WORDS) == "Acme"


@pytest.mark.parametrize("identity", EVERYONE)
def test_words_that_were_agreed_to_are_found_by_their_hash_in_whichever_language(
    identity: ModelIdentity | None,
) -> None:
    hashes = set()
    for locale in shipped_locales():
        words = Words(locale)
        digest = agreement_hash(words, POLICY, identity)
        kept = words_to_agree(words, POLICY, identity)
        assert (kept.text, kept.digest, kept.language) == (agreement_text(words, POLICY, identity), digest, locale)
        assert (kept.asleep_days, kept.frozen_days) == (31, 14)
        assert text_agreed_to(digest, POLICY, identity) == kept.text
        hashes.add(digest)
    assert present_hashes(POLICY, identity) == hashes
    assert len(hashes) == 2
    assert [text_agreed_to(other, POLICY, identity) for other in ("", "0" * 64, "f" * 64)] == ["", "", ""]


# ---------------------------------------------------------------- what is agreed to


def test_a_model_of_the_own_house_alone_is_proposed_and_none_that_there_is_not_is_agreed_to() -> None:
    assert [lets_model_read_by_default(identity) for identity in EVERYONE] == [False, True, False, False]
    assert [read(identity) for identity in EVERYONE] == [False, True, False, False]
    assert [read(identity, model=True) for identity in EVERYONE] == [False, True, True, True]
    assert [read(identity, model=False) for identity in EVERYONE] == [False] * 4


def test_a_grant_names_whom_it_was_agreed_for_and_nobody_otherwise() -> None:
    for identity in EVERYONE:
        recipient = identity.recipient if identity else ""
        assert {g.recipient for g in given(TERMS, identity)} == {recipient}
        assert {g.recipient for g in given(replace(TERMS, model=False), identity)} == {""}


@pytest.mark.parametrize("agreed", EVERYONE)
def test_what_was_agreed_for_one_recipient_holds_for_no_other(agreed: ModelIdentity | None) -> None:
    made = given(TERMS, agreed)
    for identity in EVERYONE:
        terms = terms_in_force(made, NOON, "UTC", identity)
        assert terms == replace(TERMS, model=identity is not None and identity == agreed)
    unread = given(replace(TERMS, model=False), agreed)
    assert terms_in_force(unread, NOON, "UTC", OWN) == replace(TERMS, model=False)


# ---------------------------------------------------------------- from when on, and until when


@pytest.mark.parametrize(("days", "spread"), [(14, 0), (29, 1), (30, 2), (44, 2), (89, 5), (90, 6), (365, 6)])
def test_proposed_days_are_spread_over_a_fifteenth_of_the_span_and_six_days_at_most(days: int, spread: int) -> None:
    people = [PersonRef("local", "team", f"p{number}") for number in range(150)]
    policy = replace(POLICY, consent_days=days)
    drawn = {days - (proposed_until(TODAY, policy, person) - TODAY).days for person in people}
    assert drawn == set(range(spread + 1))


def test_a_proposed_day_stays_the_same_all_day_and_is_another_for_others_and_on_other_days() -> None:
    people = [PersonRef("local", "team", f"p{number}") for number in range(20)]
    shown = [(p, TODAY + n * DAY, proposed_until(TODAY + n * DAY, POLICY, p)) for p in people for n in range(2)]
    assert all(proposed_until(day, POLICY, person) == until for person, day, until in shown)
    one, next_day = ([(until - day).days for _, day, until in shown[n::2]] for n in range(2))
    assert len(set(one)) > 1
    assert one != next_day


def test_a_channel_goes_on_being_covered_by_its_own_log_alone() -> None:
    held = []
    for days, channel in ((9, BUILD), (7, GARDEN), (8, LEADS)):
        (log, *others) = grants_for(MARA, replace(TERMS, channels=(channel,)), (), NOON - days * DAY, "UTC", "ab" * 32)
        held += [log, *(replace(other, covers_from=NOON - 20 * DAY) for other in others)]
    for days, channel in ((9, BUILD), (7, GARDEN), (8, LEADS)):
        same = replace(channel)  # as a platform names it anew
        (log, *_) = grants_for(MARA, replace(TERMS, channels=(same,)), held, NOON, "UTC", "ab" * 32)
        assert (log.covers_from, log.given_at) == (NOON - days * DAY, NOON)
        assert first_given([*held, log], same) == NOON - days * DAY
    assert first_given([], BUILD) is None
    assert first_given([g for g in held if g.purpose is not Purpose.LOG], BUILD) is None


def test_without_earlier_messages_it_covers_from_when_it_was_given_and_else_from_where_it_did() -> None:
    beginning = datetime.fromisoformat("1970-01-01T00:00:00+00:00")  # as a store reads it back
    (log, *_) = grants_for(MARA, TERMS, (), NOON - 5 * DAY, "UTC", "ab" * 32)
    for covered, since in ((beginning, NOON - 5 * DAY), (NOON - 9 * DAY, NOON - 9 * DAY), (NOON - DAY, NOON - DAY)):
        (again, *_) = grants_for(MARA, TERMS, [replace(log, covers_from=covered)], NOON, "UTC", "ab" * 32)
        assert again.covers_from == since
        in_force = terms_in_force([replace(log, covers_from=covered)], NOON, "UTC")
        assert in_force is not None
        assert in_force.earlier is (covered == beginning)


def test_the_last_day_is_that_of_the_longest_permission() -> None:
    short, long = given(TERMS, None), given(replace(TERMS, channels=(LEADS,), until=TODAY + 40 * DAY), None)
    for made in ((*short, *long), (*long, *short)):
        terms = terms_in_force(made, NOON, "UTC")
        assert terms is not None
        assert (terms.until, terms.channels) == (TODAY + 40 * DAY, (BUILD, LEADS))
