"""Cutting chat text into sentences, English and Chinese; a block of code stays whole. Pure."""

from __future__ import annotations

import re

_BLOCK = re.compile(r"(```.*?(?:```|\Z))", re.DOTALL)
_BREAK = re.compile(
    r"(?<=[。！？；])(?!\s*[”’」』）])"  # the full-width stops end a sentence wherever they stand
    r"|(?<=[.!?…])[\"')\]”’]*\s+(?=[\"'(\[“‘`*_<]*[A-Z0-9\u3400-\u9fff`<])"  # the narrow ones before a new beginning
    r"|(?<=[!?])\s+"
    r"|\n+"
)
_ABBREVIATED = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|Dr|Mr|Ms|Mrs|St|No|resp)|\b[A-Z]|^\s*\d{1,2})\.$")
_INLINE = re.compile(r"`[^`\n]+`")
_INTRODUCES = re.compile(r"[:：][*_~]*\Z")
_ITEM = re.compile(r"(?:[-*•–·]|\(?(?:\d{1,2}|[a-z])[.)]|\d{1,2}、|[（(]?[一二三四五六七八九十]{1,2}[)）、])\s*\S")
_ADDRESS = re.compile(r"(?:<@[^>\s]{0,80}>[\s,:;，：、–-]*)+")


def sentences(text: str) -> list[str]:
    """Return the sentences of a text in order, each stripped; joined they lack nothing but white space."""
    pieces: list[str] = []
    for index, part in enumerate(_BLOCK.split(text)):
        if index % 2:
            pieces.append(part.strip())
        else:
            pieces.extend(_of_prose(part))
    return [piece for piece in pieces if piece]


def is_code(sentence: str) -> bool:
    """Whether a sentence is a block of code."""
    return sentence.startswith("```")


def introduces(sentence: str) -> bool:
    """Whether a sentence ends in a colon: it heads what comes next and says little without it."""
    return bool(_INTRODUCES.search(sentence))


def is_item(sentence: str) -> bool:
    """Whether a sentence begins an item of a list."""
    return bool(_ITEM.match(sentence))


def without_address(text: str) -> str:
    """Return a text without the mentions at its head, which say whom it was for."""
    found = _ADDRESS.match(text)
    return text[found.end() :] if found else text


def _of_prose(text: str) -> list[str]:
    held = [match.span() for match in _INLINE.finditer(text)]
    pieces: list[str] = []
    start = 0
    for stop in _BREAK.finditer(text):
        if any(begin < stop.start() < end for begin, end in held):
            continue
        if "\n" not in stop.group() and _ABBREVIATED.search(text[start : stop.start()]):
            continue
        closing = len(stop.group().rstrip()) if "\n" not in stop.group() else 0
        pieces.append(text[start : stop.start() + closing].strip())
        start = stop.end()
    pieces.append(text[start:].strip())
    return pieces
