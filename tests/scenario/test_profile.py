"""The profile as a worker lives with it: when it is read, what is asked, what becomes of each word taken back."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from adapters.model.scripted import ScriptedModel
from adapters.web.records import MessageRecord
from adapters.web.translate import channel_ref, person_ref
from bot.audit import Happening
from bot.consent import Shelf
from bot.errors import Refused, TimedOut
from bot.material import gather
from bot.messages import LoggedMessage, Span
from bot.model import ModelIdentity, Prompt
from bot.policy import Policy
from bot.ports import Transaction
from bot.profile.claims import Claim, ClaimChange, ClaimKind, ClaimOrigin, ClaimState
from bot.profile.versions import Cause
from bot.profile.voice import Tally
from bot.prompting import answer_prompt
from bot.settling import awaits_word, mark_of
from bot.unlearning import thread_key
from bot.views import Answer, Button, Element, Empty, Fold, Item, Refusal, Text, View
from storage.memory import MemoryStore
from storage.store import SqliteStore
from tests.scenario.stage_door import StageDoor, refused, said, shown, stage_door

pytestmark = pytest.mark.anyio
T = TypeVar("T")
MARA = person_ref("mara")
POLICY = Policy(profile_after_messages=4, profile_cooldown=timedelta(hours=12), profile_quiet=timedelta(minutes=15))
RUNBOOK = "The relay runbook lives in `docs/relay.md`, next to the deploy notes."
BUDGET = "The retry budget of the relay is 250 ms by default."
OTHER_BUDGET = "The retry budget of the relay is 400 ms by default."
NEW_BUDGET = "The retry budget of the relay is now 400 ms by default, no longer 250 ms."
PREFERENCE = "I prefer small migrations over one large migration per release."
SECRET = "The relay budget for the `nightjar` project is approved by the board in `finance/nightjar`."
CHAT = ("ok, on it", "thanks!", "lunch?", "haha", "sounds good")
LOCAL = ModelIdentity("small-talk", "", is_local=True)


@pytest.fixture(params=["memory", "sqlite"])
async def door(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[StageDoor]:
    store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "double", ballast_bytes=4096)
    async with stage_door(tmp_path, store, POLICY) as opened:
        yield opened


async def say_all(door: StageDoor, *texts: str, channel: str = "build") -> list[MessageRecord]:
    return [await door.say("mara", channel, text) for text in texts]


async def learnt(door: StageDoor, *texts: str, **form: Any) -> list[MessageRecord]:
    """Mara joins, says some things, and has them read."""
    await door.join("mara", **form)
    records = await say_all(door, *texts)
    await refreshed(door)
    return records


async def refreshed(door: StageDoor) -> str:
    answer = await door.press("mara", "refresh_profile")
    await door.settle()
    return said(answer)


async def seen(door: StageDoor, look: Callable[[Transaction], T]) -> T:
    found = await door.core.stage.store.read(MARA, look)
    assert found is not None
    return found


async def claims_of(door: StageDoor) -> dict[str, Claim]:
    """Every claim by what it says."""
    return {claim.statement: claim for claim in await seen(door, lambda tx: tx.profile.claims())}


async def decide(door: StageDoor, button: str, claim: Claim) -> Answer | Refusal:
    return await door.press("mara", button, claim.id, seen=mark_of(claim))


async def page(door: StageDoor) -> View:
    return shown(await door.command("mara", "profile"))


def elements_in(elements: tuple[Element, ...]) -> Iterator[Element]:
    for element in elements:
        yield element
        if isinstance(element, Fold):
            yield from elements_in(element.elements)


def words_in(view: View) -> str:
    texts = []
    for element in elements_in(view.elements):
        if isinstance(element, Item):
            texts += [element.title, element.text, *element.details]
        elif isinstance(element, Text | Empty):
            texts.append(element.text)
        elif isinstance(element, Fold):
            texts.append(element.title)
    return "\n".join(texts)


def buttons_in(view: View) -> list[Button]:
    held = [e.buttons for e in elements_in(view.elements) if isinstance(e, Item | Empty)]
    return [button for buttons in held for button in buttons] + list(view.buttons)


def button_in(view: View, name: str) -> Button:
    return next(button for button in buttons_in(view) if button.name == name)


async def assert_voice_is_fresh(door: StageDoor) -> None:
    """What is counted is what a count of the messages read, as they stand now, would give."""

    def look(tx: Transaction) -> tuple[dict[Shelf, Tally], tuple[LoggedMessage, ...]]:
        messages = tx.messages.page(Span(), 9_999)
        read = tx.usage.are_read([m.ref for m in messages])
        return tx.profile.voice(), tuple(m for m in messages if m.ref in read)

    voice, read = await seen(door, look)
    fresh: dict[Shelf, Tally] = {}
    for message in read:
        fresh[message.shelf] = fresh.get(message.shelf, Tally()).add(message.text, thread_key(message))
    assert {shelf: (t.messages, dict(t.counts)) for shelf, t in voice.items()} == {
        shelf: (t.messages, dict(t.counts)) for shelf, t in fresh.items()
    }


async def nothing_is_read(door: StageDoor) -> bool:
    return not await seen(door, lambda tx: tx.profile.versions())


# ---------------------------------------------------------------- when it is due


async def test_a_refresh_waits_for_enough_new_messages_and_a_quiet_time(door: StageDoor) -> None:
    await door.join("mara")
    await say_all(door, RUNBOOK, *CHAT[:2])
    await door.advance(hours=1)
    assert await nothing_is_read(door)  # three are too few
    await say_all(door, CHAT[2])
    await door.advance(minutes=14)
    assert await nothing_is_read(door)  # she may still be talking
    await door.advance(minutes=1)
    (version,) = await seen(door, lambda tx: tx.profile.versions())
    assert (version.number, version.cause, version.messages) == (1, Cause.REFRESHED, 4)
    assert (await claims_of(door))[RUNBOOK].state is ClaimState.WAITING


async def test_the_next_refresh_waits_for_the_cool_down_and_reads_only_what_is_new(door: StageDoor) -> None:
    await door.join("mara")
    await say_all(door, RUNBOOK, *CHAT[:3])
    await door.advance(minutes=16)
    await say_all(door, BUDGET, *CHAT[:3])
    await door.advance(hours=11, minutes=40)
    assert len(await seen(door, lambda tx: tx.profile.versions())) == 1
    await door.advance(minutes=30)
    first, second = await seen(door, lambda tx: tx.profile.versions())
    assert (first.messages, second.messages) == (4, 8)
    entries = [e.entry for e in await seen(door, lambda tx: tx.audit.entries())]
    facts = [e.facts for e in entries if e.happening is Happening.REFRESHED]
    assert [(f["version"], f["messages"], f["new"]) for f in facts] == [(1, 4, 1), (2, 4, 1)]


async def test_nothing_is_read_twice_after_a_restart(door: StageDoor) -> None:
    await learnt(door, RUNBOOK, *CHAT)
    before = await claims_of(door)
    await door.restart()
    await door.advance(hours=13)
    assert await refreshed(door) == "There is nothing new to read."
    assert await claims_of(door) == before
    await assert_voice_is_fresh(door)


async def test_earlier_messages_are_read_when_all_of_them_are_there(door: StageDoor) -> None:
    await say_all(door, RUNBOOK, *CHAT)
    await door.join("mara", earlier=True)
    await door.advance(minutes=16)
    (version,) = await seen(door, lambda tx: tx.profile.versions())
    assert version.messages == 6


async def test_whoever_did_not_tick_learning_is_never_read(door: StageDoor) -> None:
    await door.join("mara", learn=False)
    await say_all(door, RUNBOOK, *CHAT)
    await door.advance(hours=1)
    assert refused(await door.press("mara", "refresh_profile")) == "not_allowed"
    assert await nothing_is_read(door)
    assert refused(await door.command("pia", "profile refresh")) == "not_allowed"


# ---------------------------------------------------------------- the notice


async def test_one_quiet_notice_says_how_much_there_is_to_look_at_and_nothing_of_what(door: StageDoor) -> None:
    await learnt(door, RUNBOOK, PREFERENCE, *CHAT)
    notice = await door.notice("mara", "profile")
    assert notice.text == "Your double noticed 2 things about you."
    assert notice.quiet
    assert [button.name for button in notice.buttons] == ["profile"]
    view = await page(door)
    await door.press("mara", "keep_claims", **button_in(view, "keep_claims").values)
    assert not [n for n in await door.notices_of("mara") if n.kind == "profile"]


async def test_the_notice_waits_for_the_workers_hours_and_outlives_the_process(door: StageDoor) -> None:
    await door.join("mara")
    await door.advance_to(datetime(2026, 3, 2, 20, 0, tzinfo=UTC))
    await say_all(door, RUNBOOK, *CHAT)
    await door.advance(minutes=16)
    assert RUNBOOK in await claims_of(door)
    assert not [n for n in await door.notices_of("mara") if n.kind == "profile"]
    await door.restart()
    await door.advance_to(datetime(2026, 3, 3, 8, 30, tzinfo=UTC))  # half past nine in Berlin
    assert (await door.notice("mara", "profile")).quiet


# ---------------------------------------------------------------- deciding


async def test_each_claim_is_shown_with_the_message_behind_it_and_kept_or_dropped_alone(door: StageDoor) -> None:
    record, *_ = await learnt(door, RUNBOOK, PREFERENCE, *CHAT)
    view = await page(door)
    texts = [e.text for e in view.elements if isinstance(e, Item)]
    assert RUNBOOK in texts
    assert PREFERENCE in texts
    folds = [e for e in view.elements if isinstance(e, Fold) and e.title == "The message behind it"]
    rows = [e for fold in folds for e in fold.elements if isinstance(e, Item)]
    assert {row.text for row in rows} == {RUNBOOK, PREFERENCE}
    assert any(record.ts in link.url for row in rows for link in row.links)
    found = await claims_of(door)
    assert said(await decide(door, "keep_claim", found[RUNBOOK])) == "Kept."
    assert said(await decide(door, "drop_claim", found[PREFERENCE]))
    after = await claims_of(door)
    assert (after[RUNBOOK].state, after[PREFERENCE].state) == (ClaimState.KEPT, ClaimState.GONE)
    assert "Dropped, and not used (1)" in words_in(await page(door))


async def test_a_second_click_and_a_stale_page_change_nothing(door: StageDoor) -> None:
    await learnt(door, RUNBOOK, *CHAT)
    claim = (await claims_of(door))[RUNBOOK]
    said(await decide(door, "drop_claim", claim))
    versions = len(await seen(door, lambda tx: tx.profile.versions()))
    assert refused(await decide(door, "drop_claim", claim)) == "stale"
    assert refused(await decide(door, "keep_claim", claim)) == "stale"  # the page of a minute ago
    assert len(await seen(door, lambda tx: tx.profile.versions())) == versions
    assert (await claims_of(door))[RUNBOOK].state is ClaimState.GONE


async def test_a_claim_that_went_gets_one_sentence(door: StageDoor) -> None:
    record, *_ = await learnt(door, RUNBOOK, *CHAT)
    claim = (await claims_of(door))[RUNBOOK]
    await door.delete(record)
    assert refused(await decide(door, "keep_claim", claim)) == "not_found"
    assert refused(await door.press("pia", "keep_claim", claim.id)) == "not_found"
    assert refused(await door.press("mara", "settle_claims", claim.id, holds="newer", rival="x")) == "not_found"
    assert refused(await door.press("mara", "settle_claims", claim.id, holds="all", rival="x")) == "bad_value"


async def test_what_was_dropped_is_not_proposed_again_and_can_be_used_again(door: StageDoor) -> None:
    await learnt(door, RUNBOOK, *CHAT)
    said(await decide(door, "drop_claim", (await claims_of(door))[RUNBOOK]))
    await say_all(door, RUNBOOK)
    await refreshed(door)
    claim = (await claims_of(door))[RUNBOOK]
    assert claim.state is ClaimState.GONE
    said(await door.press("mara", "keep_claim", claim.id))
    assert (await claims_of(door))[RUNBOOK].state is ClaimState.KEPT


@pytest.mark.parametrize(
    ("holds", "left"),
    [
        ("newer", {OTHER_BUDGET}),
        ("older", {BUDGET}),
        ("both", {BUDGET, OTHER_BUDGET}),
        ("neither", set()),
    ],
)
async def test_a_contradiction_is_one_question(door: StageDoor, holds: str, left: set[str]) -> None:
    await learnt(door, BUDGET, *CHAT)
    await door.advance(days=1)
    await say_all(door, OTHER_BUDGET)
    await refreshed(door)
    view = await page(door)
    questions = [e for e in view.elements if isinstance(e, Item) and e.title == "Which of these holds?"]
    assert len(questions) == 1
    assert [b.values["holds"] for b in questions[0].buttons] == ["newer", "older", "both", "neither"]
    button = next(b for b in questions[0].buttons if b.values["holds"] == holds)
    said(await door.press("mara", button.name, button.target, **button.values))
    assert {c.statement for c in (await claims_of(door)).values() if c.state is ClaimState.KEPT} == left
    assert not any(map(awaits_word, (await claims_of(door)).values()))
    assert refused(await door.press("mara", button.name, button.target, **button.values)) == "stale"


async def test_what_changed_stands_beside_what_it_replaces(door: StageDoor) -> None:
    await learnt(door, BUDGET, *CHAT)
    said(await decide(door, "keep_claim", (await claims_of(door))[BUDGET]))
    await door.advance(days=1)
    await say_all(door, NEW_BUDGET)
    await refreshed(door)
    newer = (await claims_of(door))[NEW_BUDGET]
    assert newer.change is ClaimChange.CHANGED
    assert f"{NEW_BUDGET}\n\nUntil now: {BUDGET}" in words_in(await page(door))
    said(await decide(door, "keep_claim", newer))
    after = await claims_of(door)
    assert (after[NEW_BUDGET].state, after[BUDGET].state) == (ClaimState.KEPT, ClaimState.GONE)


async def test_what_nothing_has_spoken_for_in_long_fades_and_holds_again_by_the_workers_word(door: StageDoor) -> None:
    await learnt(door, RUNBOOK, *CHAT)
    said(await decide(door, "keep_claim", (await claims_of(door))[RUNBOOK]))
    await door.join("mara", until="2027-03-01")
    await door.advance(days=200)
    await say_all(door, *CHAT)
    await refreshed(door)
    claim = (await claims_of(door))[RUNBOOK]
    assert claim.change is ClaimChange.FADED
    said(await decide(door, "keep_claim", claim))
    await say_all(door, *CHAT)
    await refreshed(door)
    assert (await claims_of(door))[RUNBOOK].change is ClaimChange.NONE


async def test_a_dropped_claim_leaves_the_draft_that_rests_on_it(door: StageDoor) -> None:
    await learnt(door)
    correction = shown(await door.command("mara", f"correct {BUDGET}"))
    draft_id = await door.ask("jonas", "mara", "what is the retry budget of the relay by default?")
    assert BUDGET in (await door.draft(draft_id)).written
    remove = button_in(correction, "remove_correction")
    assert "made afresh" in said(await door.press("mara", remove.name, remove.target))
    await door.settle()
    draft = await door.draft(draft_id)
    assert not draft.claims
    assert BUDGET not in draft.written


async def test_every_decision_is_in_the_audit_chain_in_counts(door: StageDoor) -> None:
    await learnt(door, RUNBOOK, PREFERENCE, *CHAT)
    found = await claims_of(door)
    await decide(door, "keep_claim", found[RUNBOOK])
    await decide(door, "drop_claim", found[PREFERENCE])
    await door.command("mara", f"correct {BUDGET}")
    entries = [e.entry for e in await seen(door, lambda tx: tx.audit.entries())]
    assert [e.facts for e in entries if e.happening is Happening.CLAIMS_DECIDED] == [
        {"version": 2, "kept": 1, "dropped": 0},
        {"version": 3, "kept": 0, "dropped": 1},
    ]
    assert [e.facts for e in entries if e.happening is Happening.CORRECTED] == [{"version": 4, "dropped": 0}]
    told = json.dumps([e.facts for e in entries])
    assert not any(word in told for word in ("runbook", "migrations", "budget"))
    assert await seen(door, lambda tx: tx.audit.check() or "sound") == "sound"


# ---------------------------------------------------------------- putting right


async def test_a_correction_outranks_what_is_learnt_for_good(door: StageDoor) -> None:
    await learnt(door, BUDGET, *CHAT)
    said(await decide(door, "keep_claim", (await claims_of(door))[BUDGET]))
    view = shown(await door.command("mara", f"correct {OTHER_BUDGET}"))
    assert BUDGET in words_in(view)  # it gave way, and that is said
    assert "in every place your double may answer" in words_in(view)
    after = await claims_of(door)
    assert after[BUDGET].state is ClaimState.GONE
    told = after[OTHER_BUDGET]
    assert (told.kind, told.origin, told.state) == (ClaimKind.CORRECTION, ClaimOrigin.WORKER, ClaimState.KEPT)
    assert (told.shelf, told.evidence) == (None, ())
    await door.advance(days=1)
    await say_all(door, "The retry budget of the relay is 900 ms by default.", *CHAT)
    await refreshed(door)
    assert set(await claims_of(door)) == {BUDGET, OTHER_BUDGET}
    assert refused(await door.press("mara", "keep_claim", after[BUDGET].id)) == "put_right"
    await door.press("mara", "remove_correction", told.id)
    said(await door.press("mara", "keep_claim", after[BUDGET].id))


async def test_a_later_correction_takes_the_place_of_an_earlier_one(door: StageDoor) -> None:
    await learnt(door)
    await door.command("mara", f"correct {BUDGET}")
    view = shown(await door.command("mara", f"correct {OTHER_BUDGET}"))
    assert BUDGET in words_in(view)
    assert set(await claims_of(door)) == {OTHER_BUDGET}
    await door.press("mara", "correct", text=f"  {OTHER_BUDGET} ")  # told twice, kept once
    assert set(await claims_of(door)) == {OTHER_BUDGET}


@pytest.mark.parametrize(
    "text", ["   ", "x" * 301, "I don't trust <@jonas>", "He is really lazy.", "Jonas is annoying", "他很懒"]
)
async def test_some_things_are_not_put_right(door: StageDoor, text: str) -> None:
    await learnt(door)
    assert refused(await door.press("mara", "correct", text=text)) == "bad_value"
    assert not await claims_of(door)


async def test_what_is_never_to_be_used_is_not_put_right_either(door: StageDoor) -> None:
    await learnt(door, RUNBOOK, *CHAT)
    await door.press("mara", "never_keep", "topic", text="retry budget", kind="words")
    assert refused(await door.press("mara", "correct", text=BUDGET)) == "bad_value"
    assert refused(await door.command("pia", f"correct {BUDGET}")) == "bad_value"  # she has not joined
    assert not await door.holds("pia")


async def test_the_form_for_a_correction_opens_from_the_page_and_by_command(door: StageDoor) -> None:
    await learnt(door)
    for answer in (await door.command("mara", "correct"), await door.press("mara", "correct")):
        assert shown(answer).kind == "correct"


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
    for number in ("0", "2", "-1", "one", ""):
        assert refused(await door.press("mara", "roll_back", number)) == "not_found"
        assert refused(await door.press("mara", "compare_versions", number)) == "not_found"
    assert refused(await door.press("pia", "roll_back", "1")) == "not_found"


# ---------------------------------------------------------------- the page


async def test_an_empty_page_says_what_to_do_next(door: StageDoor) -> None:
    assert [b.name for b in buttons_in(await page(door))] == ["join"]
    await door.join("mara", learn=False)
    assert [b.name for b in buttons_in(await page(door))] == ["join", "correct"]
    await door.join("mara")
    assert "appears here first" in words_in(await page(door))
    await say_all(door, RUNBOOK)
    assert "1 is not read yet." in words_in(await page(door))
    assert "refresh_profile" in [b.name for b in buttons_in(await page(door))]


async def test_my_double_says_how_much_waits_and_leads_there(door: StageDoor) -> None:
    await learnt(door, RUNBOOK, *CHAT)
    home = await door.core.pipeline.home(MARA)
    assert "1 thing waits for your word." in words_in(home)
    assert "profile" in [b.name for b in buttons_in(home)]


async def test_no_more_is_asked_at_once_than_can_be_read(door: StageDoor) -> None:
    names = ("amber", "beech", "cedar", "dogwood", "elder", "fir", "gorse", "hazel", "iris", "juniper")
    await learnt(
        door, *(f"The `{name}_worker` settings live in `conf/{name}.toml`, not in the code." for name in names)
    )
    waiting = [claim for claim in (await claims_of(door)).values() if awaits_word(claim)]
    assert len(waiting) == len(names)
    view = await page(door)
    assert sum(b.name == "keep_claim" for b in buttons_in(view)) == 8
    assert "2 more wait" in words_in(view)
    await door.press("mara", "drop_claims", **button_in(view, "drop_claims").values)
    assert sum(awaits_word(claim) for claim in (await claims_of(door)).values()) == 2  # unseen, undecided


# ---------------------------------------------------------------- with a language model


def noted(*statements: str, evidence: str = "m1") -> str:
    notes = [{"kind": "knows", "statement": text, "evidence": [evidence]} for text in statements]
    return json.dumps({"notes": notes})


WORDED = "The relay runbook is found in docs/relay.md."


async def test_a_model_notes_what_the_messages_say_and_nothing_else(tmp_path: Path) -> None:
    plain = "relay runbook: docs/relay.md, in case anybody asks"
    model = ScriptedModel(lambda _: noted(WORDED, "The relay has 9000 users."), LOCAL)
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        await learnt(door, plain, *CHAT)
        claim = (await claims_of(door))[WORDED]
        assert (claim.origin, claim.state, claim.support) == (ClaimOrigin.MODEL, ClaimState.WAITING, 1)
        assert len(await claims_of(door)) == 1
        assert "worded by the language model" in words_in(await page(door))
        await say_all(door, *CHAT)
        await refreshed(door)
        assert [plain in prompt.user for prompt in model.prompts] == [True, False]  # the new ones alone


async def test_what_the_worker_said_in_so_many_words_is_not_noted_twice(tmp_path: Path) -> None:
    model = ScriptedModel(lambda _: noted("The relay runbook lives in docs/relay.md."), LOCAL)
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        await learnt(door, RUNBOOK, *CHAT)
        assert set(await claims_of(door)) == {RUNBOOK}


async def test_a_correction_outranks_a_models_note_too(tmp_path: Path) -> None:
    model = ScriptedModel(lambda _: noted(BUDGET), LOCAL)
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        await door.join("mara")
        await door.command("mara", f"correct {OTHER_BUDGET}")
        await say_all(door, "retry budget of the relay: 250 ms by default", *CHAT)
        await refreshed(door)
        assert model.prompts
        assert set(await claims_of(door)) == {OTHER_BUDGET}


async def test_what_is_said_where_no_model_may_read_is_not_sent(tmp_path: Path) -> None:
    model = ScriptedModel(lambda _: noted(WORDED), LOCAL)
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        await learnt(door, RUNBOOK, *CHAT, model=False)
        assert not model.prompts
        assert set(await claims_of(door)) == {RUNBOOK}


class Interrupted(ScriptedModel):
    """A model during whose answer something happens."""

    def __init__(self, meanwhile: Callable[[], Awaitable[object]] | None = None) -> None:
        super().__init__(lambda _: noted(WORDED), LOCAL)
        self.meanwhile = meanwhile

    async def complete(self, prompt: Prompt) -> Any:
        """Let it happen, then answer."""
        if self.meanwhile is not None:
            await self.meanwhile()
        return await super().complete(prompt)


async def test_nothing_is_kept_of_what_a_model_read_while_consent_was_withdrawn(tmp_path: Path) -> None:
    model = Interrupted()
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        await door.join("mara")
        await say_all(door, RUNBOOK, *CHAT)
        door.clock.advance(timedelta(minutes=1))
        model.meanwhile = lambda: door.command("mara", "pause")
        await refreshed(door)
        assert len(model.prompts) == 1
        assert not await claims_of(door)
        assert await nothing_is_read(door)
        assert not await seen(door, lambda tx: tx.profile.voice())


async def test_what_changes_while_a_model_reads_it_is_not_kept_and_the_rest_is(tmp_path: Path) -> None:
    model = Interrupted()
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        await door.join("mara")
        first, second, *_ = await say_all(door, RUNBOOK, PREFERENCE, BUDGET, *CHAT)

        async def meanwhile() -> None:
            if not (await door.log_of("mara"))[0].startswith("never"):
                await door.edit(first, "never mind")
                await door.press("mara", "never_use", second.id)

        model.meanwhile = meanwhile
        await refreshed(door)
        assert set(await claims_of(door)) == {BUDGET}
        await assert_voice_is_fresh(door)


async def test_a_decision_made_while_a_model_reads_is_obeyed(tmp_path: Path) -> None:
    model = Interrupted()
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        model.meanwhile = lambda: door.command("mara", f"correct {OTHER_BUDGET}")
        await learnt(door, BUDGET, *CHAT)
        assert set(await claims_of(door)) == {OTHER_BUDGET}


async def test_a_silent_model_is_left_alone_for_a_while_and_nothing_is_lost(tmp_path: Path) -> None:
    model = ScriptedModel(lambda _: TimedOut("no answer"), LOCAL)
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        await door.join("mara")
        await say_all(door, RUNBOOK, *CHAT)
        await door.advance(minutes=16)
        for _ in range(20):
            await door.advance(seconds=15)
        assert len(model.prompts) == 1
        assert await nothing_is_read(door)
        assert "The language model gave no answer" in words_in(await page(door))
        await door.advance(hours=1)
        assert len(model.prompts) == 2
        await door.advance(hours=1)
        assert len(model.prompts) == 3
        assert set(await claims_of(door)) == {RUNBOOK}  # read without it in the end
        assert "gave no answer" not in words_in(await page(door))
        await assert_voice_is_fresh(door)


async def test_a_model_that_comes_back_reads_what_waited_for_it(tmp_path: Path) -> None:
    model = ScriptedModel([TimedOut("no answer"), noted(WORDED)], LOCAL)
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        await door.join("mara")
        await say_all(door, "relay runbook: docs/relay.md, in case anybody asks", *CHAT)
        await door.advance(minutes=16)
        await door.advance(hours=1)
        assert set(await claims_of(door)) == {WORDED}


@pytest.mark.parametrize("answer", ["not json", '{"notes": 3}', Refused("no")])
async def test_what_a_model_refuses_or_answers_without_use_is_read_without_it(tmp_path: Path, answer: Any) -> None:
    model = ScriptedModel(lambda _: answer, LOCAL)
    async with stage_door(tmp_path, MemoryStore(), POLICY, model=model) as door:
        await learnt(door, RUNBOOK, *CHAT)
        assert len(model.prompts) == 1
        assert set(await claims_of(door)) == {RUNBOOK}


async def test_a_spent_day_leaves_what_is_new_for_later(tmp_path: Path) -> None:
    model = ScriptedModel(lambda _: noted(WORDED), LOCAL)
    policy = replace(POLICY, tokens_a_day_per_worker=10)
    async with stage_door(tmp_path, MemoryStore(), policy, model=model) as door:
        await learnt(door, RUNBOOK, *CHAT)
        assert not model.prompts
        assert await nothing_is_read(door)
