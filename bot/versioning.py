"""Versions of a profile as units of work: keeping one, comparing two, and going back to one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.audit import AuditEntry, EntryFacts, Happening
from bot.ports import Transaction
from bot.profile.claims import Claim, ClaimChange, ClaimKind, ClaimState
from bot.profile.traits import traits
from bot.profile.versions import Cause, ProfileVersion
from bot.profile.voice import merge
from bot.settling import contradicting, let_go

MOST_VERSIONS = 200
"""Versions kept of one profile; the oldest are erased, but the last refresh is always known."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two versions, the earlier one first; `erased` claims went with their messages.

    `came` are those that only the later one has, in the state that they have there, `changed` come with both states.
    """

    came: tuple[tuple[Claim, ClaimState], ...] = ()
    changed: tuple[tuple[Claim, ClaimState, ClaimState], ...] = ()
    erased: int = 0


def record_version(tx: Transaction, cause: Cause, now: datetime) -> ProfileVersion:
    """Keep what holds now as the next version: claims by their ids, the voice in figures. The oldest make room."""
    last = tx.profile.last_version()
    voice = merge(tx.profile.voice().values())
    states = {claim.id: claim.state for claim in tx.profile.claims()}
    number = last.number + 1 if last else 1
    version = ProfileVersion(number, now, cause, voice.messages, states, traits(voice))
    tx.profile.add_version(version)
    tx.profile.drop_versions(number - MOST_VERSIONS + 1)
    return version


def compare(earlier: ProfileVersion, later: ProfileVersion, claims: Iterable[Claim]) -> Difference:
    """Return what differs. `claims` are those that there are today: of others no word is kept, so they are counted."""
    known = {claim.id: claim for claim in claims}
    both = earlier.states.keys() | later.states.keys()
    found = [(known[claim_id], earlier.states.get(claim_id), later.states.get(claim_id)) for claim_id in known]
    return Difference(
        came=tuple((claim, now) for claim, before, now in found if before is None and now is not None),
        changed=tuple((claim, before, now) for claim, before, now in found if before and now and before is not now),
        erased=sum(earlier.states.get(i) is not later.states.get(i) for i in both - known.keys()),
    )


def roll_back(tx: Transaction, number: int, now: datetime) -> ProfileVersion | None:
    """Let the claims be as they were in a version; None if there is none with that number.

    A claim that came later is dropped, a correction stays as it is, and what is at odds with one stays dropped. How the
    worker writes is not turned back: it is counted over the messages that there are.
    """
    version = next((v for v in tx.profile.versions() if v.number == number), None)
    if version is None:
        return None
    claims = tx.profile.claims()
    changed = [_as_it_was(claim, version, claims) for claim in claims if claim.kind is not ClaimKind.CORRECTION]
    before = {claim.id: claim for claim in claims}
    changed = [claim for claim in changed if claim != before[claim.id]]
    tx.profile.put(changed)
    let_go(tx, [c.id for c in changed if not c.is_used], now)
    new = record_version(tx, Cause.ROLLED_BACK, now)
    facts: EntryFacts = {"to": number, "version": new.number, "claims": len(changed)}
    tx.audit.append(AuditEntry(Happening.ROLLED_BACK, now, "", facts))
    return new


def _as_it_was(claim: Claim, version: ProfileVersion, claims: Sequence[Claim]) -> Claim:
    state = version.states.get(claim.id, ClaimState.GONE)
    if contradicting(claims, claim):
        state = ClaimState.GONE
    if state is claim.state:
        return claim
    change = ClaimChange.NEW if state is ClaimState.WAITING else ClaimChange.NONE
    return replace(claim, state=state, change=change, rival="")
