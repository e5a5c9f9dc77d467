"""What a folder looks like does not tell who joined: spare files, coarse sizes, the same work for everybody."""

from __future__ import annotations

import itertools
import json
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import StoreError
from bot.messages import Span
from bot.refs import PersonRef
from storage import migrations
from storage.control import Control
from storage.cover import STEP_PAGES
from storage.files import FEWEST_SPARES, FILES_AT_A_TIME, Files
from storage.keys import _derive
from storage.store import SqliteStore
from storage.worker_file import WorkerFile
from tests.faults.store_actor import NOON, log
from tests.faults.test_store_survival import command, environment, on_small_disk  # noqa: F401 - a fixture
from tests.promised import Figures

STEP = STEP_PAGES * 4096
Looks = list[tuple[str, int]]


def person(number: int) -> PersonRef:
    return PersonRef("local", "team", f"person number {number}" * (1 + number % 3))


def looked_after(folder: Path) -> SqliteStore:
    """A store as it stands a moment after its start."""
    store = SqliteStore(folder, ballast_bytes=4096)
    while store.look_after():
        pass
    return store


def looks(folder: Path) -> Looks:
    """What `ls -l` shows of a folder that nobody has open."""
    return sorted((path.name, path.stat().st_size) for path in folder.iterdir())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which nobody has joined yet."""
    looked_after(tmp_path).close()
    return tmp_path


def test_files_stand_ready_before_anybody_joins(folder: Path) -> None:
    sizes = [size for name, size in looks(folder) if len(name) > 32]
    assert sizes == [STEP] * FILES_AT_A_TIME
    with closing(SqliteStore(folder)) as store:
        assert store.workers() == ()


@pytest.mark.promise(1, "the data folder listed with nobody, one and nine joined, and after they left")
@pytest.mark.parametrize("joined", [0, 1, 9])
def test_joining_and_leaving_change_neither_names_nor_sizes(folder: Path, joined: int, figures: Figures) -> None:
    before = looks(folder)
    with closing(looked_after(folder)) as store:
        for number in range(joined):
            store.enrol(person(number))
            with store.writing(person(number)) as tx:
                for message in range(50):
                    log(tx, message, f"message {message}")
        assert len(store.workers()) == joined
    with closing(looked_after(folder)) as store:
        assert len(store.workers()) == joined
    assert looks(folder) == before
    with closing(looked_after(folder)) as store:
        for number in range(joined):
            assert store.erase(person(number))
    with closing(looked_after(folder)) as store:
        assert store.workers() == ()
    assert looks(folder) == before
    figures("names and sizes that differ", 0)


def test_more_files_are_made_before_spare_ones_run_out(folder: Path) -> None:
    most = FILES_AT_A_TIME - FEWEST_SPARES
    with closing(looked_after(folder)) as store:
        for number in range(most):
            store.enrol(person(number))
        assert not store.look_after()
        store.enrol(person(most))
        while store.look_after():
            pass
        assert len(list(folder.glob("*.db"))) == 2 * FILES_AT_A_TIME + 1
        assert len(store.workers()) == most + 1


def test_a_spare_file_has_a_key_of_its_own_and_is_nobodys(folder: Path) -> None:
    with closing(SqliteStore(folder)) as store:
        store.enrol(person(0))
        keys = {store._control.key(entry) for entry in store._control.spares()}
        entry = store._control.find(person(0))
        assert entry is not None
        assert len(keys | {store._control.key(entry)}) == FILES_AT_A_TIME
        lengths = {len(spare.sealed) for spare in store._control.spares()}
        assert lengths == {len(entry.sealed)}


def test_whoever_leaves_takes_their_key_along_and_the_next_gets_another(folder: Path) -> None:
    with closing(SqliteStore(folder)) as store:
        store.enrol(person(0))
        entry = store._control.find(person(0))
        assert entry is not None
        old = store._control.key(entry)
        store.erase(person(0))
        assert old not in {store._control.key(spare) for spare in store._control.spares()}
        with pytest.raises(StoreError, match="damaged"):
            WorkerFile(folder / entry.name, old)


def test_erasing_somebody_who_never_joined_does_the_same_to_a_file(folder: Path) -> None:
    def inodes() -> dict[str, int]:
        return {path.name: path.stat().st_ino for path in folder.glob("*.db")}

    with closing(SqliteStore(folder)) as store:
        store.enrol(person(0))
        for who, had_joined in ((0, True), (1, False), (0, False)):
            before = inodes()
            assert (store.erase(person(who)) is not None) is had_joined
            after = inodes()
            assert after.keys() == before.keys()
            keys = [store._control.key(spare) for spare in store._control.spares()]
            assert len(set(keys)) == FILES_AT_A_TIME


def test_covering_writes_to_the_disk_and_keeps_nothing_of_anybody(folder: Path) -> None:
    before = looks(folder)
    with closing(SqliteStore(folder)) as store:
        for number in range(200):
            store.cover(person(number))
        assert sum(path.stat().st_size for path in folder.glob("*-wal")) > 100_000
        assert store.workers() == ()
    assert looks(folder) == before


def test_a_spare_file_that_was_written_to_is_empty_for_whoever_gets_it(folder: Path) -> None:
    with closing(SqliteStore(folder)) as store:
        for number in range(50):
            store.cover(person(number))
        for number in range(8):
            store.enrol(person(number))
            with store.reading(person(number)) as tx:
                assert (tx.messages.refs(Span()), tx.consent.all(), tx.audit.head()) == ((), (), None)


def test_a_spare_file_that_is_damaged_or_gone_is_replaced_when_it_is_needed(folder: Path) -> None:
    for path in folder.glob("*.db"):
        if path.name != "control.db":
            path.write_bytes(b"") if path.name < "8" else path.unlink()
    with closing(looked_after(folder)) as store:
        store.enrol(person(0))
        with store.writing(person(0)) as tx:
            log(tx, 1, "here")
        store.cover(person(1))


# ---------------------------------------------------------------- a file grows in steps


def test_a_file_grows_by_whole_steps_and_shrinks_by_them_too(tmp_path: Path) -> None:
    sizes = set[int]()
    with closing(SqliteStore(tmp_path)) as store:
        store.enrol(person(0))
        for start in range(0, 6_000, 100):
            with store.writing(person(0)) as tx:
                for number in range(start, start + 100):
                    log(tx, number, f"message {number} " * 20)
            with store._turn, store._writer(person(0)) as file:
                sizes.add(file._connection.rows("PRAGMA page_count")[0][0])
        with store.writing(person(0)) as tx:
            tx.messages.remove(tx.messages.refs(Span()), NOON)
        proof = store.compact(person(0))
        assert proof is not None
        assert proof.pages_after < proof.pages_before * 0.9
        with store._turn, store._writer(person(0)) as file:
            sizes.add(file._connection.rows("PRAGMA page_count")[0][0])
    assert len(sizes) > 2
    assert {size % STEP_PAGES for size in sizes} == {0}


# ---------------------------------------------------------------- killed, full, and from before

STEPS = [
    *((Control, name) for name in ("begin", "begin_again", "finish", "take", "destroy_key")),
    *((Files, name) for name in ("_make", "_destroy", "give", "erase")),
]
"""Everything that a folder changes by when somebody comes or goes, or a spare file is made."""


def killed_in_a_child(work: Callable[[], object], owner: type, step: str, *, is_after: bool) -> bool:
    """Do something in a process that dies before a step or after it; say whether it came to it."""
    child = os.fork()
    if child == 0:
        real = getattr(owner, step)

        def dying(*values: object) -> None:
            if is_after:
                real(*values)
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(owner, step, dying)
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def comes_and_goes(folder: Path, deed: str) -> None:
    """Coming, going and looking after, each from a folder where one has joined."""
    store = SqliteStore(folder, ballast_bytes=4096)
    if deed == "come":
        store.enrol(person(1))
    elif deed == "go":
        store.erase(person(0))
    elif deed == "go without having come":
        store.erase(person(7))
    else:
        for number in range(20, 20 + FILES_AT_A_TIME - FEWEST_SPARES):
            store.enrol(person(number))
        while store.look_after():
            pass


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which one has joined and said something."""
    folder = tmp_path_factory.mktemp("lived-in")
    with closing(looked_after(folder)) as store:
        store.enrol(person(0))
        with store.writing(person(0)) as tx:
            log(tx, 1, "kept")
    return folder


