"""Words that change, another vendor, a wider use: nothing of it begins before its worker has read and agreed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.model.scripted import ScriptedModel
from bot.consent import Closure
from bot.events import Loss
from bot.views import Fold, Item, Text, Tick
from tests.scenario.life_of_a_consent import (
    LAST_MOMENT,
    UNIFORM_NO,
    all_of,
    button,
    grants_of,
    in_force,
    page,
    press,
    told,
)
from tests.scenario.stage_door import CACHE_QUESTION, StageDoor, shown
from tests.scenario.with_a_model import LOCAL, VENDOR, WORDED, answered, house, learnt, told_to_say

pytestmark = [pytest.mark.anyio, pytest.mark.promise(2, "changed words, another vendor and a wider use ask again")]


async def keep_frozen_for(door: StageDoor, days: int) -> None:
    """Let the operator say another number of days, and start again."""
    door.policy = replace(door.policy, frozen=timedelta(days=days))
    await door.restart()


async def test_changed_words_are_told_once_and_what_was_agreed_goes_on_as_it_was(door: StageDoor) -> None:
    await door.join("mara")
    before = await in_force(door)
    await keep_frozen_for(door, 90)
    (notice,) = await told(door)
    assert notice.text.startswith("The words have changed since you agreed.")
    assert notice.quiet
    assert await in_force(door) == before
    await door.say("mara", "build", "still learnt")
    assert await door.log_of("mara") == ["still learnt"]
    await door.advance(days=7)
    await door.restart()
    assert await told(door) == [notice], "the same words were told of twice"


async def test_the_new_words_are_shown_sentence_by_sentence_beside_those_agreed_to(door: StageDoor) -> None:
    await door.join("mara")
    await keep_frozen_for(door, 90)
    assert any("The words have changed" in i.text for i in all_of(await page(door), Item))
    form = shown(await press(door, button((await told(door))[0], "join")))
    (changed,) = [e for e in form.elements if isinstance(e, Fold) and e.title.startswith("What has changed")]
    headings = [e.text for e in changed.elements if isinstance(e, Text) and e.look == "strong"]
    new, gone = [e.text for e in changed.elements if isinstance(e, Text) and e.look == "quote"]
    assert headings == ["New", "Not there any more"]
    assert "after 90 days" in new
    assert "after 30 days" in gone
    assert "Understudy logs the messages" not in new, "a sentence that did not change is shown as new"


async def test_a_longer_keeping_that_was_never_agreed_to_keeps_nothing_longer(door: StageDoor) -> None:
    await door.join("mara")
    await door.say("mara", "build", "known")
    await keep_frozen_for(door, 90)
    await door.lose(Loss.DEACTIVATED, "mara")
    await door.advance(days=30, hours=1)
    assert not await door.holds("mara")


async def test_agreeing_to_the_new_words_takes_the_notice_away_and_binds_to_them(door: StageDoor) -> None:
    await door.join("mara")
    await keep_frozen_for(door, 90)
    await door.join("mara")
    assert await told(door) == []
    await door.lose(Loss.DEACTIVATED, "mara")
    await door.advance(days=60)
    assert await door.holds("mara")
    await door.advance(days=31)
    assert not await door.holds("mara")


async def test_after_a_change_of_words_one_click_renews_nothing(door: StageDoor) -> None:
    await door.join("mara")
    await door.advance_to(LAST_MOMENT - timedelta(days=5))
    before = await grants_of(door)
    await keep_frozen_for(door, 90)
    form = shown(await door.press("mara", "renew"))
    assert form.kind == "join"
    assert await grants_of(door) == before


async def test_words_that_promise_what_is_not_kept_any_more_stop_everything_until_they_are_read(
    door: StageDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await door.learn_and_ask()
    monkeypatch.setattr("bot.agreed_before.STANDS_FROM", 3)
    await door.restart()
    assert await in_force(door) == []
    assert {g.closure for g in await grants_of(door)} == {Closure.OUTDATED}
    await door.say("mara", "build", "not to be learnt")
    assert len(await door.log_of("mara")) == 1
    await door.say("pia", "build", f"@Understudy @mara {CACHE_QUESTION}")
    assert (await door.notice("pia", "no")).text == UNIFORM_NO
    (notice,) = await told(door)
    assert notice.text.startswith("Your double rests: the words you agreed to promise")
    assert shown(await door.press("mara", "renew")).kind == "join"
    await door.advance(days=30)
    assert not await door.holds("mara")


async def test_words_of_a_version_that_stands_go_on(door: StageDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    await door.join("mara")
    monkeypatch.setattr("bot.agreed_before.STANDS_FROM", 2)
    await door.restart()
    assert len(await in_force(door)) == 3


async def test_another_vendor_gets_nothing_and_renewing_asks_again(tmp_path: Path) -> None:
    async with house(tmp_path, ScriptedModel(told_to_say(answered(WORDED)), LOCAL)) as door:
        await learnt(door, model=True)
        elsewhere = ScriptedModel(told_to_say(answered(WORDED)), VENDOR)
        door.model = elsewhere
        await door.restart()
        assert [n.text[:22] for n in await told(door)] == ["The words have changed"]
        await door.ask("jonas", "mara", CACHE_QUESTION)
        assert elsewhere.prompts == []
        await door.advance_to(LAST_MOMENT - timedelta(days=5))
        form = shown(await door.press("mara", "renew"))
        assert [e.value for e in form.elements if isinstance(e, Tick) and e.name == "model"] == [False]
        await door.settle()
        assert elsewhere.prompts == []
