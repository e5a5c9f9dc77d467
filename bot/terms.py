"""The analysis of text: one for the index and for questions alike, so that what was said can be found again.

English words are stemmed (Snowball). An identifier is kept whole and also split: `retry_budget_ms`, `retryBudget`,
`bot.terms`, `src/main.py`. Chinese, Japanese and Korean runs become overlapping pairs of characters, for full-text
tokenizers take such a run for one word. Ids of mentions and emoji shortcodes are dropped. Pure and deterministic.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator

import Stemmer

from bot.marks import without_marks
from bot.stop_words import CHINESE_CHARACTERS, CHINESE_PHRASES, ENGLISH, VAGUE

LONGEST_TERM = 64
LONGEST_TEXT = 40_000
MOST_QUERY_TERMS = 32

_CJK = (
    r"\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_CJK_RUN = re.compile(f"[{_CJK}]+")
_DROPPED = re.compile(
    r"<[@#!][^>\s]{0,80}>|(?<![\w:]):\+?[a-z0-9_'+-]{0,40}[a-z1][a-z0-9_'+-]{0,40}:(?!\w)|https?://(?:www\.)?"
)
_QUERY_STRING = re.compile(r"(https?://[^\s<>|?#]{0,500})[?#][^\s<>|]*")
_TOKEN = re.compile(rf"#?[^\W{_CJK}]+(?:(?:->|::|[./\\:@_+'-])[^\W{_CJK}]+)*(?:(?:\+\+|#)(?!\w))?")
_JOINTS = tuple(re.compile(p) for p in (r"[/\\@]+", r"[.:]+", r"->|[_+#'-]+"))
_HUMPS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_HAS_HUMP = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]|[A-Za-z]\d|\d[A-Za-z]")
_CODE_BLOCK = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_FUNCTION_PHRASES = re.compile("|".join(sorted(CHINESE_PHRASES, key=len, reverse=True)))
_IS_CONTRACTED = re.compile(r"[a-z]+'[a-z]+\Z")
_IS_HEAP = re.compile(r"(?=.*\d)[0-9a-z]{24,}\Z")


class _Stemmers(threading.local):
    """A Snowball stemmer must not be shared between threads; it keeps no cache, so it remembers no one's words."""

    def __init__(self) -> None:
        self.english = Stemmer.Stemmer("english", 0)


_stemmers = _Stemmers()


def terms(text: str) -> list[str]:
    """Return the terms of a text in their order, repeats included. Text past 40,000 characters is not analysed."""
    words = _words(text)
    return _stemmed(words)


def query_terms(text: str) -> list[str]:
    """Return at most 32 different terms to search with, stop words left out unless nothing else is there.

    A block of code counts only where the words around it say too little.
    """
    telling = telling_words(_CODE_BLOCK.sub(" ", text))
    if len(telling) < 3:
        telling = telling_words(text) or _words(text)
    return list(dict.fromkeys(_stemmed(telling)))[:MOST_QUERY_TERMS]


def telling_words(text: str) -> list[str]:
    """Return the unstemmed words of a text that say what it is about, in order."""
    bare = _FUNCTION_PHRASES.sub(" ", unicodedata.normalize("NFKC", text[:LONGEST_TEXT]))
    return [word for word in _words(bare) if not is_function_word(word)]


def is_function_word(word: str) -> bool:
    """Whether an unstemmed, casefolded word or pair of characters says nothing about what a text is about."""
    if word in ENGLISH:
        return True
    return len(word) <= 2 and not word.isascii() and any(character in CHINESE_CHARACTERS for character in word)


def is_identifier(term: str) -> bool:
    """Whether a term is a name somebody gave to a thing: a compound, a version, a number, an error code."""
    return len(term) > 1 and term.isascii() and not term.replace("-", "").replace("'", "").isalpha()


def is_vague_term(term: str) -> bool:
    """Whether a term names nothing by itself: *work*, *problem*, *difference*."""
    return term in _VAGUE_TERMS


def is_compound(term: str) -> bool:
    """Whether a term was split further; its parts follow it."""
    return term.isascii() and not term.replace("'", "").isalnum()


def _stemmed(words: list[str]) -> list[str]:
    stem = _stemmers.english.stemWord
    return [stem(word) if word.isascii() and (word.isalpha() or _IS_CONTRACTED.match(word)) else word for word in words]


def _words(text: str) -> list[str]:
    """The unstemmed, casefolded words of a text, in order; wholes before their parts."""
    text = text[:LONGEST_TEXT]
    if "://" in text:
        text = _QUERY_STRING.sub(r"\1 ", text)
    if text.isascii():
        plain: list[str] = []
        for token in _TOKEN.findall(_DROPPED.sub(" ", text)):
            if token.isalpha() and token.islower() and len(token) <= LONGEST_TERM:  # most are, and this is the hot path
                plain.append(token)
            else:
                plain.extend(_of_token(token))
        return plain
    text = unicodedata.normalize("NFKC", without_marks(text)).replace("\u2019", "'")
    text = _DROPPED.sub(" ", text)
    words: list[str] = []
    end = 0
    for run in _CJK_RUN.finditer(text):
        words.extend(word for token in _TOKEN.findall(text, end, run.start()) for word in _of_token(token))
        words.extend(_pairs(run.group()))
        end = run.end()
    words.extend(word for token in _TOKEN.findall(text, end) for word in _of_token(token))
    return words


def _pairs(run: str) -> list[str]:
    """Overlapping pairs of characters; a run of one is itself."""
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def _of_token(token: str) -> tuple[str, ...] | list[str]:
    """A plain word as it is; a compound whole and then in its parts."""
    if token.isalpha() and (token.islower() or token.istitle() or token.isupper()):
        return (token.casefold(),) if len(token) <= LONGEST_TERM else ()
    return list(_split(token))


def _split(token: str) -> Iterator[str]:
    folded = token.casefold()
    if _IS_HEAP.match(folded):
        return
    if len(token) <= LONGEST_TERM:
        yield folded
    if token.replace("'", "").isalpha() and not _HAS_HUMP.search(token):
        return
    parts = _parts(token)
    for part in parts:
        if len(part) > 1 and part.casefold() != folded:
            yield from _split(part)


def _parts(token: str) -> list[str]:
    """The pieces at the token's outermost kind of joint; a piece with none falls into its humps."""
    for joint in _JOINTS:
        pieces = [piece for piece in joint.split(token) if piece]
        if len(pieces) > 1 or (pieces and pieces[0] != token):
            return pieces
    return _HUMPS.findall(token) if _HAS_HUMP.search(token) else []


_VAGUE_TERMS = frozenset(_stemmed(sorted(VAGUE)))
