"""Closeness of two texts as an embedding model sees it, through an OpenAI-compatible endpoint."""

from __future__ import annotations

import json
import math
import urllib.request
from collections.abc import Iterable

from bot.model import Vector

BATCH = 64


class Judge:
    """Gives unit vectors for texts; a text is sent once."""

    def __init__(self, url: str, model: str = "judge") -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError("the judge's address must begin with http:// or https://")
        self._url = url.rstrip("/")
        self._model = model
        self._known: dict[str, Vector] = {}

    def learn(self, texts: Iterable[str]) -> None:
        """Fetch the vectors of texts, many at a time."""
        wanted = list(dict.fromkeys(t for t in texts if t.strip() and t not in self._known))
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            body = json.dumps({"model": self._model, "input": batch}).encode()
            request = urllib.request.Request(f"{self._url}/embeddings", body, {"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=600) as answer:
                for row, text in zip(json.load(answer)["data"], batch, strict=True):
                    self._known[text] = _unit(row["embedding"])

    def vector(self, text: str) -> Vector | None:
        """Return the vector of a learnt text, None for an empty one."""
        return self._known.get(text)

    def closeness(self, one: str, other: str) -> float:
        """Return the cosine of two learnt texts, 0 for an empty one."""
        a, b = self._known.get(one), self._known.get(other)
        return math.fsum(x * y for x, y in zip(a, b, strict=True)) if a and b else 0.0


def _unit(values: list[float]) -> Vector:
    length = math.sqrt(math.fsum(v * v for v in values)) or 1.0
    return tuple(v / length for v in values)
