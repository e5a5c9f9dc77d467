"""Which reusable answer a question asks for, if one does: a close match, or none at all. Pure.

The question must ask what a title asks: the same kind of thing, of the same time, in words all of which stand in the
title too or say the same as one there, and none of the title's may be missing. In doubt there is no match: a question
that is passed over becomes a draft, one that is answered wrongly is a wrong answer in somebody's name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from bot import equivalences as tables
from bot.asked import CJK, Asked
from bot.asked_in_chinese import read_chinese
from bot.asked_in_english import AUXILIARIES, MODALS, read_english
from bot.equivalences import Kind
from bot.reusable import ReusableAnswer

LONGEST = 300
"""Characters of the longest question that is looked at."""

_CHINESE = re.compile(f"[{CJK}]")
_PUNCTUATION = re.compile(r"[?？!！。，,;；“”\"‘()（）「」《》、…`*~]+")
_SMALL = tables.ENGLISH_FILLERS | tables.JOINERS | AUXILIARIES | MODALS.keys() | {"it", "who"}
_SAME_KIND = (
    frozenset({Kind.CAN, Kind.ALLOWED}),
    frozenset({Kind.CAN, Kind.POSSIBLE}),
    frozenset({Kind.TOPIC, Kind.WHAT}),
)

_YOURS = {"my": "your"}  # the worker's title says *my* where an asker says *your*


def closest(question: str, answers: Iterable[ReusableAnswer]) -> ReusableAnswer | None:
    """Return the answer one of whose titles asks what the question asks, the one approved last of several; or None."""
    matching = [answer for answer in answers if any(is_close(question, title) for title in answer.titles)]
    return max(matching, key=lambda answer: answer.approved_at, default=None)


def is_close(question: str, title: str) -> bool:
    """Whether a question asks what a title asks."""
    if len(question) <= LONGEST and _bare(question) == _bare(title):
        return True
    asked, meant = read(question), read(title)
    return asked is not None and meant is not None and _ask_the_same(asked, meant)


def _ask_the_same(asked: Asked, meant: Asked) -> bool:
    if asked.marks - {"is"} != meant.marks - {"is"} or not _are_one_kind(asked, meant):
        return False
    orders = asked.orders | asked.acts
    return bool(
        meant.words in orders
        or asked.words in meant.orders | meant.acts
        or tuple(_YOURS.get(word, word) for word in meant.words) in orders
    )


def _are_one_kind(asked: Asked, meant: Asked) -> bool:
    kinds = frozenset({asked.kind, meant.kind})
    if len(kinds) == 1 or kinds in _SAME_KIND:
        return True
    return kinds == {Kind.TOPIC, Kind.HOW} and asked.size > 1


def _bare(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).rstrip(" ?!.。")


def read(text: str) -> Asked | None:
    """Read what a text asks; None for one that is too long or says nothing."""
    if len(text) > LONGEST:
        return None
    plain = _PUNCTUATION.sub(" ", _with_names(unicodedata.normalize("NFKC", text).replace("\u2019", "'")).casefold())
    asked = read_chinese(plain) if _CHINESE.search(plain) else read_english(plain)
    return asked if asked.size else None


def _with_names(text: str) -> str:
    """Mark words that would count for nothing but are written as names: *US*, *IT*, *Will*."""
    words = text.split()
    if sum(word[:1].isupper() for word in words) * 2 > len(words) + 1:
        return text  # a title that is capitalised throughout
    return " ".join(word if index == 0 else _named(word) for index, word in enumerate(words))


def _named(word: str) -> str:
    bare = word.strip("?!.,;:()'\"")
    is_name = bare[:1].isupper() and bare != "I" and not bare.startswith("I'")
    return word.replace(bare, f"name_{bare}") if is_name and bare.casefold() in _SMALL else word
