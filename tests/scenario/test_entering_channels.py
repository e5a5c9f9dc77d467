"""Joining in a public channel where Understudy is not yet: it goes in, and nobody is told for whom."""

from __future__ import annotations

import pytest

from bot.views import Choices, Refusal
from tests.scenario.stage_door import StageDoor, refused, shown
from tests.scenario.test_joining import words_in

pytestmark = pytest.mark.anyio


async def channel_labels(door: StageDoor, person: str = "mara") -> dict[str, str]:
    (field,) = [e for e in shown(await door.command(person, "join")).elements if isinstance(e, Choices)]
    return {value: label for value, label, _ in field.options}


async def test_a_channel_to_be_entered_is_offered_as_such_and_a_private_one_is_not_offered(door: StageDoor) -> None:
    door.line.outside = {"general", "leads"}
    labels = await channel_labels(door)
    assert labels == {"build": "#build", "general": "#general (Understudy would come in)"}
    assert door.line.outside == {"general", "leads"}


async def test_only_the_chosen_channels_are_entered_and_the_receipt_says_so(door: StageDoor) -> None:
    door.line.outside = {"build", "general"}
    receipt = await door.join("mara", channels=["general"])
    assert door.line.outside == {"build"}
    assert "Understudy has come into #general" in words_in(receipt)
    assert "Mara" not in "".join(m.text for m in await door.messages("general"))
    await door.say("mara", "general", "the canteen opens at eleven")
    assert await door.log_of("mara") == ["the canteen opens at eleven"]


async def test_where_understudy_is_already_nothing_is_said_of_coming_in(door: StageDoor) -> None:
    assert "has come into" not in words_in(await door.join("mara", channels=["general"]))


async def test_if_one_channel_cannot_be_entered_nobody_joins_at_all(door: StageDoor) -> None:
    door.line.outside = door.line.barred = {"general"}
    answer = await door.submit_form("mara", channels=["build", "general"])
    assert refused(answer) == "cannot_enter"
    assert isinstance(answer, Refusal)
    assert "#general" in answer.sentence
    assert not await door.holds("mara")


async def test_a_form_with_a_mistake_lets_understudy_go_nowhere(door: StageDoor) -> None:
    door.line.outside = {"general"}
    assert refused(await door.submit_form("mara", channels=["general"], until="tomorrow")) == "bad_value"
    assert refused(await door.submit_form("mara", channels=["general"], words="0" * 64)) == "stale"
    assert door.line.outside == {"general"}


async def test_what_understudy_was_taken_out_of_is_not_renewed_unseen(door: StageDoor) -> None:
    await door.join("mara", channels=["build"])
    await door.advance(days=80)
    door.line.outside = {"build"}
    view = shown(await door.press("mara", "renew"))
    assert view.kind == "join"
    door.line.outside = set()
    assert shown(await door.press("mara", "renew")).kind == "joined"
