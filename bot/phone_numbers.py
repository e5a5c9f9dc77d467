"""Finding telephone numbers in a text, by the numbering plans of the regions that a workspace chose. Pure.

A number that begins with + is found whatever its region. One written as at home is found if it is grouped as its plan
groups it, or if the words before it say what it is: ten digits alone may be anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from bot.patterns import Pattern

DEFAULT_REGIONS = ("US", "GB", "CN")
_MARGIN = 24

_CANDIDATE = Pattern(
    r"(?<![A-Za-z0-9_.,/=#$€£¥%@&?-])(?<!\d:)[+＋(（]{0,2}\d(?:[ \t.()（）/–-]{0,3}\d){6,16}"
    r"(?![A-Za-z0-9_%]|[.,:/=@_-]\w)"
)
_SAID = Pattern(
    r"(?:phone|mobile|cell|tel|telephone|call|ring|text|fax|whatsapp|sms|dial|reach (?:me|him|her|them)|number|"
    r"电话|手机|号码|打给|拨|致电|联系|微信|座机|短信|手機|電話)[^\n]{0,20}$",
    2,
)
_CHINESE_MOBILE = Pattern(r"1[3-9]\d[ -]?\d{4}[ -]?\d{4}")
_FROM_HOME = Pattern(r"[(（]?00[1-9]")
_STARTS_ABROAD = ("+", "＋", "(+", "（+")


@lru_cache(maxsize=1)
def known_regions() -> frozenset[str]:
    """Return the regions whose numbering plans are known, as two capital letters."""
    import phonenumbers  # noqa: PLC0415 - 10 MB that a start waits for no number with

    return frozenset(phonenumbers.SUPPORTED_REGIONS)


def phone_numbers(text: str, regions: Sequence[str]) -> list[tuple[int, int]]:
    """Return where telephone numbers stand in a text."""
    found = []
    for candidate in _CANDIDATE.finditer(text):
        start, end = candidate.span()
        end = start + len(candidate.group().rstrip(" \t.(（/–-"))
        before = text[max(0, start - _MARGIN) : start]
        if is_phone_number(text[start:end], before, regions):
            found.append((start, end))
    return found


def is_phone_number(written: str, before: str, regions: Sequence[str]) -> bool:
    """Whether a run of digits is a telephone number, given the words before it."""
    if written.startswith(_STARTS_ABROAD):
        return _is_valid(written, None)
    if _FROM_HOME.match(written) and _is_valid(f"+{written.lstrip('(（')[2:]}", None):
        return True
    if "CN" in regions and _CHINESE_MOBILE.fullmatch(written):
        return True
    is_said = bool(_SAID.search(before))
    return any(_is_valid(written, region) and (is_said or _is_grouped(written, region)) for region in regions)


def _is_valid(written: str, region: str | None) -> bool:
    import phonenumbers  # noqa: PLC0415 - as above

    try:
        number = phonenumbers.parse(written.replace("＋", "+"), region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number) or (region is None and phonenumbers.is_possible_number(number))


def _is_grouped(written: str, region: str) -> bool:
    """Whether a number of a region is written in the groups of its plan, with signs between them."""
    import phonenumbers  # noqa: PLC0415 - as above

    if not any(sign in written for sign in " .-()"):
        return False
    strict = phonenumbers.Leniency.STRICT_GROUPING
    return next(iter(phonenumbers.PhoneNumberMatcher(written, region, strict, 5)), None) is not None
