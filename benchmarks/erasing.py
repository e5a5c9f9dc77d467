"""Leaving, and one message erased with its proof, at many messages."""

from __future__ import annotations

import asyncio
import shutil
import statistics
import time
from contextlib import closing
from pathlib import Path

from benchmarks.figures import ROUNDS, Figure, Run
from benchmarks.large_log import NOW, WORKER, built
from bot.clock import TestClock
from bot.compose import compose_core
from bot.events import MessageSaid
from bot.message_log import forget_on_request
from bot.policy import Policy
from storage.store import SqliteStore

SIZE = 200_000
LEAVE_WITHIN_MS = 1_000


def measure(run: Run) -> list[Figure]:
    """Each round on a copy of the log of its own."""
    log = built(run, SIZE)
    size, said = f"{SIZE:,}", log.said
    left, erased = list[float](), list[float]()
    for number in range(ROUNDS):
        run.said(f"erasing at {size}: round {number + 1} of {ROUNDS}")
        copy = run.folder / "copy"
        shutil.copytree(log.folder, copy)
        erased.append(_erase_one(copy, said[len(said) * number // ROUNDS]))
        left.append(asyncio.run(_leave(copy)))
        shutil.rmtree(copy)
    run.note(
        "leaving: StoreThreads.erase – key overwritten and checkpointed, file unlinked, folder synced; one message: taken "
        "from log and index with its audit entry, then optimize, VACUUM and an emptied write-ahead log, with the proof."
    )
    return [
        Figure(f"leaving at {size} messages", statistics.median(left), "ms", ceiling=LEAVE_WITHIN_MS),
        Figure(f"one message erased with its proof at {size}", statistics.median(erased), "ms"),
    ]


async def _leave(folder: Path) -> float:
    core = compose_core(SqliteStore(folder), TestClock(NOW), Policy())
    await core.stage.store.read(WORKER, lambda tx: tx.messages.count())
    begun = time.perf_counter()
    await core.stage.store.erase(WORKER)
    spent = time.perf_counter() - begun
    if await core.stage.store.workers() or [f for f in folder.glob("*.db*") if not f.name.startswith("control.db")]:
        raise RuntimeError("something is left of who has left")
    await core.stage.store.close()
    return spent * 1000


def _erase_one(folder: Path, message: MessageSaid) -> float:
    with closing(SqliteStore(folder)) as store:
        begun = time.perf_counter()
        with store.writing(WORKER) as tx:
            count = forget_on_request(tx, [message.ref], NOW)
        proof = store.compact(WORKER)
        spent = time.perf_counter() - begun
    if count != 1 or proof is None or proof.wal_bytes:
        raise RuntimeError("the message was not erased")
    return spent * 1000
