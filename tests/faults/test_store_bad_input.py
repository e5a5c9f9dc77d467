"""Whatever is found in the data folder: one clear sentence, a code, and nothing made worse."""

from __future__ import annotations

import base64
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from bot.errors import StoreError
from bot.messages import Span
from bot.refs import MessageRef, PersonRef
from storage.connection import refuse_old_sqlite
from storage.migrations import MIGRATIONS
from storage.store import SqliteStore
from tests.faults.store_actor import log

WORKER = PersonRef("local", "team", "mara")
KEY = "07" * 32


def made(folder: Path, messages: int = 3) -> Path:
    """Make a store with a worker in it, close it, and return the worker's file."""
    with closing(SqliteStore(folder, KEY)) as store:
        store.enrol(WORKER)
        with store.writing(WORKER) as tx:
            for number in range(messages):
                log(tx, number, f"message {number}")
    return worker_file(folder)


def worker_file(folder: Path) -> Path:
    (path,) = (p for p in folder.glob("*.db") if p.name != "control.db")
    return path


def refused(work: Callable[[], object]) -> StoreError:
    with pytest.raises(StoreError) as caught:
        work()
    sentence = str(caught.value)
    assert sentence[0].islower() or sentence.startswith(("SQLite", "UNDERSTUDY"))
    assert not sentence.endswith(".")
    assert "\n" not in sentence
    assert caught.value.__cause__ is None
    return caught.value


def opened(folder: Path, key: str | None = KEY) -> Callable[[], object]:
    return lambda: SqliteStore(folder, key)


def count(folder: Path) -> int:
    with closing(SqliteStore(folder, KEY)) as store, store.reading(WORKER) as tx:
        assert len(tx.messages.page(Span(), 9_999)) == tx.messages.count()
        tx.index.search(tx.index.shelves(), ["word"], 9_999)
        tx.audit.entries()
        return tx.messages.count()


def count_or_code(folder: Path) -> int | str:
    try:
        return count(folder)
    except StoreError as error:
        return error.code


# ---------------------------------------------------------------- keys


@pytest.mark.promise(23, "opening with a wrong key")
def test_a_wrong_master_key_is_told_and_harms_nothing(tmp_path: Path) -> None:
    made(tmp_path)
    assert refused(opened(tmp_path, "08" * 32)).code == "wrong_key"
    assert count(tmp_path) == 3


@pytest.mark.parametrize(
    "key", ["", "07", "07" * 31, "07" * 33, "zz" * 32, "a word", base64.b64encode(bytes(31)).decode()]
)
def test_a_malformed_master_key_is_told_without_its_value(tmp_path: Path, key: str) -> None:
    error = refused(opened(tmp_path, key))
    assert error.code == "wrong_key"
    assert not key or key not in str(error)
    assert list(tmp_path.glob("*.db")) == []


def test_a_master_key_is_taken_as_hexadecimal_or_base64(tmp_path: Path) -> None:
    made(tmp_path)
    SqliteStore(tmp_path, base64.b64encode(bytes([7] * 32)).decode() + "\n").close()


def test_a_master_key_is_made_at_the_first_start_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "double"
    with closing(SqliteStore(folder)) as store:
        assert store.master_key_was_made
        store.enrol(WORKER)
    assert (folder / "master.key").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    with closing(SqliteStore(folder)) as store:
        assert not store.master_key_was_made
        assert store.holds(WORKER)


def test_a_missing_master_key_is_never_replaced_by_a_new_one(tmp_path: Path) -> None:
    SqliteStore(tmp_path).close()
    (tmp_path / "master.key").rename(tmp_path.parent / "kept.key")
    assert refused(opened(tmp_path, None)).code == "wrong_key"
    assert not (tmp_path / "master.key").exists()


# ---------------------------------------------------------------- files


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"SQLite format 3\x00" + bytes(4_080), b"hello " * 4_096])
@pytest.mark.parametrize("which", ["control", "worker"])
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes, which: str) -> None:
    path = made(tmp_path) if which == "worker" else tmp_path / "control.db"
    made(tmp_path) if which == "control" else None
    path.write_bytes(content)
    if which == "control" and not content:
        return  # an emptied control file cannot be told from a new one without the files beside it: see below
    code = refused(lambda: count(tmp_path)).code
    assert code == "damaged" or (which == "control" and code == "wrong_key")
    assert path.read_bytes() == content


