"""Reading what a Chinese question asks, English words and whole English phrases in it included. Pure.

There is no cutting into words: what is left of a question is compared character by character.
"""

from __future__ import annotations

from bot import equivalences as tables
from bot.asked import BREAK, CJK, TOKEN, Asked
from bot.asked_in_english import PERSONAL, earliest, is_without_meaning, stem, without_opening
from bot.equivalences import Kind
from bot.patterns import Pattern

_FILLERS = Pattern(tables.CHINESE_FILLERS)
_PARTICLES = Pattern(f"[{tables.CHINESE_PARTICLES}]+(?=$|[^{CJK}])")
_FRAMES = tuple((kind, Pattern(pattern)) for kind, pattern in tables.CHINESE_FRAMES)
_CLOSED = tuple((kind, Pattern(pattern)) for kind, pattern in tables.CHINESE_CLOSED)
_WITH_MA = tuple((kind, Pattern(pattern)) for kind, pattern in tables.CHINESE_WITH_MA)
_CAN = Pattern(r"(?<!不)(?:可以|能够|(?<![性功智可节])能(?![力源])|可(?=用))")
_WANT = Pattern(r"需要|(?<![重主摘概只不])要(?!求|点|素)")
_WHERE_IN = Pattern(
    r"在\s*(?P<named>[a-z0-9._-]+(?:\s+environment)?)\s*(?:上面|里面|上|里|中)?"
    r"|(?P<name>[a-z0-9._-]+)\s*(?:上面|里面|上|里|中)|在(?P<place>[^在]{1,20}?)(?:上面|里面|上|里|中)"
)
_ENVIRONMENT = Pattern(r"\b(staging|production|test|dev) environment\b")
_ONCE = Pattern(r"(?:每隔|隔)?(?:多久|多长时间)(.{1,12}?)一次")
_OWN = ((Pattern("我的"), " my "), (Pattern("[你您]的"), " your "))
_ANYBODY = Pattern(rf"^\s*{tables.CHINESE_ANYBODY}")
_DIRECTED = Pattern(r"[从向往至比被让由]|到|改成|换成")
_GAP = Pattern(rf"(?<=[{CJK}])\s+(?=[{CJK}])")
_BY_YES_OR_NO = frozenset({Kind.WHETHER, Kind.CAN, Kind.ALLOWED, Kind.MUST, Kind.SHOULD, Kind.EXISTS, Kind.TOPIC})
_IN_THE_PAST = frozenset({Kind.WHEN, Kind.WHERE, Kind.HOW, Kind.WHO, Kind.DAY, Kind.WHY})
_SILENT = frozenset("的是在把")


def read_chinese(plain: str) -> Asked:
    """Read what a casefolded text without punctuation asks."""
    text = without_opening(_PARTICLES.sub(" ", _FILLERS.sub(" ", plain)).strip())
    has_ma = text.rstrip().endswith("吗")
    text = text.rstrip().removesuffix("吗").strip()
    for phrase, word in tables.CHINESE_WORDS:
        text = text.replace(phrase, word)
    text = _ONCE.sub(r"\1多久一次", _GAP.sub("", text.strip()))
    kind, before, after = _framed(text, has_ma=has_ma)
    marks = set()
    if kind in _IN_THE_PAST and after.rstrip().endswith("的"):
        marks.add("past")  # 什么时候发布的: it is out
    if kind not in _BY_YES_OR_NO:
        if kind not in {Kind.HOW, Kind.WHERE} and _CAN.search(f"{before}|{after}"):
            marks.add("can")
        before, after = (_WANT.sub("", _CAN.sub("", part)) for part in (before, after))
    if kind not in PERSONAL:
        for pattern, word in _OWN:
            before, after = pattern.sub(word, before), pattern.sub(word, after)
    if kind is Kind.WHY:
        before, after = before.replace("了", ""), after.replace("了", "")
    return _ordered(kind, frozenset(marks), _ANYBODY.sub("", before), _ANYBODY.sub("", after))


def _framed(text: str, *, has_ma: bool) -> tuple[Kind, str, str]:
    """Cut a text at the words that ask: what they ask for, what stood before them, and what after."""
    found = earliest(text, _FRAMES) or earliest(text, _CLOSED)
    if found is None and has_ma:
        found = next(((kind, m) for kind, pattern in _WITH_MA if (m := pattern.search(text))), None)
        if found is None:
            return Kind.WHETHER, text, ""
    found = found or earliest(text)  # it may ask in English about something named in Chinese
    if found is None:
        return Kind.TOPIC, text, ""
    kind, match = found
    return kind, text[: match.start()], text[match.end() :]


def _ordered(kind: Kind, marks: frozenset[str], before: str, after: str) -> Asked:
    """Put a Chinese question into the form that can be compared, where its words may stand before or after it asks."""
    if kind is Kind.WHO:  # who it is that does something stands right before the verb
        after = f"谁{after.lstrip()}" if after.strip() else "谁"
    first, then = _characters(before), _characters(after)
    orders = {first + then}
    is_directed = bool(_DIRECTED.search(before + after))
    if kind is not Kind.WHAT and not is_directed:
        orders.add(then + first)
    place = _WHERE_IN.search(before) or _WHERE_IN.search(after)
    if place is None or is_directed or kind in {Kind.WHO, Kind.WHAT, Kind.WHETHER}:
        return Asked(kind, marks, first + then, frozenset(orders))
    block = _characters(place["named"] or place["name"] or place["place"])
    rest, tail = (_characters(part.replace(place.group(), "", 1)) for part in (before, after))
    for whole in (rest + tail, tail + rest):
        orders.add((*block, BREAK, *whole))
        orders |= {(*whole[:to], *block, *whole[to:]) for to in range(1, len(whole) + 1)}
    return Asked(kind, marks, (*block, BREAK, *rest, *tail), frozenset(orders))


def _characters(text: str) -> tuple[str, ...]:
    """Cut into single characters and Latin words, without those that say nothing."""
    text = _ENVIRONMENT.sub(r"\1", " ".join(TOKEN.findall(text)))
    words: list[str] = []
    for token in text.split():
        if token in _SILENT or is_without_meaning(token):
            continue
        words.append(stem(token))
        if len(words) > 1 and words[-2] == "谁":
            words[-2:] = ["谁" + words[-1]]
    return tuple(words)
