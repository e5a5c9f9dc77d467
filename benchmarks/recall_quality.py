"""How good is recall on real chats? `python -m benchmarks.recall_quality EXPORT.zip [--judge-url URL] [--json]`.

For questions that a worker really answered (`benchmarks.answered_questions`): how close is the best own passage, from
before the question and outside its thread, to the real answer? With a judge, closeness is a cosine, shown on a scale on
which 0 is a random message of the worker's own and 1 the closest one in their history; "close" is a cosine of 0.5.
Without one, the question, the ranked passages and the real answer are listed by id, for others to score.

With a judge its vectors are also what the double searches by: lexical recall, the vectors alone, plain rank fusion and
ours stand beside each other. **The judge and the index are then one model**: what the vectors alone find is flattered
by it, and so, less, is what they contribute to; lexical recall is not.

Only questions in the last 40 % of the export's messages count; everything learnt lies before each question. A worker's
real answer was not always about the question, and often nothing in their history is: the scale's 1 is out of reach.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.answered_questions import read_export
from benchmarks.judge import Judge
from benchmarks.ranked_questions import Ranked, Way, rank_all

CLOSE = 0.5


@dataclass(frozen=True, slots=True)
class Scored:
    """Closeness of what was found for one question, way by way, as cosines to the real answer."""

    best_possible: float
    usual: float
    found: dict[Way, tuple[float, ...]]
    drafted: dict[Way, float]
    confidence: dict[Way, float]
    plain_score: float


def score(ranked: Ranked, judge: Judge) -> Scored:
    """Compare everything with the real answer."""
    answer = ranked.asked.answer_text
    texts = [m.text for m in ranked.history]
    found = [text for way in ranked.found.values() for text in way]
    judge.learn([answer, *ranked.quoted.values(), *texts, *found])
    everything = [judge.closeness(answer, text) for text in texts]
    return Scored(
        max(everything),
        sum(everything) / len(everything),
        {way: tuple(judge.closeness(answer, text) for text in found) for way, found in ranked.found.items()},
        {way: judge.closeness(answer, quoted) for way, quoted in ranked.quoted.items()},
        ranked.confidence,
        ranked.plain_score,
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

    def first(way: Way) -> Callable[[Scored], float]:
        return lambda s: s.found[way][0] if s.found[way] else s.usual

    def top(way: Way) -> Callable[[Scored], float]:
        return lambda s: max(s.found[way], default=s.usual)

    table: dict[str, object] = {"questions": len(scored), "seed": seed}
    for count, chosen in (("top-1", first), ("top-5", top)):
        for way in Way:
            low, high = interval(scored, chosen(way), seed)
            table[f"{way.value} {count}"] = f"{on_scale(scored, chosen(way)):.3f} ({low:.3f} to {high:.3f})"
    for way in (Way.LEXICAL, Way.FUSED):
        table |= {f"{way.value}: {name}": figure for name, figure in _abstention(scored, way).items()}
    return table


def _is_close(scored: Scored, way: Way) -> bool:
    return bool(scored.found[way]) and scored.found[way][0] >= CLOSE


def _abstention(scored: Sequence[Scored], way: Way) -> dict[str, object]:
    cases = sorted(((s.confidence[way], _is_close(s, way)) for s in scored), reverse=True)
    curve = {}
    for share in (0.05, 0.1, 0.2, 0.5, 1.0):
        kept = cases[: max(1, round(share * len(cases)))]
        curve[f"{share:.0%}"] = round(sum(is_close for _, is_close in kept) / len(kept), 3)
    drafted = [s.drafted[way] for s in scored if way in s.drafted]
    right = sum(d >= CLOSE for d in drafted)
    silent = len(scored) - len(drafted)
    return {
        "close at 1, all": f"{sum(c for _, c in cases) / len(cases):.3f}",
        "close at 1 by coverage": curve,
        "AUC of confidence": round(area_under_curve(cases), 3),
        "AUC of raw BM25": round(area_under_curve([(s.plain_score, _is_close(s, way)) for s in scored]), 3),
        "drafts": len(drafted),
        "drafts that are close": right,
        "c@1": round((right + silent * right / len(scored)) / len(scored), 3),
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
    judge = Judge(options.judge_url) if options.judge_url else None
    everything = list(rank_all(read_export(options.export), options.workers, judge))
    if judge is None:
        sys.stdout.writelines(json.dumps(ranked.listing) + "\n" for ranked in everything)
        return
    table = figures([score(ranked, judge) for ranked in everything], options.seed)
    if options.json:
        sys.stdout.write(json.dumps(table) + "\n")
    else:
        sys.stdout.writelines(f"{name:36} {value}\n" for name, value in table.items())


if __name__ == "__main__":
    main()
