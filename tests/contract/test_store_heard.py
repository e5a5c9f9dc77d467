"""When a workspace was last heard, over every store: one moment, nobody's."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from bot.ports import Store
from storage.store import SqliteStore
from tests.contract.store_makers import MINUTE, NOON


def test_the_moment_of_each_workspace_is_kept_to_the_microsecond_and_replaced(store: Store) -> None:
    assert store.last_heard("slack", "T1") is None
    store.note_heard("slack", "T1", NOON)
    store.note_heard("slack", "T2", NOON + MINUTE)
    store.note_heard("slack", "T1", NOON + 2 * MINUTE)
    assert store.last_heard("slack", "T1") == NOON + 2 * MINUTE
    assert store.last_heard("slack", "T2") == NOON + MINUTE
    assert store.last_heard("discord", "T1") is None


def test_it_outlives_the_process_and_a_change_of_the_master_key(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path, ballast_bytes=4096)) as store:
        store.note_heard("slack", "T1", NOON)
        store.rotate_keys(None, NOON, in_file=True, workers=False)
        assert store.last_heard("slack", "T1") == NOON
    with closing(SqliteStore(tmp_path, ballast_bytes=4096)) as store:
        assert store.last_heard("slack", "T1") == NOON