DEEDS = ("come", "go", "go without having come", "all come")


@pytest.mark.promise(16, "killed at every step of coming, going and looking after: nobody lost, the looks restored")
@pytest.mark.sparse(12)
@pytest.mark.parametrize(("owner", "step"), STEPS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_kill_at_any_step_leaves_the_folder_as_full_as_it_was(
    tmp_path: Path, lived_in: Path, owner: type, step: str, figures: Figures
) -> None:
    kills = 0
    for is_after, deed in itertools.product((False, True), DEEDS):
        folder = tmp_path / f"{is_after} {deed}"
        shutil.copytree(lived_in, folder)
        if not killed_in_a_child(lambda f=folder, d=deed: comes_and_goes(f, d), owner, step, is_after=is_after):  # type: ignore[misc]
            continue
        kills += 1
        with closing(looked_after(folder)) as store:
            assert store._control.unfinished() == ()
            assert all(worker in map(person, (0, 1, *range(20, 34))) for worker in store.workers())
            if deed != "go":
                with store.reading(person(0)) as tx:
                    assert tx.messages.count() == 1
            names = {path.name for path in folder.glob("*.db")} - {"control.db"}
            assert len(names) % FILES_AT_A_TIME == 0
            assert len(names) == store._control.count()
    figures("kills", kills)
    assert kills


def test_a_folder_from_before_gets_spare_files_and_its_workers_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier, closing(SqliteStore(tmp_path)) as store:
        earlier.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:3])
        earlier.setattr(WorkerFile, "_even_out", lambda _: None)
        store.enrol(person(0))
        store._control._connection.change(  # as long as the id is, as the first versions sealed it
            "UPDATE files SET sealed = ?", (unfilled(store._control.key(store._entry(person(0))), person(0)),)
        )
    (file,) = (path for path in tmp_path.glob("*.db") if path.name != "control.db")
    assert file.stat().st_size < STEP
    with closing(looked_after(tmp_path)) as store:
        assert store.workers() == (person(0),)
        with store.writing(person(0)) as tx:
            log(tx, 1, "still here")
        assert len({len(e.sealed) for e in [*store._control.spares(), store._entry(person(0))]}) == 1
    assert {size for name, size in looks(tmp_path) if len(name) > 32} == {STEP}
    assert len(list(tmp_path.glob("*.db"))) == FILES_AT_A_TIME + 1


def unfilled(key: bytes, worker: PersonRef) -> bytes:
    """Who a file belongs to, as the first versions sealed it."""
    nonce = secrets.token_bytes(12)
    parts = json.dumps([worker.platform, worker.workspace, worker.person]).encode()
    return nonce + AESGCM(_derive(key, "owner")).encrypt(nonce, parts, None)


@pytest.mark.promise(19, "leaving on a full disk with spare files standing by")
def test_leaving_works_on_a_full_disk_and_the_spare_file_follows_when_there_is_room(
    tmp_path: Path,
    on_small_disk: list[str],  # noqa: F811 - the fixture
) -> None:
    words = [*on_small_disk, str(tmp_path), *command("leave-covered", tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["full", "left", "restored"]
