"""Recall with vectors: what is found by its meaning, what that weighs, and what must never matter."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import fsum, sqrt

import pytest

from benchmarks.worker_log import WorkerLog
from bot.confidence import confidence, covers_part_only
from bot.consent import Shelf
from bot.events import MessageSaid
from bot.messages import LoggedMessage
from bot.model import Vector
from bot.nearness import FEW, Meaning
from bot.passages import Recalled, burst
from bot.quoting import Composition, compose
from bot.recall import recall
from bot.refs import ChannelRef, MessageRef, PersonRef
from bot.words import Words

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
MARA = PersonRef("local", "w", "mara")
BUILD, LEADS = (ChannelRef("local", "w", name) for name in ("build", "leads"))
OPEN = frozenset({Shelf(BUILD, public=True)})
MODEL = "small-1"
SIZE = 64

CANARY = "We let a tenth of the orders through first and look at the graphs for ten minutes."
QUESTION = "how careful is the rollout of a release?"


def said(text: str, *, days: float = 10, seconds: int = 0, channel: ChannelRef = BUILD) -> MessageSaid:
    at = NOW - timedelta(days=days) + timedelta(seconds=seconds)
    ref = MessageRef(channel, f"{at.timestamp():.6f}")
    return MessageSaid(ref, MARA, text, at, at, None, channel_is_public=channel == BUILD)


def direction(seed: int) -> Vector:
    chance = random.Random(seed)
    return unit([chance.gauss(0, 1) for _ in range(SIZE)])


def unit(values: list[float]) -> Vector:
    length = sqrt(fsum(v * v for v in values))
    return tuple(v / length for v in values)


def near_to(vector: Vector, seed: int, cosine: float) -> Vector:
    """A vector of about this cosine to another."""
    share = sqrt(1 - cosine * cosine)
    return unit([cosine * a + share * b for a, b in zip(vector, direction(seed), strict=True)])


ASKED = direction(1)
MEANING = Meaning(MODEL, ASKED)
FILLER = [
    said(text, days=20 + n)
    for n, text in enumerate(
        [
            "Lunch is at the harbour today.",
            "The dashboard has a new colour.",
            "Please book the demo room early.",
            "Deploys wait until the tests are green.",
            "I will be in the office on Tuesday.",
            "The sample data is masked now.",
            "Release notes are written on Fridays by whoever is on call.",
            *(f"Small note number {n} about something else." for n in range(10)),
        ]
    )
]


def log_of(*messages: MessageSaid, cosines: dict[str, float] | None = None, model: str = MODEL) -> WorkerLog:
    """A log of these messages and the small things; with cosines, each has a vector, near to what is asked or not."""
    log = WorkerLog(MARA, (BUILD, LEADS), NOW)
    everything = [*FILLER, *messages]
    log.learn(everything, NOW)
    if cosines is not None:
        vectors = {m.ref: near_to(ASKED, 100 + n, cosines.get(m.text, 0.05)) for n, m in enumerate(everything)}
        log.tx.vectors.put(model, vectors)
    return log


def ask(log: WorkerLog, question: str = QUESTION, meaning: Meaning | None = MEANING) -> Recalled:
    return recall(log.tx, question, OPEN, NOW, meaning=meaning)


def change(log: WorkerLog, text: str, how: Callable[[LoggedMessage], LoggedMessage]) -> None:
    """Put another message in the place of a stored one, as marking it does."""
    stored = log._transaction.messages._state.messages
    stored.update({ref: how(m) for ref, m in stored.items() if m.text == text})


def test_a_passage_is_found_by_its_meaning_alone() -> None:
    log = log_of(said(CANARY), cosines={CANARY: 0.7})
    best = ask(log).passages[0]
    assert (best.text, best.matched, best.coverage) == (CANARY, frozenset(), 0.0)
    assert best.nearness == pytest.approx(0.7, abs=0.2)
    assert CANARY not in [passage.text for passage in ask(log, meaning=None).passages]


@pytest.mark.parametrize("question", ["how is it?", "???"])
def test_a_question_without_a_telling_word_still_has_a_meaning(question: str) -> None:
    log = log_of(said(CANARY), cosines={CANARY: 0.7})
    assert ask(log, question).passages[0].text == CANARY


@pytest.mark.parametrize(
    "log",
    [log_of(said(CANARY)), log_of(said(CANARY), cosines={CANARY: 0.7}, model="other")],
    ids=["no vectors", "another model's"],
)
def test_without_vectors_of_its_model_a_meaning_changes_not_a_byte(log: WorkerLog) -> None:
    question = "when are release notes written, and what about the demo room?"
    assert repr(ask(log, question)) == repr(ask(log_of(said(CANARY)), question, meaning=None))
    assert ask(log, question).passages


def test_vectors_change_not_a_byte_of_what_is_asked_by_words_alone() -> None:
    question = "when are release notes written, and what about the demo room?"
    with_vectors = log_of(said(CANARY), cosines={CANARY: 0.7})
    assert repr(ask(with_vectors, question, None)) == repr(ask(log_of(said(CANARY)), question, None))


@pytest.mark.promise(11, "a ranking with and without vectors elsewhere, by chance")
def test_the_vectors_of_any_other_shelf_change_not_a_byte() -> None:
    secrets = [said(f"secret {n}: {QUESTION}", days=5 + n, channel=LEADS) for n in range(30)]
    log = log_of(*secrets, said(CANARY), cosines={CANARY: 0.7} | {m.text: 0.9 for m in secrets})
    alone = log_of(said(CANARY))
    vectors = {m.ref: near_to(ASKED, 100 + n, 0.05) for n, m in enumerate(FILLER)}
    last = said(CANARY).ref
    alone.tx.vectors.put(MODEL, vectors | {last: near_to(ASKED, 100 + len(FILLER) + 30, 0.7)})
    assert repr(ask(log)) == repr(ask(alone))


def test_the_words_of_an_identifier_outweigh_a_meaning_nearby() -> None:
    exact, nearby = "E4290 means that the gateway has seen too many of us.", "The gateway is busy when it says so."
    log = log_of(said(exact), said(nearby, days=9), cosines={exact: 0.25, nearby: 0.6})
    assert ask(log, "E4290?").passages[0].text == exact
    assert ask(log, "gateway?").passages[0].text == nearby


def test_few_vectors_find_but_give_no_confidence_either_way() -> None:
    log = WorkerLog(MARA, (BUILD, LEADS), NOW)
    log.learn([said(CANARY), said("Lunch is at the harbour today.", days=11)], NOW)
    log.tx.vectors.put(MODEL, {said(CANARY).ref: near_to(ASKED, 5, 0.8)})
    assert FEW > 1
    (best,) = ask(log).passages
    assert (best.text, best.nearness) == (CANARY, None)


# ---------------------------------------------------------------- withheld and lowered


def test_a_withheld_message_is_found_neither_by_words_nor_by_meaning() -> None:
    log = log_of(said(CANARY), cosines={CANARY: 0.9})
    change(log, CANARY, lambda m: replace(m, is_withheld=True))
    assert all(passage.text != CANARY for passage in ask(log).passages)
    assert all(passage.text != CANARY for passage in ask(log, "a tenth of the orders through?").passages)


def test_a_withheld_message_follows_no_hit() -> None:
    after = "unless it is Friday"
    log = log_of(said(CANARY), said(after, seconds=30))
    (hit,) = log.tx.messages.find([said(CANARY).ref])
    assert [m.text for m in burst(log.tx.messages, hit, OPEN)] == [CANARY, after]
    change(log, after, lambda m: replace(m, is_withheld=True))
    assert [m.text for m in burst(log.tx.messages, hit, OPEN)] == [CANARY]


def test_each_denial_halves_a_passage_three_times_at_most() -> None:
    question = "how many orders do we let through, and for how many minutes do we look at the graphs?"
    scores = []
    for lowered in range(5):
        log = log_of(said(CANARY))
        change(log, CANARY, lambda m, n=lowered: replace(m, lowered=n))  # type: ignore[misc]
        scores.append(ask(log, question, None).passages[0].score)
    assert [score / scores[0] for score in scores] == [1, 0.5, 0.25, 0.125, 0.125]


# ---------------------------------------------------------------- confidence and quoting


def test_a_meaning_that_stands_out_gives_confidence_and_one_that_does_not_takes_it() -> None:
    question = "do we look at graphs?"
    (best, *_) = ask(log_of(said(CANARY)), question, None).passages
    known = ask(log_of(said(CANARY)), question, None).weights

    def sure(nearness: float | None) -> float:
        return confidence(question, Recalled((replace(best, nearness=nearness),), known), best.text)

    assert sure(0.1) < sure(None) < sure(0.7)


def test_what_is_near_in_meaning_is_not_said_to_touch_a_part_only() -> None:
    near, far = (ask(log_of(said(CANARY), cosines={CANARY: c}), "which graphs, whose?").passages for c in (0.9, 0.3))
    assert not covers_part_only(replace(near[0], coverage=0.2))
    assert covers_part_only(replace(far[0], coverage=0.2))


def test_a_passage_found_by_its_meaning_is_quoted_by_its_telling_sentences() -> None:
    small = [f"Then comes step {n}." for n in range(40)]
    long = " ".join(["Morning!", "Any news?", *small[:20], CANARY, *small[20:]])
    log = log_of(said(long), cosines={long: 0.99})
    recalled = ask(log)
    assert recalled.passages[0].matched == frozenset()
    made = compose(QUESTION, recalled, Words(), NOW, name="Mara", channel_names={}, destination=BUILD)
    assert isinstance(made, Composition)
    assert CANARY in made.text
    assert "Any news?" not in made.text
    assert "quoting.reason_partly" not in made.reasons
