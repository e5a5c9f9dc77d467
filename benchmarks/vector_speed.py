"""Recall with vectors beside recall by words alone: the same questions, the same log, warm.

Vectors lie in clusters, as those of real texts do: each is a centre of its own – one for each 200 messages – with as
much noise again, so that a message has near ones and far ones. A question's vector is near to the message it is about.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import ROUNDS, Figure, Run, median_ratio, percentile
from benchmarks.large_log import NOW, WORKER, built
from benchmarks.recall_speed import QUESTIONS, WARMING_UP, questions_about
from bot.events import MessageSaid
from bot.model import Vector
from bot.nearness import Meaning
from bot.recall import recall
from storage.store import SqliteStore

SIZE = 200_000
COMPONENTS = 1_536
PER_CLUSTER = 200
AT_MOST = 1.5
MODEL = "bench"
A_BATCH = 1_000
_Times = tuple[float, float]


def measure(run: Run) -> list[Figure]:
    """Percentiles over a hundred questions; medians of five rounds, in each of which both ways answer all of them."""
    log = built(run, SIZE)
    with closing(SqliteStore(log.folder)) as store:
        before = _bytes(log.folder)
        begun = time.perf_counter()
        _embed(run, store, log.said)
        took = time.perf_counter() - begun
        run.note(
            f"vectors: {SIZE:,} of {COMPONENTS:,} components, kept as sign bits and one byte a component: "
            f"{(_bytes(log.folder) - before) / 1e6:,.0f} MB of the file, put there in {took:.0f} seconds; a search "
            "compares all sign bits on the permitted shelves and rescores the nearest by their bytes. Both ways are "
            f"whole recalls in snapshots of their own, {QUESTIONS} different questions, each asked both ways in turn."
        )
        rounds = _rounds(run, store, log.said)
    figures = []
    for place, share, ceiling in ((0, "p50", None), (1, "p95", AT_MOST)):
        fused, lexical = ([times[which][place] for times in rounds] for which in range(2))
        name = f"recall with vectors at {SIZE:,} messages, {share}"
        figures += [
            Figure(f"{name}, of recall by words", median_ratio(fused, lexical), "times", ceiling=ceiling),
            Figure("  recall with vectors", statistics.median(fused), "ms"),
            Figure("  recall by words alone", statistics.median(lexical), "ms"),
        ]
    return figures


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("*.db"))


class _Clusters:
    """Seeded vectors of length one."""

    def __init__(self, seed: int) -> None:
        self._dice = np.random.default_rng(seed)
        self._centres = self._noise(SIZE // PER_CLUSTER)

    def _noise(self, count: int) -> NDArray[np.float32]:
        return _unit(self._dice.standard_normal((count, COMPONENTS), np.float32))

    def draw(self, count: int) -> list[Vector]:
        """Return vectors of clusters drawn at random."""
        drawn = self._centres[self._dice.integers(0, len(self._centres), count)] + self._noise(count)
        return [tuple(row) for row in _unit(drawn).tolist()]

    def beside(self, vector: Vector) -> Vector:
        """Return a vector half way between one and nothing in particular."""
        return tuple(_unit(np.asarray([vector], np.float32) + self._noise(1))[0].tolist())


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def _embed(run: Run, store: SqliteStore, said: Sequence[MessageSaid]) -> None:
    run.said(f"keeping {len(said):,} vectors")
    clusters, rest = _Clusters(run.seed), iter(said)
    while batch := list(islice(rest, A_BATCH)):
        vectors = dict(zip([m.ref for m in batch], clusters.draw(len(batch)), strict=True))
        with store.writing(WORKER) as tx:
            tx.vectors.put(MODEL, vectors)


def _rounds(run: Run, store: SqliteStore, said: Sequence[MessageSaid]) -> list[tuple[_Times, _Times]]:
    questions = questions_about(said, run.seed)
    clusters = _Clusters(run.seed)
    meanings = [Meaning(MODEL, clusters.beside(vector)) for vector in clusters.draw(len(questions))]
    with store.reading(WORKER) as tx:
        shelves = frozenset(tx.index.shelves())

    def ask(question: str, meaning: Meaning | None) -> None:
        with store.reading(WORKER) as tx:
            recall(tx, question, shelves, NOW, meaning=meaning)

    rounds = []
    for number in range(ROUNDS + 1):
        run.said(f"recall with vectors: {f'round {number} of {ROUNDS}' if number else 'warming up'}")
        some = QUESTIONS if number else WARMING_UP
        asked = list(zip(questions, meanings, strict=True))[:some]
        spent = [
            (_milliseconds(ask, question, meaning), _milliseconds(ask, question, None)) for question, meaning in asked
        ]
        fused, lexical = ((percentile(times, 0.5), percentile(times, 0.95)) for times in zip(*spent, strict=True))
        rounds.append((fused, lexical))
    return rounds[1:]


def _milliseconds(ask: Callable[[str, Meaning | None], None], question: str, meaning: Meaning | None) -> float:
    begun = time.perf_counter()
    ask(question, meaning)
    return (time.perf_counter() - begun) * 1000
