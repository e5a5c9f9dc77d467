"""`understudy workspace load` with whatever is handed to it: whole, or refused in one sentence and nothing changed."""

from __future__ import annotations

import json
import signal
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.exports import said, team, written, zip_within
from tests.faults.process import joined, running, understudy

MARK = "quicksilver"


def state(folder: Path) -> tuple[list[str], bytes]:
    """The names of all files of the data folder, and the workspace's own file."""
    data = folder / "data"
    names = sorted(str(p.relative_to(data)) for p in data.rglob("*") if not p.name.endswith(("-wal", "-shm")))
    return names, (data / "workspace" / "workspace.db").read_bytes()


def with_file(name: str, content: bytes | Callable[[], bytes]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        written(path, team(said("UPIM", MARK, "1768100000.000001")))
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content if isinstance(content, bytes) else content())

    return write


def cut(path: Path) -> None:
    written(path, team())
    path.write_bytes(path.read_bytes()[:-300])


def with_wrong_stamp(path: Path) -> None:
    written(path, team(said("UPIM", MARK, "yesterday")))


def with_broken_json(path: Path) -> None:
    written(path, {**team(), "build/2026-01-19": f'[{{"text": "{MARK}"'.encode()})


WRONG: dict[str, tuple[Callable[[Path], object], str]] = {
    "no zip": (lambda path: path.write_bytes(b"PK, said the duck"), "not a zip"),
    "empty file": (lambda path: path.write_bytes(b""), "not a zip"),
    "cut": (cut, "damaged"),
    "leads out": (with_file("../../etc/passwd.json", b"[]"), "leads out"),
    "absolute": (with_file("/etc/passwd.json", b"[]"), "leads out"),
    "nested": (with_file("more.zip", zip_within), "an archive itself"),
    "huge": (with_file("build/2026-01-20.json", lambda: b" " * (12 << 20)), "unbelievable size"),
    "not an export": (lambda path: written(path, {"people": []}), "not a Slack export"),
    "wrong timestamp": (with_wrong_stamp, "wrong timestamp"),
    "broken JSON": (with_broken_json, "not valid JSON"),
    "no file": (lambda path: None, "there is no file"),
    "a folder": (lambda path: path.mkdir(), "there is no file"),
}


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a rehearsal was loaded; a load that is refused must leave it as it is."""
    folder = tmp_path_factory.mktemp("begun")
    done = understudy(folder, "workspace", "load", written(folder / "good.zip", team()))
    assert done.code == 0, done.err
    assert "loaded 12 messages of 4 people in 2 channels, as a rehearsal" in done.out
    return folder


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_export_is_one_sentence_and_changes_nothing(begun: Path, tmp_path: Path, wrong: str) -> None:
    make, expected = WRONG[wrong]
    make(tmp_path / "export.zip")
    before = state(begun)
    done = understudy(begun, "workspace", "load", tmp_path / "export.zip")
    assert expected in done.sentence
    assert MARK not in done.out + done.err
    assert state(begun) == before


def test_a_load_killed_on_its_way_leaves_what_was_there(tmp_path: Path) -> None:
    assert understudy(tmp_path, "workspace", "load", written(tmp_path / "good.zip", team())).code == 0
    other = written(tmp_path / "other.zip", team(said("UPIM", MARK, "1768100000.000001")))
    for step in ("before Conversation.add_all", "after Conversation.add_all", "after Conversation.mend_threads"):
        assert understudy(tmp_path, "workspace", "load", other, step=step).code == -signal.SIGKILL
    with running(tmp_path) as bot:
        assert bot.get("/api/state")["rehearsal"] is True
        texts = [m["text"] for m in bot.get("/api/channels/CBUILD/messages")["messages"]]
        bot.stop()
    assert len(texts) == 9
    assert MARK not in texts


def test_a_load_tells_what_made_room_and_counts_in_words(tmp_path: Path) -> None:
    with running(tmp_path, WORKSPACE="sample") as bot:
        bot.stop()
    users, channels = [{"id": "U1", "name": "pim"}], [{"id": "C1", "name": "build", "members": ["U1"]}]
    one = {"users": users, "channels": channels, "build/2026-01-19": [said("U1", MARK, "1768100000.000001")]}
    first = understudy(tmp_path, "workspace", "load", written(tmp_path / "one.zip", one)).out
    assert first.splitlines()[-3:-1] == [
        "the sample team and its doubles made room",
        "loaded 1 message of 1 person in 1 channel, as a rehearsal",
    ]
    again = understudy(tmp_path, "workspace", "load", written(tmp_path / "good.zip", team())).out
    assert again.splitlines()[:2] == [
        "the earlier rehearsal and its doubles made room",
        "loaded 12 messages of 4 people in 2 channels, as a rehearsal",
    ]
    (tmp_path / "fresh").mkdir()
    fresh = understudy(tmp_path / "fresh", "workspace", "load", tmp_path / "good.zip").out
    assert "made room" not in fresh
    assert "_" not in again


def test_a_load_is_refused_while_understudy_runs_and_into_a_workspace_of_ones_own(tmp_path: Path) -> None:
    export = written(tmp_path / "export.zip", team())
    with running(tmp_path) as bot:
        bot.found_team()
        bot.join("MARA", "C1")
        bot.say("MARA", "C1", "The greenhouse key hangs behind the tool shed door.")
        for words in (["load", export], ["reset"]):
            assert "another Understudy uses this data folder" in understudy(tmp_path, "workspace", *words).sentence
        people = bot.get("/api/people")
        assert bot.stop().code == 0
    assert "not empty" in understudy(tmp_path, "workspace", "load", export).sentence
    with running(tmp_path) as bot:
        assert bot.get("/api/people") == people
        assert "greenhouse key" in json.dumps(
            bot.post("/api/commands", **{"as": "MARA", "channel": "C1", "text": "mine"})
        )
        assert bot.stop().code == 0


def test_a_reset_begins_afresh_and_takes_the_doubles_along(tmp_path: Path) -> None:
    with running(tmp_path) as bot:
        bot.found_team()
        bot.join("MARA", "C1")
        bot.say("MARA", "C1", f"The {MARK} stands in cupboard nine.")
        bot.stop()
    done = understudy(tmp_path, "workspace", "reset")
    assert (done.code, done.err) == (0, "")
    assert joined(tmp_path) == 0
    assert list((tmp_path / "data" / "workspace").iterdir()) == []
    with running(tmp_path) as bot:
        assert [p["id"] for p in bot.get("/api/people")["people"]] == ["UNDERSTUDY"]
        bot.found_team()
        assert MARK not in json.dumps(bot.get("/api/home", **{"as": "MARA"}))
        bot.stop()
