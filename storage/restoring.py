"""Restoring a backup: gathered and verified beside the data first, then put in its place so that no crash tears it.

A file at hand that opens and is sound is never replaced by an older copy: a backup brings back what is missing or
damaged. Nothing that was erased comes back, and no consent that was withdrawn: the data folder at hand is asked what it
remembers. Spare files are made anew, for one of a backup may be known as erased; they keep the names, so that these do
not tell which files are somebody's.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

from bot.errors import StoreError
from bot.private_files import keep_folder_private
from storage.connection import is_filled
from storage.control import CONTROL_FILE, Control, Entry, Row
from storage.disk import front_of, parts_of, sync_file, sync_folder
from storage.errors import of_system
from storage.files import Files
from storage.generation import fits, generations_in, marker_of
from storage.keys import MasterKey, find_master_key, unseal_worker
from storage.ledger import Ledger
from storage.limits import ask_again, take_limits
from storage.lock import FolderLock
from storage.rotation import settle_rotation
from storage.worker_file import WorkerFile, is_sound

_GATHERING, _READY, _NAMES = "restoring.new", "restoring", "names"
_NO_DAMAGE = frozenset({"full", "in_use", "read_only", "too_old"})
"""Why a file at hand may not open now and be sound all the same: nothing is put in its place then."""


def restore(backup: Path, folder: Path, given: str | None, *, replace: bool) -> None:
    """Put a backup in the place of a data folder's doubles; `given` is the master key, if it stands in no file.

    `backup` is a folder that was backed up into, of which the newest is taken, or one generation in it. Raises
    `StoreError`: `in_use`, `not_empty` without `replace`, `no_backup`, `wrong_key`, `damaged`, `full`.
    """
    try:
        generation = _found(backup)
        keep_folder_private(folder)
        lock = FolderLock(folder)
        try:
            settle_rotation(folder)
            finish_restoring(folder)
            if is_filled(folder / CONTROL_FILE) and not replace:
                sentence = "there are doubles in the data folder: say --replace to put the backup in their place"
                raise StoreError(sentence, "not_empty")
            gather(generation, folder, find_master_key(folder, given, is_new=False))
            finish_restoring(folder)
        finally:
            lock.release()
    except OSError as error:
        raise of_system(error) from None


def _found(backup: Path) -> Path:
    if is_filled(backup / CONTROL_FILE):
        return backup
    whole = generations_in(backup) if backup.is_dir() else []
    if not whole:
        raise StoreError("there is no backup in that folder: name one that understudy backup wrote into", "no_backup")
    return whole[-1]


def gather(generation: Path, folder: Path, master: MasterKey) -> None:
    """Gather what is to be there in a folder beside, verify all of it, and let it count: from here on it is done."""
    if not fits(generation, master):
        raise StoreError("the master key does not fit this backup: give the one it was made with", "wrong_key")
    beside = folder / _GATHERING
    shutil.rmtree(beside, ignore_errors=True)
    keep_folder_private(beside)
    try:
        _Gathering(generation, folder, beside, master).gather()
        _even_out_times(beside)
        (beside / _NAMES).write_text(json.dumps(sorted(path.name for path in beside.glob("*.db"))))
        sync_file(beside / _NAMES)
        sync_folder(beside)
    except (OSError, StoreError):
        shutil.rmtree(beside, ignore_errors=True)
        raise
    beside.rename(folder / _READY)
    sync_folder(folder)


def _even_out_times(folder: Path) -> None:
    """Let no file be older than another: the order in which they were gathered tells which are spare."""
    moment = folder.stat().st_mtime_ns
    for path in folder.glob("*.db"):
        os.utime(path, ns=(moment, moment))


class _Gathering:
    """One restoration: from where each file is taken."""

    def __init__(self, generation: Path, folder: Path, beside: Path, master: MasterKey) -> None:
        self._generation = generation
        self._folder = folder
        self._beside = beside
        self._master = master

    def gather(self) -> None:
        """Bring all files that are to be there, and write the control file with their keys."""
        copy = self._beside / "control"
        keep_folder_private(copy)
        shutil.copyfile(self._generation / CONTROL_FILE, copy / CONTROL_FILE)
        with ExitStack() as opened:
            backup, new = (opened.enter_context(closing(Control(f, self._master))) for f in (copy, self._beside))
            if not backup.is_sound:
                raise StoreError("the control file of this backup is damaged: take another backup", "damaged")
            at_hand = self._at_hand()
            before = [backup]
            if at_hand is not None:
                before.append(opened.enter_context(closing(at_hand)))
            remembered = at_hand.ledger if at_hand and _is_readable(at_hand.ledger) else None
            rows = self._chosen(backup, at_hand, remembered)
            new.adopt(rows)
            for ledger in filter(None, (backup.ledger, remembered)):
                new.ledger.adopt(ledger, [new.id_of(entry) for *_, entry in rows])
            if remembered is not None:
                new.ledger.adopt_folders(remembered)
            names = {name for control in before for name in control.rows()}
            spare = names - {entry.name for *_, entry in rows}
            Files(self._beside, new, lambda _: None).fill_up(sorted(spare))
            folder = self._generation.resolve().parent
            if (folder_id := marker_of(folder)) is not None:
                new.ledger.remember(folder_id, folder)  # what is erased from now on goes from there too
        shutil.rmtree(copy)

    def _at_hand(self) -> Control | None:
        """Open what is there now; None if there is nothing, or it is damaged.

        Another key than the backup's is refused: nothing could be asked what it remembers.
        """
        if not is_filled(self._folder / CONTROL_FILE):
            return None
        try:
            return Control(self._folder, self._master)
        except StoreError as error:
            if error.code == "wrong_key":
                sentence = (
                    "the doubles in the data folder have another master key than this backup: move them away first"
                )
                raise StoreError(sentence, "wrong_key") from None
            if error.code in _NO_DAMAGE:
                raise
            return None

    def _chosen(self, backup: Control, at_hand: Control | None, remembered: Ledger | None) -> list[Row]:
        """Bring every file that is to be there, and return the rows of the control file to be."""
        then, since = backup.ledger.numbers(), remembered.numbers() if remembered else {}
        gone_then = backup.ledger.erased()
        gone = gone_then | (remembered.erased() if remembered else frozenset())
        chosen: dict[bytes, Row] = {}
        for row in at_hand.living() if at_hand else ():
            file = backup.id_of(row[2])
            is_behind = remembered is not None and since.get(file, 0) < then.get(file, 0)  # older than the backup is
            if file not in gone_then and not is_behind and self._keep(row[2], backup.key(row[2])):
                chosen[row[0]] = row
        for row in backup.living():
            file, key = backup.id_of(row[2]), backup.key(row[2])
            if row[0] in chosen or file in gone or since.get(file, 0) > then.get(file, 0):
                continue
            if remembered is None and self._is_another(row[2], file):
                continue
            if at_hand is None and self._keep(row[2], key):
                chosen[row[0]] = row
                continue
            brought = self._bring(row[2], key, {entry.name for *_, entry in chosen.values()})
            if remembered is None or since.get(file, 0) == then.get(file, 0):
                self._limit(row[2], brought, key)
            chosen[row[0]] = (*row[:2], brought)
        return list(chosen.values())

    def _is_another(self, entry: Entry, file: str) -> bool:
        """Whether another file has a name now, as after an erasure, where nothing else is left that remembers it."""
        path = self._folder / entry.name
        return is_filled(path) and front_of(path) != file

    def _bring(self, entry: Entry, key: bytes, taken: Collection[str]) -> Entry:
        """Copy a file out of the backup and verify it: every page, its audit chain, and that this program reads it.

        It gets another name if a file at hand has taken its own since, as one may after another backup was restored.
        """
        source = self._generation / entry.name
        if not is_filled(source):
            raise StoreError("a file of this backup is missing: take another backup", "damaged")
        brought = replace(entry, name=f"{token_hex(16)}.db") if entry.name in taken else entry
        shutil.copyfile(source, self._beside / brought.name)
        if not is_sound(self._beside / brought.name, key):
            raise StoreError("a file of this backup is damaged: take another backup", "damaged")
        with closing(WorkerFile(self._beside / brought.name, key)) as file:
            ask_again(file, unseal_worker(key, entry.sealed))
        return brought

    def _limit(self, entry: Entry, brought: Entry, key: bytes) -> None:
        """Let no consent hold again that was withdrawn since the backup, as far as the damaged file at hand tells."""
        try:
            later = WorkerFile(self._folder / entry.name, key)
        except StoreError:
            return
        with closing(later), closing(WorkerFile(self._beside / brought.name, key)) as file:
            take_limits(file, later, unseal_worker(key, entry.sealed))

    def _keep(self, entry: Entry, key: bytes) -> bool:
        """Copy a file at hand as it is, if it opens and is sound."""
        copy = self._beside / entry.name
        try:
            with closing(WorkerFile(self._folder / entry.name, key)) as file:
                file.copy_to(copy)
        except StoreError as error:
            if error.code in _NO_DAMAGE:
                raise
            return False
        if not is_sound(copy, key):
            for part in parts_of(copy):
                part.unlink(missing_ok=True)
            return False
        return True


def _is_readable(ledger: Ledger) -> bool:
    """Whether all that a ledger at hand remembers can be read; damaged, it must not keep a restoration from its end."""
    try:
        ledger.erased(), ledger.numbers(), ledger.folders()
    except StoreError as error:
        if error.code in _NO_DAMAGE:
            raise
        return False
    return True


def finish_restoring(folder: Path) -> None:
    """Put what was gathered in its place; repeated from its beginning after a crash, it comes to the same end."""
    shutil.rmtree(folder / _GATHERING, ignore_errors=True)
    ready = folder / _READY
    if not (ready / _NAMES).exists():
        shutil.rmtree(ready, ignore_errors=True)
        return
    names = set(json.loads((ready / _NAMES).read_text()))
    for path in folder.glob("*.db*"):
        if path.suffix != ".db" or path.name not in names:  # logs first of all: they belong to what was there
            path.unlink()
    for path in sorted(ready.glob("*.db"), key=lambda path: path.name == CONTROL_FILE):
        path.replace(folder / path.name)
    sync_folder(folder)
    (ready / _NAMES).unlink()
    sync_folder(ready)
    shutil.rmtree(ready)
