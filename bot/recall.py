"""Recall: finding what the worker has said that bears on a question.

All statistics are taken over exactly the permitted shelves: words on any other shelf change nothing of the result, not
a score and not an order (promise 11). Sums over sets are exact (`math.fsum`), so their order does not show either.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from bot.consent import Shelf
from bot.expectation import announces_change, expected, is_met
from bot.messages import LoggedMessage
from bot.nearness import READ as READ_NEAR
from bot.nearness import Meaning, Nearness, search_near
from bot.passages import Passage, Recalled, burst, is_puzzled, is_question, is_reaction, supersedes
from bot.ports import Frequencies, Transaction
from bot.refs import ChannelRef, MessageRef
from bot.terms import is_compound, is_identifier, is_vague_term, query_terms, terms

CANDIDATES = 48
READ_CLOSELY = 14
MOST_SEARCHED = 12
WITH_NEIGHBOURS = 6
SATURATION = 1.2
LENGTH_WEIGHT = 0.5
USUAL_LENGTH = 18
TOO_COMMON = 0.2
SHORT = 12
UNMET = 0.75
CHANGED = 1.15
LOWERED, MOST_LOWERED = 0.5, 3


def permitted_shelves(
    shelves: Collection[Shelf],
    *,
    log_channels: frozenset[ChannelRef],
    public_now: frozenset[ChannelRef],
    destination: ChannelRef,
    destination_is_public: bool,
    has_outsiders: bool = False,
) -> frozenset[Shelf]:
    """Return the shelves whose words may stand in the destination: everyone who reads there could read them when said.

    A public channel's public words may stand anywhere while exactly the workspace can read it (`public_now`); a private
    channel's words only in that channel. Where the destination `has_outsiders` – guests, another organisation, or
    readers nobody can name – it takes no other channel's words. Words said while a channel was private stay out of it
    once it is public. Nothing is permitted from a channel without a log grant in force.
    """
    return frozenset(
        shelf
        for shelf in shelves
        if shelf.channel in log_channels
        and (
            (shelf.public and shelf.channel in public_now and not has_outsiders)
            or (shelf.channel == destination and (shelf.public or not destination_is_public))
        )
    )


def recall(
    tx: Transaction,
    question: str,
    may_use: frozenset[Shelf],
    now: datetime,
    limit: int = 5,
    *,
    meaning: Meaning | None = None,
) -> Recalled:
    """Return up to `limit` passages from the permitted shelves, best first. Nothing is changed in the store.

    With the question's `meaning`, passages near to it are found too, whatever their words; without it, or where no
    message has a vector of its model, words alone decide.
    """
    asked = query_terms(question)
    if not may_use or not (asked or meaning):
        return Recalled(())
    shelves = sorted(may_use, key=str)
    frequencies = tx.index.frequencies(shelves, asked)
    weights = _weights(asked, frequencies)
    searched = _worth_searching(asked, frequencies)
    near = search_near(tx, shelves, meaning)
    if not searched and not near:
        return Recalled((), weights)
    hits = tx.index.search(shelves, searched, max(12, CANDIDATES // len(shelves))) if searched else ()
    refs = dict.fromkeys([hit.ref for hit in hits] + [one.ref for one in near[:READ_NEAR]])
    found = [m for m in tx.messages.find(refs) if m.shelf in may_use and not m.is_withheld]
    judge = _Judge(question, asked, weights, now, Nearness(near, weights))
    touching = sorted(judge.balance([judge.touch(m, (m,)) for m in found]), key=_order)[:READ_CLOSELY]
    telling = sorted((judge.read(p) for p in touching), key=_order)[:WITH_NEIGHBOURS]
    whole = [judge.widen(p, burst(tx.messages, p.hit, may_use)) for p in telling]
    passages = _without_repeats(sorted(whole, key=_order))[:limit]
    if passages and (newer := _successor(touching, passages[0])):
        successor = judge.widen(judge.read(newer), burst(tx.messages, newer.hit, may_use))
        passages = _without_repeats([passages[0], successor, *passages[1:]])[:limit]
    return Recalled(tuple(passages), weights)


def _successor(candidates: Sequence[Passage], passage: Passage) -> Passage | None:
    """The best of the candidates that says what a passage said is so no longer."""
    return next((c for c in candidates if supersedes(c, passage)), None)


def _weights(asked: Sequence[str], frequencies: Frequencies) -> dict[str, float]:
    """How telling each term is: the rarer, the more; a name somebody gave to a thing half as much again.

    The parts of a compound weigh half, for it is there itself; so do words that name nothing by themselves, and pairs
    of characters that are pieces of one word or may be seams between two. What is surely a seam weighs nothing.
    """
    compounds = [term for term in asked if is_compound(term)]
    held = {term: frequencies.containing.get(term, 0) for term in asked}
    seams, halves = _seams(asked, held), _halves(asked, held)
    weights = {}
    for term in asked:
        if term in seams:
            continue
        rarity = math.log(1 + (frequencies.documents - held[term] + 0.5) / (held[term] + 0.5))
        is_part = any(term in compound and term != compound for compound in compounds)
        share = 0.5 if is_part or term in halves or is_vague_term(term) else 1.0
        weights[term] = rarity * share * (1.5 if is_identifier(term) else 1.0)
    return weights


def _seams(asked: Sequence[str], held: Mapping[str, int]) -> frozenset[str]:
    """The pairs never seen of which each character belongs to a neighbouring pair that was: 商接 in 承运商接口."""
    return frozenset(
        pair
        for before, pair, after in zip(asked, asked[1:], asked[2:], strict=False)
        if not held[pair] and held[before] and held[after] and _overlaps(before, pair) and _overlaps(pair, after)
    )


def _halves(asked: Sequence[str], held: Mapping[str, int]) -> frozenset[str]:
    """Overlapping pairs seen equally often, most likely one word (承运 and 运商 in 承运商), and those never seen."""
    overlapping = [(a, b) for a, b in pairwise(asked) if _overlaps(a, b)]
    twins = {pair for both in overlapping if held[both[0]] == held[both[1]] for pair in both}
    return frozenset(twins | {pair for both in overlapping for pair in both if not held[pair]})


def _overlaps(pair: str, following: str) -> bool:
    """Whether two terms are pairs of characters of which one begins where the other ends."""
    both_are_pairs = len(pair) == len(following) == 2 and not pair.isascii() and not following.isascii()
    return both_are_pairs and pair[1] == following[0]


def _worth_searching(asked: Sequence[str], frequencies: Frequencies) -> list[str]:
    """The rarest terms that occur at all; common ones find nothing that they do not, at many times the cost."""
    held = {term: count for term in asked if (count := frequencies.containing.get(term, 0))}
    rarest = sorted(held, key=lambda term: (held[term], asked.index(term)))[:MOST_SEARCHED]
    telling = [term for term in rarest if held[term] <= max(50, TOO_COMMON * frequencies.documents)]
    return telling if len(telling) >= 2 else rarest[:3]


class _Judge:
    """Weighs passages against one question."""

    def __init__(
        self, question: str, asked: Sequence[str], weights: dict[str, float], now: datetime, nearness: Nearness
    ) -> None:
        self._expectation = expected(question)
        self._weights = weights
        self._whole = sum(weights.values()) or 1.0
        self._pairs = frozenset(pairwise(asked))
        self._now = now
        self._nearness = nearness
        self._best = 1.0
        self._analysed: dict[MessageRef, list[str]] = {}
        self._factors: dict[MessageRef, float] = {}

    def touch(self, hit: LoggedMessage, messages: tuple[LoggedMessage, ...]) -> Passage:
        """Score a passage by its terms alone: how much of the question it covers, and how densely."""
        said = [term for message in messages for term in self._terms_of(message)]
        counts = Counter([term for term in said if term in self._weights])
        matched = frozenset(counts)
        coverage = math.fsum(self._weights[term] for term in matched) / self._whole
        score = (self._density(counts, len(said)) + self._phrases(said, matched)) * (0.5 + coverage)
        return Passage(hit, messages, matched, coverage, score * min(1.0, 0.4 + 0.6 * len(said) / SHORT))

    def balance(self, touched: Sequence[Passage]) -> list[Passage]:
        """Weigh in how near the passages are in meaning, against the best that words alone found among them."""
        self._best = max((passage.score for passage in touched), default=0.0) or 1.0
        return [self._weigh(passage) for passage in touched]

    def _weigh(self, passage: Passage) -> Passage:
        score = self._nearness.fused(passage.score, self._best, passage.hit)
        return replace(passage, score=score, nearness=self._nearness.height(passage.hit))

    def read(self, passage: Passage) -> Passage:
        """Weigh in what its sentences say: whether they tell rather than ask, hold what is asked for, are new."""
        factor = self._factors.get(passage.hit.ref)
        if factor is None:  # a hit is read alone first and then with its neighbours
            factor = self._factors[passage.hit.ref] = _telling(passage.hit) * self._freshness(passage.hit)
        if not any(is_met(self._expectation, message.text) for message in passage.messages):
            factor *= UNMET
        return replace(passage, score=passage.score * factor * LOWERED ** min(passage.hit.lowered, MOST_LOWERED))

    def widen(self, passage: Passage, messages: tuple[LoggedMessage, ...]) -> Passage:
        """Score a passage anew with what followed it."""
        return passage if messages == passage.messages else self.read(self._weigh(self.touch(passage.hit, messages)))

    def _terms_of(self, message: LoggedMessage) -> list[str]:
        if message.ref not in self._analysed:
            self._analysed[message.ref] = terms(message.text)
        return self._analysed[message.ref]

    def _density(self, counts: Counter[str], length: int) -> float:
        damping = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * length / USUAL_LENGTH)
        held = ((w, counts[t]) for t, w in self._weights.items() if t in counts)
        return sum(w * count * (SATURATION + 1) / (count + damping) for w, count in held)

    def _phrases(self, said: Sequence[str], matched: frozenset[str]) -> float:
        """What neighbours in the question, neighbours in the passage too, add."""
        if len(matched) < 2:
            return 0.0
        both = self._pairs.intersection(pairwise(said))
        return math.fsum(0.5 * min(self._weights[a], self._weights[b]) for a, b in both)

    def _freshness(self, hit: LoggedMessage) -> float:
        """Newer beats older where they are about equal, and a correction what it corrects."""
        days = max(0.0, (self._now - hit.said_at).total_seconds() / 86_400)
        return (1 + 0.1 * math.exp2(-days / 90)) * (CHANGED if announces_change(hit.text) else 1.0)


def _telling(hit: LoggedMessage) -> float:
    """What asks, is at a loss or only reacts to others seldom answers."""
    factor = 0.5 if is_question(hit.text) else 0.75 if is_puzzled(hit.text) else 1.0
    return factor * (0.9 if is_reaction(hit.text) else 1.0)


def _order(passage: Passage) -> tuple[float, float, str]:
    return (-passage.score, -passage.hit.said_at.timestamp(), str(passage.hit.ref))


def _without_repeats(passages: Sequence[Passage]) -> list[Passage]:
    """Leave out a passage that shares a message with a better one, or says nearly the same words again."""
    kept: list[Passage] = []
    refs: set[object] = set()
    vocabularies: list[frozenset[str]] = []
    for passage in passages:
        vocabulary = frozenset(terms(passage.text))
        mine = {m.ref for m in passage.messages}
        if mine & refs or any(_overlap(vocabulary, v) > 0.8 for v in vocabularies):
            continue
        kept.append(passage)
        refs |= mine
        vocabularies.append(vocabulary)
    return kept


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / (len(one | other) or 1)
