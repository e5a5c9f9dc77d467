"""What is posted and when: at the edges of every span, in every state, and while something else happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.audit import AuditEntry, EntryFacts, Happening
from bot.consent import Closure
from bot.delivery import THREAD_FULL, is_own_answer
from bot.drafts import Draft, DraftState, text_digest
from bot.errors import NotPermitted, PlatformError, RateLimited, Unreachable
from bot.ports import Posted, Transaction
from bot.refs import MessageRef
from bot.reuse import Reuse, make_reusable
from tests.unit.posting_team import APPROVED, CACHE, POSTING, QUESTION, SOURCE, THREAD, posting_house
from tests.unit.small_team import BUILD, JONAS, MARA, NOON

pytestmark = pytest.mark.anyio
TICK = timedelta(microseconds=1)


def make_answer(tx: Transaction, draft: Draft = APPROVED) -> None:
    make_reusable(tx, draft, Reuse((), (BUILD,), NOON + timedelta(days=9)), "everyone", NOON)


def answers(tx: Transaction) -> int:
    return len(tx.reusable.all())


async def test_an_approved_draft_is_posted_with_all_that_frames_it() -> None:
    async with posting_house() as house:
        draft = await house.approve()
        posted = await house.delivery.deliver(MARA, draft.id)
        (reply,) = house.team.posted
        assert (reply.worker, reply.thread, reply.key) == (MARA, THREAD, "d_1.3")
        assert reply.label == "Mara Ostwald's AI double"
        assert reply.text == f"Mara Ostwald's AI double · read and approved by Mara Ostwald\n{CACHE}"
        assert [(s.ref, s.url, s.said_at) for s in reply.sources] == [
            (SOURCE.ref, "https://small.example/build/1.0", NOON)
        ]
        assert posted is not None
        assert (posted.state, posted.posted_ref) == (DraftState.POSTED, MessageRef(BUILD, "91.0"))
        assert (posted.claimed_at, posted.posted_at, posted.told_at) == (NOON, NOON, None)
        assert await house.draft() == replace(posted, told_at=NOON)
        facts: EntryFacts = {"ref": str(posted.posted_ref), "digest": text_digest(CACHE)}
        assert await house.entries() == [AuditEntry(Happening.POSTED, NOON, "d_1", facts)]
        assert house.told("outcome") == ["Mara Ostwald's double has answered."]
        assert house.questions.worker_of("d_1") is None
        assert await house.log() == [CACHE], "what the double quoted became a message of its worker's"


@pytest.mark.parametrize("state", sorted(frozenset(DraftState) - {DraftState.APPROVED}))
async def test_nothing_but_an_approved_draft_is_posted(state: DraftState) -> None:
    async with posting_house() as house:
        draft = replace(APPROVED, state=state)
        await house.keep(draft)
        assert await house.delivery.deliver(MARA, draft.id) == draft
        assert await house.delivery.deliver(MARA, "d_2") is None
        assert (house.team.posted, house.team.told, await house.entries()) == ([], [], [])


async def test_a_draft_of_no_decision_is_not_posted() -> None:
    async with posting_house() as house:
        draft = await house.approve(replace(APPROVED, decided_at=None))
        assert await house.delivery.deliver(MARA, draft.id) is None
        assert (house.team.posted, await house.draft()) == ([], draft)


async def test_a_draft_withdrawn_while_the_platform_is_asked_is_not_posted() -> None:
    async with posting_house() as house:
        draft = await house.approve()

        async def withdraw() -> None:
            await house.run(lambda tx: tx.drafts.move(replace(draft, state=DraftState.WITHDRAWN), draft.state, 3))

        house.team.meanwhile = withdraw
        assert await house.delivery.deliver(MARA, draft.id) is None
        assert (house.team.posted, house.team.told, await house.entries()) == ([], [], [])


async def test_a_claim_stands_in_the_file_before_anything_is_posted() -> None:
    async with posting_house() as house:
        draft = await house.approve()
        house.advance(timedelta(minutes=1))
        seen: list[Draft] = []

        async def look() -> None:
            house.team.meanwhile = look_again

        async def look_again() -> None:
            seen.append(await house.draft())

        house.team.meanwhile = look  # the thread is read first, then the reply is posted
        await house.delivery.deliver(MARA, draft.id)
        claimed = replace(draft, state=DraftState.POSTING, claimed_at=NOON + timedelta(minutes=1))
        assert seen == [claimed]


@pytest.mark.parametrize(("replies", "is_posted"), [(4, True), (5, False), (6, False)])
async def test_a_full_thread_ends_the_draft_and_its_asker_is_told_why(replies: int, is_posted: bool) -> None:
    async with posting_house() as house:
        draft = await house.approve()
        await house.run(make_answer)
        house.team.standing = [Posted(MessageRef(BUILD, f"{n}.0"), f"d_9.{n}", JONAS) for n in range(replies)]
        ended = await house.delivery.deliver(MARA, draft.id)
        assert ended is not None
        assert len(house.team.posted) == is_posted
        assert (await house.run(answers)) == is_posted
        if is_posted:
            return
        assert (ended.state, ended.reasons) == (DraftState.EXPIRED, (THREAD_FULL,))
        assert (ended.question, ended.written, ended.composed, ended.sources) == ("", "", "", ())
        assert await house.draft() == replace(ended, told_at=NOON)
        assert (await house.entries())[1:] == [AuditEntry(Happening.EXPIRED, NOON, "d_1", {})]
        assert house.told("outcome") == ["Doubles have answered often enough in this thread. Please ask Mara Ostwald."]


async def test_a_draft_withdrawn_while_its_thread_is_found_full_ends_once() -> None:
    async with posting_house() as house:
        draft = await house.approve()
        house.team.standing = [Posted(MessageRef(BUILD, f"{n}.0"), f"d_9.{n}", JONAS) for n in range(5)]

        async def withdraw() -> None:
            await house.run(lambda tx: tx.drafts.move(replace(draft, state=DraftState.WITHDRAWN), draft.state, 3))

        house.team.meanwhile = withdraw
        assert await house.delivery.deliver(MARA, draft.id) is None
        assert (house.team.told, await house.entries()) == ([], [])


@pytest.mark.parametrize("gone", ["permission", "channel", "asker", "time"])
async def test_a_draft_ends_that_may_not_be_answered_any_more(gone: str) -> None:
    async with posting_house() as house:
        draft = await house.approve()
        await house.run(make_answer)
        house.questions.note(draft)
        if gone == "permission":
            await house.run(lambda tx: tx.consent.close(["answer"], NOON, Closure.CHANGED))
        elif gone == "channel":
            del house.team.channels[BUILD]
        elif gone == "asker":
            house.team.strangers.add(JONAS)
        else:
            house.advance(timedelta(hours=24) + TICK)
        ended = await house.delivery.deliver(MARA, draft.id)
        assert ended == await house.draft()
        assert (ended.state, ended.question, ended.written, ended.sources) == (DraftState.EXPIRED, "", "", ())
        assert (await house.entries())[1:] == [AuditEntry(Happening.EXPIRED, house.stage.now(), "d_1", {})]
        assert (house.team.posted, house.team.told) == ([], []), "its asker hears of it at the deadline"
        assert house.questions.worker_of("d_1") == MARA
        assert await house.run(answers) == 0


async def test_an_approval_stands_for_a_day_to_its_last_moment() -> None:
    async with posting_house() as house:
        draft = await house.approve()
        house.advance(timedelta(hours=24))
        await house.delivery.deliver(MARA, draft.id)
        assert len(house.team.posted) == 1


async def test_a_draft_whose_source_reads_otherwise_now_is_composed_afresh() -> None:
    async with posting_house() as house:
        draft = await house.approve(replace(APPROVED, sources=(replace(SOURCE, digest="0" * 64),)))
        await house.run(make_answer)
        again = await house.delivery.deliver(MARA, draft.id)
        assert again == await house.draft()
        assert (again.state, again.revision, again.question, again.written) == (DraftState.ASKED, 4, QUESTION, "")
        assert (await house.entries())[1:] == [AuditEntry(Happening.VOIDED, NOON, "d_1", {})]
        assert (house.team.posted, house.team.told) == ([], [])
        assert house.questions.worker_of("d_1") == MARA
        assert await house.run(answers) == 0


async def test_a_draft_that_others_would_read_is_shown_to_its_worker_again() -> None:
    async with posting_house() as house:
        draft = await house.approve(replace(APPROVED, announced_at=None))
        await house.run(make_answer)
        house.team.channels[BUILD] = replace(house.team.channels[BUILD], readers="others")
        again = await house.delivery.deliver(MARA, draft.id)
        assert again is not None
        assert (again.state, again.revision, again.approved_digest) == (DraftState.PENDING, 4, "")
        assert (again.question, again.written, again.sources) == (QUESTION, CACHE, (SOURCE,))
        assert await house.draft() == replace(again, announced_at=NOON)
        assert (await house.entries())[1:] == [AuditEntry(Happening.VOIDED, NOON, "d_1", {})]
        assert house.team.posted == []
        assert house.told("announcement") == ["A draft is waiting (#build)."]
        assert await house.run(answers) == 0


@pytest.mark.parametrize("digest", ["", "0" * 64, "~"])
async def test_a_draft_approved_otherwise_than_it_stands_is_not_posted(digest: str) -> None:
    async with posting_house() as house:
        await house.keep(replace(APPROVED, approved_digest=digest))
        await house.delivery.deliver(MARA, "d_1")
        assert (house.team.posted, (await house.draft()).state) == ([], DraftState.PENDING)


async def test_an_answer_that_is_lost_leaves_the_claim_to_be_read_back() -> None:
    async with posting_house() as house:
        draft = await house.approve()
        house.team.failure = Unreachable("no answer")
        claimed = await house.delivery.deliver(MARA, draft.id)
        assert claimed == await house.draft() == replace(draft, state=DraftState.POSTING, claimed_at=NOON)
        assert (house.team.told, await house.entries()) == ([], [])


@pytest.mark.parametrize("failure", [NotPermitted("no"), RateLimited("later", 9.0), PlatformError("broken")])
async def test_a_reply_that_is_refused_waits_for_its_worker_who_is_told(failure: PlatformError) -> None:
    async with posting_house() as house:
        draft = await house.approve()
        house.team.failure = failure
        failed = await house.delivery.deliver(MARA, draft.id)
        assert failed == replace(draft, state=DraftState.FAILED, claimed_at=NOON)
        assert await house.draft() == failed
        assert await house.entries() == [AuditEntry(Happening.FAILED, NOON, "d_1", {})]
        (notice,) = [n for n in house.team.told if n.kind == "announcement"]
        assert (notice.text, notice.quiet) == ("A draft is waiting (#build).", False), "it rang for its failure anew"


async def test_a_reply_found_posted_while_it_was_refused_stays_posted() -> None:
    async with posting_house() as house:
        draft = await house.approve()
        house.team.failure = NotPermitted("no")

        async def find() -> None:
            house.team.meanwhile = posted

        async def posted() -> None:
            house.team.failure = NotPermitted("no")
            await house.run(lambda tx: tx.drafts.move(replace(POSTING, state=DraftState.POSTED), DraftState.POSTING, 3))

        house.team.meanwhile = find
        await house.delivery.deliver(MARA, draft.id)
        assert (await house.draft()).state is DraftState.POSTED
        assert (house.team.told, await house.entries()) == ([], [])


@pytest.mark.parametrize(("is_edited", "sources", "is_own"), [
    (True, (), True), (True, (SOURCE,), False), (False, (), False), (False, (SOURCE,), False),
])  # fmt: skip
def test_an_own_answer_is_edited_and_quotes_nothing(is_edited: bool, sources: tuple[object, ...], is_own: bool) -> None:
    assert is_own_answer(replace(APPROVED, is_edited=is_edited, sources=sources)) is is_own  # type: ignore[arg-type]
