"""Backups of all workers' files, and keeping them no richer than the files are: what is erased goes from them too."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.errors import StoreError
from bot.private_files import keep_folder_private
from storage.control import Control, Row
from storage.disk import front_of
from storage.errors import of_system
from storage.generation import (
    begin_generation,
    drop_generation,
    drop_remains,
    drop_unfinished,
    files_in,
    finish_generation,
    fits,
    generations_in,
    made_on,
    mark,
    marker_of,
    write_control,
)
from storage.keys import MasterKey

log = logging.getLogger("understudy.backups")

GENERATIONS = 2
"""Kept in one folder, the new one counted."""

CONTROL_LIVES = timedelta(hours=20)
"""A backup's control file is written anew after this: no key that was destroyed outlives its worker by a day there."""


DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reached:
    """How many backups of one file were replaced or deleted, and how many folders of backups could not be reached."""

    replaced: int = 0
    waiting: int = 0

    def __add__(self, other: Reached) -> Reached:
        return Reached(self.replaced + other.replaced, self.waiting + other.waiting)


@dataclass(frozen=True, slots=True)
class _Noted:
    """What a generation's control file says: its rows by name, the files' numbers, and when it was written."""

    rows: dict[str, Row] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    made_at: datetime | None = None


class Backups:
    """The backups of one store. `copy` writes a file, by its name, to a path, whole or not at all.

    Spare files are backed up too, so that a backup does not tell how many have joined either.
    """

    def __init__(self, folder: Path, control: Control, master: MasterKey, copy: Callable[[str, Path], None]) -> None:
        self._folder = folder.resolve()
        self._control = control
        self._master = master
        self._copy = copy

    def make(self, folder: Path, now: datetime) -> None:
        """Back everything up into a folder, as one more generation. Raises `StoreError`; nothing is left by halves."""
        folder = folder.resolve()
        if folder.is_relative_to(self._folder):
            raise StoreError("backups cannot stand in the doubles' own folder: name another one", "wrong_folder")
        try:
            self._make(folder, now)
        except OSError as error:
            raise of_system(error) from None

    def _make(self, folder: Path, now: datetime) -> None:
        if not folder.is_dir():
            keep_folder_private(folder)
        self._control.ledger.remember(mark(folder), folder)
        drop_unfinished(folder)
        making = begin_generation(folder)
        try:
            rows = self._control.rows()
            for name in rows:
                self._copy(name, making / name)
            write_control(making, rows.values(), self._control, self._master, now)
            made = finish_generation(making, now)
        except (OSError, StoreError):
            drop_generation(making)
            raise
        older = [path for path in self._own(folder) if path != made]
        for path in older[: max(0, len(older) - GENERATIONS + 1)]:
            drop_generation(path)

    def give_up(self, folder: Path) -> None:
        """Wait no longer for backups that are gone for good; a `StoreError` (`wrong_folder`) if they can be reached."""
        folder = folder.resolve()
        there = [known for known, path in self._control.ledger.folders().items() if path == folder]
        gone = [known for known in there if marker_of(folder) != known]
        if there and not gone:
            raise StoreError("the backups in that folder can be reached: delete the folder first", "wrong_folder")
        for known in gone:
            self._control.ledger.give_up(known)

    def is_due(self, folder: Path, now: datetime) -> bool:
        """Whether nothing was backed up into a folder within the last day."""
        try:
            return not any(timedelta() <= now - made_on(path) < DAY for path in self._own(folder))
        except FileNotFoundError:
            return True
        except OSError as error:
            raise of_system(error) from None

    def make_anew(self, now: datetime) -> None:
        """Make one more generation wherever there is one: the files of the others are of no use any more."""
        for folder_id, folder in self._control.ledger.folders().items():
            if marker_of(folder) == folder_id and self._own(folder):
                self.make(folder, now)

    def bring_up_to_date(self, name: str = "", now: datetime | None = None, former: MasterKey | None = None) -> Reached:
        """Take what was erased from all backups that can be reached; count those of one file.

        With `now`, control files that are too old are written anew; with `former`, those under that master key too.
        """
        reached = Reached()
        for folder_id, folder in self._control.ledger.folders().items():
            if marker_of(folder) != folder_id:
                reached += Reached(waiting=1)
                continue
            reached += self._renew_all(folder, name, now, former)
        return reached

    def _own(self, folder: Path, former: MasterKey | None = None) -> list[Path]:
        """Return the generations in a folder that this store made: by the key, or by names that it knows."""
        known = self._control.names()
        return [
            path
            for path in generations_in(folder)
            if fits(path, self._master) or (former and fits(path, former)) or not known.isdisjoint(files_in(path))
        ]

    def _renew_all(self, folder: Path, name: str, now: datetime | None, former: MasterKey | None) -> Reached:
        """Bring every generation of a folder up to date; one that fails keeps none of the others from it."""
        replaced, has_failed = 0, False
        try:
            drop_unfinished(folder)
            own = self._own(folder, former)
        except (OSError, StoreError) as error:
            return _failed(error)
        for generation in own:
            try:
                renewed = self._renew(generation, name, now)
            except (OSError, StoreError) as error:
                renewed = _failed(error)
            replaced += renewed.replaced
            has_failed = has_failed or renewed.waiting > 0
        return Reached(replaced, int(has_failed))

    def _renew(self, generation: Path, wanted: str, now: datetime | None) -> Reached:
        """Bring one generation up to date; say whether the wanted file's went or was replaced, or waits.

        With no file wanted it waits if any does.
        """
        drop_remains(generation)
        noted, there, current = self._noted_in(generation), files_in(generation), self._control.rows()
        stale = {name for name in there.keys() | noted.rows if not self._is_fresh(name, there, noted, current)}
        for name in stale & there.keys():
            if name not in current or front_of(there[name]) != self._control.id_of(current[name][2]):
                there[name].unlink()  # of a file that was erased: it goes before anything is copied, which may fail
        behind = {name for name in sorted(stale & current.keys()) if not self._has_copied(name, generation / name)}
        is_old = now is not None and (noted.made_at is None or not timedelta() <= now - noted.made_at < CONTROL_LIVES)
        if stale or is_old:
            rows = [current[n] if n in stale else noted.rows[n] for n in sorted(files_in(generation))]
            write_control(generation, rows, self._control, self._master, now or noted.made_at, behind)
        return Reached(int(wanted in stale - behind), int(wanted in behind if wanted else bool(behind)))

    def _has_copied(self, name: str, path: Path) -> bool:
        """Copy a file; one that cannot be copied, for it is damaged, say, costs no other its copy, nor its own."""
        try:
            try:
                self._copy(name, path)
            except StoreError as error:
                if error.code != "full" or not path.exists():
                    raise
                path.unlink()  # a full disk takes no second copy beside it
                self._copy(name, path)
        except StoreError as error:
            _failed(error)
            return False
        return True

    def _is_fresh(self, name: str, there: Mapping[str, Path], noted: _Noted, current: Mapping[str, Row]) -> bool:
        """Whether a backup is of the file that there is now, and nothing was erased from that since."""
        if name not in there or name not in current or name not in noted.rows:
            return False
        file = self._control.id_of(current[name][2])
        is_same = front_of(there[name]) == file == self._control.id_of(noted.rows[name][2])
        return is_same and noted.numbers.get(file, 0) == self._control.ledger.numbers().get(file, 0)

    def _noted_in(self, generation: Path) -> _Noted:
        """Return what a generation's control file says; one that cannot be read says nothing: all is out of date."""
        try:
            if not fits(generation, self._master):
                return _Noted()
            with closing(Control(generation, self._master)) as control:
                return _Noted(control.rows(), control.ledger.numbers(), control.ledger.made_at())
        except StoreError:
            return _Noted()


def _failed(error: OSError | StoreError) -> Reached:
    failure = error if isinstance(error, StoreError) else of_system(error)
    log.warning("a backup could not be brought up to date: %s", failure.code)
    return Reached(waiting=1)
