"""One message kept durably by the store, beside a bare durable SQLCipher + FTS5 insert of the same rows."""

from __future__ import annotations

import itertools
import random
import secrets
import statistics
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlcipher3 import dbapi2

from bot.consent import ConsentedMessage, Grant, Purpose, admit
from bot.events import MessageSaid
from bot.refs import ChannelRef, MessageRef, PersonRef
from bot.terms import terms
from storage.store import SqliteStore

WORKER = PersonRef("local", "bench", "worker")
CHANNEL = ChannelRef("local", "bench", "C1")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
GRANT = Grant("g1", WORKER, Purpose.LOG, CHANNEL, NOON, NOON, NOON + timedelta(days=90), "ab")
ROUNDS = 5


def sample_messages(count: int) -> list[ConsentedMessage]:
    chance = random.Random(1)
    words = [f"w{number:05}" for number in range(30_000)]
    weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(words))))
    said = []
    for number in range(count):
        text, at = " ".join(chance.choices(words, cum_weights=weights, k=12)), NOON + timedelta(seconds=number)
        event = MessageSaid(
            MessageRef(CHANNEL, f"{number:08}.000100"), WORKER, text, at, at, None, channel_is_public=True
        )
        admitted = admit(event, [GRANT], NOON)
        if admitted is not None:
            said.append(admitted)
    return said


def bare_rate(folder: Path, messages: list[ConsentedMessage]) -> float:
    """Messages a second, each in a commit of its own, without anything of ours."""
    analysed = [" ".join(terms(message.text)) for message in messages]
    with closing(dbapi2.connect(str(folder / "bare.db"), isolation_level=None)) as bare:
        bare.execute(f"PRAGMA key = \"x'{secrets.token_hex(32)}'\"")
        bare.execute("PRAGMA journal_mode = WAL")
        bare.execute("PRAGMA synchronous = FULL")
        bare.execute("CREATE TABLE messages (channel, stamp, said_at, revised_at, public, grant_id, text)")
        bare.execute("CREATE UNIQUE INDEX by_ref ON messages (channel, stamp)")
        bare.execute("CREATE VIRTUAL TABLE words USING fts5(terms, content='', contentless_delete=1)")
        start = time.perf_counter()
        for message, words in zip(messages, analysed, strict=True):
            bare.execute("BEGIN IMMEDIATE")
            values = (str(CHANNEL), message.ref.stamp, 1, 1, 1, message.grant_id, message.text)
            row = bare.execute("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?)", values).lastrowid
            bare.execute("INSERT INTO words (rowid, terms) VALUES (?, ?)", (row, words))
            bare.execute("COMMIT")
        return len(messages) / (time.perf_counter() - start)


def store_rate(folder: Path, messages: list[ConsentedMessage]) -> float:
    """Messages a second through the store, each in a transaction of its own."""
    analysed = [terms(message.text) for message in messages]
    with closing(SqliteStore(folder / "double")) as store:
        store.enrol(WORKER)
        start = time.perf_counter()
        for message, words in zip(messages, analysed, strict=True):
            with store.writing(WORKER) as tx:
                tx.messages.record(message)
                tx.index.put(message.ref, message.shelf, words)
        return len(messages) / (time.perf_counter() - start)


def measure(count: int = 1_500) -> dict[str, float]:
    """Medians of five rounds, both in turn on the same disk."""
    messages, bare, ours = sample_messages(count), list[float](), list[float]()
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as name:
            bare.append(bare_rate(Path(name), messages))
            ours.append(store_rate(Path(name), messages))
    return {
        "bare_per_second": statistics.median(bare),
        "store_per_second": statistics.median(ours),
        "ratio": statistics.median(mine / theirs for mine, theirs in zip(ours, bare, strict=True)),
    }
