"""Whether a sentence is borne out by words it cites: telling words, numbers and names, and yes and no. Pure.

Words are compared, not meanings: an honest paraphrase may fail, and a lie told in the cited words alone may pass. So
this decides what is cut before a person reads, and never what is sent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.denial import denies
from bot.guard import links_in
from bot.mixing import Piece, mixes
from bot.opposites import contradicts
from bot.patterns import Pattern
from bot.prompting import is_chinese
from bot.qualifying import drops_a_qualification
from bot.quantities import limits, quantities
from bot.sentences import sentences
from bot.terms import is_function_word, is_identifier, is_vague_term, query_terms, telling_words, terms

MOSTLY = 0.75
"""The share of each clause's telling terms that must stand in what is cited; names and numbers must stand there all."""

FEW = 3
"""A clause of no more telling terms than this must have them all there: one invented word is another statement."""

HALF = 0.5
"""That share in Chinese, where a new word by the side of an old one makes two pairs of characters nobody wrote."""

_WORD = Pattern(r"\w+")
_NAME = Pattern(r"(?<![.!?。！？]\s)(?<!^)\b[A-Z][A-Za-z]{2,}\b")
_CLAUSE = Pattern(
    r"[;()，；：（）]|[,:](?!\d)|\s[-–—]\s|\b(?:but|however|although|though|because)\b|(?:是|就是)?因为|所以|但是?|不过"
    r"|\band\b(?=\s+(?:never|not|no|do not|(?:do|does|did|wo|ca|is)n['’]t)\b)"
    r"|\s(?=(?:instead of|rather than)\b)|(?=而不是?)",
    re.IGNORECASE,
)
_JOINED = Pattern(r"\band\b|[、&]|并且|而且|以及|同时", re.IGNORECASE)
_PLAIN = frozenset(
    "locat situat found place store kept keep call name current usual normal run live say back sinc due "
    "millisecond second minut hour day week month year percent "
    "kilobyt megabyt gigabyt anoth noth none nobodi without instead never".split()
)
"""Terms that say no more than *is* or *because* does, or deny, which is looked at apart, as units are."""

_REFERS = Pattern(r"\b(?:it|its|they|them|their|this|that|which|who)\b|它|其|这|那", re.IGNORECASE)
_FORBIDS = Pattern(
    r"\W*(?:please )?(?:never|do not|don['’]t|not)\b|\W*(?:千万|请)?(?:别|不要|不能|不可)", re.IGNORECASE
)
_COLON = Pattern(r":(?!\d)|：")
_DIGIT = Pattern(r"\d")
_FIGURE = Pattern(r"\d[\d.,:]*(?:ms|[kmgt]i?b|[smhdw])?")
_PRONOUN = Pattern(r"\W*(?:it|they|this|that|these|those|there|here|now|we|i)\b|\W*(?:它|这|那|现在|改)", re.IGNORECASE)
_CODE = Pattern(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)


def is_supported(text: str, cited: Sequence[str]) -> bool:
    """Whether what a sentence says stands in what it cites: its numbers, names and identifiers all, its words mostly.

    No opposite may stand for a word, no condition or doubt be dropped, no two things change places. What was asked
    supports nothing: an asker could otherwise put words into the worker's mouth. Words in another language than what is
    cited cannot be compared: they are borne out only as far as each sentence holds a name, number or identifier that
    was cited.
    """
    whole = "\n".join(cited)
    prose, theirs = _prose(text), _prose(whole)
    said = [sentence for sentence in sentences(theirs) if _WORD.search(sentence)]
    if not _has_no_foreign_mark(text, whole) or contradicts(prose, theirs):
        return False
    if any(drops_a_qualification(sentence, said) for sentence in sentences(prose)):
        return False
    if is_chinese(text) != is_chinese(whole):
        return all(_shares_a_mark(sentence, whole) for sentence in sentences(text)) and _denies_alike(prose, said)
    pieces = [Piece(piece, place) for place, sentence in enumerate(said) for piece in _whole_pieces(sentence)]
    return _is_said(text, whole) and agrees(text, whole) and not mixes(_pieces(prose), pieces)


def _has_no_foreign_mark(text: str, whole: str) -> bool:
    """Whether all amounts, names, links and identifiers of a text were cited."""
    names = {n.casefold() for n in _NAME.findall(text)} - set(_WORD.findall(whole.casefold()))
    if quantities(text) - quantities(whole) or names or links_in(text) - links_in(whole):
        return False
    if any(
        (value, not is_up) in limits(whole) and (value, is_up) not in limits(whole) for value, is_up in limits(text)
    ):
        return False
    known = set(terms(whole))
    marks = (term for term in query_terms(text) if is_identifier(term) and not _FIGURE.fullmatch(term))
    return all(term in known for term in marks)


