"""Consent: what the gate lets into the log, and that nothing goes past it."""

from __future__ import annotations

import copy
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.consent import (
    Closure,
    ConsentedMessage,
    Grant,
    Purpose,
    Shelf,
    admit,
    channels_in_force,
    channels_open_to,
    closed,
    is_allowed,
)
from bot.events import MessageSaid
from bot.redaction import redact
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)
MARA, JONAS = PersonRef("local", "team", "mara"), PersonRef("local", "team", "jonas")
BUILD, LEADS = ChannelRef("local", "team", "build"), ChannelRef("local", "team", "leads")
NAMESAKE = ChannelRef("local", "other-team", "build")
END = NOON + 10 * HOUR
LOG = Grant("g1", MARA, Purpose.LOG, BUILD, NOON, NOON, END, "ab" * 32)
CUTS_SHORT = frozenset(Closure) - {Closure.ENDED}


def said(
    at: datetime = NOON + HOUR,
    *,
    author: PersonRef = MARA,
    channel: ChannelRef = BUILD,
    revised: datetime | None = None,
    public: bool = True,
) -> MessageSaid:
    ref = MessageRef(channel, f"{at.timestamp():.6f}")
    return MessageSaid(ref, author, "the limit is 40", at, revised or at, ThreadRef(channel, "1.0"), public)


def consented() -> ConsentedMessage:
    message = admit(said(), [LOG], NOON + HOUR)
    assert message is not None
    return message


# ---------------------------------------------------------------- the intervals


@pytest.mark.parametrize(
    ("said_at", "now", "is_admitted"),
    [
        (NOON - TICK, NOON + HOUR, False),  # said before consent
        (NOON, NOON, True),  # the first moment belongs to it
        (NOON + HOUR, NOON + HOUR, True),
        (END - TICK, END - TICK, True),
        (END, END, False),  # the last moment does not
        (END - TICK, END, False),  # said within, delivered after
        (END + HOUR, END + 2 * HOUR, False),
        (NOON + HOUR, NOON - TICK, False),  # a clock set back: not in force yet
        (END, END - HOUR, False),  # a stamp from the future, past the end
    ],
)
@pytest.mark.promise(2, "the gate: every edge of an interval, and intervals of any kind by chance")
def test_words_enter_only_if_said_and_delivered_within_the_interval(
    said_at: datetime, now: datetime, is_admitted: bool
) -> None:
    assert (admit(said(said_at), [LOG], now) is not None) is is_admitted


@pytest.mark.promise(2, "the gate: every edge of an interval, and intervals of any kind by chance")
def test_earlier_words_enter_only_if_they_were_asked_for() -> None:
    earlier = replace(LOG, covers_from=NOON - HOUR)
    assert admit(said(NOON - HOUR), [earlier], NOON) is not None
    assert admit(said(NOON - HOUR - TICK), [earlier], NOON) is None
    assert admit(said(NOON - HOUR), [LOG], NOON) is None


@pytest.mark.promise(2, "the gate: every edge of an interval, and intervals of any kind by chance")
def test_an_edit_within_the_interval_brings_no_words_in_that_were_said_outside() -> None:
    assert admit(said(NOON - HOUR, revised=NOON + HOUR), [LOG], NOON + HOUR) is None
    assert admit(said(NOON + HOUR, revised=END - TICK), [LOG], END - TICK) is not None


@pytest.mark.parametrize("closure", sorted(CUTS_SHORT))
@pytest.mark.promise(2, "the gate: every edge of an interval, and intervals of any kind by chance")
def test_words_said_before_a_grant_was_closed_stay_out_when_delivered_after(closure: Closure) -> None:
    cut = closed(LOG, NOON + 2 * HOUR, closure)
    assert admit(said(NOON + HOUR), [LOG], NOON + 2 * HOUR) is not None
    assert admit(said(NOON + HOUR), [cut], NOON + 2 * HOUR) is None


@pytest.mark.parametrize("closure", sorted(CUTS_SHORT))
@pytest.mark.promise(2, "the gate: every edge of an interval, and intervals of any kind by chance")
def test_what_was_closed_is_not_revived_by_a_clock_that_is_set_back(closure: Closure) -> None:
    cut = closed(LOG, NOON + 2 * HOUR, closure)
    assert not cut.is_in_force(NOON + HOUR)
    assert admit(said(NOON), [cut], NOON + HOUR) is None


@pytest.mark.promise(2, "the gate: every edge of an interval, and intervals of any kind by chance")
def test_words_said_during_a_pause_stay_out_after_it() -> None:
    before = closed(LOG, NOON + HOUR, Closure.PAUSED)
    after = replace(LOG, id="g2", given_at=NOON + 3 * HOUR, covers_from=NOON + 3 * HOUR)
    now = NOON + 4 * HOUR
    assert admit(said(NOON + 2 * HOUR), [before, after], now) is None
    resumed = admit(said(NOON + 3 * HOUR), [before, after], now)
    assert resumed is not None
    assert resumed.grant_id == "g2"


