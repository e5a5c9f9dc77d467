"""Erasing as its worker sees it: chosen, shown, erased, and kept in a receipt of counts."""

from __future__ import annotations

from typing import Any

import pytest

from bot.erasing import Erasing
from bot.erasing_window import ErasingWindow
from bot.events import ActionTaken
from bot.message_log import take_note
from bot.mine import Mine
from bot.ports import Person
from bot.refs import PersonRef
from bot.shown_answers import ShownAnswers
from bot.stage import Stage
from bot.views import Answer, Button, Choices, DateField, Facts, Item, Refusal, Text, View
from tests.unit.small_team import JONAS, LEADS, MARA, NOON, SmallTeam, stage_of
from tests.unit.test_mine import DAY, learn, said, texts

pytestmark = pytest.mark.anyio
FIRST_DAY = (NOON - 40 * DAY).date()


def window_of(stage: Stage) -> ErasingWindow:
    return ErasingWindow(stage, Erasing(stage, ShownAnswers(stage)))


def wish(target: str = "", person: PersonRef = MARA, **values: object) -> ActionTaken:
    return ActionTaken(person, "forget", target, dict(values))


async def left(stage: Stage) -> list[str]:
    return texts(await Mine(stage).window(MARA))


def shown(answer: Answer | Refusal) -> View:
    assert isinstance(answer, Answer), answer
    assert answer.view is not None
    return answer.view


def button(view: View, name: str) -> Button:
    return next(b for b in view.buttons if b.name == name)


@pytest.mark.promise(4, "one message, by its worker")
async def test_a_deleted_message_is_gone_and_stays_out() -> None:
    async with stage_of(SmallTeam()) as stage:
        await learn(stage, [said(1, "one"), said(2, "two")])
        view = await Mine(stage).window(MARA)
        (_, delete) = next(e for e in view.elements if isinstance(e, Item) and e.text == "one").buttons
        assert isinstance(await window_of(stage).delete(wish(delete.target)), Answer)
        assert await left(stage) == ["two"]
        await stage.store.run(MARA, lambda tx: take_note(tx, said(1, "one"), NOON))
        assert await left(stage) == ["two"]


@pytest.mark.parametrize(
    "target", ["", "/", "build/", "/1.0", "build/9.0", "leads/1.0", "attic/1.0", "build", "\x00/1"]
)
async def test_what_is_not_in_the_log_cannot_be_deleted(target: str) -> None:
    async with stage_of(SmallTeam()) as stage:
        await learn(stage, [said(1, "one")])
        refused = await window_of(stage).delete(wish(target))
        assert isinstance(refused, Refusal)
        assert refused.code == "not_found"
        assert await left(stage) == ["one"]


async def test_nobody_else_can_erase_anything() -> None:
    async with stage_of(SmallTeam()) as stage:
        await learn(stage, [said(1, "one")])
        window = window_of(stage)
        assert isinstance(await window.delete(wish("build/1.0", JONAS)), Refusal)
        nothing = Answer("0 messages: gone from the log, the index, every draft and the free space of the file.")
        assert await window.erase(wish(person=JONAS)) == nothing
        assert await window.everything(wish(person=JONAS)) == nothing
        assert await left(stage) == ["one"]


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ({"channels": ["build"]}, ["three"]),
        ({"channels": ["attic"]}, ["three", "two", "one"]),
        ({}, []),
        ({"since": (FIRST_DAY + DAY).isoformat()}, ["three", "two", "one"]),
        ({"until": FIRST_DAY.isoformat()}, []),
        ({"text": "two"}, ["three", "one"]),
        ({"text": "^t", "is_pattern": True}, ["one"]),
        ({"text": "^t", "kind": "pattern", "chosen": '["build"]'}, ["three", "one"]),
        ({"text": "zebra"}, ["three", "two", "one"]),
    ],
)
@pytest.mark.promise(4, "channels, days and topics, by their worker: what is chosen, and nothing else")
async def test_what_is_chosen_is_erased_and_nothing_else(values: dict[str, Any], kept: list[str]) -> None:
    async with stage_of(SmallTeam()) as stage:
        await learn(stage, [said(1, "one"), said(2, "two"), said(3, "three", LEADS)])
        assert isinstance(await window_of(stage).erase(wish(**values)), Answer)
        assert await left(stage) == kept


