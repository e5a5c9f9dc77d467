"""Going into channels that a worker chose: what the form says of it, and what happens when it cannot be done."""

from __future__ import annotations

import pytest

from bot.entering import channels_field, enter
from bot.ports import Channel
from bot.refs import ChannelRef
from bot.views import Refusal
from bot.words import Words
from tests.unit.small_team import BUILD, LEADS, SmallTeam, stage_of

pytestmark = pytest.mark.anyio
ORCHARD, YARD = ChannelRef("small", "team", "orchard"), ChannelRef("small", "team", "yard")
HERE = (Channel(BUILD, "build", public=True), Channel(LEADS, "leads", public=False))
ELSEWHERE = (
    Channel(ORCHARD, "orchard", public=True, is_entered=False),
    Channel(YARD, "yard", public=True, is_entered=False),
)


def team() -> SmallTeam:
    made = SmallTeam()
    made.channels |= {channel.ref: channel for channel in ELSEWHERE}
    return made


@pytest.mark.parametrize("locale", ["en", "zh-Hans"])
def test_only_channels_to_be_entered_are_said_to_be(locale: str) -> None:
    words = Words(locale)
    field = channels_field((*HERE, *ELSEWHERE), {LEADS}, words, "")
    labels = {value: label for value, label, _ in field.options}
    assert labels["build"] == "#build"
    assert labels["leads"] == "🔒 leads"
    assert labels["orchard"].startswith("#orchard")
    assert labels["orchard"] != "#orchard"
    assert [value for value, _, chosen in field.options if chosen] == ["leads"]
    assert words.say("consent.channels_hint_enter") in field.hint
    assert words.say("consent.channels_hint_enter") not in channels_field(HERE, (), words, "").hint


def test_how_to_invite_is_said_in_the_platforms_words_where_it_has_any() -> None:
    assert "/invite @Understudy" in channels_field(HERE, (), Words(), "/invite @Understudy").hint
    assert channels_field(HERE, (), Words(), "").hint == Words().say("consent.channels_hint")


async def test_what_is_not_entered_yet_is_entered_and_nothing_else_is() -> None:
    small = team()
    async with stage_of(small) as stage:
        entered = await enter(stage, (*HERE, ELSEWHERE[0]), Words())
        assert isinstance(entered, tuple)
        assert [channel.ref for channel in entered] == [ORCHARD]
        assert small.channels[ORCHARD].is_entered
        assert not small.channels[YARD].is_entered


async def test_a_channel_that_cannot_be_entered_is_named_in_the_refusal() -> None:
    small = team()
    small.closed.add(YARD)
    async with stage_of(small) as stage:
        refusal = await enter(stage, ELSEWHERE, Words())
        assert isinstance(refusal, Refusal)
        assert refusal.code == "cannot_enter"
        assert "#yard" in refusal.sentence
