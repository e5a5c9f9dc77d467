"""Taking one's double along: the sealed file, an empty install, and that everything is there again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.web.translate import channel_ref, person_ref
from bot.audit import Happening
from bot.vault.contents import gather
from bot.vault.packing import PARTS, check_parts, pack, read_contents, read_manifest, unpack
from bot.vault.taking_in import BLOCK
from bot.vault.verifying import faults_in
from bot.views import Facts, Fold, Item, SecretField, Text, View
from storage.store import SqliteStore
from tests.promised import Figures, Sized
from tests.scenario.stage_door import CACHE, StageDoor, refused, said, shown, stage_door
from tests.scenario.taking_along import (
    EVERYWHERE,
    PASSPHRASE,
    brought,
    contents_of,
    export,
    live,
    questions,
    recalled,
    words_of,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
async def elsewhere(tmp_path: Path) -> AsyncIterator[StageDoor]:
    """An empty install for the same team."""
    folder = tmp_path / "elsewhere"
    async with stage_door(folder, SqliteStore(folder / "double", ballast_bytes=4096)) as other:
        yield other


def words_in(view: View) -> str:
    return "\n".join(e.text for e in view.elements if isinstance(e, Text))


@pytest.mark.promise(6, "a sealed export brought into an empty install: recall, ranks, scores and receipts compared")
async def test_what_was_taken_along_is_recalled_and_receipted_just_the_same(
    kept: StageDoor, elsewhere: StageDoor, figures: Figures, sized: Sized
) -> None:
    await live(kept, sized(quick=16, full=240))
    asked = questions(sized(quick=4, full=200))
    before, wanted = await contents_of(kept), await recalled(kept, asked, EVERYWHERE)
    file = await export(kept)
    elsewhere.clock.advance(timedelta(days=1))

    receipt = await brought(elsewhere, file.content)
    found, after = await recalled(elsewhere, asked, EVERYWHERE), await contents_of(elsewhere)

    assert sum(map(bool, wanted)) > len(wanted) / 2
    assert found == wanted
    assert [m.text for m in after.messages] == [m.text for m in before.messages]
    assert [(m.withheld_by, m.lowered, m.is_read, m.public) for m in after.messages] == [
        (m.withheld_by, m.lowered, m.is_read, m.public) for m in before.messages
    ]
    assert after.forgotten == before.forgotten
    assert {c.id: c for c in after.claims} == {c.id: c for c in before.claims}
    assert after.voice == before.voice
    assert after.profile_versions == before.profile_versions
    (earlier,) = after.earlier
    assert earlier.consent_receipts == before.consent_receipts
    assert earlier.reply_receipts == before.reply_receipts
    assert earlier.audit[:-1] == before.audit, "but for the export itself"
    assert not faults_in(after)
    told = {word for text, _ in words_of(len(before.messages)) for word in text.split() if len(word) > 4}
    told |= {"mara", "jonas", "build", *PARTS}
    readable = [word for word in told if word.encode() in file.content]
    assert not readable
    assert (file.name, "content" in repr(file)) == ("understudy-2026-03-02.age", False)
    is_large = len(before.messages) > BLOCK
    taken_up = "is being taken up now" if is_large else f"{len(before.messages)} messages were taken up"
    assert taken_up in words_in(receipt)
    figures(
        "questions asked in three places, other results than before",
        sum(a != b for a, b in zip(wanted, found, strict=True)),
    )
    figures("questions asked", len(wanted))
    figures(
        "messages, claims, versions compared", len(before.messages) + len(before.claims) + len(before.profile_versions)
    )
    figures("consent and reply receipts, other than before", 0)
    figures("words and names searched for in the sealed bytes", len(told))
    figures("of these found without the passphrase", len(readable))
    figures("consent and reply receipts", len(before.consent_receipts) + len(before.reply_receipts))


async def test_everything_that_is_kept_stands_in_the_file(door: StageDoor) -> None:
    await live(door, 60)
    stage, mara, now = door.core.stage, person_ref("mara"), door.clock.now()
    names = {channel_ref(name): name for name in EVERYWHERE}
    gathered = await stage.store.read(mara, lambda tx: gather(tx, names))
    assert gathered is not None
    parts = unpack(pack(gathered, mara, now))
    manifest = read_manifest(parts)
    check_parts(parts, manifest)
    contents = read_contents(parts)
    assert contents == gathered
    assert (manifest.worker, manifest.exported_at) == (mara, now)
    assert parts["README.md"].decode().startswith("# Your double")
    empty = {"earlier.jsonl", "weekly_notes.jsonl", "refused_questions.jsonl", "redacted.jsonl"}
    assert [name for name in PARTS if not getattr(contents, name.removesuffix(".jsonl"))] == sorted(
        empty, key=PARTS.index
    )
    assert {manifest.parts[name].rows for name in PARTS} >= {len(contents.messages), len(contents.audit)}
    assert {c.name for c in contents.channels} == {"build", "general", "leads"}
    assert [event["event"]["event_state"] for event in contents.consent_receipts] == ["given", "paused", "resumed"]
    assert contents.consent_receipts[0]["pii_processing"]["privacy_notice"]["text"].startswith("Understudy logs")
    (reply,) = contents.reply_receipts
    steps = {entry.number: entry.happening for entry in contents.audit}
    assert [steps[number] for number in reply.steps] == ["asked", "drafted", "approved", "posted"]
    assert CACHE in contents.replies[0].written


async def test_other_peoples_words_are_in_no_part_of_the_file(door: StageDoor) -> None:
    await live(door, 12)
    await door.say("jonas", "build", "cinnabar is what I said myself")
    await door.ask("jonas", "mara", "what is cinnabar good for?")
    await door.ask("jonas", "mara", "where does the cinnabar backup of search live?")
    await door.say("jonas", "build", "@Understudy @mara how long are her cinnabar breaks, and when does she come in?")
    await door.settle()
    contents = await contents_of(door)
    assert [refused.words for refused in contents.refused_questions] == [""], "refused, and listed without its words"
    parts = unpack(pack(contents, person_ref("mara"), door.clock.now()))
    assert not [name for name, part in parts.items() if b"cinnabar" in part]
    assert not [name for name, part in parts.items() if b"where does the build cache live on the runner?" in part]


async def test_the_window_asks_twice_and_says_what_cannot_be_promised(door: StageDoor) -> None:
    await door.join("mara")
    for view in (shown(await door.command("mara", "export")), shown(await door.press("mara", "export_window"))):
        assert [e.name for e in view.elements if isinstance(e, SecretField)] == ["passphrase", "again"]
        assert "If someone orders you to export, we cannot stop them" in words_in(view)
        assert "not even you" in words_in(view)


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"passphrase": "short one", "again": "short one"},
        {"passphrase": "aaaaaaaaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaaaaaaaa"},
        {"passphrase": PASSPHRASE, "again": f"{PASSPHRASE} "},
        {"passphrase": PASSPHRASE},
        {"passphrase": 7, "again": 7},
        {"passphrase": "long enough " * 100, "again": "long enough " * 100},
    ],
    ids=["none", "short", "the same letter", "another", "once", "a number", "endless"],
)
async def test_a_passphrase_that_will_not_do_is_refused(door: StageDoor, typed: dict[str, object]) -> None:
    await door.join("mara")
    assert refused(await door.press("mara", "export", "export", **typed)) == "bad_value"
    assert not [e for e in (await contents_of(door)).audit if e.happening == Happening.EXPORTED]


async def test_who_has_not_joined_has_nothing_to_take_along(door: StageDoor) -> None:
    assert "nothing about you is kept" in said(await door.command("pia", "export"))
    answer = await door.press("pia", "export", "export", passphrase=PASSPHRASE, again=PASSPHRASE)
    assert refused(answer) == "not_found"
    assert refused(await door.press("pia", "recovery_code")) == "not_found"
    assert not await door.holds("pia")


async def test_in_a_rehearsal_nothing_leaves_and_the_page_says_so(door: StageDoor) -> None:
    await door.join("mara")
    await door.line.workspace.run(lambda w: w.note("is_rehearsal", "yes"))
    assert "this is a rehearsal" in said(await door.command("mara", "export"))
    answer = await door.press("mara", "export", "export", passphrase=PASSPHRASE, again=PASSPHRASE)
    assert refused(answer) == "rehearsal"
    page = await door.core.pipeline.home(person_ref("mara"))
    assert [e for e in page.elements if isinstance(e, Item) and "this is a rehearsal" in e.text and not e.buttons]
    assert not [e for e in page.elements if isinstance(e, Item) for b in e.buttons if b.name == "export_window"]


async def test_my_double_shows_the_receipts_and_the_ways_out(door: StageDoor) -> None:
    await live(door, 8)
    page = await door.core.pipeline.home(person_ref("mara"))
    (fold,) = [e for e in page.elements if isinstance(e, Fold) and e.title == "Consent receipts"]
    rows = [e for e in fold.elements if isinstance(e, Item)]
    assert [row.text for row in rows] == ["Resumed", "Paused", "Given"]
    facts = dict(rows[-1].facts)
    assert facts["Channels"] == "#build, #general, #leads"
    assert facts["For"] == "keeping, profile, drafting"
    assert facts["Others who may read"] == "nobody"
    buttons = {b.name for e in page.elements if isinstance(e, Item) for b in e.buttons}
    assert {"export_window", "recovery_code"} <= buttons


async def test_the_recovery_code_is_shown_once_and_another_one_voids_it(door: StageDoor) -> None:
    receipt = await door.join("mara")
    (code,) = [
        value for e in receipt.elements if isinstance(e, Facts) for name, value in e.rows if name == "Recovery code"
    ]
    stage = door.core.stage
    first = await stage.store.read(person_ref("mara"), lambda tx: tx.vault.recovery_seal())
    assert first
    assert code not in repr(await door.core.pipeline.home(person_ref("mara")))
    changed = shown(await door.submit_form("mara", draft=False))
    assert "Recovery code" not in repr(changed)
    again = shown(await door.press("mara", "recovery_code"))
    assert code not in repr(again)
    assert first != await stage.store.read(person_ref("mara"), lambda tx: tx.vault.recovery_seal())
    assert code.replace("-", "") not in repr(await contents_of(door))


async def test_who_joined_where_nobody_read_the_answer_is_said_to_have_no_code_before_one_was_shown(
    door: StageDoor,
) -> None:
    receipt = await door.join("mara", is_scripted=True)
    assert "Recovery code" not in repr(receipt)
    assert not [e for e in (await contents_of(door)).audit if e.happening == Happening.RECOVERY_CODE]
    page = repr(await door.core.pipeline.home(person_ref("mara")))
    assert "You have no recovery code yet" in page
    assert "Show me a recovery code" in page
    await door.press("mara", "recovery_code")
    page = repr(await door.core.pipeline.home(person_ref("mara")))
    assert "You have a recovery code" in page
    assert "Show me a recovery code" not in page


async def test_others_are_answered_while_a_vault_is_sealed_and_while_one_is_opened(
    door: StageDoor, elsewhere: StageDoor
) -> None:
    await door.join("mara")
    sealing = asyncio.create_task(export(door))
    assert await turns_during(sealing) > 10
    opening = asyncio.create_task(brought(elsewhere, (await sealing).content))
    assert await turns_during(opening) > 10


async def turns_during(work: asyncio.Task[Any]) -> int:
    """Return how often something else could be done while some work was under way."""
    turns = 0
    while not work.done():
        await asyncio.wait({work}, timeout=0.01)
        turns += 1
    return turns
