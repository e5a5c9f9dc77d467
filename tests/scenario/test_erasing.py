"""Erasing by message, channel, span, topic and all at once: counted by kind, proved, and never proved falsely."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from anyio import to_thread

from adapters.web.translate import channel_ref, person_ref
from bot.audit import Happening
from bot.consent import Shelf
from bot.erasure import Receipt, What, receipts
from bot.messages import Backfill, Span
from bot.ports import Transaction
from bot.profile.voice import Tally
from bot.views import Fold
from storage.store import SqliteStore
from tests.scenario.answering_again import answers, let_answer_again
from tests.scenario.profile_stage import claims_of, seen, words_in
from tests.scenario.stage_door import CACHE, MONDAY, StageDoor, said, shown

pytestmark = pytest.mark.anyio


async def begin_reading(door: StageDoor, reader: ExitStack) -> Transaction:
    """Hold the worker's file open for reading, as somebody does who reads for long."""
    return await to_thread.run_sync(lambda: reader.enter_context(door.store.reading(person_ref("mara"))))


async def kept_receipts(door: StageDoor) -> tuple[Receipt, ...]:
    return await seen(door, receipts)


async def test_a_topic_goes_from_log_index_profile_answers_and_drafts_with_a_receipt(kept: StageDoor) -> None:
    await let_answer_again(kept)
    await kept.say("mara", "build", "Lunch is at noon.")
    await kept.press("mara", "correct", "", text="I look after the build cache.", kind="does")
    await kept.settle()
    assert await claims_of(kept)
    assert await answers(kept)
    view = shown(await kept.press("mara", "forget", text="build cache"))
    assert await kept.log_of("mara") == ["Lunch is at noon."]
    assert await claims_of(kept) == {}
    assert await answers(kept) == ()
    assert not any(CACHE in d.written or d.composed for d in await kept.drafts_of("mara"))
    (receipt,) = await kept_receipts(kept)
    assert receipt.what is What.TOPIC
    counts = {kind: n for kind, n in receipt.counts.items() if n}
    assert counts.pop("versions", 1) >= 1
    assert counts == {"messages": 1, "index": 1, "claims": 1, "drafts": 1, "answers": 1}
    assert receipt.proof is not None
    assert receipt.proof.wal_bytes == 0
    assert "cache" not in words_in(view)
    home = await kept.core.pipeline.home(person_ref("mara"))
    assert any(isinstance(e, Fold) and e.title == "What was erased" for e in home.elements)
    await kept.restart()
    assert await kept_receipts(kept) == (receipt,)


async def test_everything_goes_but_being_joined(kept: StageDoor) -> None:
    await let_answer_again(kept)
    await kept.press("mara", "correct", "", text="I look after the build cache.", kind="does")
    mara = person_ref("mara")
    tally, earlier = Tally(messages=1, counts={"words": 20}), Backfill(channel_ref("build"), MONDAY)
    await kept.core.stage.store.run(
        mara, lambda tx: tx.profile.put_voice(Shelf(channel_ref("build"), public=True), tally)
    )
    await kept.core.stage.store.run(mara, lambda tx: tx.keepsakes.put_backfill(earlier))
    shown(await kept.press("mara", "forget_everything", "forget"))
    assert await kept.log_of("mara") == []
    assert await claims_of(kept) == {}
    assert await answers(kept) == ()
    assert not any(d.written or d.composed for d in await kept.drafts_of("mara"))
    assert await seen(kept, lambda tx: (tx.profile.voice(), tx.profile.versions())) == ({}, ())
    assert await seen(kept, lambda tx: tx.keepsakes.backfills()) == (), "what was erased would be read again"
    await kept.say("mara", "build", "I am still here.")
    assert await kept.log_of("mara") == ["I am still here."]


async def test_a_draft_that_waits_is_composed_afresh_from_nothing_when_everything_goes(kept: StageDoor) -> None:
    draft_id = await kept.learn_and_ask()
    before = await kept.draft(draft_id)
    assert (CACHE in before.written, len(before.sources)) == (True, 1)
    shown(await kept.press("mara", "forget_everything", "forget"))
    await kept.settle()
    after = await kept.draft(draft_id)
    assert (after.state, after.question) == (before.state, before.question), "its asker still waits"
    assert (after.written, after.sources) == ("", ())


async def test_a_reader_in_the_way_is_told_and_the_proof_follows(kept: StageDoor) -> None:
    await kept.join("mara")
    message = await kept.say("mara", "build", CACHE)
    with ExitStack() as reader:
        tx = await begin_reading(kept, reader)
        assert tx.messages.count() == 1
        told = said(await kept.press("mara", "delete_message", f"build/{message.ts}"))
        assert told.startswith("Taken out of everything your double uses.")
        assert [receipt.proof for receipt in await kept_receipts(kept)] == [None]
        assert await kept.log_of("mara") == []
        assert tx.messages.page(Span(), 9)[0].text == CACHE, "the reader keeps what it began with"
        await kept.settle()
        assert [receipt.proof for receipt in await kept_receipts(kept)] == [None]
    await kept.settle()
    (receipt,) = await kept_receipts(kept)
    assert receipt.proof is not None
    assert receipt.proof.wal_bytes == 0


@pytest.mark.promise(4, "a receipt whose backup was out of reach, amended once the backup followed")
async def test_a_receipt_that_waits_for_a_backup_says_when_it_followed(kept: StageDoor, tmp_path: Path) -> None:
    await kept.join("mara")
    await kept.say("mara", "build", "The valve is kept in the cellar.")
    await kept.press("mara", "forget_everything", "forget_everything")  # before any backup: this one waits for none
    await kept.say("mara", "build", "The spare valve is kept in the attic.")
    disk, drawer = tmp_path / "disk", tmp_path / "drawer"
    assert isinstance(kept.store, SqliteStore)
    await to_thread.run_sync(kept.store.back_up, disk, kept.clock.now())
    disk.rename(drawer)
    await kept.press("mara", "forget_everything", "forget_everything")
    await kept.advance(minutes=120)
    (receipt, earlier) = await kept_receipts(kept)
    assert receipt.proof is not None
    assert (receipt.proof.backups_waiting, receipt.proof.backups_followed) == (1, 0)
    drawer.rename(disk)
    await kept.advance(minutes=120)
    (followed, still) = await kept_receipts(kept)
    assert still == earlier
    proved = [await kept.happenings(receipt.id) for receipt in (followed, earlier)]
    assert [found.count(Happening.ERASED) for found in proved] == [2, 1], "one that waited for nothing was amended"
    assert followed.proof == replace(receipt.proof, backups_waiting=0, backups_followed=1)
    length = len(await seen(kept, lambda tx: tx.audit.entries()))
    await kept.advance(minutes=120)
    assert len(await seen(kept, lambda tx: tx.audit.entries())) == length, "said once"


async def test_an_erasure_cut_short_before_the_rewriting_is_proved_after_the_restart(kept: StageDoor) -> None:
    await kept.join("mara")
    message = await kept.say("mara", "build", CACHE)
    with ExitStack() as reader:
        await begin_reading(kept, reader)
        await kept.press("mara", "delete_message", f"build/{message.ts}")
    await kept.restart()
    await kept.settle()
    (receipt,) = await kept_receipts(kept)
    assert receipt.proof is not None
