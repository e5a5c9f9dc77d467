"""What denies: one list for telling whether words say yes or no, wherever that is asked. Pure.

A denial is a word for *not*, or a verb that leaves something undone. Two of them in one stretch of words lift each
other: *never stop it*, *not without a review*.
"""

from __future__ import annotations

import re

from bot.patterns import Pattern

_WORDS = (
    r"\b(?:not|no|never|none|nothing|without|cannot|neither|nor|nobody|hardly|barely|scarcely|rarely|seldom|unable"
    r"|dont|doesnt|didnt|cant|wont|isnt|arent|wasnt|shouldnt|(?<!a )few)\b|n['’]t\b|\b(?:instead of|rather than)\b"
)
_VERBS = (
    r"\b(?:avoid(?:s|ed|ing)?|refus(?:e|es|ed|ing)|forbid(?:s|den)?|forbade|prohibit(?:s|ed)?|ban(?:s|ned)?"
    r"|den(?:y|ies|ied)|declin(?:e|es|ed)|disallow(?:s|ed)?|refrain(?:s|ed)? from|deprecated|discouraged)\b"
    r"|\b(?:stop(?:s|ped)?|quit|cease[sd]?|gave up|gives? up)(?=\s+\w+ing\b)"
    r"|\b(?:wrong|dangerous|risky|pointless|useless|hard|difficult|impossible|a mistake|too \w+) to\b|\bbad idea\b"
    r"|\b(?:fail(?:s|ed|ing)?|forgot|forgets?) to\b"
)
_CHINESE = (
    r"不(?!仅|但|过|同|错|管|论)|没|未(?!来)|勿|(?<![区特级类分个辨差])别(?!的|人|名)|无法|无需|无须|非(?!常)"
    r"|禁止|严禁|避免|停止|停用|拒绝|弃用|废弃|很少|极少|切忌|谢绝|很难|难以"
)
_DENIAL = Pattern(f"{_WORDS}|{_VERBS}|{_CHINESE}", re.IGNORECASE)
_JOINED = Pattern(r"\b(?:and|or|nor)\b|也|并且|而且", re.IGNORECASE)


def denies(clause: str) -> bool:
    """Whether one clause says no: an odd number of denials in any of the stretches that *and* and *or* join."""
    return any(count_denials(stretch) % 2 for stretch in _JOINED.split(clause))


def count_denials(text: str) -> int:
    """Return how often a text denies."""
    return sum(1 for _ in _DENIAL.finditer(text))
