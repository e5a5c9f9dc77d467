"""Noticing: claims from the worker's own sentences, without a model; what supports them, and what is at odds. Pure.

A claim never mixes shelves, and what is said on one shelf changes no claim of another. What the worker told their
double outranks every inference on every shelf. What they dropped is not proposed again on the shelf it was said on:
a word on something said in private must not show in what everybody can read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.expectation import announces_change
from bot.messages import LoggedMessage, by_time
from bot.profile.claims import LEARNT, Claim, ClaimChange, ClaimKind, ClaimState
from bot.profile.matter import is_at_odds, is_same_matter, says_the_same
from bot.refs import MessageRef, ThreadRef
from bot.statements import statements

FADES_AFTER = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Noticed:
    """What some messages add: `new` claims, and existing ones as they are now, each under its id.

    `supported` have more evidence than before. `contradicted` have a rival now; the rival may be new.
    """

    new: tuple[Claim, ...] = ()
    supported: tuple[Claim, ...] = ()
    contradicted: tuple[Claim, ...] = ()

    @property
    def all(self) -> tuple[Claim, ...]:
        """Every claim to be kept."""
        return self.new + self.supported + self.contradicted


def notice(
    messages: Sequence[LoggedMessage],
    existing: Sequence[Claim],
    new_id: Callable[[], str],
    notes: Sequence[Claim] = (),
) -> Noticed:
    """Return what messages that were not read before say beside the claims there are. Withheld ones are passed over.

    `notes` are what a language model found in these messages, checked; they are taken by the same rules, after the
    worker's own sentences. One with evidence that is not among the messages is passed over.
    """
    noticing = _Noticing(existing, new_id)
    used = {m.ref: m for m in sorted(messages, key=by_time) if not m.is_withheld}
    for message in used.values():
        noticing.read(message)
    for note in notes:
        if used.keys() >= set(note.evidence):
            noticing.note(note, [used[ref] for ref in note.evidence])
    return noticing.result()


def fade(claims: Iterable[Claim], now: datetime, latest_said_at: datetime) -> tuple[Claim, ...]:
    """Return those claims that have faded, marked so: unsupported for 180 days, for half of which the worker spoke on.

    Only what the double learnt fades, and only if nothing else about it waits for the worker's word.
    """
    return tuple(
        replace(claim, change=ClaimChange.FADED)
        for claim in claims
        if claim.kind in LEARNT
        and claim.is_used
        and claim.change in {ClaimChange.NONE, ClaimChange.NEW}
        and now - claim.last_seen > FADES_AFTER
        and latest_said_at - claim.last_seen > FADES_AFTER / 2
    )


class _Noticing:
    """One reading of messages, oldest first."""

    def __init__(self, existing: Sequence[Claim], new_id: Callable[[], str]) -> None:
        self._before = {claim.id: claim for claim in existing}
        self._claims = dict(self._before)
        self._threads: dict[str, set[ThreadRef]] = {}
        self._new_id = new_id

    def read(self, message: LoggedMessage) -> None:
        """Take note of what one message states."""
        if any(claim.kind in LEARNT and message.ref in claim.worded_by for claim in self._claims.values()):
            return
        ref, at = message.ref, message.said_at
        for statement in statements(message.text):
            found = Claim("", statement.kind, statement.text, message.shelf, (ref,), (ref,), at, at)
            self._take(found, [message])

    def note(self, found: Claim, messages: Sequence[LoggedMessage]) -> None:
        """Take note of what a language model found in some messages, unless their own words say as much already."""
        told = set(found.evidence)
        if not any(
            told.intersection(claim.worded_by) and is_same_matter(claim.statement, found.statement)
            for claim in self._claims.values()
        ):
            self._take(found, messages)

    def result(self) -> Noticed:
        """Return what is new and what has changed."""
        after = self._claims.values()
        new = tuple(claim for claim in after if claim.id not in self._before)
        changed = [claim for claim in after if claim.id in self._before and claim != self._before[claim.id]]
        rivalled = tuple(claim for claim in changed if claim.rival != self._before[claim.id].rival)
        return Noticed(new, tuple(claim for claim in changed if claim not in rivalled), rivalled)

    def _is_settled(self, found: Claim) -> bool:
        """Whether the worker said already how it is, anywhere, or that this is not wanted, on the same shelf."""
        return any(
            is_same_matter(claim.statement, found.statement)
            if claim.kind is ClaimKind.CORRECTION
            else says_the_same(claim.statement, found.statement)
            for claim in self._claims.values()
            if claim.kind is ClaimKind.CORRECTION or (claim.state is ClaimState.GONE and claim.shelf == found.shelf)
        )

    def _take(self, found: Claim, messages: Sequence[LoggedMessage]) -> None:
        if self._is_settled(found):
            return
        beside = [c for c in self._claims.values() if c.kind in LEARNT and c.is_used and c.shelf == found.shelf]
        same = next((claim for claim in beside if says_the_same(claim.statement, found.statement)), None)
        if same is not None:
            for message in messages:
                self._support(self._claims[same.id], message)
            return
        threads, is_change = {_thread_of(message) for message in messages}, announces_change(found.statement)
        rivals = [claim for claim in beside if self._is_rival(claim, found, threads, is_change=is_change)]
        rival = max(rivals, key=lambda claim: claim.last_seen, default=None)
        if rival is not None and found.last_seen < rival.last_seen and announces_change(rival.statement):
            return  # said before what replaced it
        self._propose(found, threads, rival, is_change=is_change)

    def _is_rival(self, claim: Claim, found: Claim, threads: set[ThreadRef], *, is_change: bool) -> bool:
        """Whether a statement stands against a claim: two cases told side by side in one thread do not."""
        if is_change and is_same_matter(claim.statement, found.statement):
            return True
        return threads.isdisjoint(self._threads_of(claim)) and is_at_odds(claim.statement, found.statement)

    def _threads_of(self, claim: Claim) -> set[ThreadRef]:
        """The threads that a claim is known from: of one noticed earlier, those that hang from its evidence."""
        return self._threads.setdefault(claim.id, {_thread(ref) for ref in claim.evidence})

    def _propose(self, found: Claim, threads: set[ThreadRef], rival: Claim | None, *, is_change: bool) -> None:
        claim = replace(found, id=found.id or self._new_id())
        if rival is not None and claim.last_seen >= rival.last_seen and is_change:
            claim = replace(claim, change=ClaimChange.CHANGED, rival=rival.id)
        elif rival is not None:
            claim = replace(claim, change=ClaimChange.CONTRADICTED, rival=rival.id)
            self._claims[rival.id] = replace(rival, change=ClaimChange.CONTRADICTED, rival=claim.id)
        self._claims[claim.id] = claim
        self._threads[claim.id] = threads

    def _support(self, claim: Claim, message: LoggedMessage) -> None:
        """Add a message as evidence, unless it repeats what was said in the same thread."""
        threads = self._threads_of(claim)
        if message.ref in claim.evidence or _thread_of(message) in threads:
            return
        threads.add(_thread_of(message))
        self._claims[claim.id] = replace(
            claim,
            evidence=tuple(sorted((*claim.evidence, message.ref), key=_age)),
            first_seen=min(claim.first_seen, message.said_at),
            last_seen=max(claim.last_seen, message.said_at),
            change=ClaimChange.NONE if claim.change is ClaimChange.FADED else claim.change,
        )


def _thread_of(message: LoggedMessage) -> ThreadRef:
    return message.thread or _thread(message.ref)


def _thread(ref: MessageRef) -> ThreadRef:
    """The thread that hangs from a message."""
    return ThreadRef(ref.channel, ref.stamp)


def _age(ref: MessageRef) -> tuple[int, str]:
    """Stamps of one channel in order: seconds or a growing number, so that a longer one is later."""
    return len(ref.stamp), ref.stamp
