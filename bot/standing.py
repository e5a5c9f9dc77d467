"""Where a worker's consent stands: in force, paused, asleep, frozen – and when what is kept is to be erased. Pure.

An end, a freeze and words that no longer hold all lead to the same: nothing is used, and after the days that the worker
agreed to it is erased. Pausing is none of them, until the paused permission's own end has come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.consent import Closure, Grant, Purpose
from bot.refs import ChannelRef


class Standing(StrEnum):
    """How a worker's consent stands as a whole."""

    IN_FORCE = "in_force"
    PAUSED = "paused"
    ASLEEP = "asleep"
    FROZEN = "frozen"
    OUTDATED = "outdated"
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long what lapsed is kept: after an end, and after a freeze."""

    asleep: timedelta
    frozen: timedelta


_FOR_GOOD = frozenset({Closure.FROZEN, Closure.OUTDATED})

KeepingOf = Callable[[Grant], Keeping]
"""What the words of a grant say of that."""


def standing_of(grants: Iterable[Grant], now: datetime) -> Standing:
    """Return how consent stands; a worker who never gave any is asleep, with nothing to erase."""
    given = tuple(grants)
    if any(g.closure is Closure.LEFT for g in given):
        return Standing.LEAVING
    if any(g.is_open(now) for g in given):
        return Standing.IN_FORCE
    if any(now < g.ends_at for g in paused_grants(given)):
        return Standing.PAUSED
    last = max(given, key=lambda g: (_at_rest_from(given)(g), g.given_at), default=None)
    reasons = {Closure.FROZEN: Standing.FROZEN, Closure.OUTDATED: Standing.OUTDATED}
    return reasons.get(last.closure, Standing.ASLEEP) if last and last.closure else Standing.ASLEEP


def paused_grants(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """Return the grants that the last pause cut short and that can be resumed; none if others were given since.

    An empty interval after the pause says that what it is for can never be resumed (`bot.lapsing`).
    """
    given = tuple(grants)
    last = max((g.closed_at for g in given if g.closed_at and g.closure is Closure.PAUSED), default=None)
    if last is None:
        return ()
    paused = tuple(g for g in given if g.closed_at == last and g.closure is Closure.PAUSED)
    since = [g for g in given if g.given_at >= last and g not in paused]
    if any(not is_empty(g) for g in since):
        return ()
    over = {(g.purpose, g.channel) for g in since if g.closure in _FOR_GOOD}
    return tuple(g for g in paused if (g.purpose, g.channel) not in over)


def is_empty(grant: Grant) -> bool:
    """Whether a grant's interval is empty: nothing was ever allowed by it."""
    return grant.closed_at is not None and grant.closed_at <= grant.given_at


def last_agreed(grants: Iterable[Grant], now: datetime) -> tuple[Grant, ...]:
    """Return what holds now; where nothing does, what held until it ended by its day: this is what can be renewed."""
    given = tuple(grants)
    if holding := tuple(g for g in given if g.is_open(now)):
        return holding
    if paused := paused_grants(given):
        return paused
    lapsed = [g for g in given if g.closure in (None, Closure.ENDED)]
    last = max((g.ends_at for g in lapsed), default=None)
    return tuple(g for g in lapsed if g.ends_at == last)


def ended_on_their_day(grants: Iterable[Grant], now: datetime) -> tuple[str, ...]:
    """Return the ids of grants whose day has come and of which that is not recorded yet."""
    return tuple(g.id for g in grants if g.closed_at is None and g.ends_at <= now)


def erased_at(grants: Iterable[Grant], now: datetime, keeping: KeepingOf) -> datetime | None:
    """Return when everything is to be erased: at once for who leaves; None while anything holds or is only paused."""
    given = tuple(grants)
    match standing_of(given, now):
        case Standing.LEAVING:
            return now
        case Standing.IN_FORCE | Standing.PAUSED:
            return None
    return _kept_until(given, given, keeping)


def channels_kept_until(grants: Iterable[Grant], now: datetime, keeping: KeepingOf) -> dict[ChannelRef, datetime]:
    """Return the channels in which no log grant holds or can be resumed, and until when their messages are kept."""
    given = tuple(grants)
    can_resume = {g.id for g in paused_grants(given) if now < g.ends_at}
    by_channel: defaultdict[ChannelRef, list[Grant]] = defaultdict(list)
    for grant in given:
        if grant.purpose is Purpose.LOG:
            by_channel[grant.channel].append(grant)
    return {
        channel: until
        for channel, held in sorted(by_channel.items())
        if not any(g.is_open(now) or g.id in can_resume for g in held)
        and (until := _kept_until(held, given, keeping)) is not None
    }


def channels_lapsed(grants: Iterable[Grant], now: datetime, keeping: KeepingOf) -> tuple[ChannelRef, ...]:
    """Return the channels whose messages were kept long enough."""
    return tuple(c for c, until in channels_kept_until(grants, now, keeping).items() if until <= now)


def _kept_until(some: Iterable[Grant], given: tuple[Grant, ...], keeping: KeepingOf) -> datetime | None:
    rests_from = _at_rest_from(given)
    ends = (rests_from(g) + (keeping(g).frozen if g.closure is Closure.FROZEN else keeping(g).asleep) for g in some)
    return max(ends, default=None)


def _at_rest_from(given: tuple[Grant, ...]) -> Callable[[Grant], datetime]:
    """Return what says from when a grant lapsed: a pause outlives nothing, it lapses on the day that was agreed."""
    paused = {g.id for g in paused_grants(given)}

    def rests_from(grant: Grant) -> datetime:
        lapses_by_day = grant.closure in (None, Closure.ENDED) or grant.id in paused
        return grant.ends_at if lapses_by_day else grant.stops_at

    return rests_from
