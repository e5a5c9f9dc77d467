"""How good is recall on real chats? `python -m benchmarks.recall_quality EXPORT.zip [--judge-url URL] [--json]`.

For questions that a worker really answered (`benchmarks.answered_questions`): how close is the best own passage, from
before the question and outside its thread, to the real answer? With a judge, closeness is a cosine, shown on a scale on
which 0 is a random message of the worker's own and 1 the closest one in their history; "close" is a cosine of 0.5.
Without one, the question, the ranked passages and the real answer are listed by id, for others to score.

Only questions in the last 40 % of the export's messages count; everything learnt lies before each question. A worker's
real answer was not always about the question, and often nothing in their history is: the scale's 1 is out of reach.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.answered_questions import Answered, answered_questions, most_active, read_export
from benchmarks.judge import Judge
from benchmarks.worker_log import WorkerLog
from bot.events import MessageSaid
from bot.passages import Passage
from bot.ports import Transaction
from bot.quoting import Composition, best_confidence, compose
from bot.recall import recall
from bot.refs import MessageRef, PersonRef
from bot.terms import terms
from bot.words import Words

CLOSE = 0.5
TRAINING_SHARE = 0.6
ENOUGH_HISTORY = 30
TOP = 5


@dataclass(frozen=True, slots=True)
class Ranked:
    """What two rankings gave for one question. `confidence` and `draft` are the composer's."""

    asked: Answered
    history: tuple[MessageSaid, ...]
    passages: tuple[Passage, ...]
    plain: tuple[tuple[str, float], ...]  # ids and scores of the messages that BM25 alone ranks first
    confidence: float
    draft: str | None
    quoted: str  # the words quoted in the draft


def rank_all(
    messages: Sequence[MessageSaid], number_of_workers: int, share: float = TRAINING_SHARE
) -> Iterator[Ranked]:
    """Ask every question of the last part of each worker's double, which knows what its worker said before it."""
    workers = most_active(list(messages), number_of_workers)
    begin = messages[int(len(messages) * share)].said_at
    channels = {m.ref.channel for m in messages}
    said: dict[PersonRef, list[MessageSaid]] = defaultdict(list)
    for message in messages:
        said[message.author].append(message)
    logs = {worker: WorkerLog(worker, channels, messages[0].said_at) for worker in workers}
    learnt = dict.fromkeys(workers, 0)
    for asked in answered_questions(list(messages), workers):
        worker, now = asked.worker, asked.question.said_at
        before = [m for m in said[worker] if m.said_at < now]
        logs[worker].learn(before[learnt[worker] :], now)
        learnt[worker] = len(before)
        history = tuple(m for m in before if m.thread != asked.question.thread)
        if now >= begin and len(history) >= ENOUGH_HISTORY:
            thread = [m.ref for m in before if m.thread == asked.question.thread]
            yield _rank(logs[worker].tx, asked, history, thread)


def _rank(tx: Transaction, asked: Answered, history: tuple[MessageSaid, ...], thread: Sequence[MessageRef]) -> Ranked:
    """Rank with the thread's own messages taken out for the while: a follow-up question is not to find its thread."""
    now = asked.question.said_at
    held = {m.ref: (m.shelf, terms(m.text)) for m in tx.messages.find(thread)}
    tx.index.remove(thread)
    shelves = frozenset(tx.index.shelves())
    found = recall(tx, asked.question.text, shelves, now, TOP)
    plain = tx.index.search(shelves, terms(asked.question.text), TOP)
    made = compose(asked.question.text, found, Words(), now, name="A01", channel_names={})
    for ref, (shelf, words) in held.items():
        tx.index.put(ref, shelf, words)
    best = sorted(plain, key=lambda hit: -hit.score)[:TOP]
    draft, quoted = (
        (made.text, "\n".join(s.quote for s in made.sources)) if isinstance(made, Composition) else (None, "")
    )
    return Ranked(
        asked,
        history,
        found.passages,
        tuple((h.ref.stamp, h.score) for h in best),
        best_confidence(asked.question.text, found),
        draft,
        quoted,
    )


@dataclass(frozen=True, slots=True)
class Scored:
    """Closeness of what was found for one question, as cosines to the real answer."""

    best_possible: float
    usual: float
    ours: tuple[float, ...]
    plain: tuple[float, ...]
    drafted: float | None
    confidence: float
    plain_score: float


def score(ranked: Ranked, judge: Judge) -> Scored:
    """Compare everything with the real answer."""
    answer = ranked.asked.answer_text
    texts = {m.ref.stamp: m.text for m in ranked.history}
    judge.learn([answer, ranked.quoted, *texts.values(), *(p.text for p in ranked.passages)])
    everything = [judge.closeness(answer, text) for text in texts.values()]
    return Scored(
        max(everything),
        sum(everything) / len(everything),
        tuple(judge.closeness(answer, p.text) for p in ranked.passages),
        tuple(judge.closeness(answer, texts[stamp]) for stamp, _ in ranked.plain),
        judge.closeness(answer, ranked.quoted) if ranked.draft else None,
        ranked.confidence,
        ranked.plain[0][1] if ranked.plain else 0.0,
    )