@pytest.mark.parametrize("purpose", [Purpose.PROFILE, Purpose.ANSWER])
@pytest.mark.promise(2, "the gate: every edge of an interval, and intervals of any kind by chance")
def test_another_purpose_logs_nothing(purpose: Purpose) -> None:
    assert admit(said(), [replace(LOG, purpose=purpose)], NOON + HOUR) is None


@pytest.mark.parametrize("message", [said(author=JONAS), said(channel=LEADS), said(channel=NAMESAKE)])
@pytest.mark.promise(2, "the gate: every edge of an interval, and intervals of any kind by chance")
def test_another_persons_or_another_channels_words_stay_out(message: MessageSaid) -> None:
    assert admit(message, [LOG], NOON + HOUR) is None


@pytest.mark.promise(2, "the gate: every edge of an interval, and intervals of any kind by chance")
def test_the_same_id_on_another_platform_is_another_person() -> None:
    assert admit(said(author=replace(MARA, platform="slack")), [LOG], NOON + HOUR) is None
    assert admit(said(author=replace(MARA, workspace="other")), [LOG], NOON + HOUR) is None


@pytest.mark.promise(2, "the gate: every edge of an interval, and intervals of any kind by chance")
def test_without_a_grant_nothing_enters() -> None:
    assert admit(said(), [], NOON + HOUR) is None


@pytest.mark.promise(2, "the gate: every edge of an interval, and intervals of any kind by chance")
def test_what_enters_is_what_was_said_under_the_grant_that_covers_it() -> None:
    message = admit(said(revised=NOON + 2 * HOUR, public=False), [replace(LOG, channel=LEADS), LOG], NOON + HOUR)
    assert message is not None
    assert (message.ref, message.worker, message.text) == (said().ref, MARA, "the limit is 40")
    assert (message.said_at, message.revised_at, message.grant_id) == (NOON + HOUR, NOON + 2 * HOUR, "g1")
    assert (message.thread, message.shelf) == (ThreadRef(BUILD, "1.0"), Shelf(BUILD, public=False))


moments = st.integers(-30, 30).map(lambda hours: NOON + hours * HOUR)
grants = st.builds(
    Grant,
    id=st.uuids().map(str),
    worker=st.sampled_from([MARA, JONAS]),
    purpose=st.sampled_from(list(Purpose)),
    channel=st.sampled_from([BUILD, LEADS]),
    given_at=moments,
    covers_from=moments,
    ends_at=moments,
    words_hash=st.just("ab" * 32),
    closed_at=st.none() | moments,
)


@given(st.lists(grants, max_size=5), moments, moments, st.sampled_from([MARA, JONAS]), st.sampled_from([BUILD, LEADS]))
@pytest.mark.promise(2, "the gate: every edge of an interval, and intervals of any kind by chance")
def test_no_admitted_message_lies_outside_a_log_interval(
    held: list[Grant], said_at: datetime, now: datetime, author: PersonRef, channel: ChannelRef
) -> None:
    covering = {
        grant.id
        for grant in held
        if (grant.worker, grant.channel, grant.purpose) == (author, channel, Purpose.LOG)
        and grant.covers_from <= said_at < grant.ends_at
        and grant.given_at <= now < grant.ends_at
        and grant.closed_at is None
    }
    admitted = admit(said(said_at, author=author, channel=channel), held, now)
    assert (admitted is not None) is bool(covering)
    assert admitted is None or admitted.grant_id in covering


@given(st.lists(grants, max_size=5), moments, st.sampled_from(list(Purpose)))
@pytest.mark.promise(2, "the gate: every edge of an interval, and intervals of any kind by chance")
def test_a_purpose_is_allowed_exactly_where_a_grant_of_it_holds(
    held: list[Grant], now: datetime, purpose: Purpose
) -> None:
    holding = {g.channel for g in held if g.purpose is purpose and not g.closed_at and g.given_at <= now < g.ends_at}
    assert channels_in_force(held, purpose, now) == holding
    for channel in (BUILD, LEADS):
        assert is_allowed(held, purpose, channel, now) is (channel in holding)


@pytest.mark.promise(2, "the gate: every edge of an interval, and intervals of any kind by chance")
def test_words_of_a_moment_after_the_end_are_not_covered_whatever_the_clock_says() -> None:
    assert LOG.covers(END - TICK)
    assert not LOG.covers(END)
    assert not LOG.covers(END + HOUR)


@pytest.mark.promise(2, "the gate: every edge of an interval, and intervals of any kind by chance")
def test_the_same_person_and_channel_are_known_by_what_they_are_called() -> None:
    message = said(author=replace(MARA), channel=replace(BUILD))
    assert admit(message, [LOG], NOON + HOUR) is not None


