"""One worker's log of many messages, in the real store and beside it in a bare file: the very same rows."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from benchmarks.bare import BareLog, Row
from benchmarks.figures import BuiltLog, Run
from benchmarks.speech import Speech
from bot.consent import Grant, Purpose
from bot.events import MessageSaid
from bot.message_log import take_note
from bot.ports import Transaction
from bot.refs import ChannelRef, MessageRef, PersonRef
from bot.terms import terms
from storage.store import SqliteStore

WORKER = PersonRef("local", "bench", "worker")
CHANNELS = tuple(ChannelRef("local", "bench", f"C{number}") for number in range(8))
BEGIN = datetime(2024, 3, 4, 9, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
A_BATCH = 5_000
GRANTS = tuple(
    Grant(f"g{channel.channel}", WORKER, Purpose.LOG, channel, BEGIN, BEGIN, NOW + timedelta(days=90), "ab")
    for channel in CHANNELS
)


def messages(count: int, seed: int) -> Iterator[MessageSaid]:
    """What one worker said in eight public channels over two years, half of it in the busiest."""
    speech, dice = Speech(seed), random.Random(seed)
    step = (NOW - BEGIN) / (count + 1)
    for number in range(count):
        (channel,) = dice.choices(CHANNELS, weights=[1 / (place + 1) for place in range(len(CHANNELS))])
        at = BEGIN + step * number
        ref = MessageRef(channel, f"{number:010}.000100")
        yield MessageSaid(ref, WORKER, speech.message(), at, at, None, channel_is_public=True)


def built(run: Run, count: int) -> BuiltLog:
    """Return a worker's log of so many messages, built now unless this run has built it before; its store is closed."""
    if count not in run.logs:
        run.said(f"building a log of {count:,} messages")
        log = BuiltLog(run.folder / f"log-{count}", list(messages(count, run.seed)))
        with closing(SqliteStore(log.folder)) as store:
            enrol(store)
            fill(store, log.said)
        run.logs[count] = log
    return run.logs[count]


def enrol(store: SqliteStore) -> None:
    """Let the worker join with a log grant for every channel."""
    store.enrol(WORKER)
    with store.writing(WORKER) as tx:
        tx.consent.add(GRANTS)


def fill(store: SqliteStore, said: Sequence[MessageSaid]) -> None:
    """Take note of messages through the gate, many in a transaction."""
    rest = iter(said)
    while batch := list(islice(rest, A_BATCH)):
        with store.writing(WORKER) as tx:
            note_all(tx, batch)


def note_all(tx: Transaction, said: Sequence[MessageSaid]) -> None:
    for message in said:
        take_note(tx, message, NOW, GRANTS)


def bare_rows(said: Sequence[MessageSaid]) -> Iterator[Row]:
    """The same messages as a bare file gets them: analysed already."""
    for message in said:
        moment = int(message.said_at.timestamp() * 1_000_000)
        channel = message.ref.channel.channel
        values = (channel, message.ref.stamp, moment, moment, 1, f"g{channel}", message.text)
        yield values, " ".join(terms(message.text))


def bare_log(path: Path, said: Sequence[MessageSaid], cache_kib: int) -> BareLog:
    """Return a bare file filled with messages."""
    bare = BareLog(path, cache_kib)
    with bare.transaction():
        bare.insert(bare_rows(said))
    return bare
