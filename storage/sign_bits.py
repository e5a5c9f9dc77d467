"""Vectors as they are kept and compared: a bit for each component's sign, and a byte for each component.

The bits of many vectors stand side by side, one row of 64-bit words for each word of a vector, so that a search runs
along them. How many signs two vectors differ in tells about how far apart they are (Charikar 2002, "Similarity
estimation techniques from rounding algorithms"); the few best are compared by their bytes.
This module needs numpy and is imported only where vectors are used.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Words = NDArray[np.uint64]

_LARGEST = 127
_WORD_BITS = 64


def signs_of(vector: Sequence[float]) -> bytes:
    """Return a bit for each component, set where it is positive, filled up with zeros to whole words of 64 bits."""
    positive = np.zeros(-(-len(vector) // _WORD_BITS) * _WORD_BITS, bool)
    positive[: len(vector)] = np.asarray(vector, np.float64) > 0
    return np.packbits(positive).tobytes()


def quantised(vector: Sequence[float]) -> tuple[float, bytes]:
    """Return a scale and a signed byte for each component; bytes times scale is a vector of length one.

    One without a direction – zeros, or anything that is no number – has the scale 0 and is near to nothing.
    """
    values = np.nan_to_num(np.asarray(vector, np.float64), posinf=0.0, neginf=0.0)
    parts = np.rint(values * (_LARGEST / (float(np.abs(values).max(initial=0.0)) or 1.0)))
    length = float(np.sqrt(parts @ parts))
    return (1 / length if length else 0.0), parts.astype(np.int8).tobytes()


def cosines(kept: Sequence[tuple[float, bytes]], vector: Sequence[float]) -> list[float]:
    """Return how close each quantised vector is to one, from -1 to 1.

    Products of bytes are whole numbers, which doubles add up without rounding: what stands beside a vector, and in
    which order, has no influence on its cosine, not even on the last digit.
    """
    if not kept:
        return []
    scale, asked = quantised(vector)
    parts = np.frombuffer(b"".join(parts for _, parts in kept), np.int8).reshape(len(kept), -1)
    products = (parts.astype(np.float64) @ np.frombuffer(asked, np.int8).astype(np.float64)).tolist()
    return [own * scale * product for (own, _), product in zip(kept, products, strict=True)]


class SignBits:
    """The sign bits of one shelf's vectors, by their numbers in ascending order, as of `seen` deletions."""

    def __init__(self, seen: int) -> None:
        self.seen = seen
        self.last = 0
        self._numbers: Numbers = np.empty(0, np.int64)
        self._words: Words = np.empty((0, 0), np.uint64)

    def keep_only(self, numbers: Sequence[int], seen: int) -> None:
        """Leave out what has been deleted since."""
        stays = np.isin(self._numbers, np.asarray(numbers, np.int64))
        self._numbers, self._words = self._numbers[stays], np.ascontiguousarray(self._words[:, stays])
        self.seen = seen

    def add(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """Take in vectors with higher numbers than any before."""
        if not rows:
            return
        words = np.frombuffer(b"".join(signs for _, signs in rows), np.uint64).reshape(len(rows), -1).T
        self._words = (
            np.concatenate([self._words, words], axis=1) if self._numbers.size else np.ascontiguousarray(words)
        )
        self._numbers = np.concatenate([self._numbers, np.asarray([number for number, _ in rows], np.int64)])
        self.last = rows[-1][0]

    def nearest(self, signs: bytes, limit: int) -> list[tuple[int, int]]:
        """Return the number of signs in which the nearest differ, and their own numbers; equal ones by number."""
        if not self._numbers.size or limit <= 0:
            return []
        differing = np.zeros(self._numbers.size, np.uint16)
        for column, word in zip(self._words, np.frombuffer(signs, np.uint64), strict=True):
            differing += np.bitwise_count(column ^ word)
        if limit < differing.size:
            places = np.flatnonzero(differing <= np.partition(differing, limit - 1)[limit - 1])
        else:
            places = np.arange(differing.size)
        return sorted(zip(differing[places].tolist(), self._numbers[places].tolist(), strict=True))[:limit]
