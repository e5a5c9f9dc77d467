"""Claims: what a worker knows, does and prefers, each resting on their own messages; and what they put right. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.consent import Shelf
from bot.refs import MessageRef


class ClaimKind(StrEnum):
    """What a claim says of the worker."""

    KNOWS = "knows"  # a fact that they explained
    DOES = "does"  # how they go about something, or decided to
    PREFERS = "prefers"
    CORRECTION = "correction"  # what the worker told their double in so many words: it outranks all the others
    SAYS = "says"  # how to put an answer, seen in an edit of a draft
    OMITS = "omits"  # what to leave out of one, seen in an edit of a draft


LEARNT = (ClaimKind.KNOWS, ClaimKind.DOES, ClaimKind.PREFERS)
"""What the double learns from messages, in the order in which it is shown."""

RULES = (ClaimKind.SAYS, ClaimKind.OMITS)
"""What it learns from edits of its drafts."""


class ClaimState(StrEnum):
    """What the worker made of a claim."""

    WAITING = "waiting"  # not looked at yet: it serves drafts, which the worker reads anyway, and nothing else
    KEPT = "kept"
    GONE = "gone"  # dropped: it stays known as dropped, so that it is not proposed again


class ClaimChange(StrEnum):
    """Why a claim stands in the list of changes that the worker is asked about."""

    NONE = ""
    NEW = "new"
    CHANGED = "changed"  # the same matter said otherwise since; the older claim is `rival`
    FADED = "faded"  # nothing has supported it for long
    CONTRADICTED = "contradicted"  # two claims cannot both hold: which one does is the worker's to say


class ClaimOrigin(StrEnum):
    """How a claim came to be."""

    WORDS = "words"  # the worker's own sentence
    MODEL = "model"  # worded by a language model, from messages that were checked
    WORKER = "worker"  # told by the worker, or seen in their edit of a draft


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim. `worded_by` are the messages its words come from: when one of them goes, the claim goes with it.

    `evidence` are all messages known to support it, oldest first, `worded_by` among them. `shelf` is where all of them
    stand: a claim never mixes places, so whoever may read the shelf may read the claim. Of a correction or a rule it is
    None: these are the worker's own words to their double; only a rule with words of an answer in it stays where that
    answer stands, and goes with the messages that those words come from. `rival` is the id of the claim that this one
    is at odds with, `source` the id of the draft whose edit a rule was seen in.
    """

    id: str
    kind: ClaimKind
    statement: str
    shelf: Shelf | None
    worded_by: tuple[MessageRef, ...]
    evidence: tuple[MessageRef, ...]
    first_seen: datetime
    last_seen: datetime
    state: ClaimState = ClaimState.WAITING
    origin: ClaimOrigin = ClaimOrigin.WORDS
    change: ClaimChange = ClaimChange.NEW
    rival: str = ""
    source: str = ""

    @property
    def support(self) -> int:
        """How many messages speak for it."""
        return len(self.evidence)

    @property
    def is_used(self) -> bool:
        """Whether drafts may rest on it."""
        return self.state is not ClaimState.GONE


def without(claim: Claim, gone: frozenset[MessageRef]) -> Claim | None:
    """Return a claim without some messages as evidence; None if its words came from one of them."""
    if gone.isdisjoint(claim.evidence):
        return claim
    if not gone.isdisjoint(claim.worded_by):
        return None
    return replace(claim, evidence=tuple(ref for ref in claim.evidence if ref not in gone))
