"""One message through the whole path, beside a bare durable SQLCipher + FTS5 insert of the same rows."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from adapters.web.platform import LocalWorkspace
from benchmarks.bare import BareLog, Row
from benchmarks.figures import ROUNDS, Figure, Run, median_ratio
from benchmarks.large_log import NOW, bare_rows, enrol, messages
from bot.clock import TestClock
from bot.compose import compose_core
from bot.events import MessageSaid
from bot.policy import Policy
from storage.store import SqliteStore

COUNT = 1_500


def measure(run: Run) -> list[Figure]:
    """Rates in turn on the same disk, each message awaited before the next is said."""
    said = list(messages(COUNT, run.seed))
    rows = list(bare_rows(said))
    ours, bare, threaded = list[float](), list[float](), list[float]()
    for number in range(ROUNDS):
        run.said(f"one message, one durable commit: round {number + 1} of {ROUNDS}, {COUNT:,} messages each")
        with tempfile.TemporaryDirectory(dir=run.folder) as name:
            bare.append(COUNT / _bare(Path(name) / "bare.db", rows))
            ours.append(COUNT / asyncio.run(_whole_path(Path(name), said)))
            threaded.append(COUNT / asyncio.run(_bare_on_a_thread(Path(name) / "threaded.db", rows)))
    run.note(
        f"one message: {COUNT:,} messages into an empty file, one after the other; ours from Pipeline.message_said to "
        "the commit (event loop, store thread, gate, analysis, log, index); the bare insert runs in a plain loop, its "
        "terms analysed beforehand; both WAL, synchronous FULL, secure_delete, 4 KiB pages, the same columns."
    )
    return [
        Figure("one message, whole path, of a bare insert's rate", median_ratio(ours, bare), "", floor=0.35),
        Figure("  ours", statistics.median(ours), "a second"),
        Figure("  bare, in a plain loop", statistics.median(bare), "a second"),
        Figure("  bare, awaited on a thread of its own", statistics.median(threaded), "a second"),
    ]


async def _whole_path(folder: Path, said: list[MessageSaid]) -> float:
    store = SqliteStore(folder / "double")
    enrol(store)
    clock = TestClock(NOW)
    platform = LocalWorkspace(folder / "workspace", clock, 0)
    core = compose_core(store, clock, Policy(), platform)
    begun = time.perf_counter()
    for message in said:
        await core.pipeline.message_said(message)
    spent = time.perf_counter() - begun
    logged = await core.stage.store.read(said[0].author, lambda tx: tx.messages.count())
    await core.stage.store.close()
    await platform.close()
    if logged != len(said):
        raise RuntimeError(f"{logged} messages of {len(said)} were logged")
    return spent


def _bare(path: Path, rows: list[Row]) -> float:
    with closing(BareLog(path)) as bare:
        begun = time.perf_counter()
        for row in rows:
            _insert(bare, row)
        return time.perf_counter() - begun


async def _bare_on_a_thread(path: Path, rows: list[Row]) -> float:
    loop = asyncio.get_running_loop()
    with closing(BareLog(path)) as bare, ThreadPoolExecutor(1) as thread:
        begun = time.perf_counter()
        for row in rows:
            await loop.run_in_executor(thread, _insert, bare, row)
        return time.perf_counter() - begun


def _insert(bare: BareLog, row: Row) -> None:
    with bare.transaction():
        bare.insert([row])
