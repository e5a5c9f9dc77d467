"""What an end, a freeze and words that hold no more do to a worker's file: what goes, and what stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.agreed_words import AgreedWords
from bot.agreement import BEGINNING
from bot.audit import AuditEntry, Happening
from bot.consent import Closure, Grant, Purpose, admit
from bot.drafts import OPEN, Draft, DraftState
from bot.events import MessageSaid
from bot.lapsing import Rested, freeze, is_restless, keeping_of, let_rest, withdraw_unanswerable
from bot.messages import Backfill
from bot.policy import Policy
from bot.ports import Transaction
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef
from bot.standing import Keeping, Standing, standing_of
from storage.memory import MemoryStore

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)
END = NOON + 90 * DAY
MARA, ASKER = PersonRef("local", "team", "mara"), PersonRef("local", "team", "asker")
BUILD, LEADS = ChannelRef("local", "team", "build"), ChannelRef("local", "team", "leads")
LOG = Grant("log", MARA, Purpose.LOG, BUILD, NOON, NOON, END, "ab" * 32)
ANSWER = replace(LOG, id="answer", purpose=Purpose.ANSWER)
OTHER_LOG, OTHER_ANSWER = (replace(g, id=f"other-{g.id}", channel=LEADS) for g in (LOG, ANSWER))
POLICY = Policy(asleep=30 * DAY, frozen=14 * DAY)


@pytest.fixture
def tx() -> Iterator[Transaction]:
    """Mara's file, with grants to learn and to answer in two channels."""
    store = MemoryStore()
    store.enrol(MARA)
    with store.writing(MARA) as opened:
        opened.consent.add([LOG, ANSWER, OTHER_LOG, OTHER_ANSWER])
        yield opened


def draft(name: str, state: DraftState = DraftState.PENDING, channel: ChannelRef = BUILD) -> Draft:
    return Draft(name, MARA, ASKER, ThreadRef(channel, "8.0"), None, "where?", state, NOON, END, written="In the shed.")


def say(tx: Transaction, channel: ChannelRef, stamp: str) -> None:
    said = MessageSaid(MessageRef(channel, stamp), MARA, "The shed.", NOON, NOON, None, channel_is_public=True)
    admitted = admit(said, tx.consent.all(), NOON)
    assert admitted is not None
    tx.messages.record(admitted)


def entries(tx: Transaction) -> list[AuditEntry]:
    return [chained.entry for chained in tx.audit.entries()]


def states(tx: Transaction) -> dict[str, DraftState]:
    return {d.id: d.state for d in tx.drafts.in_states(frozenset(DraftState))}


def closures(tx: Transaction) -> dict[str, Closure | None]:
    return {g.id: g.closure for g in tx.consent.all()}


@pytest.mark.parametrize(
    ("rested", "is_something"),
    [
        (Rested(), False),
        (Rested(grants=1), True),
        (Rested(drafts=(draft("d"),)), True),
        (Rested(forgotten=1), True),
    ],
)
def test_any_one_thing_that_came_to_rest_is_something(rested: Rested, is_something: bool) -> None:
    assert bool(rested) is is_something


def test_nothing_rests_while_every_permission_holds(tx: Transaction) -> None:
    tx.drafts.add(draft("d1"))
    say(tx, BUILD, "1.0")
    assert not is_restless(tx, END - TICK, POLICY)
    assert let_rest(tx, END - TICK, POLICY) == Rested(0, (), 0)
    assert (states(tx), entries(tx)) == ({"d1": DraftState.PENDING}, [])


def test_an_end_is_recorded_on_its_day_with_the_permissions_it_ends(tx: Transaction) -> None:
    tx.drafts.add(draft("d1"))
    assert is_restless(tx, END, POLICY)
    rested = let_rest(tx, END, POLICY)
    assert (rested.grants, [d.id for d in rested.drafts], rested.forgotten) == (4, ["d1"], 0)
    ended, withdrawn = entries(tx)
    assert (ended.happening, ended.at, ended.subject) == (Happening.ENDED, END, "")
    assert ended.facts == {"grants": ["log", "answer", "other-log", "other-answer"]}
    assert (withdrawn.happening, withdrawn.at, withdrawn.subject) == (Happening.EXPIRED, END, "d1")
    assert withdrawn.facts == {"because": "consent"}
    assert not is_restless(tx, END, POLICY)


def test_an_end_alone_is_reason_enough_to_look(tx: Transaction) -> None:
    tx.consent.add([replace(LOG, id="short", ends_at=NOON + DAY)])
    assert not is_restless(tx, NOON + DAY - TICK, POLICY)
    assert is_restless(tx, NOON + DAY, POLICY)
    assert let_rest(tx, NOON + DAY, POLICY) == Rested(1, (), 0)
    assert closures(tx)["short"] is Closure.ENDED


