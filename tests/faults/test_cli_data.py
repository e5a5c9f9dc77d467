"""Whatever is amiss with the data folder, each command says so in one sentence, and nothing in it is lost."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from storage.store import SqliteStore
from tests.faults.process import BOT, MARK, Done, environment, kept, running, understudy

KEY, OTHER_KEY = "5a" * 32, "6b" * 32
EVERY_COMMAND = (["run", "--test-clock"], ["audit", "verify"], ["erase", "MARA"], ["workspace", "reset"])


def worker_file(folder: Path) -> Path:
    """The one file that is somebody's, among the spare ones."""
    double = folder / "data" / "double"
    with closing(SqliteStore(double)) as store:
        (worker,) = store.workers()
        return double / store._entry(worker).name


def all_words(done: Done) -> str:
    return done.out + done.err


# ---------------------------------------------------------------- keys


def test_a_wrong_master_key_is_told_by_every_command_and_never_shown(folder: Path) -> None:
    for words in EVERY_COMMAND:
        done = understudy(folder, *words, MASTER_KEY=OTHER_KEY)
        assert "the master key does not fit this data folder" in done.sentence
        assert OTHER_KEY not in all_words(done)
    doctor = understudy(folder, "doctor", MASTER_KEY=OTHER_KEY)
    assert doctor.code == 1
    assert "FAIL  the master key does not fit" in doctor.out
    assert MARK in kept(folder).texts[0]


def test_a_missing_master_key_is_told_and_never_made_anew(folder: Path) -> None:
    key = folder / "data" / "double" / "master.key"
    key.rename(folder / "elsewhere")
    for words in EVERY_COMMAND:
        assert "the master key is missing" in understudy(folder, *words).sentence
    assert not key.exists()
    (folder / "elsewhere").rename(key)
    assert MARK in kept(folder).texts[0]


def test_the_master_key_and_the_words_stand_in_no_file_and_no_line(tmp_path: Path) -> None:
    with running(tmp_path, MASTER_KEY=KEY, LOG_LEVEL="debug") as bot:
        bot.found_team()
        bot.join("MARA", "C1")
        bot.say("MARA", "C1", f"The {MARK} stands in cupboard nine.")
        bot.say("JONAS", "C1", f"@Understudy @mara where does the {MARK} stand?")
        (draft,) = bot.drafts("MARA")
        bot.act("MARA", "approve", draft["id"])
        bot.ask("POST", "/api/messages", {"as": "MARA", "channel": MARK, "text": MARK})
        bot.ask("GET", f"/api/{MARK}")
        bot.ask("POST", "/api/actions", {"as": "MARA", "id": MARK, "action": MARK})
        told = "\n".join(bot.told)
        done = bot.stop()
    for text in (told, all_words(done)):
        assert not any(secret in text for secret in (MARK, KEY, "Mara", "Jonas"))
    double = [path.read_bytes() for path in (tmp_path / "data" / "double").iterdir()]
    assert not any(secret.encode() in content for content in double for secret in (MARK, KEY))


# ---------------------------------------------------------------- files

FOREIGN = b"a letter to my aunt, and no database at all " * 200


def damaged_later(path: Path) -> None:
    """Leave the head and spoil the rest."""
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + FOREIGN[: max(len(whole) - 4096, 0)])


@pytest.mark.parametrize("spoil", [lambda path: path.write_bytes(FOREIGN), damaged_later])
@pytest.mark.parametrize("which", ["control", "worker", "workspace"])
def test_a_foreign_or_damaged_file_is_told_and_left_as_it_is(
    folder: Path, which: str, spoil: Callable[[Path], object]
) -> None:
    path = {
        "control": folder / "data" / "double" / "control.db",
        "worker": worker_file(folder),
        "workspace": folder / "data" / "workspace" / "workspace.db",
    }[which]
    sound = path.read_bytes()
    spoil(path)
    spoilt = path.read_bytes()
    commands = {"control": EVERY_COMMAND, "worker": (["run"], ["audit", "verify"]), "workspace": (["run"],)}[which]
    for words in commands:
        done = understudy(folder, *words)
        assert any(word in done.sentence for word in ("damaged", "not", "belongs")), done.sentence
        assert done.out == ""
        assert path.read_bytes() == spoilt
    doctor = understudy(folder, "doctor")
    assert doctor.code == 1
    assert "FAIL" in doctor.out
    path.write_bytes(sound)
    assert MARK in kept(folder).texts[0]
    assert understudy(folder, "audit", "verify").code == 0


