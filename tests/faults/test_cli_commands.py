"""The commands of the operator as they are typed: what they say, what they never say, and how they end."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from bot import cli
from bot.refs import PersonRef
from storage.store import SqliteStore
from tests.faults.process import BOT, MARK, Done, environment, joined, kept, running, understudy

MARA = PersonRef("local", "local", "MARA")


@pytest.mark.promise(1, "every operator command, before and after a joining: the same output")
def test_every_operator_command_says_the_same_whether_anybody_joined(folder: Path, tmp_path: Path) -> None:
    nobody = tmp_path / "nobody"
    nobody.mkdir()
    with running(nobody) as bot:
        bot.found_team()
        bot.stop()
    keeping = (["backup"], ["restore", "data/backups", "--replace"], ["key", "rotate", "--workers"], ["key", "rotate"])
    others = (["doctor"], ["audit", "verify"], ["erase", "JONAS"], ["erase", "MARA"], ["workspace", "reset"])
    for words in (*keeping, *others):
        with_double, without = understudy(folder, *words), understudy(nobody, *words)
        assert with_double == without, words
        assert with_double.code == 0
        told = with_double.out + with_double.err
        assert not any(name in told for name in (MARK, "MARA", "Mara", "Lind"))


def test_erasing_takes_the_double_and_nothing_else(folder: Path) -> None:
    assert MARK in kept(folder).texts[0]
    for worker in ("local/local/MARA/", "local/local", "other/local/MARA", "nobody", "\udcff", ""):
        assert understudy(folder, "erase", worker).code == 0
    assert MARK in kept(folder).texts[0]
    assert understudy(folder, "erase", "local/local/MARA").code == 0
    assert joined(folder) == 0
    with running(folder) as bot:
        assert [p["id"] for p in bot.get("/api/people")["people"]] == ["MARA", "JONAS", "UNDERSTUDY"]
        assert MARK not in json.dumps(bot.get("/api/home", **{"as": "MARA"}))
        bot.stop()


@pytest.mark.parametrize(
    "tampering",
    ["UPDATE audit SET facts = '{}'", "DELETE FROM audit", "UPDATE audit SET at = at + 1", "DELETE FROM audit_head"],
)
@pytest.mark.promise(14, "a chain tampered with, checked by the operator")
def test_a_tampered_audit_chain_is_found_and_nobody_is_named(folder: Path, tampering: str) -> None:
    assert understudy(folder, "audit", "verify") == Done(0, "every audit chain is sound\n", "")
    with closing(SqliteStore(folder / "data" / "double")) as store, store._turn, store._writer(MARA) as file:
        assert file._connection.change(tampering)
    done = understudy(folder, "audit", "verify")
    assert done.sentence.startswith("an audit chain is broken")
    assert (done.code, done.out) == (1, "")
    assert "MARA" not in done.err


def rights(data: Path) -> dict[str, str]:
    """What everybody may do with the folders of doubles and workspace and with each file in them, in octal."""
    folders = [data / "double", data / "workspace"]
    paths = [*folders, *(path for folder in folders for path in folder.iterdir())]
    return {path.name: f"{path.stat().st_mode & 0o777:o}" for path in paths}


def test_nobody_else_on_the_machine_may_read_anything(folder: Path) -> None:
    for path in (folder / "data").rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    with running(folder) as bot:
        bot.join("JONAS", "C1")
        bot.say("JONAS", "C1", f"The {MARK} has moved.")
        found = rights(folder / "data")
        bot.stop()
    assert {"control.db", "control.db-wal", "control.db-shm", "ballast", "lock", "workspace.db-wal"} <= set(found)
    assert sum(name.endswith(".db-wal") for name in found) >= 4
    assert {found.pop("double"), found.pop("workspace")} == {"700"}
    assert set(found.values()) == {"600"}, found


def test_the_doctor_finds_a_healthy_place_well(folder: Path) -> None:
    done = understudy(folder, "doctor")
    assert (done.code, done.err) == (0, "")
    assert all(line.startswith("ok  ") for line in done.out.splitlines())


def test_the_doctor_says_what_is_ill_and_that_running_is_not(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "another").mkdir()
    with running(folder) as bot:
        port = bot.address.rpartition(":")[2]
        while_running = understudy(folder, "doctor", PORT=port)
        bot.stop()
    assert (while_running.code, while_running.err) == (0, "")
    assert "ok    Understudy is running on this data folder" in while_running.out
    assert f"ok    port {port} is taken, most likely by that Understudy" in while_running.out
    assert "FAIL" not in while_running.out
    with running(folder) as bot:
        port = bot.address.rpartition(":")[2]
        elsewhere = understudy(tmp_path / "another", "doctor", PORT=port)
        bot.stop()
    assert elsewhere.code == 1
    assert f"FAIL  port {port} is taken: stop what uses it" in elsewhere.out
    (folder / "data" / "workspace" / "workspace.db").write_bytes(b"a letter to my aunt" * 300)
    done = understudy(folder, "doctor")
    assert done.code == 1
    assert done.err == ""
    assert [line for line in done.out.splitlines() if line.startswith("FAIL")] == [
        "FAIL  the workspace's file is damaged or is not a workspace"
    ]


def test_the_version_is_said_and_the_use_is_explained(tmp_path: Path) -> None:
    done = understudy(tmp_path, "version")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("understudy ")
    assert list(tmp_path.iterdir()) == []
    for words in ([], ["fly"], ["workspace"], ["workspace", "load"], ["erase"]):
        wrong = understudy(tmp_path, *words)
        assert wrong.code == 2
        assert wrong.err.startswith("usage: understudy")
        assert "Traceback" not in wrong.err


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"PROT": "8080"}, "UNDERSTUDY_PROT"),
        ({"PORT": "hunter2"}, "UNDERSTUDY_PORT"),
        ({"MASTER_KEY": "hunter2"}, "UNDERSTUDY_MASTER_KEY"),
        ({"DATA": ""}, "UNDERSTUDY_DATA"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not_told(
    tmp_path: Path, settings: dict[str, str | None], named: str
) -> None:
    done = understudy(tmp_path, "run", **settings)
    assert named in done.sentence
    assert (done.code, done.out) == (2, "")
    assert "hunter2" not in done.err
    assert list(tmp_path.iterdir()) == []


def test_what_nobody_foresaw_is_one_sentence_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> int:
        raise KeyError(MARK)

    monkeypatch.setattr(cli, "_version", fail)
    assert cli.main(["version"]) == 1
    assert capsys.readouterr() == (
        "",
        "understudy: something failed that should not have (KeyError): please report it\n",
    )


def test_who_no_longer_listens_gets_no_traceback(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as nobody:
        command = [*BOT, "version"]
        done = subprocess.run(
            command, stdout=nobody, stderr=subprocess.PIPE, env=environment(tmp_path), cwd=tmp_path, check=False
        )
    assert (done.returncode, done.stderr) == (1, b"")
