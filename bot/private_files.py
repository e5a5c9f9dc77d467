"""Files and folders that this account alone may read, whatever the system's usual rights for new ones are."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_FOLDER, _FILE = 0o700, 0o600


def keep_folder_private(folder: Path) -> None:
    """Make the folder if it is missing, and shut it and every file in it to other accounts.

    Raises `OSError` if it cannot be made or read.
    """
    folder.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
    _shut(folder, _FOLDER)
    for path in folder.iterdir():
        if path.is_file() and not path.is_symlink():
            _shut(path, _FILE)


def begin_private_file(path: Path) -> None:
    """Make an empty file if there is none, so that whoever fills it need not think of its rights. Raises `OSError`.

    SQLite gives a database's log the rights of the database.
    """
    os.close(os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, _FILE))


def _shut(path: Path, mode: int) -> None:
    # What belongs to another account, or lies where rights are unknown or fixed, is used as it is.
    with suppress(OSError):
        if path.stat().st_mode & 0o777 & ~mode:
            path.chmod(mode)
