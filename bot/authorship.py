"""Whose words a message holds: its writer's own, or words of others and of their double that they passed on.

Only its writer's own are evidence of anything. Quoted lines go, so does a double's reply that was copied with its
label, and so do sentences that stand in a reply of their own double: it never learns from itself.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.events import MessageSaid
from bot.naming import is_a_label_line
from bot.ports import Transaction
from bot.sentences import sentences

REMEMBERED = 60
"""So many of the double's latest replies are looked through for one that a message repeats."""

WORTH_LOOKING = 20
"""A sentence of fewer characters says too little to be anybody's."""

_QUOTED = re.compile(r"\s*(?:>|&gt;)")
_QUOTES_THE_REST = re.compile(r"\s*(?:>{3}|(?:&gt;){3})")
_FENCE = "```"


def own_part(tx: Transaction, message: MessageSaid) -> MessageSaid | None:
    """Return a message with nothing but its writer's own words; None if there are none in it."""
    text = without_repeated(without_others(message.text), _replies(tx, message))
    if not text.strip():
        return None
    return message if text == message.text else replace(message, text=text)


def without_others(text: str) -> str:
    """Return a text without the lines quoted in it, and without what follows a double's label. Code is left alone."""
    kept: list[str] = []
    is_code = False
    for line in text.split("\n"):
        if not is_code and (_QUOTES_THE_REST.match(line) or is_a_label_line(line)):
            break
        if is_code or not _QUOTED.match(line):
            kept.append(line)
        is_code ^= line.count(_FENCE) % 2 == 1
    return text if len(kept) == text.count("\n") + 1 else "\n".join(kept).strip()


def without_repeated(text: str, replies: tuple[str, ...]) -> str:
    """Return a text without the sentences that stand in one of some replies, as they stand or spaced otherwise."""
    said = "\n".join(map(_flat, replies))
    if not said or len(text) < WORTH_LOOKING:
        return text
    pieces = [piece for piece in sentences(text) if piece.strip()]
    own = [piece for piece in pieces if len(piece) < WORTH_LOOKING or _flat(piece) not in said]
    if len(own) == len(pieces):
        return text
    return "\n".join(own) if any(len(piece) >= WORTH_LOOKING for piece in own) else ""


def _replies(tx: Transaction, message: MessageSaid) -> tuple[str, ...]:
    """What this worker's double posted lately; not the reply whose own words are being logged."""
    if len(message.text) < WORTH_LOOKING:
        return ()
    return tuple(written for ref, written in tx.drafts.posted_words(REMEMBERED) if ref != message.ref)


def _flat(text: str) -> str:
    return " ".join(text.casefold().split())
