"""Words with an opposite, words never to be put into somebody's mouth, and what these tables forbid. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.patterns import Pattern

_WORD = Pattern(r"(?:\([^)]*\)|[^|(])+")  # the pieces between bars, those within brackets aside

STRICT: tuple[tuple[str, str], ...] = (
    (r"safe|safely|(?<!不)安全", r"unsafe|unsafely|dangerous|不安全|危险"),
    (r"enabled?|enables|enabling|启用|开启", r"disabled?|disables|disabling|禁用|停用"),
    (
        r"pass|passes|passed|passing|succeeds?|succeeded|success\w*|通过|成功",
        r"fail\w*|broken?|breaks|crash\w*|失败|出错",
    ),
    (
        r"before|prior to|ahead of|之前|以前~until|前|先",
        r"after|afterwards|之后|以后~once|then|following|since|when|后|再",
    ),
    (r"above|more than|exceeds?|greater|高于|大于|超过|以上~over", r"below|less than|fewer|低于|小于|不到|以下~under"),
    (r"at least|minimum|no less than|至少|最少|不少于~min", r"at most|maximum|no more than|至多|最多|不超过~up to|max"),
    (r"rais\w+|increas\w+|grow\w*|提高|增加|调高|上升", r"lower(?:s|ed|ing)?|decreas\w+|reduc\w+|降低|减少|调低|下降"),
    (r"good|great|advisable|好主意", r"bad|wrong|terrible|糟糕"),
    (r"faster|quicker|更快", r"slower|更慢"),
    (r"open|opens|opened|opening|打开|开放|开着", r"closed?|closes|closing|shut\w*|关闭|关着"),
    (
        r"allow\w*|permit\w*|(?<!不)允许|准许",
        r"forbid\w*|forbade|prohibit\w*|disallow\w*|禁止|不允许|不准~avoid\w*|never|not|no|避免|不要|不能|不可|不得",
    ),
    (r"accept(?:s|ed|ing)?|接受", r"reject\w*|declin\w*|refus\w*|拒绝"),
    (r"start|starts|started|starting|启动|开始", r"stop|stops|stopped|stopping|停止|结束"),
    (r"required|mandatory|必须|必填", r"optional|可选|选填"),
    (r"public|公开", r"private|secret|私有|保密"),
    (r"online|在线|上线", r"offline|离线|下线"),
    (r"earlier|更早|提前", r"later|更晚|推迟|延后"),
    (r"always|总是|始终|一直", r"never|从不|从来不"),
    (r"valid|有效", r"invalid|无效~expir\w*|过期|失效"),
    (r"healthy|intact|完好", r"unhealthy|corrupt\w*|damaged|坏了|损坏"),
)
"""Two sides each. What an answer says of one side, what it cites must say of that side as well.

Words behind a ~ have other uses too: they bear a side out, and are no sign of it in an answer.
"""

LOOSE: tuple[tuple[str, str], ...] = (
    (r"up", r"down"),
    (r"on", r"off"),
    (r"in", r"out"),
    (r"left", r"right"),
    (r"first", r"last"),
    (r"old|older", r"new|newer"),
    (r"with|带", r"without|不带"),
    (r"front|前面", r"back|后面"),
)
"""Words of many uses: here one side is wrong only where what is cited has nothing but the other."""

NEVER_INVENTED: tuple[str, ...] = (
    r"everyone|everybody|anyone|anybody|任何人|所有人|人人|大家都",
    r"delet\w+|remov\w+|drop(?:s|ped|ping)?|wip\w+|eras\w+|destroy\w*|purg\w+|删\w?|清除|清掉|擦除|销毁|毁掉",
    r"steal\w*|stole|stolen|brib\w+|偷|盗|贿赂|行贿",
    r"resign\w*|quit(?:s|ting)?|fire[ds]|firing|dismissed|辞职|离职|开除|解雇",
    r"passwords?|credentials?|secrets?|密码|口令|凭据",
    r"pays?|paid|refund\w*|wire transfer|付款|转账|退款",
    r"kill\w*|attack\w*|leak\w*|hack\w*|杀|攻击|泄露|泄漏",
)
"""What does harm, or speaks for everybody: it may be said again where it was said, and never added."""


def contradicts(text: str, whole: str) -> bool:
    """Whether a text has one side of a pair that the words it rests on lack, or adds what must never be added."""
    return (
        any(_lacks(one, text, whole) or _lacks(other, text, whole) for one, other in _STRICT)
        or any(
            (_lacks(one, text, whole) and other.bears.search(whole))
            or (_lacks(other, text, whole) and one.bears.search(whole))
            for one, other in _LOOSE
        )
        or any(_lacks(word, text, whole) for word in _HARM)
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """What is a sign of one side in an answer, and what bears that side out."""

    sign: Pattern
    bears: Pattern


def _lacks(side: _Side, text: str, whole: str) -> bool:
    return bool(side.sign.search(text)) and not side.bears.search(whole)


def _side(words: str) -> _Side:
    signs, _, more = words.partition("~")
    return _Side(_pattern(signs), _pattern(f"{signs}|{more}" if more else signs))


def _pattern(words: str) -> Pattern:
    """Whole English words, and Chinese ones anywhere."""
    each = _WORD.findall(words)
    english, chinese = ("|".join(word for word in each if word.isascii() is is_english) for is_english in (True, False))
    return Pattern("|".join(filter(None, (rf"\b(?:{english})\b" if english else "", chinese))), re.IGNORECASE)


_STRICT, _LOOSE = (tuple((_side(one), _side(other)) for one, other in table) for table in (STRICT, LOOSE))
_HARM = tuple(_side(words) for words in NEVER_INVENTED)
