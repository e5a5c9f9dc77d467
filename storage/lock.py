"""The lock on the data folder: one process at a time."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from bot.errors import StoreError
from storage.errors import of_system

LOCK_FILE = "lock"


class FolderLock:
    """Held from its making to its release, or to the end of the process, however that comes."""

    def __init__(self, folder: Path) -> None:
        try:
            self._descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise of_system(error) from None
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._descriptor)
            raise StoreError("another Understudy uses this data folder: stop it first", "in_use") from None

    def release(self) -> None:
        """Let another process in."""
        os.close(self._descriptor)
