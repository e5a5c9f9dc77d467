"""The words of an edit: one that took another's place everywhere; what a sentence left out was about. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from bot.patterns import Pattern
from bot.stop_words import CHINESE_CHARACTERS, CHINESE_PHRASES
from bot.terms import is_function_word, is_vague_term, terms

MOST_WORDS = 4
LONGEST_COMPARED = 600
"""Words of a text that are compared: an edit of a chat answer is shorter."""

_TOKEN = Pattern(r"[\u3400-\u4dbf\u4e00-\u9fff]|[^\W\u3400-\u4dbf\u4e00-\u9fff]+(?:[-_.'’/][^\W\u3400-\u9fff]+)*")
_CJK = Pattern(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_CJK_RUN = Pattern(r"[\u3400-\u4dbf\u4e00-\u9fff]{2,}")
_JOINTS = Pattern("|".join([*sorted(CHINESE_PHRASES, key=len, reverse=True), *sorted(CHINESE_CHARACTERS)]))
_WORD = Pattern(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\Z")
_FACTS = frozenset(  # one of these for another puts a fact right and is no way of putting things
    """
    monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun january february march april
    may june july august september october november december today tomorrow yesterday morning afternoon evening night
    noon midnight daily weekly monthly yearly hourly day days week weeks month months year years hour hours minute
    minutes second seconds first second third last next previous one two three four five six seven eight nine ten on off
    true false yes no not never always enabled disabled open closed up down left right before after above below more
    less min max minimum maximum start end begin stop increase decrease higher lower public private internal external
    north south east west black white red green blue yellow old new primary secondary required optional
    今天 明天 昨天 上午 下午 晚上 周一 周二 周三 周四 周五 周六 周日
    本周 下周 上周 可以 不能 打开 关闭 之前 之后 以前 以后
    """.split()
)
_STATING = frozenset("不没无非未一二三四五六七八九十两几前后左右上下内外早晚高低多少大小新旧开关")
"""A Chinese word with one of these mostly states how much, where or whether: to change it puts a fact right."""


def swapped_word(before: str, after: str) -> tuple[str, str] | None:
    """Return the one word that another took the place of, and that other; None where other words were exchanged too.

    The old word is gone wherever it stood and the new one is new. Names, numbers, days and opposites do not count: to
    change one of those puts a fact right. Chinese has no spaces: there a word is two to four characters that changed.
    """
    old, new = _tokens(before), _tokens(after)
    if len(old) > LONGEST_COMPARED or len(new) > LONGEST_COMPARED:
        return None
    swaps = {(one, other) for one, other in _changes(old, new) if one and other}
    if len(swaps) != 1:
        return None
    one, other = swaps.pop()
    if not (_is_thing(one) and _is_thing(other)) or _is_cjk(one) != _is_cjk(other) or terms(one) == terms(other):
        return None
    if _as_used(other, before) or _as_used(one, after):
        return None
    forms = _as_used(one, before), _as_used(other, after)
    return None if any(map(_is_name, forms)) else (forms[0][0], forms[1][0])


def topic_words(sentence: str, kept: str) -> tuple[str, ...]:
    """Return the few words that say what a sentence is about and that do not stand in what was kept."""
    rest = set(terms(kept))
    found = [*_chinese_words(sentence, kept), *_words(sentence, rest)]
    return tuple(dict.fromkeys(found))[:MOST_WORDS]


def _words(sentence: str, rest: set[str]) -> Iterator[str]:
    for place, word in enumerate(_tokens(sentence)):
        stems = terms(word)
        if _is_cjk(word) or is_function_word(word.casefold()) or not stems:
            continue
        if not any(s in rest or is_vague_term(s) for s in stems):
            yield word.casefold() if place == 0 and word.istitle() else word


def _chinese_words(sentence: str, kept: str) -> Iterator[str]:
    for run in _CJK_RUN.findall(_JOINTS.sub(" ", sentence)):
        if len(run) <= 8 and run not in kept:
            yield run


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What stood and what stands in its place, stretch by stretch, case ignored."""
    a, b = [t.casefold() for t in old], [t.casefold() for t in new]
    for start, end, begin, stop in _stretches(a, b):
        yield _joined(a[start:end]), _joined(b[begin:stop])


def _stretches(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """The stretches that differ. One Chinese character that stays between two changes belongs to the word around it."""
    found: list[tuple[int, int, int, int]] = []
    for tag, start, end, begin, stop in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        last = found[-1] if found else None
        if last and start - last[1] == 1 and _is_cjk(a[start - 1]):
            found[-1] = (last[0], end, last[2], stop)
        else:
            found.append((start, end, begin, stop))
    return [_whole(a, b, stretch) for stretch in found]


def _whole(a: Sequence[str], b: Sequence[str], stretch: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """A single Chinese character with its neighbour: alone it is seldom a word."""
    start, end, begin, stop = stretch
    if end - start == stop - begin == 1 and _is_cjk(a[start]) and _is_cjk(b[begin]):
        if end < len(a) and _is_cjk(a[end]) and a[end] not in CHINESE_CHARACTERS:
            return start, end + 1, begin, stop + 1
        if start and _is_cjk(a[start - 1]) and a[start - 1] not in CHINESE_CHARACTERS:
            return start - 1, end, begin - 1, stop
    return stretch


def _joined(tokens: Sequence[str]) -> str:
    return ("" if all(map(_is_cjk, tokens)) else " ").join(tokens)


def _is_cjk(token: str) -> bool:
    return bool(_CJK.match(token))


def _is_thing(word: str) -> bool:
    """Whether a word may be a common noun or the like: letters alone, no function word, nothing that states a fact."""
    if word in _FACTS:
        return False
    if _is_cjk(word):
        return 2 <= len(word) <= 4 and not any(c in CHINESE_CHARACTERS or c in _STATING for c in word)
    return len(word) >= 3 and bool(_WORD.match(word)) and not is_function_word(word) and bool(terms(word))


def _as_used(word: str, text: str) -> list[str]:
    """A word as it stands in a text, each time; first where it is written small."""
    if _is_cjk(word):
        return [word] * text.count(word)
    found = re.findall(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)
    return sorted(found, key=lambda form: form != form.casefold())


def _is_name(forms: Sequence[str]) -> bool:
    """Whether a word is written like a name wherever it stands."""
    return all(form[:1].isupper() and not form.isupper() for form in forms)
