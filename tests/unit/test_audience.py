"""Audience: which kind of people can read a channel, and which audiences are no wider than another."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.audience import EVERYONE, audience_of, claims_may_stand, may_be_read_by, readers_of
from bot.consent import Shelf
from bot.ports import Channel
from bot.profile.claims import ClaimState
from bot.refs import ChannelRef
from tests.contract.store_makers import claim

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BUILD, LEADS = ChannelRef("local", "team", "build"), ChannelRef("local", "team", "leads")
OPEN, CLOSED = Channel(BUILD, "build", public=True), Channel(LEADS, "leads", public=False)
GUESTS, SHARED = replace(OPEN, has_outsiders=True), replace(CLOSED, has_outsiders=True)
PUBLIC, PRIVATE = Shelf(BUILD, public=True), Shelf(LEADS, public=False)


@pytest.mark.promise(11, "every kind of channel, and every pair of an approval and a place")
def test_of_everyone_alone_there_are_several_channels() -> None:
    others = [audience_of(channel) for channel in (CLOSED, GUESTS, SHARED)]
    assert audience_of(OPEN) == EVERYONE
    assert len({EVERYONE, *others}) == 4
    assert [str(channel.ref) in said for channel, said in zip((CLOSED, GUESTS, SHARED), others, strict=True)] == [
        True
    ] * 3
    assert audience_of(replace(OPEN, ref=LEADS)) == EVERYONE


@pytest.mark.promise(11, "every kind of channel, and every pair of an approval and a place")
def test_people_from_outside_are_told_from_those_of_the_workspace() -> None:
    assert audience_of(GUESTS) == f"everyone and outsiders of {BUILD}"
    assert audience_of(SHARED) == f"members and outsiders of {LEADS}"
    assert audience_of(CLOSED) == f"members of {LEADS}"


@pytest.mark.promise(11, "every kind of channel, and every pair of an approval and a place")
def test_what_everyone_may_read_its_members_may_and_nobody_else_may_read_anothers() -> None:
    kinds = [audience_of(channel) for channel in (OPEN, CLOSED, GUESTS, SHARED, replace(CLOSED, ref=BUILD))]
    allowed = {(one, other) for one in kinds for other in kinds if may_be_read_by("".join(list(one)), other)}
    members = {kind for kind in kinds if kind.startswith("members of")}
    assert allowed == {(kind, kind) for kind in kinds} | {(EVERYONE, kind) for kind in members}


@pytest.mark.promise(11, "every kind of channel, and every pair of an approval and a place")
def test_who_exactly_reads_is_part_of_what_is_approved() -> None:
    assert readers_of(replace(OPEN, readers="")) == EVERYONE
    assert readers_of(replace(CLOSED, readers="abc")) == f"members of {LEADS} abc"


@pytest.mark.promise(11, "claims through their evidence")
def test_claims_stand_only_if_every_one_is_used_and_may_be_read() -> None:
    kept = replace(claim(1), state=ClaimState.KEPT)
    here, elsewhere, told = (
        replace(kept, shelf=PUBLIC),
        replace(kept, id="c2", shelf=PRIVATE),
        replace(kept, id="c3", shelf=None),
    )
    known = (here, elsewhere, told)
    assert claims_may_stand(known, [here.id, "c3"], [PUBLIC])
    assert claims_may_stand(known, [], [])
    assert not claims_may_stand(known, [here.id, "c2"], [PUBLIC])
    assert not claims_may_stand(known, ["c9"], [PUBLIC])
    assert not claims_may_stand([replace(here, state=ClaimState.GONE)], [here.id], [PUBLIC])
