"""Can time tell who joined? Two kinds of people do the same, and a rank test says how well they are told apart.

The figure is the area under the ROC curve, which is Mann and Whitney's U over the number of pairs: 0.5 is chance, 0 and
1 are certainty. Each is held against 0.5 ± 0.1.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from bisect import bisect_left, bisect_right
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from adapters.web.platform import LocalWorkspace
from adapters.web.records import ChannelRecord, PersonRecord
from adapters.web.translate import channel_ref, person_ref
from adapters.web.workspace import Workspace
from benchmarks.figures import Figure, Run, percentile
from benchmarks.large_log import NOW, messages
from bot.clock import TestClock
from bot.compose import Core, compose_core
from bot.events import ActionTaken, Command, MessageSaid
from bot.pacing import BEAT
from bot.policy import Policy
from bot.refs import MessageRef
from storage.store import SqliteStore

COUNT = 500
LEAST, MOST = 0.4, 0.6
JOINED, ELSEWHERE, NOBODY, LEARNS, PAUSED = "joined", "elsewhere", "nobody", "learns", "paused"
PEOPLE = (JOINED, ELSEWHERE, NOBODY, LEARNS, PAUSED, "asker")
Deed = Callable[[], Awaitable[object]]


def measure(run: Run) -> list[Figure]:
    """Both kinds in turn, in an order by chance, so that what slows the machine slows both."""
    with tempfile.TemporaryDirectory(dir=run.folder) as name:
        figures = asyncio.run(_measured(run, Path(name)))
    run.note(
        f"who joined, by time: {COUNT} of each kind in an order by chance; messages from Pipeline.message_said to its "
        f"return, commands with the beat of {BEAT / timedelta(milliseconds=1):.0f} ms that a server has; the figure is "
        "the area under the ROC curve."
    )
    return figures


async def _measured(run: Run, folder: Path) -> list[Figure]:
    clock = TestClock(NOW)
    platform = LocalWorkspace(folder / "workspace", clock, 0)
    await platform.workspace.run(_found)
    store = SqliteStore(folder / "double")
    core = compose_core(store, clock, Policy(beat=BEAT, asks_a_day=9_999), platform)
    try:
        await _join(core)
        run.said(f"messages of who joined and who did not: {COUNT} each")
        figures = [
            *await _told_apart(
                run, "a message: joined, or not", _saying(core, run, JOINED), _saying(core, run, NOBODY)
            ),
            *await _told_apart(
                run, "a message: joined elsewhere, or not", _saying(core, run, ELSEWHERE), _saying(core, run, NOBODY)
            ),
        ]
        for kind in (LEARNS, PAUSED):
            run.said(f"asking who {kind} and who did not join: {COUNT} each")
            figures += await _told_apart(
                run, f"asking: {kind}, or not joined", _asking(core, kind), _asking(core, NOBODY)
            )
        run.said(f"/double status of who joined and who did not: {COUNT} each")
        figures += await _told_apart(run, "status: joined, or not", _status(core, JOINED), _status(core, NOBODY))
        return figures
    finally:
        await core.stage.work.idle()
        await core.stage.store.close()
        await platform.close()


def _found(workspace: Workspace) -> None:
    with workspace.transaction():
        workspace.team.add_people([PersonRecord(name, name.title(), name) for name in PEOPLE])
        workspace.team.add_channels(
            [ChannelRecord("build", "build", members=PEOPLE), ChannelRecord("other", "other", members=PEOPLE)]
        )


async def _join(core: Core) -> None:
    """Let the four join, each in their own way, and spare files stand by."""
    core.jobs.open()
    await core.stage.work.idle()
    until = (NOW + timedelta(days=80)).date().isoformat()
    for who, channel, draft in (
        (JOINED, "build", True),
        (ELSEWHERE, "other", True),
        (LEARNS, "build", False),
        (PAUSED, "build", True),
    ):
        values = {"learn": True, "draft": draft, "channels": [channel], "until": until, "earlier": False}
        await core.pipeline.act(ActionTaken(person_ref(who), "consent", "consent", values))
    await core.pipeline.act(ActionTaken(person_ref(PAUSED), "pause", "", {}))


def _saying(core: Core, run: Run, who: str) -> list[Deed]:
    author, channel = person_ref(who), channel_ref("build")
    said = [
        replace(
            message,
            author=author,
            ref=MessageRef(channel, f"{who[0]}{number}"),
            thread=None,
            said_at=NOW,
            revised_at=NOW,
        )
        for number, message in enumerate(messages(COUNT, run.seed))
    ]
    return [_say(core, message) for message in said]


def _say(core: Core, message: MessageSaid) -> Deed:
    return lambda: core.pipeline.message_said(message)


def _asking(core: Core, who: str) -> list[Deed]:
    command = Command(person_ref("asker"), channel_ref("build"), f"ask {who} where does the build cache live?")
    return [lambda: core.pipeline.command(command)] * COUNT


def _status(core: Core, who: str) -> list[Deed]:
    command = Command(person_ref(who), channel_ref("build"), "status")
    return [lambda: core.pipeline.command(command)] * COUNT


async def _told_apart(run: Run, name: str, ones: Sequence[Deed], others: Sequence[Deed]) -> list[Figure]:
    spent: tuple[list[float], list[float]] = ([], [])
    pairs = [*((0, deed) for deed in ones), *((1, deed) for deed in others)]
    random.Random(run.seed).shuffle(pairs)
    for kind, deed in pairs:
        begun = time.perf_counter()
        await deed()
        spent[kind].append(time.perf_counter() - begun)
    first, second = spent
    return [
        Figure(f"{name}: told apart", area(first, second), "", floor=LEAST, ceiling=MOST),
        Figure("  median of the first", percentile(first, 0.5) * 1000, "ms"),
        Figure("  median of the second", percentile(second, 0.5) * 1000, "ms"),
    ]


def area(ones: Sequence[float], others: Sequence[float]) -> float:
    """How often one of the first kind takes longer than one of the second, ties counted by halves."""
    ordered = sorted(others)
    wins = sum((bisect_left(ordered, one) + bisect_right(ordered, one)) / 2 for one in ones)
    return wins / (len(ones) * len(ordered))
