"""Gathering what an answer to one audience may be made of: passages, notes, the worker's manner, a few examples.

Everything is taken from the permitted shelves alone, statistics included: what is said where the audience cannot read
changes nothing of it, not a byte (promise 11).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.consent import Shelf
from bot.messages import LoggedMessage, Span, by_time
from bot.nearness import Meaning
from bot.passages import is_puzzled, is_question, is_reaction
from bot.ports import Transaction
from bot.profile.claims import RULES, Claim, ClaimKind
from bot.profile.matter import share_of
from bot.profile.traits import describe, voice_of
from bot.profile.voice import Tally, merge
from bot.prompting import Material
from bot.recall import recall

BEARS = 0.4
"""The share of a question's telling words that a claim must touch to be given along."""

EXAMPLES = 3
SHORTEST_EXAMPLE, LONGEST_EXAMPLE = 40, 160
PAGES = (40, 200)
"""How many of a shelf's newest messages are looked through for examples: a few, and if those give too few, more."""


def gather(
    tx: Transaction,
    question: str,
    shelves: frozenset[Shelf],
    now: datetime,
    meaning: Meaning | None = None,
    *,
    with_examples: bool = True,
) -> Material:
    """Return what bears on a question, from these shelves; `meaning` is the question's vector where there is one.

    Examples give a model the worker's tone: without one there is no need of them.
    """
    used = [claim for claim in tx.profile.claims() if claim.is_used and claim.shelf in shelves | {None}]
    notes = notes_on(question, used)
    return Material(
        recalled=recall(tx, question, shelves, now, meaning=meaning),
        notes=notes,
        behind={claim.id: tx.messages.find(claim.worded_by) for claim in notes if claim.worded_by},
        rules=tuple(claim for claim in used if claim.kind in RULES),
        manner=describe(voice_of(merge(tally for shelf, tally in sorted_voice(tx) if shelf in shelves))),
        examples=_examples(tx, shelves) if with_examples else (),
    )


def notes_on(question: str, claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return the claims that bear on a question, what the worker put right first, then by how much they bear on it."""
    weighed = [(share_of(question, claim.statement), claim) for claim in claims if claim.kind not in RULES]
    bearing = [(share, claim) for share, claim in weighed if share >= BEARS]
    bearing.sort(key=lambda pair: (pair[1].kind is not ClaimKind.CORRECTION, -pair[0], pair[1].statement, pair[1].id))
    return tuple(claim for _, claim in bearing)


def sorted_voice(tx: Transaction) -> list[tuple[Shelf, Tally]]:
    """Return the voice shelf by shelf, always in the same order."""
    return sorted(tx.profile.voice().items(), key=lambda item: str(item[0]))


def _examples(tx: Transaction, shelves: frozenset[Shelf]) -> tuple[LoggedMessage, ...]:
    """The newest short statements on these shelves: they give the tone and are evidence like any other message."""
    found = [m for shelf in sorted(shelves, key=str) for m in _newest(tx, shelf)]
    return tuple(sorted(found, key=by_time, reverse=True)[:EXAMPLES])


def _newest(tx: Transaction, shelf: Shelf) -> list[LoggedMessage]:
    """Up to three examples among the newest messages of one shelf, as if no other shelf of the channel were there."""
    found: list[LoggedMessage] = []
    for limit in PAGES:
        page = tx.messages.page(Span(shelf.channel, public=shelf.public), limit)
        found = [m for m in page if not m.is_withheld and _is_example(m.text)][:EXAMPLES]
        if len(found) == EXAMPLES or len(page) < limit:
            break
    return found


def _is_example(text: str) -> bool:
    is_plain = text[:1].isalpha() and not any(mark in text for mark in ("```", "<@", "://", "\n", ">"))
    fits = SHORTEST_EXAMPLE <= len(text) <= LONGEST_EXAMPLE
    return fits and is_plain and not (is_question(text) or is_puzzled(text) or is_reaction(text))
