"""What a worker put right outranks what their messages say: said first, with nothing at odds beside it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.passages import Recalled
from bot.profile.claims import Claim, ClaimKind
from bot.profile.matter import is_same_matter, share_of
from bot.quoting import Abstention, Composition
from bot.words import Words

ANSWERS = 0.6
"""The share of a question's telling words that a correction must touch to be said as the answer."""

MOST = 2


def prevailing(question: str, notes: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return the corrections that answer a question."""
    told = (n for n in notes if n.kind is ClaimKind.CORRECTION and n.is_used)
    return tuple(n for n in told if share_of(question, n.statement) >= ANSWERS)[:MOST]


def without_contradicted(recalled: Recalled, corrections: Sequence[Claim]) -> Recalled:
    """Return what was recalled without passages about a matter that was put right."""
    kept = (p for p in recalled.passages if not any(is_same_matter(c.statement, p.text) for c in corrections))
    return replace(recalled, passages=tuple(kept))


def with_corrections(
    composed: Composition | Abstention, corrections: Sequence[Claim], words: Words, now: datetime, name: str
) -> Composition | Abstention:
    """Return an answer that says first what was put right, in the worker's own words, with the day they said so."""
    if not corrections:
        return composed
    lines = [
        f"{words.say('quoting.put_right', name=name, day=words.day(c.first_seen, now))}\n{c.statement}"
        for c in corrections
    ]
    if isinstance(composed, Abstention):
        return Composition("\n\n".join(lines), (), ("quoting.reason_put_right",), tuple(corrections))
    text = "\n\n".join([*lines, composed.text])
    return Composition(text, composed.sources, composed.reasons, (*corrections, *composed.claims))
