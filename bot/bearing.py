"""Whether a sentence is borne out by words it cites: telling words, numbers and names, and yes and no. Pure.

Words are compared, not meanings: an honest paraphrase may fail, and a lie told in the cited words alone may pass. So
this decides what is cut before a person reads, and never what is sent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.guard import links_in
from bot.patterns import Pattern
from bot.prompting import is_chinese
from bot.sentences import sentences
from bot.terms import is_identifier, query_terms, telling_words, terms

SUPPORTED = 0.6
"""The share of a sentence's telling terms that must stand in what it cites; names and numbers must stand there all."""

HALF = 0.5
"""The share that must stand there of each clause of a sentence, so that none is an addition of the model's own."""

_WORD = Pattern(r"\w+")
_NUMBER = Pattern(r"\d+(?:[.,:]\d+)*")
_NAME = Pattern(r"(?<![.!?。！？]\s)(?<!^)\b[A-Z][A-Za-z]{2,}\b")
_NEGATION = Pattern(
    r"\b(?:not|no|never|none|nothing|without|cannot|neither|nor|nobody|instead of|rather than)\b|n['’]t\b"
    r"|不|没|未|勿|别|无法|非",
    re.IGNORECASE,
)
_CLAUSE = Pattern(
    r"[,;:()，；：（）]|\s[-–—]\s|\b(?:but|however|although|though)\b|但是?|不过"
    r"|\s(?=(?:instead of|rather than)\b)|(?=而不是?)",
    re.IGNORECASE,
)
_PRONOUN = Pattern(r"\W*(?:it|they|this|that|these|those|there|here|now|we|i)\b|\W*(?:它|这|那|现在|改)", re.IGNORECASE)
_CODE = Pattern(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)


def is_supported(text: str, cited: Sequence[str], question: str) -> bool:
    """Whether what a sentence says stands in what it cites: its numbers, names and identifiers all, its words mostly.

    The words of a sentence in another language than what it cites cannot be compared; its numbers and names can. What
    the question itself says may be said again, and supports nothing else.
    """
    whole = "\n".join(cited)
    held, asked = set(terms(whole)), set(terms(question))
    numbers = set(_NUMBER.findall(text)) - set(_NUMBER.findall(whole))
    names = {n.casefold() for n in _NAME.findall(text)} - set(_WORD.findall(f"{whole} {question}".casefold()))
    if numbers or names or links_in(text) - links_in(whole):
        return False
    own = query_terms(text)
    if any(is_identifier(term) and term not in held | asked for term in own):
        return False
    if is_chinese(text) != is_chinese(whole):
        return True
    return (
        _are_held(own, held, asked)
        and all(_are_held(_telling(clause), held, asked, least=HALF) for clause in _clauses(_CODE.sub(" ", text)))
        and agrees(text, whole)
    )


def _are_held(own: Sequence[str], held: set[str], asked: set[str], least: float | None = None) -> bool:
    """Whether enough of some terms stand in what is cited; what the question says itself counts for nothing.

    Without `least` it is a whole sentence, which must say something of its own.
    """
    new = [term for term in own if term not in asked]
    if least is not None and not new:
        return True
    new = new or list(own)
    found = sum(term in held for term in new)
    return found > 0 and found >= (SUPPORTED if least is None else least) * len(new)


def agrees(text: str, whole: str) -> bool:
    """Whether a sentence says yes and no of the same things as the words it cites, clause by clause, code left aside.

    What it affirms must not be spoken of in denying clauses alone; what it denies must be spoken of in a denying one,
    or beside it in the same sentence. A denial without words of its own (*It didn't.*) is of the sentence before it,
    and what *it* names after a denial is what was denied: *the key is no longer here, it hangs there*.
    """
    cited = _Cited(whole)
    return all(cited.agrees(clause) for clause in _clauses(_CODE.sub(" ", text)))


class _Cited:
    """The terms of some words by whether they are affirmed or denied."""

    def __init__(self, whole: str) -> None:
        self._affirmed, self._denied, self._beside = set[str](), set[str](), set[str]()
        self._goes_on = False  # whether a clause about what was denied before says what holds instead
        before, was_denied = "", False
        for sentence in sentences(_CODE.sub(" ", whole)):
            for clause in _clauses(sentence):
                if _denies(clause):
                    of = clause if _telling(clause) else f"{before} {clause}"
                    self._denied |= set(terms(of))
                    self._beside |= set(terms(f"{sentence} {of}"))
                else:
                    self._affirmed |= set(terms(clause))
                    self._goes_on |= was_denied and bool(_PRONOUN.match(clause))
                was_denied = _denies(clause)
            before = sentence

    def agrees(self, clause: str) -> bool:
        """Whether one clause says yes and no as they do."""
        own = [term for term in query_terms(clause) if term in self._affirmed | self._denied]
        if _denies(clause):
            return any(t in self._denied for t in own) and sum(t in self._beside for t in own) >= HALF * len(own)
        if all(term in self._affirmed for term in own):
            return True
        return self._goes_on and own[-1] in self._affirmed - self._denied


def _clauses(sentence: str) -> list[str]:
    return [piece for piece in _CLAUSE.split(sentence) if piece.strip()]


def _telling(clause: str) -> list[str]:
    """The terms of a clause that say what it is about; none of an interjection."""
    return query_terms(clause) if telling_words(clause) else []


def _denies(clause: str) -> bool:
    return bool(_NEGATION.search(clause))
