"""What each way of searching finds for the questions that a worker really answered (`benchmarks.recall_quality`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from benchmarks.answered_questions import Answered, answered_questions, most_active
from benchmarks.judge import Judge
from benchmarks.worker_log import WorkerLog
from bot.consent import Shelf
from bot.events import MessageSaid
from bot.nearness import Meaning
from bot.passages import Recalled
from bot.ports import Transaction
from bot.quoting import Composition, best_confidence, compose
from bot.recall import recall
from bot.refs import MessageRef, PersonRef
from bot.terms import terms
from bot.words import Words

TRAINING_SHARE = 0.6
ENOUGH_HISTORY = 30
TOP = 5
MODEL = "judge"
FUSED_DEPTH = 100
FUSED_OFFSET = 60
"""Of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009)."""


class Way(Enum):
    """How passages were found."""

    BM25 = "BM25"
    LEXICAL = "recall without vectors"
    VECTORS = "vectors alone"
    RANK_FUSION = "plain rank fusion"
    FUSED = "recall with vectors"


@dataclass(frozen=True, slots=True)
class Ranked:
    """What every way found for one question, as words and as ids; what the composer made of those it was given."""

    asked: Answered
    history: tuple[MessageSaid, ...]
    found: dict[Way, tuple[str, ...]]
    ids: dict[Way, list[list[str]]]
    confidence: dict[Way, float]
    quoted: dict[Way, str]  # the words quoted in a draft, where there is one
    plain_score: float

    @property
    def listing(self) -> dict[str, object]:
        """What was found by words alone, by id, without a word of it."""
        return {
            "question": self.asked.question.ref.stamp,
            "answer": [m.ref.stamp for m in self.asked.answer],
            "passages": self.ids[Way.LEXICAL],
            "bm25": [stamp for (stamp,) in self.ids[Way.BM25]],
            "confidence": round(self.confidence[Way.LEXICAL], 4),
            "drafted": Way.LEXICAL in self.quoted,
        }


class _Double:
    """One worker's double, which knows what they said so far, and by whose vectors it is searched."""

    def __init__(self, log: WorkerLog, judge: Judge | None) -> None:
        self._log = log
        self._judge = judge
        self._learnt = 0

    def learn(self, before: Sequence[MessageSaid], now: datetime) -> None:
        """Learn what was said since the last time."""
        new = before[self._learnt :]
        self._log.learn(new, now)
        self._embed({m.ref: m.text for m in new})
        self._learnt = len(before)

    def _embed(self, texts: dict[MessageRef, str]) -> None:
        if self._judge is None:
            return
        self._judge.learn(texts.values())
        known = {ref: vector for ref, text in texts.items() if (vector := self._judge.vector(text))}
        self._log.tx.vectors.put(MODEL, known)

    def rank(self, asked: Answered, history: tuple[MessageSaid, ...], thread: Collection[MessageRef]) -> Ranked:
        """Rank with the thread's own messages out for the while: a follow-up question is not to find its thread."""
        tx = self._log.tx
        held = tx.messages.find(thread)
        tx.index.remove(thread)
        ranked = self._rank(tx, asked, history)
        for message in held:
            tx.index.put(message.ref, message.shelf, terms(message.text))
        self._embed({message.ref: message.text for message in held})
        return ranked

    def _rank(self, tx: Transaction, asked: Answered, history: tuple[MessageSaid, ...]) -> Ranked:
        question, now = asked.question.text, asked.question.said_at
        shelves = frozenset(tx.index.shelves())
        meaning = self._meaning(question)
        recalled = {
            Way.LEXICAL: recall(tx, question, shelves, now, TOP),
            Way.FUSED: recall(tx, question, shelves, now, TOP, meaning=meaning),
        }
        plain = sorted(tx.index.search(shelves, terms(question), FUSED_DEPTH), key=lambda hit: -hit.score)
        singles = _singles(tx, shelves, [hit.ref for hit in plain[:FUSED_DEPTH]], meaning)
        texts = {m.ref: m.text for m in history}
        made = {
            way: compose(question, found, Words(), now, name="A01", channel_names={}) for way, found in recalled.items()
        }
        return Ranked(
            asked,
            history,
            {way: tuple(texts[ref] for ref in refs) for way, refs in singles.items()}
            | {way: tuple(p.text for p in found.passages) for way, found in recalled.items()},
            {way: [[ref.stamp] for ref in refs] for way, refs in singles.items()}
            | {way: _ids(found) for way, found in recalled.items()},
            {way: best_confidence(question, found) for way, found in recalled.items()},
            {way: "\n".join(s.quote for s in c.sources) for way, c in made.items() if isinstance(c, Composition)},
            plain[0].score if plain else 0.0,
        )

    def _meaning(self, question: str) -> Meaning | None:
        if self._judge is None:
            return None
        self._judge.learn([question])
        vector = self._judge.vector(question)
        return Meaning(MODEL, vector) if vector else None


def _ids(found: Recalled) -> list[list[str]]:
    return [[m.ref.stamp for m in passage.messages] for passage in found.passages]


def _singles(
    tx: Transaction, shelves: Collection[Shelf], plain: list[MessageRef], meaning: Meaning | None
) -> dict[Way, list[MessageRef]]:
    """The best single messages by words, by vectors, and by the ranks in both."""
    near = tx.vectors.search(shelves, meaning.model, meaning.vector, FUSED_DEPTH) if meaning else ()
    by_vector = [one.ref for one in near]
    scores: dict[MessageRef, float] = defaultdict(float)
    for ranking in (plain, by_vector):
        for rank, ref in enumerate(ranking, 1):
            scores[ref] += 1 / (FUSED_OFFSET + rank)
    fused = sorted(scores, key=lambda ref: (-scores[ref], ref))
    return {Way.BM25: plain[:TOP], Way.VECTORS: by_vector[:TOP], Way.RANK_FUSION: fused[:TOP]}


def rank_all(
    messages: Sequence[MessageSaid], number_of_workers: int, judge: Judge | None, share: float = TRAINING_SHARE
) -> Iterator[Ranked]:
    """Ask every question of the last part of each worker's double, which knows what its worker said before it."""
    workers = most_active(list(messages), number_of_workers)
    begin = messages[int(len(messages) * share)].said_at
    channels = {m.ref.channel for m in messages}
    said: dict[PersonRef, list[MessageSaid]] = defaultdict(list)
    for message in messages:
        said[message.author].append(message)
    doubles = {worker: _Double(WorkerLog(worker, channels, messages[0].said_at), judge) for worker in workers}
    for asked in answered_questions(list(messages), workers):
        worker, now = asked.worker, asked.question.said_at
        before = [m for m in said[worker] if m.said_at < now]
        doubles[worker].learn(before, now)
        history = tuple(m for m in before if m.thread != asked.question.thread)
        if now >= begin and len(history) >= ENOUGH_HISTORY:
            thread = [m.ref for m in before if m.thread == asked.question.thread]
            yield doubles[worker].rank(asked, history, thread)
