"""The encrypted files of a folder as they come and go: every step is safe to repeat, and none needs room on the disk.

Files are made ahead of anybody who joins, a fixed number at a time, and a file that goes is followed by an empty one of
the same name: neither how many there are nor what they are called tells who joined, or who left.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from bot.errors import StoreError
from bot.private_files import begin_private_file
from bot.refs import WorkerRef
from storage.control import Control, Entry
from storage.disk import parts_of, sync_folder
from storage.errors import of_system
from storage.worker_file import WorkerFile

FILES_AT_A_TIME, FEWEST_SPARES = 16, 4
"""There is always a multiple of so many files, at least so many of them spare: up to twelve join and none is added."""

_GONE = ".gone"


class Files:
    """Makes, takes and destroys the files that a control file has the keys to."""

    def __init__(self, folder: Path, control: Control, discard: Callable[[str], None]) -> None:
        """`discard` closes what is open of a file that is about to go."""
        self._folder = folder
        self._control = control
        self._discard = discard
        self._keeps_spares = bool(control.spares())

    def path(self, name: str) -> Path:
        """Return where a file stands."""
        return self._folder / name

    def open(self, entry: Entry, *, read_only: bool = False) -> WorkerFile:
        """Open a file for writing, or for reading alone."""
        with told():
            return WorkerFile(self.path(entry.name), self._control.key(entry), read_only=read_only)

    def give(self, worker: WorkerRef) -> None:
        """Let a spare file be the worker's; one is made if there is none."""
        spare = self.any_spare()
        spare = self.sound(spare) if spare else self._make(self._control.begin())
        self._control.take(worker, spare)

    def keep_spares(self) -> bool:
        """Make one spare file if there are too few; say whether another one is wanted."""
        self._keeps_spares = True
        self.finish_interrupted()
        if self._are_enough():
            return False
        self._make(self._control.begin())
        return not self._are_enough()

    def fill_up(self, names: Iterable[str]) -> None:
        """Make a spare file of each name, and as many more as there are to be."""
        for name in names:
            self._make(self._control.begin(name))
        while self.keep_spares():
            pass

    def any_spare(self) -> Entry | None:
        """Return a spare file, whichever."""
        spares = self._control.spares()
        return secrets.choice(spares) if spares else None

    def sound(self, spare: Entry) -> Entry:
        """Return a spare file that opens and is up to date: this one, or the one that is put in its place."""
        try:
            self.open(spare).close()
        except StoreError as error:
            if error.code != "damaged":
                raise
            self.erase(spare.name)
            return self._control.spare(spare.name)
        return spare

    def copy(self, entry: Entry, path: Path) -> None:
        """Copy a spare file as it is, or makes anew one that is damaged first."""
        with closing(self.open(self.sound(entry))) as file:
            file.copy_to(path)

    def rekey(self, entry: Entry, copy: Callable[[Path, bytes], None]) -> None:
        """Let a worker's file go on under another name and key, in the place of a spare one; `copy` writes it there."""
        while self.keep_spares():
            pass
        spare = self.any_spare()
        new = self._control.begin_again(spare.name) if spare else self._control.begin()
        self._discard(new.name)
        try:
            with told():
                copy(self.path(new.name), self._control.key(new))
                for part in parts_of(self.path(new.name))[1:]:
                    part.unlink(missing_ok=True)
                sync_folder(self._folder)
            self._discard(entry.name)
            self._control.move(entry, new)
        except StoreError:
            with suppress(StoreError):
                self.erase(new.name)
            raise
        self.erase(entry.name)

    def rekey_spares(self) -> None:
        """Put an empty file with another key in every spare one's place."""
        for spare in self._control.spares():
            self.erase(spare.name)

    def finish_interrupted(self) -> None:
        """Bring to its end what a crash, or a full disk, left half made or half erased."""
        with told():
            emptied = {name for name in self._control.names() if self.path(f"{name}{_GONE}").exists()}
            for name in emptied.union(self._control.unfinished()):
                self.erase(name)

    def erase(self, name: str) -> None:
        """Destroy a file and its key, the key first, and put an empty one with another key in its place."""
        self._discard(name)
        with told():
            is_gone = self._destroy(name)
        # Whoever reads opened it once more, perhaps, before it went: the next file of this name is not that one.
        self._discard(name)
        if not is_gone:
            return
        if self._keeps_spares:
            with suppress(StoreError):  # there is no room now: it is made when there is
                self._make(self._control.begin_again(name))
        else:
            self._control.drop(name)

    def _are_enough(self) -> bool:
        return len(self._control.spares()) >= FEWEST_SPARES and self._control.count() % FILES_AT_A_TIME == 0

    def _make(self, entry: Entry) -> Entry:
        try:
            WorkerFile(self.path(entry.name), self._control.key(entry), make=True).close()
            with told():
                sync_folder(self._folder)
            self._control.finish(entry)
        except StoreError:
            with suppress(StoreError), told():
                self._destroy(entry.name)
            raise
        return entry

    def _destroy(self, name: str) -> bool:
        """Destroy key and file; False if the disk takes not even that now, and the next start has to finish."""
        try:
            self._control.destroy_key(name)
        except StoreError:
            # A full disk takes not even these few bytes. The file goes first then, which makes room; its emptied
            # remains tell the next start to finish, should the control file still refuse.
            self._empty(name)
            try:
                self._control.destroy_key(name)
            except StoreError:
                return False
        for path in parts_of(self.path(name)):
            path.unlink(missing_ok=True)
        sync_folder(self._folder)
        self.path(f"{name}{_GONE}").unlink(missing_ok=True)
        return True

    def _empty(self, name: str) -> None:
        main, *beside = parts_of(self.path(name))
        remains = self.path(f"{name}{_GONE}")
        if main.exists():
            main.rename(remains)
        begin_private_file(remains)
        os.truncate(remains, 0)
        for path in beside:
            path.unlink(missing_ok=True)
        sync_folder(self._folder)


@contextmanager
def told() -> Iterator[None]:
    """Tell a failure of the operating system as the store's own."""
    try:
        yield
    except OSError as error:
        raise of_system(error) from None
