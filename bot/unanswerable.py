"""Questions that no quotation should ever answer, whatever was found. Pure."""

from __future__ import annotations

import re

from bot.patterns import Pattern
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
_OPINION = (
    r"(?:(?:think|thought|thinking|feel|opinion|view|impression)s?\s+(?:of|about|on)|like\s+working\s+with|get\s+along\s+with|"
    r"trust|rate|describe|judge)"
)
_ABOUT_PERSON = Pattern(
    rf"\b{_OPINION}\s+(?:<@|(?:him|her|them|our boss|my boss|your boss|our manager|your manager)\b)"
    r"|\b(?:is|was|are|were|isn'?t|be)\s+(?:<@[^>]{0,80}>|he|she|they)\s+(?:\w+\s+){0,3}"
    r"(?:lazy|smart|stupid|good|bad|nice|difficult|incompetent|competent|slow|reliable|annoying|leaving|sick|pregnant)\b"
    r"|(?:怎么看|如何看待|觉得|评价)\s*(?:<@|他|她)|(?:<@[^>]{0,80}>|他|她)(?:这个人|人品|为人|怎么样)",
    re.IGNORECASE,
)
_OF_PEOPLE_ALONE = "lazy|smart|stupid|incompetent|annoying|rude|arrogant|leaving|sick|pregnant"
_JUDGING = Pattern(
    rf"(?:<@[^>]{{0,80}}>|\b(?:[Hh]e|[Ss]he|[Tt]hey))\s+(?:is|was|are|were|isn'?t|seems)\s+(?:\w+\s+){{0,3}}"
    rf"(?:{_OF_PEOPLE_ALONE}|good|bad|nice|difficult|competent|slow|reliable)\b"
    rf"|\b[A-Z][a-z]+\s+(?:is|was|isn'?t|seems)\s+(?:\w+\s+){{0,3}}(?:{_OF_PEOPLE_ALONE})\b"
    r"|(?:<@[^>]{0,80}>|他|她)(?:这个人)?(?:很|太|真|不太|不|是个?)(?:懒|笨|聪明|差|烦|靠谱|能干|难相处|要走|怀孕)"
)
_REQUEST = Pattern(
    r"^(?:hi|hey|hello|ok|so|please|pls|\s|,|!)*(?:can|could|would|will) you "
    r"(?:please |pls |maybe |also |quickly |just )*"
    r"(?!(?:please|tell|explain|remind|say|share|point|show|describe|clarify|elaborate|recommend|suggest|give me|"
    r"help me (?:understand|find)|confirm|remember|see|use|get|think|still|have|be)\b)\w+"
    r"|^(?:please|pls) (?!(?:tell|explain|remind|say|point|show|describe|clarify)\b)\w+"
    r"|^(?:麻烦|请你|请帮|帮我|能不能帮|可以帮|能帮)(?!问|告诉|说|解释|介绍)",
    re.IGNORECASE,
)
_ABOUT_NAME = Pattern(
    rf"\b(?i:{_OPINION})\s+[A-Z][a-z]+(?:\s+[A-Z][a-z]+)?(?:\s+(?:as|at|in|personally)\b[^?]*)?\s*\?*\s*$"
)


def is_small_talk(question: str) -> bool:
    """Whether it greets, thanks or chats rather than asks; a text without any word counts too."""
    return not query_terms(question) or all(
        word.casefold() in _PLEASANTRIES for word in _WORD.findall(without_address(question))
    )


def is_about_person(question: str) -> bool:
    """Whether it asks what the worker thinks of somebody. A capitalised name counts, and is wrong on the safe side."""
    return bool(_ABOUT_PERSON.search(question) or _ABOUT_NAME.search(question.strip()))


def judges_somebody(statement: str) -> bool:
    """Whether it says what somebody is like."""
    return bool(_JUDGING.search(statement))


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
