"""What vectors say: which messages mean nearly what a question means, and how that weighs beside the words they share.

Cosines of one model are not those of another: each is measured against the nearest found and against the rest of them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.consent import Shelf
from bot.messages import LoggedMessage
from bot.model import Vector
from bot.ports import Near, Transaction
from bot.terms import is_identifier

COMPARED = 64
READ = 24
FEW = 12
SHARE = 0.8
SHARE_OF_NAMES = 0.5
"""How much the meaning weighs where the question names nothing, and where it is all identifiers and numbers.

Chosen on the questions of one public chat (2017): from 0.7 to 0.85 the results were much the same.
"""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A question's vector, and the name of the model that made it."""

    model: str
    vector: Vector


def search_near(tx: Transaction, shelves: Sequence[Shelf], meaning: Meaning | None) -> tuple[Near, ...]:
    """Return the messages nearest to a question's meaning; none without one, or where no vector is its model's."""
    return tx.vectors.search(shelves, meaning.model, meaning.vector, COMPARED) if meaning else ()


class Nearness:
    """How near messages are to one question, among the nearest that were found."""

    def __init__(self, near: Sequence[Near], weights: Mapping[str, float]) -> None:
        self._cosines = {one.ref: one.cosine for one in near}
        self._highest, self._lowest = (near[0].cosine, near[-1].cosine) if near else (0.0, 0.0)
        whole = math.fsum(weights.values()) or 1.0
        named = math.fsum(weight for term, weight in weights.items() if is_identifier(term)) / whole
        self._share = SHARE + (SHARE_OF_NAMES - SHARE) * named if near else 0.0

    def fused(self, score: float, best: float, hit: LoggedMessage) -> float:
        """Return the score by words with the nearness weighed in; `best` is the best score by words among all.

        The nearest message counts as much as the best by words, the least near of those compared for nothing.
        """
        if not self._share:
            return score
        above = max(0.0, self._cosines.get(hit.ref, self._lowest) - self._lowest)
        return (1 - self._share) * score + self._share * best * above / ((self._highest - self._lowest) or 1.0)

    def height(self, hit: LoggedMessage) -> float | None:
        """How far a message stands out from the rest, from 0 to 1: what it has of the way to the same direction.

        None where it is not among the nearest, or where they are too few to stand out from.
        """
        cosine = self._cosines.get(hit.ref)
        if cosine is None or len(self._cosines) < FEW:
            return None
        return max(0.0, cosine - self._lowest) / max(1 - self._lowest, 0.01)