def test_a_damaged_double_can_still_be_erased_and_a_damaged_workspace_reset(folder: Path) -> None:
    worker_file(folder).write_bytes(FOREIGN)
    (folder / "data" / "workspace" / "workspace.db").write_bytes(FOREIGN)
    assert understudy(folder, "erase", "MARA").code == 0
    assert understudy(folder, "audit", "verify").code == 0
    assert understudy(folder, "workspace", "reset").code == 0
    with running(folder) as bot:
        bot.found_team()
        assert bot.stop().code == 0


# ---------------------------------------------------------------- disks


def on_disk_of(kind: str, data: Path) -> list[str]:
    """How to run a command with its data folder on a small disk, or on one that cannot be written."""
    wrapping = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    mounting = {
        "full": 'cp -r "$0" "$0.kept" && mount -t tmpfs -o size=40m none "$0" && cp -r "$0.kept/." "$0" '
        '&& (cat /dev/zero > "$0/filler" 2>/dev/null || true) && exec "$@"',
        "read-only": 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"',
    }[kind]
    try:
        subprocess.run([*wrapping, mounting, str(data), "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this system lets nobody mount a disk of their own")
    shutil.rmtree(f"{data}.kept", ignore_errors=True)
    return [*wrapping, mounting, str(data)]


def with_disk(kind: str, folder: Path, *words: str) -> Done:
    """Carry out a command on such a disk."""
    command = [*on_disk_of(kind, folder / "data"), *BOT, *words]
    ran = subprocess.run(
        command, cwd=folder, env=environment(folder), capture_output=True, text=True, check=False, timeout=30
    )
    return Done(ran.returncode, ran.stdout, ran.stderr)


@pytest.mark.parametrize(("kind", "told"), [("full", "full"), ("read-only", "written")])
@pytest.mark.promise(19, "a disk that takes nothing")
def test_a_disk_that_takes_nothing_is_told_in_one_sentence(folder: Path, kind: str, told: str) -> None:
    before = kept(folder)
    assert told in with_disk(kind, folder, "run", "--test-clock").sentence
    assert kept(folder) == before


@pytest.mark.promise(19, "a disk that is full: the operator's erasing")
def test_a_double_is_erased_on_a_full_disk_too(folder: Path) -> None:
    done = with_disk("full", folder, "erase", "MARA")
    assert (done.code, done.err) == (0, "")


@pytest.mark.promise(19, "a disk that fills up under the running process")
def test_a_disk_that_fills_up_refuses_what_is_said_and_keeps_what_was_acknowledged(folder: Path) -> None:
    """No file may grow beyond 1 MiB: what could not be stored is a 4xx, and nothing of it is there."""
    limited = ["sh", "-c", 'ulimit -f 1024 && exec "$@"', "sh", *BOT]
    acknowledged, refused = list[str](), list[str]()
    with running(folder, command=limited) as bot:
        while len(refused) < 3:
            text = f"{len(acknowledged)} {'brass fittings ' * 250}".strip()
            reply = bot.ask("POST", "/api/messages", {"as": "MARA", "channel": "C1", "text": text})
            (acknowledged if reply.status == 201 else refused).append(text if reply.status == 201 else reply.code)
            assert len(acknowledged) < 2000
        assert all(code.endswith("full") for code in refused), refused
        assert bot.get("/healthz")["status"] == "ok"
        assert MARK not in json.dumps(bot.told)
        assert bot.stop().code == 0
    print(f"{len(acknowledged)} acknowledged before the disk was full")
    with running(folder) as bot:
        bot.get("/api/idle")
        said = [m["text"] for m in bot.get("/api/channels/C1/messages")["messages"]]
        assert bot.stop().code == 0
    assert said[1:] == acknowledged
    assert sorted(kept(folder).texts[1:]) == sorted(acknowledged)
