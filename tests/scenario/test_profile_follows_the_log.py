"""The profile follows the log: what is taken back takes its claims and its voice along, in every version."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from adapters.web.records import MessageRecord
from adapters.web.translate import channel_ref
from bot.consent import Shelf
from bot.material import gather
from bot.ports import Transaction
from bot.profile.claims import ClaimState
from bot.profile.versions import Cause
from bot.prompting import answer_prompt
from bot.views import Item
from tests.scenario.profile_stage import (
    BUDGET,
    CHAT,
    MARA,
    OTHER_BUDGET,
    PREFERENCE,
    RUNBOOK,
    STORES,
    assert_voice_is_fresh,
    claims_of,
    decide,
    learnt,
    nothing_is_read,
    opened,
    page,
    refreshed,
    say_all,
    seen,
    words_in,
)
from tests.scenario.stage_door import StageDoor, refused, said, shown

pytestmark = pytest.mark.anyio
SECRET = "The relay budget for the `nightjar` project is approved by the board in `finance/nightjar`."


@pytest.fixture(params=STORES)
async def door(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[StageDoor]:
    async with opened(request.param, tmp_path) as house:
        yield house


# ---------------------------------------------------------------- what goes takes its claims and its voice along


Undo = Callable[[StageDoor, MessageRecord], Awaitable[object]]


async def edited(door: StageDoor, record: MessageRecord) -> None:
    await door.edit(record, "never mind")


async def deleted(door: StageDoor, record: MessageRecord) -> None:
    await door.delete(record)


async def deleted_from_the_log(door: StageDoor, record: MessageRecord) -> None:
    await door.press("mara", "delete_message", record.id)


async def never_used(door: StageDoor, record: MessageRecord) -> None:
    await door.press("mara", "never_use", record.id)


async def never_used_topic(door: StageDoor, _record: MessageRecord) -> None:
    await door.press("mara", "never_keep", "topic", text="relay runbook", kind="words")


@pytest.mark.parametrize("undo", [edited, deleted, deleted_from_the_log, never_used, never_used_topic])
async def test_words_taken_back_take_their_claims_and_their_voice_along(door: StageDoor, undo: Undo) -> None:
    record, *_ = await learnt(door, RUNBOOK, BUDGET, *CHAT)
    said(await decide(door, "keep_claim", (await claims_of(door))[RUNBOOK]))
    await undo(door, record)
    assert set(await claims_of(door)) == {BUDGET}
    await assert_voice_is_fresh(door)
    await refreshed(door)
    assert set(await claims_of(door)) == {BUDGET}
    await assert_voice_is_fresh(door)


async def test_what_else_spoke_for_a_claim_is_read_again(door: StageDoor) -> None:
    record, *_ = await learnt(door, RUNBOOK, *CHAT)
    await door.advance(days=1)
    await say_all(door, RUNBOOK)
    await refreshed(door)
    assert (await claims_of(door))[RUNBOOK].support == 2
    await door.delete(record)
    assert not await claims_of(door)
    await refreshed(door)
    assert (await claims_of(door))[RUNBOOK].support == 1
    await assert_voice_is_fresh(door)


async def test_a_channel_taken_out_takes_its_part_of_the_profile_along(door: StageDoor) -> None:
    await door.join("mara", channels=["build", "general"])
    await say_all(door, RUNBOOK, *CHAT)
    await say_all(door, PREFERENCE, *CHAT, channel="general")
    await refreshed(door)
    await door.join("mara", channels=["general"])
    assert set(await claims_of(door)) == {PREFERENCE}
    assert {shelf.channel for shelf in await seen(door, lambda tx: tx.profile.voice())} == {channel_ref("general")}
    await assert_voice_is_fresh(door)


async def test_nothing_is_read_during_a_pause_nor_of_what_was_said_in_it(door: StageDoor) -> None:
    await door.join("mara")
    await say_all(door, RUNBOOK, *CHAT)
    await door.advance(minutes=1)
    await door.command("mara", "pause")
    await door.advance(hours=13)
    assert await nothing_is_read(door)
    assert refused(await door.press("mara", "refresh_profile")) == "not_allowed"
    await say_all(door, PREFERENCE, *CHAT)
    await door.command("mara", "resume")
    await refreshed(door)
    assert set(await claims_of(door)) == {RUNBOOK}
    await assert_voice_is_fresh(door)


async def test_leaving_takes_the_profile_and_its_notice(door: StageDoor) -> None:
    await learnt(door, RUNBOOK, *CHAT)
    await door.press("mara", "leave")
    assert not await door.holds("mara")
    assert not [n for n in await door.notices_of("mara") if n.kind == "profile"]
    assert "You have not joined" in words_in(await page(door))


# ---------------------------------------------------------------- who may read it


@pytest.mark.promise(11, "claims through their evidence")
async def test_a_private_claim_changes_no_byte_of_what_a_public_answer_is_made_of(door: StageDoor) -> None:
    await learnt(door, RUNBOOK, *CHAT, channels=["build", "leads"])
    question, public = "who approves the relay budget?", frozenset({Shelf(channel_ref("build"), public=True)})

    def prompt(tx: Transaction) -> str:
        material = gather(tx, question, public, door.clock.now())
        return answer_prompt(question, "Mara", material, door.clock.now(), {}).prompt.digest

    before = await seen(door, prompt)
    await say_all(door, SECRET, *CHAT, channel="leads")
    await refreshed(door)
    private = (await claims_of(door))[SECRET]
    said(await decide(door, "keep_claim", private))
    assert private.shelf == Shelf(channel_ref("leads"), public=False)
    assert await seen(door, prompt) == before
    draft = await door.draft(await door.ask("pia", "mara", question))
    assert "nightjar" not in draft.written


@pytest.mark.promise(11, "claims through their evidence")
async def test_what_was_dropped_in_private_is_learnt_in_public_as_if_it_had_not_been_said_there(
    door: StageDoor,
) -> None:
    await door.join("mara", channels=["build", "leads"])
    await say_all(door, RUNBOOK, *CHAT, channel="leads")
    await refreshed(door)
    said(await decide(door, "drop_claim", (await claims_of(door))[RUNBOOK]))
    await say_all(door, RUNBOOK, *CHAT)
    await refreshed(door)
    stand = {(c.shelf, c.state) for c in await seen(door, lambda tx: tx.profile.claims())}
    public, private = (Shelf(channel_ref(name), public=name == "build") for name in ("build", "leads"))
    assert stand == {(public, ClaimState.WAITING), (private, ClaimState.GONE)}


# ---------------------------------------------------------------- versions


async def test_versions_are_listed_compared_and_gone_back_to(door: StageDoor) -> None:
    await learnt(door, RUNBOOK, PREFERENCE, *CHAT)  # 1
    found = await claims_of(door)
    said(await decide(door, "keep_claim", found[RUNBOOK]))  # 2
    said(await decide(door, "drop_claim", found[PREFERENCE]))  # 3
    await door.command("mara", f"correct {OTHER_BUDGET}")  # 4
    await say_all(door, "The deploy script lives in `ops/deploy`, please read its notes first.", *CHAT)
    await refreshed(door)  # 5
    view = shown(await door.press("mara", "profile_versions"))
    rows = [e for e in view.elements if isinstance(e, Item)]
    assert [row.title.split(" · ")[0] for row in rows] == [f"Version {n}" for n in (5, 4, 3, 1)]
    differing = words_in(shown(await door.press("mara", "compare_versions", "3", **{"with": "2"})))
    assert (PREFERENCE in differing, "waiting → dropped" in differing, RUNBOOK in differing) == (True, True, False)
    assert "You decided, 2 times." in [row.text for row in rows]
    back = next(b for row in rows for b in row.buttons if b.name == "roll_back" and b.target == "3")
    assert "What you put right stays" in back.confirm
    said(await door.press("mara", "roll_back", "2"))
    states = {claim.statement: claim.state for claim in (await claims_of(door)).values()}
    assert states == {
        RUNBOOK: ClaimState.KEPT,
        PREFERENCE: ClaimState.WAITING,
        OTHER_BUDGET: ClaimState.KEPT,
        "The deploy script lives in `ops/deploy`, please read its notes first.": ClaimState.GONE,
    }
    newest = (await seen(door, lambda tx: tx.profile.versions()))[-1]
    assert (newest.number, newest.cause) == (6, Cause.ROLLED_BACK)


async def test_a_version_is_compared_with_the_one_before_it_that_is_kept(door: StageDoor) -> None:
    await learnt(door, RUNBOOK, *CHAT)  # 1
    for text in (BUDGET, PREFERENCE, SECRET):
        shown(await door.press("mara", "correct", text=text))  # 2, 3, 4
    assert await door.core.stage.store.run(MARA, lambda tx: tx.profile.drop_versions(4)) == 2
    view = shown(await door.press("mara", "profile_versions"))
    rows = [(row.title, row.buttons) for row in view.elements if isinstance(row, Item)]
    assert [title.split(" · ")[0] for title, _ in rows] == ["Version 4", "Version 1"]
    before = [[b.values for b in buttons if b.name == "compare_versions"] for _, buttons in rows]
    assert before == [[{"with": "1"}], []]
    assert shown(await door.press("mara", "compare_versions", "4", **before[0][0])).kind == "profile_compared"


async def test_going_back_does_not_bring_back_what_was_put_right_or_what_was_deleted(door: StageDoor) -> None:
    _, record, *_ = await learnt(door, BUDGET, RUNBOOK, *CHAT)
    found = await claims_of(door)
    await door.press("mara", "keep_claims", claims=f"{found[BUDGET].id} {found[RUNBOOK].id}")  # 2
    await door.command("mara", f"correct {OTHER_BUDGET}")
    await door.delete(record)
    said(await door.press("mara", "roll_back", "2"))
    states = {claim.statement: claim.state for claim in (await claims_of(door)).values()}
    assert states == {BUDGET: ClaimState.GONE, OTHER_BUDGET: ClaimState.KEPT}
    compared = words_in(shown(await door.press("mara", "compare_versions", "2")))
    assert "gone with its messages" in compared
    assert "runbook" not in compared


async def test_there_is_no_version_that_nobody_made(door: StageDoor) -> None:
    await learnt(door, RUNBOOK, *CHAT)
    for number in ("0", "2", "-1", "one", "", "9" * 5_000, "²", "1.0", "1\n"):
        assert refused(await door.press("mara", "roll_back", number)) == "not_found"
        assert refused(await door.press("mara", "compare_versions", number)) == "not_found"
    assert refused(await door.press("pia", "roll_back", "1")) == "not_found"