@pytest.mark.parametrize("emptied", [True, False])
def test_a_missing_control_file_does_not_cost_the_files_beside_it(tmp_path: Path, emptied: bool) -> None:
    path = made(tmp_path)
    shutil.copy(tmp_path / "control.db", tmp_path.parent / "backup")
    (tmp_path / "control.db").unlink()
    if emptied:
        (tmp_path / "control.db").touch()
    assert refused(opened(tmp_path)).code == "damaged"
    shutil.copy(tmp_path.parent / "backup", tmp_path / "control.db")
    assert path.exists()
    assert count(tmp_path) == 3


def test_a_missing_worker_file_is_told_and_not_made_anew(tmp_path: Path) -> None:
    path = made(tmp_path)
    kept = path.rename(tmp_path.parent / "kept")
    with closing(SqliteStore(tmp_path, KEY)) as store:
        for view in (store.reading, store.writing):
            assert refused(lambda v=view: v(WORKER).__enter__()).code == "damaged"  # type: ignore[misc]
    assert not path.exists()
    kept.rename(path)
    assert count(tmp_path) == 3


def test_flipped_bytes_are_found_and_never_pass_for_data(tmp_path: Path) -> None:
    messages = 2_000  # so that most of the file is in use
    path = made(tmp_path, messages)
    whole, chance = path.read_bytes(), random.Random(3)
    tries, told = 60, 0
    for _ in range(tries):
        at = chance.randrange(len(whole))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        seen = count_or_code(tmp_path)
        assert seen in {messages, "damaged"}
        told += seen == "damaged"
    print(f"{tries} files with one flipped bit: {told} refused, the rest read right, none read wrong")
    assert told > tries // 4  # the rest fell on pages that counting does not read
    path.write_bytes(whole)
    assert count(tmp_path) == messages


@pytest.mark.parametrize("length", [1, 15, 16, 100, 4_095, 4_096, 5_000, 40_000])
def test_a_truncated_file_is_refused(tmp_path: Path, length: int) -> None:
    path = made(tmp_path, 300)
    os.truncate(path, length)
    assert refused(lambda: count(tmp_path)).code == "damaged"


def test_one_damaged_file_leaves_the_others_readable(tmp_path: Path) -> None:
    path = made(tmp_path)
    other = PersonRef("local", "team", "jonas")
    path.write_bytes(random.Random(1).randbytes(9_000))
    with closing(SqliteStore(tmp_path, KEY)) as store:
        store.enrol(other)
        with store.writing(other) as tx:
            assert tx.messages.count() == 0
        assert store.workers() == (other, WORKER)
        assert store.erase(WORKER)


def test_a_damaged_index_is_made_anew_from_the_messages(tmp_path: Path) -> None:
    made(tmp_path, 300)
    with closing(SqliteStore(tmp_path, KEY)) as store:
        sound = search(store)
        with store._turn, store._writer(WORKER) as file:
            file._connection.rows("UPDATE shelf_1_data SET block = randomblob(200) WHERE id > 10")
        assert refused(lambda: search(store)).code == "index_damaged"
        with store.writing(WORKER) as tx:
            assert tx.messages.count() == 300
        assert search(store) == sound
        assert len(sound) == 300


def search(store: SqliteStore) -> set[MessageRef]:
    with store.reading(WORKER) as tx:
        return {hit.ref for hit in tx.index.search(tx.index.shelves(), ["messag"], 9_999)}


