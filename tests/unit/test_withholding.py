"""Never use: what a mark takes out of use and what taking it off lets back, message by message and topic by topic."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.audit import EntryFacts, Happening
from bot.drafts import DraftState
from bot.messages import WORKER_SAID
from bot.ports import Transaction
from bot.profile.topics import MOST, Topic, TopicKind
from bot.profile.voice import Tally
from bot.unlearning import thread_key
from bot.withholding import (
    drop_topic,
    finish_topic,
    keep_topic,
    release,
    unfinished_topics,
    withhold,
    withhold_about,
)
from tests.unit.small_log import answer, claim, draft, indexed, log, read, said, source
from tests.unit.small_team import NOON

CACHE, ROSES = "The cache is emptied on Sundays.", "The roses want water."
AFRESH, POSTED, PENDING = (DraftState.ASKED, ""), (DraftState.POSTED, "It is."), (DraftState.PENDING, "It is.")


def topic(words: str, kind: TopicKind = TopicKind.WORDS) -> Topic:
    return Topic(f"t-{words}", kind, words, NOON)


def kept(tx: Transaction) -> list[str]:
    return [one.text for one in tx.keepsakes.preferences().topics]


def standings(tx: Transaction) -> dict[str, tuple[DraftState, str]]:
    return {d.id: (d.state, d.written) for d in tx.drafts.in_states(frozenset(DraftState))}


def entries(tx: Transaction) -> list[tuple[Happening, str, EntryFacts]]:
    return [(c.entry.happening, c.entry.subject, c.entry.facts) for c in tx.audit.entries()]


# ---------------------------------------------------------------- messages


def test_what_is_held_back_leaves_all_that_a_double_rests_on_and_stays_in_the_log(tx: Transaction) -> None:
    held, other = log(tx, 1, CACHE), log(tx, 2, ROSES)
    read(tx, held, other)
    tx.profile.put([claim("c1", CACHE, held), claim("c2", ROSES, other)])
    tx.drafts.add(draft("d1", DraftState.PENDING, claims=("c1",)))
    tx.drafts.add(draft("d2", DraftState.PENDING, source(held)))
    tx.drafts.add(draft("d3", DraftState.POSTED, source(held), claims=("c2",)))
    tx.drafts.add(draft("d4", DraftState.POSTED, claims=("c1",)))
    for one in (answer("a1", source(held)), answer("a2", of="d4"), answer("a3", source(other), of="d3")):
        tx.reusable.put(one)
    assert withhold(tx, [held.ref], WORKER_SAID, NOON) == 1
    assert tx.messages.find([held.ref]) == (replace(held, is_withheld=True),)
    assert (indexed(tx, "cache"), indexed(tx, "roses")) == ([], ["2.0"])
    assert tx.profile.voice() == {other.shelf: Tally().add(ROSES, thread_key(other))}
    assert [left.id for left in tx.profile.claims()] == ["c2"]
    assert standings(tx) == {"d1": AFRESH, "d2": AFRESH, "d3": POSTED, "d4": (DraftState.POSTED, "")}
    assert [left.id for left in tx.reusable.all()] == ["a3"]
    assert entries(tx)[-1] == (Happening.WITHHELD, "", {"messages": 1})


def test_only_what_could_be_used_is_counted_and_a_mark_is_taken_off_as_it_was_put_on(tx: Transaction) -> None:
    one, two = log(tx, 1, CACHE), log(tx, 2, ROSES)
    refs = [one.ref, two.ref, said(9, "").ref]
    assert withhold(tx, [one.ref], "t1", NOON) == 1
    assert withhold(tx, refs, WORKER_SAID, NOON) == 1
    assert withhold(tx, refs, WORKER_SAID, NOON) == 0
    assert (indexed(tx, "cache"), indexed(tx, "roses")) == ([], [])
    assert release(tx, refs, "t2", NOON) == 0
    assert release(tx, refs, WORKER_SAID, NOON) == 1
    assert (indexed(tx, "cache"), indexed(tx, "roses")) == ([], ["2.0"])
    assert release(tx, refs, WORKER_SAID, NOON) == 0
    assert release(tx, refs, "t1", NOON) == 1
    assert indexed(tx, "cache") == ["1.0"]
    assert entries(tx) == [
        *[(Happening.WITHHELD, "", {"messages": 1})] * 2,
        *[(Happening.RELEASED, "", {"messages": 1})] * 2,
    ]


# ---------------------------------------------------------------- topics


def test_a_list_holds_each_topic_once_and_no_more_than_it_may(tx: Transaction) -> None:
    names = [f"word{number}" for number in range(MOST)]
    assert all(keep_topic(tx, topic(name), NOON) for name in names)
    assert keep_topic(tx, topic("another"), NOON) is False
    assert kept(tx) == names
    drop_topic(tx, "t-word3", NOON)
    assert keep_topic(tx, topic("word4"), NOON) is False
    assert keep_topic(tx, topic("word4", TopicKind.PATTERN), NOON) is True
    preferences = tx.keepsakes.preferences()  # a list from when more could stand in it
    tx.keepsakes.set_preferences(replace(preferences, topics=(*preferences.topics, topic("more"))))
    assert keep_topic(tx, topic("another"), NOON) is False


@pytest.mark.parametrize("words", ["apples", "zebras"])
def test_a_topic_beside_another_is_kept_whichever_comes_first(tx: Transaction, words: str) -> None:
    assert keep_topic(tx, topic("lunch"), NOON) is True
    assert keep_topic(tx, topic(words), NOON) is True
    assert kept(tx) == ["lunch", words]


def test_a_topic_ends_what_is_said_about_it_at_once(tx: Transaction) -> None:
    message = log(tx, 1, "I know all of it.")
    tx.profile.put([claim("c1", CACHE, message), claim("c2", ROSES, message)])
    tx.drafts.add(replace(draft("d1", DraftState.PENDING), question="How is the cache?"))
    tx.drafts.add(draft("d2", DraftState.APPROVED, text=CACHE))
    tx.drafts.add(draft("d3", DraftState.PENDING, claims=("c1",)))
    tx.drafts.add(draft("d4", DraftState.PENDING, claims=("c2",)))
    tx.drafts.add(draft("d5", DraftState.DENIED, text=CACHE))
    for one in (answer("a1", title="How is the cache?"), answer("a2", text=CACHE), answer("a3")):
        tx.reusable.put(one)
    assert keep_topic(tx, topic("cache"), NOON) is True
    assert [left.id for left in tx.profile.claims()] == ["c2"]
    assert standings(tx) == {
        "d1": AFRESH,
        "d2": AFRESH,
        "d3": AFRESH,
        "d4": PENDING,
        "d5": (DraftState.DENIED, CACHE),
    }
    assert [left.id for left in tx.reusable.all()] == ["a3"]
    because = {subject: facts["because"] for happening, subject, facts in entries(tx) if happening is Happening.VOIDED}
    assert because == {"d1": "topic", "d2": "topic", "d3": "source"}
    assert entries(tx)[-1] == (Happening.WITHHELD, "t-cache", {"claims": 1, "answers": 2})


def test_the_log_is_gone_over_for_what_is_about_a_topic_and_that_is_noted(tx: Transaction) -> None:
    about, other, before = log(tx, 1, CACHE), log(tx, 2, ROSES), log(tx, 3, "A cold cache.")
    withhold(tx, [before.ref], WORKER_SAID, NOON)
    cache, lunch = topic("cache"), topic("lunch")
    for one in (cache, lunch):
        keep_topic(tx, one, NOON)
    refs = [about.ref, other.ref, before.ref]
    assert withhold_about(tx, lunch, refs, NOON) == 0
    assert withhold_about(tx, cache, refs, NOON) == 1
    assert tx.usage.withheld("t-cache") == (about.ref, before.ref)
    assert (indexed(tx, "cache"), indexed(tx, "roses")) == ([], ["2.0"])
    assert unfinished_topics(tx) == (cache, lunch)
    finish_topic(tx, cache, 7, NOON)
    assert entries(tx)[-1] == (Happening.WITHHELD, "t-cache", {"messages": 7})
    assert unfinished_topics(tx) == (lunch,)


@pytest.mark.parametrize("words", ["apples", "lunch", "zebras"])
def test_a_topic_that_is_taken_off_lets_go_what_it_alone_holds_back(tx: Transaction, words: str) -> None:
    names = ("apples", "lunch", "zebras")
    messages = [log(tx, number, f"Of {name} and more.") for number, name in enumerate(names)]
    both = log(tx, 9, "Of apples, of lunch and of zebras.")
    for name in names:
        keep_topic(tx, topic(name), NOON)
        withhold_about(tx, topic(name), [m.ref for m in (*messages, both)], NOON)
    length = len(entries(tx))
    for unknown in ("t-a", "t-m", "t-zz", ""):
        assert drop_topic(tx, unknown, NOON) == 0
    assert kept(tx) == list(names)
    assert drop_topic(tx, f" t-{words}".strip(), NOON) == 1
    assert kept(tx) == [name for name in names if name != words]
    assert indexed(tx, "more") == [f"{names.index(words)}.0"]
    assert entries(tx)[length:] == [(Happening.RELEASED, f"t-{words}", {"topics": 1})]
