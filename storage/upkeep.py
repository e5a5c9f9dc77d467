"""What a worker's file notes about its own upkeep."""

from __future__ import annotations

from storage.connection import Connection


def note_words_gone(connection: Connection) -> None:
    """Note that words were deleted or replaced: what is left of them in the pages is to be compacted away."""
    connection.change("UPDATE upkeep SET compaction_due = 1 WHERE compaction_due = 0")
