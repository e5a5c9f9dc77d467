"""Questions that no quotation should ever answer, whatever was found. Pure."""

from __future__ import annotations

import re

from bot.patterns import Pattern
from bot.ruling import refusal
from bot.sentences import without_address
from bot.stop_words import VAGUE
from bot.terms import query_terms, telling_words

_WORD = Pattern(r"[\w']+")
_PLEASANTRIES = frozenset(
    """hi hello hey yo good morning afternoon evening night day thanks thank thx cheers bye how are you things how's it
    going do what's up sup happy birthday congrats congratulations well done nice great there around ok okay real a bot
    human an ai who tell me joke lol haha all team everyone folks so very much today lot the this is weekend your was
    is nice to meet see welcome back please hope
    你好 您好 早上好 早安 晚上好 晚安 大家好 谢谢 多谢 辛苦了 再见 在吗 你好吗 吃了吗 哈哈 谢谢你
    你是谁 你是机器人吗""".split()
)
_CODE = Pattern(r"```.*?(?:```|\Z)", re.DOTALL)
_POINTING = Pattern(r"\b(?:this|that|these|those|it|they|them|there)\b|这|那|它", re.IGNORECASE)
_LEANING = Pattern(r"\b(?:listed|mentioned|posted|linked|described)?\s*(?:above|upthread)\b|上面|楼上", re.IGNORECASE)
_REQUEST = Pattern(
    r"^(?:hi|hey|hello|ok|so|please|pls|\s|,|!)*(?:can|could|would|will) you "
    r"(?:please |pls |maybe |also |quickly |just )*"
    r"(?!(?:please|tell|explain|remind|say|share|point|show|describe|clarify|elaborate|recommend|suggest|give me|"
    r"help me (?:understand|find)|confirm|remember|see|use|get|think|still|have|be)\b)\w+"
    r"|^(?:please|pls) (?!(?:tell|explain|remind|say|point|show|describe|clarify)\b)\w+"
    r"|^(?:麻烦|请你|请帮|帮我|能不能帮|可以帮|能帮)(?!问|告诉|说|解释|介绍)",
    re.IGNORECASE,
)


def is_small_talk(question: str) -> bool:
    """Whether it greets, thanks or chats rather than asks; a text without any word counts too."""
    return not query_terms(question) or all(
        word.casefold() in _PLEASANTRIES for word in _WORD.findall(without_address(question))
    )


def is_about_person(text: str) -> bool:
    """Whether it asks or says something about a person, or of a double what is not about work (`bot.ruling`)."""
    return refusal(text) is not None


def is_request(question: str) -> bool:
    """Whether it asks the worker to do something, which no past message can answer."""
    return bool(_REQUEST.search(without_address(question.strip())))


def is_vague(question: str) -> bool:
    """Whether it can only be understood with what was said before it: *is this a bug?*, *what am I missing?*"""
    naming = {word for word in telling_words(_CODE.sub(" ", question)) if word not in VAGUE}
    leans = bool(_LEANING.search(_CODE.sub(" ", question)))
    return not naming or leans or (len(naming) == 1 and bool(_POINTING.search(question)))


def unanswerable(question: str) -> str | None:
    """Why no quotation should ever answer a question, as a catalogue key, whatever was found; None if one may."""
    gates = (
        (is_small_talk, "quoting.reason_small_talk"),
        (is_about_person, "quoting.reason_about_person"),
        (is_request, "quoting.reason_request"),
        (is_vague, "quoting.reason_vague"),
    )
    return next((key for holds, key in gates if holds(question)), None)
