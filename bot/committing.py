"""Promises, consent and agreement in a worker's name: a model may repeat them, and never give them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.patterns import Pattern
from bot.terms import query_terms, terms

_PROMISE = (
    r"\b(?:i|we)(?:['’]ll|['’]d be happy to| will| shall| promise| guarantee| commit| plan to| intend to| swear)\b"
    r"|\b(?:i['’]m|i am|we['’]re|we are) (?:going to|about to|happy to|committed to|on it)\b|\bcount on (?:me|us)\b"
    r"|\blet me (?:do|handle|take|fix)\b|\byou(?:['’]ll| will) (?:have|get) it\b"
    r"|我们?(?:一定|马上|明天|今天|稍后|就|这就)?(?:会|去|来|将|保证|承诺|答应|打算)|包在我身上|交给我"
)
_CONSENT = (
    r"\b(?:i|we) (?:hereby |fully |do )?(?:approve|agree|accept|consent|confirm|authori[sz]e|allow|permit|grant"
    r"|sign off|am fine with|are fine with|am ok with|resign)\b|\b(?:is|are|was|were|been|be|gets?|got) (?:\w+ )?"
    r"(?:approved|granted|given|authori[sz]ed|accepted|permitted|signed off|cleared)\b|\b(?:go ahead|lgtm)\b"
    r"|\byou (?:have|['’]ve got|got) my\b"
    r"|我们?(?:都|已经?|完全)?(?:同意|批准|准许|允许|授权|接受|认可|确认)|已经?(?:同意|批准|准许|授权|获批)"
    r"|(?:同意|批准|获批|审批通过)了|(?:可以|请)放心|没问题"
)
_AGREEMENT = (
    r"\byou(?:['’]re| are) (?:absolutely |quite |exactly )?(?:right|correct)\b"
    r"|\byour (?:\w+ )?(?:understanding|reading|guess|idea|assumption|plan) (?:is|sounds) (?:right|correct|good|fine)\b"
    r"|你(?:说|理解|想)[得的](?:很|完全|没)?[对错]"
)
_KINDS = tuple(Pattern(kind, re.IGNORECASE) for kind in (_PROMISE, _CONSENT, _AGREEMENT))


def commits_anew(text: str, cited: Sequence[str]) -> bool:
    """Whether a text promises, consents or agrees where no sentence of the cited that shares a word with it does so."""
    own = set(query_terms(text))
    near = [sentence for sentence in cited if own & set(terms(sentence))]
    return any(kind.search(text) and not any(kind.search(sentence) for sentence in near) for kind in _KINDS)
