"""Restoring a backup: gathered and verified beside the data first, then put in its place so that no crash tears it.

Nothing that was erased comes back, and no consent that was withdrawn. What the data folder at hand remembers is asked:
a file that was erased since stays away, and of one from which something was erased since, the file at hand is kept.
Whoever joined since the backup stays.
"""

from __future__ import annotations

import json
import shutil
from contextlib import ExitStack, closing
from pathlib import Path

from bot.errors import StoreError
from bot.private_files import keep_folder_private
from storage.connection import is_filled
from storage.control import CONTROL_FILE, Control, Entry, Row
from storage.disk import sync_file, sync_folder
from storage.errors import of_system
from storage.generation import fits, generations_in, marker_of
from storage.keys import MasterKey, find_master_key
from storage.lock import FolderLock
from storage.rotation import settle_rotation
from storage.worker_file import WorkerFile, is_sound

_GATHERING, _READY, _NAMES = "restoring.new", "restoring", "names"


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
        (beside / _NAMES).write_text(json.dumps(sorted(path.name for path in beside.glob("*.db"))))
        sync_file(beside / _NAMES)
        sync_folder(beside)
    except (OSError, StoreError):
        shutil.rmtree(beside, ignore_errors=True)
        raise
    beside.rename(folder / _READY)
    sync_folder(folder)


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
            ledgers = [backup.ledger]
            if at_hand is not None:
                opened.enter_context(closing(at_hand))
                ledgers.append(at_hand.ledger)
                new.ledger.adopt_folders(at_hand.ledger)
            rows = self._chosen(backup, at_hand)
            new.adopt(rows)
            for ledger in ledgers:
                new.ledger.adopt(ledger, [new.id_of(entry) for *_, entry in rows])
            folder = self._generation.resolve().parent
            if (folder_id := marker_of(folder)) is not None:
                new.ledger.remember(folder_id, folder)  # what is erased from now on goes from there too
        shutil.rmtree(copy)

    def _at_hand(self) -> Control | None:
        """Open what is there now; None if there is nothing, or nothing that opens with this key."""
        if not is_filled(self._folder / CONTROL_FILE):
            return None
        try:
            return Control(self._folder, self._master)
        except StoreError:
            return None

    def _chosen(self, backup: Control, at_hand: Control | None) -> list[Row]:
        """Bring every file that is to be there, and return the rows of the control file to be."""
        erased = backup.ledger.erased() | (at_hand.ledger.erased() if at_hand else frozenset())
        then, since = backup.ledger.numbers(), at_hand.ledger.numbers() if at_hand else {}
        chosen: dict[bytes, Row] = {}
        for row in backup.living():
            file = backup.id_of(row[2])
            if file not in erased and since.get(file, 0) <= then.get(file, 0):
                self._bring(row[2], backup.key(row[2]))
                self._withdraw(row[2], backup.key(row[2]))
                chosen[row[0]] = row
        for row in at_hand.living() if at_hand else ():
            if row[0] not in chosen and at_hand and self._keep(row[2], at_hand.key(row[2])):
                chosen[row[0]] = row
        taken = {entry.name for *_, entry in chosen.values()}
        for row in backup.rows().values():
            if row[0] not in chosen and row[2].name not in taken and row[2] in backup.spares():
                self._bring(row[2], backup.key(row[2]))
                chosen[row[0]] = row
        return list(chosen.values())

    def _bring(self, entry: Entry, key: bytes) -> None:
        """Copy a file out of the backup and verify it: every page, its audit chain, and that this program reads it."""
        source = self._generation / entry.name
        if not is_filled(source):
            raise StoreError("a file of this backup is missing: take another backup", "damaged")
        shutil.copyfile(source, self._beside / entry.name)
        if not is_sound(self._beside / entry.name, key):
            raise StoreError("a file of this backup is damaged: take another backup", "damaged")

    def _withdraw(self, entry: Entry, key: bytes) -> None:
        """Let no consent hold again that was withdrawn since the backup, as far as the file at hand tells."""
        try:
            now = WorkerFile(self._folder / entry.name, key)
        except StoreError:
            return
        with closing(now), closing(WorkerFile(self._beside / entry.name, key)) as then:
            then.take_closings(now)

    def _keep(self, entry: Entry, key: bytes) -> bool:
        """Copy a file at hand; one that does not open is left out: the backup's would bring back what was erased."""
        try:
            with closing(WorkerFile(self._folder / entry.name, key)) as file:
                file.copy_to(self._beside / entry.name)
            return is_sound(self._beside / entry.name, key)
        except StoreError as error:
            if error.code == "full":
                raise
            return False


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
