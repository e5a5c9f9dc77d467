"""What a worker put right outranks what their messages say: said first, with nothing at odds beside it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.passages import Recalled
from bot.profile.claims import Claim, ClaimKind
from bot.profile.matter import is_at_odds, is_same_matter, share_of
from bot.prompting import Material
from bot.quoting import Abstention, Composition
from bot.words import Words

ANSWERS = 0.6
"""The share of a question's telling words that a correction must touch to be said as the answer."""

SHARED = 0.5
"""The share of a correction's telling words with which a passage on the same question counts as put right by it."""

MOST = 2


def prevailing(question: str, notes: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return the corrections that answer a question."""
    told = (n for n in notes if n.kind is ClaimKind.CORRECTION and n.is_used)
    return tuple(n for n in told if share_of(question, n.statement) >= ANSWERS)[:MOST]


def without_contradicted(recalled: Recalled, corrections: Sequence[Claim]) -> Recalled:
    """Return what was recalled without passages about a matter that was put right."""
    kept = (p for p in recalled.passages if not any(_is_about(c.statement, p.text) for c in corrections))
    return replace(recalled, passages=tuple(kept))


def _is_about(correction: str, passage: str) -> bool:
    """Whether a passage that bears on the same question as a correction speaks of what that put right."""
    return is_same_matter(correction, passage) or share_of(correction, passage) >= SHARED


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


def as_put_right(material: Material) -> Material:
    """Return what an answer may be made of without what the worker put right: no passage, note or example on it."""
    told = [note for note in material.notes if note.kind is ClaimKind.CORRECTION]
    notes = (n for n in material.notes if n in told or not any(is_at_odds(n.statement, c.statement) for c in told))
    examples = (m for m in material.examples if not any(_is_about(c.statement, m.text) for c in told))
    recalled = without_contradicted(material.recalled, told)
    return replace(material, recalled=recalled, notes=tuple(notes), examples=tuple(examples))
