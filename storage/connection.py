"""One connection to one encrypted SQLite file: how it is opened, and how every statement runs through it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2
from sqlite_utils import Database

from bot.errors import StoreError
from bot.private_files import begin_private_file
from storage.errors import of_sqlite, of_system
from storage.keys import file_salt

Row = tuple[Any, ...]

OLDEST_SQLITE = (3, 51, 3)
"""3.7.0 to 3.51.2 may corrupt a file when a write-ahead log is reset (https://sqlite.org/wal.html#walresetbug)."""

BUSY_MILLISECONDS = 2_000
_PLAIN_HEADER = b"SQLite format 3\0"
_SALT_BYTES = 16


def refuse_old_sqlite(version: tuple[int, ...] = dbapi2.sqlite_version_info) -> None:
    """Raise `StoreError` (`too_old`) if the SQLite at hand is older than the one whose log is safe."""
    if version < OLDEST_SQLITE:
        needed, found = (".".join(map(str, v)) for v in (OLDEST_SQLITE, version))
        raise StoreError(f"SQLite {needed} or newer is needed, this one is {found}: reinstall sqlcipher3", "too_old")


def is_filled(path: Path) -> bool:
    """Whether a file is there and holds anything."""
    return path.exists() and path.stat().st_size > 0


def fits_key(path: Path, key: bytes) -> bool:
    """Whether an encrypted file was made with this key; a file not there yet fits any key.

    The salt at a file's front is derived from its key, so a wrong key is told from a damaged page.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_SALT_BYTES)
    except FileNotFoundError:
        return True
    if head == _PLAIN_HEADER:
        raise StoreError("a data file is not an encrypted file of Understudy's: move it out of the folder", "damaged")
    return not head or head == file_salt(key)


class Connection:
    """A connection in autocommit mode; transactions are begun and ended by name. Raises `StoreError` alone.

    It may be used from several threads, one at a time.
    """

    def __init__(self, path: Path, key: bytes, *, make: bool = False, read_only: bool = False) -> None:
        """Open the file, or make it if it is not there and `make` says so. `key` is 32 bytes."""
        refuse_old_sqlite()
        try:
            if make:
                begin_private_file(path)
        except OSError as error:
            raise of_system(error) from None
        address = f"{path.absolute().as_uri()}?mode={'rwc' if make else 'rw'}"
        try:
            self._raw = dbapi2.connect(address, isolation_level=None, check_same_thread=False, uri=True)
        except dbapi2.Error as error:
            raise of_sqlite(error) from None
        self._is_begun = False
        self._lost: StoreError | None = None
        self._cache_kib = 0
        try:
            self._prepare(key, read_only)
        except StoreError:
            self._raw.close()
            raise

    def _prepare(self, key: bytes, read_only: bool) -> None:
        self.rows("PRAGMA cipher_log_level = NONE")
        self.rows(f"PRAGMA key = \"x'{key.hex()}{file_salt(key).hex()}'\"")
        self.rows(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        self.rows("PRAGMA journal_mode = WAL")
        self.rows("PRAGMA synchronous = FULL")
        self.rows("PRAGMA secure_delete = ON")
        self.rows("PRAGMA trusted_schema = OFF")
        self.rows("SELECT count(*) FROM sqlite_master")
        if read_only:
            self.rows("PRAGMA query_only = ON")

    @property
    def tables(self) -> Database:
        """The same connection as sqlite-utils sees it, for making tables. Never with `alter=True`."""
        return Database(self._raw)

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Run a statement and return all its rows."""
        return self._run(sql, values)[1]

    def row(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """Run a statement and return its first row, if any."""
        rows = self._run(sql, values)[1]
        return rows[0] if rows else None

    def change(self, sql: str, values: Sequence[object] = ()) -> int:
        """Run a statement and return how many rows it touched."""
        count: int = self._run(sql, values)[0].rowcount
        return count

    def insert(self, sql: str, values: Sequence[object]) -> int | None:
        """Run an insertion and return the new row's number, or None if a conflict kept it out."""
        cursor = self._run(sql, values)[0]
        return cursor.lastrowid if cursor.rowcount == 1 else None

    def change_many(self, sql: str, values: Iterable[Sequence[object]]) -> None:
        """Run a statement once for each row of values."""
        if self._lost is not None:
            raise self._lost
        try:
            self._raw.executemany(sql, values)
        except (dbapi2.Error, UnicodeEncodeError) as error:
            raise self._failure(error) from None

    def _run(self, sql: str, values: Sequence[object]) -> tuple[Any, list[Row]]:
        if self._lost is not None:
            raise self._lost
        try:
            cursor = self._raw.execute(sql, values)
            return cursor, cursor.fetchall()
        except (dbapi2.Error, UnicodeEncodeError) as error:
            raise self._failure(error) from None

    def _failure(self, error: Exception) -> StoreError:
        if isinstance(error, UnicodeEncodeError):
            return StoreError("an id holds characters that cannot be stored")
        failure = of_sqlite(error)
        if self._is_begun:
            self._lost = failure  # a block that swallows this must not be kept by halves
        return failure

    @contextmanager
    def transaction(self, kind: str = "IMMEDIATE") -> Iterator[None]:
        """Run a block as one transaction: committed at its end, rolled back if it raises."""
        self.rows(f"BEGIN {kind}")
        self._is_begun = True
        try:
            yield
            self.rows("COMMIT")
        finally:
            self._is_begun, self._lost = False, None
            if self._raw.in_transaction:
                self.rows("ROLLBACK")

    @contextmanager
    def waiting(self, milliseconds: int) -> Iterator[None]:
        """Wait no longer than this for whoever else holds the file, within a block."""
        self.rows(f"PRAGMA busy_timeout = {milliseconds}")
        try:
            yield
        finally:
            self.rows(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")

    def copy_into(self, other: Connection) -> None:
        """Copy the file as it is at this moment, page by page, into another that is empty and may have another key."""
        try:
            self._raw.backup(other._raw)
        except dbapi2.Error as error:
            raise of_sqlite(error) from None

    def is_sound(self) -> bool:
        """Whether every page is as it was written with this key, and all of them fit together."""
        try:
            return not self.rows("PRAGMA cipher_integrity_check") and self.rows("PRAGMA integrity_check") == [("ok",)]
        except StoreError:
            return False

    def share_cache(self, kib: int) -> None:
        """Bound the page cache."""
        if kib != self._cache_kib:
            self._cache_kib = kib
            self.rows(f"PRAGMA cache_size = -{kib}")

    def close(self) -> None:
        """Close the connection; whatever goes wrong on the way leaves nothing that the next start cannot mend."""
        try:
            self._raw.close()
        except dbapi2.Error as error:
            raise of_sqlite(error) from None
