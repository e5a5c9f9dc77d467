r"""The small pattern language in which rules are written, turned into regular expressions. Pure.

A phrase is words one after another, matched as `bot.plain_words` writes a text down: case, commas and the like are
gone there. Beside words it may hold:

| written | matches |
|---|---|
| `work*` | a word that begins so |
| `(late\|ill)` | one of several, each of any length |
| `word?`, `(…)?` | that, or nothing |
| `..` | up to three words (Chinese: six characters) |
| `...` | up to eight words (Chinese: fourteen characters) |
| `{name}` | one of the set of that name |
| `^`, `$` | the beginning and the end of a sentence |

In a Chinese phrase white space means nothing, every character is a word, and `[一二三]` is one of several characters.
What stands in it in Latin letters is found as whole words alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

SENTENCE = "¶"
"""What stands before, between and after the sentences of a text that is written down for matching."""

Sets = Mapping[str, str | list[str]]
"""Sets by name: a phrase, or several; one that begins with `re:` is a regular expression over the written-down text."""

_ENGLISH_TOKEN = re.compile(r"\.{2,3}|\{\w+\}|[()|?^$]|[^\s()|?^${}]+")
_CHINESE_TOKEN = re.compile(r"\[[^\]]+\]|\.{2,3}|\{\w+\}|[()|?^$]|[a-z0-9]+(?: [a-z0-9]+)*|\S")
_GAPS = {False: {"..": r"(?:[^ ¶]+ ){0,3}", "...": r"(?:[^ ¶]+ ){0,8}"}, True: {"..": "[^¶]{0,6}", "...": "[^¶]{0,14}"}}


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a regular expression, and words of which one stands in any text it matches; None: unknown."""

    regex: str
    anchors: frozenset[str] | None = None


class Phrase:
    """One phrase, compiled when it is first looked for. A phrase that cannot be read is a `ValueError`."""

    def __init__(self, written: str, sets: Sets, *, is_chinese: bool) -> None:
        self.written = written
        part = _Reading(written, sets, is_chinese=is_chinese).whole()
        self._regex = part.regex if is_chinese else rf"(?<= ){part.regex}"
        self._anchors = tuple(part.anchors or ())

    def stands_in(self, plain: str) -> bool:
        """Whether it stands in a text that was written down in its language."""
        if self._anchors and not any(map(plain.__contains__, self._anchors)):
            return False
        return self._compiled.search(plain) is not None

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._regex)


class _Reading:
    """Reads one phrase from left to right."""

    def __init__(self, written: str, sets: Sets, *, is_chinese: bool) -> None:
        token = _CHINESE_TOKEN if is_chinese else _ENGLISH_TOKEN
        self._tokens: list[str] = token.findall(written)
        self._written = written
        self._sets = sets
        self._is_chinese = is_chinese
        self._at = 0

    def whole(self) -> _Part:
        part = self._sequence()
        if self._at < len(self._tokens) or not self._tokens:
            raise ValueError(f"a phrase cannot be read: {self._written!r}")
        return part

    def _sequence(self) -> _Part:
        parts: list[_Part] = []
        while self._at < len(self._tokens) and self._tokens[self._at] not in {"|", ")"}:
            parts.append(self._element())
        known = [part.anchors for part in parts if part.anchors]
        # the words that are rarest in any text are the long ones: those are looked for first
        best = max(known, key=lambda words: (min(map(len, words)), -len(words)), default=None)
        return _Part("".join(part.regex for part in parts), best)

    def _element(self) -> _Part:
        piece = self._tokens[self._at]
        self._at += 1
        part = self._group() if piece == "(" else self._single(piece)
        if self._at < len(self._tokens) and self._tokens[self._at] == "?":
            self._at += 1
            return _Part(f"(?:{part.regex})?")
        return part

    def _group(self) -> _Part:
        choices = [self._sequence()]
        while self._at < len(self._tokens) and self._tokens[self._at] == "|":
            self._at += 1
            choices.append(self._sequence())
        if self._at == len(self._tokens):
            raise ValueError(f"a bracket stays open: {self._written!r}")
        self._at += 1
        return _one_of(choices)

    def _single(self, piece: str) -> _Part:
        if piece in {"?", "|", ")", "("}:
            raise ValueError(f"nothing stands before {piece!r}: {self._written!r}")
        if piece == "^":
            return _Part("(?<=¶)" if self._is_chinese else "(?<=¶ )")
        if piece == "$":
            return _Part("(?=¶)")
        if piece in {"..", "..."}:
            return _Part(_GAPS[self._is_chinese][piece])
        if piece.startswith("{"):
            return self._set(piece[1:-1])
        if self._is_chinese:
            return _Part(piece) if piece.startswith("[") else _Part(_in_a_row(piece), frozenset({piece}))
        word = piece.removesuffix("*")
        rest = r"[^ ¶]* " if piece.endswith("*") else " "
        return _Part(f"[~§]?{re.escape(word)}{rest}", frozenset({word}))

    def _set(self, name: str) -> _Part:
        if name not in self._sets:
            raise ValueError(f"no set is called {name!r}: {self._written!r}")
        written = self._sets[name]
        parts = [self._member(member) for member in ([written] if isinstance(written, str) else written)]
        return _one_of(parts)

    def _member(self, written: str) -> _Part:
        if written.startswith("re:"):
            return _Part(f"(?:{written.removeprefix('re:')})")
        return _Reading(f"({written})", self._sets, is_chinese=self._is_chinese).whole()


def _in_a_row(piece: str) -> str:
    """A character, or words in Latin letters that are no part of longer ones: an `nda` is none in `Sunday`."""
    return (
        re.escape(piece) if len(piece) == 1 or not piece.isascii() else rf"(?<![a-z0-9]){re.escape(piece)}(?![a-z0-9])"
    )


def _one_of(parts: list[_Part]) -> _Part:
    """One of several: a text it matches holds a word of any of them."""
    anchors = [part.anchors for part in parts]
    every = None if None in anchors else frozenset().union(*(a for a in anchors if a))
    return _Part(f"(?:{'|'.join(part.regex for part in parts)})", every)
