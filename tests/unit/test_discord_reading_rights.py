from __future__ import annotations

from dataclasses import replace
from typing import Any

import discord
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.reading_rights import (
    ADMINISTRATOR,
    CONNECT,
    HISTORY,
    VIEW,
    Gate,
    Lost,
    Overwrite,
    Rules,
    Standing,
    can_read,
    is_public,
    losses,
    readers_mark,
)
from bot.events import Loss

GUILD, OWNER, ADA, WEI, GARDENERS, GUESTS, GARDEN, SHED = 10, 20, 21, 22, 31, 32, 41, 42
READ = VIEW | HISTORY
RULES = Rules(GUILD, OWNER, {GUILD: READ, GARDENERS: 0, GUESTS: 0})
OPEN = Gate()
CLOSED = Gate((Overwrite(GUILD, 0, VIEW), Overwrite(GARDENERS, VIEW, 0)))
MEMBERS = {OWNER: frozenset[int](), ADA: frozenset({GARDENERS}), WEI: frozenset[int]()}
BEFORE = Standing(RULES, {GARDEN: OPEN, SHED: CLOSED}, members=MEMBERS)


def denied(*targets: int, deny: int = VIEW) -> Gate:
    return Gate(tuple(Overwrite(target, 0, deny) for target in targets))


def test_a_channel_that_everyone_can_read_is_public() -> None:
    assert is_public(RULES, OPEN)
    assert is_public(RULES, Gate((Overwrite(GUESTS, 0, CONNECT),)))
    assert is_public(Rules(GUILD, OWNER, {GUILD: ADMINISTRATOR}), OPEN)


def test_a_channel_that_anybody_is_kept_from_is_not_public() -> None:
    for target in (GUILD, GUESTS, WEI):
        for deny in (VIEW, HISTORY):
            assert not is_public(RULES, denied(target, deny=deny))
    assert not is_public(Rules(GUILD, OWNER, {GUILD: VIEW}), OPEN)
    assert not is_public(RULES, Gate(needed=READ | CONNECT))


def test_roles_and_the_channels_own_word_decide_who_reads() -> None:
    assert can_read(RULES, CLOSED, ADA, {GARDENERS})
    assert not can_read(RULES, CLOSED, WEI, set())
    assert can_read(RULES, CLOSED, OWNER, set())
    assert not can_read(RULES, Gate((*CLOSED.overwrites, Overwrite(ADA, 0, HISTORY))), ADA, {GARDENERS})
    assert can_read(RULES, Gate((*CLOSED.overwrites, Overwrite(WEI, VIEW, 0))), WEI, set())


masks = st.sampled_from([0, VIEW, HISTORY, READ, ADMINISTRATOR, READ | CONNECT])
overwrites = st.lists(
    st.builds(Overwrite, st.sampled_from([GUILD, GARDENERS, GUESTS, ADA, WEI]), masks, masks),
    unique_by=lambda overwrite: overwrite.target,
)


@given(
    st.fixed_dictionaries(dict.fromkeys((GUILD, GARDENERS, GUESTS), masks)),
    overwrites,
    st.sets(st.sampled_from([GARDENERS, GUESTS])),
)
def test_it_is_decided_as_the_library_decides_it(roles: dict[int, int], found: list[Overwrite], held: set[int]) -> None:
    for member in (ADA, OWNER):
        may = member_of(roles, found, member, held)
        ours = can_read(Rules(GUILD, OWNER, roles), Gate(tuple(found)), member, held)
        assert ours == (may.read_messages and may.read_message_history)


def member_of(roles: dict[int, int], found: list[Overwrite], member: int, held: set[int]) -> discord.Permissions:
    """Ask the library what somebody may do in a channel."""
    state: Any = discord.Client(intents=discord.Intents.none())._connection
    people = {GUILD, GARDENERS, GUESTS}
    shown = [
        {"id": str(o.target), "type": int(o.target not in people), "allow": str(o.allow), "deny": str(o.deny)}
        for o in found
    ]
    guild = discord.Guild(
        data=payload(
            id=str(GUILD),
            owner_id=str(OWNER),
            roles=[{"id": str(r), "name": "r", "permissions": str(may), "position": 0} for r, may in roles.items()],
            channels=[{"id": str(GARDEN), "type": 0, "name": "garden", "position": 0, "permission_overwrites": shown}],
        ),
        state=state,
    )
    user = {"id": str(member), "username": "x", "discriminator": "0", "avatar": None}
    asked = discord.Member(data=payload(user=user, roles=[str(r) for r in held], flags=0), guild=guild, state=state)
    channel = guild.get_channel(GARDEN)
    assert isinstance(channel, discord.TextChannel)
    return channel.permissions_for(asked)


def payload(**facts: Any) -> Any:
    return facts


