"""One no for every reason: nobody can tell who joined, paused, muted or never was here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.views import Notice
from storage.memory import MemoryStore
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, said, stage_door

pytestmark = pytest.mark.anyio
NO = "No double answers for Mara Lind here. Please ask them."
Reason = Callable[[StageDoor], Awaitable[object]]


async def not_joined(door: StageDoor) -> None:
    assert not await door.holds("mara")


async def learning_only(door: StageDoor) -> None:
    await door.join("mara", draft=False)


async def paused(door: StageDoor) -> None:
    await door.join("mara")
    await door.command("mara", "pause")


async def ended(door: StageDoor) -> None:
    await door.join("mara", until="2026-03-02")
    await door.advance(days=3)


async def left(door: StageDoor) -> None:
    await door.join("mara")
    await door.press("mara", "leave", "leave")


async def muted(door: StageDoor) -> None:
    await door.press("mara", "mute", await door.learn_and_ask())
    await door.advance(days=7)


async def not_in_this_channel(door: StageDoor) -> None:
    await door.join("mara", channels=["general"])


async def erased_by_the_operator(door: StageDoor) -> None:
    await door.join("mara")
    await door.core.stage.store.erase((await door.core.stage.store.workers())[0])


REASONS: tuple[Reason, ...] = (
    not_joined, learning_only, paused, ended, left, muted, not_in_this_channel, erased_by_the_operator,
)  # fmt: skip


async def asker_cannot_read_it(door: StageDoor) -> None:
    await door.join("mara")
    await door.say("mara", "build", CACHE)
    await door.make_guest("jonas")
    await door.let_out("build", "jonas")


async def asker_cannot_read_what_is_answered_at_once(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask("pia")
    said(await door.approve("mara", draft_id, reuse=True, titles=CACHE_QUESTION))
    await door.make_guest("jonas")
    await door.let_out("build", "jonas")


async def asleep_and_erased(door: StageDoor) -> None:
    await door.join("mara", until="2026-03-02")
    await door.advance(days=60)


UNSEEN: tuple[Reason, ...] = (asker_cannot_read_it, asker_cannot_read_what_is_answered_at_once, asleep_and_erased)


async def everything_shown(folder: Path, reason: Reason) -> list[object]:
    """All that the asker and the whole team see of a question that gets the no, times and places taken out."""
    async with stage_door(folder, MemoryStore()) as door:
        await reason(door)
        before = await door.messages()
        told = len(door.line.told)
        asked = await door.say("jonas", "build", f"@Understudy @mara {CACHE_QUESTION}")
        await door.settle()
        answer = said(await door.command("jonas", f"ask mara {CACHE_QUESTION}"))
        await door.settle()
        await door.advance(days=7)
        seen = [_plain(notice) for notice in door.line.told[told:] if notice.to.person != "mara"]
        assert (await door.messages())[len(before) :] == (asked,), "something was said in the open"
        return [answer, *seen]


def _plain(notice: Notice) -> Notice:
    return replace(notice, at=notice.at.min, near=None)


@pytest.mark.promise(1, "the no for every reason, compared byte by byte")
async def test_the_no_is_the_same_to_the_byte_for_every_reason(tmp_path: Path) -> None:
    shown = [await everything_shown(tmp_path / str(n), reason) for n, reason in enumerate(REASONS)]
    assert shown[0][0] == NO
    assert [n.text for n in shown[0] if isinstance(n, Notice)] == [NO, NO]
    for reason, other in zip(REASONS[1:], shown[1:], strict=True):
        assert other == shown[0], reason.__name__


@pytest.mark.promise(11, "refusing never confirms: an asker who cannot read the place, a reusable answer behind it")
@pytest.mark.parametrize("reason", UNSEEN)
async def test_who_cannot_read_a_place_learns_no_more_than_of_one_who_never_joined(
    tmp_path: Path, reason: Reason
) -> None:
    shown = await everything_shown(tmp_path / "one", not_joined)
    assert await everything_shown(tmp_path / "other", reason) == shown


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.promise(5, "questions that were refused")
async def test_the_no_keeps_nothing_of_the_question(door: StageDoor, reason: Reason) -> None:
    await reason(door)
    await door.say("jonas", "build", "@Understudy @mara what about the Quarmbyx?")
    await door.settle()
    assert "Quarmbyx" not in repr(vars(door.store))


async def test_a_muted_asker_cannot_tell_from_the_first_draft_either(door: StageDoor) -> None:
    muted_id = await door.learn_and_ask("jonas")
    denied_id = await door.ask("pia", "mara", CACHE_QUESTION)
    await door.press("mara", "mute", muted_id)
    await door.press("mara", "deny", denied_id)
    for asker in ("jonas", "pia"):
        assert "decides whether this goes out" in (await door.notice(asker, "waiting")).text
    await door.advance(days=7)
    texts = {(await door.notice(asker, "outcome")).text for asker in ("jonas", "pia")}
    assert texts == {"No answer this time. Please ask Mara Lind."}


async def test_a_mute_can_be_lifted_on_the_workers_own_page(door: StageDoor) -> None:
    await door.press("mara", "mute", await door.learn_and_ask("jonas"))
    page = await door.core.pipeline.home((await door.core.stage.store.workers())[0])
    assert "unmute" in repr(page)
    await door.press("mara", "unmute", "jonas")
    await door.advance(days=1)
    assert await door.ask("jonas", "mara", CACHE_QUESTION)


async def test_other_askers_do_not_notice_a_mute(door: StageDoor) -> None:
    await door.press("mara", "mute", await door.learn_and_ask("jonas"))
    assert await door.ask("pia", "mara", CACHE_QUESTION)


async def test_resuming_answers_again(door: StageDoor) -> None:
    await paused(door)
    await door.command("mara", "resume")
    await door.say("mara", "build", CACHE)
    assert await door.ask("jonas", "mara", CACHE_QUESTION)
