"""SQLite's failures and the operating system's, as the one error that the core knows."""

from __future__ import annotations

import errno

from sqlcipher3 import dbapi2

from bot.errors import StoreError

NOT_ENROLLED = "not_enrolled"
INDEX_DAMAGED = "index_damaged"

_OF_SQLITE = {
    dbapi2.SQLITE_FULL: ("full", "the disk is full: nothing was stored; free some space and try again"),
    dbapi2.SQLITE_READONLY: ("read_only", "the data folder cannot be written: make it writable for this account"),
    dbapi2.SQLITE_CANTOPEN: ("read_only", "a data file cannot be opened: check the rights on the data folder"),
    dbapi2.SQLITE_CORRUPT: ("damaged", "a data file is damaged: restore it from a backup"),
    dbapi2.SQLITE_NOTADB: ("damaged", "a data file is damaged or was not made by Understudy: restore it from a backup"),
    dbapi2.SQLITE_BUSY: ("in_use", "a data file is still being read or written elsewhere: try again in a moment"),
    dbapi2.SQLITE_LOCKED: ("in_use", "a data file is still being read or written elsewhere: try again in a moment"),
    # More often than by a broken disk it is caused by an exhausted quota, or by no room for the index of the log.
    dbapi2.SQLITE_IOERR: ("full", "the disk is full or fails: nothing was stored; free some space or check the disk"),
    dbapi2.SQLITE_CONSTRAINT: ("store", "this id is stored already"),
}
_OF_SYSTEM = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EROFS: "read_only",
    errno.EACCES: "read_only",
    errno.EPERM: "read_only",
}
_SENTENCES = dict(reversed(_OF_SQLITE.values()))


def of_sqlite(error: Exception) -> StoreError:
    """Translate what the database driver raised; the driver's own words are left behind, for they may quote values."""
    extended = getattr(error, "sqlite_errorcode", None) or dbapi2.SQLITE_ERROR
    if extended & 0xFF == dbapi2.SQLITE_CORRUPT and str(error).startswith("fts5:"):
        return StoreError("the search index is damaged: the next write makes it anew from the messages", INDEX_DAMAGED)
    code, sentence = _OF_SQLITE.get(extended & 0xFF, ("store", "the store could not carry this out"))
    return StoreError(sentence, code)


def of_system(error: OSError) -> StoreError:
    """Translate a failure of the operating system."""
    code = _OF_SYSTEM.get(error.errno or 0, "store")
    fallback = "the data folder could not be used: check that it is a folder this account may write"
    return StoreError(_SENTENCES[code] if code != "store" else fallback, code)


def not_enrolled() -> StoreError:
    """There is no file for this worker."""
    return StoreError("there is no file for this worker", NOT_ENROLLED)


def other_worker() -> StoreError:
    """Something of one worker's was given to another worker's file."""
    return StoreError("this belongs into another worker's file")


def stored_already() -> StoreError:
    """An id that ought to be new is not."""
    return StoreError(_OF_SQLITE[dbapi2.SQLITE_CONSTRAINT][1])


def read_only() -> StoreError:
    """Something was to be changed in a view for reading."""
    return StoreError("a view for reading cannot change anything", "read_only")
