"""One generation of a backup: a folder with copies of workers' files, and a control file with the keys to just them."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Collection, Iterable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.private_files import keep_folder_private
from storage.connection import fits_key, is_filled
from storage.control import CONTROL_FILE, Control, Row
from storage.disk import put_in_place, sync_folder
from storage.keys import MasterKey

MARKER = "understudy-backups"
_NAMED = re.compile(r"understudy-\d{8}T\d{6}Z(-\d+)?")
_STAMP = "%Y%m%dT%H%M%SZ"
_MAKING, _NEW = "making-understudy-", "new"


def generations_in(folder: Path) -> list[Path]:
    """Return what was backed up into a folder, oldest first, whoever did it."""
    return sorted(path for path in folder.iterdir() if path.is_dir() and _NAMED.fullmatch(path.name))


def made_on(generation: Path) -> datetime:
    """Return when a generation was made, to the second, by its name."""
    return datetime.strptime(generation.name.split("-")[1], _STAMP).replace(tzinfo=UTC)


def marker_of(folder: Path) -> str | None:
    """Return the id of a folder of backups; None if it is none, or is not there now."""
    try:
        return (folder / MARKER).read_text("ascii", "replace").strip() or None
    except OSError:
        return None


def mark(folder: Path) -> str:
    """Make a folder one of backups and return its id: by it another disk in the same place is told apart."""
    known = marker_of(folder)
    if known is not None:
        return known
    new = secrets.token_hex(16)
    with os.fdopen(os.open(folder / MARKER, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"{new}\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(folder)
    return new


def begin_generation(folder: Path) -> Path:
    """Make the folder in which a generation grows, apart from those that are whole."""
    making = folder / f"{_MAKING}{secrets.token_hex(8)}"
    keep_folder_private(making)
    return making


def finish_generation(making: Path, now: datetime) -> Path:
    """Give a whole generation its name."""
    sync_folder(making)
    stamp = f"understudy-{now.astimezone(UTC).strftime(_STAMP)}"
    names = (stamp, *(f"{stamp}-{number}" for number in range(2, 100)))
    whole = next(path for name in names if not (path := making.with_name(name)).exists())
    making.rename(whole)
    sync_folder(whole.parent)
    return whole


def drop_generation(generation: Path) -> None:
    """Delete a generation, the keys in it first."""
    control = generation / CONTROL_FILE
    with suppress(FileNotFoundError), control.open("r+b") as file:
        file.write(bytes(control.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    shutil.rmtree(generation)


def drop_unfinished(folder: Path) -> None:
    """Delete what is left of generations whose making was cut short."""
    for path in folder.glob(f"{_MAKING}*"):
        drop_generation(path)


def files_in(generation: Path) -> dict[str, Path]:
    """Return the files of a generation by name, but for its control file."""
    return {path.name: path for path in generation.glob("*.db") if path.name != CONTROL_FILE}


def drop_remains(generation: Path) -> None:
    """Delete what a renewal that was cut short has left."""
    shutil.rmtree(generation / _NEW, ignore_errors=True)
    for pattern in ("*.new", "*.new-wal", "*.new-shm", "*.db-wal", "*.db-shm"):
        for path in generation.glob(pattern):
            path.unlink()


def fits(generation: Path, master: MasterKey) -> bool:
    """Whether a generation's control file was written with this master key."""
    control = generation / CONTROL_FILE
    return is_filled(control) and fits_key(control, master.control)


def write_control(
    generation: Path,
    rows: Iterable[Row],
    control: Control,
    master: MasterKey,
    made_at: datetime | None,
    behind: Collection[str] = (),
) -> None:
    """Write a generation's control file anew: with the keys to the files that are in it, and to no other.

    `control` is the living one: what it remembers of these files, and of all that were erased, is noted too – but for
    those named in `behind`, whose copies are older than that.
    """
    kept = list(rows)
    new = generation / _NEW
    shutil.rmtree(new, ignore_errors=True)
    keep_folder_private(new)
    with closing(Control(new, master)) as copy:
        copy.adopt(kept)
        copy.ledger.adopt(control.ledger, [control.id_of(e) for *_, e in kept if e.name not in behind], made_at)
    put_in_place(new / CONTROL_FILE, generation / CONTROL_FILE)
    shutil.rmtree(new)
