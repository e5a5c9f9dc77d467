"""Recall over one worker's log, beside a bare FTS5 query with the same query string."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import closing

from benchmarks.bare import BareLog
from benchmarks.figures import ROUNDS, Figure, Run, median_ratio, percentile
from benchmarks.large_log import NOW, WORKER, bare_log, built
from benchmarks.speech import Speech
from bot.events import MessageSaid
from bot.recall import CANDIDATES, recall
from bot.terms import query_terms, terms
from storage.store import SqliteStore

SIZES = (10_000, 200_000)
QUESTIONS = 100
WARMING_UP = 20
READERS_CACHE_KIB = 48 << 10
AT_MOST = 2.0
_Times = tuple[float, float]


def measure(run: Run) -> list[Figure]:
    """Percentiles over a hundred questions, warm; medians of five rounds, in each of which both answer all of them."""
    run.note(
        f"recall: {QUESTIONS} different questions about a log in eight public channels; each recall is whole – search, "
        "document counts, reading, ranking, neighbours – in a snapshot of its own. The bare query is one MATCH of the "
        "question's terms, analysed as ours, stop words left out, joined by OR, ORDER BY rank "
        f"LIMIT {CANDIDATES}, over the same rows in one table with the same cache; it brings row numbers and no text."
    )
    run.note(
        "recall reads what it finds and ranks it anew, which takes some milliseconds however small the log is; a bare "
        "query that knows no stop words and is given every word as typed is told beside it."
    )
    figures = []
    for size in SIZES:
        log = built(run, size)
        bare = bare_log(run.folder / f"bare-{size}.db", log.said, READERS_CACHE_KIB)
        with closing(bare), closing(SqliteStore(log.folder)) as store:
            figures += _figures(f"{size:,}", _rounds(run, store, bare, log.said))
    return figures


def _rounds(run: Run, store: SqliteStore, bare: BareLog, said: Sequence[MessageSaid]) -> list[tuple[_Times, ...]]:
    questions = questions_about(said, run.seed)
    with store.reading(WORKER) as tx:
        shelves = frozenset(tx.index.shelves())

    def ask(question: str) -> None:
        with store.reading(WORKER) as tx:
            recall(tx, question, shelves, NOW)

    def ask_bare(match: str) -> None:
        bare.ask(match, CANDIDATES)

    typed = [_any_of(terms(question)) for question in questions]
    telling = [_any_of(query_terms(question)) for question in questions]
    rounds: list[tuple[_Times, ...]] = []
    for number in range(ROUNDS + 1):
        run.said(f"recall at {len(said):,}: {f'round {number} of {ROUNDS}' if number else 'warming up'}")
        some = slice(QUESTIONS if number else WARMING_UP)
        rounds.append((_times(ask, questions[some]), _times(ask_bare, typed[some]), _times(ask_bare, telling[some])))
    return rounds[1:]


def questions_about(said: Sequence[MessageSaid], seed: int) -> list[str]:
    """Return different questions about messages spread over the whole log."""
    speech, step = Speech(seed + 1), max(1, len(said) // (QUESTIONS * 3))
    asked = (speech.question(message.text) for message in said[::step])
    return list(dict.fromkeys(filter(None, asked)))[:QUESTIONS]


def _times(ask: Callable[[str], object], questions: Sequence[str]) -> _Times:
    """Milliseconds at p50 and p95."""
    spent = []
    for question in questions:
        begun = time.perf_counter()
        ask(question)
        spent.append((time.perf_counter() - begun) * 1000)
    return percentile(spent, 0.5), percentile(spent, 0.95)


def _figures(size: str, rounds: Sequence[tuple[_Times, ...]]) -> list[Figure]:
    figures = []
    for place, share in ((0, "p50"), (1, "p95")):
        ours, typed, telling = ([times[which][place] for times in rounds] for which in range(3))
        name = f"recall at {size} messages, {share}"
        figures += [
            Figure(f"{name}, of the bare query", median_ratio(ours, telling), "times", ceiling=AT_MOST),
            Figure("  of a bare query with every word as typed", median_ratio(ours, typed), "times"),
            Figure("  recall", statistics.median(ours), "ms"),
            Figure("  bare query", statistics.median(telling), "ms"),
            Figure("  bare query with every word as typed", statistics.median(typed), "ms"),
        ]
    return figures


def _any_of(words: Sequence[str]) -> str:
    return " OR ".join(f'"{word}"' for word in dict.fromkeys(words) if '"' not in word)
