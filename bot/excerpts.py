"""Cutting a passage down to the sentences that answer, in the worker's own words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum

from bot.messages import LoggedMessage
from bot.passages import Passage, asks, is_heading
from bot.sentences import introduces, is_item, sentences, without_address
from bot.terms import terms

SHORT_ENOUGH = 320
LONGEST_HEADED = 600

_OTHERS_WORDS = re.compile(r"^(?:>|&gt;)[^\n]*(?:\n|\Z)", re.MULTILINE)
_WORD = re.compile(r"[\w']+")
_EMPTY_WORDS = frozenset(
    """ah aha oh ooh hm hmm hi hey hello ok okay k yes yep yeah yup no nope thanks thank you thx np sure sorry cool nice
    great lol haha cheers problem welcome you're good question right true indeed exactly
    好的 好 嗯 谢谢 不客气 没问题 哈哈 对 是的 收到""".split()
)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Sentences of one message as they will be quoted; `is_cut` where some before or between them were left out."""

    message: LoggedMessage
    text: str
    is_cut: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence, or a heading with what it heads, and where it stands in its message."""

    message: LoggedMessage
    start: int
    end: int
    text: str
    weight: float
    asks: bool


def excerpts(passage: Passage, weights: Mapping[str, float], budget: int) -> tuple[Excerpt, ...]:
    """Return what to quote of a passage within about `budget` characters, by message, oldest first.

    A short passage is quoted whole but for greetings and questions at its edges; of a long one, the run of sentences
    around the one that carries most of the question – or says most, where no word of it is there and the passage was
    found by its meaning. Code blocks stay whole, and a heading keeps with what it heads.
    Words quoted from others are left out.
    """
    lines = _lines(passage, weights)
    if not lines:
        return ()
    room = min(budget, max(SHORT_ENOUGH, len(max(lines, key=lambda line: line.weight).text)))
    chosen = _run(lines, room)
    kept = []
    for message in passage.messages:
        mine = [line for line in lines if line.message is message]
        quoted = [line for line in mine if line in chosen]
        if quoted:
            kept.append(Excerpt(message, _joined(quoted), quoted[0] is not mine[0]))
    return tuple(kept)


def is_empty(sentence: str) -> bool:
    """Whether a sentence holds nothing but greetings, thanks and the like."""
    return all(word.casefold() in _EMPTY_WORDS for word in _WORD.findall(sentence))


def _lines(passage: Passage, weights: Mapping[str, float]) -> list[_Line]:
    lines = []
    unasked = 0.0 if passage.matched else 1.0
    for message in passage.messages:
        stripped = message.text.rstrip()
        own = without_address(stripped.lstrip())
        offset = len(stripped) - len(own)
        for start, end, is_asking in _with_headings(own):
            text = _OTHERS_WORDS.sub("", own[start:end])
            weight = fsum(weights.get(term, unasked) for term in set(terms(text)))
            place = (offset + start, offset + end)
            lines.append(_Line(message, *place, text, weight * (0.4 if is_asking else 1.0), is_asking))
    return _trimmed(lines)


def _with_headings(text: str) -> list[tuple[int, int, bool]]:
    """Where each sentence begins and ends, and whether it asks; one that introduces a block or list holds that too."""
    blanked = _OTHERS_WORDS.sub(lambda quote: "\n" * len(quote.group()), text)
    pieces: list[tuple[int, int, bool]] = []
    start = end = 0
    is_open = is_list = False
    for sentence in sentences(blanked):
        before, place = end, blanked.index(sentence, end)
        end = place + len(sentence)
        is_asking = asks(sentence)
        has_room = end - start <= LONGEST_HEADED
        goes_on = is_item(sentence) or (is_list and (is_open or "\n" not in blanked[before:place]))
        is_list = (is_open or is_list) and goes_on and has_room and not is_asking
        if is_list or (is_open and not is_asking and (has_room or is_heading(text[start:before]))):
            pieces[-1] = (start, end, False)
        else:
            start = place
            pieces.append((start, end, is_asking))
        is_open = introduces(sentence) and not is_asking and not is_empty(sentence)
    return pieces


def _trimmed(lines: list[_Line]) -> list[_Line]:
    """Without empty words and questions at either end."""
    telling = [i for i, line in enumerate(lines) if not is_empty(line.text) and not line.asks]
    return lines[telling[0] : telling[-1] + 1] if telling else []


def _run(lines: list[_Line], room: int) -> list[_Line]:
    """The best sentence, then its neighbours while there is room, rather those after it than before."""
    if sum(len(line.text) + 1 for line in lines) <= room:
        return lines
    best = max(range(len(lines)), key=lambda i: (lines[i].weight, -i))
    first = last = best
    length = len(lines[best].text)
    while True:
        after = lines[last + 1] if last + 1 < len(lines) else None
        before = lines[first - 1] if first > 0 else None
        fits = [line for line in (after, before) if line and length + len(line.text) + 1 <= room]
        if not fits:
            return lines[first : last + 1]
        taken = max(fits, key=lambda line: (line.weight > 0 or line is after, line.weight))
        length += len(taken.text) + 1
        first, last = (first, last + 1) if taken is after else (first - 1, last)


def _joined(lines: list[_Line]) -> str:
    """The sentences with whatever stood between them, but for words of others."""
    between = lines[0].message.text[lines[0].start : lines[-1].end]
    return "\n".join(line.text for line in lines) if _OTHERS_WORDS.search(between) else between
