"""The shape of a worker's file. Append-only: a migration that was released is never changed, only followed.

`user_version` counts the migrations a file has had.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.errors import StoreError
from storage.connection import Connection


def _first(connection: Connection) -> None:
    tables = connection.tables
    tables.table("upkeep").create({"id": int, "compaction_due": int}, pk="id", strict=True)
    tables.table("upkeep").insert({"id": 1, "compaction_due": 0})
    tables.table("channels").create(
        {"id": int, "platform": str, "workspace": str, "channel": str}, pk="id", strict=True
    ).create_index(["platform", "workspace", "channel"], unique=True)
    tables.table("shelves").create(
        {"id": int, "channel": int, "public": int, "is_due": int}, pk="id", strict=True
    ).create_index(["channel", "public"], unique=True)
    tables.table("grants").create(
        {
            "id": str,
            "purpose": str,
            "channel": int,
            "given_at": int,
            "covers_from": int,
            "ends_at": int,
            "words_hash": str,
            "closed_at": int,
            "closure": str,
        },
        pk="id",
        strict=True,
    )
    tables.table("drafts").create(
        {"id": str, "state": str, "revision": int, "asked_at": int, "asker": str, "body": str}, pk="id", strict=True
    ).create_index(["asked_at"])
    tables.table("drafts").create_index(["state"])
    tables.table("audit").create(
        {"number": int, "happening": str, "at": int, "subject": str, "facts": str, "previous": str, "mac": str},
        pk="number",
        strict=True,
    ).create_index(["subject"])
    tables.table("audit_head").create({"id": int, "length": int, "mac": str, "seal": str}, pk="id", strict=True)
    tables.table("preferences").create({"id": int, "body": str}, pk="id", strict=True)
    tables.table("backfills").create(
        {"channel": int, "since": int, "cursor": str, "learned": int}, pk="channel", strict=True
    )
    _make_messages(connection)


def _make_messages(connection: Connection) -> None:
    """One row a reference ever seen: a message, or what is left of one (`is_removed`), or one only indexed."""
    table = connection.tables.table("messages").create(
        {
            "id": int,
            "channel": int,
            "stamp": str,
            "is_removed": int,
            "shelf": int,
            "said_at": int,
            "revised_at": int,
            "thread_channel": int,
            "thread_root": str,
            "public": int,
            "grant_id": str,
            "text": str,
        },
        pk="id",
        strict=True,
    )
    table.create_index(["channel", "stamp"], unique=True)
    connection.rows("CREATE INDEX messages_by_time ON messages(said_at, channel) WHERE said_at IS NOT NULL")


def _second(connection: Connection) -> None:
    """What may be used, the profile, reusable answers, spending. All that was logged before counts as unread."""
    connection.rows("ALTER TABLE grants ADD COLUMN recipient TEXT NOT NULL DEFAULT ''")
    connection.rows("ALTER TABLE messages ADD COLUMN lowered INTEGER NOT NULL DEFAULT 0")
    connection.rows("ALTER TABLE messages ADD COLUMN is_read INTEGER NOT NULL DEFAULT 0")
    connection.rows(
        "CREATE INDEX messages_unread ON messages(channel, said_at) WHERE is_read = 0 AND said_at IS NOT NULL"
    )
    connection.rows(
        "CREATE TABLE withheld (message INTEGER NOT NULL, held_by TEXT NOT NULL, PRIMARY KEY (message, held_by)) "
        "STRICT, WITHOUT ROWID"
    )
    tables = connection.tables
    tables.table("claims").create({"id": str, "first_seen": int, "body": str}, pk="id", strict=True)
    tables.table("voice").create({"channel": int, "public": int, "tally": str}, pk=("channel", "public"), strict=True)
    tables.table("profile_versions").create(
        {"number": int, "at": int, "cause": str, "messages": int, "states": str, "traits": str},
        pk="number",
        strict=True,
    )
    tables.table("reusable_answers").create({"id": str, "approved_at": int, "body": str}, pk="id", strict=True)
    tables.table("spending").create(
        {"day": str, "purpose": str, "requests": int, "prompt": int, "completion": int},
        pk=("day", "purpose"),
        strict=True,
    )


def _vectors(connection: Connection) -> None:
    """Sign bits and bytes of embeddings; a number is never given twice, for an open file remembers the last it read."""
    connection.rows(
        "CREATE TABLE vector_signs (id INTEGER PRIMARY KEY AUTOINCREMENT, shelf INTEGER NOT NULL, signs BLOB NOT NULL) "
        "STRICT"
    )
    connection.tables.table("vector_signs").create_index(["shelf"])
    tables = connection.tables
    tables.table("vectors").create({"id": int, "message": int, "scale": float, "parts": bytes}, pk="id", strict=True)
    tables.table("vector_state").create({"id": int, "model": str, "size": int, "deletions": int}, pk="id", strict=True)
    tables.table("vector_state").insert({"id": 1, "deletions": 0})
    connection.rows("ALTER TABLE messages ADD COLUMN vector INTEGER")
    connection.rows(
        "CREATE INDEX messages_without_vector ON messages(said_at, channel) "
        "WHERE vector IS NULL AND shelf IS NOT NULL AND said_at IS NOT NULL"
    )


def _agreed_words(connection: Connection) -> None:
    """The exact words agreed to, by their SHA-256."""
    connection.tables.table("agreed_words").create(
        {"digest": str, "text": str, "language": str}, pk="digest", strict=True
    )


def _vault(connection: Connection) -> None:
    """What tells the recovery code, and what earlier files left behind: their chains and receipts."""
    tables = connection.tables
    tables.table("recovery").create({"id": int, "seal": str}, pk="id", strict=True)
    tables.table("brought").create({"number": int, "document": str}, pk="number", strict=True)


def _promised_days(connection: Connection) -> None:
    """What the words agreed to bind this program to. Those kept before are of the first version, which said 30 days."""
    for column, was in (("version", 1), ("asleep_days", 30), ("frozen_days", 30)):
        connection.rows(f"ALTER TABLE agreed_words ADD COLUMN {column} INTEGER NOT NULL DEFAULT {was}")


def _removals(connection: Connection) -> None:
    """How much was redacted, by sort; a long random key by its fingerprint too."""
    connection.rows(
        "CREATE TABLE removals (reason TEXT NOT NULL, fingerprint TEXT NOT NULL, times INTEGER NOT NULL, "
        "PRIMARY KEY (reason, fingerprint)) STRICT, WITHOUT ROWID"
    )


def _weekly_notes(connection: Connection) -> None:
    """The notes of the last weeks: counts, and heads of the audit chain to compare with."""
    connection.tables.table("weekly_notes").create(
        {"week": str, "at": int, "length": int, "mac": str, "counts": str}, pk="week", strict=True
    )


def _cover(connection: Connection) -> None:
    """Rows that hold nothing, for `storage.cover`."""
    connection.rows("CREATE TABLE cover (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")


def _refused_questions(connection: Connection) -> None:
    """Questions that no double takes, for their worker alone; asker, channel and words are empty after a while."""
    connection.tables.table("refused_questions").create(
        {"id": str, "category": str, "at": int, "until": int, "asker": str, "channel": str, "words": str},
        pk="id",
        strict=True,
    )


def _inner_keys(connection: Connection) -> None:
    """Keys derived from the first key of the file, once it has another one (`storage.inner_keys`)."""
    connection.tables.table("inner_keys").create({"purpose": str, "key": bytes}, pk="purpose", strict=True)


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (
    _first,
    _second,
    _vectors,
    _agreed_words,
    _vault,
    _promised_days,
    _removals,
    _weekly_notes,
    _cover,
    _refused_questions,
    _inner_keys,
)


def is_up_to_date(connection: Connection) -> bool:
    """Whether a file has had every migration; one from a newer program is a `StoreError` (`too_old`)."""
    return _done(connection) == len(MIGRATIONS)


def _done(connection: Connection) -> int:
    row = connection.row("PRAGMA user_version")
    done = int(row[0]) if row else 0
    if done > len(MIGRATIONS):
        raise StoreError("the data was written by a newer Understudy: install that one again", "too_old")
    return done


def migrate(connection: Connection) -> bool:
    """Bring a file up to date, in one transaction; say whether it was not."""
    done = _done(connection)
    if done == len(MIGRATIONS):
        return False
    with connection.transaction():
        for migration in MIGRATIONS[done:]:
            migration(connection)
        connection.rows(f"PRAGMA user_version = {len(MIGRATIONS)}")
    return True
