"""Clicks that are forged, repeated, stale or somebody else's, on a draft in each of its states: nothing is posted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from bot.drafts import DraftState
from bot.views import Refusal
from tests.promised import Figures
from tests.scenario.answering_again import TITLE
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, said, shown

pytestmark = pytest.mark.anyio
Way = Callable[[StageDoor], Awaitable[str]]
OTHERS = ("jonas", "pia", "wei", "nobody", "UNDERSTUDY")
DECISIONS = (
    "approve", "edit", "deny", "deny_reason", "answered", "mute", "undo", "retract", "it_is_there", "it_is_not_there",
    "review", "delete_answer", "use_answer", "save_answer",
)  # fmt: skip
FORGED: tuple[dict[str, object], ...] = (
    {},
    {"text": "I quit."},
    {"text": "I quit.", "revision": "1", "audience": "everyone"},
    {"text": CACHE, "worker": "mara", "owner": "mara", "as": "mara"},
    {"reuse": True, "titles": TITLE, "reason": "wrong"},
)
STALE: tuple[dict[str, object], ...] = (
    {"revision": "0"}, {"revision": "99"}, {"revision": "1 "}, {"revision": ""}, {"revision": None}, {"revision": -1},
    {"audience": "members of local/local/build"}, {"audience": ""}, {"audience": "EVERYONE"}, {"audience": None},
    {"text": 7}, {"text": None}, {"text": ["I quit."]}, {"text": ""}, {"text": " \n\u200b"}, {"text": "x" * 3_001},
    {"reuse": "yes"},
)  # fmt: skip


async def pending(door: StageDoor) -> str:
    return await door.learn_and_ask()


async def approved(door: StageDoor) -> str:
    draft_id = await door.learn_and_ask()
    door.line.faults = ["before"]
    await door.approve("mara", draft_id)
    return draft_id


async def unsure(door: StageDoor) -> str:
    draft_id = await approved(door)
    door.line.is_deaf = True
    await door.advance(hours=3)
    return draft_id


async def failed(door: StageDoor) -> str:
    draft_id = await door.learn_and_ask()
    door.line.faults = ["refused"]
    await door.approve("mara", draft_id)
    return draft_id


async def posted(door: StageDoor) -> str:
    draft_id = await door.learn_and_ask()
    said(await door.approve("mara", draft_id))
    return draft_id


async def retracted(door: StageDoor) -> str:
    draft_id = await posted(door)
    await door.advance(minutes=1)
    said(await door.press("mara", "retract", draft_id))
    return draft_id


async def denied(door: StageDoor) -> str:
    draft_id = await door.learn_and_ask()
    await door.press("mara", "deny", draft_id)
    return draft_id


async def expired(door: StageDoor) -> str:
    draft_id = await door.learn_and_ask()
    await door.advance(days=7)
    return draft_id


async def withdrawn(door: StageDoor) -> str:
    draft_id = await door.learn_and_ask()
    await door.press("jonas", "cancel", draft_id)
    return draft_id


STATES: dict[DraftState, Way] = {
    DraftState.PENDING: pending,
    DraftState.POSTING: approved,
    DraftState.UNSURE: unsure,
    DraftState.FAILED: failed,
    DraftState.POSTED: posted,
    DraftState.RETRACTED: retracted,
    DraftState.DENIED: denied,
    DraftState.EXPIRED: expired,
    DraftState.WITHDRAWN: withdrawn,
}


@dataclass(frozen=True)
class Stand:
    """What stands of a draft: itself, and what is posted and was ever sent."""

    draft: object
    replies: object
    reached: int


async def stand_of(door: StageDoor, draft_id: str) -> Stand:
    return Stand(await door.draft(draft_id), await door.replies(), len(door.line.reached))


@pytest.mark.promise(10, "forged clicks of everybody else, on a draft in each of its states")
@pytest.mark.sparse(4)
@pytest.mark.parametrize("state", STATES)
async def test_nobody_elses_click_moves_a_draft(door: StageDoor, state: DraftState, figures: Figures) -> None:
    draft_id = await STATES[state](door)
    before = await stand_of(door, draft_id)
    assert (await door.draft(draft_id)).state is state
    tried = 0
    for person in OTHERS:
        for button in DECISIONS:
            for values in FORGED:
                answer = await door.press(person, button, draft_id, **values)
                assert "/var/cache" not in repr(answer), "a stranger reads the draft"
                tried += 1
    for person in ("pia", "wei", "nobody"):
        for button in ("cancel", "ask_yourself", "go_on", "go_on_without", "ask_all_the_same", "reused_enough"):
            await door.press(person, button, draft_id)
            tried += 1
    assert await stand_of(door, draft_id) == before
    figures("forged clicks", tried)
    figures("posted by them", 0)


@pytest.mark.promise(10, "an approval given again in each state a draft can be in")
@pytest.mark.sparse(4)
@pytest.mark.parametrize("state", [state for state in STATES if state is not DraftState.PENDING])
async def test_a_second_or_late_approval_posts_nothing(door: StageDoor, state: DraftState, figures: Figures) -> None:
    draft_id = await STATES[state](door)
    before = await stand_of(door, draft_id)
    late: tuple[dict[str, object], ...] = ({}, {"revision": "1"}, {"text": "I quit."}, *STALE)
    for values in late:
        for button in ("approve", "edit"):
            answer = await door.press("mara", button, draft_id, **values)
            assert isinstance(answer, Refusal) or button == "edit", answer  # which only opens the window again
    assert await stand_of(door, draft_id) == before
    figures("second and late clicks", 2 * len(late))
    figures("posted by them", 0)


@pytest.mark.promise(10, "stale and malformed approvals of a waiting draft")
@pytest.mark.sparse(4)
@pytest.mark.parametrize("values", STALE, ids=str)
async def test_a_stale_or_malformed_approval_posts_nothing(
    door: StageDoor, values: dict[str, object], figures: Figures
) -> None:
    draft_id = await pending(door)
    before = await stand_of(door, draft_id)
    assert isinstance(await door.press("mara", "approve", draft_id, **values), Refusal)
    assert await stand_of(door, draft_id) == before
    figures("stale clicks", 1)
    figures("posted by them", 0)


@pytest.mark.promise(10, "a window kept open while its draft is made anew")
async def test_a_click_in_an_old_window_posts_neither_the_old_nor_the_new_words(door: StageDoor) -> None:
    draft_id = await pending(door)
    window = shown(await door.press("mara", "review", draft_id))
    source = next(m for m in await door.messages() if m.author == "mara")
    await door.edit(source, CACHE.replace("/var/cache/forge", "/srv/anvil"))
    await door.settle()
    for values in (window.buttons[0].values, {**window.buttons[0].values, "text": CACHE}):
        assert isinstance(await door.approve("mara", draft_id, **values), Refusal)
    assert door.line.reached == []


@pytest.mark.promise(10, "the same approval pressed again and again, and for another draft")
async def test_one_approval_posts_one_draft_once(door: StageDoor) -> None:
    draft_id = await pending(door)
    other = await door.ask("pia", "mara", CACHE_QUESTION)
    window = shown(await door.press("mara", "review", draft_id))
    values = dict(window.buttons[0].values)
    said(await door.approve("mara", draft_id, **values))
    for _ in range(20):
        assert isinstance(await door.approve("mara", draft_id, **values), Refusal)
    assert len(door.line.reached) == 1
    assert (await door.draft(other)).state is DraftState.PENDING
    for made_up in ("", "d_", f"{draft_id}x", draft_id.upper(), "../" + draft_id, "r_" + draft_id[2:]):
        assert isinstance(await door.approve("mara", made_up, **values), Refusal)
    assert len(door.line.reached) == 1
