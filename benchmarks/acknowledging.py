"""A hundred of Slack's events a second, stored before they are acknowledged, beside a bare Bolt app that inserts."""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.figures import Figure, Run, percentile
from benchmarks.readiness import ROOT
from benchmarks.speech import Speech
from bot.consent import Grant, Purpose
from bot.refs import ChannelRef, PersonRef
from storage.store import SqliteStore
from tests.slack.server import LocalSlack, local_slack
from tests.slack.shapes import Json, filled

RATE, SECONDS, SLICES = 100, 60, 3
AT_MOST = 2.0
GROWTH_AT_MOST = 1.1
BARE = (sys.executable, "-m", "benchmarks.bare_bolt")
OURS = (sys.executable, "-m", "bot", "run")


class App:
    """One app as a process of its own, with its own local Slack, and how long its acknowledgements took."""

    def __init__(self, slack: LocalSlack, process: asyncio.subprocess.Process) -> None:
        self.slices: list[list[float]] = []
        self.memory: list[int] = []
        self._slack = slack
        self._process = process

    async def bear(self, texts: Iterator[str]) -> None:
        """Say a slice of the minute at the rate, whether or not what came before is acknowledged."""
        spent: list[float] = []
        loop = asyncio.get_running_loop()
        begun = loop.time()
        under_way: set[asyncio.Task[None]] = set()
        for number in range(RATE * SECONDS // SLICES):
            await asyncio.sleep(max(0.0, begun + number / RATE - loop.time()))
            under_way.add(asyncio.ensure_future(self._say(next(texts), spent)))
        await asyncio.gather(*under_way)
        self.slices.append(spent)
        self.memory.append(_resident_kib(self._process.pid))

    async def _say(self, text: str, spent: list[float]) -> None:
        payload = self._slack.news.wrapped(message(self._slack, text))
        begun = time.perf_counter()
        await self._slack.deliveries.event(payload)
        spent.append(time.perf_counter() - begun)

    async def stop(self) -> None:
        """End it politely."""
        self._process.send_signal(signal.SIGTERM)
        await self._process.wait()


def message(slack: LocalSlack, text: str) -> Json:
    """Return the event of a worker's message in a public channel."""
    stamp = slack.team.stamp()
    said = filled("message", user="U1", text=slack.team.typed(text), ts=stamp, team=slack.team.id)
    return {**said, "channel": "C1", "channel_type": "channel", "event_ts": stamp}


def measure(run: Run) -> list[Figure]:
    """The two apps in turn, in slices of a minute each; ratios within a slice, the median of the slices."""
    return asyncio.run(_measure(run))


async def _measure(run: Run) -> list[Figure]:
    with tempfile.TemporaryDirectory(dir=run.folder) as name:
        folder = Path(name)
        async with _running(OURS, folder / "ours") as ours, _running(BARE, folder / "bare") as bare:
            for number in range(SLICES):
                run.said(
                    f"acknowledging {RATE} events a second: slice {number + 1} of {SLICES}, {SECONDS // SLICES} s each"
                )
                for app in (bare, ours):
                    speech = Speech(run.seed + number)
                    await app.bear(iter(speech.message, ""))
            await bare.stop()
            await ours.stop()
        kept = _kept(folder / "ours")
    if kept != RATE * SECONDS:
        raise RuntimeError(f"{kept} messages of {RATE * SECONDS} were kept")
    run.note(
        f"acknowledging: {RATE} events a second over Socket Mode for {SECONDS} s each, in {SLICES} slices in turn, the "
        "apps processes of their own; from sending the envelope to its acknowledgement. Ours: everything up to the "
        "commit; the bare one: a Bolt app whose global middleware makes one durable SQLCipher + FTS5 insert on a "
        "thread of its own."
    )
    return [*_ratios(ours, bare), Figure("  events acknowledged and not kept", RATE * SECONDS - kept, "", ceiling=0)]


def _ratios(ours: App, bare: App) -> list[Figure]:
    found: list[Figure] = []
    for share in (0.5, 0.99):
        mine, its = ([percentile(spent, share) * 1000 for spent in app.slices] for app in (ours, bare))
        ratio = statistics.median(one / other for one, other in zip(mine, its, strict=True))
        name = f"p{share * 100:.0f}"
        found += [
            Figure(f"acknowledging under load, {name}, of a bare app's", ratio, "times", ceiling=AT_MOST),
            Figure(f"  ours, {name}", statistics.median(mine), "ms"),
            Figure(f"  bare, {name}", statistics.median(its), "ms"),
        ]
    growth = ours.memory[-1] / ours.memory[0]
    found.append(
        Figure("memory after the minute, of that after its first slice", growth, "times", ceiling=GROWTH_AT_MOST)
    )
    return [*found, Figure("  ours, resident", ours.memory[-1] / 1024, "MiB")]


@asynccontextmanager
async def _running(command: tuple[str, ...], folder: Path) -> AsyncIterator[App]:
    """Run an app in a workspace of its own until the end of the block."""
    async with local_slack() as slack:
        slack.found_team()
        _let_join(folder, slack.team.id)
        words = [*command, str(folder / "bare.db")] if command is BARE else [*command]
        process = await asyncio.create_subprocess_exec(
            *words, cwd=ROOT, env=_settings(slack, folder), stdout=asyncio.subprocess.DEVNULL
        )
        try:
            await slack.listening()
            yield App(slack, process)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


def _let_join(folder: Path, team: str) -> None:
    """Let the worker learn in the public channel, straight in the store."""
    worker, now = PersonRef("slack", team, "U1"), datetime.now(UTC)
    folder.mkdir()
    grant = Grant("g1", worker, Purpose.LOG, ChannelRef("slack", team, "C1"), now, now, now + timedelta(days=90), "ab")
    with closing(SqliteStore(folder / "data" / "double")) as store:
        store.enrol(worker)
        with store.writing(worker) as tx:
            tx.consent.add([grant])


def _kept(folder: Path) -> int:
    with closing(SqliteStore(folder / "data" / "double")) as store:
        (worker,) = store.workers()
        with store.reading(worker) as tx:
            return tx.messages.count()


def _settings(slack: LocalSlack, folder: Path) -> dict[str, str]:
    inherited = {n: v for n, v in os.environ.items() if not n.startswith(("UNDERSTUDY_", "OPENAI_", "SLACK_"))}
    tokens = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token, "SLACK_API_URL": slack.api_url}
    return {**inherited, **tokens, "UNDERSTUDY_DATA": str(folder / "data"), "PYTHONPATH": str(ROOT)}


def _resident_kib(process: int) -> int:
    """Return what a process holds in memory."""
    told = Path(f"/proc/{process}/status").read_text("utf-8")
    return next(int(line.split()[1]) for line in told.splitlines() if line.startswith("VmRSS"))
