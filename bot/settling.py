"""What a worker decides on claims, as units of work: keeping, dropping, saying which of two holds, putting right."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.drafts import composed_afresh
from bot.message_log import REDRAFTED, end_answers, rework_drafts
from bot.ports import Transaction
from bot.profile.claims import LEARNT, Claim, ClaimChange, ClaimKind, ClaimOrigin, ClaimState
from bot.profile.matter import is_at_odds
from bot.profile.topics import held_by
from bot.redaction import RedactedText
from bot.sentences import sentences

ANY = ""


class Holds(StrEnum):
    """Which of two claims that cannot both hold does, as their worker says."""

    NEWER = "newer"
    OLDER = "older"
    BOTH = "both"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Settled:
    """What was decided: the claims kept and those dropped. `missing` counts those that there are no more."""

    kept: tuple[Claim, ...] = ()
    gone: tuple[Claim, ...] = ()
    missing: int = 0

    @property
    def count(self) -> int:
        """How many claims were decided on."""
        return len(self.kept) + len(self.gone)


@dataclass(frozen=True, slots=True)
class PutRight:
    """A correction, and the claims that had to give way to it."""

    correction: Claim
    gone: tuple[Claim, ...] = ()
    is_new: bool = True


def awaits_word(claim: Claim) -> bool:
    """Whether a claim stands in the list of those that its worker is asked about."""
    return claim.is_used and (claim.state is ClaimState.WAITING or claim.change is not ClaimChange.NONE)


def mark_of(claim: Claim) -> str:
    """Return what a decision is bound to: how the claim stood when its worker read it."""
    return f"{claim.state}-{claim.change}"


def keep(tx: Transaction, wanted: Mapping[str, str], now: datetime) -> Settled:
    """Keep claims that stand as they were read (`mark_of`, or `ANY`). What one of them replaces is dropped.

    A faded one holds from now on again, by its worker's word. One that a correction contradicts cannot be kept.
    """
    claims = {claim.id: claim for claim in tx.profile.claims()}
    found = _as_read(claims, wanted)
    kept = [claim for claim in found if not contradicting(claims.values(), claim)]
    replaced = [claims[c.rival] for c in kept if c.change is ClaimChange.CHANGED and c.rival in claims]
    renewed = [replace(c, last_seen=now) if c.change is ClaimChange.FADED else c for c in kept]
    return _decide(tx, renewed, replaced, len(wanted.keys() - claims.keys()), now)


def drop(tx: Transaction, wanted: Mapping[str, str], now: datetime) -> Settled:
    """Drop claims that stand as they were read: never used any more, and known as dropped."""
    claims = {claim.id: claim for claim in tx.profile.claims()}
    return _decide(tx, (), _as_read(claims, wanted), len(wanted.keys() - claims.keys()), now)


def settle(tx: Transaction, one_id: str, other_id: str, holds: Holds, now: datetime) -> Settled:
    """Say which of two claims that contradict each other holds; the later seen one is the newer."""
    claims = {claim.id: claim for claim in tx.profile.claims()}
    pair = [claims[i] for i in (one_id, other_id) if i in claims]
    if len(pair) < 2 or not all(claim.is_used for claim in pair) or not _are_rivals(*pair):
        return Settled(missing=2 - len(pair))
    older, newer = sorted(pair, key=lambda claim: (claim.last_seen, claim.id))
    kept = {Holds.NEWER: [newer], Holds.OLDER: [older], Holds.BOTH: pair, Holds.NEITHER: []}[holds]
    return _decide(tx, kept, [claim for claim in pair if claim not in kept], 0, now)


def put_right(tx: Transaction, text: RedactedText, now: datetime) -> PutRight | None:
    """Keep what the worker told their double; whatever is at odds with it goes at once. None if a topic forbids it."""
    if held_by(tx.keepsakes.preferences().topics, text):
        return None
    claims = tx.profile.claims()
    for claim in claims:
        if claim.kind is ClaimKind.CORRECTION and claim.statement == text:
            return PutRight(claim, is_new=False)
    correction = Claim(
        id=new_claim_id(),
        kind=ClaimKind.CORRECTION,
        statement=text,
        shelf=None,
        worded_by=(),
        evidence=(),
        first_seen=now,
        last_seen=now,
        state=ClaimState.KEPT,
        origin=ClaimOrigin.WORKER,
        change=ClaimChange.NONE,
    )
    against = [claim for claim in claims if claim.is_used and is_at_odds(claim.statement, text)]
    earlier = [claim for claim in against if claim.kind is ClaimKind.CORRECTION]
    tx.profile.put([correction])
    tx.profile.drop([claim.id for claim in earlier])
    let_go(tx, [claim.id for claim in earlier], now)
    learnt = _decide(tx, (), [claim for claim in against if claim.kind in LEARNT], 0, now)
    _let_answers_go(tx, text)
    return PutRight(correction, (*earlier, *learnt.gone))


def _let_answers_go(tx: Transaction, text: str) -> None:
    """Let no open draft and no reusable answer go on saying what was put right."""

    def is_wrong(written: str) -> bool:
        return any(is_at_odds(sentence, text) for sentence in sentences(written))

    tx.reusable.drop([answer.id for answer in tx.reusable.all() if is_wrong(answer.text)])
    for draft in tx.drafts.in_states(REDRAFTED):
        if is_wrong(draft.written):
            tx.drafts.move(composed_afresh(draft, draft.question), draft.state, draft.revision)


def remove_correction(tx: Transaction, claim_id: str, now: datetime) -> bool:
    """Erase something that was put right; false if there is no such correction."""
    if not any(c.id == claim_id and c.kind is ClaimKind.CORRECTION for c in tx.profile.claims()):
        return False
    tx.profile.drop([claim_id])
    let_go(tx, [claim_id], now)
    return True


def contradicting(claims: Iterable[Claim], claim: Claim) -> Claim | None:
    """Return the correction among some claims that a learnt one is at odds with, if there is one."""
    corrections = (c for c in claims if c.kind is ClaimKind.CORRECTION)
    at_odds = (c for c in corrections if is_at_odds(c.statement, claim.statement))
    return next(at_odds, None) if claim.kind in LEARNT else None


def let_go(tx: Transaction, claims: Collection[str], now: datetime) -> None:
    """Let nothing rest on claims that are used no more: drafts are composed afresh, reusable answers end."""
    if not claims:
        return
    end_answers(tx, (), claims)
    rework_drafts(tx, (), now, claims=claims)


def new_claim_id() -> str:
    """Return an id for a claim."""
    return f"c_{secrets.token_hex(8)}"


def _as_read(claims: Mapping[str, Claim], wanted: Mapping[str, str]) -> list[Claim]:
    """The wanted claims that stand as their worker read them; a correction is removed, and never decided on."""
    found = [(claims[claim_id], mark) for claim_id, mark in wanted.items() if claim_id in claims]
    return [c for c, mark in found if c.kind is not ClaimKind.CORRECTION and mark in {ANY, mark_of(c)}]


def _are_rivals(one: Claim, other: Claim) -> bool:
    is_asked = ClaimChange.CONTRADICTED in {one.change, other.change}
    return is_asked and (one.rival == other.id or other.rival == one.id)


def _decide(tx: Transaction, kept: Sequence[Claim], gone: Sequence[Claim], missing: int, now: datetime) -> Settled:
    decided = {c.id: replace(c, state=ClaimState.GONE, change=ClaimChange.NONE, rival="") for c in gone}
    decided |= {c.id: replace(c, state=ClaimState.KEPT, change=ClaimChange.NONE, rival="") for c in kept}
    dropped = frozenset(c.id for c in decided.values() if not c.is_used)
    others = [c for c in tx.profile.claims() if c.rival in dropped and c.id not in decided]
    tx.profile.put([*decided.values(), *_with_another_rival(others, [c for c in decided.values() if c.is_used])])
    let_go(tx, dropped, now)
    return Settled(
        tuple(c for c in decided.values() if c.is_used), tuple(c for c in decided.values() if not c.is_used), missing
    )


def _with_another_rival(claims: Iterable[Claim], kept: Sequence[Claim]) -> list[Claim]:
    """Claims whose rival was dropped: asked about beside what was kept in its stead, if they contradict that too."""
    settled = []
    for claim in claims:
        rival = next((c for c in kept if is_at_odds(c.statement, claim.statement)), None)
        if rival is not None:
            settled.append(replace(claim, change=ClaimChange.CONTRADICTED, rival=rival.id))
        else:
            change = ClaimChange.NEW if claim.state is ClaimState.WAITING else ClaimChange.NONE
            settled.append(replace(claim, change=change, rival=""))
    return settled
