"""Whether a passage is likely to answer a question at all. A raw retrieval score is no sign of that."""

from __future__ import annotations

import math

from bot.passages import Passage, Recalled, is_reaction
from bot.terms import terms

ENOUGH = 0.42
NEEDED = 3.8
DOUBTFUL = 1.0
NEARNESS, USUAL_NEARNESS, SAME_MATTER = 6.0, 0.4, 0.5


def confidence(question: str, recalled: Recalled, quoted: str) -> float:
    """How likely it is, from 0 to 1, that the words quoted of the best passage answer; to decide by, never to be shown.

    Three facts: the share of the question that stands in them, how many of its terms do, and how far the passage stands
    out from the next best; less where the question holds a number or a version that they do not. Where vectors tell it,
    a fourth: how far the passage's meaning stands out from that of the rest. The weights
    come from a logistic regression over the sample team's questions and those of a public chat of 2017; they are
    rounded, for they hold no finer truth.
    """
    if not recalled.passages:
        return 0.0
    best, *others = recalled.passages
    weights = recalled.weights
    held = set(terms(quoted)) & weights.keys()
    heavy = math.fsum(weights[term] for term in held) / (math.fsum(weights.values()) or 1.0)
    number = len(held) / (len(weights) or 1)
    coverage = (heavy + number) / 2  # rarity alone makes light of what the worker speaks of most
    lead = 1 - min(1.0, others[0].score / (best.score or 1.0)) if others else 0.5
    evidence = 4.0 * coverage + 2.0 * min(1.0, len(held) / 6) + 1.5 * lead
    if any(term not in held and any(map(str.isdigit, term)) for term in weights):
        evidence -= DOUBTFUL  # 4.19 is not 4.18
    if is_reaction(question):
        evidence -= DOUBTFUL  # it goes on from something that the double did not see
    if best.nearness is not None:
        evidence += NEARNESS * (best.nearness - USUAL_NEARNESS)
    return 1 / (1 + math.exp(NEEDED - evidence))


def covers_part_only(passage: Passage) -> bool:
    """Whether a good part of the question is not touched by the passage, neither by its words nor by its meaning."""
    return passage.coverage < 0.6 and (passage.nearness or 0.0) < SAME_MATTER
