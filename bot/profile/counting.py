"""Counting how one message is written: figures and names from closed lists, nothing of what it says. Pure.

No time of day is looked at, and no mood is read from anything.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter

from bot.patterns import Pattern
from bot.profile.manners import CHINESE_HABITS, FUNCTION_WORDS, HABITUAL, LAYOUT, MARKS, PICTOGRAMS
from bot.sentences import is_code, sentences, without_address
from bot.stop_words import ENGLISH

LENGTHS = (1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96)
"""Upper bounds, in words, of the buckets that lengths are counted in; a last bucket takes what is longer."""
SENTENCES = (1, 2, 3, 5, 8)
LONGEST = 8_000
"""Characters of a message that are looked at."""

_CODE = Pattern(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_OUTSIDE = Pattern(r"<[^>\s]{1,300}>|https?://\S+|^[ \t]*(?:>|&gt;).*$", re.MULTILINE)
_SHORTCODE = Pattern(r"(?<![\w:]):([a-z0-9_+'-]{1,40}):(?:skin-tone-\d:)?(?!\w)")
_PICTOGRAM = Pattern("[\u2600-\u27bf\u2b50\u2b55\U0001f300-\U0001faff]")
_JOINED = Pattern("[\U0001f3fb-\U0001f3ff\ufe0f]|\u200d[\u2600-\u27bf\U0001f300-\U0001faff]")
_NAME_OF = {sign: name for name, sign in PICTOGRAMS.items()}
_SAME_AS = {"simple_smile": "slightly_smiling_face", "thumbsup": "+1", "thumbsdown": "-1", "thinking": "thinking_face"}
_HAN = Pattern(r"[\u3400-\u9fff]")
_LATIN_WORD = Pattern(r"[^\W\d_\u2e80-\u9fff\uac00-\ud7af]+(?:['’][^\W\d_]+)*")
_FOREIGN = Pattern(r"[\u0370-\u05ff\u0600-\u0eff\u3040-\u30ff\uac00-\ud7af]")
_ENDS = ((".", "。．"), ("!", "！"), ("?", "？"), ("…", ""), (":", "："), (")", "）"))
_END_NAMES = ("ends_stop", "ends_exclaiming", "ends_asking", "ends_trailing", "ends_colon", "ends_bracket")
_STARTS = Pattern(r"[^\W\d_]")


def prose_of(text: str, gap: str = " ") -> str:
    """Return the words without address, code, links, mentions, quoted lines, pictograms; a gap stands for each."""
    bare = _OUTSIDE.sub(gap, _CODE.sub(gap, without_address(text[:LONGEST].strip())))
    return _PICTOGRAM.sub(gap, _JOINED.sub("", _SHORTCODE.sub(gap, bare))).strip()


def count_marks(text: str) -> Counter[str]:
    """Return what is counted of one message, by names from closed lists; everything once, but lengths and words."""
    text = text[:LONGEST]
    prose = prose_of(text)
    counts: Counter[str] = Counter()
    counts.update(name for name, pattern in LAYOUT.items() if pattern.search(text))
    counts.update(name for name, pattern in MARKS.items() if pattern.search(prose))
    counts.update(_pictograms(text))
    if prose:
        counts["prose"] = 1
        counts.update(_edges(prose))
        counts.update(_lengths(text, prose))
        counts.update(_words(prose))
    return counts


def length_in_words(prose: str) -> int:
    """Return how many words a text has; two Chinese characters count as one."""
    return len(_LATIN_WORD.findall(prose)) + (len(_HAN.findall(prose)) + 1) // 2


def _pictograms(text: str) -> set[str]:
    bare = _JOINED.sub("", _CODE.sub(" ", text))
    names = [_SAME_AS.get(name, name) for name in _SHORTCODE.findall(bare) if not name.isdigit() or name == "100"]
    found = {name if name in PICTOGRAMS else "another" for name in names}
    found |= {_NAME_OF.get(sign, "another") for sign in _PICTOGRAM.findall(bare)}
    return {f"emoji_{name}" for name in found} | ({"emoji"} if found else set())


def _edges(prose: str) -> list[str]:
    """How a message begins and ends."""
    found = []
    first = _STARTS.search(prose)
    if first and first.group().lower() != first.group().upper():
        found.append("begins_small" if first.group().islower() else "begins_large")
    last = prose[-1]
    ends = [name for name, signs in zip(_END_NAMES, _ENDS, strict=True) if last in "".join(signs)]
    return [*found, *(ends or ["ends_bare"])]


def _lengths(text: str, prose: str) -> Counter[str]:
    parts = [piece for piece in sentences(text) if not is_code(piece)]
    sizes = [size for size in (length_in_words(prose_of(part)) for part in parts) if size]
    counts = Counter(f"sentence_{bisect_left(LENGTHS, size)}" for size in sizes)
    counts[f"length_{bisect_left(LENGTHS, length_in_words(prose))}"] += 1
    counts[f"sentences_{bisect_left(SENTENCES, max(1, len(sizes)))}"] += 1
    counts["sentences"] += max(1, len(sizes))
    return counts


def _words(prose: str) -> Counter[str]:
    words = [word.replace("’", "'").casefold() for word in _LATIN_WORD.findall(prose)]
    han = len(_HAN.findall(prose))
    counts = Counter(f"word_{word}" for word in words if word in HABITUAL or word in FUNCTION_WORDS)
    counts["words"] = len(words)
    if han:
        counts["characters"] = han
        counts.update({f"char_{habit}": prose.count(habit) for habit in CHINESE_HABITS if habit in prose})
    counts[_language(words, han, prose)] += 1
    return counts


def _language(words: list[str], han: int, prose: str) -> str:
    """Which language a message is in; Chinese with a few English terms is Chinese."""
    if han:
        return "mixed" if han < 2 * len(words) and any(word in ENGLISH for word in words) else "chinese"
    is_foreign = bool(_FOREIGN.search(prose)) or (len(words) > 6 and not any(word in ENGLISH for word in words))
    return "other" if is_foreign else "english"
