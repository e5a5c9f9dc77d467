"""Reading what an English question asks. Pure.

Only what is known to say nothing is left out; whatever is not understood stays in, and then nothing equals it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot import equivalences as tables
from bot.asked import BREAK, TOKEN, Asked
from bot.equivalences import Kind
from bot.patterns import Pattern
from bot.terms import terms

DONE = "+ed"
"""Marks the stem of a past form."""

_LONE_HYPHEN = Pattern(r"(?<=[a-z])-(?=[a-z])")
_VERSION = Pattern(r"\bv(\d[\d.]*)\b")
_CONTRACTED = (
    (Pattern(r"\bcan'?t\b|\bcannot\b"), "can not"),
    (Pattern(r"\bwon'?t\b"), "will not"),
    (Pattern(r"\b(do|does|did|is|are|was|were|has|have|had|should|could|would|must)n'?t\b"), r"\1 not"),
    (Pattern(r"\b(what|where|who|when|how|why|which)'s\b"), r"\1 is"),
    (Pattern(r"\b(what|where|who|when|how|why)'re\b"), r"\1 are"),
    (Pattern(r"\b(i)'m\b"), r"\1 am"),
    (Pattern(r"\b(i|we|you|they)'ve\b"), r"\1 have"),
    (Pattern(r"\b(i|we|you|they|he|she|it)'ll\b"), r"\1 will"),
)
_OPENER = Pattern(rf"^(?:{tables.OPENERS})(?=\s|$)(?: (?:if|whether)(?=\s))?\s*")
_CLOSER = Pattern(rf"\s*\b(?:{tables.CLOSERS})$")
_AGAIN = Pattern(r"\s*\bagain$")
_PHRASES = tuple((Pattern(pattern), word) for pattern, word in tables.ENGLISH_PHRASES)
_FRAMES = tuple((kind, Pattern(rf"(?<!\S)(?:{pattern})(?!\S)")) for kind, pattern in tables.ENGLISH_FRAMES)
_OPENINGS = tuple((kind, Pattern(rf"(?:{pattern})(?!\S)")) for kind, pattern in tables.ENGLISH_OPENINGS)
_ALLOWED = Pattern(r"^(?:is|are|am) (?:it )?(.{0,80}?)\b(?:allowed|permitted)\b(?: to\b)?")
_REQUIRED = Pattern(r"^(?:is|are) (.{1,120}?)\b(?:required|mandatory|obligatory|necessary|needed)\b")
_NEEDED = Pattern(
    r"^(?:(?:do|does) (?P<who>.{1,80}?)\b(?:have to have|have to|need to have|need to|need)\b"
    r"|must (?P<whom>.{1,80}?)\bhave\b)"
)
_MUST = Pattern(r"\b(?:have|has|need|needs) to\b|\bmust\b")
_MEANING = Pattern(r"^(.*?)\b(?:what is the meaning of|what does (?=.*\bmeans?\b))(.*)$")
_OBJECT = Pattern(r"\s*(?:do|does|did|will|would|can|could|should|may|might|must)\b")
_COPULA = Pattern(r"\s*(?:is|are|was|were)\b")
_ANYONE = Pattern(r"^(\s*(?:do|does|did|can|could|should|may|must)) (?:one|people|someone|somebody)\b")
_EXTENT = Pattern(r"\s*(?!(?:is|are|was|were|do|does|did|can|could|will|would|should|may|must|to)\b)(\S+)(?= )")
_PASSIVE = Pattern(r"\b(?:is|are|was|were|be|been|being)\b")
_PAST = Pattern(r"\b(?:did|was|were|had|used to)\b")
_FUTURE = Pattern(r"\b(?:will|going to|shall)\b")
AUXILIARIES = frozenset("is are am be been being was were do does did will would shall had going".split())
MODALS = {"can": "can", "could": "can", "may": "can", "might": "can", "should": "should", "ought": "should"}
_GENERIC = frozenset({Kind.HOW, Kind.WHERE, Kind.TOPIC})
PERSONAL = frozenset({Kind.HOW, Kind.CAN, Kind.ALLOWED, Kind.POSSIBLE, Kind.MUST, Kind.SHOULD})
_OF_ONE = frozenset({Kind.CAN, Kind.ALLOWED, Kind.POSSIBLE, Kind.MUST, Kind.SHOULD, Kind.WHETHER, Kind.WHEN, Kind.WHO})
_SUBJECTS = frozenset({Kind.WHO, Kind.WHAT, Kind.OWNER, Kind.MANY, Kind.MUCH, Kind.WHOSE})


@dataclass(frozen=True, slots=True)
class _Framed:
    """A text cut at the words that ask: what stood before them, and what after."""

    kind: Kind
    before: str
    after: str
    marks: frozenset[str] = frozenset()
    is_passive: bool = False


def read_english(plain: str) -> Asked:
    """Read what a casefolded text without punctuation asks."""
    text = _CLOSER.sub("", without_opening(" ".join(TOKEN.findall(_spelled_out(plain)))))
    for pattern, word in _PHRASES:
        text = pattern.sub(word, text)
    framed = _framed(text)
    if framed.kind not in {Kind.HOW, Kind.TOPIC}:
        framed = _Framed(framed.kind, framed.before, _AGAIN.sub("", framed.after), framed.marks, framed.is_passive)
    return _asked(framed)


def without_opening(text: str) -> str:
    """Return a text without what it may begin with and not ask anything else: a greeting, *do you know*."""
    while (opened := _OPENER.match(text)) and opened.end():
        text = text[opened.end() :]
    return text


def earliest(text: str, frames: Iterable[tuple[Kind, Pattern]] = ()) -> tuple[Kind, re.Match[str]] | None:
    """Return which of some frames, the English ones if none are given, stands first in a text: the longest of those."""
    found = [(kind, m) for kind, pattern in frames or _FRAMES if (m := pattern.search(text))]
    return min(found, key=lambda each: (each[1].start(), -each[1].end()), default=None)


def is_without_meaning(word: str) -> bool:
    """Whether a word may be missing and the same is asked."""
    return word in tables.ENGLISH_FILLERS or word in tables.JOINERS or word in AUXILIARIES


def _spelled_out(plain: str) -> str:
    for pattern, words in _CONTRACTED:
        plain = pattern.sub(words, plain)
    return _VERSION.sub(r"version \1", _LONE_HYPHEN.sub(" ", plain))


def _framed(text: str) -> _Framed:
    """Find the words that ask, and what they mean for the rest."""
    if meant := _MEANING.match(text):
        rest = re.sub(r"\bmeans?\b", " ", meant.group(2))
        return _Framed(Kind.MEANING, meant.group(1), rest, _times(text))
    opening = next(((kind, m) for kind, pattern in _OPENINGS if (m := pattern.match(text))), None)
    if opening is not None:
        return _closed(text, *opening)
    found = earliest(text)
    if found is None:
        return _Framed(Kind.TOPIC, "", text)
    kind, match = found
    before, after = text[: match.start()], text[match.end() :]
    marks = set(_times(text))
    if kind is not Kind.WHO:
        after = _ANYONE.sub(r"\1", after)  # how often does one …
    if match.group() == "how" and (extent := _EXTENT.match(after)):
        marks.add(extent.group(1))  # how old, how far
        after = after[extent.end() :]
    if kind is Kind.WHO and re.match(r"\s*owns?\b|\s*owned\b|\s*will own\b", after):
        kind, after = Kind.OWNER, re.sub(r"\bown(?:s|ed)?\b", " ", after, count=1)
        marks |= {"past"} if "owned" in text.split() else set()
    if kind in {Kind.WHAT, Kind.WHO}:
        after, shape = _shape(kind, match.group(), after)
        marks |= shape
    acts_itself = kind in _SUBJECTS and "is" not in marks and not _PASSIVE.search(after) and not _OBJECT.match(after)
    if acts_itself and any(_is_past_form(word) for word in after.split()):
        marks.add("past")
    return _Framed(kind, before, after, frozenset(marks), bool(_PASSIVE.search(match.group() + after)))


def _shape(kind: Kind, asking: str, after: str) -> tuple[str, set[str]]:
    """Tell *what blocks the release* from *what does the release block* and from *what is the block*."""
    if _COPULA.match(after):
        return after, {"is"} if kind is Kind.WHAT else set()
    if _OBJECT.match(after):
        return after, {"object"}
    if kind is Kind.WHAT and asking in {"what", "which"} and (use := _used(after)) is not None:
        return use, {"is"}
    return after, set()


def _used(after: str) -> str | None:
    """Take *do we use* out of *which … do we use for …*; None where that is not what is asked."""
    used = re.match(
        r"(.+?) (?:do|does|did|should|will) (?:we |you |i |one )use\b(.*)|(.+?) (?:is|are) used\b(.*)", after
    )
    if used is None:
        return None
    return " ".join(part for part in used.groups() if part)


def _closed(text: str, kind: Kind, match: re.Match[str]) -> _Framed:
    """Frame a question that is answered by yes or no."""
    after = text[match.end() :]
    if allowed := _ALLOWED.match(text):
        return _Framed(Kind.ALLOWED, "", allowed.group(1) + text[allowed.end() :], _times(text))
    if required := _REQUIRED.match(text):
        return _Framed(Kind.MUST, "", required.group(1) + text[required.end() :], _times(text), is_passive=True)
    if needed := _NEEDED.match(text):
        return _Framed(Kind.MUST, "", (needed["who"] or needed["whom"]) + text[needed.end() :], _times(text))
    if match.group().endswith(" for"):
        after = re.sub(r"^(.{1,80}?) to\b", r"\1", after)
    return _Framed(kind, "", after, _times(text), bool(_PASSIVE.match(match.group())))


def _times(text: str) -> frozenset[str]:
    past, future = bool(_PAST.search(text)), bool(_FUTURE.search(text))
    return frozenset(name for name, holds in (("past", past), ("future", future)) if holds)


def _is_past_form(word: str) -> bool:
    ends = word.endswith("ed") and len(word) > 3 and word not in tables.PRESENT_FORMS
    return ends or word in tables.PAST_FORMS


def _asked(framed: _Framed) -> Asked:
    """Put a framed English text into the form that can be compared."""
    marks = set(framed.marks)
    parts = (_stranded(framed.before, marks), _stranded(framed.after, marks))
    before, after = (_sequence(part, framed.kind, marks) for part in parts)
    words = _joined(before, after)
    orders = {words, _joined(after, before)}
    orders |= {moved for order in orders for moved in _without_of(order)}
    if framed.is_passive:
        orders |= {moved for order in orders for moved in _verb_first(order, only_done=True)}
    names_act = framed.kind is Kind.TOPIC and any(word.endswith(tables.ACTS) for word in framed.after.split())
    acts = {moved for order in orders for moved in _verb_first(order)} if names_act else set()
    return Asked(framed.kind, frozenset(marks), words, frozenset(orders), frozenset(acts))


def _stranded(text: str, marks: set[str]) -> str:
    """Take a preposition off the end and note it: *who do we ship for* is not *who do we ship with*."""
    words = text.split()
    if words and words[-1] in tables.JOINERS:
        marks.add(words.pop())
    return " ".join(words)


def _sequence(text: str, kind: Kind, marks: set[str]) -> tuple[str, ...]:
    """Return the telling words of a text with breaks between them; what its modal verbs say goes into the marks."""
    words: list[str] = []
    if kind not in {Kind.MUST, Kind.HOW, Kind.TOPIC} and _MUST.search(text):
        marks.add("must")
    text = re.sub(r"\b(?:allowed|permitted) to\b", "can", _MUST.sub(" ", text))
    for word in text.split():
        if word in MODALS:
            if kind not in _GENERIC and kind not in {Kind.CAN, Kind.ALLOWED, Kind.POSSIBLE, Kind.SHOULD}:
                marks.add(MODALS[word])
        elif word in tables.JOINERS:
            words.append(BREAK)
        elif word in {"my", "your"}:
            words.extend(() if kind in PERSONAL else (word,))
        elif word == "you":
            words.extend((word,) if kind in _OF_ONE else ())
        elif word in AUXILIARIES or word in tables.ENGLISH_FILLERS or (kind is Kind.WHERE and word in tables.LOCATING):
            continue
        else:
            words.append(stem(word))
    return _trimmed(words)


def _trimmed(words: list[str]) -> tuple[str, ...]:
    """Drop breaks at the ends, and all but one of several together."""
    kept: list[str] = []
    for word in words:
        if word != BREAK or (kept and kept[-1] != BREAK):
            kept.append(word)
    return tuple(kept[:-1] if kept and kept[-1] == BREAK else kept)


def stem(word: str) -> str:
    """Return what a word has in common with its inflected forms; *signed contracts* is no form of *sign contracts*."""
    if _is_past_form(word) or word in tables.PARTICIPLES:
        return _base(word) + DONE
    return _base(word)


def _base(word: str) -> str:
    word = tables.ENGLISH_WORDS.get(word, word)
    if not word.isascii() or not word.isalpha():
        return word
    if word.endswith(tables.KEEP_WHOLE) and word not in tables.INFLECTED:
        return word.removesuffix("s") if not word.endswith("ss") else word
    return next(iter(terms(word)), word)


def _joined(first: tuple[str, ...], then: tuple[str, ...]) -> tuple[str, ...]:
    return (*first, BREAK, *then) if first and then else first or then


def _without_of(order: tuple[str, ...]) -> set[tuple[str, ...]]:
    """Return a sequence with what follows one of its breaks put before what it belongs to: *X for Y* is *Y X*."""
    moved = set()
    for at in [index for index, word in enumerate(order) if word == BREAK]:
        end = next((i for i in range(at + 1, len(order)) if order[i] == BREAK), len(order))
        start = next((i for i in range(at - 1, -1, -1) if order[i] == BREAK), -1) + 1
        for length in range(1, end - at):
            block, rest = order[at + 1 : at + 1 + length], order[at + 1 + length :]
            for to in range(start, at):
                moved.add((*order[:to], *block, *order[to:at], *rest))
    return moved


def _verb_first(order: tuple[str, ...], *, only_done: bool = False) -> set[tuple[str, ...]]:
    """Return a sequence with the verb, last before a break, at its front: *is the badge reset* is *reset the badge*.

    With `only_done` it must be a participle; otherwise any word may be one, as *badge reset* names what one does.
    """
    ends = [i for i, word in enumerate(order) if word == BREAK] + [len(order)]
    return {
        (order[end - 1].removesuffix(DONE), *order[: end - 1], *order[end:])
        for end in ends
        if end > 1 and (not only_done or order[end - 1].endswith(DONE) or order[end - 1] in tables.UNCHANGED)
    }
