"""What a question asks, in a form in which two that ask the same are equal. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.equivalences import Kind
from bot.patterns import Pattern

BREAK = "/"
"""Stands in a sequence of words where a preposition was left out."""

CJK = r"\u3400-\u4dbf\u4e00-\u9fff"
TOKEN = Pattern(rf"[{CJK}]|'s\b|[^\W{CJK}]+(?:[._/\\:@+#-][^\W{CJK}]+)*(?:\+\+|#)?")
"""A Chinese character, or a Latin word; an identifier, a version or a path is one word."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one text asks. `words` are its telling words in their order, `orders` other sequences that ask the same.

    `marks` are what an answer turns on beside the words: past, future, may, must, who acts on whom. `acts` is what a
    phrase that names a matter would be as a question of how.
    """

    kind: Kind
    marks: frozenset[str]
    words: tuple[str, ...]
    orders: frozenset[tuple[str, ...]]
    acts: frozenset[tuple[str, ...]] = frozenset()

    @property
    def size(self) -> int:
        """How many telling words it has."""
        return sum(word != BREAK for word in self.words)
