"""Erased is erased: words planted by the whole loop, and every page, plain file and backup searched for them after.

The words come in by talking, editing, reading back, asking, editing drafts, letting answer again, correcting and
refreshing; then they go by each way there is. In an encrypted file a plain search finds nothing even before, so pages
are decrypted; what the double holds is searched for in plain files and in the local workspace's own store as well.
"""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from anyio import to_thread

from adapters.web.translate import person_ref
from bot.erasure import receipts
from storage.generation import generations_in
from storage.store import SqliteStore
from tests.faults.backed_up import everything_in, pages_in
from tests.faults.test_store_erasure import every_page
from tests.promised import Figures, Sized
from tests.scenario.stage_door import MONDAY, StageDoor, said, stage_door

pytestmark = pytest.mark.anyio
MARA = person_ref("mara")
BUTTONS: dict[str, tuple[str, dict[str, Any]]] = {
    "channels": ("forget", {"channels": ["build", "general", "leads"]}),
    "a span of days": ("forget", {"since": "2026-01-01", "until": "2026-12-31"}),
    "a topic": ("forget", {"text": "zq[a-z]{14}", "is_pattern": True}),
    "everything": ("forget_everything", {}),
    "leaving": ("leave", {}),
}
OWN_WORDS_GO = {"a topic", "everything", "leaving"}


def planted(count: int) -> list[str]:
    chance = random.Random(29)
    return ["zq" + "".join(chance.choices("bcdfghjklmnpqrtvwxz", k=14)) for _ in range(count)]


async def plant(door: StageDoor, words: list[str]) -> tuple[list[str], list[str]]:
    """Let the words come in by the whole loop; return those of messages, and those the worker wrote to their double."""
    own, messages = words[:12], words[12:]
    earlier, edited, asked, plain = messages[:20], messages[20:40], messages[40:44], messages[44:]
    for word in earlier:
        await door.say("mara", "build", f"The {word} valve was moved to cupboard nine.")
    door.clock.advance(timedelta(minutes=5))
    await door.join("mara", channels=["build", "general", "leads"], earlier=True)
    for number, word in enumerate(plain):
        channel = ("build", "general", "leads")[number % 3]
        await door.say("mara", channel, f"The {word} valve is kept beside the boiler since May.")
    for word in edited:
        record = await door.say("mara", "build", "Something is kept somewhere.")
        door.clock.advance(timedelta(seconds=2))
        await door.edit(record, f"The {word} valve is kept in the cellar since June.")
    for word in asked:
        await door.say("mara", "build", f"The {word} gauge hangs on the wall of the boiler room.")
    door.clock.advance(timedelta(minutes=20))
    for number, word in enumerate(asked):
        draft = await door.ask("jonas" if number % 2 else "pia", "mara", f"where does the {word} gauge hang?")
        written = (await door.draft(draft)).written
        if number < 2:
            await door.approve("mara", draft, reuse=True, titles=f"Where does the {word} gauge hang? {own[number]}")
        elif number < 4:
            await door.press("mara", "edit", draft, text=f"{written} Bring the {own[number]} key.")
        await door.settle()
    for word in own[4:8]:
        said(await door.press("mara", "correct", "", text=f"I look after the {word} pumps.", kind="does"))
    await door.press("mara", "refresh_profile")
    await door.advance(minutes=1)  # the replies cannot be undone any more: the askers' questions are let go
    return messages, own[:8]


def left(store: SqliteStore, folder: Path, words: list[str]) -> dict[str, int]:
    """Count the words of which a trace is left in the decrypted files, in those of backups, and in any plain byte."""
    control = store._control
    pages = [every_page(store._files.path(n), control.key(e)) for n, (*_, e) in control.rows().items()]
    pages.append(every_page(folder / "double" / "control.db", store._master.control))
    found = {"files": b"\n".join(pages), "plain bytes": everything_in(folder / "double")}
    copies = [pages_in(generation, store._master) for generation in generations_in(folder / "backups")]
    found |= {"backups": b"\n".join(copies), "plain bytes of backups": everything_in(folder / "backups")}
    return {where: sum(word[-10:].encode() in content for word in words) for where, content in found.items()}


@pytest.mark.promise(4, "words planted by the whole loop; every decrypted page, plain file and backup searched")
@pytest.mark.sparse(3)
@pytest.mark.parametrize("way", BUTTONS)
@pytest.mark.timeout(1_200)
async def test_no_planted_word_is_left_anywhere(tmp_path: Path, way: str, figures: Figures, sized: Sized) -> None:
    words = planted(sized(quick=80, full=2_012))
    store = SqliteStore(tmp_path / "double", ballast_bytes=4096)
    async with stage_door(tmp_path, store) as door:
        messages, own = await plant(door, words)
        gone = messages + own if way in OWN_WORDS_GO else messages

        def look() -> dict[str, int]:
            return left(store, tmp_path, gone)

        for day in range(2):
            await to_thread.run_sync(store.back_up, tmp_path / "backups", MONDAY + timedelta(days=day))
        before = await to_thread.run_sync(look)
        button, values = BUTTONS[way]
        answer = await door.press("mara", button, button, **values)
        said_of_it = said(answer) if way != "leaving" else "left"
        after = await to_thread.run_sync(look)
        if way != "leaving":
            (receipt,) = await door.core.stage.store.read(MARA, receipts) or ()
            assert receipt.proof is not None
            assert (receipt.proof.wal_bytes, receipt.proof.backups, receipt.proof.backups_waiting) == (0, 2, 0)
            assert receipt.counts["messages"] >= len(messages)  # and the sentences added to answers
        assert said_of_it
        plain = everything_in(tmp_path / "workspace")
        assert messages[-1].encode() in plain
        assert not any(word.encode() in plain for word in own[4:]), "the platform keeps what is said in it, no more"
    figures(f"{way}: words found before, in files and in backups", f"{before['files']:,} and {before['backups']:,}")
    figures(f"{way}: found after", sum(after.values()))
    assert before == {"files": len(gone), "backups": len(gone), "plain bytes": 0, "plain bytes of backups": 0}
    assert set(after.values()) == {0}, after
