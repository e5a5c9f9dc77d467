"""Drafts in the direct messages: the worker's own choice, warned of, off by default, and undone at once."""

from __future__ import annotations

import pytest

from bot.views import Button, Item
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, refused, said, shown

pytestmark = pytest.mark.anyio


async def switch_button(door: StageDoor) -> Button:
    rows = [e for e in shown(await door.press("mara", "home")).elements if isinstance(e, Item)]
    (button,) = [b for row in rows for b in row.buttons if b.name == "show_drafts"]
    return button


async def press_switch(door: StageDoor) -> str:
    button = await switch_button(door)
    return said(await door.press("mara", button.name, button.target, **button.values))


async def test_it_is_off_until_the_worker_reads_who_can_read_them_and_says_yes(door: StageDoor) -> None:
    await door.learn_and_ask()
    assert (await door.notice("mara", "announcement")).text == "A draft is waiting (#build)."
    button = await switch_button(door)
    assert button.label == "Show drafts in my direct messages"
    for said_plainly in ("exports", "token", "kept"):
        assert said_plainly in button.confirm
    assert len(button.confirm) <= 300, "what a platform has room for"


async def test_chosen_it_carries_question_and_draft_and_is_quietly_put_right_at_once(door: StageDoor) -> None:
    await door.learn_and_ask()
    assert "can read them there" in await press_switch(door)
    notice = await door.notice("mara", "announcement")
    assert notice.text.startswith("A draft is waiting (#build).")
    assert f"Jonas Okafor asked: {CACHE_QUESTION}" in notice.text
    assert CACHE in notice.text
    assert notice.quiet
    assert [button.name for button in notice.buttons] == ["review"]


async def test_switched_off_the_words_are_gone_from_the_notice_at_once(door: StageDoor) -> None:
    await door.learn_and_ask()
    await press_switch(door)
    await press_switch(door)
    assert (await door.notice("mara", "announcement")).text == "A draft is waiting (#build)."


async def test_switched_off_out_of_hours_no_word_waits_for_the_morning(door: StageDoor) -> None:
    await door.learn_and_ask()
    await press_switch(door)
    await door.advance(hours=12)
    await door.ask("pia", "mara", CACHE_QUESTION)
    await press_switch(door)
    assert not [n for n in await door.notices_of("mara") if CACHE in n.text or CACHE_QUESTION in n.text]


async def test_nobody_elses_notice_changes(door: StageDoor) -> None:
    await door.join("wei")
    await door.say("wei", "build", CACHE)
    await door.learn_and_ask()
    await press_switch(door)
    await door.ask("jonas", "wei", CACHE_QUESTION)
    assert CACHE not in (await door.notice("wei", "announcement")).text


async def test_once_decided_nothing_of_it_stands_there_any_more(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await press_switch(door)
    await door.press("mara", "deny", draft_id)
    assert not [n for n in await door.notices_of("mara") if CACHE in n.text or CACHE_QUESTION in n.text]


async def test_a_long_question_is_cut_and_one_without_a_draft_says_so(door: StageDoor) -> None:
    await door.join("mara")
    await press_switch(door)
    await door.ask("jonas", "mara", "what about the zebra? " * 60)
    text = (await door.notice("mara", "announcement")).text
    assert len(text) < 1_200
    assert "Your double leaves this to you." in text


async def test_without_a_double_there_is_nothing_to_switch(door: StageDoor) -> None:
    assert refused(await door.press("pia", "show_drafts", shown="yes")) == "not_found"
    assert not await door.holds("pia")
