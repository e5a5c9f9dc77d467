"""Vectors in the worker's file: what outlives a restart, what an open file holds, and files from before."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from bot.ports import Near, Store
from storage.connection import Connection
from storage.migrations import MIGRATIONS
from storage.store import SqliteStore
from storage.worker_file import WorkerFile
from tests.contract.store_makers import GENERAL, NOON, PUBLIC, WORKER, learn, read, ref, sqlite_store, write

MODEL = "small-1"
VECTORS = {ref(1): (0.6, 0.8), ref(2): (1.0, 0.0)}


def nearest(store: Store) -> tuple[Near, ...]:
    return read(store, lambda tx: tx.vectors.search([PUBLIC], MODEL, (0.6, 0.8), 9))


def test_vectors_outlive_a_restart(tmp_path: Path) -> None:
    with closing(sqlite_store(tmp_path)) as store:
        store.enrol(WORKER)
        learn(store, "one", "two")
        write(store, lambda tx: tx.vectors.put(MODEL, VECTORS))
        before = nearest(store)
    with closing(sqlite_store(tmp_path)) as store:
        assert nearest(store) == before != ()
        write(store, lambda tx: tx.messages.remove([ref(2)], NOON))
        store.compact(WORKER)
        assert [near.ref for near in nearest(store)] == [ref(1)]


def test_an_erased_workers_sign_bits_are_held_by_no_open_file(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path)) as store:
        store.enrol(WORKER)
        learn(store, "one")
        write(store, lambda tx: tx.vectors.put(MODEL, VECTORS))
        assert [near.ref for near in nearest(store)] == [ref(1)]
        (file,) = store._readers._idle.values()
        assert file._signs._shelves
        store.erase(WORKER)
        assert not file._signs._shelves
        store.enrol(WORKER)
        learn(store, "one")
        assert nearest(store) == ()


def test_a_file_of_before_there_were_vectors_takes_them_for_what_it_holds(tmp_path: Path) -> None:
    path, key, (first, *_) = tmp_path / "worker.db", bytes(32), MIGRATIONS
    with closing(Connection(path, key, make=True)) as connection, connection.transaction():
        first(connection)
        connection.rows("PRAGMA user_version = 1")
        connection.rows("INSERT INTO channels VALUES (1, ?, ?, ?)", (GENERAL.platform, GENERAL.workspace, "C1"))
        connection.rows("INSERT INTO shelves VALUES (1, 1, 1, 0)")
        columns = "id, channel, stamp, is_removed, shelf, said_at, revised_at, public, grant_id, text"
        for row, shelf in ((1, 1), (2, None)):
            values = (row, 1, ref(row).stamp, 0, shelf, row, row, 1, "g1", "hello")
            connection.rows(f"INSERT INTO messages ({columns}) VALUES ({', '.join('?' * 10)})", values)
    with closing(WorkerFile(path, key)) as file, file.writing(WORKER, lambda: None) as tx:
        assert [m.ref for m in tx.vectors.missing(MODEL, [GENERAL], 9)] == [ref(1)]
        assert tx.vectors.put(MODEL, VECTORS) == 1
        assert tx.vectors.missing(MODEL, [GENERAL], 9) == ()
        assert [near.ref for near in tx.vectors.search([PUBLIC], MODEL, VECTORS[ref(1)], 9)] == [ref(1)]
