"""`understudy backup`, `restore` and `key rotate`: what they do, and the one sentence each of them says.

The sentence is the same whatever there is: it tells neither whose doubles there are nor how many.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bot.clock import SystemClock
from bot.compose import open_store
from bot.settings import Settings
from storage.restoring import restore

BACKUPS = "backups"
"""The folder of the data folder in which backups stand if no other one is named."""


def back_up(settings: Settings, folder: Path | None, said: Callable[[str], None]) -> str:
    """Back up every double, encrypted as it is, into a folder. Raises `StoreError`; nothing is left by halves then."""
    with closing(open_store(settings, said)) as store:
        store.back_up(folder or settings.data / BACKUPS, SystemClock().now())
    return "the backup is made, encrypted; it opens with the master key alone, so keep a copy of that elsewhere"


def give_up(settings: Settings, folder: Path | None, said: Callable[[str], None]) -> str:
    """Wait no longer for backups in a folder that is gone for good. Raises `StoreError` if they can be reached."""
    with closing(open_store(settings, said)) as store:
        store.give_up_backups(folder or settings.data / BACKUPS)
    return "no backup in that folder is waited for any more; if none was, nothing changed"


def bring_back(settings: Settings, folder: Path, *, replace: bool) -> str:
    """Put a backup in the doubles' place, once all of it is verified. Raises `StoreError`; nothing has changed then."""
    restore(folder, settings.data / "double", settings.master_key_written, replace=replace)
    return "what was missing or damaged is restored: every file opens, and every audit chain is sound"


def rotate(settings: Settings, said: Callable[[str], None], *, workers: bool) -> str:
    """Take another master key, and with `workers` another key for each double's file. Raises `StoreError`."""
    new, in_file = settings.new_master_key, settings.master_key is None
    given = new.get_secret_value() if new else None
    with closing(open_store(settings, said)) as store:
        store.rotate_keys(given, SystemClock().now(), in_file=in_file, workers=workers)
    if in_file:
        return "the master key is another one now, in master.key: keep a copy of it elsewhere"
    return "the new master key holds: put it into UNDERSTUDY_MASTER_KEY, and take UNDERSTUDY_NEW_MASTER_KEY away"
