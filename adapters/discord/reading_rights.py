"""Who can read which channel of a guild, by roles and overwrites, and what was lost between two moments. Pure.

As Discord documents it: what everyone may do and what one's roles add; then what the channel denies and allows to
everyone, to one's roles together, and to oneself. Owners and administrators may do everything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.events import Loss

ADMINISTRATOR, VIEW, HISTORY, CONNECT = 1 << 3, 1 << 10, 1 << 16, 1 << 20
_EVERYTHING = ~0
OPEN_TO_STRANGERS = frozenset({"DISCOVERABLE", "PREVIEW_ENABLED"})
"""The features of guilds whose public channels can be read by whoever comes by."""


@dataclass(frozen=True, slots=True)
class Overwrite:
    """What a channel allows and denies to a role or to a member: `target` is either's id, everyone's is the guild's."""

    target: int
    allow: int
    deny: int


@dataclass(frozen=True, slots=True)
class Gate:
    """What stands between a channel and its readers. `needed` is what reading takes; more where people also talk."""

    overwrites: tuple[Overwrite, ...] = ()
    needed: int = VIEW | HISTORY


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds in a whole guild: whose it is, and what each role may do; everyone's role has the guild's own id."""

    guild: int
    owner: int
    roles: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """A guild as it stands: the channels that Understudy can view, those `hidden` from it, and the members' roles.

    Bots are no members here. `members` is None where Discord does not tell who there is; they are not `is_complete`
    while Discord is still telling.
    """

    rules: Rules
    gates: Mapping[int, Gate]
    hidden: frozenset[int] = frozenset()
    members: Mapping[int, frozenset[int]] | None = None
    is_complete: bool = True

    def with_member(self, member: int, roles: Iterable[int]) -> Standing:
        """Return it with somebody's roles as they are now."""
        return self if self.members is None else replace(self, members={**self.members, member: frozenset(roles)})

    def without_member(self, member: int) -> Standing:
        """Return it without somebody."""
        if self.members is None:
            return self
        return replace(self, members={one: roles for one, roles in self.members.items() if one != member})


@dataclass(frozen=True, slots=True)
class Lost:
    """What somebody, or everybody, can no longer reach: a channel, or without one the guild."""

    loss: Loss
    member: int | None = None
    channel: int | None = None


def permissions(rules: Rules, gate: Gate, member: int, roles: Iterable[int]) -> int:
    """Return what somebody with these roles may do in a channel."""
    held = frozenset(roles)
    may = rules.roles.get(rules.guild, 0)
    for role in held:
        may |= rules.roles.get(role, 0)
    if member == rules.owner or may & ADMINISTRATOR:
        return _EVERYTHING
    for targets in (frozenset({rules.guild}), held - {rules.guild}, frozenset({member})):
        found = [overwrite for overwrite in gate.overwrites if overwrite.target in targets]
        for overwrite in found:
            may &= ~overwrite.deny
        for overwrite in found:
            may |= overwrite.allow
    return may


def can_read(rules: Rules, gate: Gate, member: int, roles: Iterable[int]) -> bool:
    """Whether somebody with these roles can read a channel: what is said there now, and what was said before."""
    return permissions(rules, gate, member, roles) & gate.needed == gate.needed


def is_public(rules: Rules, gate: Gate) -> bool:
    """Whether everyone can read a channel, and nothing keeps anybody from it."""
    somebody = 0
    is_open = can_read(rules, gate, somebody, ())
    return is_open and not any(overwrite.deny & gate.needed for overwrite in gate.overwrites)


def readers_mark(standing: Standing, channel: int) -> str:
    """Return a mark of who can read a channel that is not public: another whenever other people can.

    Whoever sees a channel reads what is posted there, even where they cannot read what was before. Where nobody knows
    who there is, it is a mark of the rules by which people are let in.
    """
    rules, gate = standing.rules, standing.gates[channel]
    if standing.members is None:
        shown = repr((rules.owner, sorted(rules.roles.items()), sorted(map(repr, gate.overwrites))))
    else:
        views = replace(gate, needed=gate.needed & ~HISTORY)
        live, all_ = _Readers(rules, views), _Readers(rules, gate)
        readers = sorted((m, all_.has(m, roles)) for m, roles in standing.members.items() if live.has(m, roles))
        shown = repr(readers)
    return hashlib.sha256(shown.encode()).hexdigest()[:12]


def losses(before: Standing, now: Standing) -> tuple[Lost, ...]:
    """Return what was lost between two moments of one guild: people who are gone first, then channel by channel."""
    then, here = before.members or {}, now.members or {}
    gone = sorted(then.keys() - here.keys()) if now.is_complete and now.members is not None else []
    found = [Lost(Loss.DEACTIVATED, member) for member in gone]
    moved = [member for member, roles in here.items() if member in then and then[member] != roles]
    for channel, gate in sorted(before.gates.items()):
        if channel not in now.gates:
            found.append(Lost(Loss.UNINSTALLED if channel in now.hidden else Loss.ARCHIVED, channel=channel))
            continue
        is_changed = (before.rules, gate) != (now.rules, now.gates[channel])
        asked = [member for member in here if member in then] if is_changed else moved
        could, can = _Readers(before.rules, gate), _Readers(now.rules, now.gates[channel])
        left = sorted(
            member for member in asked if could.has(member, then[member]) and not can.has(member, here[member])
        )
        found += [Lost(Loss.LEFT, member, channel) for member in left]
        if is_changed and is_public(before.rules, gate) and not is_public(now.rules, now.gates[channel]):
            found.append(Lost(Loss.MADE_PRIVATE, channel=channel))
    return tuple(found)


class _Readers:
    """Who can read one channel, worked out once for all who hold the same roles and are not named by the channel."""

    def __init__(self, rules: Rules, gate: Gate) -> None:
        self._rules = rules
        self._gate = gate
        self._named = {overwrite.target for overwrite in gate.overwrites} | {rules.owner}
        self._known: dict[frozenset[int], bool] = {}

    def has(self, member: int, roles: frozenset[int]) -> bool:
        if member in self._named:
            return can_read(self._rules, self._gate, member, roles)
        if roles not in self._known:
            self._known[roles] = can_read(self._rules, self._gate, member, roles)
        return self._known[roles]
