"""Text as it is seen: without the characters that nobody sees but that hide, reorder or carry something. Pure."""

from __future__ import annotations

import re
import unicodedata

MOST_MARKS = 4
"""Marks that may be piled upon one character: more is no language, and covers the lines around it."""

_UNSEEN = re.compile(  # fillers, and the variation selectors and tags in which whole messages have been hidden
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0e\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
_JOINER, _EMOJI_FORM = "\u200d", "\ufe0f"
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_MARK_CATEGORIES = frozenset({"Mn", "Me"})


def visible(text: str) -> str:
    """Return a text without control, bidi, tag and other invisible characters; line ends become line feeds.

    Tabs stay, and what joins or dresses an emoji; a mark upon nothing goes. Doing it again changes nothing.
    """
    kept: list[str] = []
    marks = 0
    for character in _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")):
        before = kept[-1] if kept else ""
        category = unicodedata.category(character)
        if character == _JOINER:
            stays = before == _EMOJI_FORM or _is_symbol(before)
        elif character == _EMOJI_FORM:
            stays = _is_symbol(before) or (before != "" and before in "#*0123456789‼⁉〰")
        elif category in _MARK_CATEGORIES:
            marks += 1
            stays = marks <= MOST_MARKS and not (before == "" or before.isspace())
        else:
            stays = character in "\n\t" or not (category in _UNSEEN_CATEGORIES or _is_no_character(character))
            marks = 0 if stays else marks
        if stays:
            kept.append(character)
    return "".join(kept)


def _is_symbol(character: str) -> bool:
    """Whether a character may be (part of) an emoji."""
    return character > "\x7f" and unicodedata.category(character) in {"So", "Sk", "Sm"}


def _is_no_character(character: str) -> bool:
    """Whether a code point is none that text may hold, whatever a later Unicode brings."""
    point = ord(character)
    return point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
