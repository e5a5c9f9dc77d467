"""What an end, a freeze and words that no longer hold do to a worker's file: units of work inside one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_hex

from bot.agreed_before import outdated
from bot.audit import AuditEntry, EntryFacts, Happening
from bot.consent import Closure, Grant, Purpose
from bot.drafts import OPEN, Draft, DraftState, ended
from bot.message_log import forget
from bot.messages import Span
from bot.policy import Policy
from bot.ports import Transaction
from bot.refs import ChannelRef
from bot.standing import Keeping, KeepingOf, channels_lapsed, ended_on_their_day, paused_grants

WITHDRAWN = OPEN - {DraftState.POSTING}
"""What is being posted at this moment is read back first; it was approved while that was allowed."""


@dataclass(frozen=True, slots=True)
class Rested:
    """What came to rest: the drafts that were withdrawn, and how many messages were erased, their days being over."""

    grants: int = 0
    drafts: tuple[Draft, ...] = ()
    forgotten: int = 0

    def __bool__(self) -> bool:
        return bool(self.grants or self.drafts or self.forgotten)


def keeping_of(tx: Transaction, policy: Policy) -> KeepingOf:
    """Return what says how long what lapsed is kept: the days that the worker agreed to, whatever is set today."""
    agreed = tx.keepsakes.agreed()

    def keeping(grant: Grant) -> Keeping:
        kept = agreed.get(grant.words_hash)
        if kept is None:
            return Keeping(policy.asleep, policy.frozen)
        return Keeping(timedelta(days=kept.asleep_days), timedelta(days=kept.frozen_days))

    return keeping


def is_restless(tx: Transaction, now: datetime, policy: Policy) -> bool:
    """Whether `let_rest` would change anything."""
    grants = tx.consent.all()
    return bool(
        ended_on_their_day(grants, now)
        or outdated(tx, _running(grants, now))
        or _unanswerable(tx, now)
        or any(tx.messages.count(Span(c)) for c in channels_lapsed(grants, now, keeping_of(tx, policy)))
    )


def let_rest(tx: Transaction, now: datetime, policy: Policy) -> Rested:
    """Record ends whose day has come, withdraw what cannot be answered, and erase what was kept long enough."""
    grants = tx.consent.all()
    count = _close(tx, ended_on_their_day(grants, now), now, Closure.ENDED)
    count += _end_for_good(tx, outdated(tx, _running(grants, now)), now, Closure.OUTDATED)
    drafts = withdraw_unanswerable(tx, now)
    forgotten = sum(
        forget(tx, tx.messages.refs(Span(channel)), now)
        for channel in channels_lapsed(tx.consent.all(), now, keeping_of(tx, policy))
    )
    if forgotten:
        tx.audit.append(AuditEntry(Happening.FORGOTTEN, now, "", {"messages": forgotten, "because": "lapsed"}))
    return Rested(count, drafts, forgotten)


def freeze(tx: Transaction, channel: ChannelRef | None, because: str, now: datetime) -> Rested:
    """Stop everything in a channel, or everywhere, for good: to go on there takes a new consent."""
    held = [g.id for g in _running(tx.consent.all(), now) if channel in (None, g.channel)]
    count = _end_for_good(tx, held, now, Closure.FROZEN, because)
    for backfill in tx.keepsakes.backfills():
        if channel in (None, backfill.channel):
            tx.keepsakes.drop_backfill(backfill.channel)
    return Rested(count, withdraw_unanswerable(tx, now) if count else ())


def withdraw_unanswerable(tx: Transaction, now: datetime) -> tuple[Draft, ...]:
    """End the open drafts of channels in which nothing may be answered any more, and cannot be by resuming either.

    Their askers hear at the deadline what they hear of any end.
    """
    withdrawn = []
    for draft in _unanswerable(tx, now):
        over = ended(draft, DraftState.WITHDRAWN if draft.state is DraftState.UNSURE else DraftState.EXPIRED)
        tx.drafts.move(over, draft.state, draft.revision)
        tx.audit.append(AuditEntry(Happening.EXPIRED, now, draft.id, {"because": "consent"}))
        withdrawn.append(over)
    return tuple(withdrawn)


def _unanswerable(tx: Transaction, now: datetime) -> list[Draft]:
    answered_in = {g.channel for g in _running(tx.consent.all(), now) if g.purpose is Purpose.ANSWER}
    return [draft for draft in tx.drafts.in_states(WITHDRAWN) if draft.channel not in answered_in]


def _running(grants: Sequence[Grant], now: datetime) -> tuple[Grant, ...]:
    """The grants that hold, or would if they were resumed."""
    holding = tuple(g for g in grants if g.is_open(now))
    return holding + tuple(g for g in paused_grants(grants) if now < g.ends_at)


def _end_for_good(tx: Transaction, ids: Sequence[str], now: datetime, closure: Closure, because: str = "") -> int:
    """Close what holds, and let what is paused never be resumed: an empty interval says so that begins and ends now."""
    paused = [g for g in tx.consent.all() if g.id in ids and g.closure is Closure.PAUSED]
    ended_now = {"given_at": now, "covers_from": now, "closed_at": now, "closure": closure}
    tx.consent.add(replace(g, id=f"g_{token_hex(8)}", **ended_now) for g in paused)  # type: ignore[arg-type]
    return len(paused) + _close(tx, [i for i in ids if i not in {g.id for g in paused}], now, closure, because)


def _close(tx: Transaction, ids: Sequence[str], now: datetime, closure: Closure, because: str = "") -> int:
    count = tx.consent.close(ids, now, closure)
    if count:
        facts: EntryFacts = {"grants": list(ids)}
        if because:
            facts["because"] = because
        tx.audit.append(AuditEntry(Happening(closure.value), now, "", facts))
    return count
