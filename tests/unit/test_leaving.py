"""What a leaving stops, takes back and erases, what its receipt counts, and that nobody else is told."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.consent import Closure
from bot.drafts import OPEN, Draft, DraftState
from bot.errors import NotPermitted, StoreError
from bot.events import ActionTaken
from bot.leaving import Departures
from bot.ports import ErasureProof, Transaction
from bot.refs import MessageRef, WorkerRef
from bot.shown_answers import Shown, ShownAnswers
from bot.telling import CONSENT_KEY, DOUBTED_KEY, DRAFTS_KEY, GAP_KEY, PROFILE_KEY, WEEKLY_KEY, WORDS_KEY
from bot.views import Answer, Refusal, Text, Tick
from storage.memory import MemoryStore
from tests.unit.posting_team import APPROVED, POSTED, House, posting_house
from tests.unit.small_team import BUILD, JONAS, MARA, NOON

pytestmark = pytest.mark.anyio
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)
ERASED_AT = NOON + 120 * DAY  # thirty days after the end of what was agreed to
NOBODY_TOLD = "Nobody was told. The chat platform itself may keep copies that Understudy cannot reach."
SECOND = replace(POSTED, id="d_2", posted_ref=MessageRef(BUILD, "91.0"))


@dataclass
class Shop(MemoryStore):
    """A store with backups, in which erasing may fail."""

    proof: ErasureProof = field(default_factory=ErasureProof)
    fails: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def erase(self, worker: WorkerRef) -> ErasureProof | None:
        if self.fails:
            raise StoreError("the disk is full", "full")
        return self.proof if super().erase(worker) is not None else None


def departures(house: House) -> Departures:
    shown = ShownAnswers(house.stage)
    return Departures(house.stage, house.questions, house.telling, house.delivery, shown)


async def leave(house: House, **values: object) -> Answer | Refusal:
    return await departures(house).leave(ActionTaken(MARA, "leave", "leave", values))


def lines(answer: Answer | Refusal) -> list[str]:
    assert isinstance(answer, Answer)
    assert answer.view is not None
    assert (answer.view.kind, answer.view.title) == ("receipt", "You have left")
    return [element.text for element in answer.view.elements if isinstance(element, Text)]


async def is_there(house: House) -> bool:
    return await house.stage.store.workers() == (MARA,)


def drafts(tx: Transaction) -> dict[str, Draft]:
    return {draft.id: draft for draft in tx.drafts.in_states(frozenset(DraftState))}


async def test_the_window_asks_one_thing_and_offers_to_stay() -> None:
    async with posting_house() as house:
        view = (await departures(house).window(MARA)).view
        assert view is not None
        assert (view.kind, view.title, view.target) == ("leave", "Leave and erase everything", "leave")
        assert [type(element) for element in view.elements] == [Text, Tick]
        assert [(b.name, b.target, b.look) for b in view.buttons] == [
            ("leave", "leave", "danger"),
            ("close", "", "plain"),
        ]
        assert await is_there(house)


async def test_who_has_not_joined_has_nothing_to_leave() -> None:
    async with posting_house() as house:
        for answer in (
            await departures(house).window(JONAS),
            await departures(house).leave(ActionTaken(JONAS, "leave", "leave", {})),
        ):
            assert isinstance(answer, Answer)
            assert (answer.text.split(",")[0], answer.view) == ("You have not joined", None)


@pytest.mark.parametrize("value", ["yes", 1, None, []])
async def test_what_is_neither_yes_nor_no_is_refused_and_changes_nothing(value: object) -> None:
    async with posting_house() as house:
        refused = await leave(house, retract=value)
        assert isinstance(refused, Refusal)
        assert refused.code == "bad_value"
        assert await is_there(house)


async def test_the_receipt_counts_what_is_gone_and_nothing_is_taken_back_unasked() -> None:
    async with posting_house() as house:
        for draft in (POSTED, SECOND):
            await house.keep(draft)
        for state in set(DraftState) - {DraftState.POSTED}:
            await house.keep(replace(POSTED, id=state.value, state=state))
        assert lines(await leave(house)) == [
            "1 message, 10 drafts and 2 replies: gone from everything we hold.",
            NOBODY_TOLD,
        ]
        assert not await is_there(house)
        assert house.team.taken_away == []


async def test_the_receipt_says_what_was_taken_back_and_what_was_not() -> None:
    async with posting_house() as house:
        for draft in (POSTED, SECOND, replace(SECOND, id="d_3")):
            await house.keep(draft)

        async def fail_from_now_on() -> None:
            house.team.failure = NotPermitted("no")

        async def let_one_pass() -> None:
            house.team.meanwhile = fail_from_now_on

        house.team.meanwhile = let_one_pass
        assert lines(await leave(house, retract=True)) == [
            "1 message, 0 drafts and 3 replies: gone from everything we hold.",
            NOBODY_TOLD,
            "1 posted reply was taken back.",
            "2 posted replies could not be taken back: please delete them by hand, they stay labelled.",
        ]
        assert [notice for _, notice in house.team.taken_away] == ["Mara Ostwald took this back."]


async def test_the_receipt_says_what_went_from_backups_and_what_waits() -> None:
    async with posting_house(Shop(proof=ErasureProof(backups=2, backups_waiting=1))) as house:
        assert lines(await leave(house)) == [
            "1 message, 0 drafts and 0 replies: gone from everything we hold.",
            "1 folder of backups is out of reach: your copy in it is deleted as soon as it is back.",
            "Its copies in 2 backups went too.",
            NOBODY_TOLD,
        ]


@pytest.mark.parametrize("retract", [False, True])
async def test_from_the_first_moment_nothing_holds_and_nothing_can_be_posted(retract: bool) -> None:
    shop = Shop()
    async with posting_house(shop) as house:
        for state in DraftState:
            await house.keep(replace(POSTED, id=state.value, state=state, question="where?", written="there"))
        shop.fails = True
        with pytest.raises(StoreError):
            await leave(house, retract=retract)
        assert {g.closure for g in await house.run(lambda tx: tx.consent.all()) or ()} == {Closure.LEFT}
        found = await house.run(drafts) or {}
        for state in DraftState:
            became, question, written = state, "where?", "there"
            if state in OPEN and state is not DraftState.POSTING:
                became = DraftState.WITHDRAWN if state is DraftState.UNSURE else DraftState.EXPIRED
                question = written = ""
            elif state is DraftState.POSTED and retract:
                became, question = DraftState.RETRACTED, ""
            draft = found[state.value]
            assert (draft.state, draft.question, draft.written) == (became, question, written), state


async def test_who_waits_for_an_answer_is_told_at_their_deadline_and_not_before() -> None:
    async with posting_house() as house:
        waiting = replace(APPROVED, told_at=None)
        for draft in (
            waiting,
            replace(waiting, id="d_told", told_at=NOON),
            replace(waiting, id="d_called_off", state=DraftState.WITHDRAWN),
            replace(waiting, id="d_posting", state=DraftState.POSTING),
        ):
            await house.keep(draft)
            house.questions.note(draft)
        assert lines(await leave(house))
        assert house.told("outcome") == []
        assert house.questions.worker_of("d_1") is None, "it is still open to being decided"
        assert house.questions.departed_due(waiting.lapses_at - TICK) == ()
        due = house.questions.departed_due(waiting.lapses_at)
        assert {draft.id for draft in due} == {"d_1", "d_posting"}
        assert {draft.written for draft in due} == {""}


async def test_the_workers_notices_are_taken_away_and_so_is_what_was_shown_of_their_answers() -> None:
    async with posting_house() as house:
        shown = ShownAnswers(house.stage)
        ours = Departures(house.stage, house.questions, house.telling, house.delivery, shown)
        (await shown._recent(MARA))["a"] = Shown("r_1", "q_1", JONAS, NOON)
        await ours.leave(ActionTaken(MARA, "leave", "leave", {}))
        away = [(notice.to, notice.key) for notice in house.team.told if not notice.text]
        keys = (DRAFTS_KEY, PROFILE_KEY, CONSENT_KEY, WORDS_KEY, WEEKLY_KEY, DOUBTED_KEY, GAP_KEY)
        assert away == [*((MARA, key) for key in keys), (JONAS, Shown("r_1", "q_1", JONAS, NOON).key)]
        assert [notice for notice in house.team.told if notice.text] == []


async def test_a_platform_that_does_not_answer_holds_up_no_erasure() -> None:
    async with posting_house() as house:
        house.team.dumb = True
        house.team.failure = NotPermitted("no")
        await house.keep(POSTED)
        assert len(lines(await leave(house, retract=True))) == 3
        assert not await is_there(house)


async def test_what_is_no_failure_of_a_platform_is_not_passed_over() -> None:
    async with posting_house() as house:
        await house.keep(POSTED)

        async def break_down() -> None:
            raise RuntimeError

        house.team.meanwhile = break_down
        with pytest.raises(RuntimeError):
            await leave(house, retract=True)
        assert await is_there(house), "it is finished by the next process"


async def test_nothing_is_finished_of_who_stays() -> None:
    async with posting_house() as house:
        assert await departures(house).finish_interrupted(MARA) is False
        assert await departures(house).finish_interrupted(JONAS) is False
        house.advance(ERASED_AT - TICK - NOON)
        assert await departures(house).finish_interrupted(MARA) is False
        assert await is_there(house)
        assert house.team.told == []


async def test_who_slept_for_as_long_as_agreed_is_erased_in_that_moment_and_told_so() -> None:
    async with posting_house() as house:
        await house.keep(POSTED)
        house.advance(ERASED_AT - NOON)
        assert await departures(house).finish_interrupted(MARA) is True
        assert not await is_there(house)
        (notice,) = [notice for notice in house.team.told if notice.text]
        assert (notice.to, notice.key, notice.kind, notice.at) == (MARA, "erased", "consent", ERASED_AT)
        assert (notice.quiet, notice.is_over) == (True, True)
        assert notice.text == (
            "The days for which you let your double be kept are over. "
            "1 message, 0 drafts and 1 reply: gone from everything we hold."
        )
        assert house.team.taken_away == []


@pytest.mark.parametrize("closure", [Closure.FROZEN, Closure.OUTDATED, Closure.CHANGED])
async def test_of_whom_nothing_holds_any_more_all_is_erased_however_late_it_is_looked_for(closure: Closure) -> None:
    async with posting_house() as house:
        await house.run(lambda tx: tx.consent.close(["log", "answer"], NOON, closure))
        house.advance(31 * DAY)
        assert await departures(house).finish_interrupted(MARA) is True
        assert not await is_there(house)
        assert [notice.key for notice in house.team.told if notice.text] == ["erased"]


async def test_who_cannot_be_told_is_erased_all_the_same() -> None:
    async with posting_house() as house:
        house.team.dumb = True
        house.advance(ERASED_AT - NOON)
        assert await departures(house).finish_interrupted(MARA) is True
        assert not await is_there(house)


async def test_a_leaving_cut_short_is_finished_as_it_was_meant_and_told_to_nobody() -> None:
    async with posting_house() as house:
        await house.keep(replace(POSTED, state=DraftState.RETRACTED))
        await house.keep(SECOND)
        await house.keep(replace(SECOND, id="d_3", state=DraftState.UNSURE))
        await house.run(lambda tx: tx.consent.close(["log"], NOON, Closure.LEFT))
        assert await departures(house).finish_interrupted(MARA) is True
        assert not await is_there(house)
        assert house.team.taken_away == [(POSTED.posted_ref, "Mara Ostwald took this back.")]
        assert [notice for notice in house.team.told if notice.text] == []


async def test_what_a_crash_left_of_a_joining_goes() -> None:
    async with posting_house() as house:
        await house.stage.store.enrol_and_run(JONAS, lambda _: None)
        assert await departures(house).finish_interrupted(JONAS) is True
        assert await is_there(house)
        assert [notice for notice in house.team.told if notice.text] == []


async def test_who_joins_while_what_a_crash_left_of_their_joining_is_looked_at_stays() -> None:
    async with posting_house() as house:
        await house.stage.store.enrol_and_run(JONAS, lambda _: None)
        given = replace((await house.run(lambda tx: tx.consent.all()) or ())[0], id="joined", worker=JONAS)
        finishing = asyncio.create_task(departures(house).finish_interrupted(JONAS))
        await asyncio.sleep(0)  # it has asked for the file to be read; what follows is written before it may write
        await house.stage.store.enrol_and_run(JONAS, lambda tx: tx.consent.add([given]))
        await finishing
        assert await house.stage.store.read(JONAS, lambda tx: tx.consent.all()) == (given,)


async def test_who_renews_in_the_last_moment_stays_with_what_holds() -> None:
    async with posting_house() as house:
        await house.keep(replace(POSTED, state=DraftState.RETRACTED))
        await house.keep(SECOND)
        grants = await house.run(lambda tx: tx.consent.all()) or ()
        house.advance(ERASED_AT - NOON)
        renewed = replace(grants[0], id="renewed", given_at=ERASED_AT, ends_at=ERASED_AT + DAY)

        async def renew() -> None:
            await house.run(lambda tx: tx.consent.add([renewed]))

        house.team.meanwhile = renew
        assert await departures(house).finish_interrupted(MARA) is True
        assert await house.run(lambda tx: tx.consent.all()) == (*grants, renewed)
        assert await house.draft("d_2") == SECOND
        assert [notice for notice in house.team.told if notice.text] == []
