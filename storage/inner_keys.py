"""What is derived from the key of a worker's file and is used within it.

It stays what it is when the file gets another key: an audit chain whose head its worker wrote down once must still end
there. So the file, whose pages are encrypted, takes the derived keys along.
"""

from __future__ import annotations

from storage.connection import Connection
from storage.keys import audit_key, fingerprint_key

_AUDIT, _FINGERPRINTS = "audit chain", "fingerprints"


class InnerKeys:
    """The inner keys of an open file. One of an earlier program's shape has not been given another key yet."""

    def __init__(self, connection: Connection, key: bytes) -> None:
        kept: dict[str, bytes] = {}
        if connection.row("SELECT 1 FROM sqlite_master WHERE name = 'inner_keys'") is not None:
            kept = dict(connection.rows("SELECT purpose, key FROM inner_keys"))
        self.audit = kept.get(_AUDIT) or audit_key(key)
        self.fingerprint = kept.get(_FINGERPRINTS) or fingerprint_key(key)

    def bequeath(self, copy: Connection) -> None:
        """Let a copy of the file that has another key take them along."""
        sql = "INSERT OR REPLACE INTO inner_keys (purpose, key) VALUES (?, ?)"
        copy.change_many(sql, [(_AUDIT, self.audit), (_FINGERPRINTS, self.fingerprint)])
