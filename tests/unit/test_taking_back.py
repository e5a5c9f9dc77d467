"""What is taken back of a reply, and what goes with it; and which of its words become its worker's own messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.audit import AuditEntry, EntryFacts, Happening
from bot.consent import Shelf
from bot.drafts import Draft, DraftState, text_digest
from bot.errors import NotPermitted, PlatformError
from bot.message_log import forget
from bot.ports import Person, Posted, Transaction
from bot.profile.claims import Claim, ClaimKind
from bot.refs import MessageRef, ThreadRef
from bot.reuse import Reuse, make_reusable
from tests.unit.posting_team import APPROVED, CACHE, POSTED, POSTING, SOURCE, THREAD, House, posting_house
from tests.unit.small_team import BUILD, JONAS, MARA, NOON

pytestmark = pytest.mark.anyio
TICK, UNDO = timedelta(microseconds=1), timedelta(seconds=10)
OWN = "The key hangs in the shed."
EDITED = replace(POSTED, is_edited=True, composed="", written=OWN, sources=())
REPLY = MessageRef(BUILD, "90.0")
RULE = Claim("r_1", ClaimKind.SAYS, "Say less.", None, (), (), NOON, NOON, source="d_1")


def furnish(tx: Transaction) -> None:
    """What rests on the reply: an answer that may answer again, and a rule that its edit taught."""
    make_reusable(tx, POSTED, Reuse((), (BUILD,), NOON + timedelta(days=9)), "everyone", NOON)
    tx.profile.put([RULE])


async def left(house: House) -> tuple[int, int]:
    """How many answers and rules there are still."""
    return await house.run(lambda tx: (len(tx.reusable.all()), len(tx.profile.claims()))) or (0, 0)


async def happenings(house: House) -> list[Happening]:
    return [entry.happening for entry in await house.entries()]


async def test_undoing_takes_the_reply_away_without_a_trace_and_puts_the_draft_before_its_worker_again() -> None:
    async with posting_house() as house:
        await house.keep(POSTED)
        await house.run(furnish)
        house.advance(UNDO)
        again = await house.delivery.undo(MARA, "d_1")
        assert again == replace(
            POSTED, state=DraftState.PENDING, revision=4, approved_digest="", decided_at=None, claimed_at=None,
            posted_ref=None, posted_at=None, told_at=None,
        )  # fmt: skip
        assert await house.draft() == again
        assert house.team.taken_away == [(REPLY, None)]
        assert (await house.entries())[-1] == AuditEntry(Happening.UNDONE, NOON + UNDO, "d_1", {})
        assert await left(house) == (0, 0)
        assert house.questions.worker_of("d_1") == MARA
        assert len(house.told("waiting")) == 1


@pytest.mark.parametrize(
    "draft",
    [
        replace(POSTED, posted_at=NOON - UNDO - TICK),
        replace(POSTED, posted_at=None),
        replace(POSTED, posted_ref=None),
        *(replace(POSTED, state=state) for state in sorted(frozenset(DraftState) - {DraftState.POSTED})),
    ],
)
async def test_what_is_not_posted_or_was_too_long_ago_cannot_be_undone(draft: Draft) -> None:
    async with posting_house() as house:
        await house.keep(draft)
        assert await house.delivery.undo(MARA, "d_1") is None
        assert await house.delivery.undo(MARA, "d_2") is None
        assert (await house.draft(), house.team.taken_away, house.team.told) == (draft, [], [])


@pytest.mark.parametrize("word", ["undo", "retract"])
async def test_what_a_platform_does_not_take_away_stays_posted(word: str) -> None:
    async with posting_house() as house:
        await house.keep(POSTED)
        house.team.failure = NotPermitted("no")
        with pytest.raises(PlatformError):
            await (house.delivery.undo if word == "undo" else house.delivery.retract)(MARA, "d_1")
        assert (await house.draft(), await house.entries()) == (POSTED, [])


@pytest.mark.parametrize("word", ["undo", "retract"])
async def test_a_reply_that_moved_while_the_platform_is_asked_is_not_said_to_be_taken_back(word: str) -> None:
    async with posting_house() as house:
        await house.keep(POSTED)
        await house.run(furnish)

        async def retract() -> None:
            await house.run(
                lambda tx: tx.drafts.move(replace(POSTED, state=DraftState.RETRACTED), DraftState.POSTED, 3)
            )

        house.team.meanwhile = retract
        assert not await (house.delivery.undo if word == "undo" else house.delivery.retract)(MARA, "d_1")
        assert (await house.draft()).state is DraftState.RETRACTED
        assert await happenings(house) == [Happening.MADE_REUSABLE]
        assert (await left(house), house.team.told) == ((1, 1), [])


async def test_taking_back_leaves_a_sentence_and_keeps_no_question() -> None:
    async with posting_house() as house:
        house.team.people[JONAS] = Person(JONAS, "Jonas", "jonas", locale="zh-Hans")
        await house.keep(replace(POSTED, written=f"{CACHE} The password is hunter2-Zebra9."))
        await house.run(furnish)
        house.advance(timedelta(days=3))
        assert await house.delivery.retract(MARA, "d_1") is True
        assert house.team.taken_away == [(REPLY, "Mara Ostwald收回了这条回复。")]
        draft = await house.draft()
        assert (draft.state, draft.question, draft.composed) == (DraftState.RETRACTED, "", "")
        assert draft.written.startswith(CACHE)
        assert "hunter2" not in draft.written, "a secret was kept of a reply that was taken back"
        assert (draft.sources, draft.posted_ref, draft.revision) == ((SOURCE,), REPLY, 3)
        assert (await house.entries())[-1] == AuditEntry(Happening.RETRACTED, NOON + timedelta(days=3), "d_1", {})
        assert await left(house) == (0, 1), "the rule that was learnt is another thing"


@pytest.mark.parametrize(
    "draft",
    [
        replace(POSTED, posted_ref=None),
        *(replace(POSTED, state=state) for state in sorted(frozenset(DraftState) - {DraftState.POSTED})),
    ],
)
async def test_what_is_not_posted_cannot_be_taken_back(draft: Draft) -> None:
    async with posting_house() as house:
        await house.keep(draft)
        assert await house.delivery.retract(MARA, "d_1") is False
        assert await house.delivery.retract(MARA, "d_2") is False
        assert (await house.draft(), house.team.taken_away) == (draft, [])


async def test_of_what_stands_nowhere_nothing_is_taken_away() -> None:
    async with posting_house() as house:
        await house.delivery.take_away(replace(POSTED, posted_ref=None))
        assert house.team.taken_away == []


@pytest.mark.parametrize("word", ["undo", "retract"])
@pytest.mark.parametrize("is_edited", [True, False])
async def test_what_was_taken_back_is_no_evidence(word: str, is_edited: bool) -> None:
    async with posting_house() as house:
        await house.approve(replace(APPROVED, is_edited=True, composed="", written=OWN, sources=()))
        posted = await house.delivery.deliver(MARA, "d_1")
        assert posted is not None
        assert await house.log() == [CACHE, OWN]
        if not is_edited:
            stored = await house.draft()
            await house.run(lambda tx: tx.drafts.move(replace(stored, is_edited=False), stored.state, stored.revision))
        await (house.delivery.undo if word == "undo" else house.delivery.retract)(MARA, "d_1")
        assert await house.log() == ([CACHE] if is_edited else [CACHE, OWN])


async def test_own_words_are_kept_as_the_message_that_holds_them() -> None:
    async with posting_house() as house:
        house.advance(timedelta(minutes=1))
        await house.approve(
            replace(APPROVED, is_edited=True, written=f"{CACHE}\n{OWN}\nCall +44 20 7946 0958.", sources=(SOURCE,))
        )
        posted = await house.delivery.deliver(MARA, "d_1")
        assert posted is not None
        (said,) = await house.run(lambda tx: tx.messages.find([MessageRef(BUILD, "91.0")])) or ()
        assert said.text.startswith(f"{OWN}\n"), "what the double quoted became a message of its worker's"
        assert "7946" not in said.text
        at = NOON + timedelta(minutes=1)
        assert (said.said_at, said.revised_at, said.thread) == (at, at, THREAD)
        assert said.shelf == Shelf(BUILD, public=True)


@pytest.mark.parametrize(("root", "thread"), [("", None), ("5.0", THREAD)])
async def test_own_words_in_the_channel_itself_are_in_no_thread(root: str, thread: ThreadRef | None) -> None:
    async with posting_house() as house:
        await house.approve(replace(APPROVED, thread=ThreadRef(BUILD, root), is_edited=True, composed="", written=OWN,
                                    sources=()))  # fmt: skip
        await house.delivery.deliver(MARA, "d_1")
        (said,) = await house.run(lambda tx: tx.messages.find([MessageRef(BUILD, "91.0")])) or ()
        assert said.thread == thread


@pytest.mark.parametrize("place", ["closed", "gone"])
async def test_own_words_stand_on_the_shelf_of_the_place_as_it_is_once_they_are_posted(place: str) -> None:
    async with posting_house() as house:
        await house.keep(replace(POSTING, is_edited=True, composed="", written=OWN, sources=()))
        channel = house.team.channels.pop(BUILD)
        if place == "closed":
            house.team.channels[BUILD] = replace(channel, public=False)
        house.team.standing = [Posted(REPLY, "d_1.3", MARA)]
        await house.delivery.read_back(MARA, "d_1")
        (said,) = await house.run(lambda tx: tx.messages.find([REPLY])) or ()
        assert said.shelf == Shelf(BUILD, public=False)


async def test_words_forgotten_while_a_reply_is_posted_stay_forgotten() -> None:
    async with posting_house() as house:
        draft = await house.approve()

        async def forget_later() -> None:
            house.team.meanwhile = forget_now

        async def forget_now() -> None:
            await house.run(lambda tx: forget(tx, [SOURCE.ref], NOON))

        house.team.meanwhile = forget_later
        await house.delivery.deliver(MARA, draft.id)
        kept = await house.draft()
        assert (kept.state, kept.written, kept.composed) == (DraftState.POSTED, "", "")
        assert [source.quote for source in kept.sources] == [""]
        facts: EntryFacts = {"ref": "small/team/build/91.0", "digest": text_digest(CACHE)}
        assert (await house.entries())[-1] == AuditEntry(Happening.POSTED, NOON, "d_1", facts)


async def test_words_cleared_while_a_reply_is_looked_for_stay_cleared() -> None:
    async with posting_house() as house:
        await house.keep(POSTING)
        house.team.standing = [Posted(REPLY, "d_1.3", MARA)]
        cleared = replace(POSTING, written="‹removed› lives on the runner.", composed="‹removed›")
        house.team.meanwhile = lambda: house.run(lambda tx: tx.drafts.move(cleared, DraftState.POSTING, 3))
        await house.delivery.read_back(MARA, "d_1")
        kept = await house.draft()
        assert (kept.state, kept.written, kept.composed) == (DraftState.POSTED, cleared.written, cleared.composed)


async def test_a_reply_of_a_worker_who_left_while_it_was_looked_for_is_noted_nowhere() -> None:
    async with posting_house() as house:
        await house.keep(POSTING)
        house.team.standing = [Posted(REPLY, "d_1.3", MARA)]
        house.team.meanwhile = lambda: house.stage.store.erase(MARA)
        await house.delivery.read_back(MARA, "d_1")
        assert house.team.told == []


async def test_a_question_asked_by_command_stands_above_its_answer_and_pings_nobody() -> None:
    async with posting_house() as house:
        question = "Where does  <@mara>\nkeep it, @here? https://small.example/x"
        await house.approve(replace(APPROVED, question_ref=None, question=question))
        await house.delivery.deliver(MARA, "d_1")
        (reply,) = house.team.posted
        assert reply.text.split("\n") == [
            "Mara Ostwald's AI double · read and approved by Mara Ostwald",
            "Jonas Okafor asked: Where does Mara Ostwald keep it, here? …",
            "",
            CACHE,
        ]


async def test_an_edited_reply_says_so_in_the_language_of_who_asked() -> None:
    async with posting_house() as house:
        house.team.people[JONAS] = Person(JONAS, "Jonas", "jonas", locale="zh-Hans")
        await house.approve(replace(APPROVED, is_edited=True))
        await house.delivery.deliver(MARA, "d_1")
        assert house.team.posted[0].text == f"Mara Ostwald的 AI 分身 · Mara Ostwald已修改并同意\n{CACHE}"
