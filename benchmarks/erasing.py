"""Leaving, and one message erased with its proof, at many messages."""

from __future__ import annotations

import asyncio
import shutil
import statistics
import time
from contextlib import closing
from pathlib import Path

from adapters.web.platform import LocalWorkspace
from benchmarks.figures import ROUNDS, Figure, Run
from benchmarks.large_log import NOW, WORKER, built
from bot.clock import TestClock
from bot.compose import compose_core
from bot.erasure import What, erase
from bot.events import ActionTaken, MessageSaid
from bot.policy import Policy
from bot.views import Refusal
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
        "leaving: from the button to the receipt – grants closed and messages counted in one transaction, "
        "key overwritten and checkpointed, file unlinked, folder synced. One message: taken from log and "
        "index with its audit entry, then optimize, VACUUM and an emptied write-ahead log, with the proof."
    )
    return [
        Figure(
            f"leaving at {size} messages: file gone, key destroyed",
            statistics.median(left),
            "ms",
            ceiling=LEAVE_WITHIN_MS,
        ),
        Figure(f"one message erased with its proof at {size}", statistics.median(erased), "ms"),
    ]


async def _leave(folder: Path) -> float:
    clock = TestClock(NOW)
    platform = LocalWorkspace(folder / "workspace", clock, 0)
    core = compose_core(SqliteStore(folder), clock, Policy(), platform)
    begun = time.perf_counter()
    answer = await core.pipeline.act(ActionTaken(WORKER, "leave", "leave"))
    spent = time.perf_counter() - begun
    await core.stage.store.close()
    await platform.close()
    if isinstance(answer, Refusal) or _files(folder):
        raise RuntimeError("something is left of who has left")
    return spent * 1000


def _files(folder: Path) -> list[Path]:
    """Every worker's file in a folder."""
    return [file for file in folder.glob("*.db*") if not file.name.startswith("control.db")]


def _erase_one(folder: Path, message: MessageSaid) -> float:
    with closing(SqliteStore(folder)) as store:
        begun = time.perf_counter()
        with store.writing(WORKER) as tx:
            count = erase(tx, [message.ref], NOW, "e_1", What.MESSAGE)
        proof = store.compact(WORKER)
        spent = time.perf_counter() - begun
    if count != 1 or proof is None or proof.wal_bytes:
        raise RuntimeError("the message was not erased")
    return spent * 1000
