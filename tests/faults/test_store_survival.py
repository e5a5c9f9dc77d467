"""Acknowledged means stored: killed at any moment, on a full disk, on a damaged file."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.messages import Span
from bot.refs import PersonRef
from storage.store import SqliteStore
from tests.faults.store_actor import log
from tests.promised import Figures, Sized

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
ACTOR = HERE / "store_actor.py"
WORKER = PersonRef("local", "team", "mara")


def command(*words: object) -> list[str]:
    return [sys.executable, str(ACTOR), *map(str, words)]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def killed_after(lines: int, *words: object) -> list[str]:
    """Run an actor, kill it without warning once it has told that many lines, and return all it told."""
    with subprocess.Popen(command(*words), stdout=subprocess.PIPE, text=True, env=environment()) as actor:
        assert actor.stdout is not None
        told = [actor.stdout.readline() for _ in range(lines)]
        actor.send_signal(signal.SIGKILL)
        told += actor.stdout.readlines()
        assert actor.wait() == -signal.SIGKILL
    return [line.strip() for line in told if line.endswith("\n")]


def soundness(store: SqliteStore) -> list[object]:
    with store._turn, store._writer(WORKER) as file:
        connection = file._connection
        shelves = [number for (number,) in connection.rows("SELECT id FROM shelves")]
        for number in shelves:
            connection.rows(f"INSERT INTO shelf_{number}(shelf_{number}, rank) VALUES ('integrity-check', 1)")
        return [connection.rows("PRAGMA integrity_check"), connection.rows("PRAGMA cipher_integrity_check")]


@pytest.mark.promise(16, "kill -9 while logging, at moments of chance")
def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path, sized: Sized, figures: Figures) -> None:
    chance, acknowledged, kills = random.Random(7), set[str](), sized(quick=2, full=100)
    for start in range(kills):
        lines = chance.randrange(1, 120)
        acknowledged.update(killed_after(lines, "log", tmp_path, start * 10_000))
    with closing(SqliteStore(tmp_path)) as store:
        with store.reading(WORKER) as tx:
            stored = {ref.stamp for ref in tx.messages.refs(Span())}
            assert tx.audit.check() is None
            length = len(tx.audit.entries())
            assert tx.index.frequencies(tx.index.shelves(), ["word"]).containing == {"word": len(stored)}
        figures("kills", kills)
        figures("messages acknowledged", len(acknowledged))
        figures("lost", len(acknowledged - stored))
        assert acknowledged <= stored
        assert length == len(stored)  # a message and its entry are kept together or not at all
        assert soundness(store) == [[("ok",)], []]


@pytest.mark.sparse(3)
@pytest.mark.parametrize("step", range(1, 6))
@pytest.mark.promise(16, "kill -9 while compacting")
def test_a_kill_while_compacting_leaves_the_file_due_and_sound(tmp_path: Path, step: int) -> None:
    killed_after(step, "compact", tmp_path)
    with closing(SqliteStore(tmp_path)) as store:
        with store.reading(WORKER) as tx:
            assert tx.messages.count() >= 200
        store.compact(WORKER, only_if_due=True)
        assert soundness(store) == [[("ok",)], []]


@pytest.mark.sparse(4)
@pytest.mark.parametrize("lines", [1, 2, 3, 5, 8, 13])
@pytest.mark.promise(16, "kill -9 while people come and go")
def test_a_kill_while_people_come_and_go_leaves_no_stray_file(tmp_path: Path, lines: int) -> None:
    killed_after(lines, "come-and-go", tmp_path)
    with closing(SqliteStore(tmp_path)) as store:
        held = store.workers()
        for worker in held:
            with store.reading(worker) as tx:
                assert tx.messages.count() == 0
        files = [path.name for path in tmp_path.iterdir() if path.name.endswith((".db", ".gone"))]
        assert len(files) == len(held) + 1  # and the control file


@pytest.mark.parametrize("step", ["destroy_key", "drop", "sync_folder"])
@pytest.mark.promise(16, "kill -9 at every step of an erasure")
def test_an_interrupted_erasure_is_finished_at_the_next_start(tmp_path: Path, step: str) -> None:
    said = killed_by_itself("erase", tmp_path, step)
    assert said == ["enrolled"]
    with closing(SqliteStore(tmp_path)) as store:
        assert not store.holds(WORKER)
        assert store.workers() == ()
        assert [path.name for path in tmp_path.iterdir() if len(path.name) > 32] == []


def test_a_reader_that_outlived_the_erasure_gives_the_file_back_to_the_disk(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path)) as store:
        store.enrol(WORKER)
        with store.reading(WORKER):
            store.erase(WORKER)
        assert not store._readers._idle  # an open connection would keep the unlinked file's blocks in use


def killed_by_itself(*words: object) -> list[str]:
    done = subprocess.run(command(*words), capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    return done.stdout.split()


# ---------------------------------------------------------------- a full disk


@pytest.fixture(scope="module")
def on_small_disk() -> list[str]:
    """How to run an actor on a disk of its own of 40 MiB, mounted without being root where the system allows that."""
    return on_disk_of(40)


def on_disk_of(mib: int) -> list[str]:
    wrapping = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    script = f'mount -t tmpfs -o size={mib}m none "$0" && exec "$@"'
    try:
        subprocess.run([*wrapping, script, "/mnt", "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this system lets nobody mount a small disk of their own")
    return [*wrapping, script]


@pytest.mark.sparse(4)
@pytest.mark.parametrize("deed", ["log", "anything", "leave", "remove"])
@pytest.mark.promise(19, "a disk that is full: all that grows is refused; erasing one message and leaving work")
def test_a_full_disk_refuses_and_loses_nothing(tmp_path: Path, deed: str, figures: Figures, sized: Sized) -> None:
    words = [*on_disk_of(sized(quick=12, full=40)), str(tmp_path), *command("full", tmp_path, deed)]
    done = subprocess.run(words, capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    figures("messages acknowledged before it was full", seen["acknowledged"])
    figures("lost", seen["acknowledged"] - seen["stored"])
    assert seen["refused"] == "full"
    assert seen["stored"] == seen["acknowledged"]
    assert seen["done"] is True


@pytest.mark.promise(19, "leaving on a full disk, its backup on that disk too, and another backup out of reach")
def test_leaving_works_on_a_full_disk_with_its_backups_full_and_away(tmp_path: Path) -> None:
    words = [*on_disk_of(80), str(tmp_path), *command("leave-backed-up", tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"held": False, "copies": 0, "backups": 1, "backups_waiting": 1}


@pytest.mark.promise(19, "a file that may not grow")
def test_a_file_that_may_not_grow_refuses_and_loses_nothing(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path)) as store:
        store.enrol(WORKER)
        with store._turn, store._writer(WORKER) as file:
            file._connection.rows("PRAGMA max_page_count = 1")  # SQLite keeps what there is and lets nothing be added
        with pytest.raises(StoreError) as caught:
            log_too_much(store)
        assert caught.value.code == "full"
        with pytest.raises(StoreError) as caught:
            log_on_after_a_failure(store)
        assert caught.value.code == "full"
        with store.reading(WORKER) as tx:
            assert tx.audit.head() is None
        with store.reading(WORKER) as tx:
            assert tx.messages.count() == 0
        assert store.erase(WORKER)


def log_too_much(store: SqliteStore) -> None:
    with store.writing(WORKER) as tx:
        for number in range(500):
            log(tx, number, "x" * 3_000)


def log_on_after_a_failure(store: SqliteStore) -> None:
    """SQLite rolls back by itself on a full disk: a block that goes on regardless must not be kept by halves."""
    with store.writing(WORKER) as tx:
        with suppress(StoreError):
            for number in range(500):
                log(tx, number, "x" * 3_000)
        log(tx, 99, "short")
