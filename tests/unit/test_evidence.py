"""Which words may be used where: the platform is asked at the moment of use, and grants decide with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.consent import Closure, Grant, Purpose, Shelf
from bot.drafts import Draft, DraftState, Source
from bot.errors import PlatformError
from bot.evidence import Place, look_at, shelves_for, sources_stand
from bot.ports import Channel, Transaction
from bot.refs import ChannelRef, MessageRef, ThreadRef
from bot.stage import Stage
from tests.unit.small_team import ATTIC, BUILD, JONAS, LEADS, MARA, NOON, SmallTeam, stage_of

pytestmark = pytest.mark.anyio
PUBLIC_BUILD, PRIVATE_BUILD = Shelf(BUILD, public=True), Shelf(BUILD, public=False)
PRIVATE_LEADS, PUBLIC_ATTIC = Shelf(LEADS, public=False), Shelf(ATTIC, public=True)
SHELVES = (PUBLIC_BUILD, PRIVATE_BUILD, PRIVATE_LEADS, PUBLIC_ATTIC)


def grant(channel: ChannelRef, purpose: Purpose = Purpose.LOG) -> Grant:
    end = NOON + timedelta(days=90)
    return Grant(f"{purpose}-{channel.channel}", MARA, purpose, channel, NOON, NOON, end, "ab" * 32)


def fill(tx: Transaction) -> None:
    """One indexed message on each shelf, each channel logged."""
    tx.consent.add([grant(channel) for channel in (BUILD, LEADS, ATTIC)])
    for number, shelf in enumerate(SHELVES):
        tx.index.put(MessageRef(shelf.channel, f"{number}.0"), shelf, ["limit"])


async def permitted(stage: Stage, destination: ChannelRef) -> frozenset[Shelf]:
    place = await look_at(stage, MARA, destination)
    assert place is not None
    found = await stage.store.read(MARA, lambda tx: shelves_for(tx, stage, place))
    assert found is not None
    return found


@pytest.mark.promise(11, "every pair of where it was said and where it would stand")
async def test_a_public_place_gets_the_words_that_everyone_could_and_can_read() -> None:
    async with stage_of(SmallTeam()) as stage:
        await stage.store.enrol_and_run(MARA, fill)
        assert await permitted(stage, BUILD) == {PUBLIC_BUILD}


@pytest.mark.promise(11, "every pair of where it was said and where it would stand")
async def test_a_private_place_gets_its_own_words_too() -> None:
    async with stage_of(SmallTeam()) as stage:
        await stage.store.enrol_and_run(MARA, fill)
        assert await permitted(stage, LEADS) == {PUBLIC_BUILD, PRIVATE_LEADS}


@pytest.mark.promise(11, "channels opened and closed since")
async def test_a_channel_that_became_private_gives_its_words_to_itself_alone() -> None:
    team = SmallTeam()
    async with stage_of(team) as stage:
        await stage.store.enrol_and_run(MARA, fill)
        team.channels[BUILD] = Channel(BUILD, "build", public=False)
        assert await permitted(stage, LEADS) == {PRIVATE_LEADS}
        assert await permitted(stage, BUILD) == {PUBLIC_BUILD, PRIVATE_BUILD}


@pytest.mark.promise(11, "channels opened and closed since")
async def test_a_channel_that_became_public_does_not_show_what_was_said_in_private() -> None:
    team = SmallTeam()
    async with stage_of(team) as stage:
        await stage.store.enrol_and_run(MARA, fill)
        team.channels[LEADS] = Channel(LEADS, "leads", public=True)
        assert await permitted(stage, LEADS) == {PUBLIC_BUILD}


@pytest.mark.promise(11, "a channel whose readers are unknown")
async def test_a_channel_the_platform_no_longer_shows_gives_nothing_away() -> None:
    team = SmallTeam()
    async with stage_of(team) as stage:
        await stage.store.enrol_and_run(MARA, fill)
        assert PUBLIC_ATTIC not in await permitted(stage, BUILD)
        team.channels[ATTIC] = Channel(ATTIC, "attic", public=True)
        assert PUBLIC_ATTIC in await permitted(stage, BUILD)


async def test_a_closed_log_grant_takes_its_channel_out_at_once() -> None:
    async with stage_of(SmallTeam()) as stage:
        await stage.store.enrol_and_run(MARA, fill)
        place = await look_at(stage, MARA, BUILD)
        assert place is not None
        await stage.store.run(MARA, lambda tx: tx.consent.close(["log-build"], NOON, Closure.PAUSED))
        assert await stage.store.read(MARA, lambda tx: shelves_for(tx, stage, place)) == frozenset()


async def test_a_grant_to_answer_is_no_grant_to_use_what_was_logged() -> None:
    def answer_only(tx: Transaction) -> None:
        fill(tx)
        tx.consent.close(["log-build"], NOON, Closure.CHANGED)
        tx.consent.add([grant(BUILD, Purpose.ANSWER), grant(BUILD, Purpose.PROFILE)])

    async with stage_of(SmallTeam()) as stage:
        await stage.store.enrol_and_run(MARA, answer_only)
        assert await permitted(stage, BUILD) == frozenset()


async def test_there_is_no_place_in_a_channel_that_is_gone_nor_for_one_who_never_joined() -> None:
    async with stage_of(SmallTeam()) as stage:
        await stage.store.enrol_and_run(MARA, fill)
        assert await look_at(stage, MARA, ATTIC) is None
        assert await look_at(stage, JONAS, BUILD) is None


async def test_a_place_knows_the_names_of_what_it_may_quote_from() -> None:
    async with stage_of(SmallTeam()) as stage:
        await stage.store.enrol_and_run(MARA, fill)
        place = await look_at(stage, MARA, BUILD)
    assert place is not None
    assert place.names == {BUILD: "build", LEADS: "leads"}
    assert place.public_now == {BUILD}


async def test_the_audience_of_an_approval_changes_with_the_channel() -> None:
    public = Place(Channel(BUILD, "build", public=True), frozenset(), {})
    private = replace(public, channel=Channel(BUILD, "build", public=False))
    elsewhere = replace(public, channel=Channel(LEADS, "leads", public=False))
    renamed = replace(public, channel=Channel(BUILD, "building", public=True))
    outside = replace(public, channel=Channel(BUILD, "build", public=True, has_outsiders=True))
    mixed = replace(public, channel=Channel(BUILD, "build", public=False, has_outsiders=True))
    kinds = (public, private, elsewhere, outside, mixed)
    assert len({place.audience for place in kinds}) == len({place.readers for place in kinds}) == len(kinds)
    assert (renamed.audience, renamed.readers) == (public.audience, public.readers)
    grown = replace(private, channel=Channel(BUILD, "build", public=False, readers="2f"))
    assert (grown.audience, grown.readers != private.readers) == (private.audience, True)


async def test_a_place_that_outsiders_can_read_takes_no_other_channels_words_and_gives_none() -> None:
    team = SmallTeam()
    async with stage_of(team) as stage:
        await stage.store.enrol_and_run(MARA, fill)
        team.channels[BUILD] = Channel(BUILD, "build", public=True, has_outsiders=True)
        team.channels[ATTIC] = Channel(ATTIC, "attic", public=True)
        assert await permitted(stage, BUILD) == {PUBLIC_BUILD}
        assert await permitted(stage, ATTIC) == {PUBLIC_ATTIC}
        assert await permitted(stage, LEADS) == {PRIVATE_LEADS, PUBLIC_ATTIC}
        team.channels[LEADS] = Channel(LEADS, "leads", public=False, has_outsiders=True)
        assert await permitted(stage, LEADS) == {PRIVATE_LEADS}
        team.channels[BUILD] = Channel(BUILD, "build", public=True)
        assert PUBLIC_BUILD in await permitted(stage, ATTIC), "everybody of the workspace could read it all the time"


async def test_there_is_no_place_for_an_asker_who_cannot_read_it() -> None:
    team = SmallTeam()
    async with stage_of(team) as stage:
        await stage.store.enrol_and_run(MARA, fill)
        assert await look_at(stage, MARA, LEADS, JONAS) is not None
        team.strangers.add(JONAS)
        assert await look_at(stage, MARA, LEADS, JONAS) is None


async def test_a_draft_stands_while_its_sources_and_its_claims_do() -> None:
    gone = Source(MessageRef(BUILD, "9.0"), "ab" * 32, NOON, "")
    draft = Draft(
        id="d1",
        worker=MARA,
        asker=JONAS,
        thread=ThreadRef(BUILD, "1.0"),
        question_ref=None,
        question="",
        state=DraftState.PENDING,
        asked_at=NOON,
        lapses_at=NOON,
    )
    async with stage_of(SmallTeam()) as stage:
        await stage.store.enrol_and_run(MARA, fill)
        place = await look_at(stage, MARA, BUILD)
        assert place is not None
        drafts = (draft, replace(draft, sources=(gone,)), replace(draft, claims=("c9",)))
        stand = await stage.store.read(MARA, lambda tx: [sources_stand(tx, stage, d, place) for d in drafts])
        assert stand == [True, False, False]


async def test_a_reference_of_a_platform_that_does_not_run_here_is_an_error_with_a_code() -> None:
    async with stage_of(SmallTeam()) as stage:
        await stage.store.enrol_and_run(MARA, fill)
        with pytest.raises(PlatformError) as caught:
            await look_at(stage, MARA, replace(BUILD, platform="slack"))
    assert caught.value.code == "no_platform"
