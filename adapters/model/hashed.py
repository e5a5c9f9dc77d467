"""Embeddings without a model: texts that share words are near each other, by feature hashing.

The method is Weinberger and others' (Feature Hashing for Large Scale Multitask Learning, 2009): each term has a place
and a sign by its hash. Meaning is not seen, only words.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

from adapters.model.texts import embeddable
from bot.model import Embeddings, Usage, Vector, tokens_in
from bot.terms import terms

COMPONENTS = 256


def hashed_embeddings(texts: Sequence[str]) -> Embeddings:
    """Return a vector of `COMPONENTS` for each text; the same text has the same one, always. Raises `Refused`."""
    asked = embeddable(texts)
    return Embeddings(tuple(map(_vector, asked)), Usage(tokens_in("".join(asked)), 0))


def _vector(text: str) -> Vector:
    components = _summed(terms(text))
    if not any(components):  # no words, or words that cancel each other out
        components = _summed([text])
    length = math.hypot(*components)
    return tuple(component / length for component in components)


def _summed(features: Sequence[str]) -> list[float]:
    components = [0.0] * COMPONENTS
    for feature in features:
        digest = hashlib.blake2b(feature.encode(), digest_size=8).digest()
        components[int.from_bytes(digest[:4], "big") % COMPONENTS] += 1.0 if digest[4] & 1 else -1.0
    return components