@pytest.mark.parametrize(
    ("time_zone", "kept"), [("UTC", ["5", "4", "3", "0"]), ("America/Los_Angeles", ["5", "4", "1", "0"])]
)
async def test_a_span_takes_whole_days_of_the_workers_zone(time_zone: str, kept: list[str]) -> None:
    team = SmallTeam(people={MARA: Person(MARA, "Mara Ostwald", "mara", time_zone=time_zone)})
    async with stage_of(team) as stage:
        await learn(stage, [said(n * 12 * 60, f"{n}") for n in range(6)])
        span: dict[str, Any] = {"since": (FIRST_DAY + DAY).isoformat(), "until": (FIRST_DAY + DAY).isoformat()}
        assert isinstance(await window_of(stage).erase(wish(**span)), Answer)
        assert await left(stage) == kept


@pytest.mark.parametrize(
    "wrong",
    [
        *({"channels": c} for c in ([], "build", [1], {"build": True}, True, ["build", None])),
        *({"chosen": c} for c in ("build", "[", "[1]", "{}", "[]")),
        {"since": "yesterday"},
        {"until": 7},
        {"since": "2026-03-02", "until": "2026-02-01"},
        {"text": 7},
        {"text": "?!"},
        {"text": "(", "is_pattern": True},
        {"text": "(a+)+$", "is_pattern": True},
    ],
)
async def test_a_wrong_choice_erases_nothing(wrong: dict[str, Any]) -> None:
    async with stage_of(SmallTeam()) as stage:
        await learn(stage, [said(1, "one")])
        for act in (window_of(stage).erase, window_of(stage).try_out):
            refused = await act(wish(**wrong))
            assert isinstance(refused, Refusal)
            assert refused.code == "bad_value"
        assert await left(stage) == ["one"]


async def test_the_window_offers_channels_and_days_and_shows_what_goes_first() -> None:
    async with stage_of(SmallTeam()) as stage:
        await learn(stage, [said(n, f"number {n} of the barrels") for n in range(7)] + [said(9, "lunch", LEADS)])
        window = window_of(stage)
        form = await window.window(MARA)
        assert [c.options for c in form.elements if isinstance(c, Choices)] == [
            (("build", "#build – 7 messages", True), ("leads", "#leads – 1 message", True))
        ]
        days = [(f.name, f.value) for f in form.elements if isinstance(f, DateField)]
        assert days == [("since", FIRST_DAY), ("until", NOON.date())]
        trial = shown(await window.try_out(wish(text="barrels", channels=["build", "leads"])))
        assert texts(trial) == [f"number {n} of the barrels" for n in (6, 5, 4, 3, 2)]
        assert Text("7 of your logged messages go.") in trial.elements
        assert len(await left(stage)) == 8
        go_on = button(trial, "forget")
        assert go_on.confirm
        receipt = shown(await window.erase(ActionTaken(MARA, "forget", "forget", dict(go_on.values))))
        assert await left(stage) == ["lunch"]
        (facts,) = (e for e in receipt.elements if isinstance(e, Facts))
        assert ("Messages", "7") in facts.rows
        assert ("Bytes left in its log", "0") in facts.rows


async def test_a_trial_that_finds_nothing_offers_nothing_to_erase() -> None:
    async with stage_of(SmallTeam()) as stage:
        await learn(stage, [said(1, "one")])
        trial = shown(await window_of(stage).try_out(wish(text="zebra")))
        assert [b.name for b in trial.buttons] == ["forget_window"]


async def test_with_nothing_logged_the_window_says_so() -> None:
    async with stage_of(SmallTeam()) as stage:
        assert (await window_of(stage).window(MARA)).buttons == ()
        await learn(stage, [])
        assert [b.name for b in (await window_of(stage).window(MARA)).buttons] == ["forget_everything"]
        assert isinstance(await window_of(stage).erase(wish()), Answer)


async def test_everything_goes_and_the_worker_stays_joined() -> None:
    async with stage_of(SmallTeam()) as stage:
        await learn(stage, [said(1, "one"), said(2, "two", LEADS)])
        shown(await window_of(stage).everything(wish()))
        assert await left(stage) == []
        later = said(40 * 24 * 60 - 5, "later")
        assert await stage.store.run(MARA, lambda tx: take_note(tx, later, NOON)) is not None
