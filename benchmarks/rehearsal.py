"""A rehearsal in a process of its own: `python -m benchmarks.rehearsal EXPORT FOLDER` loads it, eight people join.

The way is the real one: the export into the local workspace, then the join form with earlier messages, back-filled page
by page through the consent gate into each double's own encrypted file. One line of JSON tells what it took.
"""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from adapters.web.export import load_export
from adapters.web.platform import LocalWorkspace
from adapters.web.records import WORKSPACE
from adapters.web.workspace import Workspace
from benchmarks.figures import ROUNDS, Figure, Run
from benchmarks.generated_export import write_export
from bot.clock import SystemClock
from bot.compose import Core, compose_core
from bot.events import ActionTaken
from bot.policy import Policy
from bot.refs import PersonRef
from bot.views import Refusal
from storage.store import SqliteStore

JOINING, MOST_MEGABYTES = 8, 200


def measure(run: Run) -> list[Figure]:
    """Medians of five processes; the memory is the most that any of them held."""
    export = run.export or run.folder / "export.zip"
    if run.export is None:
        write_export(export, run.seed)
    told = []
    for number in range(ROUNDS):
        run.said(f"a rehearsal: round {number + 1} of {ROUNDS}")
        with tempfile.TemporaryDirectory(dir=run.folder) as name:
            told.append(_in_a_process(export, Path(name)))
    kind = "the export given" if run.export else "a generated export"
    run.note(
        f"rehearsal: {kind} of {told[0]['loaded']:,} messages; its {JOINING} most active people, "
        f"{told[0]['learned']:,} messages, join with their earlier ones; memory is the "
        "process's high-water mark, libraries included."
    )
    return [
        Figure("loading an export", _median(told, "loaded", "load_seconds"), "messages a second"),
        Figure("learning eight people", _median(told, "learned", "learn_seconds"), "messages a second"),
        Figure("  memory of both", max(t["megabytes"] for t in told), "MB", ceiling=MOST_MEGABYTES),
    ]


def _median(told: list[dict[str, float]], count: str, seconds: str) -> float:
    return statistics.median(t[count] / t[seconds] for t in told)


def _in_a_process(export: Path, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.rehearsal", str(export), str(folder)]
    root = Path(__file__).parent.parent
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def rehearse(export: Path, folder: Path) -> dict[str, float]:
    """Load an export and let the most active join; return counts, seconds and megabytes."""
    clock = SystemClock()
    begun = time.perf_counter()
    workspace = Workspace(folder / "workspace", clock)
    try:
        report = load_export(workspace, export)
    finally:
        workspace.close()
    load_seconds = time.perf_counter() - begun
    learned, learn_seconds = asyncio.run(_learn(folder, clock))
    return {
        "loaded": report.messages,
        "load_seconds": load_seconds,
        "learned": learned,
        "learn_seconds": learn_seconds,
        "megabytes": _peak_kib() / 1024,
    }


async def _learn(folder: Path, clock: SystemClock) -> tuple[int, float]:
    platform = LocalWorkspace(folder / "workspace", clock, 0)
    core = compose_core(SqliteStore(folder / "double"), clock, Policy(), platform)
    try:
        people = [PersonRef("local", WORKSPACE, person) for person in await _most_active(platform)]
        begun = time.perf_counter()
        for person in people:
            await _join(core, platform, person, clock)
        await core.stage.work.idle()
        spent = time.perf_counter() - begun
        counts = [await core.stage.store.read(person, lambda tx: tx.messages.count()) for person in people]
        return sum(filter(None, counts)), spent
    finally:
        await core.stage.store.close()
        await platform.close()


async def _most_active(platform: LocalWorkspace) -> list[str]:
    def authors(workspace: Workspace) -> Counter[str]:
        counts: Counter[str] = Counter()
        for channel in workspace.team.channels():
            for person in channel.members:
                counts[person] += len(workspace.conversation.by_author(person, channel.id, -1, 1_000_000))
        return counts

    return [person for person, _ in (await platform.workspace.run(authors)).most_common(JOINING)]


async def _join(core: Core, platform: LocalWorkspace, person: PersonRef, clock: SystemClock) -> None:
    channels = await platform.directory.channels_of(person)
    values = {
        "learn": True,
        "draft": True,
        "channels": [channel.ref.channel for channel in channels],
        "until": (clock.now() + timedelta(days=30)).date().isoformat(),
        "earlier": True,
    }
    answer = await core.pipeline.act(ActionTaken(person, "consent", "consent", values))
    if isinstance(answer, Refusal):
        raise TypeError(f"joining was refused: {answer.code}")


def _peak_kib() -> int:
    """This process's high-water mark; on Linux from /proc, for the other way counts what its parent held before."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


if __name__ == "__main__":
    sys.stdout.write(json.dumps(rehearse(Path(sys.argv[1]), Path(sys.argv[2]))))
