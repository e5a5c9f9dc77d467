"""What kind of answer a question asks for – a number, a time, a place – and whether words hold one. Pure."""

from __future__ import annotations

import re
from enum import StrEnum

from bot.patterns import Pattern


class Expectation(StrEnum):
    """What an answer must hold."""

    NUMBER = "number"
    TIME = "time"
    PLACE = "place"
    ANYTHING = "anything"


_ASKED = (
    (
        Expectation.NUMBER,
        Pattern(
            r"\bhow (?:many|much|long|often|quickly|fast|big|large|old|soon|far)\b"
            r"|\b(?:which|what) (?:port|version|number|"
            r"percentage|amount|size|limit|threshold|timeout|value|budget)\b|\bup to what\b|\bat (?:what|which)\b"
            r"|多少|几[个位天次秒分字台种年月周小]|多久|多长|多大|是几",
            re.IGNORECASE,
        ),
    ),
    (
        Expectation.TIME,
        Pattern(
            r"\bwhen (?:is|are|was|were|do|does|did|will|can|should|may|must)\b|\b(?:what|which) (?:time|day|date|"
            r"week|month|"
            r"year|hour)s?\b|\bsince when\b|\b(?:un)?til(?:l)? (?:when|what)\b"
            r"|什么时候|几点|哪天|何时|几号|星期几|周几",
            re.IGNORECASE,
        ),
    ),
    (
        Expectation.PLACE,
        Pattern(
            r"\bwhere (?:is|are|do|does|did|can|should|will|was|were)\b"
            r"|\b(?:which|what) (?:file|folder|directory|channel|page|"
            r"repo\w*|path|link|url|table)\b|哪里|哪儿|哪个(?:目录|文件|频道|仓库)|什么地方",
            re.IGNORECASE,
        ),
    ),
)
_NUMBER_WORDS = (
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety|"
    r"hundred|thousand|dozen|half|once|twice|never|always|no limit|unlimited|"
    r"daily|weekly|monthly|nightly|hourly|every)\b"
    r"|[一二两三四五六七八九十百千半零〇]|每[天周月年]"
)
_TIME_WORDS = (
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:january|february|march|april|may|june|july|august|september|"
    r"october|november|december)\b|\b(?:today|tomorrow|tonight|yesterday|morning|noon|afternoon|evening|midnight|week|month|"
    r"year|quarter|after|before|until|as soon as|once|never)\b"
    r"|[周星]期?[一二三四五六日天]|今天|明天|昨天|早上|上午|中午|下午|晚上|月底|[年月]"
)
_HELD = {
    Expectation.NUMBER: Pattern(rf"\d|{_NUMBER_WORDS}", re.IGNORECASE),
    Expectation.TIME: Pattern(rf"\d|{_TIME_WORDS}", re.IGNORECASE),
    Expectation.PLACE: Pattern(
        r"`|https?://|<#|#\w|\w[/.]\w|\b(?:in|on|at|under|inside|behind|into|from)\b|在|里|目录|频道|上面",
        re.IGNORECASE,
    ),
}


def expected(question: str) -> Expectation:
    """Return what a question asks for."""
    return next((kind for kind, pattern in _ASKED if pattern.search(question)), Expectation.ANYTHING)


def is_met(expectation: Expectation, text: str) -> bool:
    """Whether words hold what is expected; a sign that they may answer, no proof."""
    return expectation is Expectation.ANYTHING or bool(_HELD[expectation].search(text))


_CHANGES = Pattern(
    r"\bcorrection\b|\bupdated?:|\bchanged? (?:to|of)\b|\b(?:a|important|one) change\b|^change\b"
    r"|\bmove[sd]? (?:from|to)\b"
    r"|\bno longer\b|\bnot any ?more\b|\bfrom now on\b|\bis (?:void|obsolete|outdated)\b|\bpostponed?\b|\binstead of\b"
    r"|\bas of (?:today|now)\b|\bfrom (?:this|next) week\b|\bis now\b|\bused to be\b"
    r"|更正|改成|改到|改为|改时间|改了|作废|不再|推迟|提前到|变更|更新一下|从今天起|从现在起",
    re.IGNORECASE | re.MULTILINE,
)


def announces_change(text: str) -> bool:
    """Whether words put right or replace something said before."""
    return bool(_CHANGES.search(text))
