"""Other people's words never stay with a double: not in its store, not in its log lines, not in its notices."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from adapters.web.records import PersonRecord
from bot.drafts import DraftState
from storage.memory import MemoryStore
from storage.store import SqliteStore
from tests.faults.test_store_erasure import every_page
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor

pytestmark = pytest.mark.anyio
MARKERS = ("Quarmbyx", "Vexillorpt", "Zanthoqua", "Plindrosk", "Brillogux", "Sproankel", "Mivvertot", "Jexarbul")


async def play_the_whole_loop(door: StageDoor) -> None:
    """Everybody but Mara says a marker word at every turn; nothing is left open at the end."""
    spoken, edited, asked, reworded, commanded, denied, cancelled, named = MARKERS
    await door.line.workspace.run(lambda w: w.team.add_people([PersonRecord("named", f"Ann {named}", "ann")]))
    await door.join("mara", channels=["build", "general"], earlier=True)
    await door.say("mara", "build", CACHE)
    message = await door.say("pia", "build", f"I like {spoken} and <@mara> does too")
    await door.edit(message, f"now it is {edited}")
    await door.say("wei", "build", f"in a thread: {spoken}", message)
    question = await door.say("jonas", "build", f"@Understudy @mara {CACHE_QUESTION} {asked}")
    await door.settle()
    await door.edit(question, f"@Understudy @mara {CACHE_QUESTION} {reworded}")
    await door.settle()
    await door.approve("mara", (await door.draft_at("mara", question)).id)
    await door.command("pia", f"ask mara {CACHE_QUESTION} {commanded}", "general")
    await door.settle()
    (waiting,) = [d for d in await door.drafts_of("mara") if d.state is DraftState.PENDING]
    await door.approve("mara", waiting.id)
    denied_id = await door.ask("pia", "mara", f"{CACHE_QUESTION} {denied}")
    await door.press("mara", "deny", denied_id, reason=f"because {denied}")
    cancelled_id = await door.ask("named", "mara", f"{CACHE_QUESTION} {cancelled}")
    await door.press("named", "cancel", cancelled_id)
    await door.say("pia", "general", f"@Understudy @wei {CACHE_QUESTION} {asked}")
    await door.delete(await door.say("wei", "general", f"deleted {spoken}"))
    await door.advance(seconds=30)
    await door.ask("named", "mara", f"{CACHE_QUESTION} {spoken}")
    await door.advance(days=7)


def lines_of(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(f"{record.getMessage()} {record.exc_text}" for record in caplog.records)


@pytest.mark.promise(5, "a day of talk, then memory and log lines searched")
async def test_no_word_of_anybody_else_stays_in_memory_or_in_a_log_line(
    door: StageDoor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await play_the_whole_loop(door)
    assert isinstance(door.store, MemoryStore)
    held = repr(door.store._states)
    assert "var/cache/forge" in held, "the search itself does not find what is there"
    assert [word for word in MARKERS if word in held] == []
    assert [word for word in (*MARKERS, "cache/forge", "Mara Lind") if word in lines_of(caplog)] == []


@pytest.mark.promise(5, "a day of talk, then every decrypted page searched")
async def test_no_word_of_anybody_else_stays_in_any_decrypted_page(kept: StageDoor, tmp_path: Path) -> None:
    await play_the_whole_loop(kept)
    assert isinstance(kept.store, SqliteStore)
    (worker,) = await kept.core.stage.store.workers()
    entry = kept.store._control.find(worker)
    assert entry is not None
    pages = every_page(kept.store._files.path(entry.name), kept.store._control.key(entry))
    files = b"".join(file.read_bytes() for file in (tmp_path / "double").rglob("*") if file.is_file())
    assert b"var/cache/forge" in pages, "the search itself does not find what is there"
    assert [word for word in MARKERS if word[-6:].encode() in pages] == []
    assert [word for word in (*MARKERS, "cache/forge") if word.encode() in files] == []


@pytest.mark.promise(5, "questions whose draft ended")
async def test_a_question_is_held_only_while_its_draft_is_open(door: StageDoor) -> None:
    await door.join("mara")
    await door.say("mara", "build", CACHE)
    await door.ask("jonas", "mara", f"{CACHE_QUESTION} Quarmbyx")
    assert "Quarmbyx" in repr(vars(door.store))
    await door.advance(days=7)
    assert "Quarmbyx" not in repr(vars(door.store))


@pytest.mark.promise(5, "every notice")
async def test_no_notice_holds_a_question_a_draft_or_a_passage(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.approve("mara", draft_id)
    await door.press("mara", "deny", await door.ask("pia", "mara", CACHE_QUESTION))
    await door.advance(days=7)
    assert len(door.line.told) > 5
    for notice in door.line.told:
        held = repr(notice)
        assert "cache" not in held
        assert "forge" not in held


@pytest.mark.promise(5, "log lines of failures nobody foresaw")
async def test_an_unexpected_failure_is_logged_without_anybodys_words(
    door: StageDoor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await door.join("mara")
    await door.say("mara", "build", CACHE)

    async def fails() -> None:
        raise RuntimeError("the sentence of an error may hold Quarmbyx")

    door.line.meanwhile = fails
    await door.say("pia", "build", f"@Understudy @mara {CACHE_QUESTION} Quarmbyx")
    await door.settle()
    door.line.meanwhile = None
    assert "RuntimeError" in lines_of(caplog)
    assert [word for word in ("Quarmbyx", "cache", "Mara", "Pia") if word in lines_of(caplog)] == []
    await door.settle()
    assert len(await door.inbox("mara")) == 1, "the question was lost"
