"""Whether two statements are about the same matter, say the same, or cannot both hold. Pure.

Nothing is understood here: words are compared. What looks at odds becomes one question to the worker, no more.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

from bot.denial import count_denials
from bot.patterns import Pattern
from bot.terms import is_identifier, is_vague_term, query_terms, terms

FEWEST_SHARED = 2
SAME_MATTER = 0.6
SAME_WORDS = 0.75
LONGEST_SLOT = 3
AT_HAND = 1_024
"""Sentences whose parts are kept at hand, in memory alone: each new one is compared with every claim there is."""

_NUMBER = Pattern(r"\d+(?:[.:,/-]\d+)*")
_NUMBER_WORD = Pattern(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|once|twice|daily|weekly|monthly)\b"
    r"|[一二两三四五六七八九十]+(?=[个次天周月年分秒小份位台])",
    re.IGNORECASE,
)
_TOKEN = Pattern(r"`[^`]+`|[A-Za-z0-9_](?:[\w./:#+@'’-]*[\w+#])?|[\u3400-\u9fff]")
_NAMES_A_TIME = Pattern(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?:january|february|march|april|may|june|july|august|september|october|"
    r"november|december)|mornings?|noon|afternoons?|evenings?|midnight|[一二三四五六日天]",
    re.IGNORECASE,
)


def is_same_matter(one: str, other: str) -> bool:
    """Whether two statements share most of what the shorter one is about."""
    first, second = _naming(one), _naming(other)
    shared = len(first & second)
    return shared >= max(FEWEST_SHARED, SAME_MATTER * min(len(first), len(second)))


def says_the_same(one: str, other: str) -> bool:
    """Whether two statements have nearly the same telling words, the same numbers, and both or neither deny."""
    return _is_close(one, other) and not is_at_odds(one, other)


def is_at_odds(one: str, other: str) -> bool:
    """Whether two statements about the same matter have another number, another name in one place, or one denies."""
    if not is_same_matter(one, other):
        return False
    first, second = _numbers(one), _numbers(other)
    if first - second and second - first:
        return True
    if _denies(one) != _denies(other):
        return _is_close(one, other)
    return _differs_in_a_name(one, other)


def share_of(question: str, statement: str) -> float:
    """Return the share of a question's telling terms that a statement has, each weighing the same (0 to 1)."""
    asked = _naming(question)
    return len(asked & frozenset(terms(statement))) / len(asked) if asked else 0.0


def _is_close(one: str, other: str) -> bool:
    first, second = _naming(one), _naming(other)
    return len(first & second) >= max(FEWEST_SHARED, SAME_WORDS * max(len(first), len(second)))


@lru_cache(maxsize=AT_HAND)
def _naming(text: str) -> frozenset[str]:
    """The terms that say what a text is about, numbers aside."""
    return frozenset(term for term in query_terms(text) if not is_vague_term(term) and not _NUMBER.fullmatch(term))


@lru_cache(maxsize=AT_HAND)
def _numbers(text: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKC", text)
    return frozenset(_NUMBER.findall(plain)) | {word.casefold() for word in _NUMBER_WORD.findall(plain)}


@lru_cache(maxsize=AT_HAND)
def _denies(text: str) -> bool:
    return count_denials(text) % 2 == 1


def _differs_in_a_name(one: str, other: str) -> bool:
    """Whether the two are worded alike but for one place, in which each has another name, code or time."""
    first, second = _TOKEN.findall(one), _TOKEN.findall(other)
    lowered = [token.casefold() for token in first], [token.casefold() for token in second]
    changes = [step for step in SequenceMatcher(None, *lowered, autojunk=False).get_opcodes() if step[0] != "equal"]
    if len(changes) != 1 or changes[0][0] != "replace":
        return False
    _, start, stop, begin, end = changes[0]
    if max(stop - start, end - begin) > LONGEST_SLOT:
        return False
    return _names(first[start:stop], start) and _names(second[begin:end], begin)


def _names(tokens: list[str], place: int) -> bool:
    """Whether some tokens name something: code, an identifier, a time, or a word with a capital inside a sentence."""
    return any(
        word.startswith("`")
        or is_identifier(word.casefold())
        or _NAMES_A_TIME.fullmatch(word) is not None
        or (place > 0 and word[0].isupper() and word != "I")
        for word in tokens
    )
