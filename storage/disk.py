"""Files of the store on the disk: their parts, making them last, and making their bytes go."""

from __future__ import annotations

import os
from pathlib import Path


def parts_of(path: Path) -> tuple[Path, Path, Path]:
    """Return a database's file, its log, and the index of its log."""
    return path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


def sync_file(path: Path) -> None:
    """Make a file's bytes survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make names added to or taken from a folder survive a power cut."""
    sync_file(folder)


def front_of(path: Path) -> str:
    """Return what stands at a file's front, as hex: its salt, which is derived from its key."""
    with path.open("rb") as file:
        return file.read(16).hex()


def put_in_place(new: Path, path: Path) -> None:
    """Put a small file in another one's place at one stroke, and write zeros over what stood there.

    A disk may have kept copies of its own all the same; the keys in what is replaced are wrapped besides.
    """
    try:
        old = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        old = None
    try:
        new.replace(path)
        sync_folder(path.parent)
        if old is not None:
            os.pwrite(old, bytes(os.fstat(old).st_size), 0)
            os.fsync(old)
    finally:
        if old is not None:
            os.close(old)