def test_a_draft_alone_is_reason_enough_to_look(tx: Transaction) -> None:
    tx.consent.close(["answer"], NOON, Closure.CHANGED)
    assert not is_restless(tx, NOON, POLICY)
    tx.drafts.add(draft("d1"))
    assert is_restless(tx, NOON, POLICY)
    assert let_rest(tx, NOON, POLICY).grants == 0
    assert states(tx) == {"d1": DraftState.EXPIRED}


@pytest.mark.parametrize(("closure", "days"), [(Closure.CHANGED, 30), (Closure.FROZEN, 14)])
def test_what_lapsed_in_one_channel_is_erased_when_it_was_kept_long_enough(
    tx: Transaction, closure: Closure, days: int
) -> None:
    say(tx, BUILD, "1.0")
    say(tx, BUILD, "2.0")
    say(tx, LEADS, "3.0")
    tx.consent.close(["log"], NOON + DAY, closure)
    due = NOON + DAY + days * DAY
    assert not is_restless(tx, due - TICK, POLICY)
    assert let_rest(tx, due - TICK, POLICY) == Rested(0, (), 0)
    assert is_restless(tx, due, POLICY)
    assert let_rest(tx, due, POLICY) == Rested(0, (), 2)
    assert [ref.stamp for ref in tx.messages.removed()] == ["1.0", "2.0"]
    assert tx.messages.channels() == ((LEADS, 1),)
    (entry,) = entries(tx)
    assert (entry.happening, entry.at, entry.subject) == (Happening.FORGOTTEN, due, "")
    assert entry.facts == {"messages": 2, "because": "lapsed"}
    assert not is_restless(tx, due, POLICY), "what is gone is no reason to look again"
    assert let_rest(tx, due, POLICY) == Rested(0, (), 0)
    assert len(entries(tx)) == 1


def test_it_is_kept_for_as_long_as_was_agreed_to_whatever_is_set_today(tx: Transaction) -> None:
    words = AgreedWords("I agree.", "en", 1, asleep_days=5, frozen_days=3)
    tx.keepsakes.keep_agreed(words)
    keeping = keeping_of(tx, POLICY)
    assert keeping(replace(LOG, words_hash=words.digest)) == Keeping(5 * DAY, 3 * DAY)
    assert keeping(LOG) == Keeping(30 * DAY, 14 * DAY)


@pytest.mark.parametrize("state", sorted(frozenset(DraftState)))
def test_every_open_draft_is_withdrawn_but_the_one_that_is_being_posted(tx: Transaction, state: DraftState) -> None:
    tx.drafts.add(draft("here", state))
    tx.drafts.add(draft("there", state, LEADS))
    tx.consent.close(["answer"], NOON, Closure.CHANGED)
    over = withdraw_unanswerable(tx, NOON)
    if state not in OPEN or state is DraftState.POSTING:
        assert (over, states(tx)) == ((), {"here": state, "there": state})
        return
    became = DraftState.WITHDRAWN if state is DraftState.UNSURE else DraftState.EXPIRED
    assert states(tx) == {"here": became, "there": state}
    (only,) = over
    assert (only.id, only.state, only.question, only.written) == ("here", became, "", "")
    assert tx.drafts.get("here") == only


def test_a_draft_waits_through_a_pause_and_no_longer_than_its_permission_would(tx: Transaction) -> None:
    tx.drafts.add(draft("d1"))
    tx.consent.close(["log", "answer", "other-log", "other-answer"], NOON + DAY, Closure.PAUSED)
    assert not is_restless(tx, END - TICK, POLICY)
    assert withdraw_unanswerable(tx, END - TICK) == ()
    assert is_restless(tx, END, POLICY)
    assert is_restless(tx, END + DAY, POLICY)
    assert [d.id for d in withdraw_unanswerable(tx, END + DAY)] == ["d1"]


def test_a_permission_to_learn_keeps_no_draft_waiting(tx: Transaction) -> None:
    tx.drafts.add(draft("d1", channel=LEADS))
    tx.consent.close(["other-answer"], NOON, Closure.CHANGED)
    assert [d.id for d in withdraw_unanswerable(tx, NOON)] == ["d1"]


def test_a_frozen_channel_is_stopped_for_good_and_the_other_goes_on(tx: Transaction) -> None:
    for channel in (BUILD, LEADS):
        tx.keepsakes.put_backfill(Backfill(channel, BEGINNING))
        tx.drafts.add(draft(channel.channel, channel=channel))
    rested = freeze(tx, BUILD, "kicked", NOON + DAY)
    assert (rested.grants, [d.id for d in rested.drafts], rested.forgotten) == (2, ["build"], 0)
    assert closures(tx) == {
        "log": Closure.FROZEN, "answer": Closure.FROZEN, "other-log": None, "other-answer": None,
    }  # fmt: skip
    assert [backfill.channel for backfill in tx.keepsakes.backfills()] == [LEADS]
    assert states(tx) == {"build": DraftState.EXPIRED, "leads": DraftState.PENDING}
    frozen, withdrawn = entries(tx)
    assert (frozen.happening, frozen.at) == (Happening.FROZEN, NOON + DAY)
    assert frozen.facts == {"grants": ["log", "answer"], "because": "kicked"}
    assert withdrawn.subject == "build"


