"""Full-text search in memory, with the very scores that FTS5 gives."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from bot.ports import Hit
from bot.refs import MessageRef

_K1, _B = 1.2, 0.75
_SMALLEST_WEIGHT = 1e-6

Documents = Mapping[MessageRef, Sequence[str]]


def containing(documents: Documents, term: str) -> int:
    """Count the documents that hold a term."""
    return sum(term in terms for terms in documents.values())


def best(documents: Documents, terms: Collection[str], limit: int) -> list[Hit]:
    """Rank by BM25 as FTS5 computes it (https://sqlite.org/fts5.html#the_bm25_function); the first in wins a tie."""
    if not documents:
        return []
    average = sum(map(len, documents.values())) / len(documents)
    weights = {term: _weight(len(documents), containing(documents, term)) for term in dict.fromkeys(terms)}
    hits = []
    for ref, held in documents.items():
        counts = Counter(held)
        if any(term in counts for term in weights):
            norm = _K1 * (1 - _B + _B * len(held) / average)
            score = sum(w * counts[t] * (_K1 + 1) / (counts[t] + norm) for t, w in weights.items())
            hits.append(Hit(ref, score))
    return sorted(hits, key=lambda hit: -hit.score)[: max(limit, 0)]


def _weight(documents: int, holding: int) -> float:
    return max(math.log((documents - holding + 0.5) / (holding + 0.5)), _SMALLEST_WEIGHT)
