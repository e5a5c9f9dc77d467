"""Another master key, other file keys, a restored backup: killed at any step, one of the two opens all, whole."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import storage.backups
import storage.control
import storage.disk
import storage.generation
import storage.restoring
import storage.rotation
import storage.store
from bot.errors import StoreError
from bot.messages import Span
from storage.connection import fits_key
from storage.generation import generations_in
from storage.keys import MasterKey
from storage.restoring import restore
from storage.store import SqliteStore
from tests.faults.backed_up import DAY, OTHER, left_in_backups, opened, texts, write_words
from tests.faults.test_store_erasure import NOON, WORKER
from tests.promised import Figures

pytestmark = pytest.mark.usefixtures("few_small_files")
WORDS = [f"word{number}" for number in range(30)]
OLD, NEW = "5a" * 32, "6b" * 32
ROTATING: dict[str, tuple[object, str]] = {
    "the next control file written": (storage.rotation, "keep_folder_private"),
    "the next key written": (storage.rotation, "write_durably"),
    "both written": (storage.store, "write_next"),
    "the control file in place": (storage.store, "put_control"),
    "the key in place": (storage.store, "settle_rotation"),
    "at the one stroke": (storage.rotation, "put_in_place"),
    "a file begun anew": (storage.control.Control, "begin_again"),
    "a file copied": (storage.store.SqliteStore, "_copy"),
    "a file moved": (storage.control.Control, "move"),
    "a key destroyed": (storage.control.Control, "destroy_key"),
    "a backup's control file written": (storage.backups, "write_control"),
}
RESTORING: dict[str, tuple[object, str]] = {
    "a file brought": (storage.restoring, "is_sound"),
    "all gathered": (storage.restoring._Gathering, "gather"),
    "ready": (storage.restoring, "gather"),
    "names noted": (storage.restoring, "sync_file"),
    "put in place by halves": (Path, "replace"),
    "all in place": (storage.restoring, "finish_restoring"),
}


def killed_after(owner: object, step: str, deed: Callable[[], None]) -> bool:
    """Do a deed in a process of its own that dies right after a step; say whether it came so far."""
    child = os.fork()
    if child == 0:
        real = getattr(owner, step)

        def step_then_die(*values: object, **named: object) -> None:
            real(*values, **named)
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(owner, step, step_then_die)
        try:
            deed()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def begin(folder: Path, key: str | None) -> None:
    with opened(folder, key) as store:
        write_words(store, WORKER, WORDS)
        write_words(store, OTHER, ["hello"])
        store.back_up(folder / "backups", NOON)


def check_all(folder: Path, key: str | None) -> None:
    """Everything is there, every chain is sound, and it can be written."""
    with opened(folder, key) as store:
        assert store.workers() == (OTHER, WORKER)
        assert texts(store) == WORDS
        for worker in (WORKER, OTHER):
            with store.reading(worker) as tx:
                assert tx.audit.check() is None
        write_words(store, WORKER, ["more"], first=900)
        store.tend_backups(NOON)
        assert left_in_backups(folder / "backups", store._master, WORDS) >= 0
    assert not [p for p in (folder / "double").iterdir() if p.name in {"rotating", "master.key.next", "restoring"}]


@pytest.mark.sparse(16)
@pytest.mark.parametrize("in_file", [True, False], ids=["key in a file", "key given"])
@pytest.mark.parametrize("step", ROTATING)
@pytest.mark.promise(16, "kill -9 at every step of a rotation of keys: the old key or the new one opens all")
def test_a_rotation_killed_at_any_step_leaves_one_key_that_opens_all(
    tmp_path: Path, step: str, in_file: bool, figures: Figures
) -> None:
    begin(tmp_path, None if in_file else OLD)

    def rotate() -> None:
        with opened(tmp_path, None if in_file else OLD) as store:
            store.rotate_keys(None if in_file else NEW, NOON + DAY, in_file=in_file, workers=True)

    owner, name = ROTATING[step]
    was_killed = killed_after(owner, name, rotate)
    if in_file:
        check_all(tmp_path, None)
    else:
        old = MasterKey(bytes.fromhex(OLD)).control
        check_all(tmp_path, OLD if fits_key(tmp_path / "double" / "control.db", old) else NEW)
    assert was_killed or (step == "the next key written" and not in_file) or step == "a file copied"
    figures("messages lost", 0)


@pytest.mark.sparse(6)
@pytest.mark.parametrize("step", RESTORING)
@pytest.mark.promise(16, "kill -9 at every step of restoring a backup: what was there or what was restored, whole")
def test_a_restore_killed_at_any_step_leaves_what_was_or_what_is_to_be(
    tmp_path: Path, step: str, figures: Figures
) -> None:
    begin(tmp_path, None)
    with opened(tmp_path) as store:
        write_words(store, WORKER, ["later"], first=500)
    owner, name = RESTORING[step]
    assert killed_after(owner, name, lambda: restore(tmp_path / "backups", tmp_path / "double", None, replace=True))
    with opened(tmp_path) as store:
        found = texts(store)
        assert found in (WORDS, [*WORDS, "later"])
        assert store.workers() == (OTHER, WORKER)
        with store.reading(WORKER) as tx:
            assert tx.audit.check() is None
            assert tx.messages.count(Span()) == len(found)
    assert not list((tmp_path / "double").glob("restoring*"))
    figures("messages torn", 0)


def test_after_a_rotation_of_file_keys_no_old_key_opens_anything(tmp_path: Path) -> None:
    begin(tmp_path, None)
    with opened(tmp_path) as store:
        before = {store._control.key(e) for *_, e in store._control.rows().values()}
        store.rotate_keys(None, NOON + DAY, in_file=True, workers=True)
        after = {store._control.key(e) for *_, e in store._control.rows().values()}
        assert before.isdisjoint(after)
        assert len(before) == len(after)
        assert texts(store) == WORDS
        assert left_in_backups(tmp_path / "backups", store._master, WORDS) == len(WORDS)
        assert len(generations_in(tmp_path / "backups")) == 2


def test_a_rotation_on_a_folder_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    begin(tmp_path, OLD)
    with closing(SqliteStore(tmp_path / "double", OLD, ballast_bytes=4096)) as store:
        (tmp_path / "double" / "rotating").write_text("in the way")
        with pytest.raises(StoreError):
            store.rotate_keys(NEW, NOON, in_file=False, workers=False)
    (tmp_path / "double" / "rotating").unlink()
    check_all(tmp_path, OLD)
