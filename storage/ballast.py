"""A little room kept in reserve: on a full disk even a deletion fails, and an erasure must not."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from bot.private_files import begin_private_file

BALLAST_BYTES = 4 << 20


class Ballast:
    """A file of no content that is given up when something is to be erased on a full disk."""

    def __init__(self, path: Path, size: int = BALLAST_BYTES) -> None:
        self._path = path
        self._size = size
        self._disk_was_full = False

    def note_full(self) -> None:
        """The disk just refused something, whatever it says of its free space (quotas do that)."""
        self._disk_was_full = True

    def make_room(self) -> None:
        """Give up the reserve if the disk is short of space."""
        if self._disk_was_full or self._free() < self._size:
            self._path.unlink(missing_ok=True)

    def restore(self) -> None:
        """Take the reserve again where there is plenty of space."""
        if self._path.exists() or self._free() < 4 * self._size:
            return
        self._disk_was_full = False
        try:
            begin_private_file(self._path)
            with self._path.open("wb") as file:
                file.write(bytes(self._size))
                file.flush()
                os.fsync(file.fileno())
        except OSError:  # less room than the disk said: better none than a part that fills it up
            self._path.unlink(missing_ok=True)

    def _free(self) -> int:
        return shutil.disk_usage(self._path.parent).free