@pytest.mark.promise(2, "another model or vendor than agreed to")
def test_a_channel_is_open_to_exactly_whom_it_was_agreed_for() -> None:
    rooms = {name: ChannelRef("local", "team", name) for name in ("", "a-vendor", "m-vendor", "z-vendor")}
    held = [replace(LOG, id=name, channel=room, recipient=name) for name, room in rooms.items()]
    for name, room in rooms.items():
        asked = "".join(list(name))
        assert channels_open_to(held, Purpose.LOG, NOON, asked) == ({room} if name else set())
    assert channels_open_to(held, Purpose.PROFILE, NOON, "m-vendor") == frozenset()
    assert channels_open_to(held, Purpose.LOG, END, "m-vendor") == frozenset()


def test_a_shelf_says_which_it_is() -> None:
    assert str(Shelf(BUILD, public=True)) == f"{BUILD}|public"
    assert str(Shelf(BUILD, public=False)) == f"{BUILD}|private"


# ---------------------------------------------------------------- closing


@pytest.mark.promise(2, "the gate: every edge of an interval, and intervals of any kind by chance")
def test_closing_cuts_a_grant_short_and_says_why() -> None:
    cut = closed(LOG, NOON + HOUR, Closure.LEFT)
    assert (cut.stops_at, cut.closure, cut.ends_at) == (NOON + HOUR, Closure.LEFT, END)


@pytest.mark.promise(2, "the gate: every edge of an interval, and intervals of any kind by chance")
def test_a_grant_that_has_stopped_keeps_its_end_and_its_reason() -> None:
    changed = closed(LOG, NOON + HOUR, Closure.CHANGED)
    for closure in set(Closure) - {Closure.LEFT}:
        assert closed(changed, NOON + 2 * HOUR, closure) == changed
    for closure in CUTS_SHORT - {Closure.LEFT}:
        assert closed(LOG, END, closure) == closed(LOG, END + TICK, closure) == LOG


def test_whoever_leaves_leaves_what_had_stopped_too_and_nothing_becomes_longer() -> None:
    paused = closed(LOG, NOON + HOUR, Closure.PAUSED)
    left = closed(paused, NOON + 2 * HOUR, Closure.LEFT)
    assert (left.closed_at, left.closure) == (NOON + HOUR, Closure.LEFT)
    assert closed(left, NOON + 3 * HOUR, Closure.LEFT) is left
    assert closed(LOG, END + HOUR, Closure.LEFT).closed_at == END


def test_an_end_is_recorded_on_its_day_and_not_before() -> None:
    assert closed(LOG, END - TICK, Closure.ENDED) == LOG
    for day in (END, END + HOUR):
        assert closed(LOG, day, Closure.ENDED) == replace(LOG, closed_at=END, closure=Closure.ENDED)
    paused = closed(LOG, NOON + HOUR, Closure.PAUSED)
    assert closed(paused, END, Closure.ENDED) == paused


@given(moments, moments, moments)
@pytest.mark.promise(2, "the gate: every edge of an interval, and intervals of any kind by chance")
def test_closing_never_lengthens_a_grant(end: datetime, first: datetime, second: datetime) -> None:
    grant = replace(LOG, ends_at=end)
    cut = closed(closed(grant, first, Closure.PAUSED), second, Closure.LEFT)
    assert cut.stops_at == min(end, max(first, NOON), max(second, NOON))


# ---------------------------------------------------------------- the seal


@pytest.mark.promise(2, "the gate: every edge of an interval, and intervals of any kind by chance")
def test_nobody_but_the_gate_makes_a_consented_message() -> None:
    real = consented()
    values = {field.name: getattr(real, field.name) for field in fields(real)}
    for seal in (None, object(), True, "seal"):
        with pytest.raises(TypeError):
            ConsentedMessage(**values, seal=seal)
    with pytest.raises(TypeError):
        ConsentedMessage(**values)


@pytest.mark.promise(2, "the gate: every edge of an interval, and intervals of any kind by chance")
def test_replace_forges_no_consented_message() -> None:
    with pytest.raises((TypeError, ValueError)):
        replace(consented(), text=redact("words never said"))  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        replace(consented(), text=redact("words never said"), seal=object())


@pytest.mark.promise(2, "the gate: every edge of an interval, and intervals of any kind by chance")
def test_a_consented_message_cannot_be_changed_and_a_copy_says_the_same() -> None:
    real = consented()
    with pytest.raises(AttributeError):
        real.text = redact("words never said")  # type: ignore[misc]
    assert copy.copy(real) == copy.deepcopy(real) == real
    assert not hasattr(real, "seal")  # the seal leaves with the constructor: there is none to take from a real one