def test_a_freeze_everywhere_stops_every_channel(tx: Transaction) -> None:
    for channel in (BUILD, LEADS):
        tx.keepsakes.put_backfill(Backfill(channel, BEGINNING))
    assert freeze(tx, None, "uninstalled", NOON + DAY).grants == 4
    assert set(closures(tx).values()) == {Closure.FROZEN}
    assert tx.keepsakes.backfills() == ()
    assert standing_of(tx.consent.all(), NOON + DAY) is Standing.FROZEN


def test_where_nothing_holds_a_freeze_changes_nothing(tx: Transaction) -> None:
    tx.consent.close(["log", "answer"], NOON, Closure.CHANGED)
    tx.drafts.add(draft("d1"))
    assert freeze(tx, BUILD, "kicked", NOON + DAY) == Rested()
    assert (entries(tx), states(tx)) == ([], {"d1": DraftState.PENDING})
    assert not freeze(tx, LEADS, "kicked", END), "what its day has ended cannot be frozen"


def test_what_is_paused_is_frozen_too_and_what_else_was_paused_can_still_be_resumed(tx: Transaction) -> None:
    tx.consent.close(["log", "answer", "other-log", "other-answer"], NOON + DAY, Closure.PAUSED)
    before = tx.consent.all()
    frozen_at = NOON + 2 * DAY
    assert freeze(tx, BUILD, "kicked", frozen_at).grants == 2
    new = [g for g in tx.consent.all() if g not in before]
    assert {(g.purpose, g.channel) for g in new} == {(Purpose.LOG, BUILD), (Purpose.ANSWER, BUILD)}
    for grant in new:
        assert (grant.given_at, grant.covers_from, grant.closed_at) == (frozen_at, frozen_at, frozen_at)
        assert (grant.closure, grant.ends_at, grant.words_hash) == (Closure.FROZEN, END, LOG.words_hash)
        assert grant.id.startswith("g_")
        assert len(grant.id) >= len("g_") + 16, "an id that nobody meets twice"
    assert entries(tx) == [], "no interval was cut short by it"
    tx.drafts.add(draft("d1"))
    tx.drafts.add(draft("d2", channel=LEADS))
    assert [d.id for d in withdraw_unanswerable(tx, frozen_at)] == ["d1"]


def test_a_freeze_closes_what_holds_again_after_a_pause_and_leaves_the_old_pause(tx: Transaction) -> None:
    tx.consent.close(["log", "answer", "other-log", "other-answer"], NOON + DAY, Closure.PAUSED)
    tx.consent.add([replace(LOG, id="again", given_at=NOON + 2 * DAY)])
    assert freeze(tx, BUILD, "kicked", NOON + 3 * DAY).grants == 1
    assert closures(tx) == {
        "log": Closure.PAUSED, "answer": Closure.PAUSED, "other-log": Closure.PAUSED, "other-answer": Closure.PAUSED,
        "again": Closure.FROZEN,
    }  # fmt: skip


def test_what_holds_and_what_is_paused_are_frozen_and_counted_together(tx: Transaction) -> None:
    tx.consent.close(["answer"], NOON + DAY, Closure.PAUSED)
    assert freeze(tx, BUILD, "kicked", NOON + 2 * DAY).grants == 2
    assert (closures(tx)["log"], closures(tx)["answer"]) == (Closure.FROZEN, Closure.PAUSED)
    assert [entry.facts["grants"] for entry in entries(tx)] == [["log"]]


def test_words_that_hold_no_more_end_what_was_agreed_under_them_alone(
    tx: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.agreed_before.STANDS_FROM", 2)
    words = AgreedWords("I agree.", "en", version=2)
    tx.keepsakes.keep_agreed(words)
    tx.consent.add([replace(LOG, id="new", words_hash=words.digest)])
    tx.consent.close(["answer", "other-log", "other-answer"], NOON, Closure.CHANGED)
    assert is_restless(tx, NOON + DAY, POLICY)
    assert let_rest(tx, NOON + DAY, POLICY).grants == 1
    assert (closures(tx)["log"], closures(tx)["new"]) == (Closure.OUTDATED, None)
    (entry,) = entries(tx)
    assert (entry.happening, entry.facts) == (Happening.OUTDATED, {"grants": ["log"]})
    assert not is_restless(tx, NOON + DAY, POLICY)


def test_ends_and_words_that_hold_no_more_are_counted_together(
    tx: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.agreed_before.STANDS_FROM", 2)
    tx.consent.add([replace(LOG, id=f"short{n}", ends_at=NOON + DAY) for n in range(3)])
    assert let_rest(tx, NOON + DAY, POLICY).grants == 7