def test_nothing_is_lost_where_nothing_changed_or_somebody_came() -> None:
    assert losses(BEFORE, BEFORE) == ()
    assert losses(BEFORE, BEFORE.with_member(23, {GUESTS})) == ()
    assert losses(BEFORE.with_member(ADA, ()), BEFORE) == ()


def test_a_role_that_is_taken_away_loses_what_it_alone_let_read() -> None:
    assert losses(BEFORE, BEFORE.with_member(ADA, {GUESTS})) == (Lost(Loss.LEFT, ADA, SHED),)


def test_whoever_is_gone_has_lost_everything_and_is_told_of_once() -> None:
    assert losses(BEFORE, BEFORE.without_member(ADA)) == (Lost(Loss.DEACTIVATED, ADA),)


def test_nobody_is_gone_while_discord_still_tells_who_there_is_or_does_not_tell_at_all() -> None:
    assert losses(BEFORE, replace(BEFORE, members={OWNER: frozenset()}, is_complete=False)) == ()
    assert losses(BEFORE, replace(BEFORE, members=None)) == ()


def test_whoever_is_denied_a_public_channel_left_it_and_it_is_private_from_then_on() -> None:
    now = replace(BEFORE, gates={GARDEN: denied(WEI), SHED: CLOSED})
    assert losses(BEFORE, now) == (Lost(Loss.LEFT, WEI, GARDEN), Lost(Loss.MADE_PRIVATE, channel=GARDEN))
    assert losses(now, replace(BEFORE, gates={GARDEN: denied(WEI, GUESTS), SHED: CLOSED})) == ()


def test_a_role_that_may_do_less_is_lost_by_those_who_read_by_it() -> None:
    before = replace(BEFORE, rules=Rules(GUILD, OWNER, {GUILD: 0, GARDENERS: READ}))
    now = replace(before, rules=Rules(GUILD, OWNER, {GUILD: 0, GARDENERS: VIEW}))
    assert losses(before, now) == (Lost(Loss.LEFT, ADA, GARDEN), Lost(Loss.LEFT, ADA, SHED))


def test_a_channel_shut_to_everyone_is_lost_by_all_but_its_owner_and_made_private() -> None:
    now = replace(BEFORE, gates={GARDEN: denied(GUILD), SHED: CLOSED})
    expected = [Lost(Loss.LEFT, ADA, GARDEN), Lost(Loss.LEFT, WEI, GARDEN), Lost(Loss.MADE_PRIVATE, channel=GARDEN)]
    assert losses(BEFORE, now) == tuple(expected)


def test_a_guild_that_changes_hands_is_lost_by_who_read_as_its_owner() -> None:
    now = replace(BEFORE, rules=replace(RULES, owner=WEI))
    assert losses(BEFORE, now) == (Lost(Loss.LEFT, OWNER, SHED),)


def test_a_channel_is_gone_or_hidden_from_understudy() -> None:
    gone = replace(BEFORE, gates={GARDEN: OPEN})
    assert losses(BEFORE, gone) == (Lost(Loss.ARCHIVED, channel=SHED),)
    assert losses(BEFORE, replace(gone, hidden=frozenset({SHED}))) == (Lost(Loss.UNINSTALLED, channel=SHED),)


def test_where_nobody_knows_who_there_is_a_channel_made_private_is_told_still() -> None:
    before = replace(BEFORE, members=None)
    now = replace(before, gates={GARDEN: denied(WEI), SHED: CLOSED})
    assert losses(before, now) == (Lost(Loss.MADE_PRIVATE, channel=GARDEN),)


def test_the_mark_is_another_whenever_other_people_can_read() -> None:
    mark = readers_mark(BEFORE, SHED)
    assert mark
    assert mark == readers_mark(BEFORE.with_member(23, {GUESTS}), SHED)
    others = [
        BEFORE.with_member(23, {GARDENERS}),
        BEFORE.with_member(ADA, ()),
        replace(BEFORE, gates={SHED: Gate((*CLOSED.overwrites, Overwrite(WEI, VIEW, HISTORY)))}),
        replace(BEFORE, gates={SHED: Gate((*CLOSED.overwrites, Overwrite(WEI, VIEW, 0)))}),
    ]
    assert len({mark, *(readers_mark(other, SHED) for other in others)}) == len(others) + 1


def test_where_nobody_knows_who_there_is_the_mark_is_of_the_rules() -> None:
    unknown = replace(BEFORE, members=None)
    other = replace(unknown, gates={SHED: denied(GUILD, WEI)})
    assert readers_mark(unknown, SHED) == readers_mark(replace(unknown, gates={SHED: CLOSED}), SHED)
    assert readers_mark(unknown, SHED) != readers_mark(other, SHED)