def test_data_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    made(tmp_path)
    with closing(SqliteStore(tmp_path, KEY)) as store, store._turn, store._writer(WORKER) as file:
        file._connection.rows(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    assert refused(lambda: write_nothing(tmp_path)).code == "too_old"


def write_nothing(folder: Path) -> None:
    with closing(SqliteStore(folder, KEY)) as store, store.writing(WORKER):
        pass


# ---------------------------------------------------------------- the folder and the machine


def test_a_second_process_is_kept_out_until_the_first_has_gone(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from bot.errors import StoreError; from storage.store import SqliteStore\n"
        "try: SqliteStore(Path(sys.argv[1]))\nexcept StoreError as error: print(error.code)\nelse: print('open')"
    )
    run = [sys.executable, "-c", script, str(tmp_path)]
    first = SqliteStore(tmp_path)
    assert refused(opened(tmp_path, None)).code == "in_use"
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout == "in_use\n"
    first.close()
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout == "open\n"


def test_a_start_that_fails_lets_the_next_one_in(tmp_path: Path) -> None:
    made(tmp_path)
    refused(opened(tmp_path, "08" * 32))
    assert count(tmp_path) == 3


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused(opened(tmp_path / "file"))
    refused(opened(tmp_path / "file" / "below"))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    made(tmp_path)
    script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
    wrapping = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, str(tmp_path)]
    try:
        subprocess.run([*wrapping, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this system lets nobody mount a folder read-only")
    program = (
        "import sys; from pathlib import Path\n"
        "from bot.errors import StoreError; from storage.store import SqliteStore\n"
        f"try: SqliteStore(Path(sys.argv[1]), {KEY!r})\nexcept StoreError as error: print(error.code)"
    )
    done = subprocess.run(
        [*wrapping, sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.returncode) == ("read_only\n", 0), done.stderr


@pytest.mark.parametrize("version", [(3, 51, 2), (3, 40, 1), (3, 7, 0)])
def test_an_sqlite_that_may_corrupt_its_log_is_refused(version: tuple[int, ...]) -> None:
    error = refused(lambda: refuse_old_sqlite(version))
    assert error.code == "too_old"
    assert "3.51.3" in str(error)
    refuse_old_sqlite((3, 51, 3))


# ---------------------------------------------------------------- what the folder and the chain tell


@pytest.mark.promise(1, "the names of all files")
def test_a_listing_of_the_folder_tells_no_one_who_joined(tmp_path: Path) -> None:
    made(tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert [name for name in names if len(name) < 32] == ["ballast", "control.db", "lock"]
    assert all(set(name.removesuffix(".db")) <= set("0123456789abcdef") for name in names if len(name) >= 32)


TAMPERINGS = {
    "flipped": "UPDATE audit SET at = at + 1 WHERE number = 2",
    "rewritten": "UPDATE audit SET facts = '{\"n\": 5}' WHERE number = 2",
    "unreadable": "UPDATE audit SET facts = '{' WHERE number = 2",
    "dropped": "DELETE FROM audit WHERE number = 2",
    "swapped": "UPDATE audit SET number = CASE number WHEN 1 THEN -2 WHEN 2 THEN -1 END WHERE number < 3;"
    "UPDATE audit SET number = -number WHERE number < 0",
    "doubled": "INSERT INTO audit SELECT 4, happening, at, subject, facts, previous, mac FROM audit WHERE number = 3",
    "tail cut": "DELETE FROM audit WHERE number = 3",
    "tail cut, head bent": "DELETE FROM audit WHERE number = 3; UPDATE audit_head SET length = 2,"
    "mac = (SELECT mac FROM audit WHERE number = 2)",
    "head gone": "DELETE FROM audit_head",
}


@pytest.mark.parametrize("statements", TAMPERINGS.values(), ids=list(TAMPERINGS))
@pytest.mark.promise(14, "a stored chain tampered with, on the disk")
def test_an_audit_chain_that_was_tampered_with_is_found(tmp_path: Path, statements: str) -> None:
    made(tmp_path)
    with closing(SqliteStore(tmp_path, KEY)) as store:
        with store.reading(WORKER) as tx:
            assert tx.audit.check() is None
        with store._turn, store._writer(WORKER) as file:
            for statement in statements.split(";"):
                file._connection.rows(statement)
        with store.reading(WORKER) as tx:
            assert tx.audit.check() is not None


def test_errors_never_quote_what_was_stored(tmp_path: Path) -> None:
    made(tmp_path)
    with closing(SqliteStore(tmp_path, KEY)) as store, store._turn, store._writer(WORKER) as file:
        error = refused(lambda: file._connection.rows("SELECT * FROM marker_word"))
        assert "marker" not in str(error)
    assert issubclass(dbapi2.OperationalError, dbapi2.Error)
