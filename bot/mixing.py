"""Whether words say of one thing what was said of another: *Jonas reviews A and Pia B* turned round. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.patterns import Pattern
from bot.terms import is_function_word, query_terms, telling_words, terms

ALIKE = 0.5
"""The share of the shorter piece's terms that two pieces of different sentences have in common if they run parallel."""

FEWEST = 2
"""Terms that a piece has if it is a statement and no mere item of a list."""

_MARK = Pattern(r"\d|\b[A-Z][a-z]{2,}\b")
_ORDER = Pattern(
    r"\b(?:than|before|after|into|by|from|replaces)\b|再|比|然后|之前|之后"
    r"|(?<!\bhas )(?<!\bhave )(?<!\bhad )(?<!\bneed )(?<!\bneeds )\bto\b(?! be\b)|(?<![看找收达得做听想遇直])到",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of cited words that says one thing, and which sentence it is of."""

    text: str
    sentence: int

    @property
    def terms(self) -> frozenset[str]:
        """What it speaks of."""
        return frozenset(query_terms(self.text)) if telling_words(self.text) else frozenset()

    @property
    def is_counted(self) -> bool:
        """Whether a number stands in it."""
        return any(character.isdecimal() for character in self.text)

    @property
    def is_marked(self) -> bool:
        """Whether a number or a name stands in it."""
        return any(not is_function_word(mark.casefold()) for mark in _MARK.findall(self.text))


def mixes(own: Sequence[str], cited: Sequence[Piece]) -> bool:
    """Whether any piece of an answer has what sets apart each of two parallel cited pieces, or turns an order round."""
    known = [(piece, piece.terms) for piece in cited]
    rivals = [
        (first, second)
        for place, (one, first) in enumerate(known)
        for other, second in known[place + 1 :]
        if _are_parallel(one, other, first, second)
    ]
    return any(_is_mixed(piece, rivals, [held for _, held in known]) or _is_turned(piece, cited) for piece in own)


def _are_parallel(one: Piece, other: Piece, first: frozenset[str], second: frozenset[str]) -> bool:
    fewer = min(len(first), len(second))
    if fewer < FEWEST:
        return False
    if one.sentence == other.sentence:
        # Chinese has no capitals to mark a name by; elsewhere a shared word alone may be of what a colon joins.
        is_shared = any(not term.isascii() for term in first & second)
        return is_shared or (one.is_counted and other.is_counted) or _are_marked_alike(one, other)
    return len(first & second) >= ALIKE * fewer and one.is_marked and other.is_marked


def _are_marked_alike(one: Piece, other: Piece) -> bool:
    """Whether each of two pieces names something, in words of which some are the same: *this goes to A, that to B*."""
    return one.is_marked and other.is_marked and len(set(terms(one.text)) & set(terms(other.text))) >= FEWEST


def _is_mixed(
    piece: str, rivals: Sequence[tuple[frozenset[str], frozenset[str]]], held: Sequence[frozenset[str]]
) -> bool:
    own = set(query_terms(piece))
    known = own & frozenset[str]().union(*held)
    if any(known <= terms for terms in held):
        return False
    return any(own & (first - second) and own & (second - first) for first, second in rivals)


def _is_turned(piece: str, cited: Sequence[Piece]) -> bool:
    """Whether what stands on either side of a word of order stands on the other side of it in what is cited."""
    return any(
        word == theirs and left & right_of and right & left_of
        for word, left, right in _sides(piece)
        for each in cited
        for theirs, left_of, right_of in _sides(each.text)
    )


def _sides(text: str) -> list[tuple[str, set[str], set[str]]]:
    """Each word of order in a text, and the terms that stand on one side of it alone: its left, its right."""
    found = [
        (match.group().casefold(), set(query_terms(text[: match.start()])), set(query_terms(text[match.end() :])))
        for match in _ORDER.finditer(text)
    ]
    return [(word, left - right, right - left) for word, left, right in found]