def on_scale(scored: Sequence[Scored], found: Callable[[Scored], float]) -> float:
    """Where a closeness stands between a random message (0) and the closest of all (1), over all questions."""
    reach = sum(s.best_possible - s.usual for s in scored)
    return sum(found(s) - s.usual for s in scored) / (reach or 1.0)


def interval(scored: Sequence[Scored], found: Callable[[Scored], float], seed: int) -> tuple[float, float]:
    """The 95 % bootstrap interval of a place on the scale."""
    dice = random.Random(seed)
    drawn = sorted(on_scale(dice.choices(scored, k=len(scored)), found) for _ in range(500))
    return drawn[12], drawn[487]


def area_under_curve(cases: Sequence[tuple[float, bool]]) -> float:
    """How often a close case has more confidence than one that is not; ties count half; 0.5 is chance."""
    good = [c for c, is_good in cases if is_good]
    bad = [c for c, is_good in cases if not is_good]
    wins = sum((g > b) + 0.5 * (g == b) for g in good for b in bad)
    return wins / (len(good) * len(bad)) if good and bad else 0.5


def figures(scored: Sequence[Scored], seed: int) -> dict[str, object]:
    """All figures of one export."""

    def first(found: Callable[[Scored], tuple[float, ...]]) -> Callable[[Scored], float]:
        return lambda s: found(s)[0] if found(s) else s.usual

    def top(found: Callable[[Scored], tuple[float, ...]]) -> Callable[[Scored], float]:
        return lambda s: max(found(s), default=s.usual)

    def ours(s: Scored) -> tuple[float, ...]:
        return s.ours

    def plain(s: Scored) -> tuple[float, ...]:
        return s.plain

    table: dict[str, object] = {"questions": len(scored), "seed": seed}
    for name, found in (
        ("recall top-1", first(ours)),
        ("BM25 top-1", first(plain)),
        ("recall top-5", top(ours)),
        ("BM25 top-5", top(plain)),
    ):
        low, high = interval(scored, found, seed)
        table[name] = f"{on_scale(scored, found):.3f} ({low:.3f} to {high:.3f})"
    return table | _abstention(scored)


def _abstention(scored: Sequence[Scored]) -> dict[str, object]:
    cases = sorted(((s.confidence, bool(s.ours) and s.ours[0] >= CLOSE) for s in scored), reverse=True)
    curve = {}
    for share in (0.05, 0.1, 0.2, 0.5, 1.0):
        kept = cases[: max(1, round(share * len(cases)))]
        curve[f"{share:.0%}"] = round(sum(is_close for _, is_close in kept) / len(kept), 3)
    drafted = [s.drafted for s in scored if s.drafted is not None]
    right = sum(d >= CLOSE for d in drafted)
    silent = len(scored) - len(drafted)
    return {
        "close at 1, all": f"{sum(c for _, c in cases) / len(cases):.3f}",
        "close at 1 by coverage": curve,
        "AUC of confidence": round(area_under_curve(cases), 3),
        "AUC of raw BM25": round(
            area_under_curve([(s.plain_score, bool(s.ours) and s.ours[0] >= CLOSE) for s in scored]), 3
        ),
        "drafts": len(drafted),
        "drafts that are close": right,
        "c@1": round((right + silent * right / len(scored)) / len(scored), 3),
    }


def listing(ranked: Ranked) -> dict[str, object]:
    """What was found for one question, by id, without words."""
    return {
        "question": ranked.asked.question.ref.stamp,
        "answer": [m.ref.stamp for m in ranked.asked.answer],
        "passages": [[m.ref.stamp for m in p.messages] for p in ranked.passages],
        "bm25": [stamp for stamp, _ in ranked.plain],
        "confidence": round(ranked.confidence, 4),
        "drafted": ranked.draft is not None,
    }


def main() -> None:
    """Measure one export."""
    parser = argparse.ArgumentParser(description="Recall on questions that were really asked.")
    parser.add_argument("export")
    parser.add_argument("--judge-url", help="an OpenAI-compatible endpoint for embeddings, up to /v1")
    parser.add_argument("--workers", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    everything = list(rank_all(read_export(options.export), options.workers))
    if not options.judge_url:
        sys.stdout.writelines(json.dumps(listing(ranked)) + "\n" for ranked in everything)
        return
    judge = Judge(options.judge_url)
    table = figures([score(ranked, judge) for ranked in everything], options.seed)
    if options.json:
        sys.stdout.write(json.dumps(table) + "\n")
    else:
        sys.stdout.writelines(f"{name:26} {value}\n" for name, value in table.items())


if __name__ == "__main__":
    main()
