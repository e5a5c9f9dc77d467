"""A store with two workers and a folder of backups beside it, and what is left of words anywhere in either."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

from bot.audit import AuditEntry, Happening
from bot.messages import Span
from bot.refs import PersonRef
from storage.control import Control
from storage.generation import files_in, generations_in
from storage.keys import MasterKey
from storage.store import SqliteStore
from tests.faults.test_store_erasure import NOON, WORKER, every_page, learn, message

OTHER = PersonRef("local", "team", "jonas")
DAY = timedelta(days=1)


@contextmanager
def opened(folder: Path, key: str | None = None) -> Iterator[SqliteStore]:
    with closing(SqliteStore(folder / "double", key, ballast_bytes=4096)) as store:
        yield store


def write_words(store: SqliteStore, worker: PersonRef, words: list[str], first: int = 0) -> None:
    """Log each word in a message of its own, with an audit entry."""
    store.enrol(worker)
    with store.writing(worker) as tx:
        for number, word in enumerate(words, first):
            if worker == WORKER:
                learn(tx, message(number, f"please see {word}"))
            tx.audit.append(AuditEntry(Happening.LEARNED, NOON, "", {"n": number}))


def texts(store: SqliteStore, worker: PersonRef = WORKER) -> list[str]:
    with store.reading(worker) as tx:
        return [m.text.removeprefix("please see ") for m in tx.messages.find(tx.messages.refs(Span()))]


def remove(store: SqliteStore, number: int) -> None:
    """Remove one message, and rewrite the file."""
    with store.writing(WORKER) as tx:
        assert tx.messages.remove([message(number, "").ref], NOON) == 1
    assert store.compact(WORKER) is not None


def newest(folder: Path) -> Path:
    return generations_in(folder)[-1]


def pages_in(generation: Path, master: MasterKey) -> bytes:
    """Decrypt every page of every file of a backup that its own control file has the key to."""
    with closing(Control(generation, master)) as control:
        keys = {name: control.key(entry) for name, (*_, entry) in control.rows().items()}
    assert keys.keys() == files_in(generation).keys()
    pages = [every_page(path, keys[name]) for name, path in files_in(generation).items()]
    return b"\n".join([*pages, every_page(generation / "control.db", master.control)])


def left_in_backups(folder: Path, master: MasterKey, words: list[str]) -> int:
    """Count the words of which a trace is left in any generation."""
    pages = b"\n".join(pages_in(generation, master) for generation in generations_in(folder))
    return sum(word[-10:].encode() in pages for word in words)


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
