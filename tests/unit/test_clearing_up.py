"""Taking out what is never to be learnt: the list itself, what it was gone over with, and what is no message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.audit import Happening
from bot.clearing import redaction_for
from bot.clearing_up import clear_messages, drop_never_learn, keep_never_learn, name_of_redaction, note_cleared
from bot.ports import Transaction
from bot.profile.topics import MOST, Topic, TopicKind
from bot.refs import ChannelRef, PersonRef
from bot.refused import RefusedQuestion
from storage.memory import MemoryStore

MARA = PersonRef("local", "team", "mara")
BUILD = ChannelRef("local", "team", "build")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
REGIONS = ("US",)


@pytest.fixture
def tx() -> Iterator[Transaction]:
    store = MemoryStore()
    store.enrol(MARA)
    with store.writing(MARA) as opened:
        yield opened


def topic(name: str) -> Topic:
    return Topic(f"t-{name}", TopicKind.WORDS, name, NOON)


def wanted(tx: Transaction) -> list[str]:
    return [topic.text for topic in tx.keepsakes.preferences().never_learn]


def is_cleared(tx: Transaction) -> bool:
    return tx.keepsakes.preferences().cleared_by == name_of_redaction(tx, REGIONS)


def test_a_list_holds_each_thing_once_and_no_more_than_it_may(tx: Transaction) -> None:
    names = [f"word{number}" for number in range(MOST)]
    assert all(keep_never_learn(tx, topic(name), REGIONS, NOON) for name in names)
    assert keep_never_learn(tx, topic("another"), REGIONS, NOON) is False
    assert drop_never_learn(tx, "t-word3", REGIONS, NOON) is True
    assert keep_never_learn(tx, topic("word4"), REGIONS, NOON) is False
    assert keep_never_learn(tx, replace(topic("word4"), kind=TopicKind.PATTERN), REGIONS, NOON) is True
    preferences = tx.keepsakes.preferences()  # a list from when more could stand in it
    tx.keepsakes.set_preferences(replace(preferences, never_learn=(*preferences.never_learn, topic("more"))))
    assert keep_never_learn(tx, topic("another"), REGIONS, NOON) is False


@pytest.mark.parametrize("name", ["b", "d", "f"])
def test_what_is_learnt_again_is_the_only_thing_that_leaves_the_list(tx: Transaction, name: str) -> None:
    for kept in "bdf":
        keep_never_learn(tx, topic(kept), REGIONS, NOON)
    for unknown in ("t-a", "t-c", "t-z", ""):
        assert drop_never_learn(tx, unknown, REGIONS, NOON) is False
    assert wanted(tx) == ["b", "d", "f"]
    assert drop_never_learn(tx, f" t-{name}".strip(), REGIONS, NOON) is True
    assert wanted(tx) == [kept for kept in "bdf" if kept != name]
    facts = [(c.entry.happening, c.entry.subject, c.entry.facts) for c in tx.audit.entries()]
    assert facts[-1] == (Happening.RELEASED, f"t-{name}", {"patterns": 1})
    assert facts[0] == (Happening.CLEARED, "t-b", {"patterns": 1})


@pytest.mark.parametrize("by", ["today", "0", "zzzz", ""])
def test_what_was_gone_over_stays_so_when_something_is_learnt_again(tx: Transaction, by: str) -> None:
    keep_never_learn(tx, topic("fox"), REGIONS, NOON)
    assert not is_cleared(tx)
    note_cleared(tx, f"{name_of_redaction(tx, REGIONS)}" if by == "today" else by)
    drop_never_learn(tx, "t-fox", REGIONS, NOON)
    assert is_cleared(tx) is (by == "today")


def test_one_redaction_is_told_from_another_by_its_table_its_regions_and_its_list(tx: Transaction) -> None:
    names = {name_of_redaction(tx, REGIONS), name_of_redaction(tx, ("US", "GB"))}
    keep_never_learn(tx, topic("fox"), REGIONS, NOON)
    names.add(name_of_redaction(tx, REGIONS))
    assert len(names) == 3


def test_the_words_of_refused_questions_go_too_and_no_others(tx: Transaction) -> None:
    for name, text in (("r1", "is the fox lazy?"), ("r2", "is the owl lazy?")):
        tx.refused.put(RefusedQuestion(name, "judging", NOON, NOON + timedelta(days=2), MARA, BUILD, text))
    keep_never_learn(tx, topic("fox"), REGIONS, NOON)
    kept = {refused.id: refused.words for refused in tx.refused.all()}
    assert "fox" not in kept["r1"]
    assert kept["r1"].startswith("is the ")
    assert kept["r2"] == "is the owl lazy?"
    assert sum(tx.removals.counts().values()) == 1


def test_where_nothing_is_to_be_taken_out_nothing_changed(tx: Transaction) -> None:
    assert clear_messages(tx, [], redaction_for(tx, REGIONS), NOON) == 0
    assert tx.audit.entries() == ()
