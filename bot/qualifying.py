"""What makes words less than a plain statement: a condition, a doubt, a source, a limit, a plan. Pure.

Dropping one of these makes another statement of it, though every word that is left was said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.patterns import Pattern
from bot.terms import query_terms, telling_words, terms

_CONDITION = (
    r"\b(?:if|unless|provided|assuming|as long as|depends|depending|otherwise|until|till)\b"
    r"|如果|要是|除非|只要|假如|若|万一|的话|取决于|前提|直到"
)
_EXCEPTION = r"\b(?:unless|except)\b|除非|除了"
_PAST = r"\b(?:used to|formerly|previously|once was|until recently)\b|以前|曾经|从前|原先"
_DOUBT = (
    r"\b(?:maybe|might|perhaps|whether|probably|possibly|unsure|not sure|guess|rumou?rs?|supposedly|apparently)\b"
    r"|可能|也许|或许|大概|是否|不确定|估计|好像|似乎|说不定|恐怕|怀疑"
    r"|\b(?:claim(?:s|ed)?|alleg\w+|reportedly|heard|according to)\b|(?<!\bi )\b(?:said|says)\b"
    r"|\b(?:wants?|wanted|asks|asked|tells|told) (?:us|me|everyone|everybody) to\b"
    r"|\b(?:doubt|wonder|suspect)\w*\b|\b(?:thinks|believes|suggests|proposes)\b"
    r"|听说|据说|声称|据称|传言|(?<=[\u4e00-\u9fff])(?<![我来就再话虽小])说(?![明法服])"
)
_HEDGE = r"|\b(?:may|could|think|believe|seems?|likely|not certain)\b|觉得|认为|想必|应该"
_LIMIT = r"\b(?:only|solely|exclusively|nobody but|except)\b|只(?!是|要)|仅(?!仅?是)|唯一|除了|除非"
_PLAN = (
    r"(?:\b(?:will|shall|would)\b|['’]ll\b)(?!\s+(?:point out|say|note|add|mention|admit))"
    r"|\b(?:must|should|(?:has|have|needs?) to|going to|plan(?:s|ned)? to|about to|intend\w* to)\b"
    r"|(?<![不也])会(?![议话员])|将|准备|打算|计划"
)
_DONE = (
    r"\b(?:was|were|did|already)\b|\b(?:has|have|had)\b(?! to\b)|(?<!\bis )(?<!\bare )(?<!\bbe )\b[a-z]{2,}ed\b"
    r"|已|[\u4e00-\u9fff]了"
)
KINDS: tuple[tuple[Pattern, Pattern], ...] = tuple(
    (Pattern(held, re.IGNORECASE), Pattern(kept, re.IGNORECASE))
    for held, kept in (
        (_CONDITION, f"{_CONDITION}|\\b(?:when|whenever|once|with|after|until)\\b|时|才"),
        (_EXCEPTION, f"{_EXCEPTION}|\\b(?:not|no|only|without|but)\\b|n['’]t\\b|不|没|只"),
        (_PAST, f"{_PAST}|\\b(?:was|were|had|\\w+ed|longer|not)\\b|不再|原来"),
        (_DOUBT, f"{_DOUBT}{_HEDGE}"),
        (_LIMIT, f"{_LIMIT}|\\b(?:just|no (?:one|other)|nobody else)\\b|才|就"),
    )
)
"""What a cited sentence may hold, and what then must stand in the sentence of the answer that is nearest to it."""

_IS_PLAN, _IS_DONE = Pattern(_PLAN, re.IGNORECASE), Pattern(_DONE, re.IGNORECASE)
_PART = Pattern(
    r"[;；]|\b(?:but|however)\b|但是?|不过|[,，](?=[^,，]*(?:today|now|nowadays|meanwhile|现在|如今))", re.IGNORECASE
)


def drops_a_qualification(text: str, cited: Sequence[str]) -> bool:
    """Whether a sentence says plainly, or as done, what the nearest of the cited sentences says with a qualification.

    Where several are as near, one that says it plainly is enough. A doubt that the next sentence settles in a word
    (*I checked whether it does. It does.*) is none.
    """
    cited = [part for sentence in cited for part in _PART.split(sentence) if part.strip()]
    nearest = _nearest(text, cited)
    if not nearest:
        return False
    for held, kept in KINDS:
        if not kept.search(text) and all(_holds(held, cited, place) for place in nearest):
            return True
    return bool(_IS_DONE.search(text)) and all(_is_yet_to_come(cited[place]) for place in nearest)


def _holds(held: Pattern, cited: Sequence[str], place: int) -> bool:
    is_settled = place + 1 < len(cited) and not telling_words(cited[place + 1])
    return bool(held.search(cited[place])) and not is_settled


def _is_yet_to_come(sentence: str) -> bool:
    return bool(_IS_PLAN.search(sentence)) and not _IS_DONE.search(sentence)


def _nearest(text: str, cited: Sequence[str]) -> list[int]:
    """The places of the sentences that share most with a text, if any shares anything."""
    own = set(query_terms(text))
    shared = [len(own & set(terms(sentence))) for sentence in cited]
    return [place for place, count in enumerate(shared) if count and count == max(shared)]
