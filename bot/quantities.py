"""The amounts and days that words name, in figures or in words, English or Chinese, for comparing. Pure."""

from __future__ import annotations

import re
import unicodedata

from bot.patterns import Pattern

_ENGLISH = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | dict(
    zip(
        "thirty forty fifty sixty seventy eighty ninety hundred thousand million dozen".split(),
        "30 40 50 60 70 80 90 100 1000 1000000 12".split(),
        strict=True,
    )
)
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000}
_UNITS: tuple[tuple[str, str], ...] = (
    ("millisecond", r"ms\b|milliseconds?\b|毫秒"),
    ("second", r"s\b|secs?\b|seconds?\b|秒"),
    ("minute", r"m\b|mins?\b|minutes?\b|分钟"),
    ("hour", r"h\b|hrs?\b|hours?\b|小时|钟头"),
    ("day", r"d\b|days?\b|天"),
    ("week", r"w\b|weeks?\b|周|星期|礼拜"),
    ("months", r"months?\b|个月"),
    ("years", r"years?\b"),
    ("times", r"times\b|次|遍"),
    ("kb", r"kb\b|kib\b|kilobytes?\b|千字节"),
    ("gb", r"gb\b|gib\b|gigabytes?\b|gigs?\b|千兆|吉字节"),
    ("mb", r"mb\b|mib\b|megabytes?\b|megs?\b|兆"),
    ("tb", r"tb\b|tib\b|terabytes?\b|太字节"),
    ("percent", r"%|percent\b|per cent\b"),
    ("euro", r"€|euros?\b|eur\b|欧元"),
    ("dollar", r"\$|dollars?\b|usd\b|美元"),
)
_FIGURE = r"\d+(?:[.,:]\d+)*"
_COUNTED = r"[个次天周月年分秒小份位台条名遍倍号点兆星礼欧美]"
_UNIT = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _UNITS)
_AMOUNT = Pattern(
    rf"(?P<value>{_FIGURE}|\b(?:{'|'.join(sorted(_ENGLISH, key=len, reverse=True))})\b"
    rf"|(?<![周期拜])[一二两三四五六七八九十百千万零〇]+(?={_COUNTED}))[\s-]*(?:{_UNIT})?",
    re.IGNORECASE,
)
_ONCE = Pattern(r"\b(once|twice)(?=\s+(?:an?|per|each|every|in)\b|[.,;!?]|\s*$)", re.IGNORECASE)
_PERIOD = r"millisecond|second|minute|hour|day|night|week|month|quarter|year"
_RATE = Pattern(
    rf"\b(?:(?:per|each|every)\s+|an?\s+(?!second\s+\w))({_PERIOD})\b|\b(hour|dai|week|month|night|year)ly\b"
    r"|每(?:一)?个?(秒|分钟|小时|天|日|周(?![一二三四五六日天](?![次个]))|月|年|晚)",
    re.IGNORECASE,
)
_PERIODS = {
    "dai": "day",
    "night": "day",
    "秒": "second",
    "分钟": "minute",
    "小时": "hour",
    "天": "day",
    "日": "day",
} | {
    "周": "week",
    "月": "month",
    "年": "year",
    "晚": "day",
}
_LIMIT = Pattern(
    r"(?:(?P<beyond>\b(?:after|since|above|over|more than|at least|from|no less than)\b|超过|高于|大于|至少|不少于|从)"
    r"|\b(?:before|until|below|under|less than|at most|up to|no more than)\b|低于|小于|不到|至多|最多|不超过)\s*",
    re.IGNORECASE,
)
_WEEKDAY = Pattern(
    r"\b(mon|tues|wednes|thurs|fri|satur|sun)days?\b|(?:周|星期|礼拜)([一二三四五六日天])(?![次个天])", re.IGNORECASE
)
_WEEKDAYS = {name: str(n) for n, name in enumerate("mon tues wednes thurs fri satur sun".split(), 1)} | {
    name: str(min(n, 7)) for n, name in enumerate("一二三四五六日天", 1)
}
_MONTHS = "January February March April May June July August September October November December".split()
_MONTH = Pattern(
    rf"\b({'|'.join(m for m in _MONTHS if m != 'May')}|(?<=\bin )May|(?<=\bby )May|(?<=\bof )May|May(?=,?\s\d))\b"
)


def quantities(text: str) -> frozenset[tuple[str, str]]:
    """Return the amounts that a text names, each as (value, unit) and as (value, ""); days and rates among them.

    Values are in figures: *three* is 3, *1,000* is 1000. Units are named alike in both languages; one that the table
    does not know is left out. *One* and 一 count only before a unit that it knows, for they mostly mean *a*.
    """
    plain = unicodedata.normalize("NFKC", text)
    found = {("rate", _period(match)) for match in _RATE.finditer(plain)}
    for match in _AMOUNT.finditer(plain):
        value, unit = _value(match["value"]), match.lastgroup if match.lastgroup != "value" else None
        if match["value"].casefold() not in {"one", "一"} or unit:
            found |= {(value, ""), (value, unit or "")}
    for match in _ONCE.finditer(plain):
        found |= {(str(1 + (match[1].casefold() == "twice")), unit) for unit in ("", "times")}
    for match in _WEEKDAY.finditer(plain):
        found.add((_WEEKDAYS[(match[1] or match[2]).casefold()], "weekday"))
    for match in _MONTH.finditer(plain):
        found.add((str(_MONTHS.index(match[1]) + 1), ""))
    return frozenset(found)


def limits(text: str) -> frozenset[tuple[str, bool]]:
    """Return the amounts that a text says something is beyond (true) or short of (false): *since 2.3*."""
    plain = unicodedata.normalize("NFKC", text)
    found = ((match, _AMOUNT.match(plain, match.end())) for match in _LIMIT.finditer(plain))
    return frozenset((_value(amount["value"]), bool(match["beyond"])) for match, amount in found if amount)


def _period(match: re.Match[str]) -> str:
    name = next(group for group in match.groups() if group).casefold()
    return _PERIODS.get(name, name)


def _value(word: str) -> str:
    """A number in figures, its thousands not set apart."""
    if word[0].isdecimal():
        return re.sub(r",(?=\d{3}(?!\d))", "", word)
    return _ENGLISH.get(word.casefold()) or str(_chinese(word))


def _chinese(word: str) -> int:
    total, last = 0, 0
    for character in word:
        if character in _TENS:
            total, last = total + (last or 1) * _TENS[character], 0
        else:
            last = _DIGITS[character]
    return total + last
