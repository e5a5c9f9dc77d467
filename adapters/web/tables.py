"""The workspace's own database file: opened, checked and made. Plain SQLite, as a platform keeps its own messages.

It is opened with the `sqlcipher3` library, without a key, because that brings a SQLite without the WAL-reset
corruption of releases before 3.51.3.
"""

from __future__ import annotations

from pathlib import Path

from sqlcipher3 import dbapi2
from sqlite_utils import Database

from bot.errors import PlatformError
from bot.private_files import begin_private_file, keep_folder_private

FILE_NAME = "workspace.db"
_APPLICATION_ID = 0x554E4457  # "UNDW": a file with another mark is not ours
_VERSION = 4

_TABLES: dict[str, tuple[dict[str, type], str | tuple[str, ...]]] = {
    "people": (
        {
            "id": str,
            "name": str,
            "handle": str,
            "locale": str,
            "time_zone": str,
            "role": str,
            "is_guest": int,
            "is_deactivated": int,
            "number": int,
        },
        "id",
    ),
    "channels": ({"id": str, "name": str, "private": int, "purpose": str, "shared": int}, "id"),
    "members": ({"channel": str, "person": str}, ("channel", "person")),
    "messages": (
        {
            "channel": str,
            "ts": str,
            "at": int,
            "author": str,
            "text": str,
            "thread": str,
            "edited": str,
            "label": str,
            "sources": str,
            "key": str,
            "worker": str,
            "deleted": int,
            "retracted": int,
        },
        ("channel", "ts"),
    ),
    "undelivered": ({"number": int, "kind": str, "channel": str, "ts": str, "author": str, "at": str}, "number"),
    "notices": (
        {
            "person": str,
            "key": str,
            "number": int,
            "kind": str,
            "text": str,
            "at": str,
            "buttons": str,
            "links": str,
            "channel": str,
            "thread": str,
            "quiet": int,
            "over": int,
            "reply": str,
        },
        ("person", "key"),
    ),
    "meta": ({"name": str, "value": str}, "name"),
}
_INDEXES = (
    "CREATE INDEX messages_at ON messages(channel, at)",
    "CREATE INDEX messages_thread ON messages(channel, thread)",
    "CREATE INDEX messages_author ON messages(author, channel, at)",
    "CREATE UNIQUE INDEX messages_key ON messages(key) WHERE key <> ''",
    "CREATE UNIQUE INDEX people_handle ON people(handle)",
    "CREATE UNIQUE INDEX channels_name ON channels(name)",
    "CREATE INDEX members_person ON members(person)",
)


_ADDED = {
    2: ("notices ADD COLUMN reply TEXT NOT NULL DEFAULT ''",),
    3: (
        "people ADD COLUMN is_guest INTEGER NOT NULL DEFAULT 0",
        "channels ADD COLUMN shared INTEGER NOT NULL DEFAULT 0",
    ),
    4: ("people ADD COLUMN is_deactivated INTEGER NOT NULL DEFAULT 0",),
}
"""What each version of the file has that the one before had not."""


def open_database(folder: Path) -> Database:
    """Open the workspace's file in a folder, making both where they are missing.

    A file that is not a workspace, or a damaged one, is a `PlatformError` and is left as it is.
    """
    try:
        keep_folder_private(folder)
        begin_private_file(folder / FILE_NAME)
        connection = dbapi2.connect(str(folder / FILE_NAME), isolation_level=None, check_same_thread=False)
    except (OSError, dbapi2.Error) as error:
        raise PlatformError("the workspace's folder cannot be opened for writing", "workspace_unusable") from error
    try:
        database = Database(connection)
        _prepare(database)
    except dbapi2.Error as error:
        connection.close()
        raise platform_error(error) from error
    except PlatformError:
        connection.close()
        raise
    return database


def remove_database(folder: Path) -> None:
    """Delete the workspace's file and what SQLite keeps beside it; a missing one is passed over."""
    for suffix in ("", "-wal", "-shm"):
        (folder / f"{FILE_NAME}{suffix}").unlink(missing_ok=True)


def platform_error(error: Exception) -> PlatformError:
    """Say what the database's error means: `workspace_full`, `workspace_read_only` or `workspace_damaged`."""
    said = str(error)
    if "full" in said or "disk I/O" in said:  # the latter for an exhausted quota, or a limit on a file's size
        return PlatformError("the disk that holds the workspace is full or fails", "workspace_full")
    if "readonly" in said or "unable to open" in said:
        return PlatformError("the workspace's file cannot be written", "workspace_read_only")
    if "locked" in said:
        return PlatformError("the workspace's file is in use by another process", "workspace_in_use")
    return PlatformError("the workspace's file is damaged or is not a workspace", "workspace_damaged")


def _prepare(database: Database) -> None:
    mark = _pragma(database, "application_id")
    if mark not in {0, _APPLICATION_ID} or (mark == 0 and database.table_names()):
        raise PlatformError("the workspace's file belongs to another program", "workspace_damaged")
    if mark == _APPLICATION_ID:
        _bring_up(database)
    if mark == _APPLICATION_ID and _pragma(database, "user_version") != _VERSION:
        raise PlatformError("the workspace's file was made by another version of understudy", "workspace_damaged")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("PRAGMA busy_timeout = 2000")
    database.execute("PRAGMA secure_delete = ON")  # an answer shown to an asker may be taken down for good
    if mark == _APPLICATION_ID:
        if _pragma(database, "quick_check(1)") != "ok":
            raise PlatformError("the workspace's file is damaged", "workspace_damaged")
        return
    with database.atomic():
        for name, (columns, key) in _TABLES.items():
            table = database.table(name)
            table.create(columns, pk=key, not_null=set(columns))
        for index in _INDEXES:
            database.execute(index)
        database.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {_VERSION}")


def _bring_up(database: Database) -> None:
    """Open a workspace of an earlier version as one of the present: each step makes the next version of it."""
    for version, columns in _ADDED.items():
        if _pragma(database, "user_version") != version - 1:
            continue
        with database.atomic():
            for column in columns:
                database.execute(f"ALTER TABLE {column}")
            database.execute(f"PRAGMA user_version = {version}")


def _pragma(database: Database, name: str) -> object:
    row = database.execute(f"PRAGMA {name}").fetchone()
    return row[0] if row else None
