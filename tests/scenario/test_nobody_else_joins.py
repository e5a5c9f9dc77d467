"""Only the worker opts in: every other way in is tried, and nobody is enrolled by it; no log line tells of anybody."""

from __future__ import annotations

import logging
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from adapters.web.translate import person_ref
from bot.errors import BotError
from bot.events import ActionTaken
from bot.refs import PersonRef
from bot.settings import load_settings
from storage.store import SqliteStore
from tests.promised import Figures
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor

FORM = {"learn": True, "draft": True, "channels": ["build"], "earlier": True}
AS_MARA = {"person": "mara", "worker": "mara", "as": "mara", "user": "mara", "author": "mara", "id": "mara"}


@pytest.mark.promise(1, "enrolment by every button and command in another's name, forged forms included")
@pytest.mark.anyio
async def test_no_button_or_command_of_somebody_elses_lets_one_join(door: StageDoor, figures: Figures) -> None:
    commands = door.core.pipeline._commands
    tries = 0
    for name in commands._actions:
        for target in ("mara", "local/local/mara", "consent", ""):
            await door.core.pipeline.act(ActionTaken(person_ref("jonas"), name, target, {**AS_MARA, **FORM}))
            tries += 1
    for word in commands._commands:
        for rest in ("mara", "@mara", "<@mara>", "--as mara", "for mara in #build"):
            await door.command("jonas", f"{word} {rest}")
            tries += 1
    await door.say("jonas", "build", "@Understudy join @mara")
    await door.settle()
    assert not await door.holds("mara")
    assert {worker.person for worker in await door.core.stage.store.workers()} <= {"jonas"}
    figures("tries in another's name", tries)
    figures("enrolled", 0)


@pytest.mark.promise(1, "files dropped into the data folder, another worker's copied included")
def test_files_dropped_into_the_folder_enrol_nobody(tmp_path: Path, figures: Figures) -> None:
    folder, other = tmp_path / "double", tmp_path / "other"
    wei = PersonRef("local", "local", "wei")
    for place in (folder, other):
        with closing(SqliteStore(place)) as store:
            store.enrol(wei)
    (of_wei,) = (path for path in other.glob("*.db") if path.name != "control.db")
    (here,) = (path for path in folder.glob("*.db") if path.name != "control.db")
    dropped = ("mara.db", "0" * 32 + ".db", "mara", "join", "enrol.json", f"{'1' * 32}.db.gone", "mara.db-wal")
    for number, name in enumerate(dropped):
        shutil.copy(of_wei if number % 2 else here, folder / name)
    with closing(SqliteStore(folder)) as store:
        assert store.workers() == (wei,)
    shutil.copy(other / "control.db", folder / "control.db")
    with pytest.raises(BotError, match="does not fit"):
        SqliteStore(folder)
    figures("files dropped", len(dropped) + 1)


@pytest.mark.promise(1, "settings that would enrol somebody")
@pytest.mark.parametrize("name", ["JOIN", "WORKERS", "ENROL", "ENROLL", "MEMBERS", "AUTO_JOIN", "DEFAULT_CONSENT"])
def test_no_setting_enrols_anybody(name: str) -> None:
    with pytest.raises(BotError):
        load_settings({f"UNDERSTUDY_{name}": "mara"}, None)


@pytest.mark.promise(5, "names, words, questions and topics searched for in every line logged at debug")
@pytest.mark.anyio
async def test_no_line_of_the_log_holds_a_word_or_tells_of_a_person(
    kept: StageDoor, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, figures: Figures
) -> None:
    caplog.set_level(logging.DEBUG, logger="understudy")
    draft = await kept.learn_and_ask()
    await kept.join("jonas")
    await kept.command("mara", "never heronry")
    await kept.press("mara", "never_keep", "", text="heronry", kind="words")

    async def fail(*_: object) -> None:
        raise BotError(f"{CACHE} mara {CACHE_QUESTION}", "broken")

    monkeypatch.setattr(kept.core.jobs, "_lapse", fail)
    monkeypatch.setattr(kept.core.jobs, "_tell", fail)
    await kept.settle()
    await kept.approve("mara", draft)
    await kept.press("mara", "leave", "leave")
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("understudy")]
    assert sorted(lines[:2]) == ["job lapse failed: broken", "job tell failed: broken"]  # once, though two have joined
    told = " ".join(lines).lower()
    for word in ("mara", "jonas", "cache", "forge", "heronry", "runner", draft):
        assert word not in told
    figures("lines logged", len(lines))
