"""What becomes of a claim of which nobody knows whether it was posted: found, proved absent, or left to its worker."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.audit import AuditEntry, Happening
from bot.drafts import DraftState
from bot.errors import NotPermitted, PlatformError, RateLimited, Unreachable
from bot.ports import Posted
from bot.refs import MessageRef
from tests.unit.posting_team import POSTING, posting_house
from tests.unit.small_team import BUILD, MARA, NOON

pytestmark = pytest.mark.anyio
TICK = timedelta(microseconds=1)
NOTHING_STANDS = [Posted(MessageRef(BUILD, "7.0"), "d_2.1", MARA), Posted(MessageRef(BUILD, "8.0"), "d_1.2", MARA)]


@pytest.mark.parametrize("state", sorted(frozenset(DraftState) - {DraftState.POSTING}))
async def test_nothing_but_a_claim_is_read_back(state: DraftState) -> None:
    async with posting_house() as house:
        draft = replace(POSTING, state=state)
        await house.keep(draft)
        house.team.failure = NotPermitted("no")
        await house.delivery.read_back(MARA, draft.id)
        await house.delivery.read_back(MARA, "d_2")
        assert (await house.draft(), await house.entries()) == (draft, [])


async def test_a_claim_of_no_moment_is_not_read_back() -> None:
    async with posting_house() as house:
        await house.keep(replace(POSTING, claimed_at=None))
        house.team.failure = NotPermitted("no")
        await house.delivery.read_back(MARA, "d_1")
        assert (await house.draft()).state is DraftState.POSTING


@pytest.mark.parametrize(
    ("failure", "since", "state"),
    [
        (Unreachable("no answer"), timedelta(minutes=15), DraftState.POSTING),
        (Unreachable("no answer"), timedelta(minutes=15) + TICK, DraftState.UNSURE),
        (NotPermitted("no"), TICK, DraftState.UNSURE),
        (RateLimited("later", 9.0), timedelta(minutes=1), DraftState.POSTING),
    ],
)
async def test_where_a_thread_cannot_be_read_its_worker_is_asked_in_the_end(
    failure: PlatformError, since: timedelta, state: DraftState
) -> None:
    async with posting_house() as house:
        await house.keep(POSTING)
        house.team.failure = failure
        house.advance(since)
        await house.delivery.read_back(MARA, "d_1")
        draft = await house.draft()
        assert draft.state is state
        if state is DraftState.UNSURE:
            assert draft.announced_at == NOON + since
            assert await house.entries() == [AuditEntry(Happening.UNSURE, NOON + since, "d_1", {})]
            assert house.told("announcement") == ["A draft is waiting (#build)."]
        else:
            assert (draft, house.team.told, await house.entries()) == (POSTING, [], [])


async def test_a_reply_that_stands_there_is_known_by_its_key_and_marked() -> None:
    async with posting_house() as house:
        await house.keep(POSTING)
        stands = Posted(MessageRef(BUILD, "9.0"), "d_1.3", MARA)
        house.team.standing = [*NOTHING_STANDS, stands]
        house.advance(timedelta(minutes=1))
        await house.delivery.read_back(MARA, "d_1")
        draft, now = await house.draft(), NOON + timedelta(minutes=1)
        assert (draft.state, draft.posted_ref, draft.posted_at) == (DraftState.POSTED, stands.ref, now)
        assert house.team.posted == []
        assert house.told("outcome") == ["Mara Ostwald's double has answered."]


async def test_a_claim_settled_while_its_reply_is_found_is_told_of_by_who_settled_it() -> None:
    async with posting_house() as house:
        await house.keep(POSTING)
        house.team.standing = [Posted(MessageRef(BUILD, "9.0"), "d_1.3", MARA)]

        async def settle() -> None:
            await house.run(lambda tx: tx.drafts.move(replace(POSTING, state=DraftState.FAILED), DraftState.POSTING, 3))

        house.team.meanwhile = settle
        await house.delivery.read_back(MARA, "d_1")
        assert (await house.draft()).state is DraftState.FAILED
        assert (house.team.told, await house.entries(), house.questions.worker_of("d_1")) == ([], [], None)


async def test_a_reply_that_does_not_stand_there_is_claimed_and_posted_anew() -> None:
    async with posting_house() as house:
        await house.approve(POSTING)
        house.team.standing = NOTHING_STANDS
        house.advance(timedelta(minutes=1))
        await house.delivery.read_back(MARA, "d_1")
        draft = await house.draft()
        assert (draft.state, draft.claimed_at) == (DraftState.POSTED, NOON + timedelta(minutes=1))
        assert [reply.key for reply in house.team.posted] == ["d_1.3"]
        assert [entry.happening for entry in await house.entries()] == [Happening.POSTED]


async def test_a_claim_settled_while_its_thread_is_read_is_left_alone() -> None:
    async with posting_house() as house:
        await house.approve(POSTING)

        async def settle() -> None:
            await house.run(lambda tx: tx.drafts.move(replace(POSTING, state=DraftState.FAILED), DraftState.POSTING, 3))
            await house.run(
                lambda tx: tx.drafts.move(replace(POSTING, state=DraftState.APPROVED), DraftState.FAILED, 3)
            )

        house.team.meanwhile = settle
        await house.delivery.read_back(MARA, "d_1")
        assert house.team.posted == [], "it was posted by who only read back"