def _shares_a_mark(sentence: str, whole: str) -> bool:
    """Whether a sentence in another language has an amount, a name or an identifier of what it cites."""
    if quantities(sentence) & quantities(whole):
        return True
    return bool({t for t in terms(sentence) if t.isascii() and not is_function_word(t)} & set(terms(whole)))


def _denies_alike(prose: str, said: Sequence[str]) -> bool:
    """Whether a text in another language denies only where something cited does, and affirms only likewise."""
    ways = {any(denies(clause) for clause in _clauses(sentence)) for sentence in said}
    return all(any(denies(clause) for clause in _clauses(sentence)) in ways for sentence in sentences(prose))


def _is_said(text: str, whole: str) -> bool:
    """Whether enough of every clause was cited, and at least something of the whole."""
    held = set(terms(whole))
    if not any(term in held for term in query_terms(text)):
        return False
    prose = _prose(text)
    return all(_are_held(_telling(piece), held, are_pairs=is_chinese(prose)) for piece in _pieces(prose))


def _are_held(own: Sequence[str], held: set[str], *, are_pairs: bool) -> bool:
    """Whether enough of a clause's terms stand in what is cited.

    Not counted are vague words, amounts, and pairs of Chinese characters that only join two words that are known.
    """
    known = {character for term in own if term in held for character in term if not term.isascii()}
    counted = [term for term in own if term in held or not (_says_little(term, held) or set(term) <= known)]
    if not counted:
        return not any(is_vague_term(term) for term in own)
    found = sum(term in held for term in counted)
    if are_pairs:
        return found >= HALF * len(counted)
    return found >= (len(counted) if len(counted) <= FEW else MOSTLY * len(counted))


def _says_little(term: str, held: set[str]) -> bool:
    """Whether a term that was not cited may stand all the same."""
    if term in _PLAIN or is_vague_term(term) or quantities(term):
        return True
    return "-" in term and all(part in held for part in terms(term.replace("-", " ")))


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
        said = sentences(_CODE.sub(" ", whole))
        for sentence, after in zip(said, [*said[1:], ""], strict=True):
            for clause in _clauses(sentence):
                if denies(clause):
                    of = clause if _telling(clause) else f"{before} {clause}"
                    self._denied |= set(terms(of))
                    self._beside |= set(terms(f"{sentence} {of}"))
                elif not _takes_back(after):
                    self._affirmed |= set(terms(clause))
                    self._goes_on |= was_denied and bool(_PRONOUN.match(clause))
                was_denied = denies(clause)
            before = sentence

    def agrees(self, clause: str) -> bool:
        """Whether one clause says yes and no as they do."""
        own = [term for term in query_terms(clause) if term in self._affirmed | self._denied]
        if denies(clause):
            return any(t in self._denied for t in own) and sum(t in self._beside for t in own) >= HALF * len(own)
        if all(term in self._affirmed for term in own):
            return True
        return self._goes_on and own[-1] in self._affirmed - self._denied


def _clauses(sentence: str) -> list[str]:
    return [piece for piece in _CLAUSE.split(sentence) if piece.strip()]


def _telling(clause: str) -> list[str]:
    """The terms of a clause that say what it is about; none of an interjection."""
    return query_terms(clause) if telling_words(clause) else []


def _takes_back(sentence: str) -> bool:
    """Whether a sentence forbids what stands before it and has no words of its own: *Never do it.*"""
    return bool(_FORBIDS.match(sentence)) and denies(sentence) and not telling_words(sentence)


def _prose(text: str) -> str:
    """A text without code and without links."""
    text = _CODE.sub(" ", text)
    for link in sorted(links_in(text), key=len, reverse=True):
        text = text.replace(link, " ")
    return text


def _pieces(sentence: str) -> list[str]:
    """The clauses of a sentence, cut further where it goes on with *and*."""
    return [piece for clause in _clauses(sentence) for piece in _JOINED.split(clause) if piece.strip()]


def _whole_pieces(sentence: str) -> list[str]:
    """The pieces of a sentence; one that speaks of *it* has what stands before it too, unless each has its figures.

    A colon cuts none: *relay runbook: docs/relay.md* says one thing.
    """
    pieces: list[str] = []
    for piece in _pieces(_COLON.sub(" ", sentence)):
        goes_on = bool(pieces) and _REFERS.search(piece) and not (_DIGIT.search(pieces[-1]) and _DIGIT.search(piece))
        pieces.append(f"{pieces[-1]} {piece}" if goes_on else piece)
    return pieces
