"""Backups: whole, encrypted, restored; and what is erased goes from them too, at once or at the next chance."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.consent import Closure, Grant, Purpose
from bot.errors import StoreError
from bot.messages import Span
from storage.control import CONTROL_FILE
from storage.generation import MARKER, files_in, generations_in
from storage.restoring import restore
from tests.faults.backed_up import (
    DAY,
    OTHER,
    everything_in,
    left_in_backups,
    newest,
    opened,
    remove,
    texts,
    write_words,
)
from tests.faults.test_store_erasure import CHANNEL, NOON, WORKER, found, planted_words
from tests.promised import Figures, Sized

pytestmark = pytest.mark.usefixtures("few_small_files")


def back_up(folder: Path, words: list[str], *places: str) -> None:
    with opened(folder) as store:
        write_words(store, WORKER, words)
        write_words(store, OTHER, ["hello"])
        for place in places or ("backups",):
            store.back_up(folder / place, NOON)


@pytest.mark.promise(23, "a backup restored into an empty folder, every word and every chain compared")
def test_a_backup_is_restored_whole_into_an_empty_folder(tmp_path: Path, figures: Figures, sized: Sized) -> None:
    words = planted_words(11, sized(quick=60, full=5_000))
    back_up(tmp_path, words)
    new = tmp_path / "new"
    (new / "double").mkdir(parents=True)
    shutil.copy(tmp_path / "double" / "master.key", new / "double")
    restore(tmp_path / "backups", new / "double", None, replace=False)
    with opened(tmp_path) as before, opened(new) as after:
        assert after.workers() == before.workers() == (OTHER, WORKER)
        assert texts(after) == texts(before) == words
        for worker in (WORKER, OTHER):
            with before.reading(worker) as was, after.reading(worker) as tx:
                assert tx.audit.entries() == was.audit.entries()
                assert tx.audit.check() is None
    figures("messages restored", len(words))


@pytest.mark.promise(23, "no plain byte in a backup; private rights; two generations at most; a wrong key")
def test_a_backup_is_encrypted_private_and_kept_twice(tmp_path: Path) -> None:
    words = planted_words(12, 50)
    back_up(tmp_path, words)
    with opened(tmp_path) as store:
        for day in range(1, 4):
            store.back_up(tmp_path / "backups", NOON + day * DAY)
        assert left_in_backups(tmp_path / "backups", store._master, words) == 50
    kept = [path.name for path in generations_in(tmp_path / "backups")]
    assert kept == ["understudy-20260304T120000Z", "understudy-20260305T120000Z"]
    plain = everything_in(tmp_path / "backups")
    assert not any(secret.encode() in plain for secret in [*words, "mara", "jonas", "local", "SQLite format"])
    rights = {f"{p.stat().st_mode & 0o777:o}" for p in (tmp_path / "backups").rglob("*") if p.is_file()}
    assert rights == {"600"}
    folders = [tmp_path / "backups", *generations_in(tmp_path / "backups")]
    assert {f"{p.stat().st_mode & 0o777:o}" for p in folders} == {"700"}
    with pytest.raises(StoreError, match="the master key does not fit this backup") as told:
        restore(tmp_path / "backups", tmp_path / "double", "5a" * 32, replace=True)
    assert told.value.code == "wrong_key"


def test_the_newest_backup_stays_even_if_the_clock_went_back(tmp_path: Path) -> None:
    back_up(tmp_path, ["one"])
    with opened(tmp_path) as store:
        for days in (3, 2, -9):
            store.back_up(tmp_path / "backups", NOON + days * DAY)
    kept = [path.name[11:19] for path in generations_in(tmp_path / "backups")]
    assert kept == ["20260221", "20260305"]


@pytest.mark.promise(4, "backups: planted words searched in every decrypted page of two generations")
def test_what_is_erased_goes_from_every_backup(tmp_path: Path, figures: Figures, sized: Sized) -> None:
    words = planted_words(13, sized(quick=60, full=2_000))
    back_up(tmp_path, words, "backups", "elsewhere")
    with opened(tmp_path) as store:
        store.back_up(tmp_path / "backups", NOON + DAY)
        master, places = store._master, [tmp_path / "backups", tmp_path / "elsewhere"]
        before = [left_in_backups(place, master, words) for place in places]
        with store.writing(WORKER) as tx:
            tx.messages.remove(tx.messages.refs(Span())[: len(words) // 2], NOON)
        proof = store.compact(WORKER)
        assert proof is not None
        assert (proof.backups, proof.backups_waiting) == (3, 0)
        half = [left_in_backups(place, master, words) for place in places]
        gone = store.erase(WORKER)
        assert gone is not None
        assert (gone.backups, gone.backups_waiting) == (3, 0)
        after = [left_in_backups(place, master, words) for place in places]
        assert all(len(files_in(g)) == 4 for place in places for g in generations_in(place)), "none is missing"
    figures("words found in backups before", sum(before))
    figures("after half was erased", sum(half))
    figures("after leaving", sum(after))
    assert before == [len(words)] * 2
    assert half == [len(words) - len(words) // 2] * 2
    assert after == [0, 0]


@pytest.mark.promise(4, "a folder of backups out of reach at an erasure: said, and done at the next chance")
def test_a_folder_out_of_reach_waits_and_is_cleaned_at_the_next_chance(tmp_path: Path, figures: Figures) -> None:
    words = planted_words(14, 60)
    back_up(tmp_path, words, "disk")
    (tmp_path / "disk").rename(tmp_path / "in the drawer")
    (tmp_path / "disk").mkdir()  # the empty place at which nothing is mounted
    with opened(tmp_path) as store:
        remove(store, 0)
        with store.writing(WORKER) as tx:
            tx.messages.remove([], NOON)
        proof = store.compact(WORKER)
        assert proof is not None
        assert (proof.backups, proof.backups_waiting) == (0, 1)
        store.tend_backups(NOON)
        gone = store.erase(OTHER)
        assert gone is not None
        assert (gone.backups, gone.backups_waiting) == (0, 1)
    (tmp_path / "disk").rmdir()
    (tmp_path / "in the drawer").rename(tmp_path / "disk")
    with opened(tmp_path) as store:
        before = left_in_backups(tmp_path / "disk", store._master, words[:1])
        store.tend_backups(NOON)
        after = left_in_backups(tmp_path / "disk", store._master, words[:1])
        assert left_in_backups(tmp_path / "disk", store._master, words) == 59
        assert len(files_in(newest(tmp_path / "disk"))) == 4
    figures("words left while out of reach", before)
    figures("words left afterwards", after)
    assert (before, after) == (1, 0)


def test_a_folder_gone_for_good_is_waited_for_no_longer_and_still_brings_nothing_back(tmp_path: Path) -> None:
    back_up(tmp_path, ["one", "two"], "disk")
    with opened(tmp_path) as store:
        with pytest.raises(StoreError, match="can be reached") as told:
            store.give_up_backups(tmp_path / "disk")
        assert told.value.code == "wrong_folder"
        (tmp_path / "disk").rename(tmp_path / "lost")
        assert store.tend_backups(NOON) == 1
        store.give_up_backups(tmp_path / "elsewhere")  # of which nothing is known
        assert store.tend_backups(NOON) == 1
        store.give_up_backups(tmp_path / "disk")
        assert store.tend_backups(NOON) == 0
        remove(store, 0)
    restore(tmp_path / "lost", tmp_path / "double", None, replace=True)
    with opened(tmp_path) as store:
        assert texts(store) == ["two"]
        assert store.tend_backups(NOON) == 0, "given up still"
        store.back_up(tmp_path / "lost", NOON + DAY)  # found, and used again
        (tmp_path / "lost").rename(tmp_path / "disk")
        assert store.tend_backups(NOON + DAY) == 1


def test_another_disk_in_the_same_place_is_told_apart(tmp_path: Path) -> None:
    back_up(tmp_path, ["one", "two"], "disk")
    (tmp_path / "disk").rename(tmp_path / "first")
    with opened(tmp_path) as store:
        store.back_up(tmp_path / "disk", NOON + DAY)
        remove(store, 0)
        proof = store.compact(WORKER)
        assert proof is not None
        assert (proof.backups, proof.backups_waiting) == (1, 1)


@pytest.mark.promise(23, "a backup's control file is written anew within a day, without keys that are gone")
def test_a_backups_control_file_lives_for_less_than_a_day(tmp_path: Path) -> None:
    back_up(tmp_path, ["one"])
    control = newest(tmp_path / "backups") / CONTROL_FILE
    with opened(tmp_path) as store:
        first = control.read_bytes()
        store.tend_backups(NOON + DAY / 2)
        assert control.read_bytes() == first
        store.tend_backups(NOON + DAY)
        second = control.read_bytes()
        assert second != first
        store.tend_backups(NOON)  # a clock that went back
        assert control.read_bytes() != second


@pytest.mark.promise(4, "a backup taken before an erasure, restored after it: nothing erased comes back")
def test_a_restored_backup_brings_back_nothing_that_was_erased_since(tmp_path: Path, figures: Figures) -> None:
    words = planted_words(15, 40)
    back_up(tmp_path, words, "disk")
    shutil.copytree(tmp_path / "disk", tmp_path / "copy")
    with opened(tmp_path) as store:
        remove(store, 0)
        assert store.erase(OTHER)
        store.enrol(OTHER)  # joined again: that file is another one
    restore(tmp_path / "copy", tmp_path / "double", None, replace=True)
    with opened(tmp_path) as store:
        assert texts(store) == words[1:]
        assert found(store, words[:1]) == 0
        with store.reading(OTHER) as tx:
            assert tx.audit.entries() == ()
    figures("erased things that came back", 0)


def test_who_joined_since_the_backup_is_still_there_after_it_is_restored(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        write_words(store, WORKER, ["one"])
        store.back_up(tmp_path / "backups", NOON)
        write_words(store, WORKER, ["two"], first=1)
        write_words(store, OTHER, ["hello"])
    restore(newest(tmp_path / "backups"), tmp_path / "double", None, replace=True)
    with opened(tmp_path) as store:
        assert store.workers() == (OTHER, WORKER)
        assert texts(store) == ["one", "two"], "a sound file is never replaced by an older copy"
        remove(store, 0)  # and its backups follow again
        assert left_in_backups(tmp_path / "backups", store._master, ["one"]) == 0


@pytest.mark.promise(2, "a backup taken before a consent was withdrawn, restored after it: it stays withdrawn")
def test_a_restored_backup_revives_no_consent_that_was_withdrawn_since(tmp_path: Path) -> None:
    grants = [Grant(f"g{n}", WORKER, Purpose.LOG, CHANNEL, NOON, NOON, NOON + 90 * DAY, "ab") for n in (1, 2)]
    with opened(tmp_path) as store:
        store.enrol(WORKER)
        with store.writing(WORKER) as tx:
            tx.consent.add(grants)
        store.back_up(tmp_path / "backups", NOON)
        with store.writing(WORKER) as tx:
            tx.consent.close(["g1"], NOON + DAY, Closure.PAUSED)
    restore(tmp_path / "backups", tmp_path / "double", None, replace=True)
    with opened(tmp_path) as store, store.reading(WORKER) as tx:
        assert [(g.closed_at, g.closure) for g in tx.consent.all()] == [(NOON + DAY, Closure.PAUSED), (None, None)]


def test_doubles_at_hand_are_not_replaced_unless_that_is_said(tmp_path: Path) -> None:
    back_up(tmp_path, ["one"])
    before = everything_in(tmp_path / "double")
    with pytest.raises(StoreError, match="say --replace") as told:
        restore(tmp_path / "backups", tmp_path / "double", None, replace=False)
    assert told.value.code == "not_empty"
    assert everything_in(tmp_path / "double") == before


def without_doubles(folder: Path) -> None:
    """Lose everything but the master key."""
    for path in (folder / "double").iterdir():
        if path.name != "master.key":
            path.unlink()


def spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-2000] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("how", ["a file spoilt", "a file missing", "the control file spoilt", "nothing there"])
def test_a_backup_that_is_not_whole_is_refused_and_changes_nothing(tmp_path: Path, how: str) -> None:
    back_up(tmp_path, planted_words(16, 200))
    place = tmp_path / "backups"
    with opened(tmp_path) as store:
        first = files_in(newest(place))[store._entry(WORKER).name]
    if how == "a file spoilt":
        spoil(first)
    elif how == "a file missing":
        first.unlink()
    elif how == "nothing there":
        place = tmp_path / "nowhere"
    else:
        spoil(newest(place) / CONTROL_FILE)
    without_doubles(tmp_path)
    before = everything_in(tmp_path / "double")
    with pytest.raises(StoreError) as told:
        restore(place, tmp_path / "double", None, replace=True)
    assert told.value.code == ("no_backup" if how == "nothing there" else "damaged")
    assert everything_in(tmp_path / "double") == before
    assert not list((tmp_path / "double").glob("restoring*"))


def test_a_backup_into_the_doubles_own_folder_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        for place in ("double", "double/backups", "double/../double/x"):
            with pytest.raises(StoreError) as told:
                store.back_up(tmp_path / place, NOON)
            assert told.value.code == "wrong_folder"


def test_a_strangers_backups_in_the_same_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "stranger").mkdir()
    with opened(tmp_path / "stranger") as store:
        write_words(store, WORKER, ["theirs"])
        for day in range(2):
            store.back_up(tmp_path / "backups", NOON + day * DAY)
    theirs = {path.name for path in generations_in(tmp_path / "backups")}
    back_up(tmp_path, ["ours"])
    with opened(tmp_path) as store:
        for day in range(2, 5):
            store.back_up(tmp_path / "backups", NOON + day * DAY)
        store.erase(WORKER)
    assert theirs < {path.name for path in generations_in(tmp_path / "backups")}
    restore(tmp_path / "backups" / max(theirs), tmp_path / "stranger" / "double", None, replace=True)


def test_a_daily_backup_is_made_once_a_day(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        store.enrol(WORKER)
        store._daily_backups = tmp_path / "daily"
        for hours in range(0, 49, 4):
            store.tend_backups(NOON + hours * DAY / 24)
    assert [path.name[11:21] for path in generations_in(tmp_path / "daily")] == ["20260303T1", "20260304T1"]


def test_what_a_making_cut_short_left_is_deleted(tmp_path: Path) -> None:
    back_up(tmp_path, ["one"])
    remains = tmp_path / "backups" / "making-understudy-0123"
    remains.mkdir()
    (remains / "x.db").write_bytes(b"half")
    (newest(tmp_path / "backups") / "x.db.new").write_bytes(b"half")
    assert (tmp_path / "backups" / MARKER).read_text()
    with opened(tmp_path) as store:
        store.tend_backups(NOON)
    assert not remains.exists()
    assert not list(newest(tmp_path / "backups").glob("*.new"))
